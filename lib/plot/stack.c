/* Panels of curves above one another; see stack.h. */
#include "plot/stack.h"
#include "glob.h"
#include "sync/quantity.h"
#include "sync/sync.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Is it a series of the quantity, about the whole or about what the glob matches? */
static int is_of(const struct series *s, const char *quantity, const char *of)
{
	return !strcmp(s->quantity, quantity) && (of ? s->of && glob_matches(of, s->of) : !s->of);
}

/* The series of a quantity in a group; @list holds as many as the set has. */
static int find(const struct plot_data *d, const char *quantity, const char *of, int group,
		const struct series **list)
{
	const struct series *s;
	int i, n = 0;

	for (i = 0; i < d->series.n; i++) {
		s = &d->series.all[i];
		if (d->series.runs[s->run].group == group && is_of(s, quantity, of))
			list[n++] = s;
	}
	return n;
}

static const struct series **all_series(const struct plot_data *d, struct err *e)
{
	const struct series **list = malloc(sizeof(*list) * (size_t)(d->series.n + 1));

	if (!list)
		err_memory(e);
	return list;
}

int plot_join(const struct plot_data *d, const char *quantity, const char *of, int group,
	      struct series_band *band, struct err *e)
{
	const struct series **list = all_series(d, e);
	int result;

	if (!list)
		return -1;
	result = series_join(list, find(d, quantity, of, group, list), band, e);
	free(list);
	return result;
}

/* Has the group any of the row's quantities? */
static int row_has(const struct plot_data *d, const struct plot_row *row, int group)
{
	const struct series *s;
	int i, k;

	for (i = 0; i < d->series.n; i++) {
		s = &d->series.all[i];
		for (k = 0; k < PLOT_ROW_CURVES && row->q[k].name; k++)
			if (d->series.runs[s->run].group == group &&
			    is_of(s, row->q[k].name, row->q[k].of))
				return 1;
	}
	return 0;
}

/* Set @axis to one that covers everything that the rows draw of a group. */
static int rows_axis(const struct plot_data *d, const struct plot_rows *rows, int group,
		     struct plot_axis *axis, struct err *e)
{
	const struct plot_quantity *q;
	const struct series **list =
		malloc(sizeof(*list) * ((size_t)rows->n * PLOT_ROW_CURVES + 1) *
		       (size_t)(d->series.n + 1));
	int i, k, count = 0;

	if (!list)
		return err_memory(e);
	for (i = 0; i < rows->n; i++)
		for (k = 0, q = rows->row[i].q; k < PLOT_ROW_CURVES && q[k].name; k++)
			count += find(d, q[k].name, q[k].of, group, list + count);
	plot_axis_cover(axis, list, count);
	free(list);
	return 0;
}

/* The half-way step of a curve's largest transition; NaN when it has none. */
static int transition(const struct series_band *b, double *step, struct err *e)
{
	int64_t *steps = malloc(sizeof(*steps) * (size_t)(b->n + 1));
	struct sync_changes c;
	double most = 0, rise;
	int i, result;

	*step = NAN;
	if (!steps)
		return err_memory(e);
	for (i = 0; i < b->n; i++)
		steps[i] = (int64_t)b->step[i];
	result = sync_find(steps, b->mean, b->n, 1, &c, e);
	for (i = 0; !result && i < c.n; i++) {
		rise = fabs(c.change[i].after - c.change[i].before);
		if (rise > most) {
			most = rise;
			*step = c.change[i].step;
		}
	}
	free(steps);
	return result;
}

/* The half-way step of the largest transition of a quantity's mean over a group, or NaN */
static double transition_of(const struct plot_data *d, const char *quantity, int group,
			    struct err *e)
{
	struct series_band b;
	double step = NAN;

	if (plot_join(d, quantity, NULL, group, &b, e) < 0)
		return NAN;
	transition(&b, &step, e);
	series_band_free(&b);
	return step;
}

/* In place of the range over runs: to both sides what another quantity says. */
static int spread_by(const struct plot_data *d, const struct plot_quantity *q, int group,
		     struct series_band *b, struct err *e)
{
	struct series_band sd;
	struct series as_series = { 0 };
	int i;

	if (plot_join(d, q->sd, q->of, group, &sd, e) < 0)
		return -1;
	as_series.n = sd.n;
	as_series.x = sd.mean;
	as_series.step = malloc(sizeof(*as_series.step) * (size_t)(sd.n + 1));
	if (!as_series.step) {
		series_band_free(&sd);
		return err_memory(e);
	}
	for (i = 0; i < sd.n; i++)
		as_series.step[i] = (int64_t)sd.step[i];
	for (i = 0; i < b->n; i++) {
		b->low[i] = b->mean[i] - series_at(&as_series, b->step[i]);
		b->high[i] = b->mean[i] + series_at(&as_series, b->step[i]);
		b->count[i] = 2; /* there is a band to draw */
	}
	free(as_series.step);
	series_band_free(&sd);
	return 0;
}

