/*
 * sweep - all patched runs of a few pairs, taken through the layers once (private to this room)
 *
 * The clean runs on base and source of each pair form a row table with shared prefixes, which goes
 * through the layers (walk.h).  At each layer the patched runs of that layer's sites begin, as
 * copies of the base's stream with the patch applied; such a run is called an example.  From there
 * on all examples so far go through the layers together.  So nothing is computed before a patch,
 * and only the residual stream is kept from layer to layer.
 *
 *     examples   | 2 checks | layer 0: site 0: pairs, site 1: pairs ... | layer 1: ... |
 *
 * An example has rows of its own from its first patched position on, which is T or later; T is 3
 * when only `=' is patched.  Before that, its queries see the keys and values of the base's rows.
 */
#ifndef CMA_SWEEP_H
#define CMA_SWEEP_H

#include "cma/walk.h"

enum {
	CMA_CHUNK_LEAST = 16, /* fewest pairs of a sweep, for long matrix products */
	CMA_CHUNK_MOST = 64, /* most pairs of a sweep: with more, little more is shared */
	CMA_RUNS = 500, /* a sweep has as many pairs as it takes for this many examples */
	CMA_EVERYTHING = 0, /* number of the check with every head patched */
	CMA_HELD = 1, /* of that with heads held at the base's outputs and every MLP patched */
	CMA_CHECKS = 2
};

/* What all sweeps have in common. */
struct cma_plan {
	const struct gpt_layers *net;
	int T, S; /* an example has at most S rows of its own, of positions T .. T + S - 1 */
	int until; /* positions T .. until - 1 are patched */
	int examples; /* of one pair, over all layers, without the checks */
	int chunk; /* most pairs of a sweep */
};

struct cma_sweep {
	const struct cma_plan *plan;
	struct cma_walk w;
	int n; /* pairs: sequence i of the walk is the base of pair i, n + i its source */
	int m, most; /* examples so far, and room for them */
	float *x; /* (S, most, C) streams of the examples */
	unsigned char *own; /* (most) first position of each example's own rows */
	/* Clean streams, (S, 2 n, C), bases then sources: entering the block; before its MLP. */
	float *before, *mid;
	float *heads; /* (rows, C) heads' outputs of examples, ordered by position first */
	float *delta; /* (chunk, D) */
	float *p; /* (rows, NN_KEYS, H) attention weights */
	float *logits; /* (2 chunk, V), for the caller */
	int (*key)[GPT_LENGTH]; /* (rows) */
};

size_t cma_sweep_bytes(const struct cma_plan *plan, int n); /* memory for @n pairs */
int cma_sweep_create(struct cma_sweep *s, const struct cma_plan *plan, struct err *e);
void cma_sweep_free(struct cma_sweep *s); /* a zeroed struct is allowed */

/* cma_sweep_start - begin with n pairs; @tokens (2 n, GPT_LENGTH): bases, then sources */
void cma_sweep_start(struct cma_sweep *s, const int *tokens, int n);

/*
 * cma_sweep_from - the first position at which @layer does all its work; before it, only keys and
 * values are computed
 */
int cma_sweep_from(const struct cma_sweep *s, int layer);

/*
 * cma_sweep_layer - take clean runs and examples through a layer
 *
 * The two checks are left out: the caller takes them through with cma_sweep_attend.
 */
void cma_sweep_layer(struct cma_sweep *s, int layer);

/*
 * cma_sweep_attend - fill heads with the attention's output for examples @first .. @first + @n - 1,
 * which all have own rows from the same position on
 */
void cma_sweep_attend(struct cma_sweep *s, int layer, int first, int n);

/*
 * Values of the clean runs in the block last passed, on pair @i's base (@run 0) or source (1), at
 * position @pos, T or later: the stream before the block, between attention and MLP, and after the
 * block; and the outputs of its heads.
 */
const float *cma_sweep_before(const struct cma_sweep *s, int run, int i, int pos);
const float *cma_sweep_mid(const struct cma_sweep *s, int run, int i, int pos);
const float *cma_sweep_clean(const struct cma_sweep *s, int run, int i, int pos);
const float *cma_sweep_heads(const struct cma_sweep *s, int layer, int run, int i, int pos);

/* cma_sweep_qkv - query, key and value, (3 C) */
const float *cma_sweep_qkv(const struct cma_sweep *s, int layer, int run, int i, int pos);

/* cma_sweep_stream - an example's stream (C) at @pos; that of the next example follows it */
float *cma_sweep_stream(const struct cma_sweep *s, int example, int pos);

/* cma_sweep_add_head - x (n, C) += s->delta (n, D) times head @h's rows of c_proj */
void cma_sweep_add_head(const struct cma_sweep *s, int layer, int h, int n, float *x);

/*
 * cma_sweep_add_mlp - append the next @count examples, whose own rows begin at position @own
 *
 * The caller has set their streams between attention and MLP; they are taken through the MLP.
 */
void cma_sweep_add_mlp(struct cma_sweep *s, int layer, int own, int count);

/*
 * cma_sweep_append_qkv - append H n examples, those of one head after another
 *
 * In each, the head's query, key or value (@kind 0, 1, 2) at the patched positions is replaced by
 * that of @alt (S, n, 3 C).
 */
void cma_sweep_append_qkv(struct cma_sweep *s, int layer, int kind, const float *alt);

#endif
