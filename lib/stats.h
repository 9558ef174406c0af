/*
 * stats - distributions behind the null values and p-values of the analyses
 */
#ifndef STATS_H
#define STATS_H

/*
 * stats_beta - regularised incomplete beta function I_x(a, b): the probability that a Beta(a, b)
 * variable is at most x
 *
 * @a, @b above 0; @x is clipped to 0..1.  Relative error below 1e-12 for a, b up to 1e5.
 * Continued fraction 8.17.22 of the NIST Digital Library of Mathematical Functions.
 */
double stats_beta(double x, double a, double b);

#endif
