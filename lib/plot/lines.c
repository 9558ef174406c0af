/* Panels of lines with bands, over steps or anything else. */
#include "plot/panel.h"

#include <math.h>

enum { NEAR = 3 }; /* pixels: checkpoints that stand closer are one point */

void plot_style(struct plot_line *line, int i)
{
	static const int dashes[] = { 0, 2, 4, 3, 5 };

	line->color = plot_color[i % PLOT_COLORS];
	line->dash = dashes[i / PLOT_COLORS % 5];
}

void plot_line_band(struct plot_line *line, const struct series_band *band)
{
	int i;

	line->n = band->n;
	line->step = band->step;
	line->y = band->mean;
	for (i = 0; i < band->n; i++)
		if (band->count[i] > 1) {
			line->low = band->low;
			line->high = band->high;
		}
}

/* The least and the largest value that is drawn; 0 when there is none. */
static int values_range(const struct plot_panel *panel, const struct plot_line *lines, int n,
			double *low, double *high)
{
	const double *values[3];
	int i, j, k;

	*low = INFINITY;
	*high = -INFINITY;
	for (i = 0; i < n; i++) {
		values[0] = lines[i].y;
		values[1] = lines[i].low;
		values[2] = lines[i].high;
		for (k = 0; k < 3; k++)
			for (j = 0; values[k] && j < lines[i].n; j++)
				if (isfinite(values[k][j]) && (!panel->log || values[k][j] > 0)) {
					*low = fmin(*low, values[k][j]);
					*high = fmax(*high, values[k][j]);
				}
	}
	return *low <= *high;
}

static void line_range(const struct plot_panel *panel, const struct plot_line *lines, int n,
		       double *low, double *high)
{
	double middle;

	if (!values_range(panel, lines, n, low, high)) {
		*low = panel->log ? 0.1 : 0;
		*high = 1;
	}
	*low = isnan(panel->low) ? *low : panel->low;
	*high = isnan(panel->high) ? *high : panel->high;
	if (panel->log && panel->decades && *low < *high / pow(10, panel->decades))
		*low = *high / pow(10, panel->decades);
	if (panel->log && *high < 10 * *low) { /* show a decade at least */
		middle = sqrt(*low * *high);
		*low = middle / 3.2;
		*high = middle * 3.2;
	} else if (!panel->log && !(*high - *low > 1e-9 * fmax(fabs(*low), fabs(*high)))) {
		middle = *low == 0 ? 1 : 0.5 * fabs(*low);
		*low -= middle;
		*high += middle;
	}
}

/* Values that stand at one place: their mean, and the reach of their bands; n = 0: a gap. */
struct point {
	double x, y, low, high;
	int n;
};

/* How near values are drawn as one point */
static double nearness(const struct plot_panel *panel, const struct plot_line *line)
{
	return line->points ? NEAR * (panel->axis->high - panel->axis->low) / panel->box.w : 0;
}

/* The point or the gap that begins with value @j; returns where the next begins. */
static int next_point(const struct plot_panel *panel, const struct plot_line *line, int j,
		      struct point *at)
{
	double near = nearness(panel, line), floor = panel->log ? 1e-300 : -INFINITY, x;
	int i;

	*at = (struct point){ 0 };
	for (i = j; i < line->n; i++) {
		x = plot_axis_at(panel->axis, line->step[i]);
		if (!isfinite(line->y[i]) || line->y[i] <= floor)
			return at->n ? i : i + 1;
		if (at->n && !(fabs(x - at->x) < near))
			return i;
		if (line->low) {
			at->low = fmax(at->n ? fmin(at->low, line->low[i]) : line->low[i], floor);
			at->high =
				fmax(at->n ? fmax(at->high, line->high[i]) : line->high[i], floor);
		}
		at->n++;
		at->x += (x - at->x) / at->n;
		at->y += (line->y[i] - at->y) / at->n;
	}
	return i;
}

/* The values of a line as a data block of x, y, low, high. */
static void put_block(struct plot_page *p, const struct plot_panel *panel,
		      const struct plot_line *line)
{
	struct point at;
	int j;

	fprintf(p->f, "$d%d << EOD\n", p->blocks++);
	for (j = 0; j < line->n;) {
		j = next_point(panel, line, j, &at);
		if (at.n) {
			plot_number(p->f, at.x);
			plot_number(p->f, at.y);
		}
		if (at.n && line->low) {
			plot_number(p->f, at.low);
			plot_number(p->f, at.high);
		}
		fputc('\n', p->f);
	}
	fputs("EOD\n", p->f);
}

static void put_marks(struct plot_page *p, const struct plot_panel *panel)
{
	const struct plot_mark *m;
	double x;
	int i;

	for (i = 0; i < panel->nmarks; i++) {
		m = &panel->marks[i];
		x = plot_axis_at(panel->axis, m->step);
		if (!isfinite(x))
			continue;
		p->marks = 1;
		fprintf(p->f,
			"set arrow from first %.8g, graph 0 to first %.8g, graph %g nohead back "
			"linewidth 1 dashtype 2 linecolor rgb '#%06x'\n",
			x, x, p->text ? 0.9 : 1.0, plot_paint(p, m->color));
		if (!m->label)
			continue;
		fputs("set label ", p->f);
		gnuplot_text(p->f, m->label, 40);
		fprintf(p->f,
			" at first %.8g, graph 0.06 left offset 0.7,0 textcolor rgb '#%06x'\n", x,
			plot_paint(p, m->color));
	}
}

