/*
 * optim - a step of an optimiser: learning rate, clipping, and passes over the arenas in blocks of
 * fixed size
 */
#include "gpt/optim.h"

#include <math.h>
#include <stdlib.h>

enum { BLOCK = 1 << 14 }; /* floats that one thread takes at a time */

static size_t blocks(const struct gpt *g)
{
	return (g->size + BLOCK - 1) / BLOCK;
}

int optim_init(struct optim *o, const struct optim_config *config, const struct gpt *g, int threads,
	       struct err *e)
{
	struct optim made = { .config = *config };

	made.m = calloc(g->size, sizeof(*made.m));
	if (config->kind != OPTIM_SGD)
		made.v = calloc(g->size, sizeof(*made.v));
	made.partial = calloc(blocks(g), sizeof(*made.partial));
	if (!made.m || (!made.v && config->kind != OPTIM_SGD) || !made.partial) {
		optim_free(&made);
		return err_memory(e);
	}
	if (config->kind == OPTIM_MUON && !(made.muon = optim_muon_create(g, threads, e))) {
		optim_free(&made);
		return -1;
	}
	*o = made;
	return 0;
}

void optim_free(struct optim *o)
{
	free(o->m);
	free(o->v);
	free(o->partial);
	optim_muon_free(o->muon);
	*o = (struct optim){ 0 };
}

double optim_rate(const struct optim *o, int64_t t)
{
	const struct optim_config *c = &o->config;
	double part;

	if (t < c->warmup)
		return c->lr * (double)t / c->warmup;
	if (!c->last || t == c->warmup)
		return c->lr;
	part = t < c->last ? (double)(t - c->warmup) / (double)(c->last - c->warmup) : 1;
	return c->min_lr + (c->lr - c->min_lr) * (1 + cos(M_PI * part)) / 2;
}

/* A pass over an arena, a block at a time. */
struct pass {
	struct optim *o;
	const struct gpt *g;
	const float *x; /* what is summed; the gradient */
	struct optim_pass p;
};

static void sum(void *arg, int thread, int i)
{
	const struct pass *p = arg;
	size_t begin = (size_t)i * BLOCK, left = p->g->size - begin;

	(void)thread;
	p->o->partial[i] = optim_sum_squares(left < BLOCK ? left : BLOCK, p->x + begin);
}

double optim_norm(struct optim *o, const struct gpt *g, const float *arena, struct pool *pool)
{
	struct pass p = { .o = o, .g = g, .x = arena };
	double total = 0;
	size_t i;

	pool_each(pool, (int)blocks(g), sum, &p);
	for (i = 0; i < blocks(g); i++)
		total += o->partial[i];
	return sqrt(total);
}

/* The part of a tensor that is in a block: floats [from, to) of the arena. */
static void move(const struct pass *p, int tensor, size_t from, size_t to)
{
	const struct optim_config *c = &p->o->config;
	const struct optim *o = p->o;
	struct optim_pass how = p->p;
	float *w = p->g->w + from;

	if (p->g->param[tensor].ndim != 2 && !c->decay_all) {
		how.keep = 1;
		how.l2 = 0;
	}
	if (c->kind == OPTIM_SGD)
		optim_sgd(to - from, w, p->x + from, o->m + from, &how);
	else
		optim_adam(to - from, w, p->x + from, o->m + from, o->v + from, &how);
}

static void update(void *arg, int thread, int block)
{
	const struct pass *p = arg;
	size_t begin = (size_t)block * BLOCK, end = begin + BLOCK, from, to;
	int i;

	(void)thread;
	for (i = 0; i < p->g->tensors; i++) {
		const struct gpt_param *t = &p->g->param[i];

		from = t->offset < begin ? begin : t->offset;
		to = t->offset + t->size > end ? end : t->offset + t->size;
		if (from < to && !(p->o->muon && optim_is_muon(p->g, i)))
			move(p, i, from, to);
	}
}

/* The numbers of the step that has just been counted. */
static struct optim_pass numbers(const struct optim *o, double norm, double lr)
{
	const struct optim_config *c = &o->config;
	struct optim_pass p = { .scale = 1,
				.keep = 1,
				.beta1 = (float)c->beta1,
				.beta2 = (float)c->beta2,
				.eps = (float)c->eps };

	if (c->clip > 0 && norm + 1e-6 > c->clip)
		p.scale = (float)(c->clip / (norm + 1e-6));
	if (c->kind == OPTIM_ADAM || c->kind == OPTIM_SGD)
		p.l2 = (float)c->decay;
	else
		p.keep = (float)(1 - lr * c->decay);
	if (c->kind == OPTIM_SGD) {
		p.beta1 = (float)c->momentum;
		p.rate = (float)lr;
	} else {
		p.rate = (float)(lr / (1 - pow(c->beta1, (double)o->t)));
		p.root = (float)(1 / sqrt(1 - pow(c->beta2, (double)o->t)));
	}
	return p;
}

double optim_step(struct optim *o, struct gpt *g, const float *grad, int want_norm,
		  struct pool *pool)
{
	struct pass p = { .o = o, .g = g, .x = grad };
	double norm = 0, lr = optim_rate(o, ++o->t);

	if (want_norm || o->config.clip > 0)
		norm = optim_norm(o, g, grad, pool);
	if (!isfinite(norm))
		return norm;
	p.p = numbers(o, norm, lr);
	pool_each(pool, (int)blocks(g), update, &p);
	if (o->muon)
		optim_muon_step(o, g, grad, lr, &p.p, pool);
	return norm;
}