/* One curve of a row: its band, for the caller to free, and how it is drawn. */
static int make_line(const struct plot_data *d, const struct plot_quantity *q, int i, int group,
		     struct series_band *band, struct plot_line *line, struct err *e)
{
	*line = (struct plot_line){ .dot = NAN };
	if (plot_join(d, q->name, q->of, group, band, e) < 0)
		return -1;
	if (!band->n)
		return 0;
	if (q->sd && spread_by(d, q, group, band, e) < 0)
		return -1;
	plot_style(line, i);
	line->label = q->label ? q->label : quantity_label(q->name);
	line->color = q->color ? q->color : line->color;
	line->dash = q->dash ? q->dash : line->dash;
	line->points = band->n <= 40;
	plot_line_band(line, band);
	return !q->sd ? transition(band, &line->dot, e) : 0;
}

/* The title of a row and, when it is of layers, what its band is the range of. */
static void put_title(const struct plot_data *d, const struct plot_row *row, int group, char *title,
		      size_t n)
{
	const struct series *s, *first = NULL;
	char axis[96];
	int i, layers = 0, seeds = 0;

	for (i = 0; row->q[0].of && i < d->series.n; i++) {
		s = &d->series.all[i];
		if (d->series.runs[s->run].group != group ||
		    !is_of(s, row->q[0].name, row->q[0].of))
			continue;
		first = first ? first : s;
		layers |= strcmp(s->of, first->of) != 0;
		seeds |= s->run != first->run;
	}
	quantity_axis(quantity_find(row->q[0].name), axis, sizeof(axis));
	snprintf(title, n, "%s%s%s%s", row->title ? row->title : axis,
		 layers || seeds ? ", range over " : "", layers ? "layers" : "",
		 seeds ? layers ? " and seeds" : "seeds" : "");
}

/* Draw a row in a panel, whose box, axis, xlabel and marks are set. */
static int row_draw(struct plot_page *p, const struct plot_data *d, const struct plot_row *row,
		    int group, struct plot_panel *panel, struct err *e)
{
	struct series_band band[PLOT_ROW_CURVES] = { { 0 } };
	struct plot_line lines[PLOT_ROW_CURVES];
	int i, n = 0, result = -1;
	char title[160];

	for (i = 0; i < PLOT_ROW_CURVES && row->q[i].name; i++) {
		if (make_line(d, &row->q[i], i, group, &band[i], &lines[n], e) < 0)
			goto out;
		p->ranges |= lines[n].low && !row->q[i].sd && !row->q[i].of;
		n += lines[n].n > 0;
	}
	put_title(d, row, group, title, sizeof(title));
	panel->title = title;
	panel->log = row->log;
	panel->decades = row->decades;
	panel->low = row->low < row->high ? row->low : NAN;
	panel->high = row->low < row->high ? row->high : NAN;
	panel->legend = n > 1;
	plot_lines(p, panel, lines, n);
	result = 0;
out:
	for (i = 0; i < PLOT_ROW_CURVES; i++)
		series_band_free(&band[i]);
	return result;
}

static double largest(const struct series *s)
{
	double most = 0;
	int j;

	for (j = 0; j < s->n; j++)
		if (isfinite(s->x[j]))
			most = fmax(most, fabs(s->x[j]));
	return most;
}

/* The largest value of a row in any group: stacks beside one another number alike. */
static double row_unit(const struct plot_data *d, const struct plot_row *row)
{
	double most = 0;
	int i, k;

	for (i = 0; i < d->series.n; i++)
		for (k = 0; k < PLOT_ROW_CURVES && row->q[k].name; k++)
			if (is_of(&d->series.all[i], row->q[k].name, row->q[k].of))
				most = fmax(most, largest(&d->series.all[i]));
	return most;
}

/*
 * The height of a row, of the axis below a stack, of the name above it, and of the line that
 * explains marks
 */
enum { ROW = 160, FOOT = 46, NAME = 26, NOTE = 20 };

/* Has the group a stack of its own? */
static int stacks(const struct plot_data *d, const struct plot_options *o,
		  const struct plot_rows *rows, int group)
{
	return (!o->first || (group >= o->first - 1 && group <= o->last - 1)) &&
	       row_has(d, &rows->row[0], group);
}

void plot_stack_shape(const struct gnuplot *g, const struct plot_data *d,
		      const struct plot_options *o, const struct plot_rows *rows,
		      struct plot_shape *shape)
{
	int group, i, count, width;

