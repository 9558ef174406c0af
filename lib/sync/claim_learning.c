/* Claims about accuracies: when runs memorise and generalise, and which settings change that. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/claim_rules.h"
#include "sync/fit.h"

enum { DRAWS = 2000 };

/* C1: a plateau between knowing nine tenths of the training set and all of the test set */
enum claim_answer claim_delay(const struct claim_case *c, const struct claim_run *r, double *value,
			      char note[CLAIM_NOTE])
{
	const struct series *train = series_find(c->s, "train.train_acc", r->index, NULL);
	static const char *const needs[] = { "train.train_acc", "train.test_acc", NULL };
	enum claim_answer answer = claim_measured(c, r, needs, note);
	double known = NAN, test;

	if (!answer)
		answer = claim_sampled(c, r, "train.test_acc", note);
	if (answer)
		return answer;
	for (int i = 0; train && i < train->n && isnan(known); i++)
		if (train->x[i] >= 0.9)
			known = (double)train->step[i];
	test = claim_at(c, r, "train.test_acc", NULL, known);
	if (isnan(test))
		return claim_silent(note, CLAIM_SPARSE, "no run knows 90 %% of its training set");
	if (isnan(r->generalised) && r->last < 2 * known)
		return claim_silent(note, CLAIM_SPARSE,
				    "no run goes on to twice the step of memorisation");
	*value = r->generalised / known;
	snprintf(note, CLAIM_NOTE,
		 isnan(r->generalised) ? "memorised at %.0f, generalised never"
				       : "memorised at %.0f, generalised at %.0f",
		 known, r->generalised);
	return *value >= 2 && test <= 0.3 ? CLAIM_YES : CLAIM_NO;
}

/* The different values of a number over runs, in order; returns how many, at most @most */
static int values_of(const struct claim_case *c, double (*of)(const struct claim_run *),
		     double *value, int most)
{
	int i, k, n = 0;

	for (i = 0; i < c->n; i++) {
		double x = of(c->run[i]);

		for (k = 0; k < n && value[k] < x; k++)
			;
		if (isnan(x) || (k < n && value[k] == x) || n == most)
			continue;
		memmove(value + k + 1, value + k, sizeof(*value) * (size_t)(n - k));
		value[k] = x;
		n++;
	}
	return n;
}

static double decay_of(const struct claim_run *r)
{
	return r->decay;
}

/* C2 */
int claim_decays(const struct claim_case *c, struct claim_found *f, struct err *e)
{
	double decay[8];
	int i, k, n = values_of(c, decay_of, decay, 8), at = 0;

	(void)e;
	claim_keep_silence(f, CLAIM_SPARSE, "no run without weight decay");
	f->note[0] = '\0';
	for (k = 0; k < n; k++) {
		int runs = 0, grok = 0;
		double sum = 0;

		for (i = 0; i < c->n; i++) {
			if (c->run[i]->decay != decay[k])
				continue;
			runs++;
			if (isnan(c->run[i]->generalised))
				continue;
			grok++;
			sum += sync_axis(c->run[i]->generalised);
		}
		if (decay[k] == 0) {
			f->asked = f->runs = runs;
			f->yes = grok;
			f->value = (double)grok / runs;
		}
		if (at < CLAIM_NOTE - 48)
			at += snprintf(f->note + at, CLAIM_NOTE - (size_t)at,
				       grok ? "%sdecay %g: %d/%d at %.0f" : "%sdecay %g: %d/%d",
				       k ? ", " : "", decay[k], grok, runs,
				       grok ? sync_step(sum / grok) : 0);
	}
	return 0;
}

/* ---- over moduli ---- */

/* The machine's n* at a modulus, NaN where no run of `grok-sfm crossover` has it */
static double crossover(const struct claim_case *c, int modulus)
{
	int i;

	for (i = 0; i < c->n; i++) {
		double n = claim_last(c, c->run[i], "sfm.crossover", NULL);

		if (c->run[i]->modulus == modulus && isfinite(n))
			return n;
	}
	return NAN;
}

/* Does the run count at this scale? */
static int counts(const struct claim_run *r, const struct claim_run *scale)
{
	return !r->machine && isfinite(r->generalised) && r->layers == scale->layers &&
	       r->width == scale->width && r->steps == scale->steps;
}

static int moduli_of(const struct claim_case *c, const struct claim_run *scale)
{
	int i, k, n = 0;

	for (i = 0; i < c->n; i++) {
		for (k = 0; k < i; k++)
			if (counts(c->run[k], scale) && c->run[k]->modulus == c->run[i]->modulus)
				break;
		n += k == i && counts(c->run[i], scale);
	}
	return n;
}

/* A run of the scale with the most moduli; NULL where none generalises */
static const struct claim_run *widest(const struct claim_case *c, int *moduli)
{
	const struct claim_run *best = NULL;

	*moduli = 0;
	for (int i = 0; i < c->n; i++) {
		int n = moduli_of(c, c->run[i]);

		if (n > *moduli) {
			*moduli = n;
			best = c->run[i];
		}
	}
	return best;
}

/* log p and log of the step, or step and n*, of the runs of a scale */
static int points(const struct claim_case *c, const struct claim_run *scale, int against_machine,
		  double *x, double *y)
{
	int i, n = 0;

	for (i = 0; i < c->n; i++) {
		const struct claim_run *r = c->run[i];
		double star = against_machine ? crossover(c, r->modulus) : 0;

		if (!counts(r, scale) || isnan(star))
			continue;
		x[n] = against_machine ? r->generalised : log(r->modulus);
		y[n++] = against_machine ? star : log(r->generalised);
	}
	return n;
}

