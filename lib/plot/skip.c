/*
 * The accuracy of the network with some of its layers skipped, for each part of a layer that can be
 * skipped: by range of layers over training, layer by layer at some checkpoints, and for every
 * window of layers.
 */
#include "plot/stack.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RANGES = 7, SKIPS = 256, MOST = 5, PARTS = 8, WINDOWS = 4 };
enum { LEFT = 66, GAP = 66, RIGHT = 22, CELL = 330, ABOVE = 34, BELOW = 48, LEAST = 230 };

/* What a skip was: "skip 16-31 block test" is a range, a part, and where accuracy was measured. */
struct skip {
	char range[24], part[16], where[12];
	const char *of;
};

/*
 * The skips of one part: the first @ranges are drawn over training, the others against the layer.
 */
struct part {
	char name[16];
	struct skip *skips; /* (n) */
	int n, ranges;
};

struct picture {
	const struct plot_data *d;
	int group, run; /* a run of the group */
	struct part parts[PARTS];
	int nparts;
	const struct plot_array *windows[WINDOWS]; /* each of the last checkpoint */
	int nwindows;
};

static int parse_skip(const char *of, struct skip *s)
{
	int end = 0;

	s->of = of;
	return of && sscanf(of, "skip %23s %15s %11s%n", s->range, s->part, s->where, &end) == 3 &&
	       !of[end] && !strcmp(s->where, "test");
}

static struct part *part_of(struct picture *c, const char *name)
{
	int i;

	for (i = 0; i < c->nparts; i++)
		if (!strcmp(c->parts[i].name, name))
			return &c->parts[i];
	if (c->nparts == PARTS)
		return NULL;
	snprintf(c->parts[i].name, sizeof(c->parts[i].name), "%s", name);
	return &c->parts[c->nparts++];
}

static int add_skip(struct picture *c, const struct skip *k, struct err *e)
{
	struct part *part = part_of(c, k->part);
	struct skip *more;
	int j;

	if (!part || part->n == SKIPS)
		return 0;
	for (j = 0; j < part->n; j++)
		if (!strcmp(part->skips[j].range, k->range))
			return 0;
	more = realloc(part->skips, sizeof(*more) * (size_t)(part->n + 1));
	if (!more)
		return err_memory(e);
	part->skips = more;
	part->skips[part->n++] = *k;
	return 0;
}

/*
 * Single layers go last.  All skips are drawn over training when they are few, else the ranges of
 * several layers.
 */
static void split(struct part *part)
{
	struct skip k;
	int i, j, ranges = 0;

	part->ranges = part->n;
	if (part->n <= RANGES)
		return;
	for (i = 0; i < part->n; i++) {
		if (!strchr(part->skips[i].range, '-'))
			continue;
		k = part->skips[i];
		for (j = i; j > ranges; j--)
			part->skips[j] = part->skips[j - 1];
		part->skips[ranges++] = k;
	}
	part->ranges = ranges < part->n && ranges <= RANGES ? ranges : 0;
}

static int wanted(const struct plot_data *d, const struct plot_options *o, int run)
{
	return !o->group || d->series.runs[run].group == o->group - 1;
}

/* The skips on test data of the first group that has any. */
static int find_skips(struct picture *c, const struct plot_options *o, struct err *e)
{
	const struct series *s;
	struct skip k;
	int i;

	for (i = 0; i < c->d->series.n; i++) {
		s = &c->d->series.all[i];
		if (strcmp(s->quantity, "cma.acc") != 0 || !wanted(c->d, o, s->run) ||
		    !parse_skip(s->of, &k))
			continue;
		if (!c->nparts) {
			c->run = s->run;
			c->group = c->d->series.runs[s->run].group;
		}
		if (c->d->series.runs[s->run].group == c->group && add_skip(c, &k, e) < 0)
			return -1;
	}
	for (i = 0; i < c->nparts; i++)
		split(&c->parts[i]);
	return 0;
}

