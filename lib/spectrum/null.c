/*
 * null - expected values of the measures for a matrix of independent Gaussian entries
 */
#include <math.h>

#include "spectrum/spectrum.h"
#include "stats.h"

/* Mean of a chi variable with 2a degrees of freedom / sqrt(2): Gamma(a + 1/2) / Gamma(a) */
static double chi_mean(double a)
{
	return exp(lgamma(a + 0.5) - lgamma(a));
}

/*
 * E|X - Y| of two such variables.  X^2 + Y^2 is independent of U = X^2 / (X^2 + Y^2), which is
 * Beta(a, b), and X > Y means U > 1/2; the mean of sqrt(U) over U < 1/2 is an incomplete beta
 * function of (a + 1/2, b).
 */
static double chi_distance(double a, double b)
{
	return chi_mean(a) * (1 - 2 * stats_beta(0.5, a + 0.5, b)) +
	       chi_mean(b) * (1 - 2 * stats_beta(0.5, b + 0.5, a));
}

void spectrum_null(int n, int C, struct spectrum_null *null)
{
	double N = (double)n * C, rows = n - 1;
	/* Magnitudes that are their own mirror image have one degree of freedom instead of two. */
	double real = (n % 2 ? 1 : 2) * (C % 2 ? 1 : 2), pairs = (N - real) / 2;
	/* Frequency norms are chi: 2 C degrees of freedom, C for n/2. */
	double whole = (n - 1) / 2, lone = n % 2 ? 0 : 1, a = C, b = C / 2.0;
	double alpha = whole * a + lone * b, count = whole + lone, edge, width;

	/* Rayleigh: 1 - 1/sqrt(2); an entry equals itself and its mirror image. */
	null->gini2d = (1 - sqrt(0.5)) * (1 - 2 / N);
	/* Energies by their sum are Dirichlet, parameter 1 for a pair and 1/2 for a real. */
	null->ipr2d = (pairs + 0.75 * real) / (N / 2 * (N / 2 + 1));
	null->gini =
		(whole * (whole - 1) * chi_distance(a, a) + 2 * whole * lone * chi_distance(a, b)) /
		(2 * count * (whole * chi_mean(a) + lone * chi_mean(b)));
	null->ipr = (whole * a * (a + 1) + lone * b * (b + 1)) / (alpha * (alpha + 1));
	/* Centring takes one row.  Largest Wishart eigenvalue, then tr^2 / tr of square. */
	edge = sqrt(rows - 1) + sqrt(C);
	width = edge * cbrt(1 / sqrt(rows - 1) + 1 / sqrt(C));
	null->pca1 = (edge * edge - 1.2065335745820 * width) / (rows * C);
	null->rank = (rows * C + 2) / (rows + C + 1);
	null->ring_r2 = C / (C + n - 3.0);
}
