/*
 * grok-sync - when does each quantity change, and do the changes coincide?
 *
 * Reads the metrics of one or many runs, from any number of streams, and writes a table: by default a
 * row for every quantity; "runs": a row for every transition of every run; "phases": every quantity
 * at the steps of initialisation, memorisation, emergence and generalisation.  man/grok-sync.1.
 */
#include <fnmatch.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "cli_table.h"
#include "sync/quantity.h"
#include "sync/sync.h"

enum { MAX_STEPS = 16 };

static struct sync_plan plan = {
	.against = "train.test_acc", .tolerance = 0.1, .level = 0.95, .draws = 2000, .seed = 1
};
static const char *followed; /* NULL: what the table of quantities says */
static const char *steps_text;
static int format;

#define QUANTITY                                                                                   \
	{                                                                                          \
		0, "quantity", "GLOB,...",                                                         \
			"series by name, or by name, blank and what they are of (default: the "    \
			"main ones)",                                                              \
			OPT_TEXT, .var = &followed                                                 \
	}
#define POOL                                                                                       \
	{                                                                                          \
		0, "pool", NULL, "take all runs as one group", OPT_FLAG, .var = &plan.pool         \
	}
#define SEED                                                                                       \
	{                                                                                          \
		's', "seed", "N", "seed of permutations and bootstrap", OPT_LONG, &plan.seed,      \
			.max = 1e15                                                                \
	}
#define FORMAT                                                                                     \
	{                                                                                          \
		0, "format", "NAME", "markdown or tsv", OPT_CHOICE, &format,                       \
			.choices = "markdown|tsv", .local = 1                                      \
	}

static const struct opt table_opts[] = {
	{ 0, "against", "NAME", "the quantity from which lags are measured", OPT_TEXT,
	  .var = &plan.against },
	{ 0, "tolerance", "X", "decades within which transitions coincide", OPT_REAL,
	  &plan.tolerance, .max = 10 },
	{ 0, "by", "PLACE", "lags between half-way steps, or between fitted centres", OPT_CHOICE,
	  &plan.by_fit, .choices = "half|fit" },
	{ 0, "level", "X", "share of the bootstrap within an interval", OPT_REAL, &plan.level,
	  .min = 0.01, .max = 0.9999 },
	{ 0, "draws", "N", "samples of the bootstrap", OPT_INT, &plan.draws, .min = 1, .max = 1e6 },
	QUANTITY,
	POOL,
	SEED,
	FORMAT,
	{ 0 },
};
static const struct opt runs_opts[] = { QUANTITY, SEED, FORMAT, { 0 } };
static const struct opt phases_opts[] = {
	{ 0, "steps", "STEP,...", "these steps instead of those found in the accuracies", OPT_TEXT,
	  .var = &steps_text },
	QUANTITY,
	POOL,
	SEED,
	FORMAT,
	{ 0 },
};

/* ---- reading ---- */

static void read_all(struct series_set *s)
{
	struct stream_in *in = cli_input();
	struct record r;
	struct err e;

	if (!followed && !(followed = quantity_followed(&e)))
		cli_die("%s", e.msg);
	while (cli_next(in, &r))
		cli_check(series_add(s, &r, &e), &e);
	cli_check(series_group(s, &e), &e);
	if (!s->nruns)
		cli_die("there is no run in the input");
	stream_free(in);
}

/* "cma.acc skip 0-3 block test"; the caller frees it */
static char *label(const char *quantity, const char *of)
{
	size_t n = strlen(quantity) + (of ? strlen(of) : 0) + 2;
	char *text = malloc(n);

	if (!text)
		cli_die("out of memory");
	snprintf(text, n, of ? "%s %s" : "%s", quantity, of);
	return text;
}

static int picked(const struct series *s, void *arg)
{
	char *name = label(s->quantity, s->of), *list = label(followed, NULL), *rest = list;
	const char *glob;
	int hit = 0;

	(void)arg;
	while (!hit && (glob = strsep(&rest, ",")))
		hit = !fnmatch(glob, name, 0);
	free(list);
	free(name);
	return hit;
}

/* ---- writing ---- */

static struct table out;

