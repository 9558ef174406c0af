/* grok-ckpt ls - a line for each record, or for each run; payloads are skipped */
#include "ckpt.h"

#include <string.h>

static struct ckpt_pick picked;
static int json, by_run;
static const struct opt opts[] = {
	CKPT_PICK(picked),
	{ 'r', "runs", NULL, "a line for each run instead of each record", OPT_FLAG,
	  .var = &by_run },
	{ 'j', "json", NULL, "a JSON object a line instead of tab-separated values", OPT_FLAG,
	  .var = &json },
	{ 0 }
};
static const struct cli cli = {
	.command = "ls", .purpose = "list the records", .flags = CLI_TEXT, .opts = opts
};

static void append(char *text, size_t room, const char *more)
{
	size_t n = strlen(text);

	snprintf(text + n, room - n, "%s", more);
}

/* "op=add modulus=97 ..." */
static void settings(const struct record *r, char *text, size_t room)
{
	char number[32];
	int i;

	text[0] = 0;
	for (i = 0; i < r->nconfig; i++) {
		const struct setting *s = &r->config[i];

		append(text, room, i ? " " : "");
		append(text, room, s->key);
		append(text, room, "=");
		append(text, room,
		       s->type == SETTING_TEXT   ? s->text
		       : s->type == SETTING_FLAG ? s->i ? "true" : "false"
						 : ckpt_number(s->x, number));
	}
}

/* What a line says last: a name, or what stands in its place. */
static const char *name(const struct record *r, char *text, size_t room)
{
	int i;

	switch (r->kind) {
	case RECORD_TENSOR:
		return r->name;
	case RECORD_HEAD:
		settings(r, text, room);
		return text;
	case RECORD_METRICS:
		text[0] = 0;
		for (i = 0; i < r->nvalues; i++) {
			append(text, room, i ? "," : "");
			append(text, room, r->values[i].name);
		}
		return text;
	case RECORD_END:
		return r->complete ? "complete" : "interrupted";
	case RECORD_OTHER:
		return NULL;
	}
	return NULL;
}

static void put_record(struct ckpt_rows *t, const struct record *r)
{
	char text[8192];

	ckpt_put_text(t, r->run);
	ckpt_put_text(t, r->kind_name);
	if (r->kind == RECORD_TENSOR || r->kind == RECORD_METRICS)
		ckpt_put_int(t, r->step);
	else
		ckpt_put_none(t);
	if (r->kind == RECORD_TENSOR) {
		ckpt_put_text(t, format_role_name(r->role));
		ckpt_put_text(t, format_dtype_name(r->dtype));
		ckpt_put_text(t, ckpt_shape(r->ndim, r->shape, text));
		ckpt_put_int(t, (int64_t)r->bytes);
	} else {
		ckpt_put_none(t);
		ckpt_put_none(t);
		ckpt_put_none(t);
		ckpt_put_none(t);
	}
	ckpt_put_text(t, r->kind == RECORD_METRICS ? r->of : NULL);
	ckpt_put_text(t, name(r, text, sizeof(text)));
}

/* What is counted of a run. */
struct run {
	int64_t seed, checkpoints, first, last, tensors, metrics, bytes, records;
};

static void count(struct run *run, const struct record *r)
{
	run->records++;
	run->metrics += r->kind == RECORD_METRICS;
	if (r->kind == RECORD_HEAD)
		run->seed = r->seed;
	if (r->kind != RECORD_TENSOR)
		return;
	run->tensors++;
	run->bytes += (int64_t)r->bytes;
	if (r->role != ROLE_PARAM || r->step == run->last)
		return;
	run->checkpoints++;
	run->first = run->first < 0 ? r->step : run->first;
	run->last = r->step;
}

static void put_run(struct ckpt_rows *t, const struct run *run, const struct record *end)
{
	ckpt_put_text(t, end->run);
	ckpt_put_text(t, end->complete ? "complete" : "interrupted");
	ckpt_put_int(t, run->seed);
	ckpt_put_int(t, run->checkpoints);
	if (run->checkpoints) {
		ckpt_put_int(t, run->first);
		ckpt_put_int(t, run->last);
	} else {
		ckpt_put_none(t);
		ckpt_put_none(t);
	}
	ckpt_put_int(t, run->tensors);
	ckpt_put_int(t, run->metrics);
	ckpt_put_int(t, run->bytes);
	ckpt_put_int(t, run->records);
}

int ckpt_ls(int argc, char **argv)
{
	static const char *const record_columns[] = { "run",   "kind",  "step", "role", "dtype",
						      "shape", "bytes", "of",   "name", NULL };
	static const char *const run_columns[] = { "run",   "status",  "seed",    "checkpoints",
						   "first", "last",    "tensors", "metrics",
						   "bytes", "records", NULL };
	struct run run = { 0 };
	struct ckpt_source s;
	struct ckpt_rows t;
	struct record r;

	cli_parse(&cli, argc, argv);
	ckpt_open(&s, &picked, 0);
	ckpt_rows_open(&t, cli_text_output(), json, by_run ? run_columns : record_columns);
	while (ckpt_next(&s, &r)) {
		if (r.kind == RECORD_HEAD)
			run = (struct run){ .first = -1, .last = -1 };
		if (!ckpt_picked(&s, &r))
			continue;
		if (!by_run)
			put_record(&t, &r);
		count(&run, &r);
		if (by_run && r.kind == RECORD_END)
			put_run(&t, &run, &r);
	}
	return ckpt_close(&s, NULL);
}
