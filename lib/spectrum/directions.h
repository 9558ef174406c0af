/*
 * directions - along what a function of two operands varies
 *
 * A function f(i, j) with C channels, i and j modulo n, is split by means over lines of its square:
 *
 *     first      of i alone            answer     of i + sign j
 *     second     of j alone            opposite   of i - sign j
 *
 * In each, a frequency k has a cosine and a sine: of the products of functions of frequency k,
 * these are all, for answer and opposite together hold cos, sin (k i) times cos, sin (k j).
 */
#ifndef SPECTRUM_DIRECTIONS_H
#define SPECTRUM_DIRECTIONS_H

#include "err.h"

enum directions_line {
	DIRECTIONS_FIRST,
	DIRECTIONS_SECOND,
	DIRECTIONS_ANSWER,
	DIRECTIONS_OPPOSITE,
	DIRECTIONS_LINES
};

struct directions {
	int n, C, sign;
	double *table; /* (LINES, n, C): means over the n pairs of each line */
	double *square; /* (C): sum of f^2 */
};

int directions_init(struct directions *d, int n, int C, int sign, struct err *e);
void directions_free(struct directions *d); /* zeroed is allowed */

/* directions_add - take in f(i, j) for one i and all j; @rows: (n, C).  Once for each i. */
void directions_add(struct directions *d, int i, const float *rows);

/*
 * directions_transform - one line's means in the Fourier basis: @coef (n, C), as spectrum_basis
 *
 * Frequency n/2 of an even n is the same function along answer and opposite: it counts as answer.
 */
int directions_transform(const struct directions *d, enum directions_line line, double *coef,
			 struct err *e);

/* directions_energy - of frequency k in channel c, from the result of directions_transform */
double directions_energy(const struct directions *d, const double *coef, int k, int c);

/* directions_total - the sum of (f - mean)^2 over pairs, of channel c */
double directions_total(const struct directions *d, int c);

/*
 * directions_shares - energy of each frequency along each line / energy about the mean
 *
 * @share: (LINES, n/2 + 1); share[.][0] is 0.  All 0 for a constant.
 */
int directions_shares(const struct directions *d, float *share, struct err *e);

#endif