/* The windows of the last checkpoint, one for each part. */
static void find_windows(struct picture *c, const struct plot_options *o)
{
	const struct plot_array *a;
	int i, j;

	for (i = 0; i < c->d->narrays; i++) {
		a = &c->d->arrays[i];
		if (a->x.ndim != 2 || a->x.shape[0] < 2 ||
		    strncmp(a->name, "cma.window", 10) != 0 || !wanted(c->d, o, a->run) ||
		    (c->nparts && a->run != c->run))
			continue;
		for (j = 0; j < c->nwindows && strcmp(c->windows[j]->name, a->name) != 0; j++)
			;
		if (j < WINDOWS)
			c->windows[j] = a;
		c->nwindows += j == c->nwindows && j < WINDOWS;
	}
}

static const char *part_text(const char *part)
{
	static const char *const names[][2] = {
		{ "block", "blocks" },
		{ "attn", "attention" },
		{ "mlp", "MLPs" },
		{ "heads", "heads" },
		{ "block-mean", "blocks, mean instead" },
		{ "attn-mean", "attention, mean instead" },
		{ "mlp-mean", "MLPs, mean instead" },
		{ "heads-mean", "heads, mean instead" },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(names[i][0], part))
			return names[i][1];
	return part;
}

/*
 * One curve of accuracy over training: without a range, of the whole network, or without random
 * layers.
 */
static int range_line(const struct picture *c, const struct part *part, int i, char *label,
		      size_t n, struct series_band *band, struct plot_line *line, struct err *e)
{
	const struct skip *s = i < part->ranges ? &part->skips[i] : NULL;
	const char *quantity = s                   ? "cma.acc"
			       : i == part->ranges ? "train.test_acc"
						   : "cma.acc_null";
	char random[40];

	snprintf(random, sizeof(random), "skip %s %s test", part->ranges < part->n ? "*-*" : "*",
		 part->name);
	if (plot_join(c->d, quantity,
		      s                   ? s->of
		      : i == part->ranges ? NULL
					  : random,
		      c->group, band, e) < 0)
		return -1;
	*line = (struct plot_line){ .points = s != NULL };
	plot_line_band(line, band);
	plot_style(line, i);
	if (s)
		snprintf(label, n, "%s %s",
			 strchr(s->range, '.')   ? "head"
			 : strchr(s->range, '-') ? "layers"
						 : "layer",
			 s->range);
	else
		snprintf(label, n, "%s",
			 i == part->ranges ? "nothing skipped" : "as many at random");
	line->label = label;
	if (!s) {
		line->color = PLOT_FAINT;
		line->dash = i == part->ranges ? 2 : 3;
	}
	return 0;
}

static int draw_ranges(struct plot_page *p, const struct picture *c, const struct part *part,
		       struct plot_box box, struct err *e)
{
	struct series_band band[RANGES + 2] = { { 0 } };
	struct plot_line lines[RANGES + 2];
	const struct series **list = calloc((size_t)c->d->series.n + 1, sizeof(*list));
	char title[80], label[RANGES + 2][40];
	struct plot_axis axis;
	struct plot_panel panel = {
		.box = box, .axis = &axis, .title = title, .xlabel = "step", .high = 1, .legend = 1
	};
	int i, n = 0, count = 0, result = -1;

	if (!list)
		return err_memory(e);
	snprintf(title, sizeof(title), "test accuracy without %s", part_text(part->name));
	for (i = 0; i < c->d->series.n; i++)
		if (c->d->series.runs[c->d->series.all[i].run].group == c->group &&
		    !strcmp(c->d->series.all[i].quantity, "cma.acc"))
			list[count++] = &c->d->series.all[i];
	plot_axis_cover(&axis, list, count);
	for (i = 0; i < part->ranges + 2; i++) {
		if (range_line(c, part, i, label[i], sizeof(label[i]), &band[i], &lines[n], e) < 0)
			goto out;
		p->ranges |= i <= part->ranges && lines[n].low != NULL;
		n += band[i].n > 0;
	}
	plot_lines(p, &panel, lines, n);
	result = 0;
out:
	for (i = 0; i < part->ranges + 2; i++)
		series_band_free(&band[i]);
	free(list);
	return result;
}

