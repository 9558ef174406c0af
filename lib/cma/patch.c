/* patch - effects of patching, over all pairs: chunks, metric, identities, summaries. */
#include "cma/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LAST = GPT_LENGTH - 1 };

/*
 * Rounding in single precision moves a stream by some 1e-6 of its norm, more when layers amplify it; a
 * patch gone wrong moves it by what a head adds, 1e-2 and more in a trained network.
 */
static const double TOLERANCE = 1e-4;

struct helper { /* what a thread needs */
	struct cma_sweep s;
	int answer[CMA_CHUNK_MOST + 1][2]; /* of the source, of the base */
	int target[CMA_CHUNK_MOST + 1]; /* of the source */
	int self; /* the last pair is a base with itself */
	double breach[3]; /* of the identities, in the order of the messages in judge() */
};

struct job {
	struct gpt_layers net;
	struct cma_plan plan;
	const struct task *t;
	enum cma_metric metric;
	const struct cma_pair *pair;
	int pairs, threads;
	struct helper *helper; /* (threads) */
	float *effect; /* (pairs, L, sites of a layer) */
	float *total; /* (pairs) */
	unsigned char *right; /* (pairs) */
};

static size_t at(int row, int width)
{
	return (size_t)row * (size_t)width;
}

/* ---- a chunk of pairs ---- */

static void load(const struct job *j, struct helper *h, int first, int n)
{
	int tokens[2 * (CMA_CHUNK_MOST + 1)][TASK_LENGTH], i;

	h->self = first == 0; /* once is enough */
	n += h->self;
	for (i = 0; i < n; i++) {
		struct cma_pair p = j->pair[h->self && i == n - 1 ? 0 : first + i];

		if (h->self && i == n - 1)
			p.source = p.base;
		task_tokens(j->t, p.base, tokens[i]);
		task_tokens(j->t, p.source, tokens[n + i]);
		h->answer[i][0] = h->target[i] = task_answer(j->t, p.source);
		h->answer[i][1] = task_answer(j->t, p.base);
	}
	cma_sweep_start(&h->s, tokens[0], n);
}

/* How far a stream at `=' is from what it must be, in units of the tolerance. */
static void compare(int C, const float *got, const float *want, const float *more, double *breach)
{
	double off = 0, norm = 0, ratio;
	int c;

	for (c = 0; c < C; c++) {
		double x = want[c] + (more ? more[c] : 0), d = got[c] - x;

		off += d * d;
		norm += x * x;
	}
	ratio = sqrt(off) / (TOLERANCE * sqrt(norm) + 1e-30);
	if (!(ratio <= *breach)) /* NaN too */
		*breach = ratio;
}

static void check(struct helper *h)
{
	const struct cma_sweep *s = &h->s;
	int C = s->plan->net->g->config.width, e;
	const float *base = cma_sweep_clean(s, 0, 0, LAST);

	compare(C, cma_sweep_stream(s, CMA_EVERYTHING, LAST), cma_sweep_clean(s, 1, 0, LAST), NULL,
		&h->breach[1]);
	compare(C, cma_sweep_stream(s, CMA_HELD, LAST), base, s->drift, &h->breach[2]);
	if (h->self)
		for (e = CMA_CHECKS + s->n - 1; e < s->m; e += s->n)
			compare(C, cma_sweep_stream(s, e, LAST),
				cma_sweep_clean(s, 0, s->n - 1, LAST), NULL, &h->breach[0]);
}

/* The metric of runs on the pairs of the sweep, from their streams at `=', (pairs, C). */
static void metric(const struct job *j, struct helper *h, const float *x, float *y)
{
	struct cma_sweep *s = &h->s;
	double loss[CMA_CHUNK_MOST + 1];
	int i;

	if (j->metric == CMA_LOGIT) {
		gpt_contrast(&j->net, s->n, x, h->answer, s->w.work, y);
		return;
	}
	gpt_unembed(&j->net, s->n, x, s->w.work, s->logits);
	nn_loss(s->n, j->net.g->config.vocab, s->logits, h->target, 0, loss);
	for (i = 0; i < s->n; i++)
		y[i] = (float)-loss[i];
}

