#include "cma_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gpt_layer.h"

/*
 * A chunk of equations is walked through the whole network once, and its streams kept before every
 * layer; each set of layers then starts at the first that it skips.
 */
enum { CHUNK = 256 }; /* equations */

struct part {
	double loss;
	int right, n;
};

struct helper { /* what a thread needs */
	struct cma_walk w;
	float *keep; /* (L + 1, N, C): the stream before each layer, and behind the last */
	float *logits; /* (chunk, V) */
	double *loss, *sum; /* (chunk); means: (2, L, GPT_LENGTH, C) */
	int *tokens, *target; /* (chunk, GPT_LENGTH), (chunk) */
};

struct job {
	const struct gpt *g;
	const struct task *t;
	const int *ids;
	const unsigned char *set;
	const struct cma_substitute *s;
	int n, sets, chunk, chunks, threads, means;
	struct helper *helper; /* (threads) */
	struct part (*part)[2]; /* (chunks, sets): training, test */
};

static size_t at(int row, int width)
{
	return (size_t)row * (size_t)width;
}

/* ---- memory ---- */

static size_t sums(const struct gpt_config *c)
{
	return 2 * at(c->layers * GPT_LENGTH, c->width);
}

static size_t keep_floats(const struct gpt_config *c, int chunk)
{
	return at(c->layers + 1, c->width) * (size_t)(GPT_LENGTH * chunk);
}

static size_t helper_bytes(const struct job *j, int chunk)
{
	const struct gpt_config *c = &j->g->config;
	size_t bytes = cma_walk_bytes(j->g, chunk, 0) + at(chunk, c->vocab) * sizeof(float);

	return bytes +
	       (j->means ? sums(c) * sizeof(double) : keep_floats(c, chunk) * sizeof(float));
}

static int helper_create(struct helper *h, const struct job *j, struct err *e)
{
	const struct gpt_config *c = &j->g->config;
	size_t chunk = (size_t)j->chunk;

	if (cma_walk_create(&h->w, j->g, j->chunk, 0, e))
		return -1;
	h->keep = j->means ? NULL : malloc(keep_floats(c, j->chunk) * sizeof(float));
	h->sum = j->means ? calloc(sums(c), sizeof(double)) : NULL;
	h->logits = malloc(at(j->chunk, c->vocab) * sizeof(float));
	h->loss = malloc(chunk * sizeof(double));
	h->tokens = malloc(chunk * GPT_LENGTH * sizeof(int));
	h->target = malloc(chunk * sizeof(int));
	if ((j->means ? !h->sum : !h->keep) || !h->logits || !h->loss || !h->tokens || !h->target)
		return err_memory(e);
	return 0;
}

static void helper_free(struct helper *h)
{
	cma_walk_free(&h->w);
	free(h->keep);
	free(h->sum);
	free(h->logits);
	free(h->loss);
	free(h->tokens);
	free(h->target);
}

/* Choose the chunk, create the helpers, run. */
static int work(struct job *j, struct pool *pool, size_t memory, void (*run)(void *, int),
		struct err *e)
{
	size_t most = memory / (size_t)pool_threads(pool);
	int i;

	j->threads = pool_threads(pool);
	j->chunk = j->n < CHUNK ? j->n : CHUNK;
	while (j->chunk > 1 && helper_bytes(j, j->chunk) > most)
		j->chunk--;
	if (helper_bytes(j, j->chunk) > most)
		return err_set(
			e, "one equation on %d threads needs %.0f MB, more than the %.0f allowed",
			j->threads, (double)helper_bytes(j, 1) * j->threads / 1e6,
			(double)memory / 1e6);
	j->chunks = (j->n + j->chunk - 1) / j->chunk;
	j->helper = calloc((size_t)j->threads, sizeof(*j->helper));
	j->part = calloc((size_t)j->chunks * (size_t)j->sets + 1, sizeof(*j->part));
	if (!j->helper || !j->part)
		return err_memory(e);
	for (i = 0; i < j->threads; i++)
		if (helper_create(&j->helper[i], j, e))
			return -1;
	pool_run(pool, run, j);
	return 0;
}

