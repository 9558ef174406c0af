/*
 * plot_panel - the parts of pictures: pages, axes, panels of lines, legends, maps
 *
 * Positions are in CSS pixels from the top left corner of the page.  A panel's box is the rectangle
 * inside its axes.
 *
 *     +---------------------------------+  0
 *     | title of the picture            |  p.top
 *     |   title    -- legend -- of a    |
 *     |   +-------- box ----------+     |
 *     |   |                       |     |
 *     |   +-----------------------+     |  p.height
 *     |                       run's id  |  p.whole
 *     +---------------------------------+
 */
#ifndef PLOT_PANEL_H
#define PLOT_PANEL_H

#include "plot/plot.h"

/*
 * The colours of Okabe and Ito ("Color universal design", 2008), which colour-blind readers can
 * tell apart, without the light yellow.  Pictures use these; plot_paint replaces them by those of
 * the user's palette.
 */
enum { PLOT_COLORS = 7 };
extern const unsigned plot_color[PLOT_COLORS];
enum { PLOT_GREEN = 0x009e73, PLOT_PINK = 0xcc79a7, PLOT_YELLOW = 0xe69f00 };
enum { PLOT_INK = 0x333333, PLOT_FAINT = 0x8a8a8a, PLOT_GRID = 0xe4e4e4, PLOT_DARK = 0x555555 };
enum { PLOT_LINE = 18 }; /* height of a line of text */

struct plot_page {
	struct gnuplot *g;
	const struct plot_options *o;
	FILE *f;
	int width, height; /* room for the picture */
	int top; /* below the title of the picture */
	int whole; /* height, with the footer */
	struct {
		double w, h;
	} area; /* size of the panel that is being drawn */
	int blocks; /* number of data blocks so far */
	int text; /* the format is GNUPLOT_TEXT: a character is 9 x 18 pixels */
	int ranges; /* a band over runs was drawn */
	int dots, marks; /* a ring on a curve was drawn, a vertical line */
};

struct plot_box {
	double x, y, w, h;
};

/*
 * plot_page_width - the width of a page: the user's, or @width, which the kind of picture prefers
 */
int plot_page_width(const struct gnuplot *g, const struct plot_options *o, int width);

/*
 * plot_page_start - begin a picture, with the user's title
 *
 * @width, @height: size that the kind of picture prefers, without title and footer; the user's size
 *                  takes precedence
 *
 * Returns 0, or -1 with @e.
 */
int plot_page_start(struct plot_page *p, struct gnuplot *g, const struct plot_options *o, int width,
		    int height, struct err *e);

/* plot_fits - 0, or -1 with @e when the user's height leaves less than @least for the panels */
int plot_fits(const struct gnuplot *g, const struct plot_options *o, double least, struct err *e);

/*
 * plot_room - how many of @most panels, each at least @w x @h, fit into the user's size; else @most
 *
 * @margin: of the page, left and right together
 */
int plot_room(const struct gnuplot *g, const struct plot_options *o, int most, double margin,
	      double w, double h);

/* plot_paint - a colour of a picture in the user's palette */
unsigned plot_paint(const struct plot_page *p, unsigned color);

/* plot_wheel - the colour of an angle, 0 to 1 turns; all have the same lightness */
unsigned plot_wheel(double turn);

/* plot_text_width - the approximate width of a text */
double plot_text_width(const struct plot_page *p, const char *text);

/*
 * plot_note - draw a line of text at (x, y)
 *
 * @align: 'l', 'c', 'r': left, centre or right of the text is at x; 'v': vertical, centred
 * @most:  as for gnuplot_text
 */
void plot_note(struct plot_page *p, double x, double y, char align, int size, unsigned color,
	       const char *text, int most);

/* plot_title - text above a panel, at its left end and, fainter, at its right; each may be NULL */
void plot_title(struct plot_page *p, struct plot_box b, const char *title, const char *subtitle);

/* plot_label - the name of an axis, 'x' or 'y', of the panel at @b; NULL: none */
void plot_label(struct plot_page *p, struct plot_box b, char axis, const char *text);

/*
 * plot_footer - in the lower right corner: the name of @run; if @run is -1, what is joined or the
 * number of runs
 */
