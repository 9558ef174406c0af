/*
 * topology - are the rows of an embedding one circle, and is going round it addition?
 */
#ifndef SPECTRUM_TOPOLOGY_H
#define SPECTRUM_TOPOLOGY_H

#include "spectrum/report.h"

enum { TOPOLOGY_LOOPS = 19 }; /* most shuffles behind the null value of the longest H_1 class */

/*
 * topology_report - measure x (n, C), rows in the order of their residues, and write everything
 *
 * The longest H_1 class of all rows; circular correlation, mean resultant length and homomorphism
 * error in the plane of the frequency of largest R^2, and in that of the two largest components
 * at the frequency that fits there; and of all frequencies as a tensor (spectrum.circles).
 *
 * @draws: shuffles behind the null values.  Of circles the rows are permuted, and the plane and
 *         the frequency are chosen anew; of the H_1 class each column is shuffled by itself, at
 *         most TOPOLOGY_LOOPS times.  0: no null values.
 */
int topology_report(struct spectrum_report *r, const float *x, int n, int C, int draws,
		    struct err *e);

#endif
