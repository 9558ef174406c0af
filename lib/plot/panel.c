/* Panels of lines, and maps. */
#include "plot/panel.h"

#include <math.h>
#include <string.h>

static void put_rgb(struct plot_page *p, unsigned color)
{
	fprintf(p->f, "rgb '#%06x'", color);
}

void plot_title(struct plot_page *p, struct plot_box b, const char *title, const char *subtitle)
{
	int room = (int)(b.w / 7.6);

	if (title && *title) {
		fputs("set label 90 ", p->f);
		gnuplot_text(p->f, title, room);
		fprintf(p->f, " at graph 0,1 left offset 0,%s textcolor rgb '#%06x'\n",
			p->text ? "1" : "0.9", PLOT_INK);
		room -= (int)strlen(title) + 1;
	}
	if (subtitle && *subtitle && room >= (int)strlen(subtitle)) {
		fputs("set label 91 ", p->f);
		gnuplot_text(p->f, subtitle, room);
		fprintf(p->f, " at graph 1,1 right offset 0,%s textcolor rgb '#%06x'\n",
			p->text ? "1" : "0.9", PLOT_FAINT);
	}
}

static void line_range(const struct plot_panel *panel, const struct plot_line *lines, int n,
		       double *low, double *high)
{
	double a = INFINITY, b = -INFINITY, y;
	int i, j, k;

	for (i = 0; i < n; i++)
		for (j = 0; j < lines[i].n; j++)
			for (k = 0; k < 3; k++) {
				y = k == 0          ? lines[i].y[j]
				    : !lines[i].low ? NAN
				    : k == 1        ? lines[i].low[j]
						    : lines[i].high[j];
				if (!isfinite(y) || (panel->log && y <= 0))
					continue;
				a = fmin(a, y);
				b = fmax(b, y);
			}
	if (!(a <= b)) {
		a = panel->log ? 0.1 : 0;
		b = 1;
	}
	*low = isnan(panel->low) ? a : panel->low;
	*high = isnan(panel->high) ? b : panel->high;
	if (panel->log && panel->decades && *low < *high / pow(10, panel->decades))
		*low = *high / pow(10, panel->decades);
	if (panel->log) {
		if (*high < 10 * *low) { /* show a decade at least */
			a = sqrt(*low * *high);
			*low = a / 3.2;
			*high = a * 3.2;
		}
		return;
	}
	if (!(*high - *low > 1e-9 * fmax(fabs(*low), fabs(*high)))) {
		a = *low == 0 ? 1 : 0.5 * fabs(*low);
		*low -= a;
		*high += a;
	}
}

/* The values of a line as a data block of x, y, low, high. */
static void put_block(struct plot_page *p, const struct plot_panel *panel,
		      const struct plot_line *line)
{
	double y, floor = panel->log ? 1e-300 : -INFINITY;
	int j;

	fprintf(p->f, "$d%d << EOD\n", p->blocks);
	for (j = 0; j < line->n; j++) {
		y = line->y[j];
		if (!isfinite(y) || y <= floor) {
			fputc('\n', p->f); /* a gap */
			continue;
		}
		fprintf(p->f, "%.8g %.8g", plot_axis_at(panel->axis, line->step[j]), y);
		if (line->low)
			fprintf(p->f, " %.8g %.8g", fmax(line->low[j], floor),
				fmax(line->high[j], floor));
		fputc('\n', p->f);
	}
	fputs("EOD\n", p->f);
}

static void put_marks(struct plot_page *p, const struct plot_panel *panel)
{
	const struct plot_mark *m;
	int i;

	for (i = 0; i < panel->nmarks; i++) {
		m = &panel->marks[i];
		fprintf(p->f,
			"set arrow from first %.8g, graph 0 to first %.8g, graph 1 nohead back "
			"linewidth 1 dashtype 2 linecolor ",
			plot_axis_at(panel->axis, m->step), plot_axis_at(panel->axis, m->step));
		put_rgb(p, m->color);
		fputc('\n', p->f);
		if (!m->label)
			continue;
		fputs("set label ", p->f);
		gnuplot_text(p->f, m->label, 40);
		fprintf(p->f, " at first %.8g, graph 0.06 left offset 0.7,0 textcolor ",
			plot_axis_at(panel->axis, m->step));
		put_rgb(p, m->color);
		fputc('\n', p->f);
	}
}

/* About how wide a text is in pixels: characters of the common fonts are a little narrower. */
static double text_width(const char *text)
{
	double n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return 7.6 * n;
}

