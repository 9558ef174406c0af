/* The claim that heads have the same effect in all seeds. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"
#include "sync/claim_rules.h"

enum { LEADING = 5, FEWEST = 3 };

/* The heads of the runs of one setting, at the last step that all of these have */
struct seeds {
	const struct claim_run **run; /* (n) of different seeds, all generalise */
	int n, heads, stride;
	double step;
	double *share; /* (n, stride), of which `heads' are used: CMS / total effect */
	double *mean; /* (heads) over the runs */
};

/* What a setting says: means over its leading heads */
struct agreement {
	double deviation, effect; /* of the heads whose mean over seeds is largest in size */
	/* Of those that lead in one seed: there, and in the others with the sign from there */
	double own, others;
};

static const char *const needs[] = { "cma.cms", "cma.total", NULL };

static void name_head(char of[32], int layer, int head)
{
	snprintf(of, 32, "head %d.%d", layer, head);
}

static double share(const struct claim_case *c, const struct claim_run *r, const char *of,
		    double step)
{
	return claim_at(c, r, "cma.cms", of, step) / claim_at(c, r, "cma.total", NULL, step);
}

/* The last step with an effect of the first head; NaN: none */
static double last_map(const struct claim_case *c, const struct claim_run *r)
{
	const struct series *x = series_find(c->s, "cma.cms", r->index, "head 0.0");

	return x && x->n ? (double)x->step[x->n - 1] : NAN;
}

/* The runs of the setting of @r, each seed once, and the step that all have */
static void find_runs(const struct claim_case *c, const struct claim_run *r, struct seeds *s)
{
	char note[CLAIM_NOTE];
	int i, k;

	s->n = 0;
	s->step = HUGE_VAL;
	for (i = 0; i < c->n; i++) {
		if (!claim_alike(c, r, c->run[i], NULL) || claim_ready(c, c->run[i], 0, note) ||
		    claim_measured(c, c->run[i], needs, note) || isnan(last_map(c, c->run[i])))
			continue;
		for (k = 0; k < s->n && !claim_repeats(c, s->run[k], c->run[i]); k++)
			;
		if (k < s->n)
			continue;
		s->run[s->n++] = c->run[i];
		s->step = fmin(s->step, last_map(c, c->run[i]));
	}
}

/* How many heads, and maybe other parts, have a series of a run */
static int parts(const struct claim_case *c, const struct claim_run *r)
{
	int i, n = 0;

	for (i = 0; i < c->s->n; i++)
		n += c->s->all[i].run == r->index && !strcmp(c->s->all[i].quantity, "cma.cms");
	return n;
}

/* The effect of every head in every run; returns 0, or -1 when memory runs out. */
static int read_heads(const struct claim_case *c, struct seeds *s)
{
	int i, layer, head,
		room = parts(c, s->run[0]) + 1; /* the last is for one that is not there */
	char of[32];
	double x;

	s->heads = 0;
	s->stride = room;
	s->mean = calloc((size_t)room, sizeof(*s->mean));
	s->share = malloc(sizeof(*s->share) * (size_t)room * (size_t)s->n);
	if (!s->mean || !s->share)
		return -1;
	for (layer = 0, head = 1; head; layer++) /* until a layer has no first head */
		for (head = 0;; head++) {
			name_head(of, layer, head);
			for (i = 0; i < s->n; i++) {
				x = share(c, s->run[i], of, s->step);
				s->share[i * room + s->heads] = x;
				s->mean[s->heads] += x / s->n;
			}
			if (isnan(s->mean[s->heads])) {
				s->mean[s->heads] = 0;
				break;
			}
			s->heads++;
		}
	return 0;
}

static double deviation(const struct seeds *s, int head)
{
	double squares = 0, x;
	int i;

	for (i = 0; i < s->n; i++) {
		x = s->share[i * s->stride + head] - s->mean[head];
		squares += x * x;
	}
	return sqrt(squares / (s->n - 1));
}

static void compare(const struct seeds *s, struct agreement *a)
{
	int lead[LEADING], i, k, n;
	double x;

	*a = (struct agreement){ 0 };
	n = stats_leading(s->mean, s->heads, LEADING, lead);
	for (k = 0; k < n; k++) {
		a->deviation += deviation(s, lead[k]) / n;
		a->effect += fabs(s->mean[lead[k]]) / n;
	}
	for (i = 0; i < s->n; i++) {
		stats_leading(s->share + i * s->stride, s->heads, LEADING, lead);
		for (k = 0; k < n; k++) {
			x = s->share[i * s->stride + lead[k]];
			a->own += fabs(x) / n / s->n;
			a->others += copysign(1, x) * (s->mean[lead[k]] * s->n - x) / (s->n - 1) /
				     n / s->n;
		}
	}
}

/* Why the seeds cannot be compared, should it come to that */
static void say_seeds(const struct claim_case *c, const struct claim_run *r, int n,
		      struct claim_found *f)
{
	enum claim_answer silence;
	char note[CLAIM_NOTE];

	silence = claim_ready(c, r, 0, note);
	if (!silence)
		silence = claim_measured(c, r, needs, note);
	if (!silence && n < FEWEST)
		silence = claim_silent(note, CLAIM_SPARSE, "%d run%s of one setting, %d are needed",
				       n, n == 1 ? "" : "s", (int)FEWEST);
	claim_keep_silence(f, silence, note);
}

/* Is there an earlier run of the setting of run @i? */
static int is_known(const struct claim_case *c, int i)
{
	int k;

	for (k = 0; k < i && !claim_alike(c, c->run[i], c->run[k], NULL); k++)
		;
	return k < i;
}

/* The answer of a setting, added to those before */
static int ask_setting(const struct claim_case *c, struct seeds *s, struct agreement *all,
		       struct claim_found *f)
{
	struct agreement a;
	int i, result = read_heads(c, s);

	if (!result && s->heads) {
		compare(s, &a);
		f->asked++;
		f->yes += a.deviation <= 0.05 && a.deviation < a.others;
		f->runs += s->n;
		for (i = 0; i < s->n; i++)
			claim_count(f, s->run[i]);
		all->deviation += a.deviation;
		all->effect += a.effect;
		all->own += a.own;
		all->others += a.others;
	}
	free(s->share);
	free(s->mean);
	return result;
}

/*
 * C6: many heads share the effect of a deep network, so that a small deviation alone says nothing.
 * Nor does a mean over seeds that is larger than it: the heads were chosen for that.  So heads are
 * chosen by one seed and their effect is taken from the others.
 */
int claim_seeds(const struct claim_case *c, struct claim_found *f, struct err *e)
{
	struct seeds s = { .run = malloc(sizeof(*s.run) * ((size_t)c->n + 1)) };
	struct agreement all = { 0 };
	int i, result = s.run ? 0 : err_memory(e);

	for (i = 0; i < c->n && !result; i++) {
		if (is_known(c, i))
			continue;
		find_runs(c, c->run[i], &s);
		say_seeds(c, s.n ? s.run[0] : c->run[i], s.n, f);
		if (s.n >= FEWEST && ask_setting(c, &s, &all, f))
			result = err_memory(e);
	}
	free(s.run);
	if (!f->asked)
		return result;
	f->value = all.deviation / f->asked;
	snprintf(f->note, CLAIM_NOTE,
		 "%.2g of their mean effect; those that lead in one seed have %.2g there, "
		 "%.2g in the others",
		 all.deviation / all.effect, all.own / f->asked, all.others / f->asked);
	return result;
}
