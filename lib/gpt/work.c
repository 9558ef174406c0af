#include <stdlib.h>
#include <string.h>

#include "gpt/acts.h"

/*
 * How many equations one table takes.  Long tables keep the products efficient; past CACHE more
 * only wastes cache.  Kept activations of all threads together stay below MEMORY.
 */
enum { SHORT = 64, CACHE = 512 };
static const size_t MEMORY = (size_t)560 << 20;

struct gpt_work {
	struct pool *pool;
	int threads, capacity; /* capacity: equations of a table for a gradient */
	struct gpt_rows *rows; /* (threads) */
	struct gpt_acts **infer, **keep; /* (threads); keep is NULL if there is no gradient to do */
	long computed;
	/* the job at hand */
	const struct gpt *g;
	const int *tokens;
	const int *target;
	int n, from, to; /* equations in all, and those of this round */
	int layer;
	float beta, *out; /* logits or gradient */
};

/* Floats kept for each row, roughly: see gpt_acts.c. */
static size_t floats_per_row(const struct gpt_config *c, int threads)
{
	size_t C = (size_t)c->width, F = (size_t)c->mlp;
	size_t layer = 6 * C + F + NN_KEYS * (size_t)c->heads + 4;
	size_t flow = 6 * C + 2 * F;

	return layer * (size_t)c->layers + flow * (threads > 1 ? 2 : 1) + 7 * C;
}

static int capacity_for(const struct gpt_config *c, int P, int ops, int batch, int threads)
{
	size_t row = floats_per_row(c, threads) * sizeof(float) * (size_t)threads;
	int n = (batch + threads - 1) / threads, tables;

	for (tables = 1;; tables++) {
		int each = (n + tables - 1) / tables;

		if (each <= SHORT ||
		    (each <= CACHE && (size_t)gpt_rows_bound(each, P, ops) * row < MEMORY))
			return each;
	}
}

struct gpt_work *gpt_work_create(const struct gpt *g, int P, int ops, int batch, struct pool *pool,
				 struct err *e)
{
	struct gpt_work *w = calloc(1, sizeof(*w));
	int threads = pool_threads(pool), tables, i;

	if (!w)
		goto memory;
	w->pool = pool;
	w->threads = threads;
	w->rows = calloc((size_t)threads, sizeof(*w->rows));
	w->infer = calloc((size_t)threads, sizeof(*w->infer));
	w->keep = calloc((size_t)threads, sizeof(*w->keep));
	if (!w->rows || !w->infer || !w->keep)
		goto memory;
	if (batch)
		w->capacity = capacity_for(&g->config, P, ops, batch, threads);
	tables = w->capacity > CACHE ? w->capacity : CACHE;
	for (i = 0; i < threads; i++) {
		if (gpt_rows_create(&w->rows[i], tables, e))
			goto out;
		w->infer[i] = gpt_acts_create(g, gpt_rows_bound(CACHE, P, ops), CACHE, e);
		if (!w->infer[i])
			goto out;
		if (!batch)
			continue;
		w->keep[i] = gpt_acts_for_gradient(g, gpt_rows_bound(w->capacity, P, ops),
						   w->capacity, threads, e);
		if (!w->keep[i])
			goto out;
	}
	return w;
memory:
	err_memory(e);
out:
	gpt_work_free(w);
	return NULL;
}

void gpt_work_free(struct gpt_work *w)
{
	int i;

	if (!w)
		return;
	for (i = 0; i < w->threads; i++) {
		if (w->rows)
			gpt_rows_free(&w->rows[i]);
		if (w->infer)
			gpt_acts_free(w->infer[i]);
		if (w->keep)
			gpt_acts_free(w->keep[i]);
	}
	free(w->rows);
	free(w->infer);
	free(w->keep);
	free(w);
}

/* The equations of this round that belong to @thread. */
static int share(const struct gpt_work *w, int thread, int *begin)
{
	size_t i, end;

	pool_share((size_t)(w->to - w->from), 1, thread, w->threads, &i, &end);
	*begin = w->from + (int)i;
	return (int)(end - i);
}

static void logits(void *arg, int thread)
{
	struct gpt_work *w = arg;
	struct gpt_rows *t = &w->rows[thread];
	int begin, n = share(w, thread, &begin), B;

	for (; n; n -= B, begin += B) {
		B = n < CACHE ? n : CACHE;
		gpt_rows_build(t, w->tokens + (size_t)begin * GPT_LENGTH, B, GPT_LENGTH - 1);
		gpt_forward(w->g, t, w->infer[thread], NULL,
			    w->out + (size_t)begin * (size_t)w->g->config.vocab);
	}
}

void gpt_logits(struct gpt_work *w, const struct gpt *g, const int *tokens, int n, float *out)
{
	w->g = g;
	w->tokens = tokens;
	w->from = 0;
	w->to = n;
	w->out = out;
	pool_run(w->pool, logits, w);
}

