/*
 * plot_phase - the map of where the feature machine recovers the function
 */
#ifndef PLOT_PHASE_H
#define PLOT_PHASE_H

#include "plot/panel.h"

/*
 * plot_phase - the share of seeds that recover the function, by fraction of the data and beta
 *
 * Of all runs that have sfm.recovered; the scale takes PLOT_SCALE at the right of @box.  Returns
 * 0, or
 * -1 with @e when memory runs out.
 */
int plot_phase(struct plot_page *p, const struct plot_data *d, struct plot_box box, struct err *e);

#endif
