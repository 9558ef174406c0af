/* Claims about the embedding, the ranks of matrices, and whether all quantities change together. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "llc/llc.h"
#include "sync/claim_rules.h"

/* C8 */
enum claim_answer claim_one_ring(const struct claim_case *c, const struct claim_run *r,
				 double *value, char note[CLAIM_NOTE])
{
	static const char *const needs[] = { "spectrum.pc_ring", "spectrum.pca1", "spectrum.pca2",
					     NULL };
	double ring = claim_last(c, r, "spectrum.pc_ring", NULL);
	enum claim_answer answer = claim_ready(c, r, 0, note);

	if (!answer)
		answer = claim_measured(c, r, needs, note);
	if (answer)
		return answer;
	*value = claim_last(c, r, "spectrum.pca1", NULL) + claim_last(c, r, "spectrum.pca2", NULL);
	snprintf(note, CLAIM_NOTE, "%g rings in all", claim_last(c, r, "spectrum.rings", NULL));
	return ring > 0 ? CLAIM_YES : CLAIM_NO;
}

/* C9 */
enum claim_answer claim_topology(const struct claim_case *c, const struct claim_run *r,
				 double *value, char note[CLAIM_NOTE])
{
	double lag = claim_lag(c, r, "spectrum.h1_lifetime", 1);
	double error = claim_last(c, r, "spectrum.homomorphism", NULL);
	static const char *const needs[] = { "spectrum.circular", "spectrum.homomorphism", NULL };
	enum claim_answer answer = claim_ready(c, r, 0, note);
	char text[CLAIM_LAG];

	if (!answer)
		answer = claim_measured(c, r, needs, note);
	if (!answer)
		answer = claim_sampled(c, r, "spectrum.h1_lifetime", note);
	if (answer)
		return answer;
	*value = claim_last(c, r, "spectrum.circular", NULL);
	snprintf(note, CLAIM_NOTE, "homomorphism error %.2g, loop %s", error,
		 claim_lag_text(lag, text));
	return fabs(*value) >= 0.9 && error <= 0.2 && fabs(lag) <= 0.3 ? CLAIM_YES : CLAIM_NO;
}

/* Is most of what a series reached still there at the end? */
static int stays(const struct claim_case *c, const struct claim_run *r, const char *quantity)
{
	const struct series *x = series_find(c->s, quantity, r->index, NULL);
	double most = -HUGE_VAL;
	int i;

	for (i = 0; x && i < x->n; i++)
		if (isfinite(x->x[i]))
			most = fmax(most, x->x[i]);
	return claim_last(c, r, quantity, NULL) >= 0.9 * most;
}

/* C10 */
enum claim_answer claim_concentrates(const struct claim_case *c, const struct claim_run *r,
				     double *value, char note[CLAIM_NOTE])
{
	static const char *const gini = "spectrum.gini2d_power", *const ipr =
									 "spectrum.ipr2d_power";
	enum claim_answer answer = claim_ready(c, r, 0, note);
	char text[CLAIM_LAG];
	double other;

	if (!answer)
		answer = claim_sampled(c, r, gini, note);
	if (!answer)
		answer = claim_sampled(c, r, ipr, note);
	if (answer)
		return answer;
	*value = claim_lag(c, r, gini, 1);
	other = claim_lag(c, r, ipr, 1);
	snprintf(note, CLAIM_NOTE, "IPR %s, Gini %.2g at the end", claim_lag_text(other, text),
		 claim_last(c, r, gini, NULL));
	return fabs(*value) <= 0.3 && fabs(other) <= 0.3 && stays(c, r, gini) && stays(c, r, ipr)
		       ? CLAIM_YES
		       : CLAIM_NO;
}

/* C11: asked of each decay */
int claim_decay_gini(const struct claim_case *c, struct claim_found *f, struct err *e)
{
	int i, k, n, at = 0;
	double sum, all = 0, rise;

	(void)e;
	for (i = 0; i < c->n; i++) {
		for (k = 0; k < i && c->run[k]->decay != c->run[i]->decay; k++)
			;
		if (k < i)
			continue;
		for (sum = n = 0, k = i; k < c->n; k++) {
			rise = claim_last(c, c->run[k], "spectrum.gini2d_power", NULL) -
			       claim_first(c, c->run[k], "spectrum.gini2d_power", NULL);
			if (c->run[k]->decay != c->run[i]->decay || isnan(rise))
				continue;
			sum += rise;
			n++;
		}
		if (!n)
			continue;
		f->asked++;
		f->runs += n;
		f->yes += sum / n >= 0.05;
		all += sum / n;
		if (at < CLAIM_NOTE - 40)
			at += snprintf(f->note + at, CLAIM_NOTE - (size_t)at, "%sdecay %g: %.2g",
				       at ? ", " : "", c->run[i]->decay, sum / n);
	}
	if (f->asked < 2) { /* decays cannot be compared */
		claim_keep_silence(f, f->asked ? CLAIM_SPARSE : CLAIM_UNMEASURED,
				   f->asked ? "one weight decay, two or more are needed"
					    : "not measured: spectrum.gini2d_power");
		return claim_nothing(f);
	}
	f->value = all / f->asked;
	return 0;
}

