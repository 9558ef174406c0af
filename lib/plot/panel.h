/*
 * plot_panel - the parts that every picture is made of: pages, axes, panels of lines, legends, maps
 *
 * Places are in pixels of the page from its top left corner.  A panel's box is the rectangle inside
 * its axes.
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
 * Okabe and Ito's colours, which colour-blind readers tell apart, the light yellow left out.
 * Pictures name them; another palette puts its own in their place (plot_paint).
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
	} area; /* of the panel that is open */
	int blocks; /* data blocks so far */
	int text; /* the format is GNUPLOT_TEXT: a character is 9 x 18 pixels */
	int ranges; /* a band over runs was drawn */
};

struct plot_box {
	double x, y, w, h;
};

/* plot_page_width - the width that a page will have, when the kind's own is @width */
int plot_page_width(const struct gnuplot *g, const struct plot_options *o, int width);

/*
 * plot_page_start - begin a picture, with the user's title
 *
 * @width, @height: the kind's own, without title and footer; the user's size goes before it
 */
int plot_page_start(struct plot_page *p, struct gnuplot *g, const struct plot_options *o, int width,
		    int height, struct err *e);

/* plot_fits - -1 with @e when the user's height leaves less than @least for the panels of a picture */
int plot_fits(const struct gnuplot *g, const struct plot_options *o, double least, struct err *e);

/*
 * plot_room - how many of @most panels to draw, each at least @w x @h: all, unless the user's size
 * is small
 *
 * @margin: of the page, left and right
 */
int plot_room(const struct gnuplot *g, const struct plot_options *o, int most, double margin,
	      double w, double h);

/* plot_paint - a colour of a picture in the user's palette */
unsigned plot_paint(const struct plot_page *p, unsigned color);

/* plot_wheel - the colour of an angle, 0 to 1: all are equally light, so that none stands out */
unsigned plot_wheel(double turn);

/* plot_text_width - about how wide a text is */
double plot_text_width(const struct plot_page *p, const char *text);

/* plot_note - a line of text about (x, y); @align 'l', 'c', 'r', or 'v': upwards, centred */
void plot_note(struct plot_page *p, double x, double y, char align, int size, unsigned color,
	       const char *text, int most);

/* plot_title - text above a panel, at its left end and, fainter, at its right; each may be NULL */
void plot_title(struct plot_page *p, struct plot_box b, const char *title, const char *subtitle);

/* plot_label - the name of an axis, 'x' or 'y', of the panel at @b; NULL: none */
void plot_label(struct plot_page *p, struct plot_box b, char axis, const char *text);

/*
 * plot_footer - in the lower right corner the run's name; with -1 what is joined, or how many runs
 */
void plot_footer(struct plot_page *p, const struct plot_data *d, int run);

/* plot_cell - box @i of @n boxes in one row inside @all, @gap apart */
struct plot_box plot_cell(struct plot_box all, int i, int n, double gap);

/* Boxes in rows: as many side by side as have room. */
struct plot_grid {
	int n, across, down;
	double gap; /* between columns */
	double above, below; /* of a box, for title and axis */
};
void plot_grid_fit(struct plot_grid *grid, int n, double width, double least);
struct plot_box plot_grid_box(const struct plot_grid *grid, struct plot_box all, int i);

/*
 * A logarithmic axis of steps, or a linear one of anything else.  On the former step 0, when there
 * is one, stands at the left end, as far before the least positive step as a twelfth of the axis.
 */
struct plot_axis {
	double low, high; /* ends, in the units of plot_axis_at */
	double zero, least; /* where step 0 and the least positive step stand */
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
	int dash; /* 0 solid, else gnuplot's dash types: 2 dashed, 3 dotted ... */
	int points; /* mark each value; those nearer than three pixels are joined to their mean */
	double width;
	int n;
	const double *step, *y; /* (n) */
	const double *low, *high; /* (n) band, or NULL */
	double dot; /* a step where the line carries a ring; NaN or 0: none */
};

/* plot_style - colour and dash of curve @i: seven colours, then the same dashed in other ways */
void plot_style(struct plot_line *line, int i);

/* A vertical line across a panel. */
struct plot_mark {
	double step;
	unsigned color;
	const char *label; /* at its foot, or NULL */
};

struct plot_panel {
	struct plot_box box; /* a legend that needs lines of its own takes them from it */
	const char *title; /* above its left end */
	const struct plot_axis *axis;
	const char *xlabel; /* NULL: tics without numbers, for panels that stand on one another */
	int log; /* logarithmic y; values that are not positive are left out */
	int decades; /* most that a logarithmic y shows, below its largest value; 0: all */
	double low, high; /* of y; NaN: from the lines */
	double unit; /* the largest value of neighbours: they number alike; 0: none */
	int legend;
	const struct plot_line *keys; /* (nkeys) the legend's, or NULL: the lines */
	int nkeys;
	const struct plot_mark *marks;
	int nmarks;
};
void plot_lines(struct plot_page *p, const struct plot_panel *panel, const struct plot_line *lines,
		int n);

