/*
 * work_pairs - the (token, position) pairs of a batch, which all its tables share: embeddings,
 * queries, keys and values of layer 0, computed once
 */
#include <string.h>

#include "gpt/work.h"

/* Number the pairs of the batch by position, so that those of the last are the last. */
static void number_pairs(struct gpt_work *w)
{
	struct gpt_rows *t = &w->pairs;
	int V = w->g->config.vocab, pos, i, *index;

	t->M = 0;
	memset(w->pair_of, 0xff, at(GPT_LENGTH, V) * sizeof(int));
	for (pos = 0; pos < GPT_LENGTH; pos++) {
		t->start[pos] = t->M;
		for (i = 0; i < w->n; i++) {
			int token = w->tokens[at(i, GPT_LENGTH) + (size_t)pos];

			index = &w->pair_of[at(pos, V) + (size_t)token];
			if (*index >= 0)
				continue;
			t->pair_token[t->M] = token;
			t->pair_pos[t->M] = pos;
			*index = t->M++;
		}
	}
	t->start[GPT_LENGTH] = t->M;
	for (i = 0; i < w->groups; i++)
		memset(w->pair_sum[i], 0, at(t->M, work_pair_floats(w->g)) * sizeof(float));
}

static struct gpt_pass pair_pass(const struct gpt_work *w, int thread, struct gpt_acts *a,
				 const struct gpt_packed *packed)
{
	*a = *w->pair_acts;
	a->s = w->scratch[thread];
	return (struct gpt_pass){ w->g, &w->pairs, a, packed, NULL };
}

static void pairs_forward(void *arg, int thread, int i)
{
	struct gpt_work *w = arg;
	int M = w->pairs.M, piece = linalg_piece(M);
	struct gpt_acts a;
	const struct gpt_pass p = pair_pass(w, thread, &a, &w->packed[0]);

	gpt_forward_pairs(&p, i * piece, gpt_piece_end(i * piece, M, piece));
}

/* A piece of the pairs: add up the groups' sums, then back through the attention's input. */
static void pairs_backward(void *arg, int thread, int i)
{
	struct gpt_work *w = arg;
	int M = w->pairs.M, C = w->g->config.width, piece = linalg_piece(M), r = i * piece, j;
	int end = gpt_piece_end(r, M, piece);
	struct gpt_acts a;
	const struct gpt_pass p = pair_pass(w, thread, &a, &w->packed[0]);
	int all = work_pair_floats(w->g), values = work_values(w->g);
	float *sum, *dnorm = w->pair_norm + at(i, 2 * C);

	for (j = r; j < end; j++) {
		sum = w->pair_sum[0] + at(j, all);
		if (w->groups > 1)
			nn_add((size_t)all, sum, w->pair_sum[1] + at(j, all), sum);
		memcpy(a.flow[0].dqkv + at(j, 3 * C), sum, at(3, C) * sizeof(float));
		if (gpt_folds(w->g))
			memcpy(a.flow[0].dfold + at(j, values), sum + 2 * C,
			       (size_t)values * sizeof(float));
		memcpy(a.dpairs + at(j, C), sum + 2 * C + values, (size_t)C * sizeof(float));
	}
	memset(dnorm, 0, at(2, C) * sizeof(float));
	gpt_backward_pairs(&p, r, end, dnorm);
}

static void pairs_weights(void *arg, int thread, int i)
{
	struct gpt_work *w = arg;
	const struct gpt_sum s = { 0, w->out };
	struct gpt_acts a;
	const struct gpt_pass p = pair_pass(w, thread, &a, NULL);

	if (i < gpt_pair_units(w->g))
		gpt_pair_weights(&p, i, &s);
	else
		gpt_backward_embedding(w->g, &w->pairs, &a, w->out);
}

/* Pack the matrices of layer 0 that the pairs meet, on one thread: there are two. */
static void pack_for_pairs(struct gpt_work *w, enum linalg_op op)
{
	gpt_pack(w->g, 0, op, GPT_QUERY, w->room[0], &w->packed[0]);
	gpt_pack(w->g, 0, op, GPT_KEY_VALUE, w->room[0], &w->packed[0]);
}

void work_pairs_end(struct gpt_work *w)
{
	int M = w->pairs.M, C = w->g->config.width, piece = linalg_piece(M), i;
	int pieces = (M + piece - 1) / piece;
	float *sum = w->pair_acts->dnorm;

	pack_for_pairs(w, LINALG_T);
	pool_each(w->pool, pieces, pairs_backward, w);
	memset(sum, 0, at(2, C) * sizeof(float));
	for (i = 0; i < pieces; i++)
		nn_add(at(2, C), sum, w->pair_norm + at(i, 2 * C), sum);
	pool_each(w->pool, gpt_pair_units(w->g) + 1, pairs_weights, w);
}

void work_pairs_begin(struct gpt_work *w)
{
	int piece;

	number_pairs(w);
	pack_for_pairs(w, LINALG_N);
	piece = linalg_piece(w->pairs.M);
	pool_each(w->pool, (w->pairs.M + piece - 1) / piece, pairs_forward, w);
}
