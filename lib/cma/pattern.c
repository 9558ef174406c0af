/* pattern - mean attention weights; see pattern.h */
#include "cma/pattern.h"

#include <math.h>
#include <stdlib.h>

#include "cma/batch.h"
#include "cma/tape.h"

/* Equations of a chunk; sums are taken in so many slots, whatever the number of threads. */
enum { CHUNK = 64, SLOTS = 16 };

struct job {
	const struct cma_work *w;
	struct gpt_layers net;
	const int *ids;
	int n, chunk, threads;
	struct cma_tape *tape; /* (threads) */
	double (*sum)[2]; /* (SLOTS, L, H, GPT_LENGTH, GPT_LENGTH): of weights, of their squares */
};

static size_t cells(const struct job *j)
{
	const struct gpt_config *c = &j->net.g->config;

	return (size_t)c->layers * (size_t)c->heads * GPT_LENGTH * GPT_LENGTH;
}

/* One query's weights @p (NN_KEYS, H) at a position of a layer. */
static void add_query(int l, int H, int pos, const float *p, double (*sum)[2])
{
	int h, k;

	for (k = 0; k <= pos; k++, p += H)
		for (h = 0; h < H; h++) {
			double *cell = sum[((l * H + h) * GPT_LENGTH + pos) * GPT_LENGTH + k];

			cell[0] += p[h];
			cell[1] += (double)p[h] * p[h];
		}
}

/* The weights of the runs on the tape, (L, pos, run, key, H). */
static void add(const struct cma_tape *t, double (*sum)[2])
{
	int L = t->net->g->config.layers, H = t->net->g->config.heads, l, pos, i;
	const float *p = t->p;

	for (l = 0; l < L; l++)
		for (pos = 0; pos < GPT_LENGTH; pos++)
			for (i = 0; i < t->B; i++, p += NN_KEYS * H)
				add_query(l, H, pos, p, sum);
}

static void run(void *arg, int thread)
{
	const struct job *j = arg;
	struct cma_tape *t = &j->tape[thread];
	int tokens[CHUNK][GPT_LENGTH], slot, first, n, i;

	for (slot = thread; slot < SLOTS; slot += j->threads)
		for (first = slot * j->chunk; first < j->n; first += SLOTS * j->chunk) {
			n = j->n - first < j->chunk ? j->n - first : j->chunk;
			for (i = 0; i < n; i++)
				task_tokens(j->w->t, j->ids[first + i], tokens[i]);
			cma_tape_run(t, tokens[0], n);
			add(t, j->sum + (size_t)slot * cells(j));
		}
}

static int open_tapes(struct job *j, struct err *e)
{
	size_t each = j->w->memory;
	int i;

	j->chunk = CHUNK;
	while (j->chunk > 1 && cma_tape_bytes(&j->net, j->chunk, 0) > each)
		j->chunk--;
	if (cma_tape_bytes(&j->net, j->chunk, 0) > each)
		return cma_no_room(j->w, "one equation", cma_tape_bytes(&j->net, 1, 0), e);
	j->tape = calloc((size_t)j->threads, sizeof(*j->tape));
	j->sum = calloc(SLOTS * cells(j), sizeof(*j->sum));
	if (!j->tape || !j->sum)
		return err_memory(e);
	for (i = 0; i < j->threads; i++)
		if (cma_tape_create(&j->tape[i], &j->net, j->chunk, 0, e))
			return -1;
	return 0;
}

int cma_patterns(const struct cma_work *w, const int *ids, int n, float *mean, float *sd,
		 struct err *e)
{
	struct job j = { .w = w, .ids = ids, .n = n, .threads = pool_threads(w->pool) };
	int failed, i;
	size_t k;

	if (gpt_layers_create(&j.net, w->g, e))
		return -1;
	failed = open_tapes(&j, e);
	if (!failed)
		pool_run(w->pool, run, &j);
	for (k = 0; !failed && k < cells(&j); k++) {
		double sum = 0, squares = 0, m;

		for (i = 0; i < SLOTS; i++) {
			sum += j.sum[(size_t)i * cells(&j) + k][0];
			squares += j.sum[(size_t)i * cells(&j) + k][1];
		}
		m = sum / n;
		mean[k] = (float)m;
		sd[k] = n > 1 ? (float)sqrt(fmax(squares - m * sum, 0) / (n - 1)) : NAN;
	}
	for (i = 0; j.tape && i < j.threads; i++)
		cma_tape_free(&j.tape[i]);
	free(j.tape);
	free(j.sum);
	gpt_layers_free(&j.net);
	return failed;
}
