/* patch - effects of patching over all pairs: chunks of pairs, identities, means; see cma.h */
#include "cma/site.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gpt/at.h"
#include "cma/attribute.h"
#include "cma/batch.h"

enum { LAST = GPT_LENGTH - 1 };

/*
 * Rounding in single precision moves a stream by some 1e-6 of its norm, more when layers amplify
 * it; a patch gone wrong moves it by what a head adds, 1e-2 and more in a trained network.
 */
static const double TOLERANCE = 1e-4;

struct helper { /* what a thread needs */
	struct cma_sweep s;
	struct cma_sites sites;
	struct cma_batch batch;
	int self; /* the last pair is a base with itself */
	double breach[3]; /* of the identities, in the order of the messages in judge() */
};

struct job {
	struct gpt_layers net;
	struct cma_plan plan;
	const struct cma_work *w;
	const struct cma_operator *op;
	const struct cma_options *o;
	const struct cma_pair *pair;
	int pairs, threads, per_layer; /* sites of a layer */
	struct helper *helper; /* (threads); NULL: none, effects are attributed */
	struct cma_found found;
};

/* ---- a chunk of pairs ---- */

static void load(const struct job *j, struct helper *h, int first, int n)
{
	cma_batch_load(&h->batch, j->w->t, j->pair + first, n);
	h->self = first == 0; /* once is enough */
	if (h->self)
		cma_batch_add(
			&h->batch, j->w->t,
			(struct cma_pair){ j->pair->base, j->pair->base, j->pair->toward, 0 });
	cma_sweep_start(&h->s, h->batch.tokens[0], h->batch.n);
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

	if (s->plan->until == GPT_LENGTH) {
		compare(C, cma_sweep_stream(s, CMA_EVERYTHING, LAST),
			cma_sweep_clean(s, 1, 0, LAST), NULL, &h->breach[1]);
		compare(C, cma_sweep_stream(s, CMA_HELD, LAST), base, h->sites.drift,
			&h->breach[2]);
	}
	if (h->self)
		for (e = CMA_CHECKS + s->n - 1; e < s->m; e += s->n)
			compare(C, cma_sweep_stream(s, e, LAST),
				cma_sweep_clean(s, 0, s->n - 1, LAST), NULL, &h->breach[0]);
}

static void metric(const struct job *j, struct helper *h, const float *x, float *y)
{
	cma_batch_metric(&h->batch, &j->net, j->o->metric, x, h->s.w.work, h->s.logits, y);
}

static void read_out(const struct job *j, struct helper *h, int first)
{
	struct cma_sweep *s = &h->s;
	int n = s->n - h->self, site, i;
	size_t sites = at(j->net.g->config.layers, j->per_layer);
	float base[CMA_BATCH], value[CMA_BATCH];
	unsigned char right[CMA_BATCH];

	metric(j, h, cma_sweep_clean(s, 0, 0, LAST), base);
	metric(j, h, cma_sweep_clean(s, 1, 0, LAST), value);
	for (i = 0; i < n; i++)
		j->found.total[first + i] = value[i] - base[i];
	for (site = 0; site < (int)sites; site++) {
		metric(j, h, cma_sweep_stream(s, CMA_CHECKS + site * s->n, LAST), value);
		for (i = 0; i < n; i++)
			j->found.effect[(size_t)(first + i) * sites + (size_t)site] =
				value[i] - base[i];
	}
	/* The rows at `=' lie one behind the other, in the order of the sequences. */
	gpt_unembed(&j->net, 2 * s->n, cma_sweep_clean(s, 0, 0, LAST), s->w.work, s->logits);
	cma_batch_right(&h->batch, j->net.g->config.vocab, s->logits, right);
	memcpy(j->found.right + first, right, (size_t)n);
}

/* Chunks are dealt out in turn, so that who does what is known beforehand. */
static void run(void *arg, int thread)
{
	const struct job *j = arg;
	struct helper *h = &j->helper[thread];
	int chunk = j->plan.chunk - 1, first, n, layer;

	for (first = thread * chunk; first < j->pairs; first += j->threads * chunk) {
		n = j->pairs - first < chunk ? j->pairs - first : chunk;
		load(j, h, first, n);
		for (layer = 0; layer < j->net.g->config.layers; layer++)
			cma_sites_layer(&h->sites, &h->s, layer);
		check(h);
		read_out(j, h, first);
	}
}

/* ---- all pairs ---- */

static int judge(const struct job *j, double *worst, struct err *e)
{
	static const char *const says[] = {
		"a site patched with its own output changes the run",
		"patching every head does not give the source run",
		"patching every MLP does not add what the source's MLPs add",
	};
	int i, k;

	*worst = j->helper ? 0 : NAN;
	for (i = 0; j->helper && i < j->threads; i++)
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
	const struct gpt_config *c = &j->net.g->config;
	int L = c->layers, place = 0, k, l, i, count;
	struct cma_map all = { 0 };

	if (judge(j, &all.breach, e))
		return -1;
	for (k = 0; k < CMA_SITES; k++) {
		if (!(j->o->sites & 1u << k))
			continue;
		count = cma_site_count((enum cma_site)k, c, j->o->neurons);
		all.site[k] = malloc(at(L, count) * sizeof(**all.site));
		if (!all.site[k]) {
			cma_map_free(&all);
			return err_memory(e);
		}
		for (l = 0; l < L; l++)
			for (i = 0; i < count; i++)
				all.site[k][at(l, count) + (size_t)i] = cma_summary(
					j->found.effect + at(l, j->per_layer) + place + i,
					at(L, j->per_layer), j->pairs);
		place += count;
	}
	all.total = cma_summary(j->found.total, 1, j->pairs);
	for (i = 0; i < j->pairs; i++)
		all.right += j->found.right[i];
	all.right /= j->pairs;
	*map = all;
	return 0;
}

