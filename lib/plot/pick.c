/* Choosing the checkpoints that a picture shows, and the caption of each; see panel.h. */
#include "plot/panel.h"
#include "sync/sync.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* The first run of the chosen group that has the array; -1 if none has. */
static int run_of(const struct plot_data *d, const char *name, const struct plot_options *o)
{
	int i;

	for (i = 0; i < d->narrays; i++)
		if (!strcmp(d->arrays[i].name, name) &&
		    (!o->group || d->series.runs[d->arrays[i].run].group == o->group - 1))
			return d->arrays[i].run;
	return -1;
}

/* All arrays of the name of a run, in order of steps; returns how many. */
static int all_of(const struct plot_data *d, const char *name, int run,
		  const struct plot_array **list)
{
	int i, n = 0;

	for (i = 0; i < d->narrays; i++)
		if (d->arrays[i].run == run && !strcmp(d->arrays[i].name, name))
			list[n++] = &d->arrays[i];
	return n;
}

/* A single step that is asked for must be there; of ranges what there is. */
static int check_items(const struct plot_data *d, const char *name, const struct steps *steps,
		       int run, struct err *e)
{
	const struct steps_item *item;
	int k;

	for (k = 0; k < steps->n; k++) {
		item = &steps->item[k];
		if (item->log || item->first != item->last || item->first == STEPS_LAST ||
		    plot_array(d, run, item->first, name))
			continue;
		return err_unmatched(e, "run '%s' has no '%s' at step %" PRId64,
				     d->series.runs[run].name, name, item->first);
	}
	return 0;
}

static int pick_chosen(const struct plot_data *d, const char *name, const struct steps *steps,
		       int run, const struct plot_array **list, struct err *e)
{
	int i, n = all_of(d, name, run, list), k = 0;
	int64_t last = list[n - 1]->step;

	if (check_items(d, name, steps, run, e) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (steps_has(steps, list[i]->step, last))
			list[k++] = list[i];
	if (!k)
		return err_unmatched(e, "run '%s' has no '%s' at the chosen steps",
				     d->series.runs[run].name, name);
	return k;
}

static int pick_spread(const struct plot_data *d, const char *name, int run, int most,
		       const struct plot_array **list, struct err *e)
{
	int64_t *steps = malloc(sizeof(*steps) * (size_t)d->narrays);
	int *at = malloc(sizeof(*at) * (size_t)most);
	int i, n, picked = -1;

	if (!steps || !at) {
		err_memory(e);
		goto out;
	}
	n = all_of(d, name, run, list);
	for (i = 0; i < n; i++)
		steps[i] = list[i]->step;
	picked = plot_spread(d, run, steps, n, most, at, e);
	for (i = 0; i < picked; i++)
		list[i] = list[at[i]];
out:
	free(steps);
	free(at);
	return picked;
}

int plot_pick(const struct plot_data *d, const char *name, const struct plot_options *o, int most,
	      const struct plot_array ***list, struct err *e)
{
	const struct plot_array **all;
	int run = run_of(d, name, o), n;

	if (run < 0)
		return err_set(e, "the stream has no '%s' to draw", name);
	all = malloc(sizeof(*all) * (size_t)d->narrays);
	if (!all)
		return err_memory(e);
	n = o->steps ? pick_chosen(d, name, o->steps, run, all, e)
		     : pick_spread(d, name, run, most, all, e);
	if (n < 0)
		free(all);
	else
		*list = all;
	return n;
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
