#include "check.h"
#include "stats.h"

int main(void)
{
	/* I_x(a, 1) = x^a, I_x(1, b) = 1 - (1 - x)^b, I_1/2(a, a) = 1/2 */
	check_near(stats_beta(0.3, 2.5, 1), pow(0.3, 2.5), 1e-14);
	check_near(stats_beta(0.9, 1, 4), 1 - 1e-4, 1e-14);
	check_near(stats_beta(0.5, 700, 700), 0.5, 1e-12);
	/* integers: a binomial tail, P(at least 3 of 5 at 0.2) */
	check_near(stats_beta(0.2, 3, 3), 10 * .008 * .64 + 5 * .0016 * .8 + .00032, 1e-14);
	check_near(stats_beta(0.01, 3, 4) + stats_beta(0.99, 4, 3), 1, 1e-14);
	/* large parameters: symmetric about the median only in the limit, 1/2 + 1/(3 sqrt(pi N)) */
	check_near(stats_beta(0.5, 50000, 50001) + stats_beta(0.5, 50001, 50000), 1, 1e-10);
	check(stats_beta(-1, 2, 2) == 0 && stats_beta(2, 2, 2) == 1);
	check(isnan(stats_beta(NAN, 2, 2)));
	return 0;
}
