/* grok-ckpt table - metrics as a table: a row for each quantity, or for each run and step */
#include "ckpt.h"
#include "glob.h"
#include "names.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct ckpt_pick picked;
static int wide, is_long, json;
static const char *config;
static const struct opt opts[] = {
	CKPT_PICK(picked),
	{ 'l', "long", NULL, "a row for each quantity (the default)", OPT_FLAG, .var = &is_long },
	{ 'w', "wide", NULL, "a row for each run and step, a column for each quantity", OPT_FLAG,
	  .var = &wide },
	{ 'c', "config", "KEYS", "columns with these settings of the run, such as op,seed",
	  OPT_TEXT, .var = &config },
	{ 'j', "json", NULL, "a JSON object a line instead of tab-separated values", OPT_FLAG,
	  .var = &json },
	{ 0 }
};
static const struct cli cli = {
	.command = "table", .purpose = "metrics as a table", .flags = CLI_TEXT, .opts = opts
};

enum { KEYS = 64 };

/* The settings that --config names, and their text in the open run. */
static const char *keys[KEYS];
static char *settings[KEYS];
static int nkeys;

static void parse_config(void)
{
	char *copy, *key, *rest;

	if (!config)
		return;
	copy = strdup(config);
	if (!copy)
		cli_die("out of memory");
	for (key = strtok_r(copy, ",", &rest); key; key = strtok_r(NULL, ",", &rest)) {
		if (nkeys == KEYS)
			cli_usage("--config: more than %d keys", KEYS);
		keys[nkeys++] = key;
	}
}

static char *copy_text(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		cli_die("out of memory");
	return copy;
}

/* The seed counts as a setting. */
static char *setting_text(const struct record *head, const char *key)
{
	const struct setting *s = format_setting(head, key);
	char text[32];

	if (!s && !strcmp(key, "seed")) {
		snprintf(text, sizeof(text), "%lld", (long long)head->seed);
		return copy_text(text);
	}
	if (!s)
		return NULL;
	if (s->type == SETTING_TEXT)
		return copy_text(s->text);
	if (s->type == SETTING_FLAG)
		return copy_text(s->i ? "true" : "false");
	return copy_text(ckpt_number(s->x, text));
}

static void take_settings(const struct record *head)
{
	int i;

	for (i = 0; i < nkeys; i++) {
		free(settings[i]);
		settings[i] = setting_text(head, keys[i]);
	}
}

/* ---- long ---- */

static void print_long(struct ckpt_source *s, FILE *f)
{
	static const char *const fixed[] = { "run", "step", "tool", "of", "name", "value" };
	enum { FIXED = sizeof(fixed) / sizeof(fixed[0]) };
	const char *columns[KEYS + FIXED + 1] = { "run" };
	struct ckpt_rows t;
	struct record r;
	int i;

	for (i = 0; i < nkeys; i++)
		columns[1 + i] = keys[i];
	for (i = 1; i < FIXED; i++)
		columns[nkeys + i] = fixed[i];
	ckpt_rows_open(&t, f, json, columns);
	while (ckpt_next(s, &r)) {
		if (r.kind == RECORD_HEAD)
			take_settings(&r);
		if (r.kind != RECORD_METRICS || !ckpt_picked(s, &r))
			continue;
		for (i = 0; i < r.nvalues; i++) {
			int k;

			if (!glob_matches(picked.name, r.values[i].name))
				continue;
			ckpt_put_text(&t, r.run);
			for (k = 0; k < nkeys; k++)
				ckpt_put_text(&t, settings[k]);
			ckpt_put_int(&t, r.step);
			ckpt_put_text(&t, r.tool);
			ckpt_put_text(&t, r.of);
			ckpt_put_text(&t, r.values[i].name);
			ckpt_put_real(&t, r.values[i].x);
		}
		fflush(f); /* a live run shows at once */
	}
}

/* ---- wide ---- */

/* A sparse table: one cell for each quantity at a step of a run. */
struct cell {
	size_t run, column;
	int64_t step;
	size_t arrival;
	double x;
};

struct wide {
	struct names runs, columns;
	char **settings; /* (runs, nkeys) */
	struct cell *cells;
	size_t n, room;
};

static size_t add_name(struct names *s, const char *text)
{
	struct err e;
	size_t i;

	cli_check(names_add(s, text, &i, &e), &e);
	return i;
}

