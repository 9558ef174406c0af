/*
 * quantity - the one table of all metrics: names, labels, units, and the commands that record them
 *
 * Pictures take labels and axes from it, the report the rows of its tables, grok-sync the metrics
 * that it follows, and the manual its list.  A metric that is not in it is drawn under its name.
 */
#ifndef SYNC_QUANTITY_H
#define SYNC_QUANTITY_H

#include <stddef.h>

#include "err.h"

enum quantity_scale {
	QUANTITY_LINEAR,
	QUANTITY_LOG, /* positive, over decades */
	QUANTITY_SHARE, /* from 0 to 1; tables show percent if the unit is % */
};

struct quantity {
	const char *name; /* "train.test_acc" */
	const char *title; /* in a table: "test accuracy" */
	const char *label; /* in a legend: "test" */
	const char *family; /* label of an axis shared with similar quantities: "accuracy" */
	const char *unit; /* "bits"; "" for a pure number */
	enum quantity_scale scale;
	int direction; /* of its change in grokking: 1 up, -1 down, 0 neither or unknown */
	int reported; /* it is a row of the report's tables */
	const char *followed; /* name and this are a glob of series for grok-sync; NULL: none */
	const char *command; /* the command that records it */
};

extern const struct quantity quantity_rows[]; /* quantity_list.c; ends with an entry without name */

/* quantity_find - the row of a metric, or NULL */
const struct quantity *quantity_find(const char *name);

/* quantity_label - what a legend calls a metric: its label, or its name when it has no row */
const char *quantity_label(const char *name);

/* quantity_axis - write "family (unit)" to @text, of @size bytes, for an axis or a panel */
void quantity_axis(const struct quantity *q, char *text, size_t size);

/*
 * quantity_followed - the globs of all series that grok-sync follows, joined by commas
 *
 * The caller frees it; NULL with @e when memory runs out.
 */
char *quantity_followed(struct err *e);

#endif
