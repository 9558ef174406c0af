/*
 * circuit - runs in which only the kept edges carry the source; see cma_circuits in edge.h
 *
 * The run keeps the change of each sender: what it adds minus what it adds in the run on the base.
 * A receiver that has no kept edge from a changed sender does what it does in the run on the base.
 */
#include "cma/edge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cma/crew.h"
#include "cma/runs.h"
#include "gpt/at.h"
#include "gpt/linalg.h"
#include "train/train.h"

enum { CHUNK = 32 }; /* pairs */

struct helper { /* what a thread needs */
	struct cma_runs runs;
	float *delta; /* (S, rows, C) change of what a sender adds; rows as in the tape */
	unsigned char *changed; /* (S): its delta is not zero */
	float *x; /* (rows, C): what a receiver reads */
	float *qkv, *heads; /* (rows, 3 C), (rows, C) of the layer at hand */
	float *p; /* (rows, NN_KEYS, H) */
	float *z, *logits; /* (rows, D), (chunk, V) */
};

struct job {
	struct gpt_layers net;
	const struct cma_work *w;
	const struct cma_pair *pair;
	const struct cma_options *o;
	const struct cma_graph *g;
	const struct cma_circuit *circuit;
	double largest;
	int pairs, count, chunk, C;
	float *moved; /* (count + 1, pairs): change of M; last that of the run on the source */
	unsigned char *right; /* (count, pairs) */
};

/* ---- memory ---- */

static size_t floats(const struct job *j, int n)
{
	int rows = GPT_LENGTH * n, D = j->C / j->g->H;

	return at((j->g->S + 5) * rows, j->C) + at(rows, NN_KEYS * j->g->H) + at(rows, D) +
	       at(n, j->net.g->config.vocab);
}

static size_t helper_bytes(const void *job, int n)
{
	const struct job *j = job;

	return cma_runs_bytes(&j->net, n, 0) + floats(j, n) * sizeof(float);
}

static int helper_create(void *helper, const void *job, struct err *e)
{
	struct helper *h = helper;
	const struct job *j = job;
	int rows = GPT_LENGTH * j->chunk;

	if (cma_runs_create(&h->runs, &j->net, j->chunk, 0, e))
		return -1;
	h->delta = malloc(floats(j, j->chunk) * sizeof(float));
	h->changed = malloc((size_t)j->g->S);
	if (!h->delta || !h->changed)
		return err_memory(e);
	h->x = h->delta + at(j->g->S * rows, j->C);
	h->qkv = h->x + at(rows, j->C);
	h->heads = h->qkv + at(rows, 3 * j->C);
	h->p = h->heads + at(rows, j->C);
	h->z = h->p + at(rows, NN_KEYS * j->g->H);
	h->logits = h->z + at(rows, j->C / j->g->H);
	return 0;
}

static void helper_free(void *helper)
{
	struct helper *h = helper;

	cma_runs_free(&h->runs);
	free(h->delta);
	free(h->changed);
}

/* ---- one run ---- */

static int kept(const struct job *j, int edge, double threshold)
{
	return fabs(j->g->effect[edge].mean) >= threshold * j->largest;
}

/* x = @base + the changes that reach a receiver.  Returns whether there are any. */
static int gather(const struct job *j, struct helper *h, int receiver, double threshold,
		  const float *base)
{
	size_t n = at(GPT_LENGTH * h->runs.batch.n, j->C);
	int s, any = 0, edge;

	for (s = 0; s < j->g->S; s++) {
		edge = j->g->edge[at(s, j->g->R) + (size_t)receiver];
		if (edge < 0 || !h->changed[s] || !kept(j, edge, threshold))
			continue;
		nn_add(n, any ? h->x : base, h->delta + (size_t)s * n, h->x);
		any = 1;
	}
	return any;
}

/* The change of what a head adds. */
static void head_delta(const struct job *j, struct helper *h, int l, int head)
{
	int C = j->C, D = C / j->g->H, rows = GPT_LENGTH * h->runs.batch.n, r, c;
	const float *base = h->runs.base.heads + cma_tape_at(&h->runs.base, l, C);
	int sender = cma_sender(j->g, l, head);

	for (r = 0; r < rows; r++)
		for (c = 0; c < D; c++) {
			size_t k = at(r, C) + (size_t)(head * D + c);

			h->z[r * D + c] = h->heads[k] - base[k];
		}
	linalg_gemm(LINALG_N, LINALG_N, rows, C, D, 1, h->z, D, gpt_head_weight(j->net.g, l, head),
		    C, 0, h->delta + at(sender * rows, C), C);
}

static void pass_attention(const struct job *j, struct helper *h, int l, double threshold)
{
	struct cma_tape *b = &h->runs.base;
	int C = j->C, H = j->g->H, D = C / H, n = h->runs.batch.n, rows = GPT_LENGTH * n, kind,
	    head, pos;

	memcpy(h->qkv, b->qkv + cma_tape_at(b, l, 3 * C), at(rows, 3 * C) * sizeof(float));
	for (head = 0; head < H; head++) {
		unsigned char *changed = &h->changed[cma_sender(j->g, l, head)];

		*changed = 0;
		for (kind = 0; kind < 3; kind++) {
			if (!gather(j, h, cma_receiver(j->g, l, kind, head), threshold,
				    b->x + cma_tape_at(b, l, C)))
				continue;
			gpt_qkv_part(&j->net, l, rows, h->x, kind * C + head * D, D, b->work,
				     h->qkv);
			*changed = 1;
		}
	}
	for (pos = 0; pos < GPT_LENGTH; pos++)
		nn_attend(n, pos, H, D, h->qkv, b->key[pos * n], h->p, h->heads + at(pos * n, C));
	for (head = 0; head < H; head++)
		if (h->changed[cma_sender(j->g, l, head)])
			head_delta(j, h, l, head);
}

