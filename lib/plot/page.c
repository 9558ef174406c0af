/* Pages: their size, title and footer, notes, and boxes in rows; see panel.h. */
#include "plot/panel.h"

#include <math.h>
#include <string.h>

const unsigned plot_color[PLOT_COLORS] = { 0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7,
					   0xe69f00, 0x56b4e9, 0x555555 };

enum { CELL = 9, FONT = 13 }; /* the width of a character of text pictures; the common size */

/* How large a pixel of the page is drawn. */
static double scale_of(const struct plot_options *o)
{
	return o->font > 0 ? o->font / FONT : 1;
}

int plot_page_width(const struct gnuplot *g, const struct plot_options *o, int width)
{
	if (g->format == GNUPLOT_TEXT)
		return CELL * g->columns;
	return (int)((o->width ? o->width : width) / scale_of(o));
}

int plot_room(const struct gnuplot *g, const struct plot_options *o, int most, double margin,
	      double w, double h)
{
	double height = g->format == GNUPLOT_TEXT ? PLOT_LINE * g->rows : o->height / scale_of(o);
	int across, down;

	if (o->steps || height <= 0)
		return most;
	/* An unknown width is the kind's own, in which all have room. */
	across = o->width || g->format == GNUPLOT_TEXT
			 ? (int)((plot_page_width(g, o, 0) - margin) / w)
			 : most;
	across = across < 1 ? 1 : across;
	down = (int)(height / h);
	down = down < 1 ? 1 : down;
	return most < across * down ? most : across * down;
}

int plot_fits(const struct gnuplot *g, const struct plot_options *o, double least, struct err *e)
{
	least = ceil((least + (o->title ? 26 : 0) + PLOT_LINE) * scale_of(o));
	if (g->format == GNUPLOT_TEXT || !o->height || o->height >= least)
		return 0;
	return err_set(e, "a height of %d leaves no room for the panels: %.0f at least", o->height,
		       least);
}

int plot_page_start(struct plot_page *p, struct gnuplot *g, const struct plot_options *o, int width,
		    int height, struct err *e)
{
	double scale = scale_of(o);
	int foot = o->no_id ? 4 : PLOT_LINE;

	*p = (struct plot_page){ .g = g, .o = o, .text = g->format == GNUPLOT_TEXT };
	p->top = o->title ? 26 : 0;
	p->width = plot_page_width(g, o, width);
	p->whole = height + p->top + foot;
	if (p->text) {
		scale = 1;
		p->whole = PLOT_LINE * (g->rows ? g->rows : (p->whole + 17) / PLOT_LINE);
		g->rows = p->whole / PLOT_LINE;
	} else if (o->height) {
		p->whole = (int)(o->height / scale);
	}
	p->height = p->whole - foot;
	g->scale = scale;
	if (gnuplot_start(g, (int)lround(p->width * scale), (int)lround(p->whole * scale), e) < 0)
		return -1;
	p->f = g->script;
	fputs("set multiplot\nset key noautotitle\n", p->f);
	if (o->title)
		plot_note(p, 14, 20, 'l', 14, PLOT_INK, o->title, p->width / CELL);
	plot_reset(p);
	return 0;
}

unsigned plot_paint(const struct plot_page *p, unsigned color)
{
	/*
	 * Tol's bright scheme beside viridis; greys of even steps, which the dashes help to tell
	 * apart.
	 */
	static const unsigned schemes[][PLOT_COLORS] = {
		{ 0x4477aa, 0xee6677, 0x228833, 0xaa3377, 0xccbb44, 0x66ccee, 0x555555 },
		{ 0x111111, 0x666666, 0x999999, 0x333333, 0xb0b0b0, 0x4c4c4c, 0x8c8c8c },
	};
	int i;

	for (i = 0; p->o->palette && i < PLOT_COLORS; i++)
		if (color == plot_color[i])
			return schemes[p->o->palette - 1][i];
	return color;
}

double plot_text_width(const struct plot_page *p, const char *text)
{
	/* Of the characters from blank to tilde in DejaVu Sans, in hundredths of its size; few
	   common fonts are wider. */
	static const unsigned char widths[] = {
		32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36,  32, 34, 64, 64, 64,
		64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63,
		58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63,  61, 73, 68, 99, 69,
		61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35,  63, 63, 28, 28, 58,
		28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59,  52, 64, 34, 64, 84,
	};
	double n = 0, sum = 0;

	for (; *text; text++) {
		n += (*text & 0xc0) != 0x80;
		sum += *text >= ' ' && *text <= '~' ? widths[*text - ' ']
		       : (*text & 0xc0) != 0x80     ? 70
						    : 0;
	}
	return p->text ? CELL * n : FONT / 100.0 * sum;
}

