/* Matrices as coloured cells, and their colour scale; see panel.h. */
#include "plot/panel.h"

#include <math.h>
#include <string.h>

enum {
	CELLS = 3000, /* as many are drawn each by itself; more become an image */
	PIXELS = 400000, /* of an image */
	NUMBER = 26, /* the width of a number for which a label has room at its usual place */
};

const struct plot_colours plot_share_colours = { PLOT_RISING, 0, 1, 0 };

/* Where a value is in the palette: 0 to 1 for those from low to high. */
static double place(const struct plot_colours *c, double x)
{
	double share = (x - c->low) / (c->high - c->low), middle = c->low < 0 ? 0.5 : 0;

	if (!c->root)
		return share;
	return middle + (1 - middle) * copysign(sqrt(fabs(x) / c->high), x);
}

/* Every palette runs evenly in lightness, so that it holds in grey and for colour-blind readers. */
static void put_palette(struct plot_page *p, enum plot_palette palette)
{
	static const char *const stops[][2] = {
		{ "0 '#f5f7fa', 0.25 '#a9c8e4', 0.5 '#5a93c8', 0.75 '#23599b', 1 '#0b1f4b'",
		  "0 '#0b4a7d', 0.25 '#6fa5cf', 0.5 '#f5f5f3', 0.75 '#e79a62', 1 '#a33c00'" },
		{ "0 '#440154', 0.25 '#3b528b', 0.5 '#21918c', 0.75 '#5ec962', 1 '#fde725'",
		  "0 '#762a83', 0.25 '#c2a5cf', 0.5 '#f7f7f7', 0.75 '#a6dba0', 1 '#1b7837'" },
		{ "0 '#ffffff', 0.25 '#cccccc', 0.5 '#969696', 0.75 '#525252', 1 '#000000'",
		  "0 '#000000', 0.25 '#5e5e5e', 0.5 '#a8a8a8', 0.75 '#d6d6d6', 1 '#ffffff'" },
	};

	fprintf(p->f, "set palette defined (%s)\nset cbrange [0:1]\n",
		stops[p->o->palette][palette]);
}

static float value(const struct plot_map *m, int row, int column)
{
	return m->v[(size_t)row * (size_t)m->columns + (size_t)column];
}

/* The cells' places in the palette as a data block, each @across times in @down rows. */
static void put_matrix(struct plot_page *p, const struct plot_map *m, int across, int down)
{
	int i, j, k;
	double x;

	fprintf(p->f, "$d%d << EOD\n", p->blocks);
	for (i = 0; i < m->rows * down; i++) {
		for (j = 0; j < m->columns; j++) {
			x = place(&m->colours, (double)value(m, i / down, j));
			for (k = 0; k < across; k++)
				if (isfinite(x))
					fprintf(p->f, "%.4g ", x);
				else
					fputs("NaN ", p->f);
		}
		fputc('\n', p->f);
	}
	fputs("EOD\n", p->f);
}

/*
 * Of the cells under a character the one farthest from the scale's middle or, of one sign, its
 * foot.
 */
static double strongest(const struct plot_map *m, const int rows[2], const int columns[2])
{
	double base = m->colours.palette == PLOT_DIVERGING ? 0.5 : 0, best = NAN, x;
	int i, j;

	for (i = rows[0]; i < rows[1]; i++)
		for (j = columns[0]; j < columns[1]; j++) {
			x = place(&m->colours, (double)value(m, i, j));
			if (isfinite(x) && !(fabs(x - base) <= fabs(best - base)))
				best = x;
		}
	return best;
}

static const char shades[] = " .:-=+*#%@";

/* Cells @at to @to of @n that lie under character @i of @of: one at least. */
static void under(int i, int of, int n, int range[2])
{
	range[0] = i * n / of;
	range[1] = ((i + 1) * n + of - 1) / of;
	if (range[1] > n)
		range[1] = n;
}