/* plot_legend_rows - lines that a legend takes above a panel; 0: it has room beside the title */
int plot_legend_rows(const struct plot_page *p, double width, const char *title,
		     const struct plot_line *keys, int n);

/*
 * plot_legend - draw it above the panel at @b, which has as many lines of room; the panel is open
 */
void plot_legend(struct plot_page *p, struct plot_box b, const char *title,
		 const struct plot_line *keys, int n);

enum plot_palette { PLOT_RISING, PLOT_DIVERGING };

/* A matrix as coloured cells, row 0 at the bottom or, with down, at the top. */
struct plot_map {
	struct plot_box box;
	const char *title, *subtitle, *xlabel, *ylabel;
	const float *v; /* (rows, columns); NaN is left blank */
	int rows, columns, down;
	double low, high; /* of the colours */
	double xfirst, xstep; /* what the first cell and the next are called; a step of 0 is 1 */
	double yfirst, ystep;
	enum plot_palette palette;
	int xnumbers, ynumbers; /* number the axis */
	const char *const *xnames; /* (columns), or NULL: what the cells are called */
	const char *const *ynames; /* (rows), or NULL */
	double mark; /* a vertical line at this column, from 0 to columns; 0: none */
};
void plot_map_draw(struct plot_page *p, const struct plot_map *m);

/*
 * plot_scale - the colours of a palette from low to high, right of the maps at @maps, with its unit
 */
void plot_scale(struct plot_page *p, struct plot_box maps, enum plot_palette palette, double low,
		double high, const char *label);
enum { PLOT_SCALE = 86 }; /* room that it takes */

/* Writing a panel by hand: plot_area sets its margins, plot_tics its axes. */
void plot_area(struct plot_page *p, struct plot_box box);
enum plot_numbers { PLOT_BARE, PLOT_NUMBERS, PLOT_WHOLE }; /* PLOT_WHOLE: at whole numbers only */
void plot_tics(struct plot_page *p, char axis, double low, double high, double unit,
	       enum plot_numbers numbers);
void plot_log_tics(struct plot_page *p, char axis, double low, double high);
void plot_step_tics(struct plot_page *p, const struct plot_axis *a, int numbers);
void plot_reset(struct plot_page *p); /* nothing of the last panel is left */

/* plot_number - a number to gnuplot, NaN if it is not finite */
void plot_number(FILE *f, double x);

/* plot_step_text - a step as people write it: 950, 1.5k, 20k */
void plot_step_text(char *text, size_t n, int64_t step);

/* plot_caption - "step 1.5k", and the test accuracy there when the run has it */
void plot_caption(const struct plot_data *d, int run, int64_t step, char *title, size_t n,
		  char *subtitle, size_t m);

/*
 * plot_spread - choose up to @most of the @n rising steps of a run
 *
 * The last, the first, those nearest to where the run has memorised, changes and has generalised
 * (sync_phases), and others spread between.  @list: (most), places in @steps, rising.  Returns how
 * many, or -1 with @e.
 */
int plot_spread(const struct plot_data *d, int run, const int64_t *steps, int n, int most,
		int *list, struct err *e);

/*
 * plot_pick - the arrays @name to draw, in order of steps: those of the chosen steps, or up to
 * @most, as plot_spread chooses, of the first run that has any
 *
 * @list: receives a list that the caller frees.  Returns how many, 1 or more, or -1 with @e when
 *        there
 * are none or a step is missing.
 */
int plot_pick(const struct plot_data *d, const char *name, const struct plot_options *o, int most,
	      const struct plot_array ***list, struct err *e);

/* One of several maps in one scale. */
struct plot_tile {
	const float *v; /* (rows, columns) */
	int rows, columns;
	char title[48], subtitle[48];
};

struct plot_maps;

/*
 * plot_tiles - @n maps in rows as the width allows, with one scale; plan->name and most do not
 * matter
 */
int plot_tiles(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
	       const struct plot_maps *plan, const struct plot_tile *tiles, int n, int run,
	       struct err *e);

/*
 * plot_maps - a measure that is a matrix, as maps at several checkpoints in one scale
 *
 * @name: of the measure
 * @most: maps, when no steps are chosen
 */
struct plot_maps {
	const char *name;
	const char *xlabel, *ylabel;
	const char *unit; /* label of the scale */
	const char *const *ynames; /* of the rows, or NULL */
	int most;
	double first,
		step; /* what the first row and column and the next are called; a step of 0 is 1 */
	int across; /* a row is a multiple of so many, if it has room; 0: any */
	double cell; /* height of a cell, at most; 0: 34 */
};
int plot_maps(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
	      const struct plot_maps *plan, struct err *e);

#endif
