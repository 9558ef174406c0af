/*
 * cli_table - tables of text and numbers, row by row and cell by cell, as Markdown or TSV
 *
 * Names come from streams and are data: nothing in them ends a cell or a row, or reaches a terminal
 * as a control character.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdint.h>
#include <stdio.h>

enum table_format { TABLE_MARKDOWN, TABLE_TSV };

struct table {
	FILE *f;
	enum table_format format;
	int column; /* of the next cell, from 0 */
};

void cli_table_header(struct table *t, const char *const *names, int n);
void cli_table_cell(struct table *t); /* open a cell, whose content the caller prints to t->f */
void cli_table_text(struct table *t, const char *text); /* a cell */
void cli_table_int(struct table *t, int64_t i);
void cli_table_end(struct table *t); /* of the row */

/*
 * A cell: three digits in Markdown, as many as read back as the same number in TSV; NaN is "-",
 * "NaN"
 */
void cli_table_number(struct table *t, double x);

/* Text and three digits within an open cell */
void cli_table_put_text(struct table *t, const char *text);
void cli_table_put_number(struct table *t, double x);

#endif
