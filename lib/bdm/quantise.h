/*
 * quantise - turn weights into symbols, whose complexity can be measured
 *
 * Symbols by rank do not change when an increasing function is applied to all weights, such as
 * scaling.  So a network does not appear simpler only because the norm of its weights has fallen.
 */
#ifndef BDM_QUANTISE_H
#define BDM_QUANTISE_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

enum { QUANTISE_LEVELS = 8 };

enum quantise {
	QUANTISE_RANK, /* equally many of each symbol: by the median, quartiles or octiles */
	QUANTISE_NONE, /* the numbers are symbols already */
	QUANTISE_SIGN, /* 0 for negative, 1 for the rest */
};

/*
 * quantise_cuts - the quantiles that divide @n numbers into @levels equal parts
 *
 * @x:   (n), n >= 1
 * @cut: (levels - 1); cut j is the quantile (j + 1) / levels, linear between order statistics:
 *       quantile q is at index (n - 1) q of the sorted numbers (Hyndman and Fan 1996, type 7, the
 *       default of numpy)
 * @constant: set to 1 if all numbers are equal, else 0
 *
 * Exact, in linear time.  Returns 0, or -1 with @e if a number is not finite or memory runs out.
 */
int quantise_cuts(const float *x, size_t n, int levels, double *cut, int *constant, struct err *e);

/*
 * quantise_symbols - a symbol 0..levels-1 for each of @n numbers
 *
 * @symbol: (n); with QUANTISE_RANK the number of cuts that are <= x, or 0 if all numbers are equal
 * @levels: 2, 4 or 8
 *
 * Returns 0, or -1 with @e if a number is not finite, or is not a symbol (QUANTISE_NONE).
 */
int quantise_symbols(const float *x, size_t n, enum quantise how, int levels, uint8_t *symbol,
		     struct err *e);

/* quantise_by_cuts - @symbol (n): how many of the @levels - 1 cuts are <= x */
void quantise_by_cuts(const float *x, size_t n, int levels, const float *cut, uint8_t *symbol);

#endif