/* Why no line can be drawn over moduli, should it come to that */
static void say_moduli(const struct claim_case *c, int moduli, int against_machine,
		       struct claim_found *f)
{
	enum claim_answer silence;
	char note[CLAIM_NOTE];
	int i;

	claim_keep_silence(f, CLAIM_SHALLOW, "no network with weight decay and true labels");
	for (i = 0; i < c->n; i++) {
		silence = c->run[i]->machine ? CLAIM_READY : claim_ready(c, c->run[i], 0, note);
		claim_keep_silence(f, silence, note);
	}
	if (moduli >= 3 && against_machine)
		claim_keep_silence(f, CLAIM_SPARSE, "sfm.crossover of fewer than 3 of the moduli");
	if (!moduli || moduli >= 3)
		return;
	claim_silent(note, CLAIM_SPARSE, "%d modul%s of one scale, 3 are needed", moduli,
		     moduli == 1 ? "us" : "i");
	claim_keep_silence(f, CLAIM_SPARSE, note);
}

static int over_moduli(const struct claim_case *c, int against_machine, struct claim_found *f,
		       struct fit *line, struct err *e)
{
	double *x = malloc(sizeof(*x) * 2 * ((size_t)c->n + 1));
	const struct claim_run *scale;
	int n = 0, moduli, result = 0;

	if (!x)
		return err_memory(e);
	scale = widest(c, &moduli);
	say_moduli(c, moduli, against_machine, f);
	if (moduli >= 3)
		n = points(c, scale, against_machine, x, x + c->n);
	if (n >= 3) {
		f->scale = scale;
		result = fit_line(x, x + c->n, n, DRAWS, 0.95, c->seed, line, e);
		f->asked = 1;
		f->runs = n;
		snprintf(f->note, CLAIM_NOTE, "%d moduli", moduli);
	}
	free(x);
	return result;
}

/* C20 */
int claim_exponent(const struct claim_case *c, struct claim_found *f, struct err *e)
{
	struct fit line;

	if (over_moduli(c, 0, f, &line, e))
		return -1;
	if (!f->asked)
		return 0;
	f->value = line.slope;
	f->low = line.low;
	f->high = line.high;
	f->yes = line.low <= 2.2 && 2.2 <= line.high;
	return 0;
}

/* C21 */
int claim_linear(const struct claim_case *c, struct claim_found *f, struct err *e)
{
	struct fit line;

	if (over_moduli(c, 1, f, &line, e))
		return -1;
	if (!f->asked)
		return 0;
	f->value = line.r2;
	f->yes = line.r2 >= 0.9;
	return 0;
}

/* ---- over settings ---- */

struct setting_of {
	double lr, warmup, batch;
};

static struct setting_of setting_of(const struct claim_case *c, const struct claim_run *r)
{
	return (struct setting_of){ claim_setting(c, r, "lr"), claim_setting(c, r, "warmup"),
				    claim_setting(c, r, "batch") };
}

/* A batch that is no number is "full". */
static int same(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static int same_setting(struct setting_of a, struct setting_of b)
{
	return same(a.lr, b.lr) && same(a.warmup, b.warmup) && same(a.batch, b.batch);
}

/*
 * Mean step of generalisation of the runs that share the setting of run @i, and whether all are
 * delayed
 */
static double onset(const struct claim_case *c, int i, int *delayed, int *runs)
{
	struct setting_of s = setting_of(c, c->run[i]);
	double sum = 0, value;
	char note[CLAIM_NOTE];
	int k, n = 0;

	*delayed = 1;
	*runs = 0;
	for (k = 0; k < c->n; k++) {
		if (!same_setting(s, setting_of(c, c->run[k])) || isnan(c->run[k]->memorised))
			continue;
		++*runs;
		*delayed &= claim_delay(c, c->run[k], &value, note) == CLAIM_YES;
		if (isnan(c->run[k]->generalised))
			continue;
		sum += sync_axis(c->run[k]->generalised);
		n++;
	}
	return n ? sync_step(sum / n) : NAN;
}

/* C25 */
int claim_sweeps(const struct claim_case *c, struct claim_found *f, struct err *e)
{
	double earliest = HUGE_VAL, latest = 0, step;
	char note[CLAIM_NOTE];
	int i, k, delayed, runs;

	(void)e;
	for (i = 0; i < c->n; i++) {
		for (k = 0; k < i; k++)
			if (same_setting(setting_of(c, c->run[i]), setting_of(c, c->run[k])))
				break;
		step = onset(c, i, &delayed, &runs);
		if (k < i || !runs)
			continue;
		f->asked++;
		f->yes += delayed;
		f->runs += runs;
		if (isfinite(step)) {
			earliest = fmin(earliest, step);
			latest = fmax(latest, step);
		}
	}
	if (f->asked < 3) { /* no sweep */
		claim_silent(note, CLAIM_SPARSE,
			     f->asked ? "%d setting%s of rate, warm-up and batch, 3 are needed"
				      : "no run memorises",
			     f->asked, f->asked == 1 ? "" : "s");
		claim_keep_silence(f, f->asked ? CLAIM_SPARSE : CLAIM_UNLEARNED, note);
		return claim_nothing(f);
	}
	f->value = latest > 0 ? latest / earliest : NAN;
	snprintf(f->note, CLAIM_NOTE, "%d settings", f->asked);
	return 0;
}
