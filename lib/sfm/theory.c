/* The crossover of free energies in closed form, and the bound of compressed sensing; see sfm.h. */
#include "sfm/sfm.h"

#include <math.h>

#include "sfm/lambert.h"

double sfm_complexity(double lambda, int modulus)
{
	const double bits_of_weight = 64; /* a complex number of two floats */

	return lambda * (2 * log2(modulus) + bits_of_weight);
}

double sfm_recovery_bound(int k, int D)
{
	return k ? k * log((double)D * D / k) : 0;
}

void sfm_crossover_energies(int modulus, double beta, double epsilon, double n, double F[3])
{
	double all = (double)modulus * modulus;

	F[0] = beta * all * log(n);
	F[1] = epsilon * n + beta * modulus * log(n);
	F[2] = beta * fmin(n, all) * log(n);
}

/* (n - p) ln n - n eps/beta rises wherever it is positive, so it has one root in p..p^2 or none. */
static double corrected(int modulus, double beta, double epsilon)
{
	double low = modulus, high = low * low, rate = epsilon / beta;

	if ((high - modulus) * log(high) < rate * high)
		return NAN;
	for (int i = 0; i < 200 && low < high; i++) {
		double n = 0.5 * (low + high);

		if (n <= low || n >= high)
			break;
		if ((n - modulus) * log(n) < rate * n)
			low = n;
		else
			high = n;
	}
	return high;
}

void sfm_crossover_find(int modulus, double beta, double epsilon, struct sfm_crossover *x)
{
	double A = beta * ((double)modulus * modulus - modulus), ratio = epsilon / A;

	*x = (struct sfm_crossover){ .ratio = ratio, .low = NAN, .high = NAN };
	x->crosses = ratio <= exp(-1);
	if (x->crosses) {
		x->low = -lambert_w(0, -ratio) / ratio;
		x->high = -lambert_w(-1, -ratio) / ratio;
	}
	x->corrected = corrected(modulus, beta, epsilon);
}
