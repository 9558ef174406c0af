/*
 * whole - a network of random weights, and whole forward passes with hooks, one at a time
 */
#ifndef WHOLE_H
#define WHOLE_H

#include "check.h"
#include "cma/site.h"

enum { P = 7, L = 3, H = 2, C = 16, D = C / H, N = 20, ROWS = GPT_LENGTH * P * P };

static struct gpt net;
static struct task task;
static struct cma_pair pair[N];
static struct cma_work work = { &net, &task, NULL, 1 << 30 };

static void must(int result, const struct err *e)
{
	if (result < 0) {
		fprintf(stderr, "%s\n", e->msg);
		exit(1);
	}
}

static void open_net(int seed)
{
	struct gpt_config config = { .layers = L, .width = C, .heads = H, .mlp = 24 };
	struct rng rng;
	struct err e;
	size_t i;

	work.pool = pool_create(1, &e);
	check(work.pool);
	must(task_init(&task, "add,div", P, 0, &e), &e);
	must(task_divide(&task, 0.5, 1, &e), &e);
	must(cma_draw_pairs(&task, 1 << TASK_TRAIN | 1 << TASK_TEST, 2, N, pair, &e), &e);
	config.vocab = task_vocab(&task);
	rng_seed(&rng, (uint64_t)seed, 0);
	must(gpt_create(&net, &config, &e), &e);
	for (i = 0; i < net.size; i++) /* biases and gains too */
		net.w[i] = (float)(0.5 * rng_normal(&rng));
}

static void close_net(void)
{
	gpt_free(&net);
	task_free(&task);
	pool_free(work.pool);
}

/* What whole passes have seen, by row. */
static struct {
	float heads[L][ROWS][C], attn[L][ROWS][C], mlp[L][ROWS][C];
} seen;

static void record(void *arg, enum gpt_site at, int l, const struct gpt_rows *t, int from, int n,
		   float *x)
{
	(void)arg, (void)t;
	if (at == GPT_HEADS)
		memcpy(seen.heads[l][from], x, sizeof(float) * C * (size_t)n);
	if (at == GPT_ATTN)
		memcpy(seen.attn[l][from], x, sizeof(float) * C * (size_t)n);
	if (at == GPT_MLP)
		memcpy(seen.mlp[l][from], x, sizeof(float) * C * (size_t)n);
}

static void forward(const int *ids, int n, const struct gpt_edit *edit, float *logits)
{
	int tokens[P * P][TASK_LENGTH], i;
	struct gpt_acts *a;
	struct gpt_rows t;
	struct err e;

	for (i = 0; i < n; i++)
		task_tokens(&task, ids[i], tokens[i]);
	must(gpt_rows_create(&t, n, &e), &e);
	gpt_rows_build(&t, tokens[0], n, 0);
	a = gpt_acts_create(&net, t.N, n, &e);
	check(a);
	gpt_forward(&net, &t, a, edit, logits);
	gpt_acts_free(a);
	gpt_rows_free(&t);
}

#endif
