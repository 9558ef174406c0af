#include "gpt/optim.h"

#include <math.h>
#include <stdlib.h>

enum { BLOCK = 1 << 16 }; /* floats summed by one thread at a time */

static size_t blocks(const struct gpt *g)
{
	return (g->size + BLOCK - 1) / BLOCK;
}

int optim_init(struct optim *o, const struct optim_config *config, const struct gpt *g,
	       struct err *e)
{
	struct optim new = { .config = *config };

	new.m = calloc(g->size, sizeof(*new.m));
	new.v = calloc(g->size, sizeof(*new.v));
	new.partial = calloc(blocks(g), sizeof(*new.partial));
	if (!new.m || !new.v || !new.partial) {
		optim_free(&new);
		return err_memory(e);
	}
	*o = new;
	return 0;
}

void optim_free(struct optim *o)
{
	free(o->m);
	free(o->v);
	free(o->partial);
	o->m = o->v = NULL;
	o->partial = NULL;
}

double optim_rate(const struct optim *o, int64_t t)
{
	const struct optim_config *c = &o->config;
	double pi = acos(-1), part;

	if (t < c->warmup)
		return c->lr * (double)t / c->warmup;
	if (!c->last || t == c->warmup)
		return c->lr;
	part = t < c->last ? (double)(t - c->warmup) / (double)(c->last - c->warmup) : 1;
	return c->min_lr + (c->lr - c->min_lr) * (1 + cos(pi * part)) / 2;
}

/* A pass over an arena, shared by the threads. */
struct pass {
	struct optim *o;
	const struct gpt *g;
	const float *x; /* what is summed; the gradient */
	int threads;
	float scale, rate, root, keep;
};

static void sum(void *arg, int thread)
{
	struct pass *p = arg;
	size_t i, end;

	for (pool_share(blocks(p->g), 1, thread, p->threads, &i, &end); i < end; i++) {
		size_t left = p->g->size - i * BLOCK;

		p->o->partial[i] = optim_sum_squares(left < BLOCK ? left : BLOCK, p->x + i * BLOCK);
	}
}

double optim_norm(struct optim *o, const struct gpt *g, const float *arena, struct pool *pool)
{
	struct pass p = { .o = o, .g = g, .x = arena, .threads = pool_threads(pool) };
	double total = 0;
	size_t i;

	pool_run(pool, sum, &p);
	for (i = 0; i < blocks(g); i++)
		total += o->partial[i];
	return sqrt(total);
}

static void update(void *arg, int thread)
{
	const struct pass *p = arg;
	const struct optim_config *c = &p->o->config;
	size_t begin, end, from, to;
	int i;

	pool_share(p->g->size, 16, thread, p->threads, &begin, &end);
	for (i = 0; i < p->g->tensors; i++) {
		const struct gpt_param *t = &p->g->param[i];

		from = t->offset < begin ? begin : t->offset;
		to = t->offset + t->size > end ? end : t->offset + t->size;
		if (from < to)
			optim_update(to - from, p->g->w + from, p->x + from, p->o->m + from,
				     p->o->v + from, p->scale,
				     t->ndim == 2 || c->decay_all ? p->keep : 1, (float)c->beta1,
				     (float)c->beta2, p->rate, p->root, (float)c->eps);
	}
}

double optim_step(struct optim *o, struct gpt *g, const float *grad, int want_norm,
		  struct pool *pool)
{
	const struct optim_config *c = &o->config;
	struct pass p = { .o = o, .g = g, .x = grad, .threads = pool_threads(pool), .scale = 1 };
	double norm = 0, lr = optim_rate(o, ++o->t);

	if (want_norm || c->clip > 0)
		norm = optim_norm(o, g, grad, pool);
	if (!isfinite(norm))
		return norm;
	if (c->clip > 0 && norm + 1e-6 > c->clip)
		p.scale = (float)(c->clip / (norm + 1e-6));
	p.rate = (float)(lr / (1 - pow(c->beta1, (double)o->t)));
	p.root = (float)(1 / sqrt(1 - pow(c->beta2, (double)o->t)));
	p.keep = (float)(1 - lr * c->decay);
	pool_run(pool, update, &p);
	return norm;
}
