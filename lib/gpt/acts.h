/*
 * gpt_acts - activations, and what else the files of lib/gpt share (private to this room)
 *
 * A row table (gpt.h) has N rows, B equations and M (token, position) pairs.  n is the number of
 * rows on which a layer does all its work: N, but B in the last layer.
 *
 * The gradient of the weights is computed in one of two ways.  On the way: the backward pass of a
 * block adds it up, a piece of rows at a time, while the piece is in the cache.  Or afterwards:
 * over all rows, in units that threads share (gpt_weights).
 */
#ifndef GPT_ACTS_H
#define GPT_ACTS_H

#include "gpt/at.h"
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

enum { GPT_NARROW = 256 }; /* largest C at which a block's weight gradient fits a core's cache */

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

/* Where a tensor is in an arena of weights or of gradients. */
static inline float *gpt_at(const struct gpt *g, float *arena, int tensor)
{
	return arena + g->param[tensor].offset;
}

static inline const float *gpt_weight(const struct gpt *g, int layer, int tensor)
{
	return gpt_at(g, g->w, gpt_block(layer) + tensor);
}

/*
 * gpt_folds - whether the attention of layer 0, where tables share pairs, adds up values that have
 * been through its output matrix
 *
 * Of heads that are long, the products of all pairs are less work than those of all rows.  The
 * value of pair m and head h, times the rows of c_proj that are the head's, is fold[m][h] (C).
 */
static inline int gpt_folds(const struct gpt *g)
{
	const struct gpt_config *c = &g->config;

	return c->width % NN_FOLD == 0 && c->heads <= NN_FOLD_HEADS && 16 * c->heads <= c->width;
}

/* What the backward pass needs of a layer.  Without one, all layers share the same buffers. */
struct gpt_kept {
	float *x; /* (N, C) the residual stream entering the block */
	float *qkv; /* (N, 3 C), layer 0: (M, 3 C) */
	float *p; /* (n, 4, H) attention weights */
	float *heads; /* (n, C) the heads' outputs side by side */
	float *mid; /* (n, C) the residual stream between attention and MLP */
	float *fc; /* (n, F) before the activation */
	float *stats1, *stats2; /* (N, 2), (n, 2) mean and rstd of ln_1 and ln_2 */
};

/*
 * What a block's weight gradient is computed from, besides struct gpt_kept.  If it is computed on
 * the way, act, dfc, ln2 and ln1 hold one piece of rows at a time.
 */
struct gpt_flow {
	float *act, *dfc; /* (n, F) output of the activation; gradient at its input */
	float *ln2, *dmid; /* (n, C) output of ln_2; gradient at mid */
	float *ln1, *dqkv; /* (N, C), (N, 3 C) output of ln_1; gradient at qkv */
	float *dfold; /* (N, H C) gradient at fold, if there is such */
};

/* Memory that a thread needs only while it works on a table. */
struct gpt_scratch {
	float *arena;
	float *ln, *add, *act; /* (N, C), (N, C), (N, F) */
	float *room; /* for the packed matrices of a block, or the head */
	struct gpt_flow flow; /* if weight gradients are computed on the way */
};

/*
 * Activations of a table, or of all tables of a round (work.h), one after another.  A view of the
 * latter is one of its tables: its pointers begin at the table's first row (gpt_acts_view).
 */
struct gpt_acts {
	float *arena;
	int N, B; /* capacities */
	struct gpt_kept *layer; /* (L + 1); the last has only x, (B, C) */
	float *pairs; /* (M, C) embedding of each pair */
	float *fold; /* (M, H C) of the pairs of all tables: see gpt_folds; else NULL */
	float *final, *stats; /* (B, C) after the final LN, (B, 2) */
	struct gpt_scratch s; /* its own, or that of the thread at work */
	const struct gpt_acts
		*shared; /* the pairs of all tables; NULL: this table computes its own */
	const int *shared_pair; /* (M) the number of each pair in shared */
	/* For the backward pass.  What block l fills is read while block l - 1 is computed. */
	struct gpt_flow flow[2]; /* block l uses l % 2; the thread's own if on the way */
	float *dx[3]; /* (N, C) gradient at the output of block l, in l % 3 */
	float *dlogits; /* (B, V) */
	float *dnorm; /* (L + 1, 4 C) gain and bias of ln_1, of ln_2; in the last row of ln_f */
	float *dpairs; /* (M, C) gradient at the embeddings of the pairs */
	double *loss; /* (B) */
};

/*
 * gpt_acts_for_gradient - activations of a round of up to @tables tables, which have up to @N rows
 * and @B equations together
 *
 * @flows: 0 if weight gradients are computed on the way: flow is then not allocated
 *
 * No scratch is allocated: the thread that works on a table lends its own.  Returns NULL with @e
 * set when memory runs out; free with gpt_acts_free.
 */
struct gpt_acts *gpt_acts_for_gradient(const struct gpt *g, int N, int B, int tables, int flows,
				       struct err *e);

