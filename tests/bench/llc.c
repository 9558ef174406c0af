/*
 * bench llc - a gradient of the sampler beside one of the trainer
 *
 * For each shape, on one thread: the median time of gpt_gradient on all training equations, as
 * training with full batches takes it; that of a step of each sampler, everything included, divided
 * by its gradients; and their ratios.  The two take turns.  LAYERS=N in the environment picks a
 * shape.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "llc/network.h"

static const struct shape {
	int layers, width, heads;
	double fraction;
	int rounds;
} shapes[] = { { 1, 64, 4, .3, 15 }, { 2, 128, 4, .5, 3 }, { 12, 64, 4, .4, 3 } };

enum { P = 97, GRADIENTS = 20 };

/* Seconds of a gradient of one chain. */
static double chain(enum llc_sampler sampler, const struct llc_space *space,
		    const struct llc_potential *potential, struct pool *pool)
{
	struct llc_settings set = { .sampler = sampler,
				    .nbeta = 355,
				    .gamma = 25,
				    .chains = 1,
				    .draws = sampler == LLC_HMC ? GRADIENTS / 10 : GRADIENTS,
				    .burn_in = 0,
				    .leapfrog = 10,
				    .seed = 1 };
	struct llc_chain c;
	struct err e;
	double t = wall();

	must(llc_run(&set, space, potential, pool, &c, &e), &e);
	t = (wall() - t) / (double)c.gradients;
	llc_chains_free(&c, 1);
	return t;
}

/* A network with its equations, for one thread. */
struct bench {
	struct task task;
	struct gpt g;
	struct llc_data data;
	struct llc_network *network;
	struct llc_potential potential;
	struct llc_space space;
	struct pool *pool;
	float *grad;
};

static void set_up(struct bench *b, const struct shape *s)
{
	struct gpt_config config = { 0, s->layers, s->width, s->heads, 4 * s->width, NN_GELU, 0 };
	int *ids = malloc(P * P * sizeof(*ids)), n;
	struct rng r;
	struct err e;

	must(!ids || task_init(&b->task, "sub", P, 0, &e) ||
			     task_divide(&b->task, s->fraction, 1, &e)
		     ? -1
		     : 0,
	     &e);
	n = task_list(&b->task, TASK_TRAIN, ids);
	config.vocab = task_vocab(&b->task);
	b->pool = pool_create(1, &e);
	must(!b->pool || gpt_create(&b->g, &config, &e) ||
			     llc_data_init(&b->data, &b->task, ids, n, &e)
		     ? -1
		     : 0,
	     &e);
	free(ids);
	b->network = llc_network_open(&b->g, &b->data, 0, &e);
	must(b->network ? 0 : -1, &e);
	rng_seed(&r, 1, 1);
	gpt_init(&b->g, .06, &r);
	b->potential = llc_network_potential(b->network);
	b->potential.accuracy = NULL; /* it is taken at a few draws only */
	b->grad = calloc(b->g.size, sizeof(*b->grad));
	must(llc_part_space(&b->g, LLC_PART_ALL, 0, 0, 0, &b->space, &e), &e);
}

static void tear_down(struct bench *b)
{
	free(b->grad);
	llc_part_free(&b->space);
	llc_network_free(b->network);
	llc_data_free(&b->data);
	task_free(&b->task);
	gpt_free(&b->g);
	pool_free(b->pool);
}

static void run(const struct shape *s)
{
	static const char *const name[] = { "hmc", "baoab", "sgld", "rmsprop-sgld" };
	enum { TRAINER = 4, ROUNDS = 15 };
	double time[TRAINER + 1][ROUNDS], trainer;
	struct bench b;
	int i, k;

	set_up(&b, s);
	for (k = 0; k < s->rounds; k++) {
		time[TRAINER][k] = wall();
		for (i = 0; i < GRADIENTS; i++)
			b.potential.loss(b.potential.arg, b.g.w, 1, b.grad);
		time[TRAINER][k] = (wall() - time[TRAINER][k]) / GRADIENTS;
		for (i = LLC_HMC; i <= LLC_RMSPROP; i++)
			time[i][k] = chain((enum llc_sampler)i, &b.space, &b.potential, b.pool);
	}
	trainer = median(time[TRAINER], s->rounds);
	printf("%d x %d, %d equations: trainer %.2f ms", s->layers, s->width, b.data.n,
	       1e3 * trainer);
	for (i = LLC_HMC; i <= LLC_RMSPROP; i++)
		printf("; %s %.3f times", name[i], median(time[i], s->rounds) / trainer);
	printf("\n");
	fflush(stdout);
	tear_down(&b);
}

int main(void)
{
	const char *layers = getenv("LAYERS");
	size_t i;

	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		if (!layers || shapes[i].layers == atoi(layers))
			run(&shapes[i]);
	return 0;
}