static int answer(int V, const float *logits)
{
	int best = 0, v;

	for (v = 1; v < V; v++)
		best = logits[v] > logits[best] ? v : best;
	return best;
}

static void read_out(const struct job *j, struct helper *h, int first)
{
	struct cma_sweep *s = &h->s;
	int V = j->net.g->config.vocab, n = s->n - h->self, site, i;
	size_t sites = at(j->net.g->config.layers, j->plan.per_layer);
	float base[CMA_CHUNK_MOST + 1], value[CMA_CHUNK_MOST + 1];

	metric(j, h, cma_sweep_clean(s, 0, 0, LAST), base);
	metric(j, h, cma_sweep_clean(s, 1, 0, LAST), value);
	for (i = 0; i < n; i++)
		j->total[first + i] = value[i] - base[i];
	for (site = 0; site < (int)sites; site++) {
		metric(j, h, cma_sweep_stream(s, CMA_CHECKS + site * s->n, LAST), value);
		for (i = 0; i < n; i++)
			j->effect[(size_t)(first + i) * sites + (size_t)site] = value[i] - base[i];
	}
	/* The rows at `=' lie one behind the other, in the order of the sequences. */
	gpt_unembed(&j->net, 2 * s->n, cma_sweep_clean(s, 0, 0, LAST), s->w.work, s->logits);
	for (i = 0; i < n; i++)
		j->right[first + i] = answer(V, s->logits + at(i, V)) == h->answer[i][1] &&
				      answer(V, s->logits + at(s->n + i, V)) == h->answer[i][0];
}

/* Chunks are dealt out in turn, so that who does what is known beforehand. */
static void run(void *arg, int thread)
{
	const struct job *j = arg;
	struct helper *h = &j->helper[thread];
	int chunk = j->plan.chunk, first, n, layer;

	for (first = thread * chunk; first < j->pairs; first += j->threads * chunk) {
		n = j->pairs - first < chunk ? j->pairs - first : chunk;
		load(j, h, first, n);
		for (layer = 0; layer < j->net.g->config.layers; layer++)
			cma_sweep_layer(&h->s, layer);
		check(h);
		read_out(j, h, first);
	}
}

/* ---- all pairs ---- */

static struct cma_effect summary(const float *x, size_t step, int n)
{
	double mean = 0, var = 0;
	int i;

	for (i = 0; i < n; i++)
		mean += x[(size_t)i * step] / n;
	for (i = 0; i < n; i++)
		var += (x[(size_t)i * step] - mean) * (x[(size_t)i * step] - mean);
	return (struct cma_effect){ mean, n > 1 ? sqrt(var / (n - 1) / n) : NAN };
}

static int judge(const struct job *j, double *worst, struct err *e)
{
	static const char *const says[] = {
		"a site patched with its own output changes the run",
		"patching every head does not give the source run",
		"patching every MLP does not add what the source's MLPs add",
	};
	int i, k;

	*worst = 0;
	for (i = 0; i < j->threads; i++)
		for (k = 0; k < 3; k++) {
			double breach = j->helper[i].breach[k];

			if (!(breach <= 1))
				return err_set(e,
					       "identity breached: %s (off by %.3g of the stream)",
					       says[k], breach * TOLERANCE);
			*worst = breach > *worst ? breach : *worst;
		}
	return 0;
}

static int fill_map(const struct job *j, struct cma_map *map, struct err *e)
{
	int L = j->net.g->config.layers, H = j->net.g->config.heads, l, h, i, right = 0;
	int heads = j->plan.sites & CMA_HEADS, mlps = j->plan.sites & CMA_MLPS;
	size_t sites = at(L, j->plan.per_layer);
	struct cma_map all = { 0 };

	if (judge(j, &all.breach, e))
		return -1;
	all.head = heads ? malloc(at(L, H) * sizeof(*all.head)) : NULL;
	all.mlp = mlps ? malloc((size_t)L * sizeof(*all.mlp)) : NULL;
	if ((heads && !all.head) || (mlps && !all.mlp)) {
		cma_map_free(&all);
		return err_memory(e);
	}
	for (l = 0; l < L; l++) {
		const float *effect = j->effect + at(l, j->plan.per_layer);

		for (h = 0; heads && h < H; h++)
			all.head[at(l, H) + (size_t)h] = summary(effect++, sites, j->pairs);
		if (mlps)
			all.mlp[l] = summary(effect, sites, j->pairs);
	}
	all.total = summary(j->total, 1, j->pairs);
	for (i = 0; i < j->pairs; i++)
		right += j->right[i];
	all.right = (double)right / j->pairs;
	*map = all;
	return 0;
}

