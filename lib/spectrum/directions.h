/*
 * directions - how much a function of two operands varies with each operand, their sum, their
 * difference
 *
 * A function f(i, j) with C channels, i and j modulo n, is averaged over the lines of its square on
 * which one of these is constant:
 *
 *     first      i                     answer     i + sign j
 *     second     j                     opposite   i - sign j
 *
 * Each average is a function of one variable, in which a frequency k has a cosine and a sine.
 * Together they hold the part of f with frequency k in i alone, in j alone, or in both: the four
 * products of cos, sin (k i) and cos, sin (k j) are combinations of functions of answer and
 * opposite.
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

/* directions_init - nothing added yet; 0, or -1 with @e when memory runs out */
int directions_init(struct directions *d, int n, int C, int sign, struct err *e);
void directions_free(struct directions *d); /* a zeroed struct is allowed */

/* directions_add - add f(i, j) for one i and all j, @rows (n, C); call it once for each i */
void directions_add(struct directions *d, int i, const float *rows);

/*
 * directions_transform - the averages over one kind of line in the Fourier basis
 *
 * @coef: (n, C), filled; rows as in spectrum_basis
 *
 * For even n, frequency n/2 is the same function in answer and opposite: it is counted in answer.
 * Returns 0, or -1 with @e when memory runs out.
 */
int directions_transform(const struct directions *d, enum directions_line line, double *coef,
			 struct err *e);

/*
 * directions_energy - energy of frequency k in channel c, from the result of directions_transform
 */
double directions_energy(const struct directions *d, const double *coef, int k, int c);

/* directions_total - the sum of (f - mean)^2 over pairs, of channel c */
double directions_total(const struct directions *d, int c);

/*
 * directions_shares - energy of each frequency in each kind of line / energy about the mean
 *
 * @share: (LINES, n/2 + 1), filled; share[.][0] is 0; all are 0 for a constant function
 *
 * Energies are summed over channels.  Returns 0, or -1 with @e when memory runs out.
 */
int directions_shares(const struct directions *d, float *share, struct err *e);

#endif