/* More skips than lines can show: accuracy against the first layer of each, a line a checkpoint. */
static int head_of(const struct skip *k) /* "3.2": 2; -1 of a layer */
{
	const char *dot = strchr(k->range, '.');

	return dot ? atoi(dot + 1) : -1;
}

static int draw_layers(struct plot_page *p, const struct picture *c, const struct part *part,
		       struct plot_box box, struct err *e)
{
	const struct skip *skips = part->skips + part->ranges;
	const struct series *s = series_find(&c->d->series, "cma.acc", c->run, skips[0].of), *x;
	double layer[SKIPS], y[MOST][SKIPS];
	struct plot_line lines[MOST];
	char label[MOST][40], number[32], title[80];
	struct plot_axis axis;
	struct plot_panel panel = {
		.box = box, .axis = &axis, .title = title, .xlabel = "layer", .high = 1, .legend = 1
	};
	int at[MOST], i, k, n = part->n - part->ranges, checkpoints = 0, heads = 0;

	for (i = 0; i < n; i++)
		heads = head_of(&skips[i]) >= heads ? head_of(&skips[i]) + 1 : heads;
	if (s)
		checkpoints = plot_spread(c->d, c->run, s->step, s->n, MOST, at, e);
	if (checkpoints < 0)
		return -1;
	for (k = 0; k < checkpoints; k++) {
		for (i = 0; i < n; i++) {
			x = series_find(&c->d->series, "cma.acc", c->run, skips[i].of);
			layer[i] = atoi(skips[i].range);
			if (head_of(&skips[i]) > 0) /* between its layer and the next */
				layer[i] += head_of(&skips[i]) / (double)heads;
			y[k][i] = x ? series_at(x, (double)s->step[at[k]]) : NAN;
		}
		plot_step_text(number, sizeof(number), s->step[at[k]]);
		snprintf(label[k], sizeof(label[k]), "step %s", number);
		lines[k] = (struct plot_line){
			.label = label[k], .points = 1, .n = n, .step = layer, .y = y[k]
		};
		plot_style(&lines[k], k);
	}
	snprintf(title, sizeof(title), "without %s of one layer", part_text(part->name));
	if (heads) {
		snprintf(title, sizeof(title), "test accuracy without one head");
		panel.xlabel = "layer; a point for each of its heads";
	}
	plot_axis_linear(&axis, layer[0], layer[n - 1]);
	plot_lines(p, &panel, lines, checkpoints);
	return 0;
}

/* "longest free: 5-9", by what the run says of the part */
static void window_text(const struct picture *c, const struct plot_array *a, char *part, size_t n,
			char *text, size_t m)
{
	const char *name = strlen(a->name) > 11 ? a->name + 11 : NULL;
	const struct series *s = NULL, *first;
	const char *what;
	char of[64] = "";
	int i;

	for (i = 0; i < c->d->series.n && !s; i++)
		if (!strcmp(c->d->series.all[i].quantity, "cma.bypass") &&
		    c->d->series.all[i].run == a->run && c->d->series.all[i].of &&
		    strstr(c->d->series.all[i].of, " test") &&
		    (!name || !strncmp(c->d->series.all[i].of, name, strlen(name))))
			s = &c->d->series.all[i];
	if (s)
		sscanf(s->of, "%63s", of);
	snprintf(part, n, "%s", name || *of ? part_text(name ? name : of) : "");
	text[0] = 0;
	first = s ? series_find(&c->d->series, "cma.bypass_first", a->run, s->of) : NULL;
	if (!first || !(series_at(s, (double)a->step) > 0))
		return;
	i = (int)series_at(first, (double)a->step);
	n = (size_t)series_at(s, (double)a->step);
	what = c->d->series.nruns > 1 ? "free" : "longest free"; /* beside the seed */
	if (n == 1)
		snprintf(text, m, "%s: %d", what, i);
	else
		snprintf(text, m, "%s: %d-%d", what, i, i + (int)n - 1);
}