/*
 * An eighth of the pairs, so that there is something to deal out, and a power of two of such
 * chunks; but no fewer than make the clean runs and the reading of weights worth while, and no more
 * than fit the cache.  Less where memory does not allow it.
 */
static int choose_chunk(struct job *j, struct err *e)
{
	struct cma_plan *plan = &j->plan;
	size_t each = j->w->memory;
	int sites = plan->examples, chunks = 1, least = CMA_RUNS / (sites + 1) + 1,
	    n = j->pairs / 8;

	least = least > CMA_CHUNK_LEAST ? least : CMA_CHUNK_LEAST;
	n = n > least ? n : least;
	n = n < CMA_CHUNK_MOST ? n : CMA_CHUNK_MOST;
	while (chunks * n < j->pairs)
		chunks += chunks < 8 ? chunks : 8;
	n = (j->pairs + chunks - 1) / chunks + 1; /* one more for the check */
	while (n > 2 && cma_sweep_bytes(plan, n) + cma_sites_bytes(plan, n) > each)
		n--;
	plan->chunk = n;
	if (cma_sweep_bytes(plan, n) + cma_sites_bytes(plan, n) <= each)
		return 0;
	return cma_no_room(j->w, "one pair", cma_sweep_bytes(plan, 2) + cma_sites_bytes(plan, 2),
			   e);
}

static int patch(struct job *j, struct err *e)
{
	int p = (int)j->o->positions, i;

	j->plan.T = p == CMA_LAST ? LAST : p == CMA_ALL ? 0 : p - CMA_AT;
	j->plan.S = GPT_LENGTH - j->plan.T;
	j->plan.until = p >= CMA_AT ? j->plan.T + 1 : GPT_LENGTH;
	j->plan.net = &j->net;
	j->plan.examples = j->per_layer * j->net.g->config.layers;
	if (choose_chunk(j, e))
		return -1;
	j->helper = calloc((size_t)j->threads, sizeof(*j->helper));
	if (!j->helper)
		return err_memory(e);
	for (i = 0; i < j->threads; i++) {
		struct helper *h = &j->helper[i];

		h->sites.op = j->op;
		h->sites.o = j->o;
		h->sites.shift = h->batch.shift;
		if (cma_sweep_create(&h->s, &j->plan, e) ||
		    cma_sites_create(&h->sites, &j->plan, e))
			return -1;
	}
	pool_run(j->w->pool, run, j);
	return 0;
}

int cma_patch_with(const struct cma_operator *op, const struct cma_work *w,
		   const struct cma_pair *pair, int n, const struct cma_options *o,
		   struct cma_map *map, struct err *e)
{
	struct job j = { .w = w, .op = op, .o = o, .pair = pair, .pairs = n };
	struct cma_found *found = &j.found;
	int result = -1, i;

	j.threads = pool_threads(w->pool);
	j.per_layer = cma_sites_examples(o, &w->g->config);
	if (gpt_layers_create(&j.net, w->g, e))
		return -1;
	found->effect = malloc((size_t)n * at(w->g->config.layers, j.per_layer) * sizeof(float));
	found->total = malloc((size_t)n * sizeof(float));
	found->right = malloc((size_t)n);
	if (!found->effect || !found->total || !found->right)
		err_memory(e);
	else if (!(o->method == CMA_ATTRIBUTION ? cma_attribute(w, &j.net, pair, n, o, found, e)
						: patch(&j, e)))
		result = fill_map(&j, map, e);
	for (i = 0; j.helper && i < j.threads; i++) {
		cma_sweep_free(&j.helper[i].s);
		cma_sites_free(&j.helper[i].sites);
	}
	free(j.helper);
	free(found->effect);
	free(found->total);
	free(found->right);
	gpt_layers_free(&j.net);
	return result;
}

/* ---- the operator ---- */

static void patch_head(int h, int from, int D, const float *own, const float *source, float *delta)
{
	int d;

	for (d = 0; d < D; d++)
		delta[d] = source[from * D + d] - own[h * D + d];
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

/* ---- neurons ---- */

static double size_of(const struct cma_effect *effect, int i)
{
	return fabs(effect[i].mean);
}

int cma_choose_neurons(const struct cma_work *w, const struct cma_pair *pair, int pairs,
		       const struct cma_options *o, int n, int *neuron, struct err *e)
{
	struct cma_options all = *o;
	int F = w->g->config.mlp, l, i, k;
	struct cma_map map;

	all.sites = 1u << CMA_NEURON;
	all.method = CMA_ATTRIBUTION;
	all.neurons = F;
	all.neuron = NULL;
	if (cma_patch(w, pair, pairs, &all, &map, e))
		return -1;
	for (l = 0; l < w->g->config.layers; l++, neuron += n)
		for (i = 0; i < F; i++) { /* insertion among the n largest */
			const struct cma_effect *effect = map.site[CMA_NEURON] + at(l, F);

			for (k = i < n ? i : n;
			     k > 0 && size_of(effect, neuron[k - 1]) < size_of(effect, i); k--)
				if (k < n)
					neuron[k] = neuron[k - 1];
			if (k < n)
				neuron[k] = i;
		}
	cma_map_free(&map);
	return 0;
}