void plot_footer(struct plot_page *p, const struct plot_data *d, int run);

/* plot_cell - box @i of @n boxes in one row inside @all, @gap apart */
struct plot_box plot_cell(struct plot_box all, int i, int n, double gap);

/* Boxes in rows, as many side by side as there is room for. */
struct plot_grid {
	int n, across, down;
	double gap; /* between columns */
	double above, below; /* room above and below a box, for title and axis */
};
/* plot_grid_fit - arrange @n boxes, each at least @least wide, in @width */
void plot_grid_fit(struct plot_grid *grid, int n, double width, double least);
struct plot_box plot_grid_box(const struct plot_grid *grid, struct plot_box all, int i);

/*
 * A logarithmic axis of steps, or a linear axis of anything else.  On the former, step 0, if there
 * is one, is at the left end, a twelfth of the axis before the least positive step.
 */
struct plot_axis {
	double low, high; /* ends, in the units of plot_axis_at */
	double zero, least; /* positions of step 0 and of the least positive step */
	int has_zero;
	int linear;
};
void plot_axis_fit(struct plot_axis *a, double least, double most, int has_zero);
double plot_axis_at(const struct plot_axis *a, double step);

/* plot_axis_linear - from @low to @high */
void plot_axis_linear(struct plot_axis *a, double low, double high);

/* plot_axis_cover - the axis that shows the steps of @n series */
void plot_axis_cover(struct plot_axis *a, const struct series *const *list, int n);

struct plot_line {
	const char *label; /* NULL: not in the legend */
	unsigned color;
	int dash; /* 0 solid, else a dash type of gnuplot: 2 dashed, 3 dotted ... */
	int points; /* mark each value; those within three pixels are replaced by their mean */
	double width;
	int n;
	const double *step, *y; /* (n) */
	const double *low, *high; /* (n) band, or NULL */
	double dot; /* step at which a ring is drawn on the line; NaN or 0: none */
};

/* plot_style - set colour and dash for curve @i: seven colours, then the same with other dashes */
void plot_style(struct plot_line *line, int i);

/* plot_line_band - let a line show @band, with its range where more than one series is joined */
void plot_line_band(struct plot_line *line, const struct series_band *band);

/* A vertical line across a panel. */
struct plot_mark {
	double step;
	unsigned color;
	const char *label; /* at its lower end, or NULL */
};

struct plot_panel {
	struct plot_box box; /* if the legend needs lines of its own, they are taken from the box */
	const char *title; /* above the left end */
	const struct plot_axis *axis;
	const char *xlabel; /* NULL: tics without numbers, for panels above another panel */
	int log; /* logarithmic y; values that are not positive are left out */
	int decades; /* most decades of a logarithmic y, below its largest value; 0: all */
	double low, high; /* of y; NaN: from the lines */
	double unit; /* largest value of several panels, to format their numbers alike; 0: none */
	int legend;
	const struct plot_line *keys; /* (nkeys) entries of the legend; NULL: the lines */
	int nkeys;
	const struct plot_mark *marks;
	int nmarks;
};
void plot_lines(struct plot_page *p, const struct plot_panel *panel, const struct plot_line *lines,
		int n);

/* plot_legend_rows - lines that a legend needs above a panel; 0: it fits beside the title */
int plot_legend_rows(const struct plot_page *p, double width, const char *title,
		     const struct plot_line *keys, int n);

/*
 * plot_legend - draw a legend above the box @b, where there is room for its lines, within the panel
 * that is being drawn
 */
void plot_legend(struct plot_page *p, struct plot_box b, const char *title,
		 const struct plot_line *keys, int n);

enum plot_palette { PLOT_RISING, PLOT_DIVERGING };

/* Which colours values have: from low to high, 0 in the middle of a diverging palette. */
struct plot_colours {
	enum plot_palette palette;
	double low, high;
	int root; /* by the square root of a value, so that small ones show; low is 0 or -high */
};
extern const struct plot_colours plot_share_colours; /* rising from 0 to 1 */

