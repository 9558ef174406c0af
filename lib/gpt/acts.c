#include "gpt/acts.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

int gpt_piece(const struct gpt *g)
{
	return linalg_piece(g->config.width, g->config.mlp);
}

/* One factor: columns [first, first + n) of a matrix, or their transpose; its copy is put at *room. */
static void factor(const struct gpt *g, int tensor, enum linalg_op op, int first, int n,
		   float **room, struct linalg_right *r)
{
	const struct gpt_param *p = &g->param[tensor];
	int in = p->shape[0], out = p->shape[1], t = op == LINALG_T;

	linalg_right(r, op, t ? n : in, t ? in : n, g->w + p->offset + first, out, *room);
	*room += (size_t)in * (size_t)n;
}

void gpt_factors(const struct gpt *g, const struct gpt_acts *a, int l, enum linalg_op op,
		 struct gpt_factors *f)
{
	int C = g->config.width, F = g->config.mlp, w = gpt_block(l);
	float *room = a->room;

	factor(g, w + GPT_QKV_W, op, 0, C, &room, &f->q);
	factor(g, w + GPT_QKV_W, op, C, 2 * C, &room, &f->kv);
	factor(g, w + GPT_PROJ_W, op, 0, C, &room, &f->proj);
	factor(g, w + GPT_FC_W, op, 0, F, &room, &f->fc);
	factor(g, w + GPT_OUT_W, op, 0, C, &room, &f->out);
}

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

/* For @threads that work on a gradient; 0: forward only. */
static void lay(struct layout *l, const struct gpt *g, struct gpt_acts *a, int threads)
{
	const struct gpt_config *c = &g->config;
	int L = c->layers, N = a->N, B = a->B, i, narrow = gpt_piece(g) < INT_MAX;
	size_t origin;

	l->used = 0;
	for (i = 0; i < L; i++)
		if (threads)
			lay_layer(l, c, N, i == L - 1 ? B : N, &a->layer[i]);
		else if (i == 0)
			lay_layer(l, c, N, N, &a->layer[i]);
		else
			a->layer[i] = a->layer[0];
	a->layer[L] = a->layer[0];
	if (threads)
		a->layer[L].x = take(l, B, c->width);
	a->pairs = take(l, N, c->width);
	a->ln = take(l, N, c->width);
	a->add = take(l, N, c->width);
	a->fc = take(l, N, c->mlp);
	a->final = take(l, B, c->width);
	a->stats = take(l, B, 2);
	a->room = take(l, 4 * c->width + 2 * c->mlp, c->width);
	if (!threads) {
		a->act = take(l, N, c->mlp);
		return;
	}
	lay_flow(l, c, N, &a->flow[0]);
	a->flow[1] = a->flow[0];
	if (threads > 1 && narrow)
		for (i = 0; i < 2; i++)
			a->dblock[i] = take(l, 1, (int)gpt_block_floats(g, 0, &origin));
	else if (threads > 1)
		lay_flow(l, c, N, &a->flow[1]);
	a->act = a->flow[0].act; /* free while forward runs */
	for (i = 0; i < 3; i++)
		a->dx[i] = take(l, N, c->width);
	a->dlogits = take(l, B, c->vocab);
	a->dnorm = take(l, L + 1, 4 * c->width);
	a->dpairs = take(l, N, c->width);
}

/*
 * A narrow network is fast enough that walking page tables would show: its arena asks for large pages.
 * A wide one has more to lose by touching more memory than it uses.
 */
static float *arena(const struct gpt *g, size_t floats)
{
	enum { LARGE = 2 << 20 };
	size_t bytes = floats * sizeof(float);
	float *p;

	if (gpt_piece(g) == INT_MAX || bytes < 4 * LARGE)
		return aligned_alloc(64, bytes);
	bytes = (bytes + LARGE - 1) / LARGE * LARGE;
	p = aligned_alloc(LARGE, bytes);
#ifdef MADV_HUGEPAGE
	if (p)
		madvise(p, bytes, MADV_HUGEPAGE); /* advice only */
#endif
	return p;
}

static struct gpt_acts *create(const struct gpt *g, int N, int B, int threads, struct err *e)
{
	struct gpt_acts *a = calloc(1, sizeof(*a));
	struct layout l = { 0 };
	size_t origin;
	int i;

	if (!a)
		goto out;
	a->N = N;
	a->B = B;
	a->layer = calloc((size_t)g->config.layers + 1, sizeof(*a->layer));
	a->loss = calloc((size_t)B, sizeof(*a->loss));
	if (!a->layer || !a->loss)
		goto out;
	lay(&l, g, a, threads);
	l.base = a->arena = arena(g, l.used);
	if (!a->arena)
		goto out;
	lay(&l, g, a, threads);
	for (i = 0; i < 2 && a->dblock[i]; i++) /* gaps between tensors, too */
		memset(a->dblock[i], 0, gpt_block_floats(g, 0, &origin) * sizeof(float));
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
	return create(g, N, B, threads, e);
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