static void add_run(struct wide *w, const struct record *head)
{
	size_t before = w->runs.n, i = add_name(&w->runs, head->run);
	int k;

	if (w->runs.n == before || !nkeys)
		return;
	w->settings = realloc(w->settings, w->runs.n * (size_t)nkeys * sizeof(*w->settings));
	if (!w->settings)
		cli_die("out of memory");
	for (k = 0; k < nkeys; k++)
		w->settings[i * (size_t)nkeys + (size_t)k] = setting_text(head, keys[k]);
}

static void add_cell(struct wide *w, const struct record *r, const struct value *v)
{
	char column[2 * FORMAT_NAME + 4];

	if (w->n == w->room) {
		w->room = w->room ? 2 * w->room : 1024;
		w->cells = realloc(w->cells, w->room * sizeof(*w->cells));
		if (!w->cells)
			cli_die("out of memory");
	}
	snprintf(column, sizeof(column), r->of ? "%s[%s]" : "%s", v->name, r->of);
	w->cells[w->n] = (struct cell){ add_name(&w->runs, r->run), add_name(&w->columns, column),
					r->step, w->n, v->x };
	w->n++;
}

/* By run, step and column; of equal ones the one that came last stands first. */
static int compare(const void *pa, const void *pb)
{
	const struct cell *a = pa, *b = pb;

	if (a->run != b->run)
		return a->run < b->run ? -1 : 1;
	if (a->step != b->step)
		return a->step < b->step ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return a->arrival > b->arrival ? -1 : 1;
}

static void print_cells(const struct wide *w, FILE *f)
{
	const char **columns = calloc(w->columns.n + (size_t)nkeys + 3, sizeof(*columns));
	const struct cell *c = w->cells, *end = w->cells + w->n, *row;
	struct ckpt_rows t;
	size_t i, n = 0;
	int k;

	if (!columns)
		cli_die("out of memory");
	columns[n++] = "run";
	for (k = 0; k < nkeys; k++)
		columns[n++] = keys[k];
	columns[n++] = "step";
	for (i = 0; i < w->columns.n; i++)
		columns[n++] = names_text(&w->columns, i);
	ckpt_rows_open(&t, f, json, columns);
	while (c < end) {
		row = c;
		ckpt_put_text(&t, names_text(&w->runs, row->run));
		for (k = 0; k < nkeys; k++)
			ckpt_put_text(&t, w->settings[row->run * (size_t)nkeys + (size_t)k]);
		ckpt_put_int(&t, row->step);
		for (i = 0; i < w->columns.n; i++) {
			int here = c < end && c->run == row->run && c->step == row->step &&
				   c->column == i;

			if (here)
				ckpt_put_real(&t, c->x);
			else
				ckpt_put_none(&t);
			while (here && c < end && c->run == row->run && c->step == row->step &&
			       c->column == i)
				c++;
		}
	}
	free(columns);
}

static void print_wide(struct ckpt_source *s, FILE *f)
{
	struct wide w = { 0 };
	struct record r;
	size_t n;
	int i;

	while (ckpt_next(s, &r)) {
		if (r.kind == RECORD_HEAD)
			add_run(&w, &r);
		if (r.kind != RECORD_METRICS || !ckpt_picked(s, &r))
			continue;
		for (i = 0; i < r.nvalues; i++)
			if (glob_matches(picked.name, r.values[i].name))
				add_cell(&w, &r, &r.values[i]);
	}
	if (w.n)
		qsort(w.cells, w.n, sizeof(*w.cells), compare);
	print_cells(&w, f);
	for (n = 0; n < w.runs.n * (size_t)nkeys; n++)
		free(w.settings[n]);
	free(w.settings);
	free(w.cells);
	names_free(&w.runs);
	names_free(&w.columns);
}

int ckpt_table(int argc, char **argv)
{
	struct ckpt_source s;
	int i;

	cli_parse(&cli, argc, argv);
	if (wide && is_long)
		cli_usage("--wide and --long exclude each other");
	parse_config();
	ckpt_open(&s, &picked, 0);
	s.of = "metric";
	if (wide)
		print_wide(&s, cli_text_output());
	else
		print_long(&s, cli_text_output());
	for (i = 0; i < nkeys; i++)
		free(settings[i]);
	return ckpt_close(&s, NULL);
}
