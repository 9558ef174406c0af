/*
 * site - patched runs of every site of a layer, put into a sweep (private to the files of cma)
 */
#ifndef CMA_SITE_H
#define CMA_SITE_H

#include "cma/sweep.h"

/*
 * How an output is replaced; cma_patch passes the right one, the test wrong ones.
 *
 * @head: delta (D) = what must be added to head @h's slice of own (C) to make it that of head @from
 *        of source (C)
 * @mlp:  y (C) = what the MLP is to add; own and source: what it adds in the two runs
 */
struct cma_operator {
	void (*head)(int h, int from, int D, const float *own, const float *source, float *delta);
	void (*mlp)(int C, const float *own, const float *source, float *y);
};

/* What to patch, and room for it. */
struct cma_sites {
	const struct cma_operator *op;
	const struct cma_options *o;
	const int *shift; /* (pairs of the sweep): see cma_pair */
	float *drift; /* (C): what patching every MLP must add at `=' */
	float *scratch; /* (3, C) */
	float *alt; /* (S, chunk, 3 C) */
	float *act; /* (2 chunk, F) */
};

size_t cma_sites_bytes(const struct cma_plan *plan, int n);
int cma_sites_create(struct cma_sites *p, const struct cma_plan *plan, struct err *e);
void cma_sites_free(struct cma_sites *p); /* zeroed is fine */

/* cma_sites_examples - patched runs of one pair in a layer */
int cma_sites_examples(const struct cma_options *o, const struct gpt_config *c);

/*
 * cma_sites_layer - clean runs, examples and checks through a layer, with the layer's own examples
 * added
 */
void cma_sites_layer(struct cma_sites *p, struct cma_sweep *s, int layer);

/* cma_patch_with - cma_patch with another operator: the test of the identities breaks it */
int cma_patch_with(const struct cma_operator *op, const struct cma_work *w,
		   const struct cma_pair *pair, int n, const struct cma_options *o,
		   struct cma_map *map, struct err *e);

#endif
