/*
 * plot_stack - panels of curves above one another on one step axis
 *
 *   accuracy   |      __----        a row: some quantities of one group of runs, joined to
 *              |_____/              mean and range
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
	const char *of; /* NULL: about the whole; else a glob: all that match are joined */
	const char *label; /* in the legend; NULL: that of the quantity */
	const char *sd; /* the band is this quantity to both sides; NULL: the range over runs */
	unsigned color; /* 0: by position */
	int dash; /* as in struct plot_line */
};

struct plot_row {
	const char *title;
	int log, decades; /* as in struct plot_panel */
	double low, high; /* of the axis; both 0: from the values */
	struct plot_quantity q[PLOT_ROW_CURVES]; /* ends with one without name */
};

/* Rows above one another. */
struct plot_rows {
	const struct plot_row *row; /* (n) */
	int n;
	const char *against; /* a vertical line stands at this quantity's transition; NULL: none */
	const char *xlabel; /* of the axis below the last row */
};

/* Rows of training: over steps, with the transition of test accuracy */
#define PLOT_TRAINING(rows)                                                                        \
	{                                                                                          \
		rows, sizeof(rows) / sizeof(*rows), "train.test_acc", "step"                       \
	}

/* The row that most of them end with. */
#define PLOT_ACCURACY                                                                              \
	{                                                                                          \
		.title = "accuracy", .low = 0, .high = 1,                                          \
		.q = { { "train.train_acc" },                                                      \
		       { "train.test_acc" } }                                                      \
	}

/* plot_row_has - has the group any of the row's quantities? */
int plot_row_has(const struct plot_data *d, const struct plot_row *row, int group);

/*
 * A stack for each group that has the first row: two beside one another at most, so that they stay
 * readable at the width of a page, and one on a narrow page.
 */
#define STACK_LEAST 0.6 /* of this height: below, legends and titles lie on the next panel */
struct plot_shape {
	int stacks, across, down;
	int rows; /* of the tallest */
	int width, height; /* of a page for it, and of its box */
};
void plot_stack_shape(const struct gnuplot *g, const struct plot_data *d,
		      const struct plot_options *o, const struct plot_rows *rows,
		      struct plot_shape *shape);

/*
 * plot_stack - all rows in @box, a stack for each group that has the first, rows without data left
 * out
 *
 * The box includes the room for titles above and tics below the panels.
 */
int plot_stack(struct plot_page *p, const struct plot_data *d, const struct plot_options *o,
	       struct plot_box box, const struct plot_rows *rows, struct err *e);

/*
 * plot_stack_draw - a picture of nothing but stacks; -1 with @e also when no group has the first
 * row
 */
int plot_stack_draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		    const struct plot_rows *rows, struct err *e);

/* plot_rows_axis - the axis that shows all that the rows draw of a group */
int plot_rows_axis(const struct plot_data *d, const struct plot_rows *rows, int group,
		   struct plot_axis *axis, struct err *e);

/*
 * plot_row_draw - draw a row in a panel, whose box, axis, xlabel and marks are set
 *
 * @dots: mark each curve's largest transition
 */
int plot_row_draw(struct plot_page *p, const struct plot_data *d, const struct plot_row *row,
		  int group, struct plot_panel *panel, int dots, struct err *e);

/*
 * plot_transition - the step half-way in the largest transition of a quantity's mean over a group,
 * NaN when it has none
 */
double plot_transition(const struct plot_data *d, const char *quantity, int group, struct err *e);

/* plot_join - the series of a quantity over the runs of a group, joined; series_band_free them */
int plot_join(const struct plot_data *d, const char *quantity, const char *of, int group,
	      struct series_band *band, struct err *e);

#endif
