/*
 * site - add the patched runs of every site of a layer to a sweep (private to this room)
 */
#ifndef CMA_SITE_H
#define CMA_SITE_H

#include "cma/cma.h"
#include "cma/sweep.h"

/*
 * How an output is replaced.  cma_patch uses the correct functions; a test uses wrong ones, to see
 * that the identities catch them.
 *
 * @head: delta (D) = slice of head @from in source (C) minus slice of head @h in own (C)
 * @mlp:  y (C) = what the MLP is to add; own and source (C) are what it adds in the two runs
 */
struct cma_operator {
	void (*head)(int h, int from, int D, const float *own, const float *source, float *delta);
	void (*mlp)(int C, const float *own, const float *source, float *y);
};

/* What to patch, and memory for it. */
struct cma_sites {
	const struct cma_operator *op;
	const struct cma_options *o;
	const int *shift; /* (pairs of the sweep) see cma_pair */
	float *drift; /* (C) change of the stream at `=' that patching every MLP must give */
	float *scratch; /* (3, C) */
	float *alt; /* (S, chunk, 3 C) queries, keys and values to patch with */
	float *act; /* (2 chunk, F) hidden units of base and source */
};

size_t cma_sites_bytes(const struct cma_plan *plan, int n); /* memory for @n pairs */
int cma_sites_create(struct cma_sites *p, const struct cma_plan *plan, struct err *e);
void cma_sites_free(struct cma_sites *p); /* a zeroed struct is allowed */

/* cma_sites_examples - number of patched runs of one pair in a layer */
int cma_sites_examples(const struct cma_options *o, const struct gpt_config *c);

/*
 * cma_sites_layer - take clean runs, examples and checks through a layer, and add the examples of
 * the layer's own sites
 */
void cma_sites_layer(struct cma_sites *p, struct cma_sweep *s, int layer);

/* cma_patch_with - cma_patch with another operator, for the test of the identities */
int cma_patch_with(const struct cma_operator *op, const struct cma_work *w,
		   const struct cma_pair *pair, int n, const struct cma_options *o,
		   struct cma_map *map, struct err *e);

#endif
