/*
 * Algorithmic complexity, with that of shuffled weights; the norm of the weights, which might
 * explain it; and accuracy.
 */
#include "plot/stack.h"

#include <math.h>
#include <stdlib.h>

static const struct plot_row rows[] = {
	{ .q = { { .name = "bdm.bits" },
		 { "bdm.null_mean", .sd = "bdm.null_sd", .color = PLOT_FAINT, .dash = 2 } } },
	{ .q = { { "bdm.z", .color = PLOT_GREEN } } },
	{ .title = "L2 norm of these weights", .q = { { "bdm.norm", .color = PLOT_PINK } } },
	PLOT_ACCURACY,
};
static const struct plot_rows stack = PLOT_TRAINING(rows);

enum { LEFT = 74, RIGHT = 22, ABOVE = 40, BELOW = 50, LAYER = 14, LEAST = 90, MOST = 420 };

/*
 * The fall of K since the first checkpoint, layer by layer, of the first run of a group that has
 * layers.
 */
struct fall {
	int run, layers, n; /* n: checkpoints */
	const int64_t *step; /* (n) */
	float *v; /* (layers, n), percent */
	char (*text)[24]; /* (n) */
	const char **names; /* (n) */
};

static const struct series *layer_bits(const struct plot_data *d, int run, int layer)
{
	char of[24];

	snprintf(of, sizeof(of), "layer %d", layer);
	return series_find(&d->series, "bdm.bits", run, of);
}

static void fall_free(struct fall *f)
{
	free(f->v);
	free(f->text);
	free(f->names);
}

static int fall_values(const struct plot_data *d, struct fall *f, struct err *e)
{
	const struct series *s;
	int i, j;

	f->v = malloc(sizeof(*f->v) * (size_t)f->layers * (size_t)f->n);
	f->text = malloc(sizeof(*f->text) * (size_t)f->n);
	f->names = malloc(sizeof(*f->names) * (size_t)f->n);
	if (!f->v || !f->text || !f->names) {
		fall_free(f);
		return err_memory(e);
	}
	for (i = 0; i < f->layers; i++)
		for (j = 0; j < f->n; j++) {
			s = layer_bits(d, f->run, i);
			f->v[i * f->n + j] =
				(float)(100 * (1 - series_at(s, (double)f->step[j]) / s->x[0]));
		}
	for (j = 0; j < f->n; j++) {
		plot_step_text(f->text[j], sizeof(f->text[j]), f->step[j]);
		f->names[j] = f->text[j];
	}
	return 0;
}

/* 1 with @f, 0 when no run of the groups that are drawn has two layers and two checkpoints */
static int find_fall(const struct plot_data *d, const struct plot_options *o, struct fall *f,
		     struct err *e)
{
	const struct series *s;

	*f = (struct fall){ 0 };
	for (f->run = 0; f->run < d->series.nruns; f->run++) {
		if (o->first && (d->series.runs[f->run].group < o->first - 1 ||
				 d->series.runs[f->run].group > o->last - 1))
			continue;
		s = layer_bits(d, f->run, 0);
		if (!s || s->n < 2)
			continue;
		f->n = s->n;
		f->step = s->step;
		while (layer_bits(d, f->run, f->layers))
			f->layers++;
		if (f->layers > 1)
			return fall_values(d, f, e) < 0 ? -1 : 1;
	}
	return 0;
}

static void draw_fall(struct plot_page *p, const struct plot_data *d, const struct fall *f,
		      struct plot_box box)
{
	double low = 0, high = 0;
	char title[160];
	struct plot_map m = { .box = box,
			      .title = title,
			      .xlabel = "step",
			      .ylabel = "layer",
			      .v = f->v,
			      .rows = f->layers,
			      .columns = f->n,
			      .down = 1,
			      .ynumbers = 1,
			      .xnames = f->names };
	int i;

	for (i = 0; i < f->layers * f->n; i++)
		if (isfinite(f->v[i])) {
			low = fmin(low, f->v[i]);
			high = fmax(high, f->v[i]);
		}
	if (-low > 0.05 * high)
		m.colours.palette = PLOT_DIVERGING;
	m.colours.high = fmax(fmax(high, -low), 1e-3);
	m.colours.low = m.colours.palette == PLOT_DIVERGING ? -m.colours.high : 0;
	snprintf(title, sizeof(title), "fall of K since the first checkpoint%s%s",
		 d->series.nruns > 1 ? ": " : "",
		 d->series.nruns > 1 ? d->series.runs[f->run].name : "");
	plot_map_draw(p, &m);
	plot_scale(p, box, &m.colours, "fall (%)");
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	struct plot_page p;
	struct plot_shape shape;
	struct plot_box box;
	struct fall fall;
	double map = 0, scale;
	int has, result = -1;

	plot_stack_shape(g, d, o, &stack, &shape);
	if (!shape.stacks)
		return err_set(e, "the stream has no metrics 'bdm.bits' to draw");
	has = find_fall(d, o, &fall, e);
	if (has < 0)
		return -1;
	if (has)
		map = fmin(fmax(LAYER * fall.layers, LEAST), MOST) + ABOVE + BELOW;
	if (plot_fits(g, o, STACK_LEAST * (shape.height + map), e) < 0 ||
	    plot_page_start(&p, g, o, shape.width, shape.height + (int)map, e) < 0)
		goto out;
	scale = (p.height - p.top) / (shape.height + map);
	box = (struct plot_box){ LEFT, p.top, p.width - LEFT - RIGHT, scale * shape.height };
	if (plot_stack(&p, d, o, box, &stack, e) < 0)
		goto out;
	box = (struct plot_box){ LEFT, box.y + box.h + ABOVE, p.width - LEFT - PLOT_SCALE,
				 fmax(scale * map - ABOVE - BELOW, 30) };
	if (has)
		draw_fall(&p, d, &fall, box);
	plot_footer(&p, d, d->series.nruns == 1 ? 0 : -1);
	result = 0;
out:
	fall_free(&fall);
	return result;
}

const struct plot_kind plot_complexity = {
	.name = "complexity",
	.purpose =
		"algorithmic complexity, its null, the norm of the weights, and its fall by layer",
	.needs = { "bdm.bits" },
	.command = "grok-bdm",
	.draw = draw,
	.heading = "Complexity",
	.caption = "K by block decomposition, beside weights in random order, "
		   "which have the same values and the same norm.",
	.groups = 2,
};
