/*
 * fit - a straight line through a few points, with an interval for the slope
 *
 *     y = intercept + slope x    by least squares
 *
 * Used by grok-sync scaling (the exponent of a power law is the slope on logarithmic axes) and
 * grok-sync layers.
 */
#ifndef SYNC_FIT_H
#define SYNC_FIT_H

#include <stdint.h>

#include "err.h"

struct fit {
	int n; /* points used: those whose x and y are finite */
	double slope, intercept;
	double low, high; /* interval of the slope; NaN for fewer than three points */
	double r2; /* share of the variance of y that the line explains */
};

/*
 * fit_line - the line through @n points
 *
 * @draws, @level, @seed: the interval is that of percentiles of the slope over @draws samples of
 *                        the points with replacement (Efron 1979, see stats_bootstrap); samples
 *                        whose x are all equal are drawn again
 *
 * With fewer than two different finite x, all of @f except n is NaN.  Returns 0, or -1 with @e when
 * memory runs out.
 */
int fit_line(const double *x, const double *y, int n, int draws, double level, uint64_t seed,
	     struct fit *f, struct err *e);

#endif
