/* Transitions of groups of runs: lags, intervals and verdicts; phases; see sync.h. */
#include "sync/sync.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"
#include "text.h"

const char *sync_status_name(enum sync_status s)
{
	static const char *const names[] = { "found", "few samples", "flat",
					     "drift", "unfinished",  "low" };

	return names[s];
}

const char *sync_verdict_name(enum sync_verdict v)
{
	static const char *const names[] = { "leads", "coincides", "lags", "no transition",
					     "reference" };

	return names[v];
}

/* One series of each run of a group, and what was found in it */
struct bundle {
	const struct series *first;
	int group, n;
	const struct series **list; /* (n) */
	struct sync_changes *found; /* (n) */
	const struct sync_change **main; /* (n) the transition that counts, or NULL */
	int rising;
};

static void bundle_free(struct bundle *b)
{
	free(b->list);
	free(b->found);
	free(b->main);
}

static double height(const struct sync_change *c)
{
	return c->after - c->before;
}

static double range(const struct series *s)
{
	double low = HUGE_VAL, high = -HUGE_VAL;

	for (int i = 0; i < s->n; i++) {
		if (isfinite(s->x[i])) {
			low = fmin(low, s->x[i]);
			high = fmax(high, s->x[i]);
		}
	}
	return high - low;
}

/* The direction in which the runs change most, and each run's largest transition in it */
static void choose(struct bundle *b)
{
	double balance = 0, most;
	int i, j;

	for (i = 0; i < b->n; i++) {
		most = 0;
		for (j = 0; j < b->found[i].n; j++)
			if (fabs(height(&b->found[i].change[j])) > fabs(most))
				most = height(&b->found[i].change[j]);
		if (most != 0)
			balance += most / range(b->list[i]);
	}
	b->rising = balance > 0;
	for (i = 0; i < b->n; i++) {
		most = 0;
		b->main[i] = NULL;
		for (j = 0; j < b->found[i].n; j++) {
			const struct sync_change *c = &b->found[i].change[j];
			double h = b->rising ? height(c) : -height(c);

			if (h > most) {
				most = h;
				b->main[i] = c;
			}
		}
	}
}

static int group_of(const struct series_set *s, const struct sync_plan *plan, int run)
{
	return plan->pool ? 0 : s->runs[run].group;
}

static int bundle_fill(struct bundle *b, const struct series_set *s, const struct sync_plan *plan,
		       const struct series *first, struct err *e)
{
	size_t room = (size_t)s->nruns;
	const struct series *x;
	int run;

	*b = (struct bundle){ .first = first, .group = group_of(s, plan, first->run) };
	b->list = calloc(room, sizeof(*b->list));
	b->found = calloc(room, sizeof(*b->found));
	b->main = calloc(room, sizeof(*b->main));
	if (!b->list || !b->found || !b->main)
		return err_memory(e);
	for (run = 0; run < s->nruns; run++) {
		x = series_find(s, first->quantity, run, first->of);
		if (!x || group_of(s, plan, run) != b->group)
			continue;
		b->list[b->n] = x;
		if (sync_find(x->step, x->x, x->n, plan->seed, &b->found[b->n], e) < 0)
			return -1;
		b->n++;
	}
	choose(b);
	return 0;
}

static double place(const struct sync_plan *plan, const struct sync_change *c)
{
	return sync_axis(plan->by_fit ? c->fit : c->step);
}

static double mean_of(const double *x, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += x[i];
	return n ? sum / n : NAN;
}

/* The commonest reason among the runs without the transition */
static enum sync_status commonest(const struct bundle *b)
{
	int count[SYNC_LOW + 1] = { 0 }, i, most = SYNC_FOUND;

	for (i = 0; i < b->n; i++)
		if (!b->main[i])
			count[b->found[i].status]++;
	for (i = SYNC_FOUND; i <= SYNC_LOW; i++)
		if (count[i] > count[most])
			most = i;
	return (enum sync_status)most;
}

static const struct sync_change *main_of_run(const struct bundle *b, int run)
{
	for (int i = 0; i < b->n; i++)
		if (b->list[i]->run == run)
			return b->main[i];
	return NULL;
}