/* The corner of a panel that the fewest values lie in. */
static const char *free_corner(const struct plot_panel *panel, const struct plot_line *lines, int n,
			       double low, double high)
{
	static const char *const name[] = { "inside left bottom", "inside right bottom",
					    "inside left top", "inside right top" };
	int count[4] = { 0 }, order[4] = { 2, 0, 1, 3 }, i, j, best = 2;
	double x, y;

	for (i = 0; i < n; i++)
		for (j = 0; j < lines[i].n; j++) {
			x = plot_axis_at(panel->axis, lines[i].step[j]);
			x = (x - panel->axis->low) / (panel->axis->high - panel->axis->low);
			y = lines[i].y[j];
			y = panel->log ? log(y / low) / log(high / low) : (y - low) / (high - low);
			if ((x < 0.45 || x > 0.55) && (y < 0.45 || y > 0.55))
				count[(x > 0.5) + 2 * (y > 0.5)]++;
		}
	for (i = 0; i < 4; i++)
		if (count[order[i]] < count[best])
			best = order[i];
	return name[best];
}

/*
 * The legend: one line above the panel, from its right end; where it has no room beside the title,
 * gnuplot's own in the emptiest corner.
 */
static void put_legend(struct plot_page *p, const struct plot_panel *panel,
		       const struct plot_line *lines, int n, double low, double high)
{
	const struct plot_line *key = panel->keys ? panel->keys : lines;
	const struct plot_box *b = &panel->box;
	double width = 0, x, y = 1 - (b->y - 13) / p->height;
	int i, keys = panel->keys ? panel->nkeys : n;

	for (i = 0; i < keys; i++)
		if (key[i].label)
			width += text_width(key[i].label) + 44;
	if (p->text || width + text_width(panel->title ? panel->title : "") > b->w) {
		fprintf(p->f,
			"set key %s Left reverse samplen 1.6 spacing 1.1 textcolor rgb '#%06x'\n",
			p->text ? "at graph 1,1 bottom right horizontal maxrows 1"
				: free_corner(panel, lines, n, low, high),
			PLOT_INK);
		return;
	}
	for (i = 0, x = b->x + b->w - width + 16; i < keys; i++) {
		if (!key[i].label)
			continue;
		/* gnuplot's SVG goes on in the last arrow's dashes unless colour or width differ. */
		fprintf(p->f,
			"set arrow from screen %.6f,%.6f to screen %.6f,%.6f nohead linewidth %g "
			"dashtype %d linecolor ",
			x / p->width, y, (x + 22) / p->width, y, i % 2 ? 2.02 : 2,
			key[i].dash ? key[i].dash : 1);
		put_rgb(p, key[i].color);
		fputs("\nset label ", p->f);
		gnuplot_text(p->f, key[i].label, 48);
		fprintf(p->f, " at screen %.6f,%.6f left textcolor rgb '#%06x'\n",
			(x + 28) / p->width, y, PLOT_INK);
		x += text_width(key[i].label) + 44;
	}
}

/* The height of a line at a step, on the chords that are drawn between its values. */
static double line_at(const struct plot_panel *panel, const struct plot_line *line, double step)
{
	double t, a, b, left;
	int i = 1;

	while (i < line->n - 1 && line->step[i] < step)
		i++;
	if (line->n < 2)
		return line->n ? line->y[0] : NAN;
	left = plot_axis_at(panel->axis, line->step[i - 1]);
	t = (plot_axis_at(panel->axis, step) - left) /
	    (plot_axis_at(panel->axis, line->step[i]) - left);
	a = line->y[i - 1];
	b = line->y[i];
	return panel->log ? pow(a, 1 - t) * pow(b, t) : (1 - t) * a + t * b;
}

