/*
 * quantity - what each metric is: the one table of names, labels, units and makers
 *
 * Pictures take their labels and axes from it, the report its rows, grok-sync the metrics that it
 * follows, and the manual its list.  A metric that is not in it is drawn under its own name.
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
	const char *family; /* what an axis of such quantities is called: "accuracy" */
	const char *unit; /* "bits"; "" for a pure number */
	enum quantity_scale scale;
	int direction; /* where grokking takes it: 1 up, -1 down, 0 neither or unknown */
	int reported; /* a row of the report's tables */
	const char
		*followed; /* NULL, or grok-sync follows it: name and this are a glob of series */
	const char *command; /* the command that records it */
};

extern const struct quantity quantity_rows[]; /* ends with an entry without name */

/* quantity_find - the row of a metric, or NULL */
const struct quantity *quantity_find(const char *name);

/* quantity_label - what a legend calls a metric: its label, or its name when it has no row */
const char *quantity_label(const char *name);

/* quantity_axis - "family (unit)" of a row, for an axis or a panel, into @text */
void quantity_axis(const struct quantity *q, char *text, size_t size);

/* quantity_followed - the globs of what grok-sync follows, comma between; the caller frees it */
char *quantity_followed(struct err *e);

#endif
