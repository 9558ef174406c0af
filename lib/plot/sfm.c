/*
 * The singular feature machine: its trajectory and weights, the crossover of its two free energies,
 * and its phase map, as far as the streams contain them.
 */
#include "plot/phase.h"
#include "plot/stack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct plot_row rows[] = {
	{ .log = 1, .q = { { "sfm.lambda", .color = PLOT_GREEN } } },
	{ .log = 1,
	  .decades = 9,
	  .q = { { .name = "sfm.train_loss" }, { .name = "sfm.test_loss" } } },
	{ .title = "free energy F = n L + λ ln n",
	  .q = { { "sfm.free_energy", .color = PLOT_PINK } } },
	{ .low = 0, .high = 1, .q = { { .name = "sfm.train_acc" }, { .name = "sfm.test_acc" } } },
};
static const struct plot_rows stack = { rows, sizeof(rows) / sizeof(*rows), NULL, "iteration" };
enum { MOST = 4, MAPS = 280, PANEL = 330 };
enum { LEFT = 74, RIGHT = 22, ABOVE = 34, BELOW = 50, LEAST = 120 };

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
			const struct plot_grid *grid, struct plot_box box, struct err *e)
{
	const int column = n > 1 ? grid->across : 1;
	struct plot_box first;
	int i;
	size_t k;

	for (i = 0; i < n; i++) {
		const struct tensor *x = &list[i]->x;
		char title[64], step[32];
		float *v, most = 0;
		struct plot_map m = { .box = plot_grid_box(grid, box, i),
				      .title = title,
				      .xlabel = "frequency l",
				      .ylabel = i % column ? NULL : "frequency k",
				      .rows = (int)x->shape[0],
				      .columns = (int)x->shape[1],
				      .down = 1,
				      .colours = plot_share_colours,
				      .xnumbers = 1,
				      .ynumbers = i % column == 0 };

		v = malloc(sizeof(*v) * (x->n + 1));
		if (!v)
			return err_memory(e);
		for (k = 0; k < x->n; k++)
			most = fmaxf(most, ((const float *)x->data)[k]);
		for (k = 0; k < x->n; k++)
			v[k] = most > 0 ? ((const float *)x->data)[k] / most : 0;
		m.v = v;
		plot_step_text(step, sizeof(step), list[i]->step);
		snprintf(title, sizeof(title), "iteration %s", step);
		plot_map_draw(p, &m);
		free(v);
	}
	first = plot_grid_box(grid, box, 0);
	box.y = first.y;
	box.h = first.h;
	plot_scale(p, box, &plot_share_colours, "|W| / largest");
	return 0;
}

static const char *const energies[] = { "memoriser, p² features", "generaliser",
					"memoriser, min(n, p²)" };
static const struct {
	const char *quantity, *name;
} crossings[] = { { "sfm.crossover_low", NULL },
		  { "sfm.crossover", "n*" },
		  { "sfm.crossover_counted", "nc" } };
enum { ENERGIES = 3 };

/* The places where the energies cross, of those that lie on the axis. */
static int find_crossings(const struct plot_data *d, int run, double low, double high,
			  char text[ENERGIES][32], struct plot_mark *marks)
{
	const struct series *s;
	int k, n = 0;

	for (k = 0; k < ENERGIES; k++) {
		s = series_find(&d->series, crossings[k].quantity, run, NULL);
		if (!s || !s->n || !(s->x[0] >= low && s->x[0] <= high))
			continue;
		marks[n] = (struct plot_mark){ .step = s->x[0], .color = PLOT_FAINT };
		if (crossings[k].name) {
			snprintf(text[k], sizeof(text[k]), "%s = %.0f", crossings[k].name, s->x[0]);
			marks[n].label = text[k];
		}
		n++;
	}
	return n;
}