void plot_lines(struct plot_page *p, const struct plot_panel *panel, const struct plot_line *lines,
		int n)
{
	int i, first = p->blocks, some = 0;
	double low, high, pad;

	line_range(panel, lines, n, &low, &high);
	plot_reset(p);
	plot_area(p, panel->box);
	fputs("set border 1\n", p->f);
	plot_step_tics(p, panel->axis, panel->xlabel != NULL);
	plot_tics(p, 'y', low, high, panel->log, PLOT_NUMBERS);
	pad = panel->log ? pow(high / low, 0.04) : 0.04 * (high - low);
	fprintf(p->f, "set yrange [%.10g:%.10g]\n", panel->log ? low / pad : low - pad,
		panel->log ? high * pad : high + pad);
	if (!p->text)
		fprintf(p->f,
			"set grid ytics back linetype 1 linewidth 0.6 linecolor rgb '#%06x'\n",
			PLOT_GRID);
	if (panel->xlabel && *panel->xlabel) {
		fputs("set xlabel ", p->f);
		gnuplot_text(p->f, panel->xlabel, 60);
		fprintf(p->f, " offset 0,0.6 textcolor rgb '#%06x'\n", PLOT_FAINT);
	}
	plot_title(p, panel->box, panel->title, NULL);
	if (panel->legend)
		put_legend(p, panel, lines, n, low, high);
	put_marks(p, panel);
	for (i = 0; i < n; i++, p->blocks++)
		put_block(p, panel, &lines[i]);
	fputs("plot ", p->f);
	for (i = 0; i < n; i++) {
		if (!lines[i].low || p->text)
			continue;
		fprintf(p->f,
			"%s$d%d using 1:3:4 with filledcurves fillstyle transparent solid 0.18 "
			"noborder linecolor rgb '#%06x'",
			some++ ? ", " : "", first + i, lines[i].color);
	}
	for (i = 0; i < n; i++) {
		fprintf(p->f, "%s$d%d using 1:2 with %s linewidth %g linecolor rgb '#%06x'",
			some++ ? ", " : "", first + i,
			lines[i].points && !p->text ? "linespoints pointtype 7 pointsize 0.35"
						    : "lines",
			lines[i].width ? lines[i].width : 1.8, lines[i].color);
		if (lines[i].dash)
			fprintf(p->f, " dashtype %d", lines[i].dash);
		if (panel->legend && lines[i].label && !panel->keys) {
			fputs(" title ", p->f);
			gnuplot_text(p->f, lines[i].label, 48);
		}
	}
	for (i = 0; panel->legend && panel->keys && i < panel->nkeys; i++) {
		fprintf(p->f,
			"%sNaN with lines linewidth 1.8 linecolor rgb '#%06x' dashtype %d title ",
			some++ ? ", " : "", panel->keys[i].color,
			panel->keys[i].dash ? panel->keys[i].dash : 1);
		gnuplot_text(p->f, panel->keys[i].label, 48);
	}
	for (i = 0; i < n; i++)
		if (lines[i].dot > 0 && !p->text)
			fprintf(p->f,
				"%s'+' using (%.8g):(%.8g) every ::0::0 with points pointtype 7 "
				"pointsize 0.9 linecolor rgb '#%06x', '+' using (%.8g):(%.8g) "
				"every "
				"::0::0 with points pointtype 7 pointsize 0.5 linecolor rgb "
				"'#ffffff'",
				some++ ? ", " : "", plot_axis_at(panel->axis, lines[i].dot),
				line_at(panel, &lines[i], lines[i].dot), lines[i].color,
				plot_axis_at(panel->axis, lines[i].dot),
				line_at(panel, &lines[i], lines[i].dot));
	if (!some)
		fputs("NaN", p->f);
	fputc('\n', p->f);
}

static void put_palette(struct plot_page *p, enum plot_palette palette, double low, double high)
{
	/* Both run evenly in lightness, so that they hold in grey and for colour-blind readers. */
	fprintf(p->f, "set palette defined (%s)\nset cbrange [%.8g:%.8g]\n",
		palette == PLOT_RISING
			? "0 '#f5f7fa', 0.25 '#a9c8e4', 0.5 '#5a93c8', 0.75 '#23599b', 1 '#0b1f4b'"
			: "0 '#0b4a7d', 0.25 '#6fa5cf', 0.5 '#f5f5f3', 0.75 '#e79a62', 1 '#a33c00'",
		low, high > low ? high : low + 1);
}

/* The values as a data block.  gnuplot draws no image of a single row or column: these stand twice. */
static void put_matrix(struct plot_page *p, const float *v, int rows, int columns)
{
	int i, j, down = rows == 1 ? 2 : rows, across = columns == 1 ? 2 : columns;
	float x;

	fprintf(p->f, "$d%d << EOD\n", p->blocks);
	for (i = 0; i < down; i++) {
		for (j = 0; j < across; j++) {
			x = v[(size_t)(i % rows) * (size_t)columns + (size_t)(j % columns)];
			if (isfinite(x))
				fprintf(p->f, "%.5g ", (double)x);
			else
				fputs("NaN ", p->f);
		}
		fputc('\n', p->f);
	}
	fputs("EOD\n", p->f);
}

static void shade(struct plot_page *p, const struct plot_map *m)
{
	static const char shades[] = " .:-=+*#%@";
	int width = (int)(m->box.w / p->width * p->g->columns);
	int height = (int)(m->box.h / p->height * p->g->rows), i, j, row, column, level;
	char line[512];
	double x;

	width = width < 1 ? 1 : width > 511 ? 511 : width;
	height = height < 1 ? 1 : height;
	for (i = 0; i < height; i++) {
		row = (2 * i + 1) * m->rows / (2 * height);
		row = m->down ? row : m->rows - 1 - row;
		for (j = 0; j < width; j++) {
			column = (2 * j + 1) * m->columns / (2 * width);
			x = m->v[(size_t)row * (size_t)m->columns + (size_t)column];
			x = isfinite(x) ? (x - m->low) / (m->high - m->low) : 0;
			level = (int)(x * 9.999);
			line[j] = shades[level < 0 ? 0 : level > 9 ? 9 : level];
		}
		line[width] = 0;
		fputs("set label ", p->f);
		gnuplot_text(p->f, line, 0);
		fprintf(p->f, " at character %d,%d left\n",
			(int)(m->box.x / p->width * p->g->columns + 0.5),
			p->g->rows - 1 - i - (int)(m->box.y / p->height * p->g->rows + 0.5));
	}
}