/* The height of a line at a step, on the chord between the points around it; NaN: none. */
static double line_at(const struct plot_panel *panel, const struct plot_line *line, double step)
{
	double x = plot_axis_at(panel->axis, step), t;
	struct point left = { 0 }, at;
	int j;

	for (j = 0; j < line->n;) {
		j = next_point(panel, line, j, &at);
		if (at.n && at.x > x && left.n) {
			t = (x - left.x) / (at.x - left.x);
			return panel->log ? pow(left.y, 1 - t) * pow(at.y, t)
					  : (1 - t) * left.y + t * at.y;
		}
		if (at.n && at.x > x)
			return NAN;
		left = at.n ? at : left;
	}
	return left.n ? left.y : NAN;
}

static void put_curve(struct plot_page *p, const struct plot_line *line, int block, int i)
{
	/* Sixels have no dashes: a thin line stands for one. */
	double thin = line->dash && p->g->format == GNUPLOT_SIXEL ? 0.5 : 1;

	fprintf(p->f, "$d%d using 1:2 with %s linewidth %g", block,
		line->points && !p->text ? "linespoints pointtype 7 pointsize 0.35" : "lines",
		thin * (line->width > 0 ? line->width : 1.8));
	if (p->text)
		fprintf(p->f, " linetype %d", 1 + i % 7);
	fprintf(p->f, " linecolor rgb '#%06x'", plot_paint(p, line->color));
	if (line->dash && !p->text)
		fprintf(p->f, " dashtype %d", line->dash);
}

static void put_dot(struct plot_page *p, const struct plot_panel *panel,
		    const struct plot_line *line)
{
	double x = plot_axis_at(panel->axis, line->dot), y = line_at(panel, line, line->dot);

	if (!isfinite(x) || !isfinite(y))
		return;
	p->dots = 1;
	fprintf(p->f,
		", '+' using (%.8g):(%.8g) every ::0::0 with points pointtype 7 pointsize 0.9 "
		"linecolor rgb '#%06x', '+' using (%.8g):(%.8g) every ::0::0 with points "
		"pointtype 7 pointsize 0.5 linecolor rgb '#ffffff'",
		x, y, plot_paint(p, line->color), x, y);
}

/* Axes, grid, title and legend, before anything is plotted. */
static void open_panel(struct plot_page *p, struct plot_panel *panel, const struct plot_line *lines,
		       int n)
{
	const struct plot_line *keys = panel->keys && !p->text ? panel->keys : lines;
	int nkeys = panel->keys && !p->text ? panel->nkeys : n, rows = 0;
	struct plot_box heading;
	double low, high, pad;

	if (panel->legend)
		rows = plot_legend_rows(p, panel->box.w, panel->title, keys, nkeys);
	heading = panel->box;
	panel->box.y += PLOT_LINE * rows;
	panel->box.h = fmax(panel->box.h - PLOT_LINE * rows, 24);
	line_range(panel, lines, n, &low, &high);
	pad = panel->log ? pow(high / low, 0.04) : 0.04 * (high - low);
	plot_reset(p);
	plot_area(p, panel->box);
	fputs("set border 1\n", p->f);
	plot_step_tics(p, panel->axis, panel->xlabel != NULL);
	if (panel->log)
		plot_log_tics(p, 'y', low, high);
	else
		plot_tics(p, 'y', low - pad, high + pad, panel->unit, PLOT_NUMBERS);
	fprintf(p->f, "set yrange [%.10g:%.10g]\n", panel->log ? low / pad : low - pad,
		panel->log ? high * pad : high + pad);
	if (!p->text)
		fprintf(p->f,
			"set grid ytics back linetype 1 linewidth 0.6 linecolor rgb '#%06x'\n",
			PLOT_GRID);
	plot_label(p, panel->box, 'x', panel->xlabel);
	plot_title(p, heading, panel->title, NULL);
	if (panel->legend)
		plot_legend(p, panel->box, panel->title, keys, nkeys);
	put_marks(p, panel);
}

void plot_lines(struct plot_page *p, const struct plot_panel *given, const struct plot_line *lines,
		int n)
{
	struct plot_panel panel = *given;
	int i, first, some = 0;

	open_panel(p, &panel, lines, n);
	first = p->blocks;
	for (i = 0; i < n; i++)
		put_block(p, &panel, &lines[i]);
	fputs("plot ", p->f);
	for (i = 0; i < n; i++) {
		if (!lines[i].low || p->text)
			continue;
		fprintf(p->f,
			"%s$d%d using 1:3:4 with filledcurves fillstyle transparent solid 0.18 "
			"noborder linecolor rgb '#%06x'",
			some++ ? ", " : "", first + i, plot_paint(p, lines[i].color));
	}
	for (i = 0; i < n; i++) {
		fputs(some++ ? ", " : "", p->f);
		put_curve(p, &lines[i], first + i, i);
	}
	for (i = 0; i < n; i++)
		if (lines[i].dot > 0 && !p->text)
			put_dot(p, &panel, &lines[i]);
	fputs(some ? "\n" : "NaN\n", p->f);
}
