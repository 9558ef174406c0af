/*
 * gpt_acts - what the files of gpt share and nobody else sees
 *
 * N, B are the table's; n is the rows on which a layer does all its work: N, but B in the last.
 */
#ifndef GPT_ACTS_H
#define GPT_ACTS_H

#include "gpt/gpt.h"
#include "gpt/linalg.h"

/* Places of a block's tensors in the arena table: gpt_block(l) + one of these. */
enum gpt_tensor {
	GPT_LN1_W,
	GPT_LN1_B,
	GPT_QKV_W,
	GPT_QKV_B,
	GPT_PROJ_W,
	GPT_PROJ_B,
	GPT_LN2_W,
	GPT_LN2_B,
	GPT_FC_W,
	GPT_FC_B,
	GPT_OUT_W,
	GPT_OUT_B,
	GPT_BLOCK /* tensors of a block */
};
enum { GPT_WTE, GPT_WPE, GPT_FIRST_BLOCK };

static inline int gpt_block(int layer)
{
	return GPT_FIRST_BLOCK + GPT_BLOCK * layer;
}

static inline int gpt_lnf(const struct gpt *g)
{
	return gpt_block(g->config.layers); /* its bias follows */
}

static inline int gpt_head(const struct gpt *g)
{
	return g->config.tied ? GPT_WTE : gpt_lnf(g) + 2;
}

/* The tensor's place in an arena: weights, or a gradient. */
static inline float *gpt_at(const struct gpt *g, float *arena, int tensor)
{
	return arena + g->param[tensor].offset;
}

/* What backward needs of a layer.  For forward alone, every layer has the same buffers. */
struct gpt_kept {
	float *x; /* (N, C) the stream entering the block */
	float *qkv; /* (N, 3 C), layer 0: (M, 3 C) */
	float *p; /* (n, 4, H) attention weights */
	float *heads; /* (n, C) */
	float *mid; /* (n, C) the stream between attention and MLP */
	float *fc; /* (n, F) before the activation */
	float *stats1, *stats2; /* (N, 2), (n, 2) of the two LNs */
};

/*
 * What the products of a layer's weight gradients read beside what is kept.  Of act, dfc, ln2 and ln1 there
 * is only the piece at hand where the weights are taken piece by piece.
 */
struct gpt_flow {
	float *act, *dfc; /* (n, F) activation, gradient before it */
	float *ln2, *dmid; /* (n, C) */
	float *ln1, *dqkv; /* (N, C), (N, 3 C) */
};

struct gpt_acts {
	float *arena;
	int N, B; /* capacities */
	struct gpt_kept *layer; /* (L + 1); of the last only x, (B, C), is there */
	float *pairs; /* (M, C) embedding of each pair */
	float *ln, *add, *fc, *act; /* (N, C), (N, C), (N, F), (N, F) scratch */
	float *final, *stats; /* (B, C) after the final LN, (B, 2) */
	float *room; /* for the matrices of a block as factors */
	/* Backward only.  What one block fills is read while the block below is at work. */
	struct gpt_flow flow[2]; /* of block l: l % 2; the same buffers if one will do */
	float *dblock[2]; /* the gradient of block l's weights: l % 2; NULL if it goes elsewhere */
	float *dx[3]; /* (N, C) at the output of block l: l % 3 */
	float *dlogits; /* (B, V) */
	float *dnorm; /* (L + 1, 4 C): ln_1 gain, bias, ln_2 gain, bias; last: ln_f */
	float *dpairs; /* (M, C) */
	double *loss; /* (B) */
};

/* gpt_acts_for_gradient - gpt_acts_create with all that backward needs; @threads work on a step */
struct gpt_acts *gpt_acts_for_gradient(const struct gpt *g, int N, int B, int threads,
				       struct err *e);

/* Rows on which block @l does all its work: [from, N).  In the last, those of the last position. */
static inline int gpt_from(const struct gpt *g, const struct gpt_rows *t, int l)
{
	return l == g->config.layers - 1 ? t->start[GPT_LENGTH - 1] : 0;
}

/* A block's matrices, or their transposes, as right factors of products. */
struct gpt_factors {
	struct linalg_right q, kv, proj, fc, out;
};

/* gpt_factors - those of block @l, or all transposed; they live until the next call with @a */
void gpt_factors(const struct gpt *g, const struct gpt_acts *a, int l, enum linalg_op op,
		 struct gpt_factors *f);

/* gpt_piece - rows that a pass carries through a block together; gpt_piece_end - where one from @r ends */
int gpt_piece(const struct gpt *g);

static inline int gpt_piece_end(int r, int end, int piece)
{
	return end - r < piece ? end : r + piece;
}

/*
 * Where the gradient of the weights goes: grad = beta * grad + the @part-th of @parts slices of each tensor.
 * @grad is an arena from float @origin on.
 */
struct gpt_slice {
	int part, parts;
	float beta, *grad;
	size_t origin;
};

/* The floats of block @l in an arena: *origin to *origin + the size returned. */
static inline size_t gpt_block_floats(const struct gpt *g, int l, size_t *origin)
{
	*origin = g->param[gpt_block(l)].offset;
	return g->param[gpt_block(l + 1)].offset - *origin;
}

/*
 * The backward pass over one table.  First gpt_backward_head, from dlogits; then gpt_backward_block
 * from block L-1 down to 0.  These touch only their own table.
 *
 * @now: if not NULL, the gradient of the block's weights is taken on the way, piece by piece, while
 *       what it needs is in the cache.
 */
void gpt_backward_head(const struct gpt *g, const struct gpt_rows *t, struct gpt_acts *a);
void gpt_backward_block(const struct gpt *g, const struct gpt_rows *t, struct gpt_acts *a, int l,
			const struct gpt_slice *now);

/*
 * gpt_backward_weights - the gradient of block @l's tensors over one table, all rows at once; @l = L: of
 * the final LN and the head
 */
void gpt_backward_weights(const struct gpt *g, const struct gpt_rows *t, struct gpt_acts *a, int l,
			  const struct gpt_slice *s);

/* gpt_backward_embedding - the same for wte and wpe; call after block 0 and after the head's */
void gpt_backward_embedding(const struct gpt *g, const struct gpt_rows *t, const struct gpt_acts *a,
			    float beta, float *grad);

#endif
