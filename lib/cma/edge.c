/* edge - exact effects of edges: each edge is an example of a sweep (sweep.h); see edge.h */
#include "cma/edge.h"

#include <stdlib.h>

#include "cma/batch.h"
#include "cma/crew.h"
#include "cma/edge_attribute.h"
#include "cma/sweep.h"
#include "gpt/at.h"
#include "gpt/linalg.h"

enum { CHUNK = 32 }; /* pairs */

struct helper { /* what a thread needs */
	struct cma_sweep s;
	struct cma_batch batch;
	float *delta; /* (S, GPT_LENGTH, chunk, C): what a sender adds, source less base */
	float *x, *alt; /* (GPT_LENGTH chunk, C), (GPT_LENGTH chunk, 3 C) */
	float *z; /* (chunk, D) */
	int *example; /* (edges): the edge of each example of the sweep, in its order */
	int examples;
};

struct job {
	struct gpt_layers net;
	struct cma_plan plan;
	const struct cma_work *w;
	const struct cma_pair *pair;
	const struct cma_options *o;
	struct cma_graph *g;
	int pairs;
	struct cma_found found; /* effect (pairs, edges) and total */
};

/* ---- memory ---- */

static size_t floats(const struct job *j, int n)
{
	int C = j->net.g->config.width;

	return at((j->g->S + 4) * GPT_LENGTH * n, C) + at(n, C / j->g->H);
}

static size_t helper_bytes(const void *job, int n)
{
	const struct job *j = job;

	return cma_sweep_bytes(&j->plan, n) + floats(j, n) * sizeof(float);
}

static int helper_create(void *helper, const void *job, struct err *e)
{
	struct helper *h = helper;
	const struct job *j = job;
	int C = j->net.g->config.width, n = j->plan.chunk;

	if (cma_sweep_create(&h->s, &j->plan, e))
		return -1;
	h->delta = malloc(floats(j, n) * sizeof(float));
	h->example = malloc((size_t)j->g->edges * sizeof(*h->example));
	if (!h->delta || !h->example)
		return err_memory(e);
	h->x = h->delta + at(j->g->S * GPT_LENGTH * n, C);
	h->alt = h->x + at(GPT_LENGTH * n, C);
	h->z = h->alt + at(GPT_LENGTH * n, 3 * C);
	return 0;
}

static void helper_free(void *helper)
{
	struct helper *h = helper;

	cma_sweep_free(&h->s);
	free(h->delta);
	free(h->example);
}

/* ---- what senders add ---- */

static float *delta_of(const struct helper *h, int sender, int pos)
{
	return h->delta + at((sender * GPT_LENGTH + pos) * h->s.n, h->s.w.net->g->config.width);
}

static void subtract(int n, int C, const float *a, const float *b, float *y)
{
	size_t k, all = at(n, C);

	for (k = 0; k < all; k++)
		y[k] = a[k] - b[k];
}

/* Before layer 0: the embeddings. */
static void embedding(struct helper *h)
{
	int C = h->s.w.net->g->config.width, pos, i;

	for (pos = 0; pos < GPT_LENGTH; pos++)
		for (i = 0; i < h->s.n; i++)
			subtract(1, C, cma_sweep_clean(&h->s, 1, i, pos),
				 cma_sweep_clean(&h->s, 0, i, pos), delta_of(h, 0, pos) + at(i, C));
}

static void of_head(const struct job *j, struct helper *h, int layer, int head)
{
	int C = h->s.w.net->g->config.width, D = C / j->g->H, n = h->s.n, pos, i;

	for (pos = cma_sweep_from(&h->s, layer); pos < GPT_LENGTH; pos++) {
		for (i = 0; i < n; i++)
			subtract(1, D, cma_sweep_heads(&h->s, layer, 1, i, pos) + head * D,
				 cma_sweep_heads(&h->s, layer, 0, i, pos) + head * D,
				 h->z + at(i, D));
		linalg_gemm(LINALG_N, LINALG_N, n, C, D, 1, h->z, D,
			    gpt_head_weight(h->s.w.net->g, layer, head), C, 0,
			    delta_of(h, cma_sender(j->g, layer, head), pos), C);
	}
}

