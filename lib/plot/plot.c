/* Keeping what pictures need from a stream: metrics as series, and measures; see plot.h. */
#include "glob.h"
#include "text.h"
#include "plot/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* float32 values of the current tensor; magnitudes when it is complex */
static int take_values(struct stream_in *in, const struct record *r, struct tensor *x,
		       struct err *e)
{
	struct tensor raw;
	size_t i;
	const float *c8;
	const double *c16;
	float *out;

	if (r->dtype != DTYPE_C8 && r->dtype != DTYPE_C16)
		return tensor_floats(in, r, x, e);
	if (tensor_read(in, r, &raw, e) < 0)
		return -1;
	if (tensor_init(x, DTYPE_F4, raw.ndim, raw.shape, e) < 0) {
		tensor_free(&raw);
		return -1;
	}
	c8 = raw.data;
	c16 = raw.data;
	out = x->data;
	for (i = 0; i < raw.n; i++)
		out[i] = raw.dtype == DTYPE_C8 ? hypotf(c8[2 * i], c8[2 * i + 1])
					       : (float)hypot(c16[2 * i], c16[2 * i + 1]);
	tensor_free(&raw);
	return 0;
}

static int take_array(struct plot_data *d, struct stream_in *in, const struct record *r,
		      struct err *e)
{
	int run = series_run(&d->series, r->run), i, room;
	struct plot_array *a = (struct plot_array *)plot_array(d, run, r->step, r->name), *more;
	struct tensor x;
	char *name;

	if (take_values(in, r, &x, e) < 0)
		return -1;
	if (a) {
		tensor_free(&a->x);
		a->x = x;
		return 0;
	}
	name = strdup(r->name);
	room = d->room ? 2 * d->room : 32;
	more = d->narrays < d->room ? d->arrays : realloc(d->arrays, sizeof(*more) * (size_t)room);
	if (!name || !more) {
		if (more)
			d->arrays = more;
		free(name);
		tensor_free(&x);
		return err_memory(e);
	}
	if (more != d->arrays || d->narrays == d->room)
		d->room = room;
	d->arrays = more;
	for (i = d->narrays++; i > 0 && more[i - 1].run == run && more[i - 1].step > r->step; i--)
		more[i] = more[i - 1];
	more[i] = (struct plot_array){ run, r->step, name, x };
	return 0;
}

/* A word of a command line, quoted where a shell needs it. */
static void put_word(FILE *f, const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=.,:/+@%";

	if (*word && strspn(word, plain) == strlen(word)) {
		fputs(word, f);
		return;
	}
	fputc('\'', f);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", f);
		else
			fputc(*word, f);
	fputc('\'', f);
}

/* Does the filter drop the weights unless it is told to pass them on? */
static int measures(const char *program)
{
	static const char *const filters[] = { "grok-spectrum", "grok-bdm", "grok-cma",
					       "grok-llc" };
	size_t i;

	for (i = 0; i < sizeof(filters) / sizeof(*filters); i++)
		if (!strcmp(filters[i], program))
			return 1;
	return 0;
}

/*
 * "grok-train --seed=1 | grok-spectrum -t | grok-bdm" on a line of its own, unless it is there
 * already.  Provenance does not keep -t, but a filter that another one follows must have had it.
 */
static int take_commands(struct plot_run *run, const struct record *head, struct err *e)
{
	char *line = NULL, *all;
	size_t n;
	FILE *f = text_open(&line, &n);
	int i, k, failed;

	if (!f)
		return err_memory(e);
	for (i = 0; i < head->nchain; i++) {
		fprintf(f, "%s%s", i ? " | " : "", head->chain[i].name);
		for (k = 0; k < head->chain[i].noptions; k++) {
			fputc(' ', f);
			put_word(f, head->chain[i].options[k]);
		}
		if (i < head->nchain - 1 && measures(head->chain[i].name))
			fputs(" -t", f);
	}
	failed = text_close(f, &line);
	if (!failed && !(run->commands && strstr(run->commands, line))) {
		n += run->commands ? strlen(run->commands) : 0;
		all = realloc(run->commands, n + 2);
		failed |= !all;
		if (all) {
			if (!run->commands)
				*all = 0;
			strcat(strcat(all, *all ? "\n" : ""), line);
			run->commands = all;
		}
	}
	free(line);
	return failed ? err_memory(e) : 0;
}

static int take_run(struct plot_data *d, const struct record *r, struct err *e)
{
	int run = series_run(&d->series, r->run);
	struct plot_run *more;

	if (d->nruns < d->series.nruns) {
		more = realloc(d->runs, sizeof(*more) * (size_t)d->series.nruns);
		if (!more)
			return err_memory(e);
		for (d->runs = more; d->nruns < d->series.nruns; d->nruns++)
			d->runs[d->nruns] = (struct plot_run){ 0 };
	}
	if (r->kind == RECORD_END)
		d->runs[run].complete = r->complete;
	return r->kind == RECORD_HEAD ? take_commands(&d->runs[run], r, e) : 0;
}

/* Does any of the kinds draw the measure? */
static int wanted(const struct plot_kind *const *kinds, const struct plot_options *o,
		  const char *name)
{
	int i;

	for (; *kinds; kinds++) {
		if ((*kinds)->named && glob_matches(o->names ? o->names : (*kinds)->needs[0], name))
			return 1;
		for (i = 0; i < PLOT_ARRAYS && (*kinds)->arrays[i]; i++)
			if (!strcmp(name, (*kinds)->arrays[i]))
				return 1;
	}
	return 0;
}

int plot_take(struct plot_data *d, const struct plot_kind *const *kinds,
	      const struct plot_options *o, struct stream_in *in, const struct record *r,
	      struct err *e)
{
	if (!r->run || (o->run && !glob_matches(o->run, r->run)))
		return 0;
	if (r->kind != RECORD_TENSOR)
		return series_add(&d->series, r, e) < 0 ? -1 : take_run(d, r, e);
	if (r->role != ROLE_MEASURE)
		return 0;
	if (!wanted(kinds, o, r->name)) {
		if (!d->near.text && o->names)
			d->near = nearest_to(o->names);
		if (d->near.text)
			nearest_offer(&d->near, r->name);
		return 0;
	}
	return take_array(d, in, r, e);
}

void plot_free(struct plot_data *d)
{
	int i;

	for (i = 0; i < d->narrays; i++) {
		free(d->arrays[i].name);
		tensor_free(&d->arrays[i].x);
	}
	for (i = 0; i < d->nruns; i++)
		free(d->runs[i].commands);
	free(d->runs);
	free(d->arrays);
	series_free(&d->series);
	*d = (struct plot_data){ 0 };
}

const struct plot_array *plot_array(const struct plot_data *d, int run, int64_t step,
				    const char *name)
{
	int i;

	for (i = d->narrays - 1; i >= 0; i--)
		if (d->arrays[i].run == run && d->arrays[i].step == step &&
		    !strcmp(d->arrays[i].name, name))
			return &d->arrays[i];
	return NULL;
}

int plot_has(const struct plot_data *d, const char *name)
{
	int i;

	for (i = 0; i < d->series.n; i++)
		if (!strcmp(d->series.all[i].quantity, name))
			return 1;
	for (i = 0; i < d->narrays; i++)
		if (!strcmp(d->arrays[i].name, name))
			return 1;
	return 0;
}
