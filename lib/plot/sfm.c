/*
 * The singular feature machine: its trajectory and weights, the crossover of its two free energies,
 * and the map of where it recovers the function.  Whatever of these the stream holds is drawn.
 */
#include "plot/stack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct plot_row rows[] = {
	{ .title = "complexity λ", .log = 1, .q = { { "sfm.lambda", .color = 0x009e73 } } },
	{ .title = "loss",
	  .log = 1,
	  .decades = 9,
	  .q = { { "sfm.train_loss" }, { "sfm.test_loss" } } },
	{ .title = "free energy F = n L + λ ln n",
	  .q = { { "sfm.free_energy", .color = 0xcc79a7 } } },
	{ .title = "accuracy",
	  .low = 0,
	  .high = 1,
	  .q = { { "sfm.train_acc" }, { "sfm.test_acc" } } },
};
enum { ROWS = sizeof(rows) / sizeof(*rows), MOST = 4, MAPS = 260, PANEL = 330 };

static int all_zero(const struct tensor *x)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (((const float *)x->data)[i] != 0)
			return 0;
	return 1;
}

/* |W| at some iterations, each relative to its largest. */
static int draw_weights(struct plot_page *p, const struct plot_array *const *list, int n,
			struct plot_box box, struct err *e)
{
	int i;
	size_t k;

	for (i = 0; i < n; i++) {
		const struct tensor *x = &list[i]->x;
		char title[64], step[32];
		float *v, most = 0;
		struct plot_map m = { .box = plot_cell(box, i, n, 22),
				      .title = title,
				      .xlabel = "l",
				      .ylabel = i ? NULL : "k",
				      .rows = (int)x->shape[0],
				      .columns = (int)x->shape[1],
				      .down = 1,
				      .high = 1,
				      .palette = PLOT_RISING,
				      .xnumbers = 1,
				      .ynumbers = !i };

		v = malloc(sizeof(*v) * (x->n + 1));
		if (!v)
			return err_memory(e);
		for (k = 0; k < x->n; k++)
			most = fmaxf(most, ((const float *)x->data)[k]);
		for (k = 0; k < x->n; k++)
			v[k] = most > 0 ? ((const float *)x->data)[k] / most : 0;
		m.v = v;
		plot_step_text(step, sizeof(step), list[i]->step);
		snprintf(title, sizeof(title), "|W| at iteration %s", step);
		plot_map_draw(p, &m);
		free(v);
	}
	return 0;
}

/* Free energies against the number of samples, with the places where they cross. */
static int draw_crossover(struct plot_page *p, const struct plot_data *d,
			  const struct plot_array *a, struct plot_box box, struct err *e)
{
	static const char *const label[] = { "memoriser, p² features", "generaliser",
					     "memoriser, min(n, p²)" };
	static const char *const marked[] = { "sfm.crossover_low", "sfm.crossover",
					      "sfm.crossover_counted" };
	static const char *const names[] = { "", "n*", "nc" };
	char text[3][32];
	size_t n = a->x.shape[0], i, k;
	const float *x = a->x.data;
	double *v = malloc(sizeof(*v) * 4 * (n + 1));
	struct plot_line lines[3];
	struct plot_mark marks[3];
	struct plot_axis axis;
	struct plot_panel panel = { .box = box,
				    .axis = &axis,
				    .title = "free energy",
				    .xlabel = "samples n",
				    .log = 1,
				    .low = NAN,
				    .high = NAN,
				    .legend = 1,
				    .marks = marks };
	const struct series *s;

	if (!v)
		return err_memory(e);
	for (k = 0; k < 4; k++)
		for (i = 0; i < n; i++)
			v[k * n + i] = x[4 * i + k];
	for (k = 0; k < 3; k++) {
		lines[k] = (struct plot_line){ .label = label[k],
					       .color = plot_color[k],
					       .dash = k == 2 ? 2 : 0,
					       .n = (int)n,
					       .step = v,
					       .y = v + (k + 1) * n };
		s = series_find(&d->series, marked[k], a->run, NULL);
		if (s && s->n && isfinite(s->x[0]) && s->x[0] >= v[0] && s->x[0] <= v[n - 1]) {
			snprintf(text[k], sizeof(text[k]), "%s = %.0f", names[k], s->x[0]);
			marks[panel.nmarks++] = (struct plot_mark){ s->x[0], PLOT_FAINT,
								    *names[k] ? text[k] : NULL };
		}
	}
	plot_axis_fit(&axis, v[0], v[n - 1], 0);
	plot_lines(p, &panel, lines, 3);
	free(v);
	return 0;
}

static double setting(const struct series_run *run, const char *key)
{
	int i;

	for (i = 0; i < run->nconfig; i++)
		if (!strcmp(run->key[i], key))
			return atof(run->text[i]);
	return NAN;
}

/* The place of x in the rising list, put there if it is new. */
static int place(double *list, int *n, double x)
{
	int i = 0;

	while (i < *n && list[i] < x)
		i++;
	if (i < *n && list[i] == x)
		return i;
	memmove(list + i + 1, list + i, sizeof(*list) * (size_t)(*n - i));
	list[i] = x;
	(*n)++;
	return i;
}

/* The share of seeds that recover the function, by fraction of the data and beta. */
static int draw_phase(struct plot_page *p, const struct plot_data *d, struct plot_box box,
		      struct err *e)
{
	int runs = d->series.nruns, nf = 0, nb = 0, r, i;
	double *f = malloc(sizeof(*f) * (size_t)(runs + 1));
	double *b = malloc(sizeof(*b) * (size_t)(runs + 1));
	float *sum = NULL, *count = NULL;
	double bound = NAN, x;
	int result = -1;