static void shade(struct plot_page *p, const struct plot_map *m)
{
	int width = (int)(m->box.w / p->width * p->g->columns), i, j, level, rows[2], columns[2];
	double lines = (double)p->g->rows / p->whole;
	int height = (int)(lround((m->box.y + m->box.h) * lines) - lround(m->box.y * lines));
	char line[512];
	double x;

	width = width < 1 ? 1 : width > 511 ? 511 : width;
	height = height < 1 ? 1 : height;
	for (i = 0; i < height; i++) {
		under(m->down ? i : height - 1 - i, height, m->rows, rows);
		for (j = 0; j < width; j++) {
			under(j, width, m->columns, columns);
			x = strongest(m, rows, columns);
			level = isfinite(x) ? (int)(x * 9.999) : 0;
			line[j] = shades[level < 0 ? 0 : level > 9 ? 9 : level];
		}
		line[width] = 0;
		fputs("set label ", p->f);
		gnuplot_text(p->f, line, 0);
		fprintf(p->f, " at character %d,%d left\n",
			(int)(m->box.x / p->width * p->g->columns + 0.5),
			p->g->rows - 1 - i - (int)(m->box.y / p->whole * p->g->rows + 0.5));
	}
}

/* Tics at some cells of an axis, with the names that these have; @size: of the axis in pixels. */
static void name_tics(struct plot_page *p, char axis, const char *const *names, int n, double size)
{
	double room = 16;
	int i, every;

	for (i = 0; axis == 'x' && i < n; i++)
		room = fmax(room, plot_text_width(p, names[i]) + 8);
	every = (int)ceil(n * room / size);
	every = every < 1 ? 1 : every;
	fprintf(p->f, "set %ctics nomirror out scale 0.6,0.35 offset %s (", axis,
		axis == 'x' ? "0,0.3" : "0.4,0");
	for (i = 0; i < n; i += every) {
		fputs(i ? ", " : "", p->f);
		gnuplot_tic(p->f, names[i], 16);
		fprintf(p->f, " %d", i);
	}
	fprintf(p->f, ") textcolor rgb '#%06x'\n", PLOT_INK);
}

static void map_axes(struct plot_page *p, const struct plot_map *m, double xs, double ys)
{
	double x0 = m->xfirst - xs / 2, x1 = x0 + xs * m->columns;
	double y0 = m->yfirst - ys / 2, y1 = y0 + ys * m->rows, widest = 0;
	struct plot_box at = m->box;
	int i;

	plot_title(p, m->box, m->title, m->subtitle);
	plot_label(p, m->box, 'x', m->xlabel);
	for (i = 0; m->ynames && i < m->rows; i++) /* the label stands to the left of all */
		widest = fmax(widest, plot_text_width(p, m->ynames[i]));
	at.x -= fmax(widest - NUMBER, 0);
	plot_label(p, at, 'y', m->ylabel);
	if (m->xnames)
		name_tics(p, 'x', m->xnames, m->columns, m->box.w);
	else
		plot_tics(p, 'x', m->xfirst, x1 - xs / 2, 0, m->xnumbers ? PLOT_WHOLE : PLOT_BARE);
	if (m->ynames)
		name_tics(p, 'y', m->ynames, m->rows, m->box.h);
	else if (m->ynumbers)
		plot_tics(p, 'y', m->yfirst, y1 - ys / 2, 0, PLOT_WHOLE);
	if (m->mark > 0)
		fprintf(p->f,
			"set arrow from first %.8g, graph 0 to first %.8g, graph 1 nohead front "
			"linewidth 1.5 dashtype 2 linecolor rgb '#%06x'\n",
			m->mark - 0.5, m->mark - 0.5, plot_paint(p, plot_color[1]));
	fprintf(p->f, "set xrange [%.10g:%.10g]\nset yrange [%.10g:%.10g]\n", x0, x1,
		m->down ? y1 : y0, m->down ? y0 : y1);
}

/* How often a cell stands in an image, that no viewer's smoothing is seen. */
static int repeat(double size, int n, int most)
{
	int k = (int)ceil(2 * size / n);

	return k < 1 ? 1 : k > most ? most : k;
}

