/*
 * Local learning coefficients of the runs and of the parts of one of them, with the accuracies; and
 * the losses along the chains at some checkpoints.
 *
 * An error bar is drawn as a short vertical line, and a hollow mark as the ring that a line can
 * have (struct plot_line), so that plot_lines can draw the panels.
 */
#include "plot/panel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	CURVES = 24, /* most runs in a panel; of parts there are as many as colours */
	CHECKPOINTS = 4, /* of traces */
	CHAINS = 12, /* of traces, drawn */
	LEFT = 64,
	RIGHT = 22,
	WIDTH = 860,
	HEIGHT = 190, /* of a panel with its title */
	LEAST = 110, /* the same in a low picture */
	ABOVE = 36,
	FOOT = 34,
};

/* One coefficient over the steps of a run. */
struct curve {
	int run;
	const char *of, *name, *label; /* label: the name, of the first that has it */
	unsigned color;
};

/* Lines under construction, with the values that bars point to. */
struct lines {
	struct plot_line *line;
	int n;
	double *value; /* room for those of all curves */
	size_t used;
};

/*
 * Where the record of step @step of @c stands in a series of the same records; NaN when it does
 * not.
 */
static double value(const struct plot_data *d, const char *name, const struct curve *c,
		    int64_t step)
{
	const struct series *s = series_find(&d->series, name, c->run, c->of);
	int i;

	for (i = 0; s && i < s->n; i++)
		if (s->step[i] == step)
			return s->x[i];
	return NAN;
}

static const struct series *lambda(const struct plot_data *d, const struct curve *c)
{
	return series_find(&d->series, "llc.lambda", c->run, c->of);
}

/* An estimate and its bar at one step; a refused one is what the losses make of it. */
static void put_estimate(struct lines *l, const struct plot_data *d, const struct curve *c,
			 int64_t step)
{
	double *v = l->value + l->used, se = value(d, "llc.se", c, step);
	double y = value(d, "llc.nbeta", c, step) *
		   (value(d, "llc.mean_loss", c, step) - value(d, "llc.loss", c, step));
	struct plot_line bar = { .color = c->color, .width = 1, .n = 2, .step = v, .y = v + 2 };

	v[0] = v[1] = (double)step;
	v[2] = fmax(y - se, y / 3); /* a bar that would reach 0 ends in the picture */
	v[3] = y + se;
	if (!(y > 0))
		return;
	l->used += 4;
	l->line[l->n++] = bar;
	if (value(d, "llc.status", c, step) == 0)
		return;
	v[4] = (double)step;
	v[5] = y;
	l->used += 2;
	l->line[l->n++] = (struct plot_line){ .color = c->color,
					      .n = 1,
					      .step = v + 4,
					      .y = v + 5,
					      .dot = step ? (double)step : NAN };
}

static void put_curve(struct lines *l, const struct plot_data *d, const struct curve *c)
{
	const struct series *s = lambda(d, c);
	double *step = l->value + l->used, *y = step + s->n;
	int i;

	l->used += 2 * (size_t)s->n;
	for (i = 0; i < s->n; i++) {
		step[i] = (double)s->step[i];
		y[i] = s->x[i];
	}
	l->line[l->n++] = (struct plot_line){
		.label = c->label, .color = c->color, .points = 1, .n = s->n, .step = step, .y = y
	};
	for (i = 0; i < s->n; i++)
		put_estimate(l, d, c, s->step[i]);
}

/* What a network that guesses would have. */
static void put_ceiling(struct lines *l, const struct plot_data *d, const struct curve *c)
{
	const struct series *s = series_find(&d->series, "llc.ceiling", c->run, c->of);
	double *step = l->value + l->used;
	int i;

	if (!s)
		return;
	l->used += (size_t)s->n;
	for (i = 0; i < s->n; i++)
		step[i] = (double)s->step[i];
	l->line[l->n++] = (struct plot_line){ .label = "guessing",
					      .color = PLOT_FAINT,
					      .dash = 2,
					      .n = s->n,
					      .step = step,
					      .y = s->x };
}

