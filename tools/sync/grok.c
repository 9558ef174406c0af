/* grok-sync grok - how many runs grok, and when, for each value of a setting or group of runs */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"
#include "stats.h"
#include "text.h"
#include "sync/commands.h"

enum { MAX_SETTINGS = 16 };

static const char *by;
static double threshold = 0.99;

static const struct opt opts[] = {
	{ 0, "by", "SETTING,...",
	  "of the head, such as weight_decay,lr: a row for each combination (default: "
	  "for each group of runs)",
	  OPT_TEXT, .var = &by, .names = OPT_SETTINGS },
	{ 0, "threshold", "X", "test accuracy at which a run has grokked", OPT_REAL, &threshold,
	  .max = 1 },
	SYNC_POOL,
	SYNC_LEVEL,
	SYNC_DRAWS,
	SYNC_SEED,
	SYNC_FORMAT,
	{ 0 },
};

/* Runs that stand in one row.  They have the same @value of each setting, or are of one group. */
struct row {
	const char *value[MAX_SETTINGS]; /* NULL: not in the head */
	int group;
	int runs, grokked;
	double *step; /* (grokked) */
};

/* The settings of --by; none: a row is a group of runs */
struct columns {
	int n;
	const char *name[MAX_SETTINGS];
	char *text; /* what the names are parts of */
};

static void parse_by(struct columns *c)
{
	char *rest = c->text = cli_copy(by), *item;

	while ((item = strsep(&rest, ","))) {
		if (!*item)
			cli_usage("--by: a setting has no name in '%s'", by);
		if (c->n == MAX_SETTINGS)
			cli_usage("--by: more than %d settings", MAX_SETTINGS);
		c->name[c->n++] = item;
	}
}

static int is_network(const struct series_set *s, int run)
{
	return series_find(s, "train.test_acc", run, NULL) != NULL;
}

/* A setting that no head has is a slip. */
static void check_settings(const struct series_set *s, const struct columns *c)
{
	for (int i = 0; i < c->n; i++) {
		struct nearest near = nearest_to(c->name[i]);
		int run, found = 0;

		for (run = 0; run < s->nruns && !found; run++) {
			found = is_network(s, run) && series_setting(&s->runs[run], c->name[i]);
			for (int k = 0; k < s->runs[run].nconfig; k++)
				nearest_offer(&near, s->runs[run].key[k]);
		}
		if (!found)
			cli_unmatched("--by: no head has a setting '%s'%s", c->name[i],
				      cli_suggest("", &near));
	}
}

static int is_of(const struct series_set *s, const struct columns *c, int run,
		 const struct row *row)
{
	if (!c->n)
		return sync_options.plan.pool || s->runs[run].group == row->group;
	for (int i = 0; i < c->n; i++)
		if (!text_same(series_setting(&s->runs[run], c->name[i]), row->value[i]))
			return 0;
	return 1;
}

/* The row of a run, made when it is the first */
static struct row *row_of(const struct series_set *s, const struct columns *c, int run,
			  struct row *rows, int *n)
{
	struct row *row = rows;

	while (row < rows + *n && !is_of(s, c, run, row))
		row++;
	if (row < rows + *n)
		return row;
	*row = (struct row){ .group = s->runs[run].group };
	for (int i = 0; i < c->n; i++)
		row->value[i] = series_setting(&s->runs[run], c->name[i]);
	row->step = cli_alloc((size_t)s->nruns, sizeof(*row->step));
	++*n;
	return row;
}

/* Numbers by size, before other words by letter; what is not in the head last */
static int by_value(const char *a, const char *b)
{
	double x = 0, y = 0;
	int a_is_word, b_is_word;

	if (!a || !b)
		return !a - !b;
	a_is_word = number_parse(a, NUMBER_ALL, &x, NULL) != 0;
	b_is_word = number_parse(b, NUMBER_ALL, &y, NULL) != 0;
	if (a_is_word || b_is_word)
		return a_is_word && b_is_word ? strcmp(a, b) : a_is_word - b_is_word;
	return (x > y) - (x < y);
}

static int by_settings(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = 0;

	for (int i = 0; i < MAX_SETTINGS && !order; i++)
		order = by_value(x->value[i], y->value[i]);
	return order;
}

static struct row *collect(const struct series_set *s, const struct columns *c, int *n)
{
	struct row *rows = cli_alloc((size_t)s->nruns, sizeof(*rows));

