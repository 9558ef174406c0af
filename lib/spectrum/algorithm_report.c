/*
 * algorithm_report - how the logits, the residual stream and the hidden units of a network are
 * distributed over frequencies, as records; see algorithm.h
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "rng.h"
#include "gpt/layer.h"
#include "spectrum/algorithm.h"
#include "spectrum/directions.h"
#include "spectrum/states.h"

/* What gathers while the network runs on all pairs */
struct gathered {
	const struct operation *o;
	int sites; /* 2 L */
	struct directions *stream; /* (2 L) */
	struct directions before, units, logits;
	double *right; /* (n, n) */
	float *row; /* (n, P) */
};

static void gathered_free(struct gathered *g)
{
	for (int i = 0; i < g->sites && g->stream; i++)
		directions_free(g->stream + i);
	free(g->stream);
	directions_free(&g->before);
	directions_free(&g->units);
	directions_free(&g->logits);
	free(g->right);
	free(g->row);
}

static int gathered_init(struct gathered *g, const struct operation *o,
			 const struct gpt_config *config, struct err *e)
{
	int n = o->n, sign = o->task.sign, status = 0;

	*g = (struct gathered){ .o = o, .sites = 2 * config->layers };
	g->stream = calloc((size_t)g->sites, sizeof(*g->stream));
	g->right = malloc(sizeof(*g->right) * (size_t)n * n);
	g->row = malloc(sizeof(*g->row) * (size_t)n * o->task.C);
	if (!g->stream || !g->right || !g->row)
		status = err_memory(e);
	for (int i = 0; i < g->sites && !status; i++)
		status = directions_init(g->stream + i, n, config->width, sign, e);
	if (status || directions_init(&g->before, n, config->mlp, sign, e) ||
	    directions_init(&g->units, n, config->mlp, sign, e) ||
	    directions_init(&g->logits, n, o->task.C, sign, e)) {
		gathered_free(g);
		return -1;
	}
	return 0;
}

/* Logits of the residues, less their mean for each pair, and that of the right answer as it is */
static void gather_logits(struct gathered *g, const struct states *s, int vocab)
{
	const struct spectrum_task *task = &g->o->task;
	int n = task->n, P = task->C;

	for (int j = 0; j < n; j++) {
		const float *from = s->logits + (size_t)j * vocab;
		double mean = 0;

		for (int c = 0; c < P; c++)
			mean += from[c] / P;
		for (int c = 0; c < P; c++)
			g->row[(size_t)j * P + c] = (float)(from[c] - mean);
		g->right[(size_t)s->i * n + j] = from[task->answer[spectrum_answer(task, s->i, j)]];
	}
	directions_add(&g->logits, s->i, g->row);
}

static void gather(void *arg, const struct states *s)
{
	struct gathered *g = arg;
	size_t plane = (size_t)g->stream->n * g->stream->C;

	for (int i = 0; i < g->sites; i++)
		directions_add(g->stream + i, s->i, s->stream + i * plane);
	directions_add(&g->before, s->i, s->before);
	directions_add(&g->units, s->i, s->units);
	gather_logits(g, s, s->vocab);
}

/* The frequency of @n points that 2 k is */
static int doubled(int k, int n)
{
	return 2 * k <= n / 2 ? 2 * k : n - 2 * k;
}

/* Shares of a function: of each line, and of single operands at keys and at their doubles */
struct summary {
	double line[DIRECTIONS_LINES], keys, doubles;
	int best; /* strongest frequency of the answer */
};

static struct summary summarise(const float *share, int n, const int *keys, int nkeys)
{
	struct summary s = { .best = 1 };
	int K = n / 2 + 1;
	const float *answer = share + DIRECTIONS_ANSWER * K;

