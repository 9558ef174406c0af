/* grok-ckpt ls - a line for each record, or for each run; payloads are skipped */
#include "ckpt.h"
#include "names.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static struct ckpt_pick picked;
static int json, by_run, by_group;
static const struct opt opts[] = {
	CKPT_PICK(picked),
	{ 'r', "runs", NULL, "a line for each run instead of each record", OPT_FLAG,
	  .var = &by_run },
	{ 0, "collapse", NULL, "a line for what differs in the number of a layer alone", OPT_FLAG,
	  .var = &by_group },
	CKPT_JSON(json),
	{ 0 }
};

/* ---- with --collapse: what differs in a number alone, such as the layer, is one row ---- */

/* Tensors of one role, type and shape, or metrics of one list of quantities. */
struct group {
	struct record r; /* the first of them; of and name are ours */
	size_t from, to; /* where the number stands in the text */
	int64_t least, most;
	uint64_t bytes;
};

struct groups {
	struct group *list;
	size_t n, room;
	struct names keys; /* by number of the group */
	int64_t step;
};

/* What tells one of a group from another: a tensor's name, what metrics are of. */
static const char *part(const struct record *r)
{
	return r->kind == RECORD_TENSOR ? r->name : r->of ? r->of : "";
}

/* The first whole number of a text between dots, blanks or its ends; 0 when it has none. */
static int find_number(const char *text, size_t *from, size_t *to)
{
	size_t i, n;

	for (i = 0; text[i]; i += n ? n : 1) {
		n = strspn(text + i, "0123456789");
		if (n && n < 18 && (!i || strchr(". ", text[i - 1])) && strchr(". ", text[i + n])) {
			*from = i;
			*to = i + n;
			return 1;
		}
	}
	return 0;
}

/* What records of one group have in common, as a text. */
static char *key_of(const struct record *r, size_t from, size_t to)
{
	const char *whole = part(r);
	char *text = NULL;
	size_t n;
	FILE *f = text_open(&text, &n);
	int i;

	if (!f)
		cli_die("out of memory");
	fprintf(f, "%d %d %d %.*s %s", r->kind, r->role, r->dtype, (int)from, whole, whole + to);
	for (i = 0; r->kind == RECORD_TENSOR && i < r->ndim; i++)
		fprintf(f, " %zu", r->shape[i]);
	for (i = 0; i < r->nvalues; i++)
		fprintf(f, " %s", r->values[i].name);
	if (text_close(f, &text))
		cli_die("out of memory");
	return text;
}

/* A record that outlives the stream's: what a row shows of it. */
static struct record keep(const struct record *r)
{
	struct record own = *r;
	struct value *values = cli_alloc((size_t)r->nvalues, sizeof(*values));
	int i;

	for (i = 0; i < r->nvalues; i++)
		values[i].name = cli_copy(r->values[i].name);
	own.values = values;
	own.run = cli_copy(r->run);
	own.name = r->name ? cli_copy(r->name) : NULL;
	own.of = r->of ? cli_copy(r->of) : NULL;
	own.kind_name = r->kind == RECORD_TENSOR ? "tensor" : "metrics";
	return own;
}

/* Write the rows in order of their first records, numbers as "0..11", and forget them. */
static void put_groups(struct ckpt_rows *t, struct groups *g)
{
	char text[FORMAT_NAME + 64];
	size_t i;
	int k;

	for (i = 0; i < g->n; i++) {
		struct group *one = &g->list[i];
		struct record r = one->r;
		const char *whole = part(&r);

		if (one->least < one->most) {
			snprintf(text, sizeof(text), "%.*s%lld..%lld%s", (int)one->from, whole,
				 (long long)one->least, (long long)one->most, whole + one->to);
			if (r.kind == RECORD_TENSOR)
				r.name = text;
			else
				r.of = text;
		}
		r.bytes = one->bytes;
		ckpt_put_record(t, &r);
		for (k = 0; k < r.nvalues; k++)
			free((char *)one->r.values[k].name);
		free((struct value *)one->r.values);
		free((char *)one->r.run);
		free((char *)one->r.name);
		free((char *)one->r.of);
	}
	g->n = 0;
	names_free(&g->keys);
}

static void add_to_group(struct groups *g, const struct record *r)
{
	size_t from = 0, to = 0, i;
	int64_t number = find_number(part(r), &from, &to) ? atoll(part(r) + from) : -1;
	char *key = key_of(r, from, to);
	struct group *one;
	struct err e;
	int added = names_add(&g->keys, key, &i, &e);

	cli_check(added, &e);
	free(key);
	if (i == g->room) {
		g->room = g->room ? 2 * g->room : 64;
		g->list = cli_grow(g->list, g->room, sizeof(*g->list));
	}
	one = &g->list[i];
	if (added) {
		*one = (struct group){ keep(r), from, to, number, number, 0 };
		g->n++;
	}
	one->least = number < one->least ? number : one->least;
	one->most = number > one->most ? number : one->most;
	one->bytes += r->bytes;
}

static void collapse(struct ckpt_rows *t, struct groups *g, const struct record *r)
{
	int is_grouped = format_has_step(r->kind);

	if (!is_grouped || r->step != g->step)
		put_groups(t, g);
	if (is_grouped) {
		g->step = r->step;
		add_to_group(g, r);
	} else {
		ckpt_put_record(t, r);
	}
}

/* ---- */

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

static int command(void)
{
	static const char *const run_columns[] = { "run",   "status",  "seed",    "checkpoints",
						   "first", "last",    "tensors", "metrics",
						   "bytes", "records", NULL };
	struct run run = { 0 };
	struct groups groups = { 0 };
	struct ckpt_source s;
	struct ckpt_rows t;
	struct record r;

	if (by_run && by_group)
		cli_usage("--runs and --collapse exclude each other");
	ckpt_open(&s, &picked, 0);
	ckpt_rows_open(&t, cli_text_output(), json, by_run ? run_columns : ckpt_record_columns);
	while (ckpt_next(&s, &r)) {
		if (r.kind == RECORD_HEAD)
			run = (struct run){ .first = -1, .last = -1 };
		if (!ckpt_picked(&s, &r))
			continue;
		if (by_group)
			collapse(&t, &groups, &r);
		else if (!by_run)
			ckpt_put_record(&t, &r);
		count(&run, &r);
		if (by_run && r.kind == RECORD_END)
			put_run(&t, &run, &r);
	}
	put_groups(&t, &groups);
	free(groups.list);
	return ckpt_close(&s, NULL);
}

const struct cli ckpt_ls = {
	.command = "ls",
	.purpose = "list the records",
	.flags = CLI_TEXT,
	.opts = opts,
	.main = command,
};