#define HEADER(...)                                                                                \
	cli_table_header(&out, (const char *const[]){ __VA_ARGS__ },                               \
			 sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

static void open_table(void)
{
	out = (struct table){ cli_text_output(), (enum table_format)format, 0 };
}

static void name_cell(const char *quantity, const char *of)
{
	char *name = label(quantity, of);

	cli_table_text(&out, name);
	free(name);
}

static const char *group_name(const struct series_set *s, int group)
{
	return plan.pool ? "" : s->groups[group];
}

/* The heading of a group in Markdown; TSV has a column for it */
static void heading(const struct series_set *s, int group, int first)
{
	if (!first)
		fputc('\n', out.f);
	if (group_name(s, group)[0]) {
		fputs("### ", out.f);
		cli_table_put_text(&out, group_name(s, group));
		fputs("\n\n", out.f);
	}
}

/* ---- a row for every quantity ---- */

static void interval(const char *fmt, double low, double high)
{
	if (isnan(low))
		return;
	fputs(" (", out.f);
	fprintf(out.f, fmt, low);
	fputs(" to ", out.f);
	fprintf(out.f, fmt, high);
	fputc(')', out.f);
}

static void row_markdown(const struct sync_row *r)
{
	name_cell(r->quantity, r->of);
	cli_table_cell(&out);
	if (r->verdict == SYNC_NONE) {
		fprintf(out.f, " |  |  |  | %d/%d | no transition", r->found, r->runs);
		if (r->why != SYNC_FOUND)
			fprintf(out.f, " (%s)", sync_status_name(r->why));
		cli_table_end(&out);
		return;
	}
	cli_table_put_number(&out, r->before);
	fputs(" → ", out.f);
	cli_table_put_number(&out, r->after);
	cli_table_cell(&out);
	fprintf(out.f, "%.0f", r->step);
	interval("%.0f", r->step_low, r->step_high);
	cli_table_cell(&out);
	fprintf(out.f, "%.2f", r->width);
	cli_table_cell(&out);
	if (r->verdict != SYNC_REFERENCE) {
		fprintf(out.f, "%+.2f", r->lag);
		interval("%+.2f", r->lag_low, r->lag_high);
	}
	cli_table_cell(&out);
	fprintf(out.f, "%d/%d", r->found, r->runs);
	cli_table_text(&out, sync_verdict_name(r->verdict));
	if (r->verdict != SYNC_REFERENCE && !r->certain)
		fputc('?', out.f);
	cli_table_end(&out);
}

static void row_tsv(const struct series_set *s, const struct sync_row *r)
{
	const double numbers[] = { r->step,  r->step_low, r->step_high, r->fit,
				   r->width, r->gap,      r->before,    r->after,
				   r->lag,   r->lag_low,  r->lag_high };

	cli_table_text(&out, group_name(s, r->group));
	name_cell(r->quantity, r->of);
	cli_table_int(&out, r->runs);
	cli_table_int(&out, r->found);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		cli_table_number(&out, numbers[i]);
	cli_table_text(&out, sync_verdict_name(r->verdict));
	cli_table_int(&out, r->certain);
	cli_table_text(&out, sync_status_name(r->why));
	cli_table_end(&out);
}

static int table_main(int argc, char **argv)
{
	static const struct cli cli = {
		.purpose = "tell when each quantity changes, and whether that is at generalisation",
		.flags = CLI_TEXT,
		.opts = table_opts,
		.notes = "commands, each with its own --help:\n"
			 "  runs     a row for every transition of every run\n"
			 "  phases   every quantity at memorisation, emergence, generalisation\n",
	};
	struct series_set s = { 0 };
	struct sync_row *rows;
	struct err e;
	int i, n;

	cli_parse(&cli, argc, argv);
	read_all(&s);
	cli_check(sync_rows(&s, &plan, picked, NULL, &rows, &n, &e), &e);
	open_table();
	if (format == TABLE_TSV)
		HEADER("group", "quantity", "runs", "found", "step", "step_low", "step_high", "fit",
		       "width", "gap", "before", "after", "lag", "lag_low", "lag_high", "verdict",
		       "certain", "why");
	for (i = 0; i < n; i++) {
		if (format == TABLE_TSV) {
			row_tsv(&s, &rows[i]);
			continue;
		}
		if (!i || rows[i].group != rows[i - 1].group) {
			heading(&s, rows[i].group, !i);
			HEADER("quantity", "change", "step", "width", "lag", "runs", "verdict");
		}
		row_markdown(&rows[i]);
	}
	if (format == TABLE_MARKDOWN)
		fprintf(out.f,
			"\nStep: half-way between plateaus, mean over runs of log(1 + step). Width "
			"and "
			"lag in decades of steps; lag from %s.\nIn brackets: %g %% intervals "
			"(bootstrap over runs). Coincides: within %g decades, a factor of %.2f; "
			"`?`: "
			"the interval allows another verdict.\n",
			plan.against, 100 * plan.level, plan.tolerance, pow(10, plan.tolerance));
	free(rows);
	series_free(&s);
	return cli_close(NULL, NULL);
}

/* ---- a row for every transition of every run ---- */

static void change_row(const struct series_set *s, const struct series *x,
		       const struct sync_changes *c, int i)
{
	static const struct sync_change none = { NAN, NAN, NAN, NAN, NAN, NAN };
	const struct sync_change *change = i < c->n ? &c->change[i] : &none;
	const double numbers[] = { change->step,   change->fit,   change->width, change->gap,
				   change->before, change->after, c->r2,         c->p };

	cli_table_text(&out, s->runs[x->run].name);
	cli_table_int(&out, s->runs[x->run].seed);
	name_cell(x->quantity, x->of);
	cli_table_text(&out, sync_status_name(c->status));
	for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++)
		cli_table_number(&out, numbers[k]);
	cli_table_end(&out);
}

