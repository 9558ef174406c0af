/* Why a claim cannot be asked of a run, in words for its row. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sync/claim_rules.h"

enum claim_answer claim_silent(char note[CLAIM_NOTE], enum claim_answer silence, const char *fmt,
			       ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(note, CLAIM_NOTE, fmt, ap);
	va_end(ap);
	return silence;
}

int claim_unfinished(const struct claim_run *r)
{
	return isnan(r->generalised) && r->last < r->own;
}

enum claim_answer claim_ready(const struct claim_case *c, const struct claim_run *r, int layers,
			      char note[CLAIM_NOTE])
{
	static const char *const accuracies[] = { "train.train_acc", "train.test_acc", NULL };

	if (r->layers < layers)
		return claim_silent(note, CLAIM_SHALLOW, "no run has %d layers or more", layers);
	if (claim_measured(c, r, accuracies, note))
		return CLAIM_UNOBSERVED;
	if (isnan(r->generalised) && layers)
		return claim_silent(note, CLAIM_UNLEARNED,
				    "no run of %d layers or more generalises", layers);
	if (isnan(r->generalised))
		return claim_silent(note, CLAIM_UNLEARNED, "no run generalises");
	return CLAIM_READY;
}

static int has_value(const struct series *x, const char *quantity, int run)
{
	if (x->run != run || strcmp(x->quantity, quantity) != 0)
		return 0;
	for (int i = 0; i < x->n; i++)
		if (isfinite(x->x[i]))
			return 1;
	return 0;
}

enum claim_answer claim_measured(const struct claim_case *c, const struct claim_run *r,
				 const char *const *quantities, char note[CLAIM_NOTE])
{
	int i, found, at = 0;

	for (; *quantities; quantities++) {
		for (found = i = 0; i < c->s->n && !found; i++)
			found = has_value(&c->s->all[i], *quantities, r->index);
		if (!found && at < CLAIM_NOTE)
			at += snprintf(note + at, CLAIM_NOTE - (size_t)at,
				       at ? ", %s" : "not measured: %s", *quantities);
	}
	return at ? CLAIM_UNMEASURED : CLAIM_READY;
}

enum claim_answer claim_sampled(const struct claim_case *c, const struct claim_run *r,
				const char *quantity, char note[CLAIM_NOTE])
{
	const struct series *x = series_find(c->s, quantity, r->index, NULL);
	int i, n = 0;

	for (i = 0; x && i < x->n; i++)
		n += isfinite(x->x[i]);
	if (!n)
		return claim_silent(note, CLAIM_UNMEASURED, "not measured: %s", quantity);
	if (n < SYNC_SAMPLES)
		return claim_silent(note, CLAIM_SPARSE, "%s at %d step%s, %d are needed", quantity,
				    n, n == 1 ? "" : "s", (int)SYNC_SAMPLES);
	return CLAIM_READY;
}

void claim_keep_silence(struct claim_found *f, enum claim_answer silence, const char *why)
{
	if (silence <= f->silence)
		return;
	f->silence = silence;
	snprintf(f->why, CLAIM_NOTE, "%s", why);
}
