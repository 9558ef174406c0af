/* Metrics against the step: one panel for each glob of quantities, one colour for each quantity or group. */
#include "plot/panel.h"
#include "sync/quantity.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PANELS = 8, LINES = 24 };

struct curve {
	const char *quantity, *of;
	int group;
	struct series_band band;
	char label[160];
};

static int matches(const struct plot_data *d, const char *names, int whole, int i)
{
	const struct series *s = &d->series.all[i];

	return !(whole && s->of) && !fnmatch(names, s->quantity, 0);
}

/* The series of one curve over the runs of its group, joined. */
static int join_curve(const struct plot_data *d, struct curve *c, struct err *e)
{
	const struct series **list = malloc(sizeof(*list) * (size_t)(d->series.nruns + 1));
	int run, n = 0, result;

	if (!list)
		return err_memory(e);
	for (run = 0; run < d->series.nruns; run++)
		if (d->series.runs[run].group == c->group) {
			list[n] = series_find(&d->series, c->quantity, run, c->of);
			n += list[n] != NULL;
		}
	result = series_join(list, n, &c->band, e);
	free(list);
	return result;
}

/*
 * The curves of a panel: every matching quantity of every group.  What a quantity is about is left
 * out as long as there are values about the whole.
 */
static int find_curves(const struct plot_data *d, const char *names, struct curve *curves,
		       struct err *e)
{
	const struct series *s;
	int i, j, n = 0, whole = 0, group;

	for (i = 0; i < d->series.n; i++)
		whole |= matches(d, names, 1, i);
	for (i = 0; i < d->series.n && n < LINES; i++) {
		if (!matches(d, names, whole, i))
			continue;
		s = &d->series.all[i];
		group = d->series.runs[s->run].group;
		for (j = 0; j < n; j++)
			if (curves[j].group == group && !strcmp(curves[j].quantity, s->quantity) &&
			    !strcmp(curves[j].of ? curves[j].of : "", s->of ? s->of : ""))
				break;
		if (j < n)
			continue;
		curves[n] = (struct curve){ .quantity = s->quantity, .of = s->of, .group = group };
		if (join_curve(d, &curves[n++], e) < 0)
			return -1;
	}
	return n;
}

static void label_curves(const struct plot_data *d, struct curve *curves, int n)
{
	int i, many = 0;
	const char *group;

	for (i = 1; i < n; i++)
		many |= strcmp(curves[i].quantity, curves[0].quantity) != 0;
	for (i = 0; i < n; i++) {
		group = d->series.groups[curves[i].group];
		snprintf(curves[i].label, sizeof(curves[i].label), "%s%s%s%s%s",
			 many || (!*group && !curves[i].of) ? quantity_label(curves[i].quantity)
							    : "",
			 many && curves[i].of ? " " : "", curves[i].of ? curves[i].of : "",
			 (many || curves[i].of) && *group ? " " : "", group);
	}
}

/*
 * Several groups of several quantities have a legend of both, not of every pair: a line in the colour
 * of each group, and one in the dashes of each quantity.  Returns how many; 0: a name for each curve.
 */
static int find_keys(const struct plot_data *d, const struct curve *curves, int n,
		     const struct plot_line *lines, struct plot_line *keys)
{
	int i, j, groups = 0, quantities = 0;

	for (i = 0; i < n; i++) {
		if (curves[i].of)
			return 0;
		for (j = 0; j < i && curves[j].group != curves[i].group; j++)
			;
		if (j == i)
			keys[groups++] =
				(struct plot_line){ .label = d->series.groups[curves[i].group],
						    .color = lines[i].color };
	}
	for (i = 0; i < n && curves[i].group == curves[0].group; i++)
		keys[groups + quantities++] =
			(struct plot_line){ .label = quantity_label(curves[i].quantity),
					    .color = 0x555555,
					    .dash = lines[i].dash };
	return groups > 1 && quantities > 1 && groups * quantities == n ? groups + quantities : 0;
}

/* One group: a colour for each quantity.  Several: a colour for each group, quantities by dashes. */
static void style_line(const struct curve *curves, int n, int i, struct plot_line *line)
{
	const struct series_band *b = &curves[i].band;
	int j, k = 0, groups = 0;

	for (j = 0; j < n; j++)
		groups |= curves[j].group != curves[0].group;
	for (j = 0; j < i; j++)
		k += curves[j].group == curves[i].group;
	*line = (struct plot_line){
		.label = curves[i].label,
		.color = plot_color[(groups ? curves[i].group : k) % PLOT_COLORS],
		.dash = groups && k        ? 1 + k % 4
			: k >= PLOT_COLORS ? 2
					   : 0,
		.points = b->n <= 24,
		.n = b->n,
		.step = b->step,
		.y = b->mean,
	};
	for (j = 0; j < b->n; j++)
		if (b->count[j] > 1) {
			line->low = b->low;
			line->high = b->high;
		}
}

