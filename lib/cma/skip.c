#include "cma/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
	double *loss; /* (chunk) */
	double *sum; /* means: (2 L + 1, GPT_LENGTH, C), the stream before each step and at the end */
	int *tokens, *target; /* (chunk, GPT_LENGTH), (chunk) */
};

struct job {
	const struct gpt *g;
	struct gpt_layers net;
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
	return at((2 * c->layers + 1) * GPT_LENGTH, c->width);
}

static size_t keep_floats(const struct gpt_config *c, int chunk)
{
	return at(c->layers + 1, c->width) * (size_t)(GPT_LENGTH * chunk);
}

static size_t helper_bytes(const struct job *j, int chunk)
{
	const struct gpt_config *c = &j->g->config;
	size_t bytes = cma_walk_bytes(&j->net, chunk, 0) + at(chunk, c->vocab) * sizeof(float);

	return bytes +
	       (j->means ? sums(c) * sizeof(double) : keep_floats(c, chunk) * sizeof(float));
}

static int helper_create(struct helper *h, const struct job *j, struct err *e)
{
	const struct gpt_config *c = &j->g->config;
	size_t chunk = (size_t)j->chunk;

	if (cma_walk_create(&h->w, &j->net, j->chunk, 0, e))
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

	if (gpt_layers_create(&j->net, j->g, e))
		return -1;
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
	gpt_layers_free(&j->net);
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

/* The substitute of a layer is added to the rows from @from on. */
static void stand_in(struct cma_walk *w, int from, const float *substitute)
{
	int C = w->net->g->config.width, r;

	for (r = from; r < w->rows.N; r++)
		nn_add((size_t)C, w->x + at(r, C), substitute + at(w->pos[r], C), w->x + at(r, C));
}

static void pass_attn(const struct job *j, struct cma_walk *w, int layer, unsigned skip)
{
	if (skip & CMA_SKIP_ATTN) {
		stand_in(w, cma_from(w->net->g, &w->rows, layer),
			 j->s->attn + at(layer * GPT_LENGTH, w->net->g->config.width));
	} else {
		cma_walk_attend(w, layer);
		cma_walk_attn(w, layer);
	}
}

static void pass_mlp(const struct job *j, struct cma_walk *w, int layer, unsigned skip)
{
	if (skip & CMA_SKIP_MLP)
		stand_in(w, cma_from(w->net->g, &w->rows, layer),
			 j->s->mlp + at(layer * GPT_LENGTH, w->net->g->config.width));
	else
		cma_walk_mlp(w, layer);
}

static void advance(const struct job *j, struct cma_walk *w, int layer, unsigned skip)
{
	pass_attn(j, w, layer, skip);
	pass_mlp(j, w, layer, skip);
}

static void score(const struct job *j, struct helper *h, int chunk, int n, struct part part[2])
{
	const struct gpt *g = j->g;
	int V = g->config.vocab, i, v;

	gpt_unembed(&j->net, n, h->w.x + at(h->w.rows.start[GPT_LENGTH - 1], g->config.width),
		    h->w.work, h->logits);
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

/* sum (GPT_LENGTH, C) += the streams that each equation passes through */
static void accumulate(const struct cma_walk *w, int n, double *sum)
{
	const struct gpt_rows *t = &w->rows;
	int C = w->net->g->config.width, i, pos, c;

	for (i = 0; i < n; i++)
		for (pos = 0; pos < GPT_LENGTH; pos++) {
			const float *x = w->x + at(t->key[t->start[GPT_LENGTH - 1] + i][pos], C);

			for (c = 0; c < C; c++)
				sum[at(pos, C) + (size_t)c] += x[c];
		}
}

static void run_means(void *arg, int thread)
{
	const struct job *j = arg;
	struct helper *h = &j->helper[thread];
	size_t step = at(GPT_LENGTH, j->g->config.width);
	int L = j->g->config.layers, chunk, n, l;
	double *sum;

	for (chunk = thread; chunk < j->chunks; chunk += j->threads) {
		n = load(j, h, chunk);
		accumulate(&h->w, n, h->sum);
		for (l = 0; l < L; l++) {
			sum = h->sum + at(2 * l, (int)step);
			pass_attn(j, &h->w, l, 0);
			accumulate(&h->w, n, sum + step);
			pass_mlp(j, &h->w, l, 0);
			accumulate(&h->w, n, sum + 2 * step);
		}
	}
}

int cma_means(const struct gpt *g, const struct task *t, const int *ids, int n, struct pool *pool,
	      size_t memory, struct cma_substitute *s, struct err *e)
{
	struct job j = { .g = g, .t = t, .ids = ids, .n = n, .means = 1 };
	size_t step = at(GPT_LENGTH, g->config.width), k;
	struct cma_substitute new;
	int l, i;

	if (create(g, &new, e))
		return -1;
	if (work(&j, pool, memory, run_means, e)) {
		cma_substitute_free(&new);
		job_free(&j);
		return -1;
	}
	for (i = 1; i < j.threads; i++)
		for (k = 0; k < sums(&g->config); k++)
			j.helper[0].sum[k] += j.helper[i].sum[k];
	for (l = 0; l < g->config.layers; l++) {
		const double *sum = j.helper[0].sum + at(2 * l, (int)step);
		float *attn = new.attn + at(l, (int)step), *mlp = new.mlp + at(l, (int)step);

		for (k = 0; k < step; k++) {
			attn[k] = (float)((sum[step + k] - sum[k]) / n);
			mlp[k] = (float)((sum[2 * step + k] - sum[step + k]) / n);
		}
	}
	job_free(&j);
	*s = new;
	return 0;
}