/* C18 */
enum claim_answer claim_ranks(const struct claim_case *c, const struct claim_run *r, double *value,
			      char note[CLAIM_NOTE])
{
	static const char *const needs[] = { "spectrum.nuclear", "spectrum.stable_rank",
					     "bdm.bits" };
	double bits = claim_lag(c, r, "bdm.bits", 0), rank;
	enum claim_answer answer = claim_ready(c, r, 0, note);
	char text[CLAIM_LAG];

	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]) && !answer; i++)
		answer = claim_sampled(c, r, needs[i], note);
	if (answer)
		return answer;
	*value = claim_lag(c, r, "spectrum.nuclear", 0) - bits;
	rank = claim_lag(c, r, "spectrum.stable_rank", 0) - bits;
	snprintf(note, CLAIM_NOTE, "stable rank %s", claim_lag_text(rank, text));
	return fabs(*value) <= 0.2 && fabs(rank) <= 0.2 ? CLAIM_YES : CLAIM_NO;
}

/* C22 */
enum claim_answer claim_together(const struct claim_case *c, const struct claim_run *r,
				 double *value, char note[CLAIM_NOTE])
{
	static const struct {
		const char *quantity;
		int rising;
	} list[] = { { "spectrum.gini2d_power", 1 },
		     { "spectrum.ring_r2", 1 },
		     { "spectrum.h1_lifetime", 1 },
		     { "cma.total", 1 },
		     { "bdm.bits", 0 } };
	enum claim_answer answer = claim_ready(c, r, 0, note);
	int asked = 0, together = 0, at = 0;
	char missing[CLAIM_NOTE];

	if (answer)
		return answer;
	if (isnan(r->emerged))
		return claim_silent(note, CLAIM_UNMEASURED, "no rise of train.test_acc is found");
	note[0] = '\0';
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		double lag = claim_lag(c, r, list[i].quantity, list[i].rising);

		if (claim_sampled(c, r, list[i].quantity, missing))
			continue;
		asked++;
		together += fabs(lag) <= 0.1;
		if (at < CLAIM_NOTE - 40)
			at += snprintf(note + at, CLAIM_NOTE - (size_t)at,
				       isnan(lag) ? "%s%s none" : "%s%s %+.2f", at ? ", " : "",
				       strchr(list[i].quantity, '.') + 1, lag);
	}
	if (asked < 3)
		return claim_silent(note, CLAIM_UNMEASURED,
				    "%d of gini2d_power, ring_r2, h1_lifetime, "
				    "cma.total and bits at %d steps or more, 3 are needed",
				    asked, (int)SYNC_SAMPLES);
	*value = (double)together / asked;
	return together == asked ? CLAIM_YES : CLAIM_NO;
}

/*
 * X1: the largest coefficient over the last one; NaN where it was not measured.  What was measured
 * by chains that had left the basin depends on gamma, and is left out.
 */
static double coefficient_fall(const struct claim_case *c, const struct claim_run *r)
{
	const struct series *x = series_find(c->s, "llc.lambda", r->index, NULL);
	double most = 0;

	for (int i = 0; x && i < x->n; i++)
		if (isfinite(x->x[i]) &&
		    claim_at(c, r, "llc.status", NULL, (double)x->step[i]) != LLC_LEFT)
			most = fmax(most, x->x[i]);
	return most / claim_last(c, r, "llc.lambda", NULL);
}

int claim_learning_coefficient(const struct claim_case *c, struct claim_found *f, struct err *e)
{
	double least = INFINITY, control = 0, sum = 0, x;
	int i, controls = 0;

	(void)e;
	for (i = 0; i < c->n; i++) {
		x = coefficient_fall(c, c->run[i]);
		if (isnan(x))
			continue;
		if (isnan(c->run[i]->generalised)) {
			controls++;
			control = fmax(control, x);
			continue;
		}
		f->asked++;
		sum += x;
		least = fmin(least, x);
	}
	claim_keep_silence(f, CLAIM_UNMEASURED,
			   "not measured: llc.lambda of a run that generalises");
	if (!f->asked)
		return 0;
	for (i = 0; i < c->n; i++) {
		x = coefficient_fall(c, c->run[i]);
		f->yes += !isnan(c->run[i]->generalised) && x >= 10 && x > 2 * control;
	}
	f->runs = f->asked + controls;
	f->value = sum / f->asked;
	if (controls)
		snprintf(f->note, CLAIM_NOTE, "least %.3g; %d that never generalise%s: up to %.3g",
			 least, controls, controls > 1 ? "" : "s", control);
	else
		snprintf(f->note, CLAIM_NOTE, "no control");
	return 0;
}
