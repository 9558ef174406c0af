/*
 * fit - straight lines through few points, with an interval for the slope
 *
 *     y = intercept + slope x    by least squares
 *
 * Behind `scaling` (the exponent of a power law is the slope on logarithmic axes) and `layers`.
 */
#ifndef SYNC_FIT_H
#define SYNC_FIT_H

#include <stdint.h>

#include "err.h"

struct fit {
	int n; /* points used: pairs of finite numbers */
	double slope, intercept;
	double low, high; /* interval of the slope; NaN below three points */
	double r2; /* share of the variance of y that the line explains */
};

/*
 * fit_line - the line through @n points
 *
 * @draws, @level, @seed: of the interval: percentiles of the slope over @draws samples of the
 *                        points with replacement (Efron 1979, as stats_bootstrap); samples whose
 *                        x are all alike are drawn again
 *
 * All of @f but its count is NaN when fewer than two different x are finite.  Returns 0, or -1
 * with @e when memory runs out.
 */
int fit_line(const double *x, const double *y, int n, int draws, double level, uint64_t seed,
	     struct fit *f, struct err *e);

#endif