/* Free energies against the number of samples, with the places where they cross. */
static int draw_crossover(struct plot_page *p, const struct plot_data *d,
			  const struct plot_array *a, struct plot_box box, struct err *e)
{
	char text[ENERGIES][32];
	size_t n = a->x.shape[0], i, k;
	const float *x = a->x.data;
	double *v = malloc(sizeof(*v) * 4 * (n + 1));
	struct plot_line lines[ENERGIES];
	struct plot_mark marks[ENERGIES];
	struct plot_axis axis;
	struct plot_panel panel = { .box = box,
				    .axis = &axis,
				    .title = "free energy (nats)",
				    .xlabel = "samples n",
				    .log = 1,
				    .low = NAN,
				    .high = NAN,
				    .legend = 1,
				    .marks = marks };

	if (!v)
		return err_memory(e);
	for (k = 0; k < 4; k++)
		for (i = 0; i < n; i++)
			v[k * n + i] = x[4 * i + k];
	for (k = 0; k < ENERGIES; k++)
		lines[k] = (struct plot_line){ .label = energies[k],
					       .color = plot_color[k],
					       .dash = k == 2 ? 2 : 0,
					       .n = (int)n,
					       .step = v,
					       .y = v + (k + 1) * n };
	panel.nmarks = find_crossings(d, a->run, v[0], v[n - 1], text, marks);
	plot_axis_fit(&axis, v[0], v[n - 1], 0);
	plot_lines(p, &panel, lines, ENERGIES);
	free(v);
	return 0;
}

/* Accuracies against the complexity, of the first run that has them. */
struct path {
	int run; /* -1: none */
	const struct series *lambda, *train, *test;
};

static struct path find_path(const struct plot_data *d, const struct plot_options *o)
{
	struct path q = { .run = -1 };
	int r;

	for (r = 0; r < d->series.nruns && q.run < 0; r++) {
		if (o->first && (d->series.runs[r].group < o->first - 1 ||
				 d->series.runs[r].group > o->last - 1))
			continue;
		q.lambda = series_find(&d->series, "sfm.lambda", r, NULL);
		q.train = series_find(&d->series, "sfm.train_acc", r, NULL);
		q.test = series_find(&d->series, "sfm.test_acc", r, NULL);
		if (q.lambda && q.train && q.test && q.lambda->n > 1)
			q.run = r;
	}
	return q;
}

static int draw_path(struct plot_page *p, const struct plot_data *d, const struct path *q,
		     struct plot_box box, struct err *e)
{
	const int one = d->series.nruns == 1;
	int i, n = q->lambda->n;
	double *v = malloc(sizeof(*v) * 3 * (size_t)n), least = INFINITY, most = 0;
	struct plot_line lines[2];
	struct plot_axis axis;
	char title[100];
	struct plot_panel panel = { .box = box,
				    .axis = &axis,
				    .title = title,
				    .xlabel = "complexity λ",
				    .high = 1,
				    .legend = 1 };

	if (!v)
		return err_memory(e);
	snprintf(title, sizeof(title), "accuracy against complexity%s%.60s", one ? "" : ": ",
		 one ? "" : d->series.runs[q->run].name);
	for (i = 0; i < n; i++) {
		v[i] = q->lambda->x[i];
		v[n + i] = series_at(q->train, (double)q->lambda->step[i]);
		v[2 * n + i] = series_at(q->test, (double)q->lambda->step[i]);
		if (v[i] > 0) {
			least = fmin(least, v[i]);
			most = fmax(most, v[i]);
		}
	}
	lines[0] = (struct plot_line){ .label = "train", .n = n, .step = v, .y = v + n };
	lines[1] = (struct plot_line){ .label = "test", .n = n, .step = v, .y = v + 2 * n };
	plot_style(&lines[0], 0);
	plot_style(&lines[1], 1);
	plot_axis_fit(&axis, least, most, 0);
	plot_lines(p, &panel, lines, 2);
	free(v);
	return 0;
}

/* What the stream has: each part is as high as it takes. */
struct parts {
	const struct plot_array **weights; /* (nweights) */
	int nweights;
	struct plot_grid grid; /* of these */
	const struct plot_array *curves; /* NULL: none */
	int phase;
	struct path path;
	struct plot_shape shape; /* of the rows */
};

static int find_weights(const struct plot_data *d, const struct plot_options *o, struct parts *q,
			struct err *e)
{
	int n = plot_pick(d, "sfm.weights", o, MOST + 1, &q->weights, e), i;