static void put_label(struct plot_page *p, char axis, const char *text)
{
	if (!text)
		return;
	fprintf(p->f, "set %clabel ", axis);
	gnuplot_text(p->f, text, 60);
	fprintf(p->f, " offset %s textcolor rgb '#%06x'\n", axis == 'x' ? "0,0.6" : "0.6,0",
		PLOT_FAINT);
}

/* Tics at some cells of an axis, numbered with the values that these stand for. */
static void value_tics(struct plot_page *p, char axis, const double *values, int n)
{
	int i, every = (n + 6) / 7;

	fprintf(p->f, "set %ctics nomirror out scale 0.6,0.35 offset %s (", axis,
		axis == 'x' ? "0,0.3" : "0.4,0");
	for (i = 0; i < n; i += every)
		fprintf(p->f, "%s\"%.2g\" %d", i ? ", " : "", values[i], i);
	fprintf(p->f, ") textcolor rgb '#%06x'\n", PLOT_INK);
}

void plot_map_draw(struct plot_page *p, const struct plot_map *m)
{
	double xs = m->xstep != 0 ? m->xstep : 1, ys = m->ystep != 0 ? m->ystep : 1;
	double x0 = m->xfirst - xs / 2, x1 = x0 + xs * m->columns;
	double y0 = m->yfirst - ys / 2, y1 = y0 + ys * m->rows;

	plot_reset(p);
	plot_area(p, m->box);
	put_palette(p, m->palette, m->low, m->high);
	plot_title(p, m->box, m->title, m->subtitle);
	put_label(p, 'x', m->xlabel);
	put_label(p, 'y', m->ylabel);
	plot_tics(p, 'x', m->xfirst, x1 - xs / 2, 0, m->xnumbers ? PLOT_WHOLE : PLOT_BARE);
	if (m->ynumbers)
		plot_tics(p, 'y', m->yfirst, y1 - ys / 2, 0, PLOT_WHOLE);
	if (m->xvalues)
		value_tics(p, 'x', m->xvalues, m->columns);
	if (m->yvalues)
		value_tics(p, 'y', m->yvalues, m->rows);
	if (m->mark > 0)
		fprintf(p->f,
			"set arrow from first %.8g, graph 0 to first %.8g, graph 1 nohead front "
			"linewidth 1.5 dashtype 2 linecolor rgb '#%06x'\n",
			m->mark - 0.5, m->mark - 0.5, plot_color[1]);
	fprintf(p->f, "set xrange [%.10g:%.10g]\nset yrange [%.10g:%.10g]\n", x0, x1,
		m->down ? y1 : y0, m->down ? y0 : y1);
	if (p->text) {
		shade(p, m);
		fputs("plot NaN\n", p->f);
		return;
	}
	put_matrix(p, m->v, m->rows, m->columns);
	fprintf(p->f, "plot $d%d matrix using ($1*%.10g+%.10g):($2*%.10g+%.10g):3 with image\n",
		p->blocks++, m->columns == 1 ? xs / 2 : xs,
		m->columns == 1 ? m->xfirst - xs / 4 : m->xfirst, m->rows == 1 ? ys / 2 : ys,
		m->rows == 1 ? m->yfirst - ys / 4 : m->yfirst);
}

void plot_scale(struct plot_page *p, struct plot_box box, enum plot_palette palette, double low,
		double high, const char *title)
{
	enum { STEPS = 128 };
	int i;

	if (p->text)
		return;
	plot_reset(p);
	plot_area(p, box);
	put_palette(p, palette, 0, STEPS - 1);
	plot_title(p, (struct plot_box){ .w = 400 }, title, NULL);
	fprintf(p->f, "$d%d << EOD\n", p->blocks);
	for (i = 0; i < STEPS; i++)
		fprintf(p->f, "%d %d\n", i, i);
	fprintf(p->f, "EOD\nset xrange [0:1]; set yrange [%.10g:%.10g]\n", low, high);
	plot_tics(p, 'y', low, high, 0, PLOT_NUMBERS);
	fprintf(p->f, "plot $d%d matrix using ($1):(%.10g+($2+0.5)*%.10g):3 with image\n",
		p->blocks++, low, (high - low) / STEPS);
}
