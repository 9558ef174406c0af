/*
 * gpt - a GPT-2 style network on sequences of four tokens, and its gradient
 *
 * Pre-LN blocks, learned positions, causal attention, a final LN, and a head (tied or not).  Only
 * the logits at the last position are wanted, so three exact savings are made:
 *
 *   prefix sharing   The state at a position depends on the prefix up to it.  A row table holds
 *                    each distinct prefix once: of B equations with one operation, at most
 *                    P + P + 2 B rows instead of 4 B.
 *   layer 0          LN, Q, K and V see only (token, position) pairs, of which there are few; in
 *                    training, where heads are long, so does what values add to the stream.
 *   last layer       Everything but keys and values is computed at the last position only.
 *
 * Rows of a table, each the state after one prefix; key[r][j] is the row of position j of r's
 * prefix:
 *
 *     start[0]      start[1]       start[2]                start[3]                start[4] = N
 *     | a ...       | a op ...     | a op b ...            | a op b = ...          |
 *                                                            row start[3] + i is equation i
 *
 * Threads: struct gpt_work runs tables on the threads of a pool.  Everything else uses one thread
 * and keeps no hidden state, so several threads may call it at once, each with its own gpt_acts.
 */
#ifndef GPT_GPT_H
#define GPT_GPT_H

#include <stddef.h>

#include "err.h"
#include "gpt/nn.h"
#include "pool.h"
#include "rng.h"

enum { GPT_LENGTH = 4, GPT_LAYERS_MAX = 512, GPT_WIDTH_MAX = 8192, GPT_VOCAB_MAX = 4096 };

struct gpt_config {
	int vocab; /* V: tokens, see task_vocab */
	int layers; /* L */
	int width; /* C */
	int heads; /* H, divides C; head h of a row is its channels h*C/H .. (h+1)*C/H - 1 */
	int mlp; /* F: hidden units */
	enum nn_activation activation;
	int tied; /* the head is transformer.wte.weight */
};

/* One tensor of the arena.  Hugging Face GPT-2 name and orientation: (in, out), (V, C). */
struct gpt_param {
	char name[56];
	int ndim; /* 1 or 2 */
	int shape[2]; /* shape[1] is 1 if ndim is 1 */
	size_t offset, size; /* in floats; offsets are multiples of 16, the gaps stay zero */
};

/* A network.  Its weights are one array, the arena; gradients and moments have the same layout. */
struct gpt {
	struct gpt_config config;
	int tensors;
	struct gpt_param *param; /* in stream order: wte, wpe, h.0 .. h.L-1, ln_f, lm_head */
	size_t count; /* parameters */
	size_t size; /* floats in an arena, gaps included */
	float *w; /* (size) */
};

/* gpt_layout - lay out a network, without weights; -1 with @e set for a config out of range */
int gpt_layout(struct gpt *g, const struct gpt_config *config, struct err *e);

/* gpt_create - the same, with memory for the weights, all zero; free with gpt_free */
int gpt_create(struct gpt *g, const struct gpt_config *config, struct err *e);
void gpt_free(struct gpt *g);

/*
 * gpt_init - draw the weights as GPT-2 does: matrices normal with standard deviation @sd, the two
 * projections into the residual stream with @sd / sqrt(2 L), gains 1, biases 0
 *
 * Source: Radford et al., "Language models are unsupervised multitask learners", 2019, section 2.3.
 */
void gpt_init(struct gpt *g, double sd, struct rng *r);

/* gpt_init_plain - the same, but every matrix has standard deviation @sd at any depth */
void gpt_init_plain(struct gpt *g, double sd, struct rng *r);

/*
 * gpt_init_torch - draw the weights as PyTorch's layers do by default: embeddings (a tied head too)
 * N(0, 1), matrices and their biases uniform within 1 / sqrt(inputs), gains 1, shifts 0
 */
void gpt_init_torch(struct gpt *g, struct rng *r);

/* gpt_find - the index in g->param of a name, or -1 */
int gpt_find(const struct gpt *g, const char *name);

int gpt_layer_of(const char *name); /* the layer of a tensor "transformer.h.LAYER...", else -1 */

/* A row table: the drawing above shows start. */
struct gpt_rows {
	int B, N, M; /* equations, rows, (token, position) pairs; layer 0 works on pairs */
	int start[GPT_LENGTH + 1]; /* rows of position j are start[j] .. start[j + 1] - 1 */
	int capacity; /* the most equations */
	int *token, *pair; /* (N): the row's last token; its pair */
	int (*key)[GPT_LENGTH]; /* (N): the row of position j of the prefix; key[r][pos] is r */
	int (*pair_key)[GPT_LENGTH]; /* (N): key, with each row replaced by its pair */
	int *pair_token, *pair_pos; /* (M) */
	int *last; /* (B), for building: each equation's row at the previous position */
	int (*slot)[3]; /* hash table for building */
};

