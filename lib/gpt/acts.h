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

enum { GPT_NARROW = 256 }; /* the widest network whose blocks' gradients fit a core's cache */

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

static inline size_t at(int row, int width)
{
	return (size_t)row * (size_t)width;
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
 * What the products of a block's weight gradients read beside what is kept.  Of act, dfc, ln2 and
 * ln1 there is only the piece at hand where the weights are taken on the way.
 */
struct gpt_flow {
	float *act, *dfc; /* (n, F) activation, gradient before it */
	float *ln2, *dmid; /* (n, C) */
	float *ln1, *dqkv; /* (N, C), (N, 3 C) */
};

/* What one thread needs while it is at work on a table, and nobody later. */
struct gpt_scratch {
	float *arena;
	float *ln, *add, *act; /* (N, C), (N, C), (N, F) */
	float *room; /* for the packed matrices of a block, or the head */
	struct gpt_flow flow; /* if weights are taken on the way */
};

/*
 * Activations of a table, or of the tables of a round one behind the other: a view of such has the
 * first row of one table for its own.
 */
struct gpt_acts {
	float *arena;
	int N, B; /* capacities */
	struct gpt_kept *layer; /* (L + 1); of the last only x, (B, C), is there */
	float *pairs; /* (M, C) embedding of each pair */
	float *final, *stats; /* (B, C) after the final LN, (B, 2) */
	struct gpt_scratch s; /* its own, or that of the thread at work */
	const struct gpt_acts
		*shared; /* pairs of all tables, or NULL: then layer 0 is computed here */
	const int *shared_pair; /* (M) where each pair is among them */
	/* Backward only.  What one block fills is read while the block below is at work. */
	struct gpt_flow
		flow[2]; /* of block l: l % 2; the thread's if weights are taken on the way */
	float *dx[3]; /* (N, C) at the output of block l: l % 3 */
	float *dlogits; /* (B, V) */
	float *dnorm; /* (L + 1, 4 C): ln_1 gain, bias, ln_2 gain, bias; last: ln_f */
	float *dpairs; /* (M, C) */
	double *loss; /* (B) */
};

/*
 * gpt_acts_for_gradient - activations of a round of up to @tables tables, @N rows and @B equations
 * in all
 *
 * @flows: 0 if weights are taken on the way.  Without scratch: a thread lends its own.
 */
struct gpt_acts *gpt_acts_for_gradient(const struct gpt *g, int N, int B, int tables, int flows,
				       struct err *e);

/*
 * gpt_acts_view - @v, whose layer has room for L + 1, becomes table @table of a round, from @row
 * and @eq on
 */
void gpt_acts_view(const struct gpt *g, const struct gpt_acts *all, int table, int row, int eq,
		   struct gpt_acts *v);

/* gpt_scratch_create - for tables of up to @N rows; @flow: weights are taken on the way */
int gpt_scratch_create(const struct gpt *g, struct gpt_scratch *s, int N, int flow, struct err *e);

/* Rows on which block @l does all its work: [from, N).  In the last, those of the last position. */
static inline int gpt_from(const struct gpt *g, const struct gpt_rows *t, int l)
{
	return l == g->config.layers - 1 ? t->start[GPT_LENGTH - 1] : 0;
}

static inline int gpt_piece_end(int r, int end, int piece)
{
	return end - r < piece ? end : r + piece;
}

/* The matrices of a block, or their transposes, as right factors.  Of block L: the head, alone. */
enum gpt_matrix {
	GPT_QUERY,
	GPT_KEY_VALUE,
	GPT_PROJ,
	GPT_FC,
	GPT_OUT,
	GPT_MATRICES,
	GPT_UNEMBED = 0
};

struct gpt_packed {
	struct linalg_packed m[GPT_MATRICES];
};

/* gpt_pack - matrix @i of block @l, to its place in @room; gpt_pack_block - all of them */
void gpt_pack(const struct gpt *g, int l, enum linalg_op op, enum gpt_matrix i, float *room,
	      struct gpt_packed *p);
void gpt_pack_block(const struct gpt *g, int l, enum linalg_op op, float *room,
		    struct gpt_packed *p);

size_t gpt_room(const struct gpt *g); /* floats of @room, a multiple of 16 */

/* gpt_matrices - how many block @l has */
static inline int gpt_matrices(const struct gpt *g, int l)
{
	return l == g->config.layers ? 1 : GPT_MATRICES;
}

/* A forward or backward pass over one table. */
struct gpt_pass {
	const struct gpt *g;
	const struct gpt_rows *t;
	struct gpt_acts *a;
	const struct gpt_packed *w; /* of the block at hand; backward, transposed */
	const struct gpt_edit *edit; /* forward */
};

/*
 * The steps of a forward pass: embedding, blocks 0 to L-1, head.  Of tables with shared pairs, the
 * pairs first: their rows [r, end), in any pieces.
 */
void gpt_forward_embed(const struct gpt_pass *p);
void gpt_forward_pairs(const struct gpt_pass *p, int r, int end);
void gpt_forward_block(const struct gpt_pass *p, int l);
void gpt_forward_head(const struct gpt_pass *p, float *logits);

/* Where the gradient of the weights is added: arena = beta * arena + it. */
struct gpt_sum {
	float beta, *arena;
};

/*
 * The steps of a backward pass over one table with shared pairs: the head, from dlogits; blocks L-1
 * to 0, which leave the gradient at the pairs in flow[0].dqkv and dpairs; these added up, the
 * pairs.  Each touches only its own table.
 *
 * @now: if not NULL, the gradient of the block's weights is taken on the way, piece by piece, while
 *       what it needs is in the cache.
 */
void gpt_backward_head(const struct gpt_pass *p);
void gpt_backward_block(const struct gpt_pass *p, int l, const struct gpt_sum *now);
void gpt_backward_pairs(const struct gpt_pass *p, int r, int end, float *dnorm);

/*
 * gpt_backward_embedding - the gradient of wte and wpe from dpairs; added to the head's if they are
 * tied
 */
void gpt_backward_embedding(const struct gpt *g, const struct gpt_rows *t, const struct gpt_acts *a,
			    float *grad);

/*
 * gpt_weights - the gradient of one unit of block @l's weights over one table: a tile of a matrix,
 * or vectors
 *
 * A tile gets the same products in the same order whether it is computed here or on the way.  Units
 * are 0 to gpt_weight_units - 1; l = L is the final LN and the head.  The attention's input in
 * layer 0 belongs to the pairs: gpt_pair_weights.
 */
int gpt_weight_units(const struct gpt *g, int l);
void gpt_weights(const struct gpt_pass *p, int l, int unit, const struct gpt_sum *s);
int gpt_pair_units(const struct gpt *g);
void gpt_pair_weights(const struct gpt_pass *p, int unit, const struct gpt_sum *s);

/*
 * For gpt_backward_block: all units, from rows i to i + n of those the block works on; rows r to
 * end of qkv.
 */
void gpt_weights_output(const struct gpt_pass *p, int l, int i, int n, const struct gpt_sum *s);
void gpt_weights_input(const struct gpt_pass *p, int l, int r, int end, const struct gpt_sum *s);
void gpt_weights_norms(const struct gpt_pass *p, int l, const struct gpt_sum *s);

#endif