static int draw_curves(struct plot_page *p, const struct plot_data *d, const struct curve *curves,
		       int n, int ceiling, struct plot_panel *panel, struct err *e)
{
	struct lines l = { 0 };
	size_t lines = 1, values = 1;
	int i;

	for (i = 0; i < n; i++) { /* a line, and a bar and a ring for each step */
		const struct series *s = lambda(d, &curves[i]);

		lines += 2 + 2 * (size_t)s->n;
		values += 9 * (size_t)s->n;
	}
	l.line = calloc(lines, sizeof(*l.line));
	l.value = calloc(values, sizeof(*l.value));
	if (!l.line || !l.value) {
		free(l.line);
		free(l.value);
		return err_memory(e);
	}
	for (i = 0; i < n; i++)
		put_curve(&l, d, &curves[i]);
	if (ceiling)
		put_ceiling(&l, d, &curves[0]);
	panel->log = 1;
	panel->legend = 1;
	panel->low = panel->high = NAN;
	plot_lines(p, panel, l.line, l.n);
	free(l.line);
	free(l.value);
	return 0;
}

/* The runs that have coefficients of the whole network, or of the parts of @run. */
static int find_curves(const struct plot_data *d, const struct plot_options *o, int run,
		       struct curve *curves)
{
	int most = run < 0 ? CURVES : PLOT_COLORS, i, n = 0;

	for (i = 0; i < d->series.n && n < most; i++) {
		const struct series *s = &d->series.all[i];
		const struct series_run *r = &d->series.runs[s->run];

		if (strcmp(s->quantity, "llc.lambda") != 0 || (run < 0) != !s->of ||
		    (run >= 0 && s->run != run) || (o->group && r->group != o->group - 1))
			continue;
		curves[n++] = (struct curve){ .run = s->run,
					      .of = s->of,
					      .name = s->of ? s->of
						      : *d->series.groups[r->group]
							      ? d->series.groups[r->group]
							      : "λ" };
	}
	return n;
}

/* Seeds of one configuration have one colour, and one name in the legend. */
static void color_by_name(struct curve *curves, int n)
{
	int names = 0, i, j;

	for (i = 0; i < n; i++) {
		struct curve *c = &curves[i];

		for (j = 0; strcmp(curves[j].name, c->name) != 0; j++)
			;
		c->label = j == i ? c->name : NULL;
		c->color = j == i ? plot_color[names++ % PLOT_COLORS] : curves[j].color;
	}
}

/* Lines that the legend of @n curves needs above their panel. */
static int legend_rows(struct gnuplot *g, const struct plot_options *o, const char *title,
		       const struct curve *curves, int n)
{
	struct plot_page p = { .text = g->format == GNUPLOT_TEXT };
	struct plot_line keys[CURVES + 1] = { { .label = "guessing" } };
	int i;

	for (i = 0; i < n; i++)
		keys[i + 1].label = curves[i].label;
	return plot_legend_rows(&p, plot_page_width(g, o, WIDTH) - LEFT - RIGHT, title, keys,
				n + 1);
}

/* Test accuracies, and the training accuracy of the first. */
static void draw_accuracies(struct plot_page *p, const struct plot_data *d,
			    const struct curve *runs, int n, struct plot_panel *panel,
			    double *steps)
{
	struct plot_line line[CURVES + 1];
	const struct series *s;
	int i, k, count = 0, colors = 1;

	for (i = 1; i < n; i++)
		colors += runs[i].label != NULL;
	for (i = -1; i < n; i++) {
		s = series_find(&d->series, i < 0 ? "train.train_acc" : "train.test_acc",
				runs[i < 0 ? 0 : i].run, NULL);
		if (!s)
			continue;
		for (k = 0; k < s->n; k++)
			steps[k] = (double)s->step[k];
		line[count++] = (struct plot_line){ .label = i < 0 ? "train"
							     : i   ? NULL
								   : "test",
						    .color = i < 0 ? PLOT_FAINT : runs[i].color,
						    .n = s->n,
						    .step = steps,
						    .y = s->x };
		steps += s->n;
	}
	panel->title = colors > 1 ? "test accuracy; grey: training, first run" : "accuracy";
	panel->legend = colors == 1;
	panel->log = 0;
	panel->low = 0;
	panel->high = 1;
	plot_lines(p, panel, line, count);
}

