/*
 * plot_scatter - one quantity against another, a point each, with the line that fits them
 */
#ifndef PLOT_SCATTER_H
#define PLOT_SCATTER_H

#include "plot/panel.h"
#include "sync/fit.h"

struct plot_points {
	const char *title, *subtitle, *xlabel, *ylabel;
	const double *x, *y; /* (n) */
	const char *const *names; /* (n) beside the points where there is room; or NULL */
	int n;
	int log; /* both axes are logarithmic, and so is the fit: of natural logarithms */
	const struct fit *fit; /* of y against x; NULL: no line */
};

void plot_scatter(struct plot_page *p, struct plot_box box, const struct plot_points *points);

#endif
