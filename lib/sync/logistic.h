/*
 * logistic - one or two logistic steps through a series, by least squares
 *
 *     x(t) = A + sum_j B_j / (1 + exp((c_j - t) / w_j))
 *
 * First the best one or two of a dictionary of steps are found, by their inner products with the
 * series; from there a pattern search minimises the error.
 */
#ifndef SYNC_LOGISTIC_H
#define SYNC_LOGISTIC_H

#include "err.h"

enum {
	LOGISTIC_POINTS = 256
}; /* if there are more samples, they are averaged in this many bins of the axis */

/* A step of width w goes from 10 % to 90 % of its height within 2 ln 9 w. */
#define LOGISTIC_MARGIN 2.1972245773362196 /* ln 9 */

/*
 * The samples in the form that the fit uses, with weights v that sum to 1: root = sqrt(v) and
 * y = sqrt(v) (x - mean) / scale, so that y is a unit vector orthogonal to root.
 */
struct logistic_points {
	int n;
	double t[LOGISTIC_POINTS], y[LOGISTIC_POINTS], root[LOGISTIC_POINTS];
	double scale; /* weighted standard deviation of x */
	double limit; /* higher steps are not accepted: they are pairs that cancel each other */
};

struct logistic_step {
	double c, logw; /* centre; natural logarithm of the width w */
	double height; /* B in units of scale, by least squares */
};

/*
 * logistic_points - prepare samples @x (n) at rising @t (n); returns 1, or 0 if all x are equal
 */
int logistic_points(struct logistic_points *p, const double *t, const double *x, int n);

/*
 * logistic_fit - fit one step, or two
 *
 * A second step is accepted if it halves the squared error, its height is at least a tenth of the
 * series' range, and its 10 % to 90 % does not overlap that of a first step in the same direction.
 *
 * @single: 1: never fit a second step
 * @step:   filled, in order of their centres
 * @error:  squared error that remains; 1 without any step
 *
 * Returns the number of steps, or -1 with @e when memory runs out.
 */
int logistic_fit(const struct logistic_points *p, int single, struct logistic_step step[2],
		 double *error, struct err *e);

/* logistic_line_error - the squared error that remains after fitting a straight line in t */
double logistic_line_error(const struct logistic_points *p);

#endif
