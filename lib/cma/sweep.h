/*
 * sweep - patched runs on their way through the layers (private to the files of cma)
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

#include "cma/walk.h"

enum {
	CMA_CHUNK_LEAST = 16, /* pairs of a sweep, if there are so many: products are long */
	CMA_CHUNK_MOST = 64, /* beyond, little more of the prefixes is shared */
	CMA_RUNS = 500, /* patched runs of a sweep, at least, if CMA_CHUNK_MOST allows it */
	CMA_EVERYTHING = 0, /* the check with every head patched */
	CMA_HELD = 1, /* the check with heads held at the base's outputs and every MLP patched */
	CMA_CHECKS = 2
};

/*
 * How an output is replaced; cma_patch passes the right one, the test wrong ones.
 *
 * @head: delta (D) = what must be added to head @h's slice of own (C) to make it that of source (C)
 * @mlp:  y (C) = what the MLP is to add; own and source: what it adds in the two runs
 */
struct cma_operator {
	void (*head)(int h, int D, const float *own, const float *source, float *delta);
	void (*mlp)(int C, const float *own, const float *source, float *y);
};

/* What all sweeps have in common. */
struct cma_plan {
	const struct cma_operator *op;
	const struct gpt_layers *net;
	unsigned sites; /* CMA_HEADS, CMA_MLPS */
	int per_layer; /* sites of a layer */
	int T, S; /* first own position of an example, number of own positions */
	int chunk; /* most pairs of a sweep, but for one */
};

struct cma_sweep {
	const struct cma_plan *plan;
	struct cma_walk w;
	int n; /* pairs: sequence i of the walk is the base of pair i, n + i its source */
	int m, most; /* examples so far, and room for them */
	float *x; /* (S, most, C) streams of the examples */
	float *mid; /* (S, 2 n, C): bases, then sources, between attention and MLP */
	float *heads; /* (piece, C), of a block, positions outermost */
	float *delta; /* (chunk + 1, D) */
	float *p; /* (piece, NN_KEYS, H) */
	float *logits; /* (2 (chunk + 1), V), for the caller */
	float *drift; /* (C): what patching every MLP must add at `=' */
	float *scratch; /* (3, C) */
	int (*key)[GPT_LENGTH]; /* (piece) */
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

/* cma_sweep_stream - an example's stream at @pos; the next example's is behind it */
float *cma_sweep_stream(const struct cma_sweep *s, int example, int pos);

/* cma_patch_with - cma_patch with another operator: the test of the identities breaks it */
int cma_patch_with(const struct cma_operator *op, const struct cma_work *w,
		   const struct cma_pair *pair, int n, const struct cma_options *o,
		   struct cma_map *map, struct err *e);

#endif
