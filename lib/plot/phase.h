/*
 * plot_phase - the phase map of the singular feature machine: where it recovers the function
 */
#ifndef PLOT_PHASE_H
#define PLOT_PHASE_H

#include "plot/panel.h"

/*
 * plot_phase - draw the share of seeds that recover the function, by fraction of the data and beta
 *
 * It uses all runs that have sfm.recovered.  The colour scale takes PLOT_SCALE at the right of
 * @box.  Returns 0, or -1 with @e when memory runs out.
 */
int plot_phase(struct plot_page *p, const struct plot_data *d, struct plot_box box, struct err *e);

#endif
