/* The effective sample size of series whose correlation is known. */
#include "check.h"
#include "llc/llc.h"
#include "rng.h"

/* An autoregressive series of coefficient a is worth n (1 - a) / (1 + a) draws. */
int main(void)
{
	enum { N = 20000 };
	static double x[N];
	struct rng r;
	int i;

	rng_seed(&r, 1, 2);
	for (i = 0; i < N; i++)
		x[i] = rng_normal(&r);
	check_near(llc_ess(x, N) / N, 1, .1);
	for (i = 1; i < N; i++)
		x[i] = .8 * x[i - 1] + rng_normal(&r);
	check_near(llc_ess(x, N) / N, .2 / 1.8, .02);
	for (i = 0; i < N; i++)
		x[i] = 3;
	check(llc_ess(x, 5) == 5);
	check(llc_ess(x, 1) == 1);
	return 0;
}