/* A matrix as coloured cells; row 0 is at the bottom or, with down, at the top. */
struct plot_map {
	struct plot_box box;
	const char *title, *subtitle, *xlabel, *ylabel;
	const float *v; /* (rows, columns); NaN is left blank */
	int rows, columns, down;
	struct plot_colours colours;
	double xfirst, xstep; /* number of the first column, and from one to the next; 0 is 1 */
	double yfirst, ystep;
	int xnumbers, ynumbers; /* number the axis */
	const char *const *xnames; /* (columns) names instead of numbers, or NULL */
	const char *const *ynames; /* (rows), or NULL */
	double mark; /* draw a vertical line at this column, 0 to columns; 0: none */
};
void plot_map_draw(struct plot_page *p, const struct plot_map *m);

/*
 * plot_scale - draw the colour scale of maps to the right of the box @maps
 *
 * @label: its unit
 */
void plot_scale(struct plot_page *p, struct plot_box maps, const struct plot_colours *c,
		const char *label);
enum { PLOT_SCALE = 92 }; /* width that it takes */

/* For panels that are not made by plot_lines or plot_map_draw: margins, then the axes. */
void plot_area(struct plot_page *p, struct plot_box box);
/* tics without numbers; with numbers; only at whole numbers, with numbers */
enum plot_numbers { PLOT_BARE, PLOT_NUMBERS, PLOT_WHOLE };
void plot_tics(struct plot_page *p, char axis, double low, double high, double unit,
	       enum plot_numbers numbers);
void plot_log_tics(struct plot_page *p, char axis, double low, double high);
void plot_step_tics(struct plot_page *p, const struct plot_axis *a, int numbers);
void plot_reset(struct plot_page *p); /* undo all settings of the last panel */

/* plot_number - write a number for gnuplot; NaN if it is not finite */
void plot_number(FILE *f, double x);

/* plot_step_text - write a step briefly: 950, 1.5k, 20k */
void plot_step_text(char *text, size_t n, int64_t step);

/*
 * plot_caption - @title (n) "step 1.5k"; @subtitle (m) the test accuracy there, if recorded, or ""
 */
void plot_caption(const struct plot_data *d, int run, int64_t step, char *title, size_t n,
		  char *subtitle, size_t m);

/*
 * plot_spread - choose up to @most of the @n rising steps of a run
 *
 * @list: (most), filled with indices into @steps, rising
 *
 * Chosen are the last, the first, those nearest to memorisation, emergence and generalisation
 * (sync_phases), then others evenly between them.  Returns how many, or -1 with @e.
 */
int plot_spread(const struct plot_data *d, int run, const int64_t *steps, int n, int most,
		int *list, struct err *e);

/*
 * plot_pick - the arrays @name to draw, of the first run that has any, in order of steps
 *
 * @most: if the user has not chosen steps, plot_spread chooses up to this many
 * @list: set to a list that the caller frees
 *
 * Returns how many, 1 or more, or -1 with @e when there are none or a chosen step is missing.
 */
int plot_pick(const struct plot_data *d, const char *name, const struct plot_options *o, int most,
	      const struct plot_array ***list, struct err *e);

/* One of several maps with the same colour scale. */
struct plot_tile {
	const float *v; /* (rows, columns) */
	int rows, columns;
	char title[48], subtitle[48];
};

struct plot_maps;

/*
 * plot_tiles - a picture of @n maps, in rows as the width allows, with one colour scale
 *
 * The scale ends before a few values far beyond the others, and its label says how far they go.
 * Of @plan, name and most are not used.
 */
int plot_tiles(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
	       const struct plot_maps *plan, const struct plot_tile *tiles, int n, int run,
	       struct err *e);

/*
 * plot_maps - a picture of a measure that is a matrix: maps at several checkpoints with one colour
 * scale
 *
 * @name: of the measure
 * @most: number of maps, if the user has not chosen steps
 */
struct plot_maps {
	const char *name;
	const char *xlabel, *ylabel;
	const char *unit; /* label of the scale */
	const char *const *ynames; /* of the rows, or NULL */
	int most;
	double first,
		step; /* number of the first row and column, and from one to the next; 0 is 1 */
	int across; /* the number of maps in a row is a multiple of this, if it fits; 0: any */
	double cell; /* largest height of a cell; 0: 34 */
	int near; /* colours may begin at the least value instead of 0 */
};
int plot_maps(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
	      const struct plot_maps *plan, struct err *e);

#endif
