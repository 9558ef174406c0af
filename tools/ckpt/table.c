/* grok-ckpt table - metrics as a table: a row for each quantity, or for each run and step */
#include "ckpt.h"
#include "glob.h"
#include "names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { DOTS, UNDERSCORE };

static struct ckpt_pick picked;
static int wide, is_long, json, names = DOTS;
static const char *config;
static const struct opt opts[] = {
	CKPT_PICK(picked),
	{ 'l', "long", NULL, "a row for each quantity (the default)", OPT_FLAG, .var = &is_long },
	{ 'w', "wide", NULL, "a row for each run and step, a column for each quantity", OPT_FLAG,
	  .var = &wide },
	{ 'c', "config", "KEY,...", "columns with these settings of the run, such as op,seed",
	  OPT_TEXT, .var = &config },
	{ 0, "names", "HOW", "quantities as they are, or with _ for what is no letter or digit",
	  OPT_CHOICE, &names, .choices = "dots|underscore" },
	CKPT_JSON(json),
	{ 0 }
};

enum { KEYS = 64 };

/* The settings that --config names. */
struct keys {
	char *text; /* what key points into */
	const char *key[KEYS];
	struct nearest near[KEYS]; /* to a setting that was in the heads */
	int found[KEYS]; /* heads that have it */
	int is_told[KEYS]; /* that it was not found */
	int n;
};

static void parse_config(struct keys *k)
{
	char *rest, *key;

	if (!config)
		return;
	k->text = cli_copy(config);
	for (rest = k->text; (key = strsep(&rest, ","));) {
		if (k->n == KEYS)
			cli_usage("--config: more than %d keys", KEYS);
		k->near[k->n] = nearest_to(key);
		k->key[k->n++] = key;
	}
}

/*
 * A column that is empty all the way down may be a slip.  One that looks like a slip is told of
 * before the rows, where it is not scrolled away; @is_end: all heads have come.
 */
static void warn_absent(struct keys *k, int is_end)
{
	for (int i = 0; i < k->n; i++) {
		const char *meant = cli_suggest("", &k->near[i]);

		if (k->found[i] || k->is_told[i] || (!is_end && !*meant))
			continue;
		k->is_told[i] = 1;
		cli_warn("--config: no run%s has a setting '%s'%s", is_end ? "" : " so far",
			 k->key[i], meant);
	}
}

/* Their values in a run, in the order of the keys; key is NULL where the run has none. */
static struct setting *take_settings(struct keys *k, const struct record *head)
{
	struct setting *list = cli_alloc((size_t)k->n + 1, sizeof(*list));
	const struct setting *s;
	int i, c;

	for (i = 0; i < k->n; i++) {
		s = format_setting(head, k->key[i]);
		if (s)
			list[i] = *s;
		else if (!strcmp(k->key[i], "seed")) /* the seed counts as a setting */
			list[i] = (struct setting){ .type = SETTING_INT, .i = head->seed };
		else {
			for (c = 0; c < head->nconfig; c++)
				nearest_offer(&k->near[i], head->config[c].key);
			continue;
		}
		k->found[i]++;
		list[i].key = k->key[i];
		if (list[i].type == SETTING_TEXT)
			list[i].text = cli_copy(s->text);
	}
	return list;
}

static void free_settings(const struct keys *k, struct setting *list)
{
	int i;

	for (i = 0; list && i < k->n; i++)
		if (list[i].key && list[i].type == SETTING_TEXT)
			free((char *)list[i].text);
	free(list);
}

static void put_settings(struct ckpt_rows *t, const struct keys *k, const struct setting *list)
{
	int i;

	for (i = 0; i < k->n; i++)
		ckpt_put_setting(t, list && list[i].key ? &list[i] : NULL);
}

/* A quantity as --names wants it: "bdm.bits[layer 0]", "bdm_bits_layer_0". */
static const char *column_name(const char *name, char *text, size_t room)
{
	size_t n = 0;

	if (names == DOTS)
		return name;
	for (; *name && n + 1 < room; name++)
		if (isalnum((unsigned char)*name) || *name & 0x80)
			text[n++] = *name;
		else if (n && text[n - 1] != '_' && name[1])
			text[n++] = '_';
	text[n] = 0;
	return text;
}

/* ---- long ---- */

