/* Claims about heads and layers: causal mediation, skipped layers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sync/claim_rules.h"
#include "sync/fit.h"

enum { FEWEST_LAYERS = 6, HEADS_MAX = 64, DRAWS = 2000 };

/* Mean |CMS| of the middle third over that of the outer ones; a NaN step is the last. */
static double middle_share(const struct claim_case *c, const struct claim_run *r, double step)
{
	double outer = (claim_third(c, r, "cma.mean_abs", 0, step) +
			claim_third(c, r, "cma.mean_abs", 2, step)) /
		       2;

	return claim_third(c, r, "cma.mean_abs", 1, step) / outer;
}

/* C3 */
enum claim_answer claim_u_shape(const struct claim_case *c, const struct claim_run *r,
				double *value, char note[CLAIM_NOTE])
{
	static const char *const needs[] = { "cma.mean_abs", NULL };
	enum claim_answer answer = claim_ready(c, r, FEWEST_LAYERS, note);
	double before, least, lesser;

	if (!answer)
		answer = claim_measured(c, r, needs, note);
	if (answer)
		return answer;
	*value = middle_share(c, r, NAN);
	before = middle_share(c, r, r->memorised);
	least = fmin(claim_third(c, r, "cma.mean_abs", 0, NAN),
		     claim_third(c, r, "cma.mean_abs", 2, NAN));
	lesser = claim_third(c, r, "cma.mean_abs", 1, NAN) / least;
	if (isnan(*value))
		return claim_silent(note, CLAIM_UNMEASURED,
				    "cma.mean_abs of some layers is missing");
	snprintf(note, CLAIM_NOTE, "%.2g of the lesser end; %.2g when memorised", lesser, before);
	return lesser <= 0.5 && !(*value >= before) ? CLAIM_YES : CLAIM_NO;
}

/*
 * The paper skips the heads and leaves the rest of a layer: `heads', where the bias of the
 * projection remains, or `attn' where only that was measured.
 */
static const char *const skipped[] = { "heads", "attn" };

/* Test accuracy at the end without the heads of a third */
static double without(const struct claim_case *c, const struct claim_run *r, const char *part,
		      int third)
{
	char of[64];

	snprintf(of, sizeof(of), "skip %d-%d %s test", third * r->layers / 3,
		 (third + 1) * r->layers / 3 - 1, part);
	return claim_last(c, r, "cma.acc", of);
}

/* C4 */
enum claim_answer claim_skip_thirds(const struct claim_case *c, const struct claim_run *r,
				    double *value, char note[CLAIM_NOTE])
{
	double whole = claim_last(c, r, "cma.acc", "none test"), first, last;
	int part = isnan(without(c, r, skipped[0], 1)), at;
	enum claim_answer answer = claim_ready(c, r, FEWEST_LAYERS, note);

	if (answer)
		return answer;
	*value = without(c, r, skipped[part], 1);
	first = without(c, r, skipped[part], 0);
	last = without(c, r, skipped[part], 2);
	if (isnan(whole + *value + first + last))
		return claim_silent(note, CLAIM_UNMEASURED,
				    "not measured: cma.acc without heads, or attn, of each third");
	at = snprintf(note, CLAIM_NOTE,
		      "whole %.3g; without the first, middle, last third %.2g, %.2g, %.2g (%s)",
		      whole, first, *value, last, skipped[part]);
	if (!part && at < CLAIM_NOTE && !isnan(without(c, r, "attn", 1)))
		snprintf(note + at, CLAIM_NOTE - (size_t)at, ", %.2g, %.2g, %.2g (attn)",
			 without(c, r, "attn", 0), without(c, r, "attn", 1),
			 without(c, r, "attn", 2));
	return *value >= whole - 0.1 && first <= 0.25 && last <= 0.25 ? CLAIM_YES : CLAIM_NO;
}

/* C5 */
enum claim_answer claim_bypass(const struct claim_case *c, const struct claim_run *r, double *value,
			       char note[CLAIM_NOTE])
{
	double heads = claim_last(c, r, "cma.bypass", "heads test");
	double layers = isnan(heads) ? claim_last(c, r, "cma.bypass", "attn test") : heads;
	enum claim_answer answer = claim_ready(c, r, FEWEST_LAYERS, note);

	if (answer)
		return answer;
	if (isnan(layers))
		return claim_silent(note, CLAIM_UNMEASURED,
				    "not measured: cma.bypass of heads or attn");
	*value = layers / r->layers;
	snprintf(note, CLAIM_NOTE, "%g of %d layers (%s)", layers, r->layers,
		 skipped[isnan(heads)]);
	return *value >= 0.8 ? CLAIM_YES : CLAIM_NO;
}

