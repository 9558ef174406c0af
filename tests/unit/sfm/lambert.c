/* lambert: the defining equation, published constants and the ends of both branches */
#include "sfm/lambert.h"

#include "check.h"

static void test_constants(void)
{
	/*
	 * GNU Scientific Library's and Maple's digits: the omega constant (OEIS A030178), W_0(10)
	 */
	check_near(lambert_w(0, 1), 0.56714329040978387300, 2e-16);
	check_near(lambert_w(0, exp(1)), 1, 4e-16);
	check_near(lambert_w(0, 10), 1.7455280027406993831, 4e-16);
	check_near(lambert_w(-1, -0.1), -3.577152063957297, 9e-16);
	check_near(lambert_w(-1, -0.3), -1.7813370234216, 5e-14);
	/* w e^w is the same at w = -2 ln 2 and w = -ln 2 */
	check_near(lambert_w(-1, -log(2) / 2), -2 * log(2), 1e-15);
	check_near(lambert_w(0, -log(2) / 2), -log(2), 1e-15);
}

/* w e^w = x; an error of eps in w moves ln|x| by (1 + 1/w) eps, so compare logarithms */
static void test_equation(void)
{
	for (double x = 1e-300; x < 1e300; x *= 1.7) {
		double w = lambert_w(0, x);

		check_near((w + log(w) - log(x)) / (1 + fabs(log(x))), 0, 1e-15);
		if (x < 0.36787) {
			w = lambert_w(-1, -x);
			check(w < -1);
			check_near((w + log(-w) - log(x)) / (1 + fabs(log(x))), 0, 1e-15);
			w = lambert_w(0, -x);
			check(w > -1 && w < 0);
			check_near((w + log(-w) - log(x)) / (1 + fabs(log(x))), 0, 1e-15);
		}
	}
}

static void test_ends(void)
{
	/* x = -1/e + d: w = -1 -+ sqrt(2 e d); half of the digits of d are those of w */
	for (double d = 1e-3; d > 1e-14; d /= 3) {
		double q = sqrt(2 * exp(1) * d);

		check_near(lambert_w(0, d - exp(-1)), -1 + q, q * q / 2 + 2e-8);
		check_near(lambert_w(-1, d - exp(-1)), -1 - q, q * q / 2 + 2e-8);
	}
	check_near(lambert_w(0, -exp(-1)), -1, 2e-8);
	check_near(lambert_w(-1, -exp(-1)), -1, 2e-8);
	check(lambert_w(0, 0) == 0 && lambert_w(0, INFINITY) == INFINITY);
	check(isnan(lambert_w(-1, 0)) && isnan(lambert_w(-1, 1)) && isnan(lambert_w(-1, -0.4)));
	check(isnan(lambert_w(0, -0.4)) && isnan(lambert_w(0, NAN)) && isnan(lambert_w(-1, NAN)));
}

int main(void)
{
	test_constants();
	test_equation();
	test_ends();
	return 0;
}
