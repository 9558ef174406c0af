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
					     "spectrum.rings", NULL };
	double ring = claim_last(c, r, "spectrum.pc_ring", NULL);
	double rings = claim_last(c, r, "spectrum.rings", NULL);
	enum claim_answer answer = claim_ready(c, r, 0, note);

	if (!answer)
		answer = claim_measured(c, r, needs, note);
	if (answer)
		return answer;
	*value = claim_last(c, r, "spectrum.pca1", NULL) + claim_last(c, r, "spectrum.pca2", NULL);
	snprintf(note, CLAIM_NOTE, "%s there, %g rings in all", ring > 0 ? "a ring" : "no ring",
		 rings);
	return ring > 0 && rings == 1 ? CLAIM_YES : CLAIM_NO;
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

/* Is most of the rise of a series still there at the end? */
static int stays(const struct claim_case *c, const struct claim_run *r, const char *quantity)
{
	const struct series *x = series_find(c->s, quantity, r->index, NULL);
	double most = -HUGE_VAL, least = HUGE_VAL;
	int i;

	for (i = 0; x && i < x->n; i++)
		if (isfinite(x->x[i])) {
			most = fmax(most, x->x[i]);
			least = fmin(least, x->x[i]);
		}
	return claim_last(c, r, quantity, NULL) >= least + 0.9 * (most - least);
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

/* C11: over decays */
static double gini_rise(const struct claim_case *c, const struct claim_run *r)
{
	return claim_last(c, r, "spectrum.gini2d_power", NULL) -
	       claim_first(c, r, "spectrum.gini2d_power", NULL);
}

static int has_gini(const struct claim_case *c, const struct claim_run *r)
{
	return isfinite(gini_rise(c, r)) && !claim_unfinished(r);
}

/* The answers of all decays of @n runs, whose decays are in order */
static void ask_decays(const struct claim_case *c, const struct claim_run *const *run, int n,
		       struct claim_found *f)
{
	int i, k, at = 0;
	double sum, all = 0;

	for (i = 0; i < n; i = k) {
		for (sum = 0, k = i; k < n && run[k]->decay == run[i]->decay; k++) {
			sum += gini_rise(c, run[k]);
			claim_count(f, run[k]);
		}
		f->asked++;
		f->yes += sum / (k - i) >= 0.05;
		all += sum / (k - i);
		if (at < CLAIM_NOTE - 40)
			at += snprintf(f->note + at, CLAIM_NOTE - (size_t)at, "%sdecay %g: %.2g",
				       at ? ", " : "", run[i]->decay, sum / (k - i));
	}
	f->runs = n;
	f->value = all / f->asked;
}

static int by_decay(const void *a, const void *b)
{
	const struct claim_run *x = *(const struct claim_run *const *)a;
	const struct claim_run *y = *(const struct claim_run *const *)b;

	return (x->decay > y->decay) - (x->decay < y->decay);
}

int claim_decay_gini(const struct claim_case *c, struct claim_found *f, struct err *e)
{
	static const char *const decay[] = { "weight_decay", NULL };
	const struct claim_run **member = malloc(sizeof(*member) * ((size_t)c->n + 1));
	int n, decays;

	if (!member)
		return err_memory(e);
	n = claim_class(c, decay, has_gini, member, &decays);
	qsort(member, (size_t)n, sizeof(*member), by_decay);
	if (decays >= 2 && member[0]->decay == 0)
		ask_decays(c, member, n, f);
	else
		claim_keep_silence(f, n ? CLAIM_SPARSE : CLAIM_UNMEASURED,
				   !n            ? "not measured: spectrum.gini2d_power"
				   : decays >= 2 ? "no run without weight decay"
						 : "one weight decay, two or more are needed");
	free(member);
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

/*
 * C22.  Of causal mediation the number of heads that share the effect, not the total effect, which
 * is the difference of two answers' logits and rises with accuracy whatever becomes of the heads.
 * Without any of the first three the claim cannot be asked: each stands for a family of measures.
 */
enum claim_answer claim_together(const struct claim_case *c, const struct claim_run *r,
				 double *value, char note[CLAIM_NOTE])
{
	static const struct {
		const char *quantity;
		int rising, needed;
	} list[] = { { "spectrum.gini2d_power", 1, 1 },
		     { "cma.active", 0, 1 },
		     { "bdm.bits", 0, 1 },
		     { "spectrum.h1_lifetime", 1, 0 },
		     { "spectrum.homomorphism", 0, 0 } };
	enum claim_answer answer = claim_ready(c, r, 0, note);
	int asked = 0, together = 0, at = 0;
	char missing[CLAIM_NOTE];

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]) && !answer; i++)
		if (list[i].needed)
			answer = claim_sampled(c, r, list[i].quantity, note);
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
		claim_count(f, c->run[i]);
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
