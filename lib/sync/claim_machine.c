/* Claims about the singular feature machine. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sync/claim_rules.h"
#include "train/task.h"

static int is_logarithmic(const struct claim_run *r)
{
	const struct task_operation *o = task_operation_of(r->op, strlen(r->op));

	return o && o->order == TASK_PRODUCTS;
}

/*
 * With logarithms the target of Legendre symbols is one character of mul and div, and needs two
 * features at any modulus: the claims are about targets of p.
 */
static int is_simple(const struct claim_case *c, const struct claim_run *r)
{
	const char *target = series_setting(&c->s->runs[r->index], "target");

	return is_logarithmic(r) && !(claim_setting(c, r, "no_dlog") > 0) && target &&
	       !strcmp(target, "qr");
}

/* The first step, after its largest value, at which lambda is at most 1.1 p/2; NaN: never */
static double simple_from(const struct series *lambda, double p)
{
	int i, most = 0;

	for (i = 0; i < lambda->n; i++)
		if (isfinite(lambda->x[i]) && !(lambda->x[i] <= lambda->x[most]))
			most = i;
	for (i = most; i < lambda->n; i++)
		if (lambda->x[i] <= 1.1 * p / 2)
			return (double)lambda->step[i];
	return NAN;
}

/* C23 */
enum claim_answer claim_two_phases(const struct claim_case *c, const struct claim_run *r,
				   double *value, char note[CLAIM_NOTE])
{
	const struct series *lambda = series_find(c->s, "sfm.lambda", r->index, NULL);
	const struct series *right = series_find(c->s, "sfm.test_acc", r->index, NULL);
	double most = 0, last, beta = claim_setting(c, r, "beta"), p = r->modulus, lag;
	char text[CLAIM_LAG];

	if (!lambda)
		return claim_silent(note, CLAIM_UNMEASURED, "not measured: sfm.lambda");
	if (is_simple(c, r))
		return claim_silent(note, CLAIM_UNOBSERVED,
				    "no machine whose target has p features (--target random)");
	if (is_logarithmic(r) && claim_setting(c, r, "no_dlog") > 0)
		return claim_silent(note, CLAIM_UNOBSERVED,
				    "no machine of add or sub, or with discrete logarithms");
	for (int i = 0; i < lambda->n; i++)
		if (isfinite(lambda->x[i]))
			most = fmax(most, lambda->x[i]);
	last = claim_last(c, r, "sfm.lambda", NULL);
	*value = last / (p / 2);
	snprintf(note, CLAIM_NOTE, "from %.2f p^2/2", most / (p * p / 2));
	if (beta == 0) {
		*value = NAN; /* no mean of what stays and what falls */
		return fmin(most, last) >= 0.9 * p * p / 2 ? CLAIM_YES : CLAIM_NO;
	}
	if (!right)
		return claim_silent(note, CLAIM_UNMEASURED, "not measured: sfm.test_acc");
	lag = sync_axis(simple_from(lambda, p)) - sync_axis(sync_reach(right, 0.99));
	snprintf(note, CLAIM_NOTE, "from %.2f p^2/2, %s from 99 %% accuracy", most / (p * p / 2),
		 claim_lag_text(lag, text));
	return most >= 0.9 * p * p / 2 && fabs(*value - 1) <= 0.1 && fabs(lag) <= 0.1 ? CLAIM_YES
										      : CLAIM_NO;
}

/* C24 */
enum claim_answer claim_dlog(const struct claim_case *c, const struct claim_run *r, double *value,
			     char note[CLAIM_NOTE])
{
	double support = claim_last(c, r, "sfm.support", NULL), without, beta;

	without = claim_setting(c, r, "no_dlog");
	beta = claim_setting(c, r, "beta");
	if (!is_logarithmic(r) || beta == 0)
		return claim_silent(note, CLAIM_UNOBSERVED,
				    "no machine of mul or div with a price");
	if (is_simple(c, r))
		return claim_silent(note, CLAIM_UNOBSERVED,
				    "no machine whose target has p features (--target random)");
	if (isnan(support))
		return claim_silent(note, CLAIM_UNMEASURED, "not measured: sfm.support");
	*value = support / r->modulus;
	if (without > 0) {
		double found = *value;

		*value = NAN; /* no mean of runs with and without */
		return found > 10 ? CLAIM_YES : CLAIM_NO;
	}
	return fabs(*value - 1) <= 0.1 ? CLAIM_YES : CLAIM_NO;
}
