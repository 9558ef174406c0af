/* The incomplete beta function, and the bootstrap; see stats.h. */
#include "stats.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rng.h"

/* Keeps a denominator of the modified Lentz recurrence away from zero. */
static double nonzero(double x)
{
	return fabs(x) < DBL_MIN / DBL_EPSILON ? DBL_MIN / DBL_EPSILON : x;
}

/* 1 / (1 + d1 / (1 + d2 / (1 + ...))), the fraction of DLMF 8.17.22 */
static double fraction(double x, double a, double b)
{
	double c = 1, d = 1 / nonzero(1 - (a + b) * x / (a + 1)), h = d;

	/* Converges in O(sqrt(max(a, b))) terms for x < (a + 1) / (a + b + 2). */
	for (int m = 1; m < 100000; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double step;

		d = 1 / nonzero(1 + even * d);
		c = nonzero(1 + even / c);
		h *= d * c;
		d = 1 / nonzero(1 + odd * d);
		c = nonzero(1 + odd / c);
		step = d * c;
		h *= step;
		if (fabs(step - 1) < 2 * DBL_EPSILON)
			break;
	}
	return h;
}

double stats_beta(double x, double a, double b)
{
	double front;

	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return front * fraction(x, a, b) / a;
	return 1 - front * fraction(1 - x, b, a) / b;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void stats_sort(double *x, size_t n)
{
	qsort(x, n, sizeof(*x), by_value);
}

double stats_quantile(const double *x, int n, double q)
{
	double at = q * (n - 1);
	int i = (int)at;

	return i + 1 < n ? x[i] + (at - i) * (x[i + 1] - x[i]) : x[n - 1];
}

int stats_leading(const double *x, int n, int most, int *lead)
{
	int i, k, found = 0;

	for (i = 0; i < n; i++) {
		if (isnan(x[i]))
			continue;
		for (k = found; k > 0 && fabs(x[i]) > fabs(x[lead[k - 1]]); k--)
			if (k < most)
				lead[k] = lead[k - 1];
		if (k < most)
			lead[k] = i;
		found += found < most;
	}
	return found;
}

int stats_bootstrap(const double *x, int n, int draws, double level, uint64_t seed, double *low,
		    double *high, struct err *e)
{
	double *mean, *sorted;
	struct rng r;

	if (n < 2) {
		*low = *high = NAN;
		return 0;
	}
	mean = malloc(sizeof(*mean) * ((size_t)draws + (size_t)n));
	if (!mean)
		return err_memory(e);
	sorted = mean + draws;
	memcpy(sorted, x, sizeof(*x) * (size_t)n);
	stats_sort(sorted, (size_t)n); /* what is drawn by number */
	rng_seed(&r, seed, 0);
	for (int i = 0; i < draws; i++) {
		mean[i] = 0;
		for (int j = 0; j < n; j++)
			mean[i] += sorted[rng_below(&r, (uint64_t)n)] / n;
	}
	stats_sort(mean, (size_t)draws);
	*low = stats_quantile(mean, draws, (1 - level) / 2);
	*high = stats_quantile(mean, draws, (1 + level) / 2);
	free(mean);
	return 0;
}
