/* Collecting the values of records in series, and finding them by name; see series.h. */
#include "sync/series.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "nearest.h"
#include "number.h"
#include "text.h"

static uint64_t hash_text(uint64_t h, const char *text)
{
	if (text)
		h = hash_bytes(h, text, strlen(text));
	return hash_bytes(h, "\xff", 1);
}

static size_t slot_of(const struct series_set *s, const char *quantity, int run, const char *of)
{
	uint64_t h = hash_text(hash_text(HASH_START ^ (uint64_t)run, quantity), of);
	size_t mask = (size_t)s->nslots - 1, i = (size_t)(h ^ h >> 32) & mask;
	const struct series *x;

	for (;; i = (i + 1) & mask) {
		if (s->slots[i] < 0)
			return i;
		x = &s->all[s->slots[i]];
		if (x->run == run && text_same(x->of, of) && !strcmp(x->quantity, quantity))
			return i;
	}
}

/* Twice the slots, at most half of them used. */
static int grow_slots(struct series_set *s, struct err *e)
{
	int i, n = s->nslots ? 2 * s->nslots : 64;
	int *slots = malloc(sizeof(*slots) * (size_t)n);

	if (!slots)
		return err_memory(e);
	for (i = 0; i < n; i++)
		slots[i] = -1;
	free(s->slots);
	s->slots = slots;
	s->nslots = n;
	for (i = 0; i < s->n; i++)
		slots[slot_of(s, s->all[i].quantity, s->all[i].run, s->all[i].of)] = i;
	return 0;
}

static void series_clear(struct series *x)
{
	free((char *)x->quantity);
	free((char *)x->of);
	free(x->step);
	free(x->x);
}

/* The series of these names, made when it is not there; NULL when memory runs out. */
static struct series *series_make(struct series_set *s, const char *quantity, int run,
				  const char *of, struct err *e)
{
	struct series *x;
	size_t slot;
	int room;

	if (2 * (s->n + 1) > s->nslots && grow_slots(s, e) < 0)
		return NULL;
	slot = slot_of(s, quantity, run, of);
	if (s->slots[slot] >= 0)
		return &s->all[s->slots[slot]];
	if (s->n == s->room) {
		room = s->room ? 2 * s->room : 32;
		x = realloc(s->all, sizeof(*x) * (size_t)room);
		if (!x)
			goto memory;
		s->all = x;
		s->room = room;
	}
	x = &s->all[s->n];
	*x = (struct series){ .quantity = strdup(quantity),
			      .run = run,
			      .of = of ? strdup(of) : NULL };
	if (!x->quantity || (of && !x->of)) {
		series_clear(x);
		goto memory;
	}
	s->slots[slot] = s->n++;
	return x;
memory:
	err_memory(e);
	return NULL;
}

static int put_point(struct series *x, int64_t step, double value, struct err *e)
{
	int at = x->n, room;
	int64_t *steps;
	double *values;

	while (at > 0 && x->step[at - 1] >= step)
		at--;
	if (at < x->n && x->step[at] == step) {
		x->x[at] = value;
		return 0;
	}
	if (x->n == x->room) {
		room = x->room ? 2 * x->room : 16;
		steps = realloc(x->step, sizeof(*steps) * (size_t)room);
		if (!steps)
			return err_memory(e);
		x->step = steps;
		values = realloc(x->x, sizeof(*values) * (size_t)room);
		if (!values)
			return err_memory(e);
		x->x = values;
		x->room = room;
	}
	memmove(x->step + at + 1, x->step + at, sizeof(*x->step) * (size_t)(x->n - at));
	memmove(x->x + at + 1, x->x + at, sizeof(*x->x) * (size_t)(x->n - at));
	x->step[at] = step;
	x->x[at] = value;
	x->n++;
	return 0;
}

static char *setting_text(const struct setting *c)
{
	char text[64];

	if (c->type == SETTING_TEXT)
		return strdup(c->text);
	if (c->type == SETTING_REAL)
		snprintf(text, sizeof(text), "%g", c->x);
	else
		snprintf(text, sizeof(text), "%" PRId64, c->i);
	return strdup(text);
}

static void run_clear(struct series_run *run)
{
	int i;

	for (i = 0; i < run->nconfig; i++) {
		free(run->key[i]);
		free(run->text[i]);
	}
	free(run->key);
	free(run->text);
	free(run->sorted);
	run->key = run->text = NULL;
	run->sorted = NULL;
	run->nconfig = 0;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct series_setting *)a)->key,
		      ((const struct series_setting *)b)->key);
}

static int run_configure(struct series_run *run, const struct record *head, struct err *e)
{
	size_t room = sizeof(*run->sorted) * (size_t)(head->nconfig + 1);
	int i;

	run_clear(run);
	run->seed = head->seed;
	run->key = calloc(1, room);
	run->text = calloc(1, room);
	run->sorted = calloc(1, room);
	if (!run->key || !run->text || !run->sorted)
		return err_memory(e);
	for (i = 0; i < head->nconfig; i++) {
		run->key[i] = strdup(head->config[i].key);
		run->text[i] = setting_text(&head->config[i]);
		run->nconfig++;
		if (!run->key[i] || !run->text[i])
			return err_memory(e);
		run->sorted[i] = (struct series_setting){ run->key[i], run->text[i] };
	}
	qsort(run->sorted, (size_t)run->nconfig, sizeof(*run->sorted), by_key);
	return 0;
}

