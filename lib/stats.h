/*
 * stats - distributions and intervals behind the analyses
 */
#ifndef STATS_H
#define STATS_H

#include <stdint.h>

#include "err.h"

/*
 * stats_beta - regularised incomplete beta function I_x(a, b): the probability that a Beta(a, b)
 * variable is at most x
 *
 * @a, @b above 0; @x is clipped to 0..1.  Relative error below 1e-12 for a, b up to 1e5.
 * Continued fraction 8.17.22 of the NIST Digital Library of Mathematical Functions.
 */
double stats_beta(double x, double a, double b);

/*
 * stats_bootstrap - an interval for the mean of few values
 *
 * @x:         (n); the interval is NaN when n is below 2
 * @draws:     samples of n values with replacement, 1 or more
 * @level:     share of their means within the interval, such as 0.95
 * @seed:      the same values, in any order, and seed give the same interval
 * @low, @high: percentiles of the means, linear between order statistics
 *
 * The percentile bootstrap (Efron, "Bootstrap methods: another look at the jackknife", Annals of
 * Statistics 7, 1979).  For five values it covers less than it says: some 0.84 for a level of 0.95
 * of normal values.  Returns 0, or -1 with @e when memory runs out.
 */
int stats_bootstrap(const double *x, int n, int draws, double level, uint64_t seed, double *low,
		    double *high, struct err *e);

#endif
