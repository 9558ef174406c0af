/* Tables as Markdown or TSV; see cli_table.h. */
#include "cli_table.h"

#include <inttypes.h>
#include <math.h>

#include "number.h"
#include "text.h"

void cli_table_cell(struct table *t)
{
	if (t->format == TABLE_MARKDOWN)
		fputs(t->column ? " | " : "| ", t->f);
	else if (t->column)
		fputc('\t', t->f);
	t->column++;
}

void cli_table_end(struct table *t)
{
	fputs(t->format == TABLE_MARKDOWN ? " |\n" : "\n", t->f);
	t->column = 0;
}

void cli_table_put_text(struct table *t, const char *text)
{
	size_t used;
	uint32_t c;

	for (; *text; text += used) {
		c = text_code(text, 4, &used);
		if (!text_is_shown(c))
			fputc('?', t->f);
		else if (c == '|' && t->format == TABLE_MARKDOWN)
			fputs("\\|", t->f);
		else
			fwrite(text, 1, used, t->f);
	}
}

void cli_table_text(struct table *t, const char *text)
{
	cli_table_cell(t);
	cli_table_put_text(t, text);
}

void cli_table_int(struct table *t, int64_t i)
{
	cli_table_cell(t);
	fprintf(t->f, "%" PRId64, i);
}

void cli_table_put_number(struct table *t, double x)
{
	if (isnan(x))
		fputs("-", t->f);
	else if (fabs(x) >= 999.5 && fabs(x) < 1e9)
		fprintf(t->f, "%.0f", x);
	else
		fprintf(t->f, "%.3g", x);
}

void cli_table_number(struct table *t, double x)
{
	char text[32];

	cli_table_cell(t);
	if (t->format == TABLE_MARKDOWN) {
		cli_table_put_number(t, x);
		return;
	}
	fputs(number_text(x, text), t->f);
}

void cli_table_header(struct table *t, const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
		cli_table_text(t, names[i]);
	cli_table_end(t);
	for (int i = 0; t->format == TABLE_MARKDOWN && i < n; i++)
		fputs(i + 1 < n ? "|---" : "|---|\n", t->f);
}