static void of_mlp(const struct job *j, struct helper *h, int layer)
{
	int C = h->s.w.net->g->config.width, pos, i, c;

	for (pos = cma_sweep_from(&h->s, layer); pos < GPT_LENGTH; pos++)
		for (i = 0; i < h->s.n; i++) {
			float *y = delta_of(h, cma_sender(j->g, layer, j->g->H), pos) + at(i, C);
			const float *in[2], *out[2];
			int run;

			for (run = 0; run < 2; run++) {
				in[run] = cma_sweep_mid(&h->s, run, i, pos);
				out[run] = cma_sweep_clean(&h->s, run, i, pos);
			}
			for (c = 0; c < C; c++)
				y[c] = (out[1][c] - in[1][c]) - (out[0][c] - in[0][c]);
		}
}

/* ---- what receivers make of it ---- */

static void note(const struct job *j, struct helper *h, int sender, int receiver)
{
	h->example[h->examples++] = j->g->edge[(size_t)sender * (size_t)j->g->R + (size_t)receiver];
}

/* Queries, keys and values of all heads of a layer, from one sender. */
static void to_heads(const struct job *j, struct helper *h, int layer, int sender)
{
	int C = h->s.w.net->g->config.width, n = h->s.n, pos, kind, head;

	for (pos = 0; pos < GPT_LENGTH; pos++)
		nn_add(at(n, C), cma_sweep_before(&h->s, 0, 0, pos), delta_of(h, sender, pos),
		       h->x + at(pos * n, C));
	gpt_qkv(h->s.w.net, layer, GPT_LENGTH * n, h->x, h->s.w.work, h->alt);
	for (kind = 0; kind < 3; kind++) {
		for (head = 0; head < j->g->H; head++)
			note(j, h, sender, cma_receiver(j->g, layer, kind, head));
		cma_sweep_append_qkv(&h->s, layer, kind, h->alt);
	}
}

/* The MLP of a layer, from the first @senders: the change itself does not stay in the stream. */
static void to_mlp(const struct job *j, struct helper *h, int layer, int senders)
{
	int C = h->s.w.net->g->config.width, n = h->s.n, pos, s, first = h->s.m;

	for (s = 0; s < senders; s++) {
		note(j, h, s, cma_receiver(j->g, layer, 3, 0));
		for (pos = cma_sweep_from(&h->s, layer); pos < GPT_LENGTH; pos++)
			nn_add(at(n, C), cma_sweep_mid(&h->s, 0, 0, pos), delta_of(h, s, pos),
			       cma_sweep_stream(&h->s, first + s * n, pos));
	}
	cma_sweep_add_mlp(&h->s, layer, 0, senders * n);
	for (s = 0; s < senders; s++)
		for (pos = cma_sweep_from(&h->s, layer); pos < GPT_LENGTH; pos++) {
			float *x = cma_sweep_stream(&h->s, first + s * n, pos);

			subtract(n, C, x, delta_of(h, s, pos), x);
		}
}

static void to_logits(const struct job *j, struct helper *h)
{
	int C = h->s.w.net->g->config.width, n = h->s.n, last = GPT_LENGTH - 1, s;

	for (s = 0; s < j->g->S; s++) {
		note(j, h, s, j->g->R - 1);
		nn_add(at(n, C), cma_sweep_clean(&h->s, 0, 0, last), delta_of(h, s, last),
		       cma_sweep_stream(&h->s, h->s.m, last));
		h->s.m += n;
	}
}

/* ---- a chunk of pairs ---- */