/* ---- C7 ---- */

/* Mean |x| over all heads of a map; NaN when it is not there */
static double mean_size(const struct claim_case *c, const struct claim_run *r, const char *map,
			const char *where)
{
	int layer, head, n = 0;
	double sum = 0, x;
	char of[64];

	for (layer = 0; layer < r->layers; layer++)
		for (head = 0; head < HEADS_MAX; head++) {
			snprintf(of, sizeof(of), "%shead %d.%d", where, layer, head);
			x = claim_last(c, r, map, of);
			if (isnan(x))
				break;
			sum += fabs(x);
			n++;
		}
	return n ? sum / n : NAN;
}

enum claim_answer claim_position(const struct claim_case *c, const struct claim_run *r,
				 double *value, char note[CLAIM_NOTE])
{
	double answer = mean_size(c, r, "cma.positions", "position 3 "), most = 0, x;
	double cms = mean_size(c, r, "cma.cms", ""), context, head;
	char where[32];
	enum claim_answer silence = claim_ready(c, r, 0, note);
	int position, small, at = 0;

	if (silence)
		return silence;
	if (isnan(answer))
		return claim_silent(note, CLAIM_UNMEASURED, "not measured: cma.positions");
	for (position = 0; position < 3; position++) {
		snprintf(where, sizeof(where), "position %d ", position);
		x = mean_size(c, r, "cma.positions", where);
		if (isnan(x))
			return claim_silent(note, CLAIM_UNMEASURED,
					    "cma.positions of position %d is missing", position);
		most = fmax(most, x);
	}
	*value = most / answer;
	context = mean_size(c, r, "cma.context", "") / cms;
	head = mean_size(c, r, "cma.other_head", "") / cms;
	small = *value <= 0.1 && !(context > 0.1) && !(head > 0.1);
	if (small && isnan(context))
		return claim_silent(note, CLAIM_UNMEASURED, "not measured: cma.context");
	/* With a single head in each layer there is no other one. */
	if (small && isnan(head) && claim_setting(c, r, "heads") > 1)
		return claim_silent(note, CLAIM_UNMEASURED, "not measured: cma.other_head");
	if (!isnan(context))
		at = snprintf(note, CLAIM_NOTE, "third equation %.2g of CMS", context);
	if (!isnan(head))
		snprintf(note + at, CLAIM_NOTE - (size_t)at,
			 at ? ", another head %.2g" : "another head %.2g of CMS", head);
	return small ? CLAIM_YES : CLAIM_NO;
}

/* ---- C17 ---- */

enum claim_answer claim_contribution(const struct claim_case *c, const struct claim_run *r,
				     double *value, char note[CLAIM_NOTE])
{
	static const char *const needs[] = { "cma.mean_abs", "bdm.bits", NULL };
	struct fit line = { .n = 0 };
	enum claim_answer answer;
	double *x;
	struct err e;
	char of[32];
	int layer;

	answer = claim_ready(c, r, FEWEST_LAYERS, note);
	if (!answer)
		answer = claim_measured(c, r, needs, note);
	if (answer)
		return answer;
	x = malloc(sizeof(*x) * 2 * (size_t)r->layers);
	if (!x) {
		err_memory(&e);
		claim_fail(c, &e);
		return CLAIM_SPARSE;
	}
	for (layer = 0; layer < r->layers; layer++) {
		snprintf(of, sizeof(of), "layer %d", layer);
		x[layer] = claim_last(c, r, "cma.mean_abs", of);
		x[r->layers + layer] = claim_layer_fall(c, r, layer);
	}
	if (fit_line(x, x + r->layers, r->layers, DRAWS, 0.95, c->seed, &line, &e))
		claim_fail(c, &e);
	free(x);
	if (line.n < FEWEST_LAYERS || isnan(line.r2))
		return claim_silent(note, CLAIM_SPARSE,
				    "cma.mean_abs and bdm.bits of %d layers, %d are needed", line.n,
				    (int)FEWEST_LAYERS);
	*value = line.r2;
	snprintf(note, CLAIM_NOTE, "slope %.2g (%.2g to %.2g)", line.slope, line.low, line.high);
	return line.r2 >= 0.7 && line.slope > 0 ? CLAIM_YES : CLAIM_NO;
}
