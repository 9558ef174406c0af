/*
 * What the network can do without some of its layers: by range of layers over training, or layer by layer
 * at some checkpoints, and for every window of layers.
 */
#include "plot/stack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RANGES = 7, SKIPS = 256, MOST = 5 };

/* What a skip was: "skip 16-31 block test" is a range, a part, and where accuracy was measured. */
struct skip {
	char range[24], part[12], where[12];
	const char *of;
};

static int parse_skip(const char *of, struct skip *s)
{
	int end = 0;

	s->of = of;
	return of && sscanf(of, "skip %23s %11s %11s%n", s->range, s->part, s->where, &end) == 3 &&
	       !of[end] && !strcmp(s->where, "test");
}

/* The skips on test data, of the part that comes first; one for each range. */
static int find_skips(const struct plot_data *d, int group, struct skip *skips, int most)
{
	const struct series *s;
	struct skip k;
	int i, j, n = 0;

	for (i = 0; i < d->series.n && n < most; i++) {
		s = &d->series.all[i];
		if (d->series.runs[s->run].group != group || strcmp(s->quantity, "cma.acc") != 0 ||
		    !parse_skip(s->of, &k) || (n && strcmp(k.part, skips[0].part) != 0))
			continue;
		for (j = 0; j < n && strcmp(skips[j].range, k.range) != 0; j++)
			;
		if (j == n)
			skips[n++] = k;
	}
	return n;
}

/* @random: which random sets the last line is about */
static int draw_ranges(struct plot_page *p, const struct plot_data *d, const struct skip *skips,
		       int n, int group, const char *random, struct plot_box box, struct err *e)
{
	struct series_band band[RANGES + 2] = { { 0 } };
	struct plot_line lines[RANGES + 2];
	const struct series **list = calloc((size_t)d->series.n + 1, sizeof(*list));
	struct plot_axis axis;
	struct plot_panel panel = { .box = box,
				    .axis = &axis,
				    .title = "test accuracy without these layers",
				    .xlabel = "step",
				    .low = 0,
				    .high = 1,
				    .legend = 1 };
	int i, j, count = 0, result = -1;

	if (!list)
		return err_memory(e);
	for (i = 0; i < d->series.n; i++)
		if (d->series.runs[d->series.all[i].run].group == group &&
		    !strcmp(d->series.all[i].quantity, "cma.acc"))
			list[count++] = &d->series.all[i];
	plot_axis_cover(&axis, list, count);
	for (i = 0; i < n + 2; i++) {
		const char *of = i < n ? skips[i].of : i == n ? NULL : random;

		if (plot_join(d,
			      i < n    ? "cma.acc"
			      : i == n ? "train.test_acc"
				       : "cma.acc_null",
			      of, group, &band[i], e) < 0)
			goto out;
		lines[i] = (struct plot_line){ .label = i < n    ? skips[i].range
							: i == n ? "none"
								 : "as many at random",
					       .color = i < n ? plot_color[i % PLOT_COLORS]
							      : PLOT_FAINT,
					       .dash = i < n    ? 0
						       : i == n ? 2
								: 3,
					       .points = i < n,
					       .n = band[i].n,
					       .step = band[i].step,
					       .y = band[i].mean };
		for (j = 0; j < band[i].n; j++)
			if (band[i].count[j] > 1) {
				lines[i].low = band[i].low;
				lines[i].high = band[i].high;
			}
	}
	plot_lines(p, &panel, lines, band[n + 1].n ? n + 2 : n + 1);
	result = 0;
out:
	for (i = 0; i < n + 2; i++)
		series_band_free(&band[i]);
	free(list);
	return result;
}

static void draw_window(struct plot_page *p, const struct plot_array *a, struct plot_box box)
{
	struct plot_map m = { .box = box,
			      .title = "accuracy without layers first to last",
			      .xlabel = "last layer skipped",
			      .ylabel = "first layer skipped",
			      .v = a->x.data,
			      .rows = (int)a->x.shape[0],
			      .columns = (int)a->x.shape[1],
			      .down = 1,
			      .high = 1,
			      .palette = PLOT_RISING,
			      .xnumbers = 1,
			      .ynumbers = 1 };

	plot_map_draw(p, &m);
	plot_scale(p, (struct plot_box){ box.x + box.w + 40, box.y, 9, box.h }, PLOT_RISING, 0, 1,
		   NULL);
}