static int runs_main(int argc, char **argv)
{
	static const struct cli cli = {
		.command = "runs",
		.purpose = "list every transition of every run",
		.flags = CLI_TEXT,
		.opts = runs_opts,
	};
	struct series_set s = { 0 };
	struct sync_changes c;
	struct err e;

	cli_parse(&cli, argc, argv);
	read_all(&s);
	open_table();
	HEADER("run", "seed", "quantity", "status", "step", "fit", "width", "gap", "before",
	       "after", "r2", "p");
	for (int i = 0; i < s.n; i++) {
		if (!picked(&s.all[i], NULL))
			continue;
		cli_check(sync_find(s.all[i].step, s.all[i].x, s.all[i].n, plan.seed, &c, &e), &e);
		for (int k = 0; k < (c.n ? c.n : 1); k++)
			change_row(&s, &s.all[i], &c, k);
	}
	series_free(&s);
	return cli_close(NULL, NULL);
}

/* ---- phases ---- */

static const char *const phase_names[SYNC_PHASES] = { "initialisation", "memorisation", "emergence",
						      "generalisation" };
static double given_steps[MAX_STEPS];
static int ngiven_steps;

static void parse_steps(void)
{
	char *list = label(steps_text, NULL), *rest = list;
	const char *item;

	while ((item = strsep(&rest, ","))) {
		if (ngiven_steps == MAX_STEPS)
			cli_usage("--steps: more than %d steps", MAX_STEPS);
		if (cli_number(item, &given_steps[ngiven_steps]) || given_steps[ngiven_steps] < 0)
			cli_usage("--steps: '%s' is not a step", item);
		ngiven_steps++;
	}
	free(list);
}

struct phases {
	int n;
	double *step; /* (nruns, n) */
};

