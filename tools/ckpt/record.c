/* A record as a row of a table, as ls and head show it. */
#include "ckpt.h"

#include <stdlib.h>

const char *const ckpt_record_columns[] = { "run",   "kind",  "step", "role", "dtype",
					    "shape", "bytes", "of",   "name", NULL };

/* The quantities of a metrics record. */
static void put_quantities(struct ckpt_rows *t, const struct record *r)
{
	const char **names = cli_alloc((size_t)r->nvalues + 1, sizeof(*names));
	int i;

	for (i = 0; i < r->nvalues; i++)
		names[i] = r->values[i].name;
	ckpt_put_list(t, names, r->nvalues);
	free(names);
}

/* What a line says last: a name, or what stands in its place. */
static void put_name(struct ckpt_rows *t, const struct record *r)
{
	switch (r->kind) {
	case RECORD_TENSOR:
		ckpt_put_text(t, r->name);
		return;
	case RECORD_HEAD:
		ckpt_put_settings(t, r->config, r->nconfig);
		return;
	case RECORD_METRICS:
		put_quantities(t, r);
		return;
	case RECORD_END:
		ckpt_put_text(t, r->complete ? "complete" : "interrupted");
		return;
	case RECORD_OTHER:
		break;
	}
	ckpt_put_none(t);
}

void ckpt_put_record(struct ckpt_rows *t, const struct record *r)
{
	int i;

	ckpt_put_text(t, r->run);
	ckpt_put_text(t, r->kind_name);
	if (format_has_step(r->kind))
		ckpt_put_int(t, r->step);
	else
		ckpt_put_none(t);
	if (r->kind == RECORD_TENSOR) {
		ckpt_put_text(t, format_role_name(r->role));
		ckpt_put_text(t, format_dtype_name(r->dtype));
		ckpt_put_shape(t, r->ndim, r->shape);
		ckpt_put_int(t, (int64_t)r->bytes);
	} else {
		for (i = 0; i < 4; i++)
			ckpt_put_none(t);
	}
	ckpt_put_text(t, r->kind == RECORD_METRICS ? r->of : NULL);
	put_name(t, r);
}