/*
 * An eighth of the pairs, so that there is something to deal out, and a power of two of such chunks;
 * but no fewer than make the clean runs and the reading of weights worth while, and no more than fit
 * the cache.  Less where memory does not allow it.
 */
static int choose_chunk(struct job *j, size_t memory, struct err *e)
{
	struct cma_plan *plan = &j->plan;
	size_t each = memory / (size_t)j->threads;
	int sites = plan->net->g->config.layers * plan->per_layer, chunks = 1;
	int least = CMA_RUNS / (sites + 1) + 1, n = j->pairs / 8;

	least = least > CMA_CHUNK_LEAST ? least : CMA_CHUNK_LEAST;
	n = n > least ? n : least;
	n = n < CMA_CHUNK_MOST ? n : CMA_CHUNK_MOST;
	while (chunks * n < j->pairs)
		chunks += chunks < 8 ? chunks : 8;
	plan->chunk = (j->pairs + chunks - 1) / chunks;
	while (plan->chunk > 1 && cma_sweep_bytes(plan, plan->chunk) > each)
		plan->chunk--;
	if (cma_sweep_bytes(plan, plan->chunk) <= each)
		return 0;
	return err_set(e, "one pair on %d threads needs %.0f MB, more than the %.0f allowed",
		       j->threads, (double)cma_sweep_bytes(plan, 1) * j->threads / 1e6,
		       (double)memory / 1e6);
}

int cma_patch_with(const struct cma_operator *op, const struct cma_work *w,
		   const struct cma_pair *pair, int n, const struct cma_options *o,
		   struct cma_map *map, struct err *e)
{
	int S = o->positions == CMA_ALL ? GPT_LENGTH : 1, result = -1, i;
	const struct gpt *g = w->g;
	struct job j = { .plan = { .op = op, .sites = o->sites, .S = S, .T = GPT_LENGTH - S },
			 .t = w->t,
			 .metric = o->metric,
			 .pair = pair,
			 .pairs = n,
			 .threads = pool_threads(w->pool) };

	j.plan.per_layer = (o->sites & CMA_HEADS ? g->config.heads : 0) + !!(o->sites & CMA_MLPS);
	if (gpt_layers_create(&j.net, g, e))
		return -1;
	j.plan.net = &j.net;
	if (choose_chunk(&j, w->memory, e))
		goto out;
	j.helper = calloc((size_t)j.threads, sizeof(*j.helper));
	j.effect = malloc((size_t)n * at(g->config.layers, j.plan.per_layer) * sizeof(float));
	j.total = malloc((size_t)n * sizeof(float));
	j.right = malloc((size_t)n);
	if (!j.helper || !j.effect || !j.total || !j.right) {
		err_memory(e);
		goto out;
	}
	for (i = 0; i < j.threads; i++)
		if (cma_sweep_create(&j.helper[i].s, &j.plan, e))
			goto out;
	pool_run(w->pool, run, &j);
	result = fill_map(&j, map, e);
out:
	for (i = 0; j.helper && i < j.threads; i++)
		cma_sweep_free(&j.helper[i].s);
	free(j.helper);
	free(j.effect);
	free(j.total);
	free(j.right);
	gpt_layers_free(&j.net);
	return result;
}

/* ---- the operator ---- */

static void patch_head(int h, int D, const float *own, const float *source, float *delta)
{
	int d;

	for (d = 0; d < D; d++)
		delta[d] = source[h * D + d] - own[h * D + d];
}

static void patch_mlp(int C, const float *own, const float *source, float *y)
{
	(void)own;
	memcpy(y, source, (size_t)C * sizeof(float));
}

int cma_patch(const struct cma_work *w, const struct cma_pair *pair, int n,
	      const struct cma_options *o, struct cma_map *map, struct err *e)
{
	static const struct cma_operator replace = { patch_head, patch_mlp };

	return cma_patch_with(&replace, w, pair, n, o, map, e);
}
