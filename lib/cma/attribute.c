/*
 * attribute - see attribute.h
 *
 * The effect of a site with output a is (a(source) - a(base)) . dM/da, summed over the patched
 * positions, with the gradient in the run on the base.
 */
#include "cma/attribute.h"

#include <stdlib.h>
#include <string.h>

#include "gpt/at.h"
#include "cma/crew.h"
#include "cma/runs.h"

enum { CHUNK = 32 }; /* pairs */

struct helper { /* what a thread needs */
	struct cma_runs runs;
	float *room, *dlogits; /* (2 CHUNK, V) */
	float *act[2], *dact; /* neurons of base and source, and the gradient, (4 chunk, F) */
};

struct job {
	const struct cma_work *w;
	const struct gpt_layers *net;
	const struct cma_pair *pair;
	const struct cma_options *o;
	const struct cma_found *found;
	int chunk, per_layer;
	int first, until; /* positions that are patched */
};

static size_t room_floats(const struct job *j, int chunk)
{
	const struct gpt_config *c = &j->net->g->config;

	return at(2 * chunk, c->vocab) + (j->o->neurons ? at(3 * GPT_LENGTH * chunk, c->mlp) : 0);
}

static size_t helper_bytes(const void *job, int chunk)
{
	const struct job *j = job;

	return cma_runs_bytes(j->net, chunk, 1) + room_floats(j, chunk) * sizeof(float);
}

static int helper_create(void *helper, const void *job, struct err *e)
{
	struct helper *h = helper;
	const struct job *j = job;
	const struct gpt_config *c = &j->net->g->config;
	size_t act = j->o->neurons ? at(GPT_LENGTH * j->chunk, c->mlp) : 0;

	if (cma_runs_create(&h->runs, j->net, j->chunk, 1, e))
		return -1;
	h->room = malloc(room_floats(j, j->chunk) * sizeof(float));
	if (!h->room)
		return err_memory(e);
	h->dlogits = h->room;
	h->act[0] = h->dlogits + at(2 * j->chunk, c->vocab);
	h->act[1] = h->act[0] + act;
	h->dact = h->act[1] + act;
	return 0;
}

static void helper_free(void *helper)
{
	struct helper *h = helper;

	cma_runs_free(&h->runs);
	free(h->room);
}

/*
 * The gradient of M at the logits of the bases; M itself, of bases and sources, is put down first.
 */
static void start_back(const struct job *j, struct helper *h, int first)
{
	const struct cma_batch *b = &h->runs.batch;
	int V = j->net->g->config.vocab, n = b->n;

	cma_batch_total(b, j->net, j->o->metric, cma_tape_end(&h->runs.base),
			cma_tape_end(&h->runs.source), h->runs.base.work, h->dlogits,
			j->found->total + first);
	gpt_unembed(j->net, n, cma_tape_end(&h->runs.base), h->runs.base.work, h->dlogits);
	gpt_unembed(j->net, n, cma_tape_end(&h->runs.source), h->runs.base.work,
		    h->dlogits + at(n, V));
	cma_batch_right(b, V, h->dlogits, j->found->right + first);
	cma_batch_gradient(b, V, j->o->metric, h->dlogits);
	cma_tape_start_back(&h->runs.base, h->dlogits);
}

/* (source - base) . gradient over @n channels */
static double dot(int n, const float *source, const float *base, const float *gradient)
{
	double sum = 0;
	int c;

	for (c = 0; c < n; c++)
		sum += (double)(source[c] - base[c]) * gradient[c];
	return sum;
}

