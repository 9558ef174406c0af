/*
 * logistic - one or two logistic steps through a series, by least squares
 *
 *     x(t) = A + sum_j B_j / (1 + exp((c_j - t) / w_j))
 *
 * The best one or two of a dictionary of steps, by their inner products with the series, and a
 * pattern search from there.
 */
#ifndef SYNC_LOGISTIC_H
#define SYNC_LOGISTIC_H

#include "err.h"

enum {
	LOGISTIC_POINTS = 256
}; /* samples are averaged in so many bins of the axis when there are more */

/* From 10 % to 90 % of a step of width w are 2 ln 9 w. */
#define LOGISTIC_MARGIN 2.1972245773362196 /* ln 9 */

/*
 * The samples as the fit sees them, with weights v that sum to 1.  root = sqrt(v); y = sqrt(v) (x -
 * mean) / scale, a unit vector orthogonal to root.
 */
struct logistic_points {
	int n;
	double t[LOGISTIC_POINTS], y[LOGISTIC_POINTS], root[LOGISTIC_POINTS];
	double scale; /* weighted standard deviation of x */
	double limit; /* greatest height of a step that is not one of two that cancel */
};

struct logistic_step {
	double c, logw; /* centre, log of the width */
	double height; /* in units of scale, by least squares */
};

/*
 * logistic_points - from samples at rising @t; returns 0 when the values are all the same, else 1
 */
int logistic_points(struct logistic_points *p, const double *t, const double *x, int n);

/*
 * logistic_fit - the best step, and a second one where it is worth it
 *
 * A second step is taken when it halves the squared error, is at least a tenth of the series'
 * range, and does not overlap a first one of the same direction from 10 % to 90 %; never with
 * @single.
 *
 * @step:  in order of their centres
 * @error: squared error left of 1
 *
 * Returns the number of steps, or -1 with @e when memory runs out.
 */
int logistic_fit(const struct logistic_points *p, int single, struct logistic_step step[2],
		 double *error, struct err *e);

/* logistic_line_error - the squared error, of 1, that a straight line in t leaves */
double logistic_line_error(const struct logistic_points *p);

#endif
