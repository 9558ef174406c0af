/* Bootstrap intervals hold the mean as often as they should; the beta distribution. */
#include "check.h"
#include "rng.h"
#include "stats.h"

/* Means of normal samples: how often the interval holds 0 */
static double coverage(int n, int trials)
{
	double x[40], low, high;
	struct rng r;
	struct err e;
	int held = 0;

	rng_seed(&r, 5, 0);
	for (int i = 0; i < trials; i++) {
		for (int j = 0; j < n; j++)
			x[j] = rng_normal(&r);
		check(stats_bootstrap(x, n, 400, 0.95, (uint64_t)i, &low, &high, &e) == 0);
		held += low <= 0 && 0 <= high;
	}
	return (double)held / trials;
}

static void bootstrap(void)
{
	double same[3] = { 2, 2, 2 }, two[2] = { 0, 1 }, low, high;
	struct err e;

	check(!stats_bootstrap(same, 3, 100, 0.95, 1, &low, &high, &e) && low == 2 && high == 2);
	check(!stats_bootstrap(same, 1, 100, 0.95, 1, &low, &high, &e) && isnan(low) &&
	      isnan(high));
	/* Means of two draws of {0, 1} are 0, 1/2, 1 with odds 1:2:1. */
	check(!stats_bootstrap(two, 2, 4000, 0.40, 1, &low, &high, &e) && low == 0.5 &&
	      high == 0.5);
	check(!stats_bootstrap(two, 2, 4000, 0.60, 1, &low, &high, &e) && low == 0 && high == 1);
	/* As the header says; the standard error of a share of 2000 is 0.008. */
	check_near(coverage(5, 2000), 0.84, 0.03);
	check_near(coverage(40, 2000), 0.94, 0.03);
}

static void leading(void)
{
	static const double x[] = { NAN, 1, -3, NAN, 2, 3, -0.5 };
	int lead[4];

	check(stats_leading(x, 7, 3, lead) == 3 && lead[0] == 2 && lead[1] == 5 && lead[2] == 4);
	check(stats_leading(x, 3, 4, lead) == 2 && lead[0] == 2 && lead[1] == 1);
	check(stats_leading(x, 0, 4, lead) == 0);
}

int main(void)
{
	bootstrap();
	leading();
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
