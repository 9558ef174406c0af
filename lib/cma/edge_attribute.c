/*
 * edge_attribute - see edge_attribute.h
 *
 * One backward pass gives the gradient at the output of every receiver.  From there one short step
 * back through this receiver alone gives the gradient at the stream that it reads.  The changes of
 * all senders times the gradients of all receivers of a layer are then one matrix product for each
 * pair and position.
 */
#include "cma/edge_attribute.h"

#include <stdlib.h>
#include <string.h>

#include "cma/crew.h"
#include "cma/runs.h"
#include "gpt/at.h"
#include "gpt/linalg.h"

enum { CHUNK = 32 }; /* pairs */

struct helper { /* what a thread needs */
	struct cma_runs runs;
	float *logits; /* (chunk, V) */
	float *delta; /* (S, rows, C): what a sender adds, source less base; rows as in the tape */
	float *gradient; /* (3 H + 1, rows, C): at what each receiver of a layer reads */
	float *z; /* (rows, D) */
	float *product; /* (S, 3 H + 1) */
};

struct job {
	const struct cma_work *w;
	const struct gpt_layers *net;
	const struct cma_pair *pair;
	const struct cma_options *o;
	const struct cma_graph *g;
	const struct cma_found *found;
	int chunk, C;
};

static size_t floats(const struct job *j, int n)
{
	int width = 3 * j->g->H + 1, rows = GPT_LENGTH * n;

	return at(n, j->net->g->config.vocab) + at((j->g->S + width) * rows, j->C) +
	       at(rows, j->C / j->g->H) + at(j->g->S, width);
}

static size_t helper_bytes(const void *job, int n)
{
	const struct job *j = job;

	return cma_runs_bytes(j->net, n, 1) + floats(j, n) * sizeof(float);
}

static int helper_create(void *helper, const void *job, struct err *e)
{
	struct helper *h = helper;
	const struct job *j = job;
	int rows = GPT_LENGTH * j->chunk, width = 3 * j->g->H + 1;

	if (cma_runs_create(&h->runs, j->net, j->chunk, 1, e))
		return -1;
	h->logits = malloc(floats(j, j->chunk) * sizeof(float));
	if (!h->logits)
		return err_memory(e);
	h->delta = h->logits + at(j->chunk, j->net->g->config.vocab);
	h->gradient = h->delta + at(j->g->S * rows, j->C);
	h->z = h->gradient + at(width * rows, j->C);
	h->product = h->z + at(rows, j->C / j->g->H);
	return 0;
}

static void helper_free(void *helper)
{
	struct helper *h = helper;

	cma_runs_free(&h->runs);
	free(h->logits);
}

/* ---- a chunk of pairs ---- */

/* What every sender adds to the stream, source less base. */
static void senders(const struct job *j, struct helper *h)
{
	int C = j->C, D = C / j->g->H, rows = GPT_LENGTH * h->runs.batch.n, l, head, r, c;
	const struct cma_tape *b = &h->runs.base, *s = &h->runs.source;
	float *delta = h->delta;
	size_t all = at(rows, C), k, d;

	for (k = 0; k < all; k++)
		*delta++ = s->x[k] - b->x[k];
	for (l = 0; l < j->g->L; l++) {
		size_t here = cma_tape_at(b, l, C), next = cma_tape_at(b, l + 1, C);

		for (head = 0; head < j->g->H; head++, delta += all) {
			for (r = 0; r < rows; r++)
				for (c = 0; c < D; c++) {
					d = here + at(r, C) + (size_t)(head * D + c);
					h->z[r * D + c] = s->heads[d] - b->heads[d];
				}
			linalg_gemm(LINALG_N, LINALG_N, rows, C, D, 1, h->z, D,
				    gpt_head_weight(j->net->g, l, head), C, 0, delta, C);
		}
		for (k = 0; k < all; k++)
			*delta++ = (s->x[next + k] - s->mid[here + k]) -
				   (b->x[next + k] - b->mid[here + k]);
	}
}

/* The gradient of M at the logits of the bases, and the total effects. */
static void start_back(const struct job *j, struct helper *h, int first)
{
	const struct cma_batch *b = &h->runs.batch;
	int V = j->net->g->config.vocab;

	cma_batch_total(b, j->net, j->o->metric, cma_tape_end(&h->runs.base),
			cma_tape_end(&h->runs.source), h->runs.base.work, h->logits,
			j->found->total + first);
	gpt_unembed(j->net, b->n, cma_tape_end(&h->runs.base), h->runs.base.work, h->logits);
	cma_batch_gradient(b, V, j->o->metric, h->logits);
	cma_tape_start_back(&h->runs.base, h->logits);
}

/* Receivers first .. first + count - 1, whose gradients are there, with all senders. */
static void multiply(const struct job *j, struct helper *h, int pair, int first, int count)
{
	int C = j->C, n = h->runs.batch.n, S = j->g->S, i, pos, s, r, number;
	int ld = GPT_LENGTH * n * C;

	for (i = 0; i < n; i++) {
		float *effect = j->found->effect + (size_t)(pair + i) * (size_t)j->g->edges;

		for (pos = 0; pos < GPT_LENGTH; pos++)
			linalg_gemm(LINALG_N, LINALG_T, S, count, C, 1,
				    h->delta + at(pos * n + i, C), ld,
				    h->gradient + at(pos * n + i, C), ld, pos ? 1 : 0, h->product,
				    count);
		for (s = 0; s < S; s++)
			for (r = 0; r < count; r++) {
				number = j->g->edge[(size_t)s * (size_t)j->g->R +
						    (size_t)(first + r)];
				if (number >= 0)
					effect[number] = h->product[s * count + r];
			}
	}
}

static void back_layer(const struct job *j, struct helper *h, int l)
{
	struct cma_tape *t = &h->runs.base;
	int C = j->C, H = j->g->H, rows = GPT_LENGTH * h->runs.batch.n, r;
	size_t here = cma_tape_at(t, l, C);

	cma_tape_back(t, l);
	for (r = 0; r < 3 * H; r++)
		gpt_qkv_back(j->net, l, rows, t->x + here, t->dqkv, r, t->work,
			     h->gradient + at(r * rows, C));
	gpt_mlp_back(j->net, l, rows, t->mid + here, t->dout, t->work,
		     h->gradient + at(3 * H * rows, C));
}

static void run(const void *job, void *helper, int first, int n)
{
	const struct job *j = job;
	struct helper *h = helper;
	int l;

	cma_runs_do(&h->runs, j->w->t, j->pair + first, n);
	senders(j, h);
	start_back(j, h, first);
	memcpy(h->gradient, h->runs.base.din, at(GPT_LENGTH * n, j->C) * sizeof(float));
	multiply(j, h, first, j->g->R - 1, 1);
	for (l = j->g->L - 1; l >= 0; l--) {
		back_layer(j, h, l);
		multiply(j, h, first, cma_receiver(j->g, l, 0, 0), 3 * j->g->H + 1);
	}
}

static const struct cma_crew crew = { sizeof(struct helper), helper_bytes, helper_create,
				      helper_free, run };

int cma_edges_attribute(const struct cma_work *w, const struct gpt_layers *net,
			const struct cma_pair *pair, int n, const struct cma_options *o,
			const struct cma_graph *g, const struct cma_found *found, struct err *e)
{
	struct job j = { w, net, pair, o, g, found, .C = net->g->config.width };

	j.chunk = cma_crew_chunk(&crew, w, "one pair", n < CHUNK ? n : CHUNK, &j, e);
	return j.chunk < 0 ? -1 : cma_crew_run(&crew, w->pool, &j, n, j.chunk, e);
}