static void pass_mlp(const struct job *j, struct helper *h, int l, double threshold)
{
	struct cma_tape *b = &h->runs.base;
	int rows = GPT_LENGTH * h->runs.batch.n, sender = cma_sender(j->g, l, j->g->H);
	const float *mid = b->mid + cma_tape_at(b, l, j->C);
	const float *next = b->x + cma_tape_at(b, l + 1, j->C);
	float *delta = h->delta + at(sender * rows, j->C);
	size_t n = at(rows, j->C), k;

	h->changed[sender] =
		(unsigned char)gather(j, h, cma_receiver(j->g, l, 3, 0), threshold, mid);
	if (!h->changed[sender])
		return;
	memcpy(delta, h->x, n * sizeof(float));
	gpt_mlp(&j->net, l, rows, delta, b->work);
	for (k = 0; k < n; k++)
		delta[k] = (delta[k] - h->x[k]) - (next[k] - mid[k]);
}

/* One circuit on the pairs at hand; @y: M of the bases. */
static void pass(const struct job *j, struct helper *h, int which, int first, const float *y)
{
	double threshold = j->circuit[which].threshold;
	int C = j->C, n = h->runs.batch.n, V = j->net.g->config.vocab, low = (GPT_LENGTH - 1) * n,
	    l, i;
	const float *end = h->runs.base.x + cma_tape_at(&h->runs.base, j->g->L, C);
	size_t to = at(which, j->pairs) + (size_t)first;
	float value[CMA_BATCH];

	for (l = 0; l < j->g->L; l++) {
		pass_attention(j, h, l, threshold);
		pass_mlp(j, h, l, threshold);
	}
	if (!gather(j, h, j->g->R - 1, threshold, end))
		memcpy(h->x, end, at(GPT_LENGTH * n, C) * sizeof(float));
	cma_batch_metric(&h->runs.batch, &j->net, j->o->metric, h->x + at(low, C),
			 h->runs.base.work, h->logits, value);
	gpt_unembed(&j->net, n, h->x + at(low, C), h->runs.base.work, h->logits);
	for (i = 0; i < n; i++) {
		j->moved[to + (size_t)i] = value[i] - y[i];
		j->right[to + (size_t)i] =
			train_is_right(h->logits + at(i, V), V, h->runs.batch.answer[i][0]);
	}
}

static void run(const void *job, void *helper, int first, int n)
{
	const struct job *j = job;
	struct helper *h = helper;
	float y[CMA_BATCH], source[CMA_BATCH];
	int i, which;
	size_t k;

	cma_runs_do(&h->runs, j->w->t, j->pair + first, n);
	cma_batch_metric(&h->runs.batch, &j->net, j->o->metric, cma_tape_end(&h->runs.base),
			 h->runs.base.work, h->logits, y);
	cma_batch_metric(&h->runs.batch, &j->net, j->o->metric, cma_tape_end(&h->runs.source),
			 h->runs.base.work, h->logits, source);
	for (i = 0; i < n; i++)
		j->moved[at(j->count, j->pairs) + (size_t)(first + i)] = source[i] - y[i];
	for (k = 0; k < at(GPT_LENGTH * n, j->C); k++)
		h->delta[k] = h->runs.source.x[k] - h->runs.base.x[k];
	h->changed[0] = 1;
	for (which = 0; which < j->count; which++)
		pass(j, h, which, first, y);
}

static const struct cma_crew crew = { sizeof(struct helper), helper_bytes, helper_create,
				      helper_free, run };

/* ---- all pairs ---- */

static int open_job(struct job *j, struct err *e)
{
	int most = j->pairs < CHUNK ? j->pairs : CHUNK;

	j->chunk = cma_crew_chunk(&crew, j->w, "one pair in a circuit", most, j, e);
	if (j->chunk < 0)
		return -1;
	j->moved = malloc(at(j->count + 1, j->pairs) * sizeof(*j->moved));
	j->right = malloc(at(j->count, j->pairs));
	return j->moved && j->right ? 0 : err_memory(e);
}

static void sum_up(const struct job *j, struct cma_circuit *circuit)
{
	double total = cma_summary(j->moved + at(j->count, j->pairs), 1, j->pairs).mean;
	int which, i;

	for (which = 0; which < j->count; which++) {
		struct cma_circuit *c = &circuit[which];

		c->edges = 0;
		c->acc = 0;
		for (i = 0; i < j->g->edges; i++)
			c->edges += kept(j, i, c->threshold);
		for (i = 0; i < j->pairs; i++)
			c->acc += j->right[at(which, j->pairs) + (size_t)i];
		c->acc /= j->pairs;
		c->recovered =
			cma_summary(j->moved + at(which, j->pairs), 1, j->pairs).mean / total;
	}
}

int cma_circuits(const struct cma_work *w, const struct cma_pair *pair, int n,
		 const struct cma_options *o, const struct cma_graph *g,
		 struct cma_circuit *circuit, int count, struct err *e)
{
	struct job j = { .w = w, .pair = pair, .o = o, .g = g, .circuit = circuit };
	int failed;

	j.pairs = n;
	j.count = count;
	j.C = w->g->config.width;
	j.largest = cma_graph_largest(g);
	if (gpt_layers_create(&j.net, w->g, e))
		return -1;
	failed = open_job(&j, e) || cma_crew_run(&crew, w->pool, &j, n, j.chunk, e) ? -1 : 0;
	if (!failed)
		sum_up(&j, circuit);
	free(j.moved);
	free(j.right);
	gpt_layers_free(&j.net);
	return failed;
}
