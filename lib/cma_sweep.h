/*
 * cma_sweep - patched runs on their way through the layers (private to the files of cma)
 *
 * One sweep does everything.  A few pairs are walked as a row table, both runs of each pair, with shared
 * prefixes; behind each layer the patched runs of that layer's sites are added as examples, which
 * from then on pass through the layers together with those of the layers below.  So nothing is
 * computed below a patch, and nothing is kept from layer to layer but the residual stream.
 *
 *     examples   | 2 checks | layer 0: site 0: pairs, site 1: pairs ... | layer 1: ... |
 *
 * An example owns the rows from position T on, 3 when patched at `=' alone; its queries see the keys
 * and values of the base run's table at the positions before.
 */
#ifndef CMA_SWEEP_H
#define CMA_SWEEP_H

#include "cma_internal.h"

enum {
	CMA_CHUNK = 16, /* most pairs of a sweep: some hundred rows, so that products are long */
	CMA_ROWS = 256, /* that pass through a layer together: what is between stays in the cache */
	CMA_EVERYTHING = 0, /* the check with every head patched */
	CMA_HELD = 1, /* the check with heads held at the base's outputs and every MLP patched */
	CMA_CHECKS = 2
};

/* What all sweeps have in common. */
struct cma_plan {
	const struct cma_operator *op;
	const struct gpt *g;
	unsigned sites; /* CMA_HEADS, CMA_MLPS */
	int per_layer; /* sites of a layer */
	int T, S; /* first own position of an example, number of own positions */
	int chunk; /* most pairs of a sweep, but for one */
};

struct cma_sweep {
	const struct cma_plan *plan;
	struct cma_walk w;
	int n; /* pairs: sequence i of the walk is the base of pair i, n + i its source */
	int m; /* examples so far */
	float *x; /* (examples, S, C) streams of the examples */
	float *in, *heads, *out, *delta; /* (CMA_ROWS, C), of a block, positions outermost */
	float *p; /* (CMA_ROWS, NN_KEYS, H) */
	float *logits; /* (CMA_ROWS, V), for the caller */
	float *drift; /* (C): what patching every MLP must add at `=' */
	int (*key)[GPT_LENGTH]; /* (CMA_ROWS) */
};

/* cma_sweep_bytes - memory for @n pairs and one more */
size_t cma_sweep_bytes(const struct cma_plan *plan, int n);
int cma_sweep_create(struct cma_sweep *s, const struct cma_plan *plan, struct err *e);
void cma_sweep_free(struct cma_sweep *s); /* zeroed is fine */

/* cma_sweep_start - @tokens (2 n, GPT_LENGTH): bases, then sources */
void cma_sweep_start(struct cma_sweep *s, const int *tokens, int n);
void cma_sweep_layer(struct cma_sweep *s, int layer);

/* cma_sweep_clean - the stream of position @pos in the run on pair @i's base (0) or source (1) */
const float *cma_sweep_clean(const struct cma_sweep *s, int run, int i, int pos);

/* cma_sweep_stream - an example's stream at @pos; its pair */
float *cma_sweep_stream(const struct cma_sweep *s, int example, int pos);
int cma_sweep_pair(const struct cma_sweep *s, int example);

#endif
