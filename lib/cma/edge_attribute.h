/*
 * edge_attribute - edges to the first order (private to the files of cma)
 */
#ifndef CMA_EDGE_ATTRIBUTE_H
#define CMA_EDGE_ATTRIBUTE_H

#include "cma/edge.h"
#include "gpt/layer.h"

/* cma_edges_attribute - @effect (n, edges), @total (n); the latter is exact */
int cma_edges_attribute(const struct cma_work *w, const struct gpt_layers *net,
			const struct cma_pair *pair, int n, const struct cma_options *o,
			const struct cma_graph *g, float *effect, float *total, struct err *e);

#endif
