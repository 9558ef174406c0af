/*
 * attribute - attribution patching: a first-order estimate of the effect of every site, by one
 * backward pass (private to this room)
 */
#ifndef CMA_ATTRIBUTE_H
#define CMA_ATTRIBUTE_H

#include "cma/cma.h"
#include "gpt/layer.h"

/* Results for each pair; arrays of the caller. */
struct cma_found {
	float *effect; /* (pairs, L, sites of a layer) */
	float *total; /* (pairs) */
	unsigned char *right; /* (pairs) both equations are answered correctly */
};

/*
 * cma_attribute - fill @found for the @n pairs and the sites of @o
 *
 * @net: the network of @w
 *
 * Returns 0, or -1 with @e.
 */
int cma_attribute(const struct cma_work *w, const struct gpt_layers *net,
		  const struct cma_pair *pair, int n, const struct cma_options *o,
		  const struct cma_found *found, struct err *e);

#endif