/* More ranges than lines can show: accuracy against the first layer of each, a line a checkpoint. */
static int draw_layers(struct plot_page *p, const struct plot_data *d, const struct skip *skips,
		       int n, int run, struct plot_box box, struct err *e)
{
	const struct series *s = series_find(&d->series, "cma.acc", run, skips[0].of);
	double layer[SKIPS], y[MOST][SKIPS];
	struct plot_line lines[MOST];
	char label[MOST][40], number[32];
	struct plot_axis axis;
	struct plot_panel panel = { .box = box,
				    .axis = &axis,
				    .title = "test accuracy without a layer",
				    .xlabel = "layer",
				    .low = 0,
				    .high = 1,
				    .legend = 1 };
	int at[MOST], i, k, checkpoints = 0;
	int64_t step;

	if (s)
		checkpoints = plot_spread(d, run, s->step, s->n, MOST, at, e);
	if (checkpoints < 0)
		return -1;
	for (k = 0; k < checkpoints; k++) {
		step = s->step[at[k]];
		for (i = 0; i < n; i++) {
			const struct series *x =
				series_find(&d->series, "cma.acc", run, skips[i].of);

			layer[i] = atof(skips[i].range);
			y[k][i] = x ? series_at(x, (double)step) : NAN;
		}
		plot_step_text(number, sizeof(number), step);
		snprintf(label[k], sizeof(label[k]), "step %s", number);
		lines[k] = (struct plot_line){ .label = label[k],
					       .color = plot_color[k % PLOT_COLORS],
					       .points = 1,
					       .n = n,
					       .step = layer,
					       .y = y[k] };
	}
	plot_axis_linear(&axis, layer[0], layer[n - 1]);
	plot_lines(p, &panel, lines, checkpoints);
	return 0;
}

/*
 * Single layers go last.  Returns how many of @n skips are drawn over training, the others being drawn
 * against the layer: all when they are few, else the ranges of several layers.
 */
static int split(struct skip *skips, int n)
{
	struct skip k;
	int i, j, ranges = 0;

	if (n <= RANGES)
		return n;
	for (i = 0; i < n; i++) {
		if (!strchr(skips[i].range, '-'))
			continue;
		k = skips[i];
		for (j = i; j > ranges; j--)
			skips[j] = skips[j - 1];
		skips[ranges++] = k;
	}
	return ranges < n && ranges <= RANGES ? ranges : 0;
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	const struct plot_array *window = NULL;
	struct skip skips[SKIPS];
	struct plot_box box = { 64, o->title ? 62 : 36, 0, 0 };
	struct plot_page p;
	int i, group = 0, n = 0, run = 0, ranges, parts, k = 0;
	struct plot_box cell;

	for (i = 0; i < d->series.n && !n; i++) {
		run = d->series.all[i].run;
		group = d->series.runs[run].group;
		if (!strcmp(d->series.all[i].quantity, "cma.acc") &&
		    (!o->group || group == o->group - 1))
			n = find_skips(d, group, skips, SKIPS);
	}
	for (i = 0; i < d->narrays; i++)
		if (d->arrays[i].x.ndim == 2 && !strcmp(d->arrays[i].name, "cma.window") &&
		    (!o->group || d->series.runs[d->arrays[i].run].group == o->group - 1))
			window = &d->arrays[i];
	if (!n && !window)
		return err_set(e, "the stream has no metrics 'cma.acc' of skipped layers to draw");
	ranges = split(skips, n);
	parts = (ranges > 0) + (n > ranges);
	if (plot_page_start(&p, g, o,
			    !parts      ? 480
			    : parts > 1 ? 980 + (window ? 420 : 0)
			    : window    ? 980
					: 860,
			    (int)box.y + 330, e) < 0)
		return -1;
	box.h = p.height - box.y - 66;
	box.w = parts ? p.width - box.x - (window ? 470 : 22) : 0;
	if (ranges) {
		cell = plot_cell(box, k++, parts, 64);
		if (draw_ranges(&p, d, skips, ranges, group,
				ranges < n ? "skip *-* test" : "skip * test", cell, e) < 0)
			return -1;
	}
	if (n > ranges) {
		cell = plot_cell(box, k, parts, 64);
		if (draw_layers(&p, d, skips + ranges, n - ranges, run, cell, e) < 0)
			return -1;
	}
	if (window) {
		box.x += parts ? box.w + 90 : 0;
		box.w = p.width - box.x - 70;
		draw_window(&p, window, box);
	}
	plot_footer(&p, d, d->series.nruns == 1 ? 0 : -1);
	return 0;
}

const struct plot_kind plot_skip = {
	.name = "skip",
	.purpose = "accuracy without some of the layers",
	.needs = { "cma.acc", "cma.window" },
	.command = "grok-cma --skip",
	.arrays = { "cma.window" },
	.draw = draw,
	.heading = "Skipped layers",
	.caption = "Test accuracy of the network when layers are bypassed.",
	.groups = 1,
};
