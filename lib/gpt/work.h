/*
 * work - a network at work: what the files of gpt that use a pool share and nobody else sees
 *
 * How a batch is cut is a function of its size and the network's, never of the threads: into tables
 * of neighbouring equations, and for a narrow network, whose weights are taken on the way, into two
 * groups of tables with a gradient each, which are added at the end.  Within a group everything is
 * added in the order of tables.  A round is the tables that are in memory together; how many those
 * are changes no bit.
 */
#ifndef GPT_WORK_H
#define GPT_WORK_H

#include "gpt/acts.h"

enum { WORK_GROUPS = 2 };

struct gpt_work {
	struct pool *pool;
	int threads, P, ops;
	struct gpt_rows *infer_rows; /* (threads) for logits */
	struct gpt_acts **infer; /* (threads) */
	/* For a gradient; absent if there is none to do. */
	int groups, each, flight; /* equations of a table, about; tables of a group in a round */
	int together; /* all threads do a block together; else each has groups of its own */
	struct gpt_rows *rows; /* (groups * flight) */
	struct gpt_acts *round, *view; /* view: (groups * flight) */
	int *shared_pair; /* (groups * flight, M) */
	struct gpt_scratch *scratch; /* (threads) */
	float *room[2]; /* packed matrices of two steps, in turn */
	struct gpt_packed packed[2];
	/*
	 * Where threads have groups of their own and a batch takes many rounds: of all steps,
	 * packed once.
	 */
	struct gpt_packed *kept;
	float *kept_room;
	struct gpt_rows pairs; /* of all tables: M, start, pair_token, pair_pos */
	struct gpt_acts *pair_acts;
	int *pair_of; /* (GPT_LENGTH, V) */
	float *pair_sum[WORK_GROUPS]; /* (M, 4 C): at queries, keys and values; past the block */
	float *pair_norm; /* (M, 2 C) ln_1, a piece each */
	float *second; /* the other group's gradient, an arena */
	/* the job at hand */
	const struct gpt *g;
	const int *tokens, *target;
	int n, tables, size; /* equations, their tables; of a table for logits */
	int begin[WORK_GROUPS + 1], first[WORK_GROUPS],
		count[WORK_GROUPS]; /* tables of a group; this round's */
	int step; /* of the pass: see gradient.c */
	float *out; /* logits or gradient */
	double loss[WORK_GROUPS];
	long computed;
};

/* work_steps - of a pass: see gradient.c */
static inline int work_steps(const struct gpt *g)
{
	return 2 * g->config.layers + 2;
}

/*
 * work_for_gradient - the part of a gpt_work that gpt_gradient needs; freed by work_gradient_free
 */
int work_for_gradient(struct gpt_work *w, const struct gpt *g, int batch, struct err *e);
void work_gradient_free(struct gpt_work *w);

/*
 * work_pairs_begin - number the batch's pairs and compute their embedding, queries, keys and
 * values; work_pairs_end - from what the tables have added to the groups' pair_sum, the gradient of
 * what that read
 */
void work_pairs_begin(struct gpt_work *w);
void work_pairs_end(struct gpt_work *w);

#endif
