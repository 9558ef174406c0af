/*
 * cma_network - a network of random weights with pairs of equations, to patch
 */
#ifndef CMA_NETWORK_H
#define CMA_NETWORK_H

#include "bench.h"
#include "cma/cma.h"
#include "rng.h"

struct cma_network {
	struct gpt g;
	struct task task;
	struct pool *pool;
	struct cma_pair *pair;
	int pairs;
};

static inline void cma_network_open(struct cma_network *b, int layers, int width, int heads,
				    int pairs, int threads)
{
	struct gpt_config c = {
		.layers = layers, .width = width, .heads = heads, .mlp = 4 * width
	};
	struct rng rng;
	struct err e;

	*b = (struct cma_network){ .pool = pool_create(threads, &e),
				   .pair = calloc((size_t)pairs, sizeof(*b->pair)),
				   .pairs = pairs };
	must(b->pool && b->pair ? 0 : -1, &e);
	must(task_init(&b->task, "add", 97, 0, &e), &e);
	must(cma_draw_pairs(&b->task, 1 << TASK_TEST, 1, pairs, b->pair, &e), &e);
	c.vocab = task_vocab(&b->task);
	must(gpt_create(&b->g, &c, &e), &e);
	rng_seed(&rng, 1, 0);
	gpt_init(&b->g, 0.02, &rng);
}

static inline void cma_network_close(struct cma_network *b)
{
	gpt_free(&b->g);
	task_free(&b->task);
	pool_free(b->pool);
	free(b->pair);
}

#endif