void plot_reset(struct plot_page *p)
{
	fprintf(p->f,
		"unset label; unset arrow; unset object; unset key; unset title; unset grid\n"
		"unset xtics; unset ytics; unset xlabel; unset ylabel; unset colorbox\n"
		"unset logscale; set border 0 linecolor rgb '#%06x' linewidth 1\n"
		"set autoscale; set style fill solid 1 noborder\n",
		PLOT_FAINT);
}

static void put_label(struct plot_page *p, double x, double y, char align, int size, unsigned color,
		      const char *text, int most)
{
	const int points = p->g->format == GNUPLOT_PNG || p->g->format == GNUPLOT_PDF;

	fputs("set label ", p->f);
	gnuplot_text(p->f, text, most);
	fprintf(p->f, " at screen %.6f,%.6f %s", x / p->width, 1 - y / p->whole,
		align == 'l'   ? "left"
		: align == 'r' ? "right"
		: align == 'v' ? "center rotate by 90"
			       : "center");
	if (size != FONT)
		fprintf(p->f, " font ',%d'", points ? (size * 3 + 2) / 4 : size);
	fprintf(p->f, " textcolor rgb '#%06x'\n", color);
}

/* A page shorter than its notes would put them outside: one empty plot carries a note. */
void plot_note(struct plot_page *p, double x, double y, char align, int size, unsigned color,
	       const char *text, int most)
{
	plot_reset(p);
	put_label(p, x, y, align, size, color, text, most);
	fputs("set xrange [0:1]; set yrange [0:1]\nplot NaN\nunset label\n", p->f);
}

void plot_title(struct plot_page *p, struct plot_box b, const char *title, const char *subtitle)
{
	double y = b.y - (p->text ? 9 : 12), left = b.w;
	int room = (int)(b.w / (p->text ? CELL : 7.4));

	if (title && *title) {
		put_label(p, b.x, y, 'l', FONT, PLOT_INK, title, room < 4 ? 4 : room);
		left -= plot_text_width(p, title) + CELL;
	}
	if (subtitle && *subtitle && left >= plot_text_width(p, subtitle))
		put_label(p, b.x + b.w, y, 'r', FONT, PLOT_FAINT, subtitle, 0);
}

void plot_label(struct plot_page *p, struct plot_box b, char axis, const char *text)
{
	if (!text || !*text)
		return;
	if (axis == 'x')
		put_label(p, b.x + b.w / 2, b.y + b.h + (p->text ? 45 : 36), 'c', FONT, PLOT_FAINT,
			  text, 60);
	else if (p->text && strlen(text) > 7 && b.y <= p->top + 2 * PLOT_LINE)
		put_label(p, 0, b.y - 27, 'l', FONT, PLOT_FAINT, text, 40); /* above the title */
	else if (p->text)
		put_label(p, b.x - CELL, b.y - 9, 'r', FONT, PLOT_FAINT, text, 7);
	else
		put_label(p, b.x - 52, b.y + b.h / 2, 'v', FONT, PLOT_FAINT, text, 60);
}

void plot_footer(struct plot_page *p, const struct plot_data *d, int run)
{
	char text[96];

	if (p->o->no_id)
		return;
	if (run >= 0)
		snprintf(text, sizeof(text), "%s", d->series.runs[run].name);
	else if (p->ranges)
		snprintf(text, sizeof(text), "%d runs; mean, and range over seeds",
			 d->series.nruns);
	else
		snprintf(text, sizeof(text), "%d runs", d->series.nruns);
	plot_note(p, p->width - 12, p->whole - (p->text ? 9 : 8), 'r', 10, PLOT_FAINT, text,
		  p->width / 8);
}

struct plot_box plot_cell(struct plot_box all, int i, int n, double gap)
{
	double w = (all.w - gap * (n - 1)) / n;

	return (struct plot_box){ all.x + i * (w + gap), all.y, w, all.h };
}

void plot_grid_fit(struct plot_grid *grid, int n, double width, double least)
{
	int across = (int)((width + grid->gap) / (least + grid->gap));

	grid->n = n;
	grid->across = across < 1 ? 1 : across > n ? n : across;
	grid->down = (n + grid->across - 1) / grid->across;
	/* Rows of the same length look better than a full one and a rest. */
	grid->across = (n + grid->down - 1) / grid->down;
}

struct plot_box plot_grid_box(const struct plot_grid *grid, struct plot_box all, int i)
{
	struct plot_box b = plot_cell(all, i % grid->across, grid->across, grid->gap);
	double h = all.h / grid->down;

	b.y = all.y + h * (i / grid->across) + grid->above;
	b.h = h - grid->above - grid->below;
	return b;
}

void plot_area(struct plot_page *p, struct plot_box b)
{
	p->area.w = b.w;
	p->area.h = b.h;
	fprintf(p->f,
		"set lmargin at screen %.6f; set rmargin at screen %.6f\n"
		"set tmargin at screen %.6f; set bmargin at screen %.6f\n",
		b.x / p->width, (b.x + b.w) / p->width, 1 - b.y / p->whole,
		1 - (b.y + b.h) / p->whole);
}