	for (int i = 0; i < DIRECTIONS_LINES * K; i++)
		s.line[i / K] += share[i];
	for (int k = 1; k < K; k++) {
		double single = share[DIRECTIONS_FIRST * K + k] + share[DIRECTIONS_SECOND * K + k];
		int key = 0, twice = 0;

		for (int i = 0; i < nkeys; i++) {
			key |= keys[i] == k;
			twice |= doubled(keys[i], n) == k;
		}
		s.keys += key ? single : 0;
		s.doubles += twice && !key ? single : 0;
		s.best = answer[k] > answer[s.best] ? k : s.best;
	}
	return s;
}

/* Distance irrelevance beside that of permuted logits, and the shares of lines */
static int report_logits(struct spectrum_report *r, struct gathered *g, const int *keys, int nkeys,
			 int draws, struct err *e)
{
	int n = g->o->n, K = n / 2 + 1, pairs = n * n, below = 0;
	float *share = malloc(sizeof(*share) * DIRECTIONS_LINES * (size_t)K);
	double have = algorithm_irrelevance(g->right, n, g->o->task.sign), mean = 0;
	struct summary s;
	struct rng rng;

	if (!share || directions_shares(&g->logits, share, e)) {
		free(share);
		return share ? -1 : err_memory(e);
	}
	s = summarise(share, n, keys, nkeys);
	free(share);
	rng_seed(&rng, 1, 0);
	for (int d = 0; d < draws; d++) {
		double one;

		for (int i = pairs - 1; i > 0; i--) {
			int j = (int)rng_below(&rng, (uint64_t)i + 1);
			double swap = g->right[i];

			g->right[i] = g->right[j];
			g->right[j] = swap;
		}
		one = algorithm_irrelevance(g->right, n, g->o->task.sign);
		mean += one / draws;
		below += !(one > have);
	}
	spectrum_report_add(r, "spectrum.irrelevance", have);
	if (draws) {
		spectrum_report_add(r, "spectrum.irrelevance_null", mean);
		spectrum_report_add(r, "spectrum.irrelevance_p", (below + 1.0) / (draws + 1));
	}
	spectrum_report_add(r, "spectrum.opposite_share", s.line[DIRECTIONS_OPPOSITE]);
	spectrum_report_add(r, "spectrum.single_share",
			    s.line[DIRECTIONS_FIRST] + s.line[DIRECTIONS_SECOND]);
	spectrum_report_add(r, "spectrum.double_share", s.doubles);
	/* of n^2 - 1 dimensions about the mean a line has n - 1 */
	spectrum_report_add(r, "spectrum.line_share_null", 1.0 / (n + 1));
	return 0;
}

static int report_symmetricity(struct spectrum_report *r, const struct operation *o,
			       const struct task *task, const struct gpt *network, struct err *e)
{
	static const size_t shape[] = { ALGORITHM_TRIPLES, 3 };
	struct symmetricity s;
	struct rng rng;

	rng_seed(&rng, 1, 1);
	if (algorithm_symmetricity(o, task, network, &rng, &s, e))
		return -1;
	spectrum_report_add(r, "spectrum.symmetricity", s.mean);
	spectrum_report_add(r, "spectrum.symmetricity_null", s.null);
	return spectrum_report_tensor(r, "spectrum.triples", DTYPE_I4, 2, shape, s.triple, e);
}

/* u (n): the output weights of unit @f by answer, through the gain of ln_f and the head */
static void output_of_unit(const struct operation *o, const struct gpt *g, int f, double *u)
{
	static const char *const head[] = { "lm_head.weight", "transformer.wte.weight" };
	int C = g->config.width;
	const float *out, *gain, *rows;
	double mean = 0;

	out = gpt_neuron_weight(g, g->config.layers - 1) + (size_t)f * C;
	gain = g->w + g->param[gpt_find(g, "transformer.ln_f.weight")].offset;
	rows = g->w + g->param[gpt_find(g, head[g->config.tied])].offset;
	for (int c = 0; c < C; c++)
		mean += out[c] / C;
	for (int s = 0; s < o->n; s++) {
		const float *row = rows + (size_t)o->answer[s] * C;

		u[s] = 0;
		for (int c = 0; c < C; c++)
			u[s] += (out[c] - mean) * gain[c] * row[c];
	}
}