static void pass_layer(const struct job *j, struct helper *h, int layer)
{
	int before = cma_sender(j->g, layer, 0), s, head; /* senders of lower layers */

	cma_sweep_layer(&h->s, layer);
	for (s = 0; s < before; s++)
		to_heads(j, h, layer, s);
	for (head = 0; head < j->g->H; head++)
		of_head(j, h, layer, head);
	to_mlp(j, h, layer, before + j->g->H);
	of_mlp(j, h, layer);
}

static void read_out(const struct job *j, struct helper *h, int first)
{
	const struct cma_sweep *s = &h->s;
	float base[CMA_BATCH], value[CMA_BATCH];
	int n = s->n, k, i, last = GPT_LENGTH - 1;
	size_t edges = (size_t)j->g->edges;

	cma_batch_metric(&h->batch, &j->net, j->o->metric, cma_sweep_clean(s, 0, 0, last),
			 s->w.work, s->logits, base);
	cma_batch_metric(&h->batch, &j->net, j->o->metric, cma_sweep_clean(s, 1, 0, last),
			 s->w.work, s->logits, value);
	for (i = 0; i < n; i++)
		j->found.total[first + i] = value[i] - base[i];
	for (k = 0; k < h->examples; k++) {
		cma_batch_metric(&h->batch, &j->net, j->o->metric,
				 cma_sweep_stream(s, CMA_CHECKS + k * n, last), s->w.work,
				 s->logits, value);
		for (i = 0; i < n; i++)
			j->found.effect[(size_t)(first + i) * edges + (size_t)h->example[k]] =
				value[i] - base[i];
	}
}

static void run(const void *job, void *helper, int first, int n)
{
	const struct job *j = job;
	struct helper *h = helper;
	int layer;

	cma_batch_load(&h->batch, j->w->t, j->pair + first, n);
	cma_sweep_start(&h->s, h->batch.tokens[0], n);
	h->examples = 0;
	embedding(h);
	for (layer = 0; layer < j->g->L; layer++)
		pass_layer(j, h, layer);
	to_logits(j, h);
	read_out(j, h, first);
}

static const struct cma_crew crew = { sizeof(struct helper), helper_bytes, helper_create,
				      helper_free, run };

/* ---- all pairs ---- */

static int patch(struct job *j, struct err *e)
{
	int most = j->pairs < CHUNK ? j->pairs : CHUNK;

	j->plan = (struct cma_plan){
		.net = &j->net, .S = GPT_LENGTH, .until = GPT_LENGTH, .examples = j->g->edges
	};
	j->plan.chunk = cma_crew_chunk(&crew, j->w, "one pair with all edges", most, j, e);
	if (j->plan.chunk < 0)
		return -1;
	return cma_crew_run(&crew, j->w->pool, j, j->pairs, j->plan.chunk, e);
}

int cma_edges(const struct cma_work *w, const struct cma_pair *pair, int n,
	      const struct cma_options *o, struct cma_graph *g, struct err *e)
{
	struct job j = { .w = w, .pair = pair, .o = o, .g = g, .pairs = n };
	size_t edges = (size_t)g->edges;
	int failed = -1, i;

	if (gpt_layers_create(&j.net, w->g, e))
		return -1;
	j.found.effect = malloc((size_t)n * edges * sizeof(float));
	j.found.total = malloc((size_t)n * sizeof(float));
	if (!j.found.effect || !j.found.total)
		err_memory(e);
	else if (o->method == CMA_ATTRIBUTION)
		failed = cma_edges_attribute(w, &j.net, pair, n, o, g, &j.found, e);
	else
		failed = patch(&j, e);
	for (i = 0; !failed && i < g->edges; i++)
		g->effect[i] = cma_summary(j.found.effect + i, edges, n);
	if (!failed)
		g->total = cma_summary(j.found.total, 1, n);
	free(j.found.effect);
	free(j.found.total);
	gpt_layers_free(&j.net);
	return failed;
}