int gpt_rows_create(struct gpt_rows *t, int capacity, struct err *e);
void gpt_rows_free(struct gpt_rows *t);

/*
 * gpt_rows_build - fill the table for @B sequences, 1..capacity
 *
 * @tokens: (B, GPT_LENGTH)
 * @share: at positions below it equal prefixes share a row; at the others each equation has a row
 *         of its own, in the order of equations.  3 shares as much as possible, 0 nothing.  A
 *         caller that overwrites a row for one equation alone needs a row that is not shared.
 */
void gpt_rows_build(struct gpt_rows *t, const int *tokens, int B, int share);

/*
 * gpt_rows_bound - the most rows that @B equations of @ops operations modulo @P make with share 3
 */
int gpt_rows_bound(int B, int P, int ops);

/*
 * gpt_from - the first row that is needed after the attention of a layer: in the last layer, the
 * first row of the last position
 */
static inline int gpt_from(const struct gpt *g, const struct gpt_rows *t, int layer)
{
	return layer == g->config.layers - 1 ? t->start[GPT_LENGTH - 1] : 0;
}

/* Activations of one table.  Private; see gpt/acts.h. */
struct gpt_acts;

/* gpt_acts_create - buffers for tables of up to @N rows and @B equations; NULL with @e set */
struct gpt_acts *gpt_acts_create(const struct gpt *g, int N, int B, struct err *e);
void gpt_acts_free(struct gpt_acts *a);

/*
 * Named sites, in the order in which a forward pass reaches them.  The hook of struct gpt_edit sees
 * a site's values x (n, C): those of rows from .. from + n - 1 of the table, and may overwrite
 * them.  In the last layer GPT_HEADS, GPT_ATTN and GPT_MLP hold the last position only: from is
 * start[3], n is B.
 */
enum gpt_site {
	GPT_RESID, /* the residual stream entering the block */
	GPT_HEADS, /* the heads' outputs side by side: the input of attn.c_proj */
	GPT_ATTN, /* what attention adds to the stream */
	GPT_MLP, /* what the MLP adds to the stream */
	GPT_FINAL /* the stream after the last block, at the last position; layer is L */
};

/* What a forward pass calls at every site. */
struct gpt_edit {
	void (*hook)(void *arg, enum gpt_site site, int layer, const struct gpt_rows *t, int from,
		     int n, float *x);
	void *arg;
};

/*
 * gpt_forward - logits (B, V) of a table's equations at the last position
 *
 * @edit: or NULL.  With it, layer 0 runs on rows instead of pairs, so that GPT_RESID of layer 0 can
 *        be overwritten too; sums then round differently from a run without it.
 */
void gpt_forward(const struct gpt *g, const struct gpt_rows *t, struct gpt_acts *a,
		 const struct gpt_edit *edit, float *logits);

/*
 * A network at work on many equations, split into tables that fit the cache and memory and that
 * the threads of a pool share.
 */
struct gpt_work;

/*
 * gpt_work_create - memory for the tables of a network of the layout of @g
 *
 * @P, @ops: as in the task, to bound the tables
 * @batch:   the most equations of one gpt_gradient; 0 if only gpt_logits will be called
 * @pool:    borrowed
 *
 * Returns NULL with @e set when memory runs out; free with gpt_work_free.
 */
struct gpt_work *gpt_work_create(const struct gpt *g, int P, int ops, int batch, struct pool *pool,
				 struct err *e);
void gpt_work_free(struct gpt_work *w);

/*
 * gpt_logits - logits (n, V) of n sequences @tokens (n, GPT_LENGTH)
 *
 * Neighbours should share prefixes, as the equations of task.h do in the order of their ids.
 */
void gpt_logits(struct gpt_work *w, const struct gpt *g, const int *tokens, int n, float *logits);

/*
 * gpt_gradient - the mean cross-entropy of n sequences and its gradient
 *
 * @tokens: (n, GPT_LENGTH), in an order in which neighbours share prefixes
 * @target: (n)
 * @grad:   an arena (g->size), overwritten except for its gaps
 *
 * The sum is taken table by table.  How a batch is cut into tables depends on the batch and the
 * network alone, so the result is the same bits with any number of threads.  Returns the loss in
 * nats.
 */
double gpt_gradient(struct gpt_work *w, const struct gpt *g, const int *tokens, const int *target,
		    int n, float *grad);

/* gpt_work_tables - into how many tables gpt_gradient splits n equations */
int gpt_work_tables(const struct gpt_work *w, int n);

/*
 * gpt_work_pieces - how many threads gpt_gradient of @n equations can keep busy all the time
 *
 * This is the number of pieces in that of its steps that has the fewest.
 */
int gpt_work_pieces(const struct gpt_work *w, int n);

/* gpt_work_rows - rows that the last gpt_gradient computed; without sharing they would be 4 n */
long gpt_work_rows(const struct gpt_work *w);

#endif
