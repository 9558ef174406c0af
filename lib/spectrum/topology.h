/*
 * topology - do the rows of an embedding form one circle, on which addition is rotation?
 */
#ifndef SPECTRUM_TOPOLOGY_H
#define SPECTRUM_TOPOLOGY_H

#include "spectrum/report.h"

enum { TOPOLOGY_LOOPS = 19 }; /* most shuffles for the null value of the longest H_1 class */

/*
 * topology_report - measure x (n, C), rows in the order of their residues, and write everything
 *
 * Measured are: the most persistent H_1 class of all rows (ripser.h); the measures of circle.h in
 * the plane of the frequency of largest R^2, and in the plane of the two largest principal
 * components at the frequency that fits best there; and those of every frequency, written as the
 * tensor spectrum.circles.
 *
 * @draws: number of shuffles for the null values; 0: no null values.  For circles the rows are
 *         permuted, and plane and frequency are chosen anew.  For the H_1 class each column is
 *         shuffled independently, at most TOPOLOGY_LOOPS times.
 *
 * Returns 0, or -1 with @e.
 */
int topology_report(struct spectrum_report *r, const float *x, int n, int C, int draws,
		    struct err *e);

#endif
