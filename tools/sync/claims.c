/* grok-sync claims - a verdict on each claim of the paper, by the rules of lib/sync/claim.h */
#include <math.h>
#include <stdlib.h>

#include "sync/claim.h"
#include "sync/commands.h"

static int all, rules;

static const struct opt opts[] = {
	{ 0, "all", NULL, "a row for every scale, not only for the one nearest to the paper's",
	  OPT_FLAG, .var = &all },
	{ 0, "rules", NULL, "print the rules instead, and read nothing", OPT_FLAG, .var = &rules },
	SYNC_SEED,
	SYNC_FORMAT,
	{ 0 },
};

static void print_rules(struct table *t)
{
	SYNC_HEADER(t, "claim", "says", "measure", "yes", "by");
	for (int i = 0; claim_get(i); i++) {
		const struct claim *c = claim_get(i);

		cli_table_text(t, c->id);
		cli_table_text(t, c->text);
		cli_table_text(t, c->measure);
		cli_table_text(t, c->yes);
		cli_table_text(t, c->by);
		cli_table_end(t);
	}
}

static void row_markdown(struct table *t, const struct claim_row *r)
{
	char text[CLAIM_TEXT];

	cli_table_text(t, r->claim->id);
	cli_table_text(t, r->claim->text);
	cli_table_text(t, claim_verdict_text(r, text));
	cli_table_text(t, r->claim->measure);
	cli_table_cell(t);
	if (r->asked && !isnan(r->value)) {
		cli_table_put_number(t, r->value);
		sync_interval(t, "%.3g", r->low, r->high);
	}
	cli_table_cell(t);
	if (r->asked)
		fprintf(t->f, "%d/%d", r->yes, r->asked);
	if (r->runs > r->asked)
		fprintf(t->f, " of %d runs", r->runs);
	cli_table_text(t, r->note);
	cli_table_text(t, claim_scale_text(r, text));
	cli_table_text(t, r->claim->by);
	cli_table_end(t);
}

static void row_tsv(struct table *t, const struct claim_row *r)
{
	char text[CLAIM_TEXT];

	cli_table_text(t, r->claim->id);
	cli_table_text(t, claim_verdict_text(r, text));
	cli_table_number(t, r->value);
	cli_table_number(t, r->low);
	cli_table_number(t, r->high);
	cli_table_int(t, r->yes);
	cli_table_int(t, r->asked);
	cli_table_int(t, r->runs);
	cli_table_int(t, r->layers);
	cli_table_int(t, r->width);
	cli_table_number(t, r->steps);
	cli_table_number(t, r->last);
	cli_table_text(t, r->note);
	cli_table_end(t);
}

static int command(void)
{
	struct series_set s = { 0 };
	struct claim_row *rows;
	struct table t;
	struct err e;
	int i, n;

	if (rules) {
		t = sync_open_table();
		print_rules(&t);
		return cli_close(NULL, NULL);
	}
	sync_read(&s);
	cli_check(claim_rows(&s, all, sync_options.plan.seed, &rows, &n, &e), &e);
	t = sync_open_table();
	if (t.format == TABLE_TSV)
		SYNC_HEADER(&t, "claim", "verdict", "value", "low", "high", "yes", "asked", "runs",
			    "layers", "width", "steps", "last", "note");
	else
		SYNC_HEADER(&t, "claim", "says", "verdict", "measure", "value", "yes", "detail",
			    "scale", "by");
	for (i = 0; i < n; i++) {
		if (t.format == TABLE_TSV)
			row_tsv(&t, &rows[i]);
		else
			row_markdown(&t, &rows[i]);
	}
	free(rows);
	series_free(&s);
	return cli_close(NULL, NULL);
}

const struct cli sync_claims = {
	.command = "claims",
	.purpose = "give a verdict on each claim of the paper",
	.flags = CLI_TEXT,
	.opts = opts,
	.main = command,
};
