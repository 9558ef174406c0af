/* Asking the rules of each scale, and turning their answers into rows; see claim.h. */
#include "sync/claim.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/claim_rules.h"

const struct claim *claim_get(int i)
{
	return i < claim_nrules ? &claim_rules[i].claim : NULL;
}

int claim_paper_scale(const struct claim_row *r)
{
	return r->machine || (r->layers >= CLAIM_LAYERS && r->last >= CLAIM_STEPS);
}

/* ---- runs ---- */

static double last_step(const struct series_set *s, int run)
{
	double last = 0;
	int i;

	for (i = 0; i < s->n; i++)
		if (s->all[i].run == run && s->all[i].n)
			last = fmax(last, (double)s->all[i].step[s->all[i].n - 1]);
	return last;
}

static int describe_run(const struct series_set *s, int index, uint64_t seed, struct claim_run *r,
			struct err *e)
{
	const struct series_run *run = &s->runs[index];
	const char *op = series_setting(run, "op"), *labels = series_setting(run, "labels");
	const char *schedule = series_setting(run, "schedule");
	double phase[SYNC_PHASES] = { NAN, NAN, NAN, NAN }, layers = series_number(run, "layers");

	*r = (struct claim_run){ .index = index,
				 .op = op ? op : "",
				 .machine = isnan(layers),
				 .random = labels && !strcmp(labels, "random"),
				 .layers = isnan(layers) ? 0 : (int)layers,
				 .width = isnan(layers) ? 0 : (int)series_number(run, "width"),
				 .modulus = (int)series_number(run, "modulus"),
				 .constant = !schedule || !strcmp(schedule, "constant"),
				 .steps = series_number(run, "steps"),
				 .own = series_number(run, "steps"),
				 .last = last_step(s, index),
				 .decay = series_number(run, "weight_decay") };
	if (series_find(s, "train.train_acc", index, NULL) &&
	    series_find(s, "train.test_acc", index, NULL) && sync_phases(s, index, seed, phase, e))
		return -1;
	r->memorised = phase[1];
	r->emerged = phase[2];
	r->generalised = phase[3];
	return 0;
}

static int is_about(enum claim_about about, const struct claim_run *r)
{
	int decays = r->decay > 0, plain = !r->machine && !r->random && decays;

	switch (about) {
	case CLAIM_PLAIN:
	case CLAIM_MODULI:
		return plain || (about == CLAIM_MODULI && r->machine);
	case CLAIM_TWO:
		return plain && r->layers == 2;
	case CLAIM_DECAYS:
		return !r->machine && !r->random;
	case CLAIM_RANDOM:
		return !r->machine && decays;
	case CLAIM_MACHINE:
		return r->machine;
	}
	return 0;
}

static int same_scale(const struct claim_run *a, const struct claim_run *b)
{
	return a->layers == b->layers && a->width == b->width && a->steps == b->steps;
}

/* At a constant rate runs of all lengths are of one scale, named by the longest. */
static void pool_lengths(struct claim_run *run, int n)
{
	int i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < n; k++)
			if (run[i].constant && run[k].constant && run[i].layers == run[k].layers &&
			    run[i].width == run[k].width)
				run[i].steps = fmax(run[i].steps, run[k].steps);
}

