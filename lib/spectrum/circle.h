/*
 * circle - do angles follow the residues round a circle?
 *
 * Angles t_i, i = 0 .. n-1, are held against 2 pi k i / n, the angles of a ring of frequency k.  A
 * ring may run either way: angles that fall as i rises count as their mirror image.
 */
#ifndef SPECTRUM_CIRCLE_H
#define SPECTRUM_CIRCLE_H

#include "err.h"

struct circle {
	double circular; /* circular correlation of the two angles */
	double resultant; /* mean resultant length |mean exp(i (t_i - 2 pi k i / n))| */
	double homomorphism; /* homomorphism error */
};

/*
 * circle_correlation - circular correlation coefficient of angles a and b, n of each: -1 to 1
 *
 *     sum sin(a - A) sin(b - B) / sqrt(sum sin^2(a - A) sum sin^2(b - B))
 *
 * with A and B the mean directions (Jammalamadaka and SenGupta, Topics in Circular Statistics,
 * 2001, section 8.2).  Residues go round evenly and have no mean direction; where either is lost
 * in rounding, the book puts (|sum exp(i (a - b))| - |sum exp(i (a + b))|) / 2 above the same
 * root.  NaN when one of the angles does not vary.
 */
double circle_correlation(const double *a, const double *b, int n);

/*
 * circle_measure - all three
 *
 * @t: (2, n), angles in radians, reversed if they run the other way; the second half is filled
 *
 * With t_0 the circular mean of t_i - 2 pi k i / n, the homomorphism error is the mean over all
 * a, b of |exp(i t_(a+b)) - exp(i (t_a + t_b - t_0))|, a + b mod n, divided by 4 / pi: 0 for a
 * ring, 1 for independent uniform angles.  Takes time n^2.
 */
void circle_measure(double *t, int n, int k, struct circle *c);

#endif