	if (n < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (q->weights[i]->x.ndim != 2)
			return err_set(e, "'sfm.weights' is not a matrix");
	/* Weights that are still zero show nothing. */
	if (n > 1 && !o->steps && all_zero(&q->weights[0]->x))
		memmove(q->weights, q->weights + 1, sizeof(*q->weights) * (size_t)--n);
	q->nweights = n > MOST && !o->steps ? MOST : n;
	return 0;
}

static int find_parts(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		      struct parts *q, struct err *e)
{
	int i, weights = 0;

	for (i = 0; i < d->narrays; i++) {
		if (!strcmp(d->arrays[i].name, "sfm.curves") && d->arrays[i].x.ndim == 2 &&
		    d->arrays[i].x.shape[0] > 1 && d->arrays[i].x.shape[1] == 4)
			q->curves = &d->arrays[i];
		weights |= !strcmp(d->arrays[i].name, "sfm.weights") &&
			   (!o->group || d->series.runs[d->arrays[i].run].group == o->group - 1);
	}
	q->phase = plot_has(d, "sfm.recovered");
	q->path = find_path(d, o);
	plot_stack_shape(g, d, o, &stack, &q->shape);
	if (weights && find_weights(d, o, q, e) < 0)
		return -1;
	if (!q->shape.stacks && !q->nweights && !q->curves && !q->phase)
		return err_set(e, "the stream has nothing of a singular feature machine to draw");
	q->grid = (struct plot_grid){ .gap = 22, .above = ABOVE, .below = BELOW };
	plot_grid_fit(&q->grid, q->nweights > 0 ? q->nweights : 1,
		      plot_page_width(g, o, q->shape.width) - LEFT - PLOT_SCALE, LEAST);
	return 0;
}

static int draw_parts(struct plot_page *p, const struct plot_data *d, const struct plot_options *o,
		      const struct parts *q, double k, struct err *e)
{
	struct plot_box box = { LEFT, p->top, p->width - LEFT - RIGHT, k * q->shape.height }, wide;

	if (plot_stack(p, d, o, box, &stack, e) < 0)
		return -1;
	box.y += box.h;
	box.w = p->width - LEFT - PLOT_SCALE;
	box.h = k * MAPS * q->grid.down;
	if (q->nweights) {
		if (draw_weights(p, q->weights, q->nweights, &q->grid, box, e) < 0)
			return -1;
		box.y += box.h;
	}
	box.h = k * PANEL - ABOVE - BELOW;
	box.y += ABOVE;
	wide = (struct plot_box){ LEFT, box.y, p->width - LEFT - RIGHT, box.h };
	if (q->path.run >= 0) {
		if (draw_path(p, d, &q->path, wide, e) < 0)
			return -1;
		wide.y += k * PANEL;
	}
	if (q->curves) {
		if (draw_crossover(p, d, q->curves, wide, e) < 0)
			return -1;
		wide.y += k * PANEL;
	}
	box.y = wide.y;
	box.w = fmin(box.w, 620);
	return q->phase ? plot_phase(p, d, box, e) : 0;
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	struct parts q = { 0 };
	struct plot_page p;
	int height, result = -1;

	if (find_parts(g, d, o, &q, e) < 0)
		goto out;
	height = q.shape.height + (q.nweights ? MAPS * q.grid.down : 0) +
		 (q.path.run >= 0 ? PANEL : 0) + (q.curves ? PANEL : 0) + (q.phase ? PANEL : 0);
	if (plot_fits(g, o, STACK_LEAST * height, e) < 0 ||
	    plot_page_start(&p, g, o, q.shape.width, height, e) < 0)
		goto out;
	if (draw_parts(&p, d, o, &q, (p.height - p.top) / (double)height, e) < 0)
		goto out;
	plot_footer(&p, d, d->series.nruns == 1 ? 0 : -1);
	result = 0;
out:
	free(q.weights);
	return result;
}

const struct plot_kind plot_sfm = {
	.name = "sfm",
	.purpose = "the singular feature machine: trajectory, weights, crossover, recovery",
	.needs = { "sfm.lambda", "sfm.weights", "sfm.curves", "sfm.recovered" },
	.command = "grok-sfm",
	.arrays = { "sfm.weights", "sfm.curves" },
	.takes = PLOT_STEP,
	.draw = draw,
	.heading = "Singular feature machine",
	.caption = "The analytic model: features in use, losses, free energy and weights.",
	.groups = 2,
};
