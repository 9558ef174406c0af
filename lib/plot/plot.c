#include "plot/panel.h"
#include "sync/sync.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int plot_curves(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e);
int plot_spectrum(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		  struct err *e);
int plot_ring(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
	      struct err *e);

int plot_heads(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
	       struct err *e);
int plot_skip(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
	      struct err *e);
int plot_complexity(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		    struct err *e);

int plot_matrix(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e);
int plot_sfm(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
	     struct err *e);
int plot_dashboard(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		   struct err *e);

static const char *const no_arrays[] = { NULL };
static const char *const spectrum_arrays[] = { "spectrum.power2d", "spectrum.norms", NULL };
static const char *const ring_arrays[] = { "spectrum.pca",    "spectrum.rings", "spectrum.keys",
					   "spectrum.planes", "spectrum.order", NULL };

static const char *const heads_arrays[] = { "cma.cms", NULL };
static const char *const sfm_arrays[] = { "sfm.weights", "sfm.curves", NULL };
static const char *const skip_arrays[] = { "cma.window", NULL };

const struct plot_kind plot_kinds[] = {
	{ "curves", "metrics against the logarithm of the step, with a band over seeds", no_arrays,
	  plot_curves },
	{ "spectrum", "the Fourier transform of the embedding at several checkpoints",
	  spectrum_arrays, plot_spectrum },
	{ "ring", "residues on the first two principal components, at several checkpoints",
	  ring_arrays, plot_ring },
	{ "heads", "causal mediation scores of layers and heads, at several checkpoints",
	  heads_arrays, plot_heads },
	{ "skip", "accuracy without some of the layers", skip_arrays, plot_skip },
	{ "complexity", "algorithmic complexity, its null, and the norm of the weights", no_arrays,
	  plot_complexity },
	{ "sfm", "the singular feature machine: trajectory, weights, crossover, recovery",
	  sfm_arrays, plot_sfm },
	{ "map", "any measure that is a matrix, at several checkpoints", NULL, plot_matrix },
	{ "dashboard", "everything that was measured, on one axis of steps", no_arrays,
	  plot_dashboard },
	{ 0 }
};

static const char *const all_arrays[] = { "spectrum.power2d", "spectrum.norms", "spectrum.pca",
					  "spectrum.rings",   "spectrum.keys",  "spectrum.planes",
					  "spectrum.order",   "cma.cms",        "cma.window",
					  "sfm.weights",      "sfm.curves",     NULL };
const struct plot_kind plot_report_kind = { "report", "one HTML page with every picture and table",
					    all_arrays, NULL };

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

