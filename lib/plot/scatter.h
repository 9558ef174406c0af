/*
 * plot_scatter - a panel of points, one quantity against another, with a fitted line
 */
#ifndef PLOT_SCATTER_H
#define PLOT_SCATTER_H

#include "plot/panel.h"
#include "sync/fit.h"

struct plot_points {
	const char *title, *subtitle, *xlabel, *ylabel;
	const double *x, *y; /* (n) */
	const char *const *names; /* (n) written beside the points where there is room; or NULL */
	int n;
	int log; /* both axes are logarithmic, and fit is that of the natural logarithms */
	const struct fit *fit; /* of y against x; NULL: no line */
};

void plot_scatter(struct plot_page *p, struct plot_box box, const struct plot_points *points);

#endif
