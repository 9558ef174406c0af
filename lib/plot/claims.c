/* The verdict on each claim of the paper, as a table of the report. */
#include "plot/table.h"
#include "sync/claim.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rules look into the maps of heads as series. */
static int add_maps(struct plot_data *d, struct err *e)
{
	int i, k;

	for (i = 0; i < d->narrays; i++) {
		const struct plot_array *a = &d->arrays[i];
		struct record r = { .kind = RECORD_TENSOR,
				    .run = d->series.runs[a->run].name,
				    .name = a->name,
				    .step = a->step,
				    .ndim = a->x.ndim };

		if (!claim_is_map(a->name) || a->x.ndim > 3)
			continue;
		for (k = 0; k < r.ndim; k++)
			r.shape[k] = a->x.shape[k];
		if (series_add_map(&d->series, &r, a->x.data, e) < 0)
			return -1;
	}
	return 0;
}

static void cell(FILE *f, const char *text)
{
	fputs("<td>", f);
	text_html(f, text);
	fputs("</td>", f);
}

static void value_cell(FILE *f, const struct claim_row *r)
{
	fputs("<td>", f);
	if (!isnan(r->value))
		fprintf(f, "%.3g", r->value);
	if (!isnan(r->low))
		fprintf(f, " (%.3g to %.3g)", r->low, r->high);
	fputs("</td>", f);
}

/* A command that is broken between its words alone, not behind the dashes of an option. */
static void put_words(FILE *f, const char *command)
{
	char word[64];
	size_t n;

	for (; *command; command += n + (command[n] == ' ')) {
		n = strcspn(command, " ");
		snprintf(word, sizeof(word), "%.*s", (int)n, command);
		fputs("<span>", f);
		text_html(f, word);
		fputs(command[n] ? "</span> " : "</span>", f);
	}
}

static void put_row(FILE *f, const struct claim_row *r)
{
	static const char *const classes[] = { "leads", "lags", "part", "none" };
	char text[CLAIM_TEXT];

	fprintf(f, "<tr><th scope=row>%s ", r->claim->id);
	text_html(f, r->claim->text);
	fprintf(f, "</th><td class=%s>%s</td>", classes[r->verdict], claim_verdict_text(r, text));
	cell(f, r->claim->measure);
	value_cell(f, r);
	fprintf(f, "<td>%d/%d", r->yes, r->asked);
	if (r->runs > r->asked)
		fprintf(f, " of %d runs", r->runs);
	fputs("</td>", f);
	cell(f, r->note);
	cell(f, claim_scale_text(r, text));
	fputs("<td><code>", f);
	put_words(f, r->claim->by);
	fputs("</code></td></tr>\n", f);
}

/* What could not be asked, and why, in one paragraph */
static void put_silent(FILE *f, const struct claim_row *rows, int n)
{
	int i, some = 0;

	for (i = 0; i < n; i++) {
		if (rows[i].asked)
			continue;
		fprintf(f, "%s%s", some++ ? "; " : "<p class=note>Not asked: ", rows[i].claim->id);
		if (*rows[i].note)
			fputs(" (", f);
		text_html(f, rows[i].note);
		if (*rows[i].note)
			fputc(')', f);
	}
	if (some)
		fputs(".</p>\n", f);
}

int plot_table_claims(struct plot_data *d, FILE *f, struct err *e)
{
	struct claim_row *rows;
	int i, n, asked = 0;

	if (add_maps(d, e) < 0 || claim_rows(&d->series, 0, 1, &rows, &n, e) < 0)
		return -1;
	for (i = 0; i < n; i++)
		asked += rows[i].asked > 0;
	if (asked) {
		fputs("<p class=note>Verdicts by fixed rules, "
		      "which <code>grok-sync claims --rules</code> prints; "
		      "\"at this scale\": fewer layers or steps than the paper's.</p>\n"
		      "<div class=scroll tabindex=0><table class=claims><thead>"
		      "<tr><th>claim</th><th>verdict</th><th>measure</th><th>value</th>"
		      "<th>yes</th><th>detail</th><th>scale</th><th>by</th></tr></thead><tbody>\n",
		      f);
		for (i = 0; i < n; i++)
			if (rows[i].asked)
				put_row(f, &rows[i]);
		fputs("</tbody></table></div>\n", f);
		put_silent(f, rows, n);
	}
	free(rows);
	return asked;
}
