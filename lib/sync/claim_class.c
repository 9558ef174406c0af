/* Which runs may be compared: those that differ only in the settings that a claim is about. */
#include <math.h>

#include "sync/claim_rules.h"

int claim_alike(const struct claim_case *c, const struct claim_run *a, const struct claim_run *b,
		const char *const *vary)
{
	/* What ends a run early is no other experiment; nor is, at a constant rate, its length. */
	const char *list[CLAIM_VARY + 4] = { "stop_acc", "stop_after" };
	int n = 2;

	if (a->constant && b->constant)
		list[n++] = "steps";
	for (; vary && *vary && n < CLAIM_VARY + 3; vary++)
		list[n++] = *vary;
	return series_alike(&c->s->runs[a->index], &c->s->runs[b->index], list);
}

int claim_repeats(const struct claim_case *c, const struct claim_run *a, const struct claim_run *b)
{
	return claim_setting(c, a, "seed") == claim_setting(c, b, "seed") &&
	       claim_alike(c, a, b, NULL);
}

/*
 * The runs that count and differ from @first only in @vary, a run and its repetition once; returns
 * their number
 */
static int members(const struct claim_case *c, const struct claim_run *first,
		   const char *const *vary, claim_counts *counts, const struct claim_run **member,
		   int *settings)
{
	int i, k, n = 0, known, repeats;

	*settings = 0;
	for (i = 0; i < c->n; i++) {
		if (!counts(c, c->run[i]) || !claim_alike(c, first, c->run[i], vary))
			continue;
		known = repeats = 0;
		for (k = 0; k < n && !repeats; k++) {
			known |= claim_alike(c, member[k], c->run[i], NULL);
			repeats = claim_repeats(c, member[k], c->run[i]);
		}
		if (repeats)
			continue;
		*settings += !known;
		member[n++] = c->run[i];
	}
	return n;
}

int claim_class(const struct claim_case *c, const char *const *vary, claim_counts *counts,
		const struct claim_run **member, int *settings)
{
	const struct claim_run *best = NULL;
	int i, k, n, several, most = 0;

	*settings = 0;
	for (i = 0; i < c->n; i++) {
		for (k = 0; k < i; k++)
			if (counts(c, c->run[k]) && claim_alike(c, c->run[k], c->run[i], vary))
				break;
		if (k < i || !counts(c, c->run[i]))
			continue;
		n = members(c, c->run[i], vary, counts, member, &several);
		if (several > *settings || (several == *settings && n > most)) {
			*settings = several;
			most = n;
			best = c->run[i];
		}
	}
	return best ? members(c, best, vary, counts, member, settings) : 0;
}

void claim_count(struct claim_found *f, const struct claim_run *r)
{
	f->last = f->last > 0 ? fmin(f->last, r->last) : r->last;
}
