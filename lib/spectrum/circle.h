/*
 * circle - do angles follow the residues around a circle?
 *
 * Angles t_i, i = 0 .. n-1, are compared with 2 pi k i / n, the angles of a ring of frequency k.
 * If they run in the other direction (t_i falls as i rises), they are mirrored first.
 */
#ifndef SPECTRUM_CIRCLE_H
#define SPECTRUM_CIRCLE_H

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
 * where A and B are the mean directions (Jammalamadaka and SenGupta, "Topics in Circular
 * Statistics", 2001, section 8.2).  Residues are spread evenly round the circle and have no mean
 * direction.  Where A or B is not determined beyond rounding, the numerator is
 * (|sum exp(i (a - b))| - |sum exp(i (a + b))|) / 2, as given there.  NaN when the angles a or b do
 * not vary.
 */
double circle_correlation(const double *a, const double *b, int n);

/*
 * circle_measure - the three measures of struct circle
 *
 * @t: (2, n); the first half holds the angles in radians, which are mirrored if they run in the
 *     other direction; the second half is scratch
 *
 * With t_0 the circular mean of t_i - 2 pi k i / n, the homomorphism error is the mean over all
 * a, b of |exp(i t_(a+b)) - exp(i (t_a + t_b - t_0))|, a + b mod n, divided by 4 / pi: 0 for a
 * ring, 1 for independent uniform angles.  Takes time proportional to n^2.
 */
void circle_measure(double *t, int n, int k, struct circle *c);

#endif
