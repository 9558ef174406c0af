/*
 * Metrics against the step: one panel for each glob of quantities, one colour for each quantity or
 * group.
 */
#include "glob.h"
#include "nearest.h"
#include "text.h"
#include "plot/panel.h"
#include "sync/quantity.h"

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

	return !(whole && s->of) && glob_matches(names, s->quantity);
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
			    text_same(curves[j].of, s->of))
				break;
		if (j < n)
			continue;
		curves[n] = (struct curve){ .quantity = s->quantity, .of = s->of, .group = group };
		if (join_curve(d, &curves[n++], e) < 0)
			return -1;
	}
	return n;
}

/*
 * What tells a group from the others: its settings or, when it has none of its own, its first run.
 */
static const char *group_name(const struct plot_data *d, int group)
{
	int run;

	if (*d->series.groups[group] || d->series.ngroups == 1)
		return d->series.groups[group];
	for (run = 0; d->series.runs[run].group != group; run++)
		;
	return d->series.runs[run].name;
}

static void label_curves(const struct plot_data *d, struct curve *curves, int n)
{
	int i, many = 0, one = 1;
	const char *group;

	for (i = 1; i < n; i++) {
		many |= strcmp(curves[i].quantity, curves[0].quantity) != 0;
		one &= curves[i].group == curves[0].group;
	}
	for (i = 0; i < n; i++) {
		group = one ? "" : group_name(d, curves[i].group);
		snprintf(curves[i].label, sizeof(curves[i].label), "%s%s%s%s%s",
			 many || (!*group && !curves[i].of) ? quantity_label(curves[i].quantity)
							    : "",
			 many && curves[i].of ? " " : "", curves[i].of ? curves[i].of : "",
			 (many || curves[i].of) && *group ? " " : "", group);
	}
}

/*
 * Several groups of several quantities have a legend of both, not of every pair: a line in the
 * colour of each group, and one in the dashes of each quantity.  Returns how many; 0: a name for
 * each curve.
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
				(struct plot_line){ .label = group_name(d, curves[i].group),
						    .color = lines[i].color };
	}
	for (i = 0; i < n && curves[i].group == curves[0].group; i++)
		keys[groups + quantities++] =
			(struct plot_line){ .label = quantity_label(curves[i].quantity),
					    .color = PLOT_DARK,
					    .dash = lines[i].dash };
	return groups > 1 && groups <= PLOT_COLORS && quantities > 1 && groups * quantities == n
		       ? groups + quantities
		       : 0;
}

/*
 * One group: a colour for each quantity.  Several: a colour for each group, quantities by dashes.
 * More groups than colours: a style for each curve.
 */
static void style_line(const struct curve *curves, int n, int i, struct plot_line *line)
{
	const struct series_band *b = &curves[i].band;
	int j, k = 0, most = 0, first = curves[0].group;

	for (j = 0; j < n; j++)
		most = curves[j].group > most ? curves[j].group : most;
	for (j = 0; j < i; j++)
		k += curves[j].group == curves[i].group;
	*line = (struct plot_line){ .label = curves[i].label, .points = b->n <= 40 };
	plot_line_band(line, b);
	if (most == first)
		plot_style(line, k);
	else if (most >= PLOT_COLORS)
		plot_style(line, i);
	else
		plot_style(line, curves[i].group + PLOT_COLORS * k);
}