static void judge(const struct sync_plan *plan, struct sync_row *row)
{
	double t = plan->tolerance;

	if (2 * row->found < row->runs || !row->found || !row->pairs) {
		row->verdict = SYNC_NONE;
	} else if (row->lag < -t) {
		row->verdict = SYNC_LEADS;
		row->certain = row->lag_high < -t;
	} else if (row->lag > t) {
		row->verdict = SYNC_LAGS;
		row->certain = row->lag_low > t;
	} else {
		row->verdict = SYNC_COINCIDES;
		row->certain = row->lag_low >= -t && row->lag_high <= t;
	}
}

/* Means over the runs in which the transition is; work holds five values a run */
static int describe(const struct bundle *b, const struct sync_plan *plan, double *work,
		    struct sync_row *row, struct err *e)
{
	double *t = work, *fit = t + b->n, *width = fit + b->n, *before = width + b->n;
	double *after = before + b->n;
	int i, n = 0;

	for (i = 0; i < b->n; i++) {
		if (!b->main[i])
			continue;
		t[n] = sync_axis(b->main[i]->step);
		fit[n] = sync_axis(b->main[i]->fit);
		width[n] = b->main[i]->width;
		before[n] = b->main[i]->before;
		after[n] = b->main[i]->after;
		row->gap = n ? fmax(row->gap, b->main[i]->gap) : b->main[i]->gap;
		n++;
	}
	row->found = n;
	row->step = sync_step(mean_of(t, n));
	row->fit = sync_step(mean_of(fit, n));
	row->width = mean_of(width, n);
	row->before = mean_of(before, n);
	row->after = mean_of(after, n);
	if (stats_bootstrap(t, n, plan->draws, plan->level, plan->seed, &row->step_low,
			    &row->step_high, e) < 0)
		return -1;
	row->step_low = sync_step(row->step_low);
	row->step_high = sync_step(row->step_high);
	return 0;
}

static int row_fill(const struct bundle *b, const struct bundle *reference,
		    const struct sync_plan *plan, struct sync_row *row, struct err *e)
{
	double *work = malloc(sizeof(*work) * 6 * (size_t)b->n), *lag;
	const struct sync_change *other;
	int i, result;

	if (!work)
		return err_memory(e);
	*row = (struct sync_row){ .quantity = b->first->quantity,
				  .of = b->first->of,
				  .group = b->group,
				  .runs = b->n,
				  .why = commonest(b),
				  .rising = b->rising,
				  .gap = NAN };
	result = describe(b, plan, work, row, e);
	lag = work + 5 * b->n;
	for (i = 0; i < b->n; i++) {
		other = main_of_run(reference, b->list[i]->run);
		if (b->main[i] && other)
			lag[row->pairs++] = place(plan, b->main[i]) - place(plan, other);
	}
	row->lag = mean_of(lag, row->pairs);
	if (!result)
		result = stats_bootstrap(lag, row->pairs, plan->draws, plan->level, plan->seed,
					 &row->lag_low, &row->lag_high, e);
	judge(plan, row);
	if (b == reference && row->verdict != SYNC_NONE)
		row->verdict = SYNC_REFERENCE;
	free(work);
	return result;
}

/* Is this the first of its group's series of the same quantity? */
static int is_first(const struct series_set *s, const struct sync_plan *plan,
		    const struct series *x)
{
	for (const struct series *y = s->all; y < x; y++)
		if (group_of(s, plan, y->run) == group_of(s, plan, x->run) &&
		    !strcmp(y->quantity, x->quantity) && text_same(y->of, x->of))
			return 0;
	return 1;
}

static int is_reference(const struct sync_plan *plan, const struct series *x)
{
	return !x->of && !strcmp(x->quantity, plan->against);
}

/*
 * Lags from a flicker of the test accuracy, in a run that never generalises, would be from
 * nothing.
 */
static void drop_low(struct bundle *b)
{
	if (strcmp(b->first->quantity, "train.test_acc") != 0)
		return;
	for (int i = 0; i < b->n; i++) {
		if (b->main[i] && !(b->rising && b->main[i]->after >= 0.5)) {
			b->main[i] = NULL;
			b->found[i].status = SYNC_LOW;
		}
	}
}

static int add_row(struct sync_row **rows, int *n, const struct bundle *b,
		   const struct bundle *reference, const struct sync_plan *plan, struct err *e)
{
	struct sync_row *more = realloc(*rows, sizeof(**rows) * ((size_t)*n + 1));

	if (!more)
		return err_memory(e);
	*rows = more;
	if (row_fill(b, reference, plan, &more[*n], e) < 0)
		return -1;
	++*n;
	return 0;
}