static void draw_window(struct plot_page *p, const struct picture *c, const struct plot_array *a,
			struct plot_box box)
{
	char title[96], part[40], text[48], seed[32] = "";
	struct plot_map m = { .box = box,
			      .title = title,
			      .subtitle = text,
			      .xlabel = "last layer skipped",
			      .ylabel = "first layer skipped",
			      .v = a->x.data,
			      .rows = (int)a->x.shape[0],
			      .columns = (int)a->x.shape[1],
			      .down = 1,
			      .colours = plot_share_colours,
			      .xnumbers = 1,
			      .ynumbers = 1 };

	window_text(c, a, part, sizeof(part), text, sizeof(text));
	if (c->d->series.nruns > 1)
		snprintf(seed, sizeof(seed), ", seed %" PRId64, c->d->series.runs[a->run].seed);
	snprintf(title, sizeof(title), "windows%s%s%s", *part ? " of " : "", part, seed);
	m.box.w -= p->text ? 0 : PLOT_SCALE;
	plot_map_draw(p, &m);
	plot_scale(p, m.box, &plot_share_colours, "test accuracy");
}

static int draw_all(struct plot_page *p, const struct picture *c, const struct plot_grid *grid,
		    struct err *e)
{
	struct plot_box all = { LEFT, p->top, p->width - LEFT - RIGHT, p->height - p->top };
	int i, k = 0;

	for (i = 0; i < c->nparts; i++) {
		const struct part *part = &c->parts[i];

		if (part->ranges && draw_ranges(p, c, part, plot_grid_box(grid, all, k++), e) < 0)
			return -1;
		if (part->n > part->ranges &&
		    draw_layers(p, c, part, plot_grid_box(grid, all, k++), e) < 0)
			return -1;
	}
	for (i = 0; i < c->nwindows; i++)
		draw_window(p, c, c->windows[i], plot_grid_box(grid, all, k++));
	plot_footer(p, c->d, c->d->series.nruns == 1 ? 0 : c->d->series.ngroups > 1 ? c->run : -1);
	return 0;
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	struct picture c = { .d = d };
	struct plot_grid grid = { .gap = GAP, .above = ABOVE, .below = BELOW };
	struct plot_page p;
	int i, n, width, result = -1;

	if (find_skips(&c, o, e) < 0)
		goto out;
	find_windows(&c, o);
	for (n = c.nwindows, i = 0; i < c.nparts; i++)
		n += (c.parts[i].ranges > 0) + (c.parts[i].n > c.parts[i].ranges);
	if (!n) {
		err_set(e, "the stream has no metrics 'cma.acc' of skipped layers to draw");
		goto out;
	}
	width = n == 1 ? (c.nwindows ? 480 : 860) : 980;
	plot_grid_fit(&grid, n, plot_page_width(g, o, width) - LEFT - RIGHT,
		      n == 1 ? LEAST : fmax(LEAST, 400));
	if (plot_fits(g, o, CELL / 2.0 * grid.down, e) < 0 ||
	    plot_page_start(&p, g, o, width, CELL * grid.down, e) < 0)
		goto out;
	result = draw_all(&p, &c, &grid, e);
out:
	for (i = 0; i < c.nparts; i++)
		free(c.parts[i].skips);
	return result;
}

const struct plot_kind plot_skip = {
	.name = "skip",
	.purpose = "accuracy without some of the layers",
	.needs = { "cma.acc", "cma.window" },
	.command = "grok-cma --skip",
	.arrays = { "cma.window", "cma.window_block", "cma.window_attn", "cma.window_heads",
		    "cma.window_mlp" },
	.draw = draw,
	.heading = "Skipped layers",
	.caption = "Test accuracy of the network when layers are bypassed, for each part of them.",
	.groups = 1,
};