static void job_free(struct job *j)
{
	int i;

	for (i = 0; j->helper && i < j->threads; i++)
		helper_free(&j->helper[i]);
	free(j->helper);
	free(j->part);
}

/* ---- a chunk ---- */

/* Returns the number of equations. */
static int load(const struct job *j, struct helper *h, int chunk)
{
	int first = chunk * j->chunk, n = j->n - first < j->chunk ? j->n - first : j->chunk, i;

	for (i = 0; i < n; i++) {
		task_tokens(j->t, j->ids[first + i], h->tokens + (size_t)i * GPT_LENGTH);
		h->target[i] = task_answer(j->t, j->ids[first + i]);
	}
	cma_walk_start(&h->w, h->tokens, n);
	return n;
}

/* @add: what the walk computed for rows from @from on, or NULL for the substitute of the layer */
static void contribute(struct cma_walk *w, int from, const float *add, const float *substitute)
{
	int C = w->g->config.width, r;

	if (add)
		nn_add(at(w->rows.N - from, C), w->x + at(from, C), add, w->x + at(from, C));
	for (r = from; !add && r < w->rows.N; r++)
		nn_add((size_t)C, w->x + at(r, C), substitute + at(w->pos[r], C), w->x + at(r, C));
}

static void advance(const struct job *j, struct cma_walk *w, int layer, unsigned skip)
{
	int from = cma_from(w->g, &w->rows, layer);
	size_t here = at(layer * GPT_LENGTH, w->g->config.width);

	if (skip & CMA_SKIP_ATTN) {
		contribute(w, from, NULL, j->s->attn + here);
	} else {
		cma_walk_attend(w, layer);
		cma_walk_attn(w, layer);
		contribute(w, from, w->attn, NULL);
	}
	if (skip & CMA_SKIP_MLP) {
		contribute(w, from, NULL, j->s->mlp + here);
	} else {
		cma_walk_mlp(w, layer);
		contribute(w, from, w->mlp, NULL);
	}
}

static void score(const struct job *j, struct helper *h, int chunk, int n, struct part part[2])
{
	const struct gpt *g = j->g;
	int V = g->config.vocab, i, v;

	gpt_unembed(g, n, h->w.x + at(h->w.rows.start[GPT_LENGTH - 1], g->config.width), h->w.work,
		    h->logits);
	nn_loss(n, V, h->logits, h->target, 0, h->loss);
	for (i = 0; i < n; i++) {
		int test = j->t->split[j->ids[chunk * j->chunk + i]] == TASK_TEST, best = 0;
		const float *x = h->logits + at(i, V);

		for (v = 1; v < V; v++)
			best = x[v] > x[best] ? v : best;
		part[test].right += best == h->target[i];
		part[test].loss += h->loss[i];
		part[test].n++;
	}
}

static void run_sets(void *arg, int thread)
{
	const struct job *j = arg;
	struct helper *h = &j->helper[thread];
	int L = j->g->config.layers, chunk, n, l, i;

	for (chunk = thread; chunk < j->chunks; chunk += j->threads) {
		size_t size;

		n = load(j, h, chunk);
		size = at(h->w.rows.N, j->g->config.width);
		for (l = 0; l <= L; l++) {
			memcpy(h->keep + (size_t)l * size, h->w.x, size * sizeof(float));
			if (l < L)
				advance(j, &h->w, l, 0);
		}
		for (i = 0; i < j->sets; i++) {
			const unsigned char *set = j->set + at(i, L);

			for (l = 0; l < L && !set[l]; l++)
				;
			memcpy(h->w.x, h->keep + (size_t)l * size, size * sizeof(float));
			for (; l < L; l++)
				advance(j, &h->w, l, set[l]);
			score(j, h, chunk, n, j->part[(size_t)chunk * (size_t)j->sets + (size_t)i]);
		}
	}
}