/* Does the legend of one panel serve another? */
static int same_labels(const struct curve *a, int n, const struct curve *b, int m)
{
	int i;

	for (i = 0; i < n && i < m; i++)
		if (a[i].group != b[i].group ||
		    strcmp(quantity_label(a[i].quantity), quantity_label(b[i].quantity)) != 0 ||
		    strcmp(a[i].of ? a[i].of : "", b[i].of ? b[i].of : "") != 0)
			return 0;
	return n == m;
}

/* The row of the first of the quantities, if all that have one are of its family; else NULL. */
static const struct quantity *common(const struct curve *curves, int n)
{
	const struct quantity *first = NULL, *q;
	int i;

	for (i = 0; i < n; i++) {
		q = quantity_find(curves[i].quantity);
		if (q && first && strcmp(q->family, first->family) != 0)
			return NULL;
		first = first ? first : q;
	}
	return first;
}

static void draw_panel(struct plot_page *p, const struct plot_data *d, const char *names,
		       struct curve *curves, int n, struct plot_panel *panel)
{
	struct plot_line lines[LINES], keys[LINES + 1];
	double low = INFINITY, high = -INFINITY;
	const struct quantity *q = common(curves, n);
	char title[160];
	int i, j;

	snprintf(title, sizeof(title), "%s", names);
	if (q)
		quantity_axis(q, title, sizeof(title));
	panel->title = title;
	panel->low = panel->high = NAN;
	panel->log = q && q->scale == QUANTITY_LOG;
	label_curves(d, curves, n);
	for (i = 0; i < n; i++) {
		style_line(curves, n, i, &lines[i]);
		for (j = 0; j < lines[i].n; j++)
			if (isfinite(lines[i].y[j])) {
				low = fmin(low, lines[i].y[j]);
				high = fmax(high, lines[i].y[j]);
			}
	}
	panel->nkeys = find_keys(d, curves, n, lines, keys);
	panel->keys = panel->nkeys ? keys : NULL;
	panel->log &= low > 0;
	if (q && q->scale == QUANTITY_SHARE && low >= 0 && high <= 1) {
		panel->low = 0;
		panel->high = 1;
	}
	plot_lines(p, panel, lines, n);
}

/* "a,b*,c" cut in place at its commas */
static int split(char *names, const char **list)
{
	int n = 0;
	char *place = NULL, *name;

	for (name = strtok_r(names, ",", &place); name && n < PANELS;
	     name = strtok_r(NULL, ",", &place))
		list[n++] = name;
	return n;
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	const char *names[PANELS];
	struct curve *curves = calloc((size_t)PANELS * LINES, sizeof(*curves));
	const struct series **all = calloc((size_t)d->series.n + 1, sizeof(*all));
	char *text = strdup(o->names ? o->names : "train.*_loss,train.*_acc");
	int count[PANELS], n, i, j, nall = 0, result = -1;
	double top = o->title ? 62 : 36, height = 190;
	struct plot_page p;
	struct plot_axis axis;

	if (!curves || !all || !text) {
		err_memory(e);
		goto out;
	}
	n = split(text, names);
	for (i = 0; i < n; i++) {
		count[i] = find_curves(d, names[i], curves + i * LINES, e);
		if (count[i] < 0)
			goto out;
		if (!count[i]) {
			err_set(e, "the stream has no metrics '%s' to draw", names[i]);
			goto out;
		}
	}
	for (j = 0; j < d->series.n; j++)
		for (i = 0; i < n; i++)
			if (!fnmatch(names[i], d->series.all[j].quantity, 0)) {
				all[nall++] = &d->series.all[j];
				break;
			}
	plot_axis_cover(&axis, all, nall);
	if (plot_page_start(&p, g, o, 860, (int)(top + n * (height + 44) + 28), e) < 0)
		goto out;
	height = (p.height - top - 28) / n - 44;
	for (i = 0; i < n; i++) {
		struct plot_panel panel = {
			.box = { 64, top + i * (height + 44), p.width - 64 - 22, height },
			.axis = &axis,
			.xlabel = i == n - 1 ? "step" : NULL,
			.legend =
				!i || !same_labels(curves, count[0], curves + i * LINES, count[i]),
		};

		draw_panel(&p, d, names[i], curves + i * LINES, count[i], &panel);
	}
	plot_footer(&p, d, d->series.nruns == 1 ? 0 : -1);
	result = 0;
out:
	for (i = 0; curves && i < PANELS * LINES; i++)
		series_band_free(&curves[i].band);
	free(curves);
	free(all);
	free(text);
	return result;
}

const struct plot_kind plot_curves = {
	.name = "curves",
	.purpose = "metrics against the logarithm of the step, with a band over seeds",
	.command = "grok-train",
	.draw = draw,
	.heading = "Loss and accuracy",
	.caption = "On the training and the test set, at every evaluation.",
};
