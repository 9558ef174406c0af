/*
 * pattern - where heads look: their attention weights over many equations
 */
#ifndef CMA_PATTERN_H
#define CMA_PATTERN_H

#include "cma/cma.h"

/*
 * cma_patterns - mean and standard deviation of every attention weight over @n equations
 *
 * @mean, @sd: (L, H, GPT_LENGTH, GPT_LENGTH): query position, key position; 0 where a query does
 * not see
 *
 * Returns 0, or -1 with @e.  Any number of threads gives the same.
 */
int cma_patterns(const struct cma_work *w, const int *ids, int n, float *mean, float *sd,
		 struct err *e);

#endif
