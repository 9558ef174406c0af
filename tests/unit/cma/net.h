/*
 * net - a network of random weights, its task, and pairs of equations
 */
#ifndef NET_H
#define NET_H

#include "check.h"
#include "cma/site.h"

enum { P = 7, L = 3, H = 2, C = 16, D = C / H, N = 20, ROWS = GPT_LENGTH * P * P };

static struct gpt net;
static struct task task;
static struct cma_pair pair[N];
static struct cma_work work = { &net, &task, NULL, 1 << 30 };

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

#endif