/* The losses of the draws of each chain, at a checkpoint. */
static int draw_traces(struct plot_page *p, const struct plot_array *a, struct plot_box box,
		       struct err *e)
{
	int chains = (int)a->x.shape[0], draws = (int)a->x.shape[1], i, k;
	struct plot_line line[CHAINS];
	struct plot_axis axis;
	char title[64], text[32];
	struct plot_panel panel = {
		.box = box, .axis = &axis, .xlabel = "draw", .title = title, .low = NAN, .high = NAN
	};
	const float *v = a->x.data;
	double *x = malloc((size_t)draws * (CHAINS + 1) * sizeof(*x));

	if (!x)
		return err_memory(e);
	chains = chains < CHAINS ? chains : CHAINS;
	for (k = 0; k < draws; k++)
		x[k] = k + 1;
	for (i = 0; i < chains; i++) {
		double *y = x + (size_t)(i + 1) * (size_t)draws;

		for (k = 0; k < draws; k++)
			y[k] = (double)v[(size_t)i * (size_t)draws + (size_t)k];
		line[i] = (struct plot_line){ .color = plot_color[i % PLOT_COLORS],
					      .width = 1,
					      .n = draws,
					      .step = x,
					      .y = y };
	}
	plot_step_text(text, sizeof(text), a->step);
	snprintf(title, sizeof(title), "loss (nats), step %s", text);
	plot_axis_linear(&axis, 1, draws > 1 ? draws : 2);
	plot_lines(p, &panel, line, chains);
	free(x);
	return 0;
}

static int has_traces(const struct plot_data *d, const struct plot_options *o)
{
	int i, n = 0;

	for (i = 0; i < d->narrays; i++)
		n += !strcmp(d->arrays[i].name, "llc.traces") && d->arrays[i].x.ndim == 2 &&
		     (!o->group || d->series.runs[d->arrays[i].run].group == o->group - 1);
	return n;
}

static int draw_row_of_traces(struct plot_page *p, const struct plot_data *d,
			      const struct plot_options *o, struct plot_box box, struct err *e)
{
	const struct plot_array **list;
	int n = plot_pick(d, "llc.traces", o, CHECKPOINTS, &list, e), i, result = 0;

	if (n < 0)
		return -1;
	for (i = 0; i < n && !result; i++)
		result = draw_traces(p, list[i], plot_cell(box, i, n, 56), e);
	free(list);
	return result;
}

/* What is drawn: whole networks, parts of one run, and the accuracies of these runs. */
struct shown {
	struct curve run[CURVES], part[CURVES];
	int runs, parts;
	const struct curve *learner; /* (learners), whose accuracies are drawn */
	int learners;
	struct plot_axis axis; /* of all panels */
	double *steps; /* room for the steps of the accuracies */
};

static int find_shown(const struct plot_data *d, const struct plot_options *o, struct shown *c,
		      struct err *e)
{
	int run;

	c->runs = find_curves(d, o, -1, c->run);
	c->parts = 0;
	for (run = 0; run < d->series.nruns && !c->parts; run++)
		c->parts = find_curves(d, o, run, c->part);
	if (!c->runs && !c->parts)
		return err_set(e, "the stream has no metrics 'llc.lambda' to draw");
	color_by_name(c->run, c->runs);
	color_by_name(c->part, c->parts);
	c->learner = c->runs ? c->run : c->part;
	c->learners = c->runs ? c->runs : 1;
	return 0;
}

