/*
 * plot_stack - panels of curves above one another, with a common axis of steps
 *
 *   accuracy   |      __----        a row: some quantities of one group of runs, as mean and
 *              |_____/              range over runs
 *   spectrum   |        __---       o  the curve's own transition (sync_find)
 *              |-------o
 *              +--------------- step
 */
#ifndef PLOT_STACK_H
#define PLOT_STACK_H

#include "plot/panel.h"

enum { PLOT_ROW_CURVES = 6 };

struct plot_quantity {
	const char *name;
	const char *of; /* NULL: of the whole; else a glob: all series that match are joined */
	const char *label; /* in the legend; NULL: that of the quantity */
	const char *sd; /* the band is +- this quantity; NULL: it is the range over runs */
	unsigned color; /* 0: by its number in the row */
	int dash; /* as in struct plot_line */
};

struct plot_row {
	const char *title; /* NULL: family and unit of the first quantity (sync/quantity.h) */
	int log, decades; /* as in struct plot_panel */
	double low, high; /* of the axis; both 0: from the values */
	struct plot_quantity q[PLOT_ROW_CURVES]; /* ends with an entry without name */
};

/* Rows above one another. */
struct plot_rows {
	const struct plot_row *row; /* (n) */
	int n;
	const char *against; /* a vertical line marks this quantity's transition; NULL: none */
	const char *xlabel; /* of the axis below the last row */
};

/* A struct plot_rows over training steps, with the transition of test accuracy. */
#define PLOT_TRAINING(rows)                                                                        \
	{                                                                                          \
		rows, sizeof(rows) / sizeof(*rows), "train.test_acc", "step"                       \
	}

/* The row with which most of them end. */
#define PLOT_ACCURACY                                                                              \
	{                                                                                          \
		.low = 0, .high = 1,                                                               \
		.q = { { .name = "train.train_acc" },                                              \
		       { .name = "train.test_acc" } }                                              \
	}

/*
 * The layout of stacks, one for each group that has the first row.  At most two are side by side,
 * so that they are readable at the width of a page; on a narrow page, one.
 */
#define STACK_LEAST 0.6 /* share of height; below it, legends and titles overlap the next panel */
struct plot_shape {
	int stacks, across, down;
	int rows; /* of the tallest stack */
	int width, height; /* width of the page, height of the box */
};
void plot_stack_shape(const struct gnuplot *g, const struct plot_data *d,
		      const struct plot_options *o, const struct plot_rows *rows,
		      struct plot_shape *shape);

/*
 * plot_stack - draw a stack in @box for each group that has the first row
 *
 * Rows without data are left out.  The box includes titles above and tics below the panels.
 * Returns 0, or -1 with @e.
 */
int plot_stack(struct plot_page *p, const struct plot_data *d, const struct plot_options *o,
	       struct plot_box box, const struct plot_rows *rows, struct err *e);

/*
 * plot_stack_draw - a whole picture that consists of stacks
 *
 * Returns 0, or -1 with @e, also when no group has the first row.
 */
int plot_stack_draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		    const struct plot_rows *rows, struct err *e);

/* plot_join - join the series of a quantity over the runs of a group; free with series_band_free */
int plot_join(const struct plot_data *d, const char *quantity, const char *of, int group,
	      struct series_band *band, struct err *e);

#endif
