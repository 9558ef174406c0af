/*
 * grok-sync phases - every quantity at initialisation, memorisation, emergence and generalisation,
 * or at given steps
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"
#include "text.h"
#include "stream/steps.h"
#include "sync/commands.h"

enum { MAX_STEPS = 16 };

static const char *steps_text;
static const struct opt opts[] = {
	{ 0, "steps", "STEPS",
	  "these steps, such as 100,1k..10k%1k,last, instead of those found in the accuracies",
	  OPT_TEXT, .var = &steps_text },
	SYNC_QUANTITY,
	SYNC_POOL,
	SYNC_SEED,
	SYNC_FORMAT,
	{ 0 },
};

/* The phases, or the steps that were given, for each run */
struct phases {
	int n, given;
	double *step; /* (nruns, n) */
};

static int in_group(const struct series_set *s, int run, int group)
{
	return sync_options.plan.pool || s->runs[run].group == group;
}

/* Mean and standard deviation over runs, NaN left out */
struct summary {
	double mean, square, sd;
	int n, of;
};

static void summary_add(struct summary *s, double x)
{
	double delta = x - s->mean;

	s->of++;
	if (isnan(x))
		return;
	s->mean += delta / ++s->n; /* Welford's update */
	s->square += delta * (x - s->mean);
	s->sd = s->n > 1 ? sqrt(s->square / (s->n - 1)) : NAN;
}

/*
 * 1e-6 is far less than the distance of two checkpoints, and hides what logarithms leave of whole
 * steps.
 */
static double rounded(double step)
{
	char text[32];

	snprintf(text, sizeof(text), "%.7g", step);
	return strtod(text, NULL);
}

/* A value at a phase; at a step of --steps only a run that has been there has one */
static double value_at(const struct phases *p, const struct series *x, double step)
{
	return p->given && isnan(sync_nearest_step(x, step)) ? NAN : sync_nearest(x, step);
}

/* The step of a run that a row shows: of --steps, the nearest that any of its quantities has */
static double step_shown(const struct series_set *s, const struct phases *p, int run, double step)
{
	double least = HUGE_VAL, best = NAN, there, distance;

	if (!p->given)
		return step;
	for (const struct series *x = s->all; x < s->all + s->n; x++) {
		if (x->run != run || !sync_picked(x))
			continue;
		there = sync_nearest_step(x, step);
		distance = fabs(sync_axis(there) - sync_axis(step));
		if (distance < least) { /* not where it is NaN */
			least = distance;
			best = there;
		}
	}
	return best;
}

/* A quantity, or for x = NULL the step, at a phase over the runs of a group */
static struct summary summarise(const struct series_set *s, const struct phases *p, int group,
				int phase, const struct series *x)
{
	struct summary all = { .sd = NAN }, steps = { .sd = NAN };

	for (int run = 0; run < s->nruns; run++) {
		const struct series *y = x ? series_find(s, x->quantity, run, x->of) : NULL;
		double step = p->step[run * p->n + phase];

		if (!in_group(s, run, group) || (x && !y))
			continue;
		if (!x)
			step = step_shown(s, p, run, step);
		summary_add(&all, x ? value_at(p, y, step) : sync_axis(step));
		summary_add(&steps, step);
	}
	if (!all.n)
		all.mean = NAN;
	if (!x) { /* the mean is that on the axis, the deviation that of the steps */
		all.mean = rounded(sync_step(all.mean));
		all.sd = steps.sd;
	}
	return all;
}

static void phase_cell(struct table *t, const struct phases *p, int phase)
{
	cli_table_cell(t);
	if (p->given)
		fprintf(t->f, "step %.0f", p->step[phase]);
	else
		fputs(sync_phase_names[phase], t->f);
}

static void phase_row_tsv(struct table *t, const struct series_set *s, const struct phases *p,
			  int group, const struct series *x)
{
	for (int i = 0; i < p->n; i++) {
		struct summary all = summarise(s, p, group, i, x);

		cli_table_text(t, sync_group_name(s, group));
		phase_cell(t, p, i);
		sync_name_cell(t, x ? x->quantity : "step", x ? x->of : NULL);
		cli_table_number(t, all.mean);
		cli_table_number(t, all.sd);
		cli_table_int(t, all.n);
		cli_table_end(t);
	}
}

static void phase_row(struct table *t, const struct series_set *s, const struct phases *p,
		      int group, const struct series *x)
{
	if (t->format == TABLE_TSV) {
		phase_row_tsv(t, s, p, group, x);
		return;
	}
	sync_name_cell(t, x ? x->quantity : "step", x ? x->of : NULL);
	for (int i = 0; i < p->n; i++) {
		struct summary all = summarise(s, p, group, i, x);

		cli_table_number(t, x ? all.mean : round(all.mean));
		if (!isnan(all.sd)) {
			fputs(" ± ", t->f);
			cli_table_put_number(t, all.sd);
		}
		if (all.n < all.of)
			fprintf(t->f, " (%d/%d)", all.n, all.of);
	}
	cli_table_end(t);
}