static void print_long(struct ckpt_source *s, struct keys *keys, FILE *f)
{
	static const char *const fixed[] = { "run", "step", "tool", "of", "name", "value" };
	enum { FIXED = sizeof(fixed) / sizeof(fixed[0]) };
	const char *columns[KEYS + FIXED + 1] = { "run" };
	struct setting *settings = NULL;
	char text[FORMAT_NAME + 1];
	struct ckpt_rows t;
	struct record r;
	int i, rows = 0;

	memcpy(columns + 1, keys->key, (size_t)keys->n * sizeof(*columns));
	memcpy(columns + 1 + keys->n, fixed + 1, sizeof(fixed) - sizeof(*fixed));
	ckpt_rows_open(&t, f, json, columns);
	while (ckpt_next(s, &r)) {
		if (r.kind == RECORD_HEAD) {
			free_settings(keys, settings);
			settings = take_settings(keys, &r);
		}
		if (r.kind != RECORD_METRICS || !ckpt_picked(s, &r))
			continue;
		for (i = 0; i < r.nvalues; i++) {
			if (!glob_matches(picked.name, r.values[i].name))
				continue;
			if (!rows++)
				warn_absent(keys, 0);
			ckpt_put_text(&t, r.run);
			put_settings(&t, keys, settings);
			ckpt_put_int(&t, r.step);
			ckpt_put_text(&t, r.tool);
			ckpt_put_text(&t, r.of);
			ckpt_put_text(&t, column_name(r.values[i].name, text, sizeof(text)));
			ckpt_put_real(&t, r.values[i].x);
		}
		fflush(f); /* a live run shows at once */
	}
	free_settings(keys, settings);
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
	struct keys *keys;
	struct names runs, columns;
	struct setting **settings; /* (runs), of the keys */
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

	if (w->runs.n == before)
		return;
	w->settings = cli_grow(w->settings, w->runs.n, sizeof(*w->settings));
	w->settings[i] = take_settings(w->keys, head);
}

static void add_cell(struct wide *w, const struct record *r, const struct value *v)
{
	char column[2 * FORMAT_NAME + 4], text[2 * FORMAT_NAME + 4];

	if (w->n == w->room) {
		w->room = w->room ? 2 * w->room : 1024;
		w->cells = cli_grow(w->cells, w->room, sizeof(*w->cells));
	}
	snprintf(column, sizeof(column), r->of ? "%s[%s]" : "%s", v->name, r->of);
	w->cells[w->n] =
		(struct cell){ add_name(&w->runs, r->run),
			       add_name(&w->columns, column_name(column, text, sizeof(text))),
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
	const char **columns = cli_alloc(w->columns.n + (size_t)w->keys->n + 3, sizeof(*columns));
	const struct cell *c = w->cells, *end = w->cells + w->n, *row;
	struct ckpt_rows t;
	size_t i, n = 0;
	int k;

	columns[n++] = "run";
	for (k = 0; k < w->keys->n; k++)
		columns[n++] = w->keys->key[k];
	columns[n++] = "step";
	for (i = 0; i < w->columns.n; i++)
		columns[n++] = names_text(&w->columns, i);
	ckpt_rows_open(&t, f, json, columns);
	while (c < end) {
		row = c;
		ckpt_put_text(&t, names_text(&w->runs, row->run));
		put_settings(&t, w->keys, w->settings[row->run]);
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

static void print_wide(struct ckpt_source *s, struct keys *keys, FILE *f)
{
	struct wide w = { .keys = keys };
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
	if (w.runs.n)
		warn_absent(keys, 1);
	print_cells(&w, f);
	for (n = 0; n < w.runs.n; n++)
		free_settings(keys, w.settings[n]);
	free(w.settings);
	free(w.cells);
	names_free(&w.runs);
	names_free(&w.columns);
}

static int command(void)
{
	struct keys keys = { .n = 0 };
	struct ckpt_source s;

	if (wide && is_long)
		cli_usage("--wide and --long exclude each other");
	parse_config(&keys);
	ckpt_open(&s, &picked, 0);
	s.of = "metric";
	if (wide)
		print_wide(&s, &keys, cli_text_output());
	else
		print_long(&s, &keys, cli_text_output());
	if (s.at >= 0)
		warn_absent(&keys, 1);
	free(keys.text);
	return ckpt_close(&s, NULL);
}

const struct cli ckpt_table = {
	.command = "table",
	.purpose = "metrics as a table",
	.flags = CLI_TEXT,
	.opts = opts,
	.main = command,
};
