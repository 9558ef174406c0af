/*
 * edge_attribute - first-order estimates of the effects of edges (private to this room)
 */
#ifndef CMA_EDGE_ATTRIBUTE_H
#define CMA_EDGE_ATTRIBUTE_H

#include "cma/attribute.h"
#include "cma/edge.h"
#include "gpt/layer.h"

/*
 * cma_edges_attribute - estimate the effect of every edge for @n pairs
 *
 * @found: effect (n, edges), and total (n), which is exact, are filled; right is not
 *
 * Returns 0, or -1 with @e.
 */
int cma_edges_attribute(const struct cma_work *w, const struct gpt_layers *net,
			const struct cma_pair *pair, int n, const struct cma_options *o,
			const struct cma_graph *g, const struct cma_found *found, struct err *e);

#endif
