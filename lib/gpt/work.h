/*
 * work - struct gpt_work, for the files of lib/gpt that run on a pool (private to this room)
 *
 * A batch is cut into row tables of neighbouring equations.  The tables of a narrow network (see
 * GPT_NARROW) form two groups, each with a gradient of its own; the two are added at the end.
 * Within a group everything is added in the order of tables.  Tables and groups depend on the sizes
 * of the batch and of the network only, never on the threads, so results do not either.
 *
 * A round is the tables that are in memory at the same time.  Their number does not change the
 * result.  gradient.c says how threads share them.
 */
#ifndef GPT_WORK_H
#define GPT_WORK_H

#include "gpt/acts.h"

enum { WORK_GROUPS = 2, WORK_PARTS = 4 /* of pair_sum: q, k, values, past the block */ };

struct gpt_work {
	struct pool *pool;
	int threads, P, ops;
	struct gpt_rows *infer_rows; /* (threads) for gpt_logits */
	struct gpt_acts **infer; /* (threads) for gpt_logits */
	/* For gpt_gradient; not there if it will not be called. */
	int groups;
	int each; /* equations of a table, approximately */
	int flight; /* tables of a group that are in a round */
	int together; /* all threads share each step; 0: each thread has groups of its own */
	struct gpt_rows *rows; /* (groups * flight) */
	struct gpt_acts *round, *view; /* view: (groups * flight), one of each table */
	int *shared_pair; /* (groups * flight, M), see struct gpt_acts */
	struct gpt_scratch *scratch; /* (threads) */
	float *room[2]; /* packed matrices of the present and the next step */
	struct gpt_packed packed[2];
	/*
	 * The matrices of all steps, packed once: where threads have groups of their own and a
	 * batch takes several rounds.  Else NULL.
	 */
	struct gpt_packed *kept;
	float *kept_room;
	struct gpt_rows pairs; /* of all tables; M, start, pair_token and pair_pos are set */
	struct gpt_acts *pair_acts;
	int *pair_of; /* (GPT_LENGTH, V), number of the pair */
	/*
	 * Gradient of each group at the pairs, (M, work_pair_floats): at q and k (C each); at v
	 * (C) or what it is folded to (H C); past the block (C).
	 */
	float *pair_sum[WORK_GROUPS];
	float *pair_norm; /* (M, 2 C) gradients of ln_1's gain and bias, a piece of pairs each */
	float *second; /* gradient of the second group, an arena */
	/* The present call. */
	const struct gpt *g;
	const int *tokens, *target;
	int n, tables; /* equations and their tables */
	int size; /* equations of a table of gpt_logits */
	int begin[WORK_GROUPS + 1]; /* the group's tables are begin[i] .. begin[i + 1] - 1 */
	int first[WORK_GROUPS], count[WORK_GROUPS]; /* those of the present round */
	int step; /* of the pass: see gradient.c */
	float *out; /* logits or gradient */
	double loss[WORK_GROUPS];
	long computed; /* rows: see gpt_work_rows */
};

/* work_steps - number of steps of a pass: see gradient.c */
static inline int work_steps(const struct gpt *g)
{
	return 2 * g->config.layers + 2;
}

/* work_values - floats of a pair's values, folded or not */
static inline int work_values(const struct gpt *g)
{
	return gpt_folds(g) ? g->config.heads * g->config.width : g->config.width;
}

/* work_pair_floats - floats of a pair's row of pair_sum */
static inline int work_pair_floats(const struct gpt *g)
{
	return 3 * g->config.width + work_values(g);
}

/*
 * work_for_gradient - create the part of a gpt_work that gpt_gradient needs
 *
 * Returns 0, or -1 with @e when memory runs out.  work_gradient_free frees it, also a part of it.
 */
int work_for_gradient(struct gpt_work *w, const struct gpt *g, int batch, struct err *e);
void work_gradient_free(struct gpt_work *w);

/*
 * work_pairs_begin - number the batch's pairs and compute their embeddings, queries, keys and
 * values
 *
 * work_pairs_end - go back from pair_sum, which the tables have filled, to the gradients of
 * embeddings, ln_1 and c_attn of layer 0
 */
void work_pairs_begin(struct gpt_work *w);
void work_pairs_end(struct gpt_work *w);

#endif