/* Is this the first series of its quantity in the group? */
static int is_first(const struct series_set *s, int group, const struct series *x)
{
	for (const struct series *y = s->all; y < x; y++)
		if (in_group(s, y->run, group) && !strcmp(y->quantity, x->quantity) &&
		    text_same(y->of, x->of))
			return 0;
	return 1;
}

static void phase_table(struct table *t, const struct series_set *s, const struct phases *p,
			int group)
{
	int i;

	if (t->format == TABLE_MARKDOWN) {
		cli_table_text(t, "");
		for (i = 0; i < p->n; i++)
			phase_cell(t, p, i);
		cli_table_end(t);
		for (i = 0; i <= p->n; i++)
			fputs(i < p->n ? "|---" : "|---|\n", t->f);
	}
	phase_row(t, s, p, group, NULL);
	for (const struct series *x = s->all; x < s->all + s->n; x++)
		if (in_group(s, x->run, group) && sync_picked(x) && is_first(s, group, x))
			phase_row(t, s, p, group, x);
}

/* Every step of the series that are shown, ascending; some more than once */
static double *steps_of(const struct series_set *s, size_t *n)
{
	double *step = NULL;

	*n = 0;
	for (const struct series *x = s->all; x < s->all + s->n; x++) {
		if (!x->n || !sync_picked(x))
			continue;
		step = cli_grow(step, *n + (size_t)x->n, sizeof(*step));
		for (int i = 0; i < x->n; i++)
			step[(*n)++] = (double)x->step[i];
	}
	if (*n)
		stats_sort(step, *n);
	return step;
}

static void add_step(double step[MAX_STEPS], int *n, double x)
{
	if (*n == MAX_STEPS)
		cli_usage("--steps: more than %d steps", MAX_STEPS);
	step[(*n)++] = x;
}

/*
 * The steps of --steps; returns how many.  A single step stands for itself: the nearest that is
 * recorded is shown.  Ranges and `last' choose among what is recorded.
 */
static int given_steps(const struct series_set *s, const struct steps *list, double step[MAX_STEPS])
{
	size_t all, k;
	double *recorded = steps_of(s, &all);
	int n = 0;

	for (int i = 0; i < list->n; i++) {
		const struct steps_item *item = &list->item[i];
		struct steps one = { .n = 1, .item = { *item } };

		if (item->first == item->last && item->first != STEPS_LAST) {
			add_step(step, &n, (double)item->first);
			continue;
		}
		for (k = 0; k < all; k++)
			if ((!k || recorded[k] > recorded[k - 1]) &&
			    steps_has(&one, (int64_t)recorded[k], (int64_t)recorded[all - 1]))
				add_step(step, &n, recorded[k]);
	}
	free(recorded);
	if (!n)
		cli_unmatched("no record is at step '%s'", steps_text);
	return n;
}

static void find_phases(const struct series_set *s, const struct steps *list, struct phases *p)
{
	double given[MAX_STEPS];
	struct err e;
	int run, i;

	p->given = steps_text ? given_steps(s, list, given) : 0;
	p->n = p->given ? p->given : SYNC_PHASES;
	p->step = cli_alloc((size_t)s->nruns * (size_t)p->n, sizeof(*p->step));
	for (run = 0; run < s->nruns; run++) {
		for (i = 0; i < p->given; i++)
			p->step[run * p->n + i] = given[i];
		if (!p->given)
			cli_check(sync_phases(s, run, sync_options.plan.seed, p->step + run * p->n,
					      &e),
				  &e);
	}
}

static int command(void)
{
	struct series_set s = { 0 };
	struct steps list;
	struct phases p;
	struct table t;
	struct err e;

	if (steps_text && steps_parse(steps_text, &list, &e))
		cli_usage("--steps: %s", e.msg);
	sync_read(&s);
	find_phases(&s, &list, &p);
	t = sync_open_table();
	if (t.format == TABLE_TSV)
		SYNC_HEADER(&t, "group", "phase", "quantity", "mean", "sd", "runs");
	for (int i = 0; i < (sync_options.plan.pool ? 1 : s.ngroups); i++) {
		if (t.format == TABLE_MARKDOWN)
			sync_heading(&t, &s, i, !i);
		phase_table(&t, &s, &p, i);
	}
	free(p.step);
	series_free(&s);
	return cli_close(NULL, NULL);
}

const struct cli sync_phase_table = {
	.command = "phases",
	.purpose = "give every quantity at memorisation, emergence and generalisation",
	.flags = CLI_TEXT,
	.opts = opts,
	.main = command,
};