	if (!f || !b) {
		err_memory(e);
		goto out;
	}
	for (r = 0; r < runs; r++)
		if (series_find(&d->series, "sfm.recovered", r, NULL)) {
			place(f, &nf, setting(&d->series.runs[r], "train_frac"));
			place(b, &nb, setting(&d->series.runs[r], "beta"));
		}
	sum = calloc((size_t)nf * (size_t)nb + 1, sizeof(*sum));
	count = calloc((size_t)nf * (size_t)nb + 1, sizeof(*count));
	if (!sum || !count) {
		err_memory(e);
		goto out;
	}
	for (r = 0; r < runs; r++) {
		const struct series *s = series_find(&d->series, "sfm.recovered", r, NULL);
		const struct series *least = series_find(&d->series, "sfm.samples_bound", r, NULL);
		const struct series *samples = series_find(&d->series, "sfm.samples", r, NULL);

		if (!s || !s->n)
			continue;
		x = setting(&d->series.runs[r], "train_frac");
		i = place(b, &nb, setting(&d->series.runs[r], "beta")) * nf + place(f, &nf, x);
		sum[i] += (float)s->x[s->n - 1];
		count[i]++;
		if (least && least->n && samples && samples->n)
			bound = x * least->x[0] / samples->x[0];
	}
	for (i = 0; i < nf * nb; i++)
		sum[i] = count[i] > 0 ? sum[i] / count[i] : NAN;
	{
		struct plot_map m = { .box = box,
				      .title = "share of seeds that recover the function",
				      .subtitle = "dashed: k ln(p²/k) samples",
				      .xlabel = "fraction of the data seen",
				      .ylabel = "beta",
				      .v = sum,
				      .rows = nb,
				      .columns = nf,
				      .high = 1,
				      .palette = PLOT_RISING,
				      .xvalues = f,
				      .yvalues = b };

		/* Where k ln(p^2/k) lies among the columns. */
		for (i = 0; i + 1 < nf; i++)
			if (bound >= f[i] && bound <= f[i + 1])
				m.mark = i + 0.5 + (bound - f[i]) / (f[i + 1] - f[i]);
		plot_map_draw(p, &m);
	}
	result = 0;
out:
	free(f);
	free(b);
	free(sum);
	free(count);
	return result;
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	const struct plot_array **list =
		calloc((size_t)(o->nsteps > MOST ? o->nsteps : MOST) + 2, sizeof(*list));
	const struct plot_array *curves = NULL;
	struct plot_page p;
	struct plot_shape shape;
	int i, n = 0, phase = 0;
	int top = o->title ? 32 : 6, total, result = -1;
	struct plot_box box;
	double k;

	if (!list)
		return err_memory(e);
	for (i = 0; i < d->narrays; i++) {
		if (!strcmp(d->arrays[i].name, "sfm.curves") && d->arrays[i].x.ndim == 2 &&
		    d->arrays[i].x.shape[0] > 1 && d->arrays[i].x.shape[1] == 4)
			curves = &d->arrays[i];
		if (!strcmp(d->arrays[i].name, "sfm.weights") && d->arrays[i].x.ndim == 2)
			n++;
	}
	for (i = 0; i < d->series.n; i++)
		phase |= !strcmp(d->series.all[i].quantity, "sfm.recovered");
	plot_stack_shape(d, o, rows, ROWS, &shape);
	if (!shape.stacks && !n && !curves && !phase) {
		err_set(e, "the stream has nothing of a singular feature machine to draw");
		goto out;
	}
	n = n ? plot_pick(d, "sfm.weights", o, MOST + 1, list, e) : 0;
	if (n < 0)
		goto out;
	/* Weights that are still zero show nothing. */
	if (n > 1 && !o->nsteps && all_zero(&list[0]->x))
		memmove(list, list + 1, sizeof(*list) * (size_t)--n);
	n = n > MOST && !o->nsteps ? MOST : n;
	total = shape.height + (n ? MAPS : 0) + (curves ? PANEL : 0) + (phase ? PANEL : 0);
	if (plot_page_start(&p, g, o, shape.stacks ? shape.width : 860, top + total + 14, e) < 0)
		goto out;
	k = (p.height - top - 14.0) / total;
	box = (struct plot_box){ 74, top, p.width - 74 - 22, k * shape.height };
	if (plot_stack(&p, d, o, box, rows, ROWS, NULL, "iteration", e) < 0)
		goto out;
	box.y += box.h + 30;
	if (n) {
		box.h = k * MAPS - 80;
		if (draw_weights(&p, list, n, box, e) < 0)
			goto out;
		box.y += k * MAPS;
	}
	if (curves) {
		box.h = k * PANEL - 80;
		if (draw_crossover(&p, d, curves, box, e) < 0)
			goto out;
		box.y += k * PANEL;
	}
	if (phase) {
		box.h = k * PANEL - 80;
		box.w = fmin(p.width - 74 - 22, 620);
		if (draw_phase(&p, d, box, e) < 0)
			goto out;
		plot_scale(&p, (struct plot_box){ box.x + box.w + 46, box.y, 9, box.h },
			   PLOT_RISING, 0, 1, NULL);
	}
	plot_footer(&p, d, d->series.nruns == 1 ? 0 : phase ? -2 : -1);
	result = 0;
out:
	free(list);
	return result;
}

const struct plot_kind plot_sfm = {
	.name = "sfm",
	.purpose = "the singular feature machine: trajectory, weights, crossover, recovery",
	.needs = { "sfm.lambda", "sfm.weights", "sfm.curves", "sfm.recovered" },
	.command = "grok-sfm",
	.arrays = { "sfm.weights", "sfm.curves" },
	.draw = draw,
	.heading = "Singular feature machine",
	.caption = "The analytic model: features in use, losses, free energy and weights.",
	.groups = 2,
};