int cma_skip(const struct gpt *g, const struct task *t, const int *ids, int n,
	     const unsigned char *set, int sets, const struct cma_substitute *s, struct pool *pool,
	     size_t memory, struct cma_score (*result)[2], struct err *e)
{
	struct job j = { .g = g, .t = t, .ids = ids, .n = n, .set = set, .sets = sets, .s = s };
	int i, c, test;

	if (work(&j, pool, memory, run_sets, e)) {
		job_free(&j);
		return -1;
	}
	for (i = 0; i < sets; i++)
		for (test = 0; test < 2; test++) {
			struct part sum = { 0 };

			for (c = 0; c < j.chunks; c++) {
				struct part p = j.part[(size_t)c * (size_t)sets + (size_t)i][test];

				sum.loss += p.loss;
				sum.right += p.right;
				sum.n += p.n;
			}
			result[i][test] = (struct cma_score){ .acc = (double)sum.right / sum.n,
							      .loss = sum.loss / sum.n,
							      .n = sum.n };
			if (!sum.n)
				result[i][test].acc = result[i][test].loss = NAN;
		}
	job_free(&j);
	return 0;
}

/* ---- substitutes ---- */

static int create(const struct gpt *g, struct cma_substitute *s, struct err *e)
{
	size_t n = at(g->config.layers * GPT_LENGTH, g->config.width);

	s->attn = calloc(n, sizeof(float));
	s->mlp = calloc(n, sizeof(float));
	if (s->attn && s->mlp)
		return 0;
	cma_substitute_free(s);
	return err_memory(e);
}

void cma_substitute_free(struct cma_substitute *s)
{
	free(s->attn);
	free(s->mlp);
	*s = (struct cma_substitute){ 0 };
}

int cma_zero(const struct gpt *g, int heads, struct cma_substitute *s, struct err *e)
{
	struct cma_substitute new;
	int C = g->config.width, i;

	if (create(g, &new, e))
		return -1;
	for (i = 0; heads && i < g->config.layers * GPT_LENGTH; i++)
		memcpy(new.attn + at(i, C), gpt_attn_bias(g, i / GPT_LENGTH),
		       (size_t)C * sizeof(float));
	*s = new;
	return 0;
}

/* sum (GPT_LENGTH, C) += the rows of @x (from row @from on) that each equation passes through */
static void accumulate(const struct cma_walk *w, int from, int n, const float *x, double *sum)
{
	const struct gpt_rows *t = &w->rows;
	int C = w->g->config.width, i, pos, r, c;

	for (i = 0; i < n; i++)
		for (pos = from ? GPT_LENGTH - 1 : 0; pos < GPT_LENGTH; pos++) {
			r = t->key[t->start[GPT_LENGTH - 1] + i][pos] - from;
			for (c = 0; c < C; c++)
				sum[at(pos, C) + (size_t)c] += x[at(r, C) + (size_t)c];
		}
}

static void run_means(void *arg, int thread)
{
	const struct job *j = arg;
	struct helper *h = &j->helper[thread];
	int L = j->g->config.layers, chunk, n, l;
	size_t layer = at(GPT_LENGTH, j->g->config.width);

	for (chunk = thread; chunk < j->chunks; chunk += j->threads) {
		n = load(j, h, chunk);
		for (l = 0; l < L; l++) {
			int from = cma_from(j->g, &h->w.rows, l);

			advance(j, &h->w, l, 0);
			accumulate(&h->w, from, n, h->w.attn, h->sum + (size_t)l * layer);
			accumulate(&h->w, from, n, h->w.mlp, h->sum + (size_t)(L + l) * layer);
		}
	}
}

int cma_means(const struct gpt *g, const struct task *t, const int *ids, int n, struct pool *pool,
	      size_t memory, struct cma_substitute *s, struct err *e)
{
	struct job j = { .g = g, .t = t, .ids = ids, .n = n, .means = 1 };
	size_t half = at(g->config.layers * GPT_LENGTH, g->config.width), k;
	struct cma_substitute new;
	int i;

	if (create(g, &new, e))
		return -1;
	if (work(&j, pool, memory, run_means, e)) {
		cma_substitute_free(&new);
		job_free(&j);
		return -1;
	}
	for (k = 0; k < half; k++) {
		double attn = 0, mlp = 0;

		for (i = 0; i < j.threads; i++) {
			attn += j.helper[i].sum[k];
			mlp += j.helper[i].sum[half + k];
		}
		new.attn[k] = (float)(attn / n);
		new.mlp[k] = (float)(mlp / n);
	}
	job_free(&j);
	*s = new;
	return 0;
}