/* Does the legend of one panel serve another? */
static int same_labels(const struct curve *a, int n, const struct curve *b, int m)
{
	int i;

	for (i = 0; i < n && i < m; i++)
		if (a[i].group != b[i].group ||
		    strcmp(quantity_label(a[i].quantity), quantity_label(b[i].quantity)) != 0 ||
		    !text_same(a[i].of, b[i].of))
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

/* A panel of the picture: its curves, how they look, and what its legend shows. */
struct part {
	const char *names;
	struct curve curves[LINES];
	int n;
	struct plot_line lines[LINES], keys[LINES + 1];
	char title[160];
	struct plot_panel panel;
	int rows; /* of its legend */
};

/*
 * Of one quantity by a variant, such as bdm.bits_2x4: the row of bdm.bits, with a title that says
 * so.
 */
static const struct quantity *variant(const struct curve *curves, int n, char *title, size_t size)
{
	const char *name = curves[0].quantity, *suffix = strrchr(name, '_');
	const struct quantity *q;
	char base[128];
	int i;

	for (i = 1; i < n; i++)
		if (strcmp(curves[i].quantity, name) != 0)
			return NULL;
	if (!suffix)
		return NULL;
	snprintf(base, sizeof(base), "%.*s", (int)(suffix - name), name);
	q = quantity_find(base);
	if (q) {
		quantity_axis(q, title, size);
		snprintf(title + strlen(title), size - strlen(title), ", %s", suffix + 1);
	}
	return q;
}

static void prepare(const struct plot_data *d, struct part *part, const struct plot_axis *axis)
{
	const struct quantity *q = common(part->curves, part->n);
	double low = INFINITY, high = -INFINITY;
	int i, j;

	snprintf(part->title, sizeof(part->title), "%s", part->names);
	if (q)
		quantity_axis(q, part->title, sizeof(part->title));
	else if (part->n)
		q = variant(part->curves, part->n, part->title, sizeof(part->title));
	label_curves(d, part->curves, part->n);
	for (i = 0; i < part->n; i++) {
		style_line(part->curves, part->n, i, &part->lines[i]);
		for (j = 0; j < part->lines[i].n; j++)
			if (isfinite(part->lines[i].y[j])) {
				low = fmin(low, part->lines[i].y[j]);
				high = fmax(high, part->lines[i].y[j]);
			}
	}
	part->panel = (struct plot_panel){ .title = part->title,
					   .axis = axis,
					   .low = NAN,
					   .high = NAN,
					   .log = q && q->scale == QUANTITY_LOG && low > 0 };
	part->panel.nkeys = find_keys(d, part->curves, part->n, part->lines, part->keys);
	part->panel.keys = part->panel.nkeys ? part->keys : NULL;
	if (q && q->scale == QUANTITY_SHARE && low >= 0 && high <= 1) {
		part->panel.low = 0;
		part->panel.high = 1;
	}
}

/* "a,b*,c" cut in place at its commas; returns how many */
static int split(char *names, struct part *parts)
{
	int n = 0;
	char *name;

	while (n < PANELS && (name = strsep(&names, ",")))
		parts[n++].names = name;
	return n;
}

/* No metric is of this name: which command records it, or which one may have been meant. */
static int unknown(const struct plot_data *d, const char *name, struct err *e)
{
	const struct quantity *q = quantity_find(name);
	struct nearest near = nearest_to(name);
	const char *meant;
	int i;

	if (q)
		return err_set(e, "the stream has no metrics '%s' to draw; '%s' records it", name,
			       q->command);
	for (i = 0; i < d->series.n; i++)
		nearest_offer(&near, d->series.all[i].quantity);
	meant = nearest_word(&near);
	return err_set(e, "the stream has no metrics '%s' to draw%s%s%s", name,
		       meant ? "; did you mean '" : "", meant ? meant : "", meant ? "'?" : "");
}

/* @is_asked: the user named the quantities. */
static int find_all(const struct plot_data *d, struct part *parts, int n, int is_asked,
		    struct err *e)
{
	int i;

	for (i = 0; i < n; i++) {
		parts[i].n = find_curves(d, parts[i].names, parts[i].curves, e);
		if (parts[i].n < 0)
			return -1;
		if (parts[i].n)
			continue;
		unknown(d, parts[i].names, e);
		if (is_asked)
			e->kind = ERR_UNMATCHED;
		return -1;
	}
	return 0;
}

/* The axis that shows the steps of all panels. */
static int cover(const struct plot_data *d, const struct part *parts, int n, struct plot_axis *axis,
		 struct err *e)
{
	const struct series **all = calloc((size_t)d->series.n + 1, sizeof(*all));
	int i, j, nall = 0;

	if (!all)
		return err_memory(e);
	for (j = 0; j < d->series.n; j++)
		for (i = 0; i < n; i++)
			if (glob_matches(parts[i].names, d->series.all[j].quantity)) {
				all[nall++] = &d->series.all[j];
				break;
			}
	plot_axis_cover(axis, all, nall);
	free(all);
	return 0;
}

enum { LEFT = 64, RIGHT = 22, HEIGHT = 190, LEAST = 20, ABOVE = 30, FOOT = 46, WIDTH = 860 };

static int draw_parts(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		      struct part *parts, int n, struct err *e)
{
	struct plot_page p = { .text = g->format == GNUPLOT_TEXT };
	double y, h, w = plot_page_width(g, o, WIDTH) - LEFT - RIGHT;
	int i, j, rows = 0;

	for (i = 0; i < n; i++) {
		struct part *q = &parts[i];
		const int keys = q->panel.keys && !p.text;

		q->panel.legend = !i || !same_labels(parts[0].curves, parts[0].n, q->curves, q->n);
		if (q->n == 1 && !strcmp(q->curves[0].label, q->curves[0].quantity) &&
		    !strpbrk(q->title, "*?["))
			q->panel.legend = 0; /* the title says as much, unless it is a glob */
		if (q->panel.legend)
			q->rows = plot_legend_rows(&p, w, q->title, keys ? q->keys : q->lines,
						   keys ? q->panel.nkeys : q->n);
		rows += q->rows;
	}
	if (plot_fits(g, o, n * (LEAST + ABOVE) + rows * PLOT_LINE + FOOT, e) ||
	    plot_page_start(&p, g, o, WIDTH, n * (HEIGHT + ABOVE) + rows * PLOT_LINE + FOOT, e) < 0)
		return -1;
	h = (p.height - p.top - FOOT - rows * PLOT_LINE) / n - ABOVE;
	for (i = 0, y = p.top; i < n; i++) {
		y += ABOVE;
		parts[i].panel.box =
			(struct plot_box){ LEFT, y, w, fmax(h, LEAST) + parts[i].rows * PLOT_LINE };
		parts[i].panel.xlabel = i == n - 1 ? "step" : NULL;
		plot_lines(&p, &parts[i].panel, parts[i].lines, parts[i].n);
		y += parts[i].panel.box.h;
		for (j = 0; j < parts[i].n; j++)
			p.ranges |= parts[i].lines[j].low != NULL;
	}
	plot_footer(&p, d, d->series.nruns == 1 ? 0 : -1);
	return 0;
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	struct part *parts = calloc(PANELS, sizeof(*parts));
	char *text = strdup(o->names ? o->names : "train.*_loss,train.*_acc");
	struct plot_axis axis;
	int n = 0, i, j, result = -1;

	if (!parts || !text) {
		err_memory(e);
		goto out;
	}
	n = split(text, parts);
	if (find_all(d, parts, n, o->names != NULL, e) < 0 || cover(d, parts, n, &axis, e) < 0)
		goto out;
	for (i = 0; i < n; i++)
		prepare(d, &parts[i], &axis);
	result = draw_parts(g, d, o, parts, n, e);
out:
	for (i = 0; parts && i < n; i++)
		for (j = 0; j < LINES; j++)
			series_band_free(&parts[i].curves[j].band);
	free(parts);
	free(text);
	return result;
}

const struct plot_kind plot_curves = {
	.name = "curves",
	.purpose = "metrics against the logarithm of the step, with a band over seeds",
	.command = "grok-train",
	.takes = PLOT_NAME,
	.draw = draw,
	.heading = "Loss and accuracy",
	.caption = "On the training and the test set, at every evaluation.",
};
