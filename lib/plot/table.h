/*
 * plot_table - the tables of a report, as HTML
 */
#ifndef PLOT_TABLE_H
#define PLOT_TABLE_H

#include "plot/plot.h"

/* plot_table_phases - quantities at each phase (sync_phases) of a group; nothing if it has none */
int plot_table_phases(const struct plot_data *d, int group, FILE *f, struct err *e);

/* plot_table_sync - when each quantity changes and by how much it leads or lags test accuracy */
int plot_table_sync(const struct plot_data *d, FILE *f, struct err *e);

/*
 * plot_table_claims - the verdict on each claim of the paper; adds the maps of heads to @d's series
 *
 * Returns how many claims could be judged, or -1 with @e; for 0 nothing is written.
 */
int plot_table_claims(struct plot_data *d, FILE *f, struct err *e);

/*
 * plot_table_runs     - each run with its seed, end and accuracies
 * plot_table_config   - the configuration of each group
 * plot_table_commands - the commands that made the runs
 */
void plot_table_runs(const struct plot_data *d, FILE *f);
void plot_table_config(const struct plot_data *d, FILE *f);
void plot_table_commands(const struct plot_data *d, FILE *f);

#endif