/* The nearest to the paper's first */
static int by_scale(const void *a, const void *b)
{
	const struct claim_run *x = *(const struct claim_run *const *)a;
	const struct claim_run *y = *(const struct claim_run *const *)b;

	if (x->layers != y->layers)
		return x->layers > y->layers ? -1 : 1;
	if (x->steps != y->steps)
		return x->steps > y->steps ? -1 : 1;
	if (x->width != y->width)
		return x->width > y->width ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

/* ---- rows ---- */

static enum claim_verdict verdict_of(int yes, int asked)
{
	if (!asked)
		return CLAIM_NOT_ASKED;
	if (5 * yes >= 4 * asked)
		return CLAIM_HOLDS;
	return 5 * yes <= asked ? CLAIM_FAILS : CLAIM_PARTLY;
}

/* One claim asked of runs that belong together */
static int ask(const struct claim_rule *rule, const struct claim_case *c, struct claim_row *row,
	       struct claim_found *silent, struct err *e)
{
	struct claim_found f = { .value = NAN, .low = NAN, .high = NAN };
	const struct claim_run *first = c->run[0];
	int machine = rule->about == CLAIM_MACHINE;

	if (rule->one ? claim_each(c, rule->one, &f, e) : rule->over(c, &f, e))
		return -1;
	if (f.scale)
		first = f.scale;
	*row = (struct claim_row){ .claim = &rule->claim,
				   .verdict = verdict_of(f.yes, f.asked),
				   .yes = f.yes,
				   .asked = f.asked,
				   .runs = f.runs,
				   .value = f.value,
				   .low = f.low,
				   .high = f.high,
				   .machine = machine,
				   .layers = machine ? 0 : first->layers,
				   .width = machine ? 0 : first->width,
				   .steps = machine           ? NAN
					    : first->constant ? f.last
							      : first->steps,
				   .last = f.last };
	memcpy(row->note, f.note, sizeof(row->note));
	claim_keep_silence(silent, f.silence, f.why);
	return 0;
}

/* Said when there is no run at all of the kind that a claim is about */
static const char *const no_run[] = {
	[CLAIM_PLAIN] = "no network with weight decay and true labels",
	[CLAIM_DECAYS] = "no network with true labels",
	[CLAIM_RANDOM] = "no network with weight decay",
	[CLAIM_TWO] = "no network of two layers",
	[CLAIM_MODULI] = "no network with weight decay and true labels",
	[CLAIM_MACHINE] = "no singular feature machine",
};

/* The rows of a claim: of all scales where it was asked, or of the first */
static int claim_scales(const struct claim_rule *rule, const struct claim_case *everything, int all,
			struct claim_row *rows, int *n, struct err *e)
{
	const struct claim_run **run = malloc(sizeof(*run) * (size_t)(everything->n + 1));
	struct claim_case c = *everything;
	int together = rule->about == CLAIM_MACHINE || rule->about == CLAIM_MODULI;
	struct claim_found silent = { .silence = CLAIM_READY };
	int i, k, m = 0, result = 0, found = 0;

	if (!run)
		return err_memory(e);
	for (i = 0; i < everything->n; i++)
		if (is_about(rule->about, everything->run[i]))
			run[m++] = everything->run[i];
	qsort(run, (size_t)m, sizeof(*run), by_scale);
	for (i = 0; i < m && !result && (all || !found); i = k) {
		for (k = i + 1; k < m && (together || same_scale(run[i], run[k]));)
			k++;
		c.run = run + i;
		c.n = k - i;
		result = ask(rule, &c, &rows[*n], &silent, e);
		if (!result && rows[*n].asked) {
			found++;
			++*n;
		}
	}
	if (!m)
		claim_keep_silence(&silent, CLAIM_SHALLOW, no_run[rule->about]);
	if (!result && !found) {
		rows[*n] = (struct claim_row){ .claim = &rule->claim,
					       .verdict = CLAIM_NOT_ASKED,
					       .value = NAN,
					       .low = NAN,
					       .high = NAN };
		memcpy(rows[(*n)++].note, silent.why, sizeof(silent.why));
	}
	free(run);
	return result;
}

int claim_rows(const struct series_set *s, int all, uint64_t seed, struct claim_row **rows, int *n,
	       struct err *e)
{
	size_t runs = (size_t)s->nruns;
	struct claim_run *run = calloc(runs + 1, sizeof(*run));
	const struct claim_run **pointer = calloc(runs + 1, sizeof(*pointer));
	struct claim_row *list = calloc((runs + 1) * (size_t)claim_nrules, sizeof(*list));
	struct claim_trouble trouble = { 0 };
	struct claim_case c = { s, pointer, s->nruns, seed, &trouble };
	int i, result = 0;

	*n = 0;
	if (!run || !pointer || !list)
		result = err_memory(e);
	for (i = 0; i < s->nruns && !result; i++) {
		result = describe_run(s, i, seed, &run[i], e);
		pointer[i] = &run[i];
	}
	if (!result)
		pool_lengths(run, s->nruns);
	for (i = 0; i < claim_nrules && !result; i++)
		result = claim_scales(&claim_rules[i], &c, all, list, n, e);
	if (!result && trouble.failed) {
		*e = trouble.err;
		result = -1;
	}
	free(run);
	free(pointer);
	if (result)
		free(list);
	else
		*rows = list;
	return result;
}