	*n = 0;
	for (int run = 0; run < s->nruns; run++) {
		const struct series *test = series_find(s, "train.test_acc", run, NULL);
		struct row *row;
		double step;

		if (!test)
			continue; /* not a network */
		row = row_of(s, c, run, rows, n);
		step = sync_reach(test, threshold);
		row->runs++;
		if (!isnan(step))
			row->step[row->grokked++] = step;
	}
	if (!*n)
		cli_die("no run has 'train.test_acc', which tells when it groks");
	if (c->n)
		qsort(rows, (size_t)*n, sizeof(*rows), by_settings);
	return rows;
}

/* Mean and standard deviation of a sample; NaN where there are too few */
static void describe(const struct row *row, double *mean, double *sd)
{
	double square = 0;

	*mean = 0;
	for (int i = 0; i < row->grokked; i++)
		*mean += row->step[i] / row->grokked;
	for (int i = 0; i < row->grokked; i++)
		square += (row->step[i] - *mean) * (row->step[i] - *mean);
	*sd = row->grokked > 1 ? sqrt(square / (row->grokked - 1)) : NAN;
	if (!row->grokked)
		*mean = NAN;
}

static void header(struct table *t, const struct columns *c)
{
	static const char *const rest[] = { "runs", "grokked", "step", "sd", "low", "high" };
	const char *names[MAX_SETTINGS + 6] = { "group" };
	int n = c->n ? 0 : 1, more = t->format == TABLE_TSV ? 6 : 4;

	for (int i = 0; i < c->n; i++)
		names[n++] = c->name[i];
	for (int i = 0; i < more; i++)
		names[n++] = rest[i];
	cli_table_header(t, names, n);
}

static void write_row(struct table *t, const struct series_set *s, const struct columns *c,
		      const struct row *row)
{
	const struct sync_plan *plan = &sync_options.plan;
	double mean, sd, low = NAN, high = NAN;
	struct err e;

	describe(row, &mean, &sd);
	if (row->grokked >= 3)
		cli_check(stats_bootstrap(row->step, row->grokked, plan->draws, plan->level,
					  plan->seed, &low, &high, &e),
			  &e);
	for (int i = 0; i < c->n; i++)
		cli_table_text(t, row->value[i] ? row->value[i] : "-");
	if (!c->n)
		cli_table_text(t, *sync_group_name(s, row->group) ? sync_group_name(s, row->group)
								  : "all");
	cli_table_int(t, row->runs);
	cli_table_int(t, row->grokked);
	if (t->format == TABLE_TSV) {
		cli_table_number(t, mean);
		cli_table_number(t, sd);
		cli_table_number(t, low);
		cli_table_number(t, high);
	} else {
		cli_table_number(t, round(mean));
		sync_interval(t, "%.0f", low, high);
		cli_table_number(t, sd);
	}
	cli_table_end(t);
}

static void footer(struct table *t, const struct row *rows, int n)
{
	int never = 0, runs = 0;

	for (int i = 0; i < n; i++) {
		never += rows[i].runs - rows[i].grokked;
		runs += rows[i].runs;
	}
	fprintf(t->f,
		"\nStep: the first recorded with test accuracy of at least %g, "
		"mean over the runs that reach it; "
		"in brackets the %g %% interval (bootstrap over three runs or more).\n",
		threshold, 100 * sync_options.plan.level);
	if (never)
		fprintf(t->f,
			"%d of %d runs never reach it: they are counted, not averaged, "
			"and a mean beside them is of the early ones.\n",
			never, runs);
}

static int command(void)
{
	struct series_set s = { 0 };
	struct columns c = { 0 };
	struct table t;
	struct row *rows;
	int n;

	if (by)
		parse_by(&c);
	sync_read(&s);
	check_settings(&s, &c);
	rows = collect(&s, &c, &n);
	t = sync_open_table();
	header(&t, &c);
	for (int i = 0; i < n; i++)
		write_row(&t, &s, &c, &rows[i]);
	if (t.format == TABLE_MARKDOWN)
		footer(&t, rows, n);
	for (int i = 0; i < n; i++)
		free(rows[i].step);
	free(rows);
	free(c.text);
	series_free(&s);
	return cli_close(NULL, NULL);
}

const struct cli sync_grok = {
	.command = "grok",
	.purpose = "count the runs that grok, and give the mean step, by any setting",
	.flags = CLI_TEXT,
	.opts = opts,
	.main = command,
};
