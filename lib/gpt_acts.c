#include "gpt_acts.h"

#include <stdlib.h>

/* Buffers are laid out twice by the same code: with base NULL to count, then for good. */
struct layout {
	float *base;
	size_t used;
};

static float *take(struct layout *l, int rows, int columns)
{
	float *p = l->base ? l->base + l->used : NULL;

	l->used += ((size_t)rows * (size_t)columns + 15) / 16 * 16;
	return p;
}

/* A layer that does its work on n of N rows. */
static void lay_layer(struct layout *l, const struct gpt_config *c, int N, int n,
		      struct gpt_kept *k)
{
	k->x = take(l, N, c->width);
	k->qkv = take(l, N, 3 * c->width);
	k->p = take(l, n, NN_KEYS * c->heads);
	k->heads = take(l, n, c->width);
	k->mid = take(l, n, c->width);
	k->fc = take(l, n, c->mlp);
	k->stats1 = take(l, N, 2);
	k->stats2 = take(l, n, 2);
}

static void lay_flow(struct layout *l, const struct gpt_config *c, int N, struct gpt_flow *f)
{
	f->act = take(l, N, c->mlp);
	f->dfc = take(l, N, c->mlp);
	f->ln2 = take(l, N, c->width);
	f->dmid = take(l, N, c->width);
	f->ln1 = take(l, N, c->width);
	f->dqkv = take(l, N, 3 * c->width);
}

/* @sets of buffers between block and weight products; 0: forward only. */
static void lay(struct layout *l, const struct gpt_config *c, struct gpt_acts *a, int sets)
{
	int L = c->layers, N = a->N, B = a->B, i;

	l->used = 0;
	for (i = 0; i < L; i++)
		if (sets)
			lay_layer(l, c, N, i == L - 1 ? B : N, &a->layer[i]);
		else if (i == 0)
			lay_layer(l, c, N, N, &a->layer[i]);
		else
			a->layer[i] = a->layer[0];
	a->layer[L] = a->layer[0];
	if (sets)
		a->layer[L].x = take(l, B, c->width);
	a->pairs = take(l, N, c->width);
	a->ln = take(l, N, c->width);
	a->add = take(l, N, c->width);
	a->final = take(l, B, c->width);
	a->stats = take(l, B, 2);
	if (!sets) {
		a->act = take(l, N, c->mlp);
		return;
	}
	for (i = 0; i < 2; i++)
		if (i < sets)
			lay_flow(l, c, N, &a->flow[i]);
		else
			a->flow[i] = a->flow[0];
	a->act = a->flow[0].act; /* free while forward runs */
	for (i = 0; i < 3; i++)
		a->dx[i] = take(l, N, c->width);
	a->dlogits = take(l, B, c->vocab);
	a->dnorm = take(l, L + 1, 4 * c->width);
	a->dpairs = take(l, N, c->width);
}

static struct gpt_acts *create(const struct gpt *g, int N, int B, int sets, struct err *e)
{
	struct gpt_acts *a = calloc(1, sizeof(*a));
	struct layout l = { 0 };

	if (!a)
		goto out;
	a->N = N;
	a->B = B;
	a->layer = calloc((size_t)g->config.layers + 1, sizeof(*a->layer));
	a->loss = calloc((size_t)B, sizeof(*a->loss));
	if (!a->layer || !a->loss)
		goto out;
	lay(&l, &g->config, a, sets);
	l.base = a->arena = aligned_alloc(64, l.used * sizeof(float));
	if (!a->arena)
		goto out;
	lay(&l, &g->config, a, sets);
	return a;
out:
	gpt_acts_free(a);
	err_memory(e);
	return NULL;
}

struct gpt_acts *gpt_acts_create(const struct gpt *g, int N, int B, struct err *e)
{
	return create(g, N, B, 0, e);
}

struct gpt_acts *gpt_acts_for_gradient(const struct gpt *g, int N, int B, int threads,
				       struct err *e)
{
	return create(g, N, B, threads > 1 ? 2 : 1, e);
}

void gpt_acts_free(struct gpt_acts *a)
{
	if (!a)
		return;
	free(a->arena);
	free(a->layer);
	free(a->loss);
	free(a);
}