/* One table's forward pass, loss, and backward through the head. */
static void start(void *arg, int thread)
{
	struct gpt_work *w = arg;
	struct gpt_rows *t = &w->rows[thread];
	struct gpt_acts *a = w->keep[thread];
	int begin, B = share(w, thread, &begin);

	t->B = 0;
	if (!B)
		return;
	gpt_rows_build(t, w->tokens + (size_t)begin * GPT_LENGTH, B, GPT_LENGTH - 1);
	gpt_forward(w->g, t, a, NULL, a->dlogits);
	nn_loss(B, w->g->config.vocab, a->dlogits, w->target + begin, 1 / (float)w->n, a->loss);
	gpt_backward_head(w->g, t, a);
}

/* My slice of the gradient of block w->layer: the sum of what the threads found. */
static void gather(struct gpt_work *w, int thread)
{
	size_t origin, n = gpt_block_floats(w->g, w->layer, &origin), i, end;
	float *sum = w->out + origin, beta = w->beta;
	int k;

	pool_share(n, 16, thread, w->threads, &i, &end);
	for (k = 0; k < w->threads; k++) {
		const float *found = w->keep[k]->dblock[w->layer % 2];

		if (!w->rows[k].B)
			continue;
		if (beta == 0)
			memcpy(sum + i, found + i, (end - i) * sizeof(float));
		else
			nn_add(end - i, sum + i, found + i, sum + i);
		beta = 1;
	}
}

/* My slices of the weights of block w->layer over all tables. */
static void weigh(struct gpt_work *w, int thread)
{
	struct gpt_slice s = { thread, w->threads, w->beta, w->out, 0 };
	int i;

	for (i = 0; i < w->threads; i++)
		if (w->rows[i].B) {
			gpt_backward_weights(w->g, &w->rows[i], w->keep[i], w->layer, &s);
			s.beta = 1;
		}
}

/*
 * My part of the weights of block w->layer; then my table through the next block.  A narrow block's
 * weights are taken on the way, of each table apart; a wide one's afterwards, by slices, without a copy.
 */
static void descend(void *arg, int thread)
{
	struct gpt_work *w = arg;
	struct gpt_acts *a = w->keep[thread];
	struct gpt_slice found = { .parts = 1 }, *now = NULL;
	int l = w->layer;

	if (a->dblock[0] && l < w->g->config.layers)
		gather(w, thread);
	else
		weigh(w, thread);
	if (l == 0 || !w->rows[thread].B)
		return;
	if (a->dblock[0]) {
		gpt_block_floats(w->g, l - 1, &found.origin);
		found.grad = a->dblock[(l - 1) % 2];
		now = &found;
	}
	gpt_backward_block(w->g, &w->rows[thread], a, l - 1, now);
}

/* The same for one thread, which finds all there is. */
static void descend_alone(struct gpt_work *w)
{
	const struct gpt_slice s = { 0, 1, w->beta, w->out, 0 };
	int l = w->g->config.layers;

	gpt_backward_weights(w->g, &w->rows[0], w->keep[0], l, &s);
	while (l-- > 0)
		gpt_backward_block(w->g, &w->rows[0], w->keep[0], l, &s);
}

double gpt_gradient(struct gpt_work *w, const struct gpt *g, const int *tokens, const int *target,
		    int n, float *grad)
{
	int rounds = gpt_work_tables(w, n) / w->threads, r, i, j;
	double loss = 0;
	float beta;

	w->g = g;
	w->tokens = tokens;
	w->target = target;
	w->n = n;
	w->out = grad;
	w->computed = 0;
	for (r = 0; r < rounds; r++) {
		w->from = (int)((long)n * r / rounds);
		w->to = (int)((long)n * (r + 1) / rounds);
		w->beta = r ? 1 : 0;
		pool_run(w->pool, start, w);
		if (w->threads == 1)
			descend_alone(w);
		else
			for (w->layer = g->config.layers; w->layer >= 0; w->layer--)
				pool_run(w->pool, descend, w);
		beta = w->beta;
		for (i = 0; i < w->threads; i++) {
			if (!w->rows[i].B)
				continue;
			gpt_backward_embedding(g, &w->rows[i], w->keep[i], beta, grad);
			beta = 1;
			w->computed += w->rows[i].N;
			for (j = 0; j < w->rows[i].B; j++)
				loss += w->keep[i]->loss[j];
		}
	}
	return loss / n;
}

int gpt_work_tables(const struct gpt_work *w, int n)
{
	int round = w->capacity * w->threads;

	return (n + round - 1) / round * w->threads;
}

long gpt_work_rows(const struct gpt_work *w)
{
	return w->computed;
}
