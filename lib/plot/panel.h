/*
 * plot_panel - the parts that every picture is made of: pages, step axes, panels of lines, maps
 *
 * Places are in CSS pixels from the top left corner of the page; a panel's box is the rectangle
 * inside its axes.
 */
#ifndef PLOT_PANEL_H
#define PLOT_PANEL_H

#include "plot/plot.h"

/* Okabe and Ito's colours, which colour-blind readers tell apart, the light yellow left out. */
enum { PLOT_COLORS = 7 };
extern const unsigned plot_color[PLOT_COLORS];
enum { PLOT_INK = 0x333333, PLOT_FAINT = 0x8a8a8a, PLOT_GRID = 0xe4e4e4 };

struct plot_page {
	struct gnuplot *g;
	FILE *f;
	int width, height;
	int blocks; /* data blocks so far */
	int text; /* the format is GNUPLOT_TEXT */
};

struct plot_box {
	double x, y, w, h;
};

/* plot_page_start - begin a picture, of the user's size or the one given, with the user's title */
int plot_page_start(struct plot_page *p, struct gnuplot *g, const struct plot_options *o, int width,
		    int height, struct err *e);

/* plot_note - a line of text with its baseline at (x, y); @align 'l', 'c' or 'r' */
void plot_note(struct plot_page *p, double x, double y, char align, int size, unsigned color,
	       const char *text, int most);

/* plot_title - text above a panel, at its left end and, fainter, at its right; each may be NULL */
void plot_title(struct plot_page *p, struct plot_box b, const char *title, const char *subtitle);

/* plot_footer - in the lower right corner the run's name; with -1 that runs are joined; else their number */
void plot_footer(struct plot_page *p, const struct plot_data *d, int run);

/* plot_cell - box @i of @n boxes in one row inside @all, @gap apart */
struct plot_box plot_cell(struct plot_box all, int i, int n, double gap);

/*
 * A logarithmic axis of steps, or a linear one of anything else.  On the former step 0, when there is one, stands at the left end, as far before
 * the least positive step as a twelfth of the axis.
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
	int dash; /* 0 solid, 2 dashed, 3 dotted (gnuplot's dash types) */
	int points; /* mark each value */
	double width;
	int n;
	const double *step, *y; /* (n) */
	const double *low, *high; /* (n) band, or NULL */
	double dot; /* a step where the line carries a ring; NaN or 0: none */
};

/* A vertical line across a panel. */
struct plot_mark {
	double step;
	unsigned color;
	const char *label; /* at its foot, or NULL */
};

struct plot_panel {
	struct plot_box box;
	const char *title; /* above its left end */
	const struct plot_axis *axis;
	const char *xlabel; /* NULL: tics without numbers, for panels that stand on one another */
	int log; /* logarithmic y; values that are not positive are left out */
	int decades; /* most that a logarithmic y shows, below its largest value; 0: all */
	double low, high; /* of y; NaN: from the lines */
	int legend;
	const struct plot_line
		*keys; /* (nkeys) what the legend shows instead of the lines, or NULL */
	int nkeys;
	const struct plot_mark *marks;
	int nmarks;
};
void plot_lines(struct plot_page *p, const struct plot_panel *panel, const struct plot_line *lines,
		int n);

enum plot_palette { PLOT_RISING, PLOT_DIVERGING };

/* A matrix as coloured cells, row 0 at the bottom or, with down, at the top. */
struct plot_map {
	struct plot_box box;
	const char *title, *subtitle, *xlabel, *ylabel;
	const float *v; /* (rows, columns); NaN is left blank */
	int rows, columns, down;
	double low, high; /* of the colours */
	double xfirst, xstep, yfirst,
		ystep; /* what the first cell and the next are called; steps of 0 count as 1 */
	enum plot_palette palette;
	int xnumbers, ynumbers; /* number the axis */
	const double *xvalues,
		*yvalues; /* (columns), (rows) what the axis is numbered with, or NULL */
	double mark; /* a vertical line at this column, as a place between 0 and columns; 0: none */
};
void plot_map_draw(struct plot_page *p, const struct plot_map *m);

/* plot_scale - the colours of a palette from low to high, in a box of its own; numbers at its left */
void plot_scale(struct plot_page *p, struct plot_box box, enum plot_palette palette, double low,
		double high, const char *title);

/* Writing a panel by hand: plot_area sets its margins, plot_range and plot_tics its axes. */
void plot_area(struct plot_page *p, struct plot_box box);
enum plot_numbers { PLOT_BARE, PLOT_NUMBERS, PLOT_WHOLE }; /* PLOT_WHOLE: at whole numbers only */
void plot_tics(struct plot_page *p, char axis, double low, double high, int log,
	       enum plot_numbers numbers);
void plot_step_tics(struct plot_page *p, const struct plot_axis *a, int numbers);
void plot_reset(struct plot_page *p); /* nothing of the last panel is left */

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
 * @list: (most) or, with chosen steps, as many as these.  Returns how many, or -1 with @e when there
 * are none or a step is missing.
 */
int plot_pick(const struct plot_data *d, const char *name, const struct plot_options *o, int most,
	      const struct plot_array **list, struct err *e);

#endif
