/*
 * grok-sync without a command - a row for every quantity: its transition, and how much it lags the
 * reference
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sync/commands.h"

static const struct opt opts[] = {
	{ 0, "against", "NAME", "the quantity from which lags are measured", OPT_TEXT,
	  .var = &sync_options.plan.against },
	{ 0, "tolerance", "X", "decades within which transitions coincide", OPT_REAL,
	  &sync_options.plan.tolerance, .max = 10 },
	{ 0, "by", "PLACE", "lags between half-way steps, or between fitted centres", OPT_CHOICE,
	  &sync_options.plan.by_fit, .choices = "half|fit" },
	SYNC_LEVEL,
	SYNC_DRAWS,
	SYNC_QUANTITY,
	SYNC_POOL,
	SYNC_SEED,
	SYNC_FORMAT,
	{ 0 },
};

static void row_markdown(struct table *t, const struct sync_row *r)
{
	sync_name_cell(t, r->quantity, r->of);
	cli_table_cell(t);
	if (r->verdict == SYNC_NONE) {
		fprintf(t->f, " |  |  |  | %d/%d | no transition", r->found, r->runs);
		if (r->why != SYNC_FOUND)
			fprintf(t->f, " (%s)", sync_status_name(r->why));
		cli_table_end(t);
		return;
	}
	cli_table_put_number(t, r->before);
	fputs(" → ", t->f);
	cli_table_put_number(t, r->after);
	cli_table_cell(t);
	fprintf(t->f, "%.0f", r->step);
	sync_interval(t, "%.0f", r->step_low, r->step_high);
	cli_table_cell(t);
	fprintf(t->f, "%.2f", r->width);
	cli_table_cell(t);
	if (r->verdict != SYNC_REFERENCE) {
		fprintf(t->f, "%+.2f", r->lag);
		sync_interval(t, "%+.2f", r->lag_low, r->lag_high);
	}
	cli_table_cell(t);
	fprintf(t->f, "%d/%d", r->found, r->runs);
	cli_table_text(t, sync_verdict_name(r->verdict));
	if (r->verdict != SYNC_REFERENCE && !r->certain)
		fputc('?', t->f);
	cli_table_end(t);
}

static void row_tsv(struct table *t, const struct series_set *s, const struct sync_row *r)
{
	const double numbers[] = { r->step,  r->step_low, r->step_high, r->fit,
				   r->width, r->gap,      r->before,    r->after,
				   r->lag,   r->lag_low,  r->lag_high };

	cli_table_text(t, sync_group_name(s, r->group));
	sync_name_cell(t, r->quantity, r->of);
	cli_table_int(t, r->runs);
	cli_table_int(t, r->found);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		cli_table_number(t, numbers[i]);
	cli_table_text(t, sync_verdict_name(r->verdict));
	cli_table_int(t, r->certain);
	cli_table_text(t, sync_status_name(r->why));
	cli_table_end(t);
}

static void footer(struct table *t)
{
	const struct sync_plan *plan = &sync_options.plan;

	fprintf(t->f,
		"\n"
		"Step: half-way between plateaus, mean over runs of log(1 + step). "
		"Width and lag in decades of steps; lag from %s.\n",
		plan->against);
	fprintf(t->f,
		"In brackets: %g %% intervals (bootstrap over runs). Coincides: "
		"within %g decades, a factor of %.2f; `?`: the interval allows another verdict.\n",
		100 * plan->level, plan->tolerance, pow(10, plan->tolerance));
}

static void write_rows(struct table *t, const struct series_set *s, const struct sync_row *rows,
		       int n)
{
	int i, is_tsv = t->format == TABLE_TSV;

	if (is_tsv)
		SYNC_HEADER(t, "group", "quantity", "runs", "found", "step", "step_low",
			    "step_high", "fit", "width", "gap", "before", "after", "lag", "lag_low",
			    "lag_high", "verdict", "certain", "why");
	for (i = 0; i < n; i++) {
		if (is_tsv) {
			row_tsv(t, s, &rows[i]);
			continue;
		}
		if (!i || rows[i].group != rows[i - 1].group) {
			sync_heading(t, s, rows[i].group, !i);
			SYNC_HEADER(t, "quantity", "change", "step", "width", "lag", "runs",
				    "verdict");
		}
		row_markdown(t, &rows[i]);
	}
	if (!is_tsv)
		footer(t);
}

/* The reference in the runs of a group: its greatest value, the last step, and a run's name */
struct seen {
	double most;
	int64_t end;
	const char *run;
};