const char *series_setting(const struct series_run *run, const char *key)
{
	const struct series_setting wanted = { key, NULL }, *found = NULL;

	if (run->nconfig)
		found = bsearch(&wanted, run->sorted, (size_t)run->nconfig, sizeof(wanted), by_key);
	return found ? found->text : NULL;
}

double series_number(const struct series_run *run, const char *key)
{
	const char *text = series_setting(run, key);
	double x = NAN;

	if (text)
		number_parse(text, NUMBER_ALL, &x, NULL);
	return x;
}

int series_has_number(const struct series_set *s, const char *key, struct err *e)
{
	struct nearest near = nearest_to(key);
	int i, k, is_there = 0;
	const char *meant;

	for (i = 0; i < s->nruns; i++) {
		if (isfinite(series_number(&s->runs[i], key)))
			return 0;
		is_there |= series_setting(&s->runs[i], key) != NULL;
		for (k = 0; k < s->runs[i].nconfig; k++)
			nearest_offer(&near, s->runs[i].key[k]);
	}
	meant = nearest_word(&near);
	if (is_there)
		return err_unmatched(e, "the setting '%s' is a number in no run", key);
	return err_unmatched(e, "no run has a setting '%s'%s%s%s", key,
			     meant ? "; did you mean '" : "", meant ? meant : "",
			     meant ? "'?" : "");
}

int series_run(const struct series_set *s, const char *name)
{
	int i;

	/* The last is the likeliest: runs follow one another. */
	for (i = s->nruns - 1; i >= 0; i--)
		if (!strcmp(s->runs[i].name, name))
			return i;
	return -1;
}

static int run_make(struct series_set *s, const char *name, struct err *e)
{
	int run = series_run(s, name);
	struct series_run *runs;

	if (run >= 0)
		return run;
	runs = realloc(s->runs, sizeof(*runs) * (size_t)(s->nruns + 1));
	if (!runs)
		return err_memory(e);
	s->runs = runs;
	runs[s->nruns] = (struct series_run){ .name = strdup(name) };
	if (!runs[s->nruns].name)
		return err_memory(e);
	return s->nruns++;
}

int series_add(struct series_set *s, const struct record *r, struct err *e)
{
	struct series *x;
	int run, i;

	if (r->kind != RECORD_HEAD && r->kind != RECORD_METRICS)
		return 0;
	run = run_make(s, r->run, e);
	if (run < 0)
		return -1;
	if (r->kind == RECORD_HEAD)
		return run_configure(&s->runs[run], r, e);
	for (i = 0; i < r->nvalues; i++) {
		x = series_make(s, r->values[i].name, run, r->of, e);
		if (!x || put_point(x, r->step, r->values[i].x, e) < 0)
			return -1;
	}
	return 0;
}

int series_add_map(struct series_set *s, const struct record *r, const float *x, struct err *e)
{
	size_t heads, layers, i, n;
	int run = run_make(s, r->run, e);
	struct series *one;
	char of[64];

	if (run < 0)
		return -1;
	if (r->ndim != 2 && r->ndim != 3)
		return 0;
	heads = r->shape[r->ndim - 1];
	layers = r->shape[r->ndim - 2];
	n = layers * heads * (r->ndim == 3 ? r->shape[0] : 1);
	for (i = 0; i < n; i++) {
		int layer = (int)(i / heads % layers), head = (int)(i % heads);

		if (r->ndim == 3)
			snprintf(of, sizeof(of), "position %d head %d.%d",
				 (int)(i / heads / layers), layer, head);
		else
			snprintf(of, sizeof(of), "head %d.%d", layer, head);
		one = series_make(s, r->name, run, of, e);
		if (!one || put_point(one, r->step, x[i], e) < 0)
			return -1;
	}
	return 0;
}

static void free_groups(struct series_set *s)
{
	int i;

	for (i = 0; i < s->ngroups; i++)
		free(s->groups[i]);
	free(s->groups);
	s->groups = NULL;
	s->ngroups = 0;
}

void series_free(struct series_set *s)
{
	int i;

	free_groups(s);
	for (i = 0; i < s->n; i++)
		series_clear(&s->all[i]);
	for (i = 0; i < s->nruns; i++) {
		run_clear(&s->runs[i]);
		free(s->runs[i].name);
	}
	free(s->all);
	free(s->runs);
	free(s->slots);
	*s = (struct series_set){ 0 };
}

const struct series *series_find(const struct series_set *s, const char *quantity, int run,
				 const char *of)
{
	int i = s->nslots ? s->slots[slot_of(s, quantity, run, of)] : -1;

	return i < 0 ? NULL : &s->all[i];
}
