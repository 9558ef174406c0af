/*
 * plot_table - the tables of a report, as HTML
 */
#ifndef PLOT_TABLE_H
#define PLOT_TABLE_H

#include "plot/plot.h"

/* plot_table_phases - quantities at the phases of the runs of a group; nothing if it has none */
int plot_table_phases(const struct plot_data *d, int group, FILE *f, struct err *e);

/* plot_table_sync - when each quantity changes and by how much it leads or lags test accuracy */
int plot_table_sync(const struct plot_data *d, FILE *f, struct err *e);

/*
 * plot_table_claims - the verdict on each claim of the paper; adds the maps of heads to @d's series
 *
 * Returns how many claims could be asked, with nothing written for 0, or -1 with @e.
 */
int plot_table_claims(struct plot_data *d, FILE *f, struct err *e);

/*
 * plot_table_runs - each run with its seed, end and accuracies; a group's configuration; commands
 */
void plot_table_runs(const struct plot_data *d, FILE *f);
void plot_table_config(const struct plot_data *d, FILE *f);
void plot_table_commands(const struct plot_data *d, FILE *f);

#endif