static struct seen look(const struct series_set *s, int group)
{
	struct seen seen = { .most = NAN };

	for (int run = 0; run < s->nruns; run++) {
		const struct series *x = series_find(s, sync_options.plan.against, run, NULL);

		if (!x || !x->n || (!sync_options.plan.pool && s->runs[run].group != group))
			continue;
		for (int i = 0; i < x->n; i++)
			seen.most = fmax(seen.most, x->x[i]);
		seen.end = x->step[x->n - 1] > seen.end ? x->step[x->n - 1] : seen.end;
		seen.run = s->runs[run].name;
	}
	return seen;
}

/* Why a group has no lags, "test accuracy never generalises here: at most 0.1 in 300 steps ..." */
static void explain(const struct series_set *s, const struct sync_row *r, char *text, size_t size)
{
	const struct seen seen = look(s, r->group);
	const char *group = sync_group_name(s, r->group);
	char what[128], runs[192];

	if (!strcmp(r->quantity, "train.test_acc") && !(seen.most >= 0.5))
		snprintf(what, sizeof(what),
			 "test accuracy never generalises here: at most %.3g in %" PRId64 " steps",
			 seen.most, seen.end);
	else
		snprintf(what, sizeof(what), "'%.80s' has no transition here, %s", r->quantity,
			 sync_status_name(r->why));
	if (r->runs == 1)
		snprintf(runs, sizeof(runs), "run '%.150s'", seen.run);
	else
		snprintf(runs, sizeof(runs), "%d of %d runs", r->runs - r->found, r->runs);
	snprintf(text, size, "%s (%s%s%s)", what, runs, group[0] ? " with " : "", group);
}

/* Leaves out the groups in which nothing can lag, and says so; returns how many rows are left. */
static int with_reference(const struct series_set *s, struct sync_row *rows, int n)
{
	int i, out = 0, kept = 0, others = -1;
	char why[512];

	for (i = 0; i < n; i++) {
		if (!i || rows[i].group != rows[i - 1].group)
			others += out = rows[i].verdict == SYNC_NONE;
		kept += !out;
	}
	if (!kept) {
		explain(s, &rows[0], why, sizeof(why));
		if (others)
			cli_die("%s, nor in %d other groups; lags need a reference that changes",
				why, others);
		cli_die("%s; lags need a reference that changes", why);
	}
	for (i = kept = out = 0; i < n; i++) {
		if (!i || rows[i].group != rows[i - 1].group) {
			out = rows[i].verdict == SYNC_NONE;
			explain(s, &rows[i], why, sizeof(why));
			if (out)
				cli_warn("%s: left out", why);
		}
		if (!out)
			rows[kept++] = rows[i];
	}
	return kept;
}

static int command(void)
{
	struct series_set s = { 0 };
	struct sync_row *rows;
	struct table t;
	struct err e;
	int n;

	sync_read(&s);
	cli_check(sync_rows(&s, &sync_options.plan, sync_picked, &rows, &n, &e), &e);
	n = with_reference(&s, rows, n);
	t = sync_open_table();
	write_rows(&t, &s, rows, n);
	free(rows);
	series_free(&s);
	return cli_close(NULL, NULL);
}

const struct cli sync_table = {
	.purpose = "tell when each quantity changes, and whether that is at generalisation",
	.flags = CLI_TEXT,
	.opts = opts,
	.notes = "commands, each with its own --help:\n"
		 "  runs     a row for every transition of every run\n"
		 "  phases   every quantity at memorisation, emergence, generalisation\n"
		 "  grok     how many runs grok, and when, by any setting\n"
		 "  scaling  the exponent of the step of generalisation against a setting\n"
		 "  layers   each layer's fall of complexity against its causal effect\n"
		 "  claims   a verdict on each claim of the paper\n",
	.main = command,
};
