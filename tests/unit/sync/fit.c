/* Lines through points: an exact one, Anscombe's published figures, and what cannot be fitted. */
#include "check.h"
#include "rng.h"
#include "sync/fit.h"

/* Anscombe, "Graphs in statistical analysis", The American Statistician 27, 1973, first data set */
static const double anscombe_x[] = { 10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5 };
static const double anscombe_y[] = { 8.04, 6.95, 7.58,  8.81, 8.33, 9.96,
				     7.24, 4.26, 10.84, 4.82, 5.68 };

int main(void)
{
	double x[50], y[50];
	struct fit f, again;
	struct err e;
	struct rng r;
	int inside = 0;

	for (int i = 0; i < 10; i++) {
		x[i] = i;
		y[i] = 2 - 3 * i;
	}
	x[3] = NAN; /* left out */
	check(fit_line(x, y, 10, 200, 0.95, 1, &f, &e) == 0);
	check(f.n == 9);
	check_near(f.slope, -3, 1e-12);
	check_near(f.intercept, 2, 1e-12);
	check_near(f.r2, 1, 1e-12);
	check_near(f.low, -3, 1e-12);

	check(fit_line(anscombe_x, anscombe_y, 11, 2000, 0.95, 1, &f, &e) == 0);
	check_near(f.slope, 0.5001, 5e-5);
	check_near(f.intercept, 3.0001, 5e-5);
	check_near(f.r2, 0.6665, 5e-5);
	check(f.low < 0.5 && f.high > 0.5 && f.low > 0 && f.high < 1);
	check(fit_line(anscombe_x, anscombe_y, 11, 2000, 0.95, 1, &again, &e) == 0);
	check(again.low == f.low && again.high == f.high);

	/*
	 * 95 % intervals of 50 noisy points hold the slope in about 95 % of 200 draws: 190, sd 3.
	 */
	rng_seed(&r, 5, 0);
	for (int k = 0; k < 200; k++) {
		for (int i = 0; i < 50; i++) {
			x[i] = rng_normal(&r);
			y[i] = 2.2 * x[i] + rng_normal(&r);
		}
		check(fit_line(x, y, 50, 400, 0.95, (uint64_t)k, &f, &e) == 0);
		inside += f.low <= 2.2 && 2.2 <= f.high;
	}
	check(inside >= 178 && inside <= 199);

	for (int i = 0; i < 10; i++)
		x[i] = 7;
	check(fit_line(x, y, 10, 100, 0.95, 1, &f, &e) == 0 && isnan(f.slope) && isnan(f.low));
	check(fit_line(x, y, 0, 100, 0.95, 1, &f, &e) == 0 && f.n == 0 && isnan(f.slope));
	return 0;
}
