/* Measures of one run for rules: values at steps, transitions, means over layers. */
#include <math.h>
#include <stdio.h>

#include "sync/claim_rules.h"

double claim_setting(const struct claim_case *c, const struct claim_run *r, const char *key)
{
	return series_number(&c->s->runs[r->index], key);
}

double claim_first(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		   const char *of)
{
	const struct series *x = series_find(c->s, quantity, r->index, of);
	int i;

	for (i = 0; x && i < x->n; i++)
		if (isfinite(x->x[i]))
			return x->x[i];
	return NAN;
}

double claim_last(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		  const char *of)
{
	const struct series *x = series_find(c->s, quantity, r->index, of);
	int i;

	for (i = x ? x->n - 1 : -1; i >= 0; i--)
		if (isfinite(x->x[i]))
			return x->x[i];
	return NAN;
}

double claim_at(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		const char *of, double step)
{
	const struct series *x = series_find(c->s, quantity, r->index, of);

	return x && isfinite(step) ? sync_nearest(x, step) : NAN;
}

void claim_fail(const struct claim_case *c, const struct err *e)
{
	if (!c->trouble->failed)
		c->trouble->err = *e;
	c->trouble->failed = 1;
}

/* The largest upward or downward transition of a quantity: 1, or 0 if there is none */
static int largest_change(const struct claim_case *c, const struct claim_run *r,
			  const char *quantity, int rising, struct sync_change *change)
{
	const struct series *x = series_find(c->s, quantity, r->index, NULL);
	struct sync_changes all;
	double height, most = 0;
	struct err e;
	int i;

	if (!x)
		return 0;
	if (sync_find(x->step, x->x, x->n, c->seed, &all, &e)) {
		claim_fail(c, &e);
		return 0;
	}
	for (i = 0; i < all.n; i++) {
		height = all.change[i].after - all.change[i].before;
		height = rising ? height : -height;
		if (height > most) {
			most = height;
			*change = all.change[i];
		}
	}
	return most > 0;
}

double claim_lag(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		 int rising)
{
	struct sync_change change;

	if (isnan(r->emerged) || !largest_change(c, r, quantity, rising, &change))
		return NAN;
	return sync_axis(change.step) - sync_axis(r->emerged);
}

const char *claim_lag_text(double lag, char text[CLAIM_LAG])
{
	snprintf(text, CLAIM_LAG, isnan(lag) ? "no change" : "%+.2f decades", lag);
	return text;
}

double claim_third(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		   int third, double step)
{
	int from = third * r->layers / 3, to = (third + 1) * r->layers / 3, layer;
	double sum = 0;
	char of[32];

	for (layer = from; layer < to; layer++) {
		snprintf(of, sizeof(of), "layer %d", layer);
		sum += isnan(step) ? claim_last(c, r, quantity, of)
				   : claim_at(c, r, quantity, of, step);
	}
	return to > from ? sum / (to - from) : NAN;
}

double claim_layer_fall(const struct claim_case *c, const struct claim_run *r, int layer)
{
	double before, after;
	char of[32];

	snprintf(of, sizeof(of), "layer %d", layer);
	before = claim_first(c, r, "bdm.bits", of);
	after = claim_last(c, r, "bdm.bits", of);
	return (before - after) / before;
}