static int in_group(const struct series_set *s, int run, int group)
{
	return plan.pool || s->runs[run].group == group;
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

/* A quantity, or for x = NULL the step on the axis, at a phase over the runs of a group */
static struct summary summarise(const struct series_set *s, const struct phases *p, int group,
				int phase, const struct series *x)
{
	struct summary all = { .sd = NAN };

	for (int run = 0; run < s->nruns; run++) {
		const struct series *y = x ? series_find(s, x->quantity, run, x->of) : NULL;
		double step = p->step[run * p->n + phase];

		if (!in_group(s, run, group) || (x && !y))
			continue;
		summary_add(&all, x ? sync_nearest(y, step) : sync_axis(step));
	}
	if (!all.n)
		all.mean = NAN;
	if (!x)
		all.mean = sync_step(all.mean);
	return all;
}

static void phase_name(int phase)
{
	cli_table_cell(&out);
	if (ngiven_steps)
		fprintf(out.f, "step %.0f", given_steps[phase]);
	else
		fputs(phase_names[phase], out.f);
}

static void phase_row(const struct series_set *s, const struct phases *p, int group,
		      const struct series *x)
{
	struct summary all;

	if (format == TABLE_MARKDOWN)
		name_cell(x ? x->quantity : "step", x ? x->of : NULL);
	for (int i = 0; i < p->n; i++) {
		all = summarise(s, p, group, i, x);
		if (format == TABLE_TSV) {
			cli_table_text(&out, group_name(s, group));
			phase_name(i);
			name_cell(x ? x->quantity : "step", x ? x->of : NULL);
			cli_table_number(&out, all.mean);
			cli_table_number(&out, x ? all.sd : NAN);
			cli_table_int(&out, all.n);
			cli_table_end(&out);
			continue;
		}
		cli_table_number(&out, x ? all.mean : round(all.mean));
		if (x && !isnan(all.sd)) {
			fputs(" ± ", out.f);
			cli_table_put_number(&out, all.sd);
		}
		if (all.n < all.of)
			fprintf(out.f, " (%d/%d)", all.n, all.of);
	}
	if (format == TABLE_MARKDOWN)
		cli_table_end(&out);
}

static void phase_table(const struct series_set *s, const struct phases *p, int group)
{
	const struct series *x, *y;
	int i;

	if (format == TABLE_MARKDOWN) {
		cli_table_text(&out, "");
		for (i = 0; i < p->n; i++)
			phase_name(i);
		cli_table_end(&out);
		for (i = 0; i <= p->n; i++)
			fputs(i < p->n ? "|---" : "|---|\n", out.f);
	}
	phase_row(s, p, group, NULL);
	for (x = s->all; x < s->all + s->n; x++) {
		/* The first run of the group that has the quantity speaks for all. */
		for (y = s->all; y < x; y++)
			if (in_group(s, y->run, group) && !strcmp(y->quantity, x->quantity) &&
			    (y->of && x->of ? !strcmp(y->of, x->of) : y->of == x->of))
				break;
		if (y == x && in_group(s, x->run, group) && picked(x, NULL))
			phase_row(s, p, group, x);
	}
}

static int phases_main(int argc, char **argv)
{
	static const struct cli cli = {
		.command = "phases",
		.purpose = "give every quantity at memorisation, emergence and generalisation",
		.flags = CLI_TEXT,
		.opts = phases_opts,
	};
	struct series_set s = { 0 };
	struct phases p = { SYNC_PHASES, NULL };
	struct err e;
	int run, i;

	cli_parse(&cli, argc, argv);
	if (steps_text) {
		parse_steps();
		p.n = ngiven_steps;
	}
	read_all(&s);
	p.step = malloc(sizeof(*p.step) * (size_t)s.nruns * (size_t)p.n);
	if (!p.step)
		cli_die("out of memory");
	for (run = 0; run < s.nruns; run++) {
		for (i = 0; i < ngiven_steps; i++)
			p.step[run * p.n + i] = given_steps[i];
		if (!ngiven_steps)
			cli_check(sync_phases(&s, run, plan.seed, p.step + run * p.n, &e), &e);
	}
	open_table();
	if (format == TABLE_TSV)
		HEADER("group", "phase", "quantity", "mean", "sd", "runs");
	for (i = 0; i < (plan.pool ? 1 : s.ngroups); i++) {
		if (format == TABLE_MARKDOWN)
			heading(&s, i, !i);
		phase_table(&s, &p, i);
	}
	free(p.step);
	series_free(&s);
	return cli_close(NULL, NULL);
}

int main(int argc, char **argv)
{
	static const struct cli commands[] = {
		{ .main = table_main },
		{ .command = "runs", .main = runs_main },
		{ .command = "phases", .main = phases_main },
		{ 0 },
	};

	return cli_dispatch("tell when each quantity changes, and whether they change together",
			    commands, argc, argv);
}