static int prepare(const struct plot_data *d, struct shown *c, struct err *e)
{
	const struct series *list[4 * CURVES], *s;
	size_t room = 1;
	int i, n = 0;

	for (i = 0; i < c->runs; i++)
		list[n++] = lambda(d, &c->run[i]);
	for (i = 0; i < c->parts; i++)
		list[n++] = lambda(d, &c->part[i]);
	for (i = 0; i < c->learners; i++) {
		s = series_find(&d->series, "train.test_acc", c->learner[i].run, NULL);
		if (s)
			list[n++] = s;
		room += s ? 2 * (size_t)s->n : 0;
		s = series_find(&d->series, "train.train_acc", c->learner[i].run, NULL);
		room += s ? (size_t)s->n : 0;
	}
	plot_axis_cover(&c->axis, list, n);
	c->steps = malloc(room * sizeof(*c->steps));
	return c->steps ? 0 : err_memory(e);
}

static const char whole[] = "local learning coefficient", of_parts[] = "of parts";

/* Panels of runs, of parts, of accuracies and of traces, one below the other. */
static int draw_panels(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		       const struct shown *c, struct err *e)
{
	int n = c->runs, m = c->parts, traces = has_traces(d, o);
	int rows = n ? legend_rows(g, o, whole, c->run, n) : 0;
	int more = m ? legend_rows(g, o, of_parts, c->part, m) : 0;
	int panels = (n > 0) + (m > 0) + 1 + (traces > 0);
	int other = PLOT_LINE * (rows + more) + FOOT + (traces ? ABOVE : 0), each = HEIGHT;
	struct plot_panel panel = { .axis = &c->axis };
	struct plot_page p;

	if (plot_fits(g, o, LEAST * panels + other, e) ||
	    plot_page_start(&p, g, o, WIDTH, HEIGHT * panels + other, e) < 0)
		return -1;
	if (!p.text)
		each = (p.height - p.top - other) / panels;
	panel.box = (struct plot_box){ LEFT, p.top + ABOVE, p.width - LEFT - RIGHT,
				       each - 44 + PLOT_LINE * rows };
	if (n) {
		panel.title = whole;
		if (draw_curves(&p, d, c->run, n, 1, &panel, e) < 0)
			return -1;
		panel.box.y += each + PLOT_LINE * rows;
	}
	if (m) {
		panel.box.h = each - 44 + PLOT_LINE * more;
		panel.title = of_parts;
		if (draw_curves(&p, d, c->part, m, 0, &panel, e) < 0)
			return -1;
		panel.box.y += each + PLOT_LINE * more;
	}
	panel.box.h = each - 44;
	panel.xlabel = "step";
	draw_accuracies(&p, d, c->learner, c->learners, &panel, c->steps);
	panel.box.y += each + FOOT;
	if (traces && draw_row_of_traces(&p, d, o, panel.box, e) < 0)
		return -1;
	plot_footer(&p, d, d->series.nruns == 1 ? 0 : -1);
	return 0;
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	struct shown c;
	int result;

	if (find_shown(d, o, &c, e) || prepare(d, &c, e))
		return -1;
	result = draw_panels(g, d, o, &c, e);
	free(c.steps);
	return result;
}

const struct plot_kind plot_llc = {
	.name = "llc",
	.purpose = "local learning coefficients, of the whole and of parts",
	.needs = { "llc.lambda" },
	.command = "grok-llc",
	.arrays = { "llc.traces" },
	.takes = PLOT_STEP,
	.draw = draw,
	.heading = "Local learning coefficient",
	.caption =
		"How much the loss rises when the weights are shaken, "
		"with standard errors between chains. "
		"A ring marks an estimate that failed a check; dashed: what guessing would have.",
	.groups = 1,
};