/* The phase of a cos(x) + b sin(x) = A cos(x + phase) */
static double phase(double a, double b)
{
	return atan2(-b, a);
}

/* Frequency, share of variance and phases of one hidden unit */
struct unit {
	int k;
	double share, a, b, c;
};

/* Transforms of all units: of activations along all lines, of their inputs along two */
struct transforms {
	double *units[DIRECTIONS_LINES], *first, *second; /* (n, F) */
	double *u; /* (n) */
};

static struct unit unit_of(const struct gathered *g, const struct transforms *t,
			   const struct gpt *network, int f)
{
	struct unit unit = { .share = 0 };
	int n = g->o->n, F = g->units.C;
	double total = directions_total(&g->units, f), cosine = 0, sine = 0;
	size_t at;

	for (int k = 1; k <= n / 2 && total > 0; k++) {
		double energy = 0;

		for (int line = 0; line < DIRECTIONS_LINES; line++)
			energy += directions_energy(&g->units, t->units[line], k, f);
		if (energy / total > unit.share) {
			unit.share = energy / total;
			unit.k = k;
		}
	}
	if (!unit.k || 2 * unit.k == n) { /* dead, or a frequency without a phase */
		unit.a = unit.b = unit.c = NAN;
		return unit;
	}
	at = (size_t)(2 * unit.k - 1) * F + f;
	unit.a = phase(t->first[at], t->first[at + F]);
	unit.b = phase(t->second[at], t->second[at + F]);
	output_of_unit(g->o, network, f, t->u);
	for (int s = 0; s < n; s++) {
		double x = 2 * M_PI * ((long)unit.k * s % n) / n;

		cosine += t->u[s] * cos(x);
		sine += t->u[s] * sin(x);
	}
	unit.c = phase(cosine, sine);
	return unit;
}

/* Frequencies and phases of all hidden units, together */
static void sum_units(struct spectrum_report *r, const struct operation *o, const struct unit *unit,
		      int F)
{
	double share = 0, cosine = 0, sine = 0;
	int alive = 0, clustered = 0, phased = 0, frequencies = 0;
	unsigned char seen[1 << 15] = { 0 };

	assert(o->n / 2 < (int)sizeof(seen));
	for (int f = 0; f < F; f++) {
		double angle = unit[f].a + o->task.sign * unit[f].b - unit[f].c;

		alive += unit[f].share > 0;
		share += unit[f].share;
		if (!(unit[f].share > ALGORITHM_CLUSTER))
			continue;
		clustered++;
		frequencies += !seen[unit[f].k];
		seen[unit[f].k] = 1;
		if (isnan(angle))
			continue;
		phased++;
		cosine += cos(angle);
		sine += sin(angle);
	}
	spectrum_report_add(r, "spectrum.neuron_share", alive ? share / alive : NAN);
	spectrum_report_add(r, "spectrum.neuron_share_null", algorithm_share_null(o->n));
	spectrum_report_add(r, "spectrum.neuron_clustered",
			    alive ? (double)clustered / alive : NAN);
	spectrum_report_add(r, "spectrum.neuron_frequencies", frequencies);
	spectrum_report_add(r, "spectrum.phase_sum", phased ? cosine / phased : NAN);
	spectrum_report_add(r, "spectrum.phase_resultant",
			    phased ? hypot(cosine, sine) / phased : NAN);
	spectrum_report_add(r, "spectrum.phase_null_sd", phased ? 1 / sqrt(2.0 * phased) : NAN);
}

static int transforms_init(struct transforms *t, const struct gathered *g, struct err *e)
{
	size_t n = (size_t)g->o->n, size = n * (size_t)g->units.C;

	t->u = malloc(sizeof(*t->u) * (n + (DIRECTIONS_LINES + 2) * size));
	if (!t->u)
		return err_memory(e);
	for (int line = 0; line < DIRECTIONS_LINES; line++) {
		t->units[line] = t->u + n + (size_t)line * size;
		if (directions_transform(&g->units, (enum directions_line)line, t->units[line], e))
			return -1;
	}
	t->first = t->u + n + DIRECTIONS_LINES * size;
	t->second = t->first + size;
	return directions_transform(&g->before, DIRECTIONS_FIRST, t->first, e) ||
			       directions_transform(&g->before, DIRECTIONS_SECOND, t->second, e)
		       ? -1
		       : 0;
}

