/* A row for every quantity: its transition, and its lag from the reference. */
#include <math.h>
#include <stdlib.h>

#include "sync/commands.h"

static const struct opt table_opts[] = {
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
		"\nStep: half-way between plateaus, mean over runs of log(1 + step). Width and lag "
		"in "
		"decades of steps; lag from %s.\n",
		plan->against);
	fprintf(t->f,
		"In brackets: %g %% intervals (bootstrap over runs). Coincides: within %g decades, "
		"a "
		"factor of %.2f; `?`: the interval allows another verdict.\n",
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

int sync_table(int argc, char **argv)
{
	static const struct cli cli = {
		.purpose = "tell when each quantity changes, and whether that is at generalisation",
		.flags = CLI_TEXT,
		.opts = table_opts,
		.notes = "commands, each with its own --help:\n"
			 "  runs     a row for every transition of every run\n"
			 "  phases   every quantity at memorisation, emergence, generalisation\n"
			 "  scaling  the exponent of the step of generalisation against a setting\n"
			 "  layers   each layer's fall of complexity against its causal effect\n"
			 "  claims   a verdict on each claim of the paper\n",
	};
	struct series_set s = { 0 };
	struct sync_row *rows;
	struct table t;
	struct err e;
	int n;

	cli_parse(&cli, argc, argv);
	sync_read(&s);
	cli_check(sync_rows(&s, &sync_options.plan, sync_picked, NULL, &rows, &n, &e), &e);
	t = sync_open_table();
	write_rows(&t, &s, rows, n);
	free(rows);
	series_free(&s);
	return cli_close(NULL, NULL);
}
