/*
 * attribute - effects to the first order, of every site by one backward pass (private to the files
 * of cma)
 */
#ifndef CMA_ATTRIBUTE_H
#define CMA_ATTRIBUTE_H

#include "cma/cma.h"
#include "gpt/layer.h"

/* What patching finds, pair by pair. */
struct cma_found {
	float *effect; /* (pairs, L, sites of a layer) */
	float *total; /* (pairs) */
	unsigned char *right; /* (pairs) */
};

int cma_attribute(const struct cma_work *w, const struct gpt_layers *net,
		  const struct cma_pair *pair, int n, const struct cma_options *o,
		  const struct cma_found *found, struct err *e);

#endif
