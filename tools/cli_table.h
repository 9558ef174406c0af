/*
 * cli_table - write tables of text and numbers, cell by cell, as Markdown or TSV
 *
 * Texts come from streams: characters that would end a cell or a row, or control a terminal, are
 * escaped or replaced.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdint.h>
#include <stdio.h>

enum table_format { TABLE_MARKDOWN, TABLE_TSV };
#define TABLE_FORMAT_NAMES "markdown|tsv" /* in this order */

struct table {
	FILE *f;
	enum table_format format;
	int column; /* of the next cell, from 0 */
};

void cli_table_header(struct table *t, const char *const *names, int n);
void cli_table_cell(struct table *t); /* open a cell; the caller prints its content to t->f */
void cli_table_text(struct table *t, const char *text); /* a whole cell */
void cli_table_int(struct table *t, int64_t i); /* a whole cell */
void cli_table_end(struct table *t); /* end the row */

/*
 * cli_table_number - a whole cell
 *
 * In Markdown three digits, and "-" for NaN; in TSV as many digits as are needed to read back the
 * same number, and "NaN".
 */
void cli_table_number(struct table *t, double x);

/* Text, or a number with three digits, within an open cell. */
void cli_table_put_text(struct table *t, const char *text);
void cli_table_put_number(struct table *t, double x);

#endif
