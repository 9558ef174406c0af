/*
 * stats - sorting, quantiles, leading values, bootstrap intervals, the beta distribution
 */
#ifndef STATS_H
#define STATS_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/*
 * stats_beta - regularised incomplete beta function I_x(a, b): the probability that a Beta(a, b)
 * variable is at most x
 *
 * @a and @b are above 0; @x is clipped to 0..1.  The relative error is below 1e-12 for a, b up to
 * 1e5.  Continued fraction 8.17.22 of the NIST Digital Library of Mathematical Functions.
 */
double stats_beta(double x, double a, double b);

void stats_sort(double *x, size_t n); /* ascending; no NaN */

/* stats_quantile - quantile @q of @n sorted values, 1 or more, linear between neighbours */
double stats_quantile(const double *x, int n, double q);

/*
 * stats_leading - the @most values of largest |x| among @n, or all of them; NaN are left out
 *
 * @lead: (@most) filled with their indices, largest first, of equal ones the first first
 *
 * Returns how many.
 */
int stats_leading(const double *x, int n, int most, int *lead);

/*
 * stats_bootstrap - a confidence interval for the mean of a few values
 *
 * @x:         (n); the interval is NaN when n is below 2
 * @draws:     number of bootstrap samples, each n values drawn with replacement; 1 or more
 * @level:     share of the samples' means within the interval, such as 0.95
 * @seed:      the same values in any order with the same seed give the same interval
 * @low, @high: percentiles of the means, linear between order statistics
 *
 * The percentile bootstrap (Efron, "Bootstrap methods: another look at the jackknife", Annals of
 * Statistics 7, 1979).  Its coverage is too low when n is small: about 0.84 for five normal values
 * at level 0.95.  Returns 0, or -1 with @e when memory runs out.
 */
int stats_bootstrap(const double *x, int n, int draws, double level, uint64_t seed, double *low,
		    double *high, struct err *e);

#endif