/* "grok-train --seed=1 | grok-spectrum" on a line of its own, unless it is there already. */
static int take_commands(struct plot_run *run, const struct record *head, struct err *e)
{
	char *line = NULL, *all;
	size_t n;
	FILE *f = open_memstream(&line, &n);
	int i, k, failed;

	if (!f)
		return err_memory(e);
	for (i = 0; i < head->nchain; i++) {
		fprintf(f, "%s%s", i ? " | " : "", head->chain[i].name);
		for (k = 0; k < head->chain[i].noptions; k++)
			fprintf(f, " %s", head->chain[i].options[k]);
	}
	failed = fclose(f);
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

int plot_take(struct plot_data *d, const struct plot_kind *k, const struct plot_options *o,
	      struct stream_in *in, const struct record *r, struct err *e)
{
	int i;

	if (!r->run || (o->run && fnmatch(o->run, r->run, 0) != 0))
		return 0;
	if (r->kind != RECORD_TENSOR)
		return series_add(&d->series, r, e) < 0 ? -1 : take_run(d, r, e);
	if (r->role != ROLE_MEASURE)
		return 0;
	if (!k->arrays)
		return fnmatch(o->names ? o->names : "bdm.map *", r->name, 0)
			       ? 0
			       : take_array(d, in, r, e);
	for (i = 0; k->arrays[i]; i++)
		if (!strcmp(r->name, k->arrays[i]))
			return take_array(d, in, r, e);
	return 0;
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

int plot_draw(const struct plot_kind *k, struct gnuplot *g, struct plot_data *d,
	      const struct plot_options *o, char **picture, size_t *bytes, struct err *e)
{
	g->script = NULL;
	g->text = NULL;
	if (!d->series.nruns)
		return o->run ? err_set(e, "the stream has no run '%s'", o->run)
			      : err_set(e, "the stream has no run to draw");
	if (series_group(&d->series, e) < 0)
		return -1;
	if (k->draw(g, d, o, e) < 0) {
		gnuplot_abandon(g);
		return -1;
	}
	return gnuplot_finish(g, o->title ? o->title : k->purpose, picture, bytes, e);
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

/* How far apart two steps are on a logarithmic axis. */
static double distance(int64_t a, int64_t b)
{
	return fabs(log1p((double)a) - log1p((double)b));
}

/* Choose the place of the step nearest to @step, NaN for none; 1 if it was not chosen yet. */
static int choose(const int64_t *steps, int n, char *chosen, double step)
{
	int i, best = 0;

	if (!isfinite(step))
		return 0;
	for (i = 1; i < n; i++)
		if (distance(steps[i], (int64_t)step) < distance(steps[best], (int64_t)step))
			best = i;
	if (chosen[best])
		return 0;
	chosen[best] = 1;
	return 1;
}

/* Choose the step that is farthest from those chosen. */
static void choose_between(const int64_t *steps, int n, char *chosen)
{
	double gap, widest = -1;
	int i, j, best = 0;

	for (i = 0; i < n; i++) {
		for (gap = INFINITY, j = 0; j < n; j++)
			if (chosen[j])
				gap = fmin(gap, distance(steps[i], steps[j]));
		if (!chosen[i] && gap > widest) {
			widest = gap;
			best = i;
		}
	}
	chosen[best] = 1;
}

int plot_spread(const struct plot_data *d, int run, const int64_t *steps, int n, int most,
		int *list, struct err *e)
{
	double phase[SYNC_PHASES];
	char *chosen = calloc((size_t)n + 1, 1);
	int i, k = 0;

	if (!chosen)
		return err_memory(e);
	if (sync_phases(&d->series, run, 1, phase, e) < 0) /* no accuracies: no phases */
		phase[1] = phase[2] = phase[3] = NAN;
	most = most < n ? most : n;
	if (k < most)
		k += choose(steps, n, chosen, (double)steps[n - 1]);
	if (k < most)
		k += choose(steps, n, chosen, (double)steps[0]);
	for (i = 1; i < SYNC_PHASES && k < most; i++)
		k += choose(steps, n, chosen, phase[i]);
	for (; k < most; k++)
		choose_between(steps, n, chosen);
	for (i = k = 0; i < n; i++)
		if (chosen[i])
			list[k++] = i;
	free(chosen);
	return k;
}

int plot_pick(const struct plot_data *d, const char *name, const struct plot_options *o, int most,
	      const struct plot_array **list, struct err *e)
{
	const struct plot_array **all = NULL;
	int64_t *steps = NULL;
	int i, n = 0, run = -1, k, *at = NULL, result = -1;

	for (i = 0; i < d->narrays && run < 0; i++)
		if (!strcmp(d->arrays[i].name, name) &&
		    (!o->group || d->series.runs[d->arrays[i].run].group == o->group - 1))
			run = d->arrays[i].run;
	if (run < 0)
		return err_set(e, "the stream has no '%s' to draw", name);
	for (k = 0; k < o->nsteps; k++) {
		list[k] = plot_array(d, run, o->steps[k], name);
		if (!list[k])
			return err_set(e, "run '%s' has no '%s' at step %" PRId64,
				       d->series.runs[run].name, name, o->steps[k]);
	}
	if (o->nsteps)
		return o->nsteps;
	all = malloc(sizeof(*all) * (size_t)d->narrays);
	steps = malloc(sizeof(*steps) * (size_t)d->narrays);
	at = malloc(sizeof(*at) * (size_t)most);
	if (!all || !steps || !at) {
		err_memory(e);
		goto out;
	}
	for (i = 0; i < d->narrays; i++)
		if (d->arrays[i].run == run && !strcmp(d->arrays[i].name, name)) {
			steps[n] = d->arrays[i].step;
			all[n++] = &d->arrays[i];
		}
	result = plot_spread(d, run, steps, n, most, at, e);
	for (i = 0; i < result; i++)
		list[i] = all[at[i]];
out:
	free(all);
	free(steps);
	free(at);
	return result;
}

void plot_caption(const struct plot_data *d, int run, int64_t step, char *title, size_t n,
		  char *subtitle, size_t m)
{
	const struct series *test = series_find(&d->series, "train.test_acc", run, NULL);
	double accuracy = test ? series_at(test, (double)step) : NAN;
	char text[32];

	plot_step_text(text, sizeof(text), step);
	snprintf(title, n, "step %s", text);
	subtitle[0] = 0;
	if (isfinite(accuracy))
		snprintf(subtitle, m, "test %.*f %%", accuracy > 0 && accuracy < 0.1 ? 1 : 0,
			 100 * accuracy);
}
