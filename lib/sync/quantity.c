/* Finding metrics in the table of quantity_list.c, and their labels; see quantity.h. */
#include "sync/quantity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

const struct quantity *quantity_find(const char *name)
{
	const struct quantity *q;

	for (q = quantity_rows; q->name; q++)
		if (!strcmp(q->name, name))
			return q;
	return NULL;
}

const char *quantity_label(const char *name)
{
	const struct quantity *q = quantity_find(name);

	return q ? q->label : name;
}

void quantity_axis(const struct quantity *q, char *text, size_t size)
{
	/* Shares are drawn from 0 to 1: percent belongs to tables. */
	if (*q->unit && q->scale != QUANTITY_SHARE)
		snprintf(text, size, "%s (%s)", q->family, q->unit);
	else
		snprintf(text, size, "%s", q->family);
}

char *quantity_followed(struct err *e)
{
	const struct quantity *q;
	char *text = NULL;
	size_t size;
	FILE *f = text_open(&text, &size);
	int first = 1;

	if (!f) {
		err_memory(e);
		return NULL;
	}
	for (q = quantity_rows; q->name; q++)
		if (q->followed) {
			fprintf(f, "%s%s%s", first ? "" : ",", q->name, q->followed);
			first = 0;
		}
	if (text_close(f, &text)) {
		free(text);
		err_memory(e);
		return NULL;
	}
	return text;
}
