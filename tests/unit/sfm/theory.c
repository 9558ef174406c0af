/* The crossing of the two free energies, complexities and the bound of recovery: closed forms. */
#include "check.h"
#include "sfm/sfm.h"

int main(void)
{
	struct sfm_crossover x;
	double F[3];

	sfm_crossover_find(97, 1, 1, &x);
	check(x.crosses);
	check_near(x.high, 107917.945538, 1e-6);
	sfm_crossover_energies(97, 1, 1, x.high, F);
	check_near(F[0] / F[1], 1, 1e-14);
	sfm_crossover_energies(97, 1, 1, 0.99 * x.high, F);
	check(F[1] < F[0]); /* the generaliser wins below */
	sfm_crossover_energies(97, 1, 1, 1.01 * x.high, F);
	check(F[1] > F[0]);
	sfm_crossover_energies(97, 1, 1, x.low, F);
	check_near(F[0] / F[1], 1, 1e-9); /* ln n near n = 1 loses the digits of n - 1 = 1e-4 */
	check_near(x.low, 1 + 1.0 / 9312, 1e-7);
	sfm_crossover_energies(97, 1, 1, x.corrected, F);
	check(x.corrected > 97 && x.corrected < 9409);
	check_near(F[2] / F[1], 1, 1e-12);
	sfm_crossover_energies(97, 1, 1, 9409, F);
	check(F[0] == F[2] && F[1] < F[2]);

	/* eps/A = 1/e: the branches meet at n = e; above there is no crossing */
	sfm_crossover_find(5, 2, 2 * 20 * exp(-1) * (1 - 1e-12), &x);
	check(x.crosses);
	check_near(x.high, exp(1), 1e-4);
	sfm_crossover_find(5, 2, 2 * 20 * 0.37, &x);
	check(!x.crosses && isnan(x.high) && isnan(x.low) && isnan(x.corrected));

	check_near(sfm_complexity(4704.5, 97), 363186.58, 0.005);
	check_near(sfm_complexity(48.5, 97), 3744.19, 0.005);
	check_near(sfm_recovery_bound(97, 97), 97 * log(97), 1e-12);
	check(sfm_recovery_bound(0, 97) == 0);
	return 0;
}
