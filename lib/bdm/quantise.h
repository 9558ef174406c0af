/*
 * quantise - weights to letters
 *
 * A complexity of weights is one of the letters that stand for them.  Letters by rank do not change
 * when the weights are scaled or bent by an increasing function, so that a shrinking norm alone
 * does not look like a simpler network.
 */
#ifndef BDM_QUANTISE_H
#define BDM_QUANTISE_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

enum { QUANTISE_LEVELS = 8 };

enum quantise {
	QUANTISE_RANK, /* equally many of each letter: by the median, quartiles or octiles */
	QUANTISE_NONE, /* the numbers are letters already */
	QUANTISE_SIGN, /* 0 for negative, 1 for the rest */
};

/*
 * quantise_cuts - the quantiles that separate @levels equal parts of @n numbers
 *
 * @x:   (n), n >= 1
 * @cut: (levels - 1); cut j is the quantile (j + 1) / levels, linear between order statistics:
 *       q at place (n - 1) q of the sorted numbers (Hyndman and Fan 1996, type 7; numpy's default)
 *
 * Linear time, exact.  Returns 0, or -1 with @e if a number is not finite or memory runs out.
 */
int quantise_cuts(const float *x, size_t n, int levels, double *cut, struct err *e);

/*
 * quantise_letters - a letter 0..levels-1 for each of @n numbers
 *
 * @letter: (n); QUANTISE_RANK: the number of cuts that are <= x, but 0 if all numbers are equal
 * @levels: 2, 4 or 8
 *
 * Returns 0, or -1 with @e if a number is not finite, or is no letter (QUANTISE_NONE).
 */
int quantise_letters(const float *x, size_t n, enum quantise how, int levels, uint8_t *letter,
		     struct err *e);

/* quantise_by_cuts - how many of the @levels - 1 cuts are <= x, for each of @n numbers */
void quantise_by_cuts(const float *x, size_t n, int levels, const float *cut, uint8_t *letter);

#endif
