/*
 * pattern - the mean attention weights of every head over many equations
 */
#ifndef CMA_PATTERN_H
#define CMA_PATTERN_H

#include "cma/cma.h"

/*
 * cma_patterns - mean and standard deviation of every attention weight over @n equations
 *
 * @mean, @sd: (L, H, GPT_LENGTH, GPT_LENGTH): query position, key position; 0 where the causal mask
 *             hides the key
 *
 * Returns 0, or -1 with @e.  The result does not depend on the number of threads.
 */
int cma_patterns(const struct cma_work *w, const int *ids, int n, float *mean, float *sd,
		 struct err *e);

#endif