	*shape = (struct plot_shape){ 0 };
	for (group = 0; group < d->series.ngroups; group++) {
		if (!stacks(d, o, rows, group))
			continue;
		shape->stacks++;
		for (count = i = 0; i < rows->n; i++)
			count += row_has(d, &rows->row[i], group);
		shape->rows = count > shape->rows ? count : shape->rows;
	}
	shape->width = shape->stacks > 1 ? 920 : 860;
	width = plot_page_width(g, o, shape->width);
	if (!shape->stacks)
		return;
	shape->across = shape->stacks > 1 && width >= 600 ? 2 : 1;
	shape->down = (shape->stacks + shape->across - 1) / shape->across;
	shape->height =
		shape->down * (ROW * shape->rows + FOOT + (shape->stacks > 1 ? NAME : 0)) + NOTE;
}

static int draw_column(struct plot_page *p, const struct plot_data *d, struct plot_box cell,
		       const struct plot_rows *rows, int group, double height, struct err *e)
{
	struct plot_axis axis;
	struct plot_mark mark = { NAN, PLOT_FAINT, NULL };
	int i, k = 0, last = 0;

	if (rows_axis(d, rows, group, &axis, e) < 0)
		return -1;
	if (rows->against)
		mark.step = transition_of(d, rows->against, group, e);
	for (i = 0; i < rows->n; i++)
		last = row_has(d, &rows->row[i], group) ? i : last;
	for (i = 0; i < rows->n; i++) {
		const struct plot_row *row = &rows->row[i];
		struct plot_panel panel = {
			.box = { cell.x, cell.y + 30 + k * height, cell.w, fmax(height - 44, 24) },
			.axis = &axis,
			.xlabel = i == last ? rows->xlabel : NULL,
			.unit = row_unit(d, row),
			.marks = &mark,
			.nmarks = isfinite(mark.step),
		};

		if (!row_has(d, row, group))
			continue;
		k++;
		if (row_draw(p, d, row, group, &panel, e) < 0)
			return -1;
	}
	return 0;
}

/* The name of a group above its stack: as many of its settings as have room. */
static void put_name(struct plot_page *p, struct plot_box cell, const char *group)
{
	size_t most = (size_t)(cell.w / 8.5) - 2, n = strlen(group);
	char text[128];

	if (n > most || n >= sizeof(text)) {
		n = most < sizeof(text) - 8 ? most : sizeof(text) - 8;
		while (n > 0 && group[n] != ' ')
			n--;
		snprintf(text, sizeof(text), "%.*s …", (int)n, group);
		if (n)
			group = text;
	}
	plot_note(p, cell.x, cell.y + 12, 'l', 15, PLOT_INK, group, (int)most + 2);
}

/* What the marks mean that are drawn. */
static void put_note(struct plot_page *p, struct plot_box box)
{
	const char *dashed = p->g->format == GNUPLOT_SIXEL ? "line" : "dashed";
	char text[128] = "○ half-way through a curve's largest change";
	size_t n = strlen(text);

	if (box.w < 400)
		n = (size_t)snprintf(text, sizeof(text), "○ half-way");
	if (p->marks)
		snprintf(text + n, sizeof(text) - n, ";  %s: %sthat of test accuracy", dashed,
			 box.w < 400 ? "" : "through ");
	plot_note(p, box.x, box.y + box.h + 10, 'l', 10, PLOT_FAINT, text, 0);
}

int plot_stack(struct plot_page *p, const struct plot_data *d, const struct plot_options *o,
	       struct plot_box box, const struct plot_rows *rows, struct err *e)
{
	struct plot_shape shape;
	struct plot_box band = box, cell;
	int group, k = 0;

	plot_stack_shape(p->g, d, o, rows, &shape);
	if (!shape.stacks)
		return 0;
	box.h -= NOTE;
	p->dots = p->marks = 0;
	band.h = box.h / shape.down;
	for (group = 0; group < d->series.ngroups; group++) {
		if (!stacks(d, o, rows, group))
			continue;
		band.y = box.y + band.h * (k / shape.across);
		cell = plot_cell(band, k++ % shape.across, shape.across, 70);
		if (shape.stacks > 1) {
			put_name(p, cell, d->series.groups[group]);
			cell.y += NAME;
			cell.h -= NAME;
		}
		if (draw_column(p, d, cell, rows, group, (cell.h - FOOT) / shape.rows, e) < 0)
			return -1;
	}
	if (rows->against && !p->text && p->dots)
		put_note(p, box);
	return 0;
}

int plot_stack_draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		    const struct plot_rows *rows, struct err *e)
{
	struct plot_page p;
	struct plot_shape shape;

	plot_stack_shape(g, d, o, rows, &shape);
	if (!shape.stacks)
		return err_set(e, "the stream has no metrics '%s' to draw", rows->row[0].q[0].name);
	if (plot_fits(g, o, STACK_LEAST * shape.height, e) < 0 ||
	    plot_page_start(&p, g, o, shape.width, shape.height, e) < 0)
		return -1;
	if (plot_stack(&p, d, o,
		       (struct plot_box){ 74, p.top, p.width - 74 - 22, p.height - p.top }, rows,
		       e) < 0)
		return -1;
	plot_footer(&p, d, d->series.nruns == 1 ? 0 : -1);
	return 0;
}
