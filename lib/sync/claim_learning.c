/* Claims about accuracies: when runs memorise and generalise, and which settings change that. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/claim_rules.h"

/*
 * Step of 99 % test accuracy / step of 90 % train accuracy (@known), NaN where never; delayed?
 * A silence where nothing can be said
 */
static enum claim_answer delay(const struct claim_case *c, const struct claim_run *r, double *value,
			       double *known, char note[CLAIM_NOTE])
{
	const struct series *train = series_find(c->s, "train.train_acc", r->index, NULL);
	static const char *const needs[] = { "train.train_acc", "train.test_acc", NULL };
	enum claim_answer answer = claim_measured(c, r, needs, note);
	double test;

	if (!answer)
		answer = claim_sampled(c, r, "train.test_acc", note);
	if (answer)
		return answer;
	*known = train ? sync_reach(train, 0.9) : NAN;
	test = claim_at(c, r, "train.test_acc", NULL, *known);
	if (isnan(test))
		return claim_silent(note, CLAIM_SPARSE, "no run knows 90 %% of its training set");
	if (isnan(r->generalised) && r->last < 2 * *known)
		return claim_silent(note, CLAIM_SPARSE,
				    "no run goes on to twice the step of memorisation");
	*value = r->generalised / *known;
	return *value >= 2 && test <= 0.3 ? CLAIM_YES : CLAIM_NO;
}

/* C1: a plateau between knowing nine tenths of the training set and all of the test set; when? */
enum claim_answer claim_delay(const struct claim_case *c, const struct claim_run *r, double *value,
			      char note[CLAIM_NOTE])
{
	double known;
	enum claim_answer answer = delay(c, r, value, &known, note);

	if (answer != CLAIM_YES && answer != CLAIM_NO)
		return answer;
	if (isnan(r->emerged))
		snprintf(note, CLAIM_NOTE, "memorised at %.0f, generalised never", known);
	else
		snprintf(note, CLAIM_NOTE,
			 isnan(r->generalised)
				 ? "memorised at %.0f, half-way at %.0f, generalised never"
				 : "memorised at %.0f, half-way at %.0f, generalised at %.0f",
			 known, r->emerged, r->generalised);
	return answer == CLAIM_YES && known >= 500 && known <= 2000 && r->emerged >= 1000 &&
			       r->emerged <= 10000 && r->generalised <= CLAIM_STEPS
		       ? CLAIM_YES
		       : CLAIM_NO;
}

/* ---- C2: over decays ---- */

static const char *const decay[] = { "weight_decay", NULL };

enum { DECAYS = 8 };

struct by_decay {
	double decay, sum; /* of steps of generalisation, on the axis */
	int runs, grok;
};

/* Adds a run to its decay; returns the number of decays, which rise. */
static int add_run(struct by_decay *d, int n, const struct claim_run *r)
{
	int k = 0;

	while (k < n && d[k].decay < r->decay)
		k++;
	if (k == n || d[k].decay != r->decay) {
		if (n == DECAYS)
			return n;
		memmove(d + k + 1, d + k, sizeof(*d) * (size_t)(n - k));
		d[k] = (struct by_decay){ .decay = r->decay };
		n++;
	}
	d[k].runs++;
	if (isfinite(r->generalised)) {
		d[k].grok++;
		d[k].sum += sync_axis(r->generalised);
	}
	return n;
}

/*
 * Of runs that differ from @r in decay alone, are those of more earlier, and do no fewer of them
 * generalise?  -1: no others
 */
static int falls_with_decay(const struct claim_case *c, const struct claim_run *r)
{
	struct by_decay d[DECAYS];
	double before = HUGE_VAL, most = 0, step, share;
	int i, n = 0, compared = 0;

	for (i = 0; i < c->n; i++)
		if (claim_alike(c, r, c->run[i], decay) && !claim_unfinished(c->run[i]))
			n = add_run(d, n, c->run[i]);
	for (i = 0; i < n; i++) {
		share = (double)d[i].grok / d[i].runs;
		if (share < most)
			return 0;
		most = share;
		if (!d[i].grok)
			continue;
		step = d[i].sum / d[i].grok;
		if (step >= before)
			return 0;
		before = step;
		compared++;
	}
	return compared > 1 ? 1 : -1;
}

static void put_decays(const struct by_decay *d, int n, char note[CLAIM_NOTE])
{
	int k, at = 0;

	note[0] = '\0';
	for (k = 0; k < n && at < CLAIM_NOTE - 48; k++)
		at += snprintf(note + at, CLAIM_NOTE - (size_t)at,
			       d[k].grok ? "%sdecay %g: %d/%d at %.0f" : "%sdecay %g: %d/%d",
			       k ? ", " : "", d[k].decay, d[k].grok, d[k].runs,
			       d[k].grok ? sync_step(d[k].sum / d[k].grok) : 0);
}