/* The sites of one kind in layer @l for pair @i, one row of a position after another: to effect. */
static void add_row(const struct job *j, const struct helper *h, enum cma_site site, int l, int i,
		    int r, float *effect)
{
	const struct cma_tape *b = &h->runs.base, *s = &h->runs.source;
	const struct gpt_config *c = &j->net->g->config;
	int C = c->width, H = c->heads, D = C / H, F = c->mlp, k;
	size_t row = cma_tape_at(b, l, C) + at(r, C), next = cma_tape_at(b, l + 1, C) + at(r, C);
	size_t qkv = cma_tape_at(b, l, 3 * C) + at(r, 3 * C);

	if (site == CMA_STREAM)
		effect[0] += (float)dot(C, s->x + row, b->x + row, b->din + at(r, C));
	if (site == CMA_MLP)
		effect[0] += (float)(dot(C, s->x + next, b->x + next, b->dout + at(r, C)) -
				     dot(C, s->mid + row, b->mid + row, b->dout + at(r, C)));
	for (k = 0; k < H && site == CMA_HEAD; k++)
		effect[k] += (float)dot(D, s->heads + row + (k + h->runs.batch.shift[i]) % H * D,
					b->heads + row + k * D, b->dheads + at(r, C) + k * D);
	for (k = 0; k < H && site >= CMA_QUERY && site <= CMA_VALUE; k++) {
		size_t third = (size_t)((int)(site - CMA_QUERY) * C + k * D);

		effect[k] += (float)dot(D, s->qkv + qkv + third, b->qkv + qkv + third,
					b->dqkv + at(r, 3 * C) + third);
	}
	for (k = 0; k < j->o->neurons && site == CMA_NEURON; k++) {
		int f = j->o->neuron ? j->o->neuron[l * j->o->neurons + k] : k;
		size_t cell = at(r, F) + (size_t)f;

		effect[k] += (h->act[1][cell] - h->act[0][cell]) * h->dact[cell];
	}
}

static void read_layer(const struct job *j, struct helper *h, int l, int first)
{
	const struct gpt_config *c = &j->net->g->config;
	int n = h->runs.batch.n, i, pos, k;
	size_t mid = cma_tape_at(&h->runs.base, l, c->width);

	if (j->o->neurons) {
		gpt_hidden(j->net, l, GPT_LENGTH * n, h->runs.base.mid + mid, h->runs.base.work,
			   h->act[0]);
		gpt_hidden(j->net, l, GPT_LENGTH * n, h->runs.source.mid + mid, h->runs.base.work,
			   h->act[1]);
		gpt_hidden_back(j->net, l, GPT_LENGTH * n, h->runs.base.dout, h->dact);
	}
	for (i = 0; i < n; i++) {
		float *effect = j->found->effect +
				(size_t)(first + i) * at(c->layers, j->per_layer) +
				at(l, j->per_layer);

		memset(effect, 0, (size_t)j->per_layer * sizeof(float));
		for (k = 0; k < CMA_SITES; k++) {
			if (!(j->o->sites & 1u << k))
				continue;
			for (pos = j->first; pos < j->until; pos++)
				add_row(j, h, (enum cma_site)k, l, i, pos * n + i, effect);
			effect += cma_site_count((enum cma_site)k, c, j->o->neurons);
		}
	}
}

static void run(const void *job, void *helper, int first, int n)
{
	const struct job *j = job;
	struct helper *h = helper;
	int l;

	cma_runs_do(&h->runs, j->w->t, j->pair + first, n);
	start_back(j, h, first);
	for (l = j->net->g->config.layers - 1; l >= 0; l--) {
		cma_tape_back(&h->runs.base, l);
		read_layer(j, h, l, first);
	}
}

static const struct cma_crew crew = { sizeof(struct helper), helper_bytes, helper_create,
				      helper_free, run };

int cma_attribute(const struct cma_work *w, const struct gpt_layers *net,
		  const struct cma_pair *pair, int n, const struct cma_options *o,
		  const struct cma_found *found, struct err *e)
{
	struct job j = { .w = w, .net = net, .pair = pair, .o = o, .found = found };
	int p = (int)o->positions, i;

	j.first = p == CMA_LAST ? GPT_LENGTH - 1 : p == CMA_ALL ? 0 : p - CMA_AT;
	j.until = p >= CMA_AT ? j.first + 1 : GPT_LENGTH;
	for (i = 0; i < CMA_SITES; i++)
		if (o->sites & 1u << i)
			j.per_layer +=
				cma_site_count((enum cma_site)i, &net->g->config, o->neurons);
	j.chunk = cma_crew_chunk(&crew, w, "one pair", n < CHUNK ? n : CHUNK, &j, e);
	return j.chunk < 0 ? -1 : cma_crew_run(&crew, w->pool, &j, n, j.chunk, e);
}