static int report_units(struct spectrum_report *r, const struct gathered *g,
			const struct gpt *network, struct err *e)
{
	const size_t F = (size_t)g->units.C, shape[] = { F, 5 };
	struct unit *unit = malloc(sizeof(*unit) * F);
	float *table = malloc(sizeof(*table) * 5 * F);
	struct transforms t = { .u = NULL };
	int status = unit && table ? transforms_init(&t, g, e) : err_memory(e);

	for (size_t f = 0; f < F && !status; f++) {
		unit[f] = unit_of(g, &t, network, (int)f);
		table[5 * f] = (float)unit[f].k;
		table[5 * f + 1] = (float)unit[f].share;
		table[5 * f + 2] = (float)unit[f].a;
		table[5 * f + 3] = (float)unit[f].b;
		table[5 * f + 4] = (float)unit[f].c;
	}
	if (!status) {
		sum_units(r, g->o, unit, (int)F);
		status = spectrum_report_tensor(r, "spectrum.units", DTYPE_F4, 2, shape, table, e);
	}
	free(t.u);
	free(unit);
	free(table);
	return status;
}

static int report_stream(struct spectrum_report *r, const struct gathered *g, const int *keys,
			 int nkeys, struct err *e)
{
	int n = g->o->n, K = n / 2 + 1, status = 0;
	const size_t size = DIRECTIONS_LINES * (size_t)K;
	const size_t shape[] = { (size_t)g->sites, DIRECTIONS_LINES, (size_t)K };
	float *share = malloc(sizeof(*share) * size * (size_t)g->sites);
	const char *op = r->of;
	struct summary s;

	if (!share)
		return err_memory(e);
	for (int i = 0; i < g->sites && !status; i++)
		status = directions_shares(g->stream + i, share + i * size, e);
	if (!status)
		status = spectrum_report_tensor(r, "spectrum.stream", DTYPE_F4, 3, shape, share, e);
	for (int l = 0; 2 * l < g->sites && !status; l++) {
		char of[48];

		snprintf(of, sizeof(of), "layer %d%s%s", l, op ? " " : "", op ? op : "");
		r->of = of;
		s = summarise(share + (2 * l + 1) * size, n, keys, nkeys);
		spectrum_report_add(r, "spectrum.stream_answer", s.line[DIRECTIONS_ANSWER]);
		spectrum_report_add(r, "spectrum.stream_opposite", s.line[DIRECTIONS_OPPOSITE]);
		spectrum_report_add(r, "spectrum.stream_single",
				    s.line[DIRECTIONS_FIRST] + s.line[DIRECTIONS_SECOND]);
		spectrum_report_add(r, "spectrum.stream_k", s.best);
		spectrum_report_add(r, "spectrum.stream_keys", s.keys);
		spectrum_report_add(r, "spectrum.stream_doubles", s.doubles);
		status = spectrum_report_metrics(r, e);
	}
	r->of = op;
	free(share);
	return status;
}

int algorithm_report(struct spectrum_report *r, const struct operation *o, const struct task *task,
		     const struct gpt *network, const int *keys, int nkeys, int draws,
		     struct err *e)
{
	struct gathered g;
	int status;

	if (gathered_init(&g, o, &network->config, e))
		return -1;
	status = states_walk(o, task, network, gather, &g, e) ||
				 report_logits(r, &g, keys, nkeys, draws, e) ||
				 report_symmetricity(r, o, task, network, e) ||
				 report_units(r, &g, network, e) || spectrum_report_metrics(r, e) ||
				 report_stream(r, &g, keys, nkeys, e)
			 ? -1
			 : 0;
	gathered_free(&g);
	return status;
}
