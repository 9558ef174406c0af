/*
 * summary - range, moments and norms of an array in one pass
 *
 * Elements are taken as doubles, complex ones by their modulus.  NaN and infinite elements are
 * counted and left out of everything else.  Blocks are summed about the mean so far and merged by
 * the update of Chan, Golub and LeVeque ("Updating formulae and a pairwise algorithm for computing
 * sample variances", Stanford, 1979), so a standard deviation much smaller than the mean is still
 * accurate.  Numbers whose squares would overflow or underflow are scaled by a power of two first.
 */
#ifndef STREAM_SUMMARY_H
#define STREAM_SUMMARY_H

#include "stream/format.h"

/* Zero-initialise. */
struct summary {
	uint64_t n; /* finite elements */
	uint64_t nans, infinities, zeros;
	double min, max; /* NaN when n is 0 */
	int scale; /* mean and m2 are those of x / 2^scale */
	double mean;
	double m2; /* sum of squared deviations from the mean */
	double sum1; /* of |x| */
};

/* summary_add - @n more elements of type @dtype, stored as in a stream */
void summary_add(struct summary *s, enum dtype dtype, const void *p, size_t n);

double summary_mean(const struct summary *s); /* NaN when n is 0 */
double summary_sd(const struct summary *s); /* sqrt(m2 / n); NaN when n is 0 */
double summary_norm(const struct summary *s); /* Euclidean norm, sqrt(sum x^2) */

/* What summary_block finds in a block of finite values; @d is x - shift. */
struct summary_sums {
	double sum_d, sum_d2, sum1, min, max;
	uint64_t zeros;
};
enum { SUMMARY_BLOCK = 1024 };

/* summary_widen - x (n) = p, as doubles; returns whether all are finite */
int summary_widen(const float *p, int n, double *x);

/* summary_block - sums over x (n), 1 <= n <= SUMMARY_BLOCK, every value finite, into @b */
void summary_block(const double *x, int n, double shift, struct summary_sums *b);

#endif