/* Is there a run without decay that differs from @r in that alone? */
static int has_bare(const struct claim_case *c, const struct claim_run *r)
{
	for (int i = 0; i < c->n; i++)
		if (c->run[i]->decay == 0 && claim_alike(c, r, c->run[i], decay))
			return 1;
	return 0;
}

/* C2 */
int claim_decays(const struct claim_case *c, struct claim_found *f, struct err *e)
{
	struct by_decay d[DECAYS];
	int i, n = 0, grok = 0;

	(void)e;
	claim_keep_silence(f, CLAIM_UNMEASURED, "no run without weight decay");
	for (i = 0; i < c->n; i++) {
		const struct claim_run *r = c->run[i];
		int earlier;

		if (has_bare(c, r))
			n = add_run(d, n, r);
		if (r->decay != 0)
			continue;
		if (claim_unfinished(r)) {
			claim_keep_silence(f, CLAIM_SPARSE, "no run without decay went to its end");
			continue;
		}
		earlier = falls_with_decay(c, r);
		if (isfinite(r->generalised) && earlier < 0) {
			claim_keep_silence(f, CLAIM_SPARSE,
					   "no run with weight decay like that without");
			continue;
		}
		f->asked++;
		claim_count(f, r);
		grok += isfinite(r->generalised);
		f->yes += isfinite(r->generalised) && earlier;
	}
	if (!f->asked)
		return 0;
	f->runs = f->asked;
	f->value = (double)grok / f->asked;
	put_decays(d, n, f->note);
	return 0;
}

/* ---- C25: over rate, warm-up and batch ---- */

static const char *const sweep[] = { "lr", "warmup", "batch", NULL };
static const double moves = 1.26; /* .1 decades, as in C22: an onset that stays is not moved */

static int memorises(const struct claim_case *c, const struct claim_run *r)
{
	(void)c;
	return isfinite(r->memorised);
}

/* Mean step of generalisation of the runs of one setting, and whether all are delayed */
static double onset(const struct claim_case *c, const struct claim_run *const *run, int n, int i,
		    int *delayed)
{
	double sum = 0, value, known;
	char note[CLAIM_NOTE];
	int k, m = 0;

	*delayed = 1;
	for (k = i; k < n; k++) {
		if (!claim_alike(c, run[i], run[k], NULL))
			continue;
		*delayed &= delay(c, run[k], &value, &known, note) == CLAIM_YES;
		if (isnan(run[k]->generalised))
			continue;
		sum += sync_axis(run[k]->generalised);
		m++;
	}
	return m ? sync_step(sum / m) : NAN;
}

/* The answers of all settings, those of a class */
static void ask_settings(const struct claim_case *c, const struct claim_run *const *run, int n,
			 struct claim_found *f)
{
	double earliest = HUGE_VAL, latest = 0, step;
	int i, k, delayed, yes = 0;

	for (i = 0; i < n; i++) {
		claim_count(f, run[i]);
		for (k = 0; k < i && !claim_alike(c, run[i], run[k], NULL); k++)
			;
		if (k < i)
			continue;
		step = onset(c, run, n, i, &delayed);
		f->asked++;
		yes += delayed;
		if (isfinite(step)) {
			earliest = fmin(earliest, step);
			latest = fmax(latest, step);
		}
	}
	f->runs = n;
	f->value = latest > 0 ? latest / earliest : NAN;
	f->yes = f->value >= moves ? yes : 0;
	snprintf(f->note, CLAIM_NOTE, "%d settings", f->asked);
}

/* How many values a setting has in runs */
static int values_of(const struct claim_case *c, const struct claim_run *const *run, int n,
		     const char *key)
{
	int i, k, values = 0;

	for (i = 0; i < n; i++) {
		for (k = 0;
		     k < i && claim_setting(c, run[k], key) != claim_setting(c, run[i], key);)
			k++;
		values += k == i;
	}
	return values;
}

/* C25 */
int claim_sweeps(const struct claim_case *c, struct claim_found *f, struct err *e)
{
	const struct claim_run **member = malloc(sizeof(*member) * ((size_t)c->n + 1));
	int n, settings, least = INT_MAX, values[3];
	char note[CLAIM_NOTE];

	if (!member)
		return err_memory(e);
	n = claim_class(c, sweep, memorises, member, &settings);
	for (int i = 0; sweep[i]; i++) {
		values[i] = values_of(c, member, n, sweep[i]);
		least = values[i] < least ? values[i] : least;
	}
	if (least >= 2) {
		ask_settings(c, member, n, f);
	} else {
		claim_silent(note, CLAIM_SPARSE,
			     n ? "%d rates, %d warm-ups, %d batches; 2 of each are needed"
			       : "no run memorises",
			     values[0], values[1], values[2]);
		claim_keep_silence(f, n ? CLAIM_SPARSE : CLAIM_UNLEARNED, note);
	}
	free(member);
	return 0;
}