/* The rows of one group, which the reference opens */
static int group_rows(const struct series_set *s, const struct sync_plan *plan, int group,
		      int (*pick)(const struct series *), struct sync_row **rows, int *n,
		      struct err *e)
{
	struct bundle reference = { .n = 0 }, b = { .n = 0 };
	int i, result = 0;

	for (i = 0; i < s->n && !reference.n && !result; i++)
		if (is_reference(plan, &s->all[i]) && group_of(s, plan, s->all[i].run) == group)
			result = bundle_fill(&reference, s, plan, &s->all[i], e);
	if (!result && reference.n)
		drop_low(&reference);
	if (!result && reference.n)
		result = add_row(rows, n, &reference, &reference, plan, e);
	for (i = 0; i < s->n && !result && reference.n; i++) {
		const struct series *x = &s->all[i];

		if (group_of(s, plan, x->run) != group || is_reference(plan, x) ||
		    (pick && !pick(x)) || !is_first(s, plan, x))
			continue;
		result = bundle_fill(&b, s, plan, x, e);
		if (!result)
			result = add_row(rows, n, &b, &reference, plan, e);
		bundle_free(&b);
	}
	bundle_free(&reference);
	return result;
}

int sync_rows(const struct series_set *s, const struct sync_plan *plan,
	      int (*pick)(const struct series *), struct sync_row **rows, int *n, struct err *e)
{
	struct sync_row *list = NULL;
	int group, count = 0;

	for (group = 0; group < (plan->pool ? 1 : s->ngroups); group++) {
		if (group_rows(s, plan, group, pick, &list, &count, e) < 0) {
			free(list);
			return -1;
		}
	}
	if (!count)
		return err_set(e, "no run has '%s', from which lags are measured", plan->against);
	*rows = list;
	*n = count;
	return 0;
}

/* ---- phases ---- */

const char *const sync_phase_names[SYNC_PHASES] = { "initialisation", "memorisation", "emergence",
						    "generalisation" };

/* The index of the value nearest to a step, -1 where there is none */
static int nearest(const struct series *s, double step)
{
	double t = sync_axis(step), distance, least = HUGE_VAL;
	int best = -1;

	for (int i = 0; i < s->n; i++) {
		distance = fabs(sync_axis((double)s->step[i]) - t);
		if (isfinite(s->x[i]) && distance < least) {
			least = distance;
			best = i;
		}
	}
	return best;
}

double sync_nearest(const struct series *s, double step)
{
	int i = nearest(s, step);

	return i < 0 ? NAN : s->x[i];
}

double sync_nearest_step(const struct series *s, double step)
{
	int i = nearest(s, step);

	if (i < 0 || step < (double)s->step[0] || step > (double)s->step[s->n - 1])
		return NAN;
	return (double)s->step[i];
}

double sync_reach(const struct series *s, double level)
{
	for (int i = 0; i < s->n; i++)
		if (s->x[i] >= level)
			return (double)s->step[i];
	return NAN;
}

int sync_phases(const struct series_set *s, int run, uint64_t seed, double step[SYNC_PHASES],
		struct err *e)
{
	const struct series *train = series_find(s, "train.train_acc", run, NULL);
	const struct series *test = series_find(s, "train.test_acc", run, NULL);
	double most = 0, emergence = NAN;
	struct sync_changes c;

	if (!train || !test || !train->n || !test->n)
		return err_set(e, "run '%s' has no train and test accuracy", s->runs[run].name);
	if (sync_find(test->step, test->x, test->n, seed, &c, e) < 0)
		return -1;
	for (int i = 0; i < c.n; i++) {
		if (height(&c.change[i]) > most) {
			most = height(&c.change[i]);
			emergence = c.change[i].step;
		}
	}
	step[0] = (double)train->step[0];
	step[1] = sync_reach(train, 0.99);
	step[2] = emergence;
	step[3] = sync_reach(test, 0.99);
	return 0;
}

double sync_crossover(const struct series_set *s, int run)
{
	double p = series_number(&s->runs[run], "modulus");

	for (int i = 0; i < s->n; i++) {
		const struct series *x = &s->all[i];

		if (!strcmp(x->quantity, "sfm.crossover") && !x->of && x->n && isfinite(x->x[0]) &&
		    series_number(&s->runs[x->run], "modulus") == p)
			return x->x[0];
	}
	return NAN;
}
