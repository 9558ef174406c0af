/*
 * edge_attribute - edges to the first order (private to the files of cma)
 */
#ifndef CMA_EDGE_ATTRIBUTE_H
#define CMA_EDGE_ATTRIBUTE_H

#include "cma/attribute.h"
#include "cma/edge.h"
#include "gpt/layer.h"

/* cma_edges_attribute - found->effect (n, edges), and total (n), which is exact; nothing else */
int cma_edges_attribute(const struct cma_work *w, const struct gpt_layers *net,
			const struct cma_pair *pair, int n, const struct cma_options *o,
			const struct cma_graph *g, const struct cma_found *found, struct err *e);

#endif
