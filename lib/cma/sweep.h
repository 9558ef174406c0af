/*
 * sweep - patched runs on their way through the layers (private to the files of cma)
 *
 * One sweep does everything.  A few pairs are walked as a row table, both runs of each pair, with
 * shared prefixes; behind each layer the patched runs of that layer's sites are added as examples,
 * which from then on pass through the layers together with those of the layers below.  So nothing
 * is computed below a patch, and nothing is kept from layer to layer but the residual stream.
 *
 *     examples   | 2 checks | layer 0: site 0: pairs, site 1: pairs ... | layer 1: ... |
 *
 * An example owns the rows from position T on, 3 when patched at `=' alone, or from a later one if
 * its patch leaves T as it is; its queries see the keys and values of the base run's table at the
 * positions before.
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

/* What all sweeps have in common. */
struct cma_plan {
	const struct gpt_layers *net;
	int T, S; /* first own position of an example, number of own positions, at most */
	int until; /* positions T .. until - 1 are patched */
	int examples; /* of one pair, over all layers; the checks not counted */
	int chunk; /* most pairs of a sweep */
};

struct cma_sweep {
	const struct cma_plan *plan;
	struct cma_walk w;
	int n; /* pairs: sequence i of the walk is the base of pair i, n + i its source */
	int m, most; /* examples so far, and room for them */
	float *x; /* (S, most, C) streams of the examples */
	unsigned char *own; /* (most) first own position of each */
	float *before,
		*mid; /* (S, 2 n, C): bases, then sources, entering the block; before its MLP */
	float *heads; /* (rows, C), of a block, positions outermost */
	float *delta; /* (chunk, D) */
	float *p; /* (rows, NN_KEYS, H) */
	float *logits; /* (2 chunk, V), for the caller */
	int (*key)[GPT_LENGTH]; /* (rows) */
};

/* cma_sweep_bytes - memory for @n pairs */
size_t cma_sweep_bytes(const struct cma_plan *plan, int n);
int cma_sweep_create(struct cma_sweep *s, const struct cma_plan *plan, struct err *e);
void cma_sweep_free(struct cma_sweep *s); /* zeroed is fine */

/* cma_sweep_start - @tokens (2 n, GPT_LENGTH): bases, then sources */
void cma_sweep_start(struct cma_sweep *s, const int *tokens, int n);

/*
 * cma_sweep_from - the first position at which @layer does all its work; below it, keys and values
 * alone
 */
int cma_sweep_from(const struct cma_sweep *s, int layer);

/*
 * cma_sweep_layer - clean runs and examples pass a layer; the checks do not: see cma_sweep_attend
 */
void cma_sweep_layer(struct cma_sweep *s, int layer);

/*
 * cma_sweep_attend - examples first .. first + n - 1, which own the same positions, through
 * attention alone; fills heads
 */
void cma_sweep_attend(struct cma_sweep *s, int layer, int first, int n);

/*
 * Clean runs on pair @i's base (run 0) or source (1), at @pos, T or later: the stream entering the
 * block last passed, between its halves, behind it; and the outputs of its heads.
 */
const float *cma_sweep_before(const struct cma_sweep *s, int run, int i, int pos);
const float *cma_sweep_mid(const struct cma_sweep *s, int run, int i, int pos);
const float *cma_sweep_clean(const struct cma_sweep *s, int run, int i, int pos);
const float *cma_sweep_heads(const struct cma_sweep *s, int layer, int run, int i, int pos);

/* cma_sweep_qkv - query, key and value, (3 C) */
const float *cma_sweep_qkv(const struct cma_sweep *s, int layer, int run, int i, int pos);

/* cma_sweep_stream - an example's stream at @pos; the next example's is behind it */
float *cma_sweep_stream(const struct cma_sweep *s, int example, int pos);

/* cma_sweep_add_head - x (n, C) += delta (n, D) by way of head @h's rows of c_proj */
void cma_sweep_add_head(const struct cma_sweep *s, int layer, int h, int n, float *x);

/*
 * cma_sweep_add_mlp - the next @count examples, put between the halves, pass the MLP; their own
 * rows begin at @own
 */
void cma_sweep_add_mlp(struct cma_sweep *s, int layer, int own, int count);

/*
 * cma_sweep_append_qkv - H n examples: of one head after another the query, key or value (@kind 0,
 * 1, 2) becomes that of @alt (S, n, 3 C) at the patched positions
 */
void cma_sweep_append_qkv(struct cma_sweep *s, int layer, int kind, const float *alt);

#endif