void plot_map_draw(struct plot_page *p, const struct plot_map *m)
{
	double xs = m->xstep != 0 ? m->xstep : 1, ys = m->ystep != 0 ? m->ystep : 1;
	/* Cairo smooths the edges of cells, which leaves a thread of light between any two. */
	int cairo = p->g->format == GNUPLOT_PDF || p->g->format == GNUPLOT_PNG;
	int cells = !cairo && (double)m->rows * m->columns <= CELLS;
	int across = 1, down = 1;
	double width, height;

	plot_reset(p);
	plot_area(p, m->box);
	put_palette(p, m->colours.palette);
	map_axes(p, m, xs, ys);
	if (p->text) {
		shade(p, m);
		fputs("plot NaN\n", p->f);
		return;
	}
	if (!cells) {
		across = repeat(m->box.w, m->columns, 64);
		down = repeat(m->box.h, m->rows, PIXELS / (m->rows * m->columns) / across);
	}
	/* gnuplot draws no image of a single row or column. */
	across = m->columns * across < 2 ? 2 : across;
	down = m->rows * down < 2 ? 2 : down;
	put_matrix(p, m, across, down);
	/* On axes that count cells, since gnuplot computes expressions slowly. */
	width = m->columns * across - 0.5;
	height = m->rows * down - 0.5;
	fprintf(p->f, "set x2range [-0.5:%.10g]; set y2range [%.10g:%.10g]\n", width,
		m->down ? height : -0.5, m->down ? -0.5 : height);
	fprintf(p->f, "plot $d%d matrix using 1:2:3 axes x2y2 with image%s\n", p->blocks++,
		cells ? " pixels" : "");
}

/* In characters the scale is a line below: what the darkest and the lightest stand for. */
static void text_scale(struct plot_page *p, const struct plot_colours *c, const char *label)
{
	char text[160];

	snprintf(text, sizeof(text), "'%c' %.3g ... '%c' %.3g  %s%s", shades[0], c->low, shades[9],
		 c->high, label ? label : "", c->root ? ", as its square root" : "");
	plot_note(p, 0, p->whole - 9, 'l', 10, PLOT_FAINT, text, p->width / 9 - 2);
}

/* Tics of a root scale: 0, and numbers 1, 2 or 5 times a power of ten as far as there is room. */
static void root_tics(struct plot_page *p, const struct plot_colours *c)
{
	static const double steps[] = { 5, 2, 1 };
	double zero = place(c, 0), room = 26 / p->area.h, last = INFINITY, at = INFINITY, x;
	int power = (int)floor(log10(c->high)), i;

	fprintf(p->f, "set ytics nomirror out scale 0.6,0.35 offset 0.4,0 (\"0\" %.10g", zero);
	for (i = 0; at >= room; i++) {
		x = steps[i % 3] * pow(10, power - i / 3);
		at = place(c, x) - zero;
		if (x > c->high * (1 + 1e-9) || at < room || last - at < room)
			continue;
		last = at;
		fprintf(p->f, ", \"%.6g\" %.10g", x, zero + at);
		if (c->low < 0)
			fprintf(p->f, ", \"-%.6g\" %.10g", x, zero - at);
	}
	fprintf(p->f, ") textcolor rgb '#%06x'\n", PLOT_INK);
}

void plot_scale(struct plot_page *p, struct plot_box maps, const struct plot_colours *c,
		const char *label)
{
	enum { STEPS = 128 };
	struct plot_box box = { maps.x + maps.w + 50, maps.y, 9, maps.h };
	double low = c->root ? 0 : c->low, high = c->root ? 1 : c->high;
	double middle = box.y + box.h / 2, room = 2 * fmin(middle, p->whole - middle);
	int i;

	if (p->text) {
		text_scale(p, c, label);
		return;
	}
	plot_reset(p);
	plot_area(p, box);
	put_palette(p, c->palette);
	fprintf(p->f, "$d%d << EOD\n", p->blocks);
	for (i = 0; i < STEPS; i++)
		fprintf(p->f, "%.4g %.4g\n", (double)i / (STEPS - 1), (double)i / (STEPS - 1));
	fprintf(p->f, "EOD\nset xrange [0:1]; set yrange [%.10g:%.10g]\n", low, high);
	if (c->root)
		root_tics(p, c);
	else
		plot_tics(p, 'y', low, high, 0, PLOT_NUMBERS);
	fprintf(p->f, "plot $d%d matrix using ($1):(%.10g+($2+0.5)*%.10g):3 with image\n",
		p->blocks++, low, (high - low) / STEPS);
	if (label)
		plot_note(p, box.x + 24, middle, 'v', 13, PLOT_FAINT, label,
			  (int)fmin(60, room / 7.4));
}