/*
 * gpt_acts_view - make @v a view of one table of the round @all
 *
 * @table:    number of the table in the round
 * @row, @eq: its first row and equation in the round
 * @v:        v->layer has room for L + 1 entries
 */
void gpt_acts_view(const struct gpt *g, const struct gpt_acts *all, int table, int row, int eq,
		   struct gpt_acts *v);

/*
 * gpt_scratch_create - for tables of up to @N rows; @flow: weight gradients are computed on the way
 *
 * Returns 0, or -1 with @e when memory runs out.  The caller frees s->arena.
 */
int gpt_scratch_create(const struct gpt *g, struct gpt_scratch *s, int N, int flow, struct err *e);

/* The end of the piece of rows that begins at @r, of at most @piece rows and not beyond @end. */
static inline int gpt_piece_end(int r, int end, int piece)
{
	return end - r < piece ? end : r + piece;
}

/*
 * The matrices of a block, or their transposes, as right factors of products.  Block L stands for
 * the head, which has one matrix.
 */
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

/* gpt_pack - pack matrix @i of block @l into its place in @room; gpt_pack_block: all matrices */
void gpt_pack(const struct gpt *g, int l, enum linalg_op op, enum gpt_matrix i, float *room,
	      struct gpt_packed *p);
void gpt_pack_block(const struct gpt *g, int l, enum linalg_op op, float *room,
		    struct gpt_packed *p);

size_t gpt_room(const struct gpt *g); /* floats of @room, a multiple of 16 */

/* gpt_matrices - how many matrices block @l has */
static inline int gpt_matrices(const struct gpt *g, int l)
{
	return l == g->config.layers ? 1 : GPT_MATRICES;
}

/* gpt_own_matrices - the first that is not the pairs' where tables share them */
static inline int gpt_own_matrices(const struct gpt *g, int l)
{
	return l ? 0 : gpt_folds(g) ? GPT_FC : GPT_PROJ;
}

/* A forward or backward pass over one table. */
struct gpt_pass {
	const struct gpt *g;
	const struct gpt_rows *t;
	struct gpt_acts *a;
	const struct gpt_packed *w; /* matrices of the present block; transposed for backward */
	const struct gpt_edit *edit; /* for forward, or NULL */
};

/*
 * The steps of a forward pass: embedding, blocks 0 to L-1, head.  Where tables share pairs,
 * gpt_forward_pairs comes first: it computes rows [r, end) of the pairs, which may be cut into
 * pieces anywhere.
 */
void gpt_forward_embed(const struct gpt_pass *p);
void gpt_forward_pairs(const struct gpt_pass *p, int r, int end);
void gpt_forward_block(const struct gpt_pass *p, int l);
void gpt_forward_head(const struct gpt_pass *p, float *logits);

/* Where a gradient of the weights goes: arena = beta * arena + gradient. */
struct gpt_sum {
	float beta, *arena;
};

/*
 * The steps of a backward pass over one table with shared pairs: the head, from dlogits; then
 * blocks L-1 to 0, which leave the gradient at the pairs in flow[0].dqkv and dpairs.  When the
 * caller has summed these over tables, gpt_backward_pairs goes back through the pairs.  Each step
 * touches only its own table.
 *
 * @now: where the gradient of the block's weights is added on the way; NULL: it is not computed
 *       here
 */
void gpt_backward_head(const struct gpt_pass *p);
void gpt_backward_block(const struct gpt_pass *p, int l, const struct gpt_sum *now);
void gpt_backward_pairs(const struct gpt_pass *p, int r, int end, float *dnorm);

/*
 * gpt_backward_embedding - the gradient of wte and wpe, from dpairs
 *
 * If the head is tied, wte's gradient is added to what the head has left there.
 */
void gpt_backward_embedding(const struct gpt *g, const struct gpt_rows *t, const struct gpt_acts *a,
			    float *grad);

/*
 * gpt_weights - the gradient of one unit of block @l's weights over one table
 *
 * A unit is a tile of a matrix, or some vectors; units are numbered 0 to gpt_weight_units - 1.
 * l = L is the final LN and the head.  A tile gets the same products in the same order here and on
 * the way.  The weights of c_attn and ln_1 in layer 0 belong to the pairs: gpt_pair_weights.
 */
int gpt_weight_units(const struct gpt *g, int l);
void gpt_weights(const struct gpt_pass *p, int l, int unit, const struct gpt_sum *s);
int gpt_pair_units(const struct gpt *g);
void gpt_pair_weights(const struct gpt_pass *p, int unit, const struct gpt_sum *s);

/*
 * For gpt_backward_block, on the way.  The output side (MLP, c_proj) takes rows i to i + n - 1 of
 * those on which the block does all its work; the input side (c_attn) takes rows r to end - 1 of
 * qkv.
 */
void gpt_weights_output(const struct gpt_pass *p, int l, int i, int n, const struct gpt_sum *s);
void gpt_weights_input(const struct gpt_pass *p, int l, int r, int end, const struct gpt_sum *s);
void gpt_weights_norms(const struct gpt_pass *p, int l, const struct gpt_sum *s);

#endif
