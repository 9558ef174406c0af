/*
 * ripser - persistent homology of a distance matrix, by the program ripser
 *
 * Bauer, "Ripser: efficient computation of Vietoris-Rips persistence barcodes", Journal of Applied
 * and Computational Topology 5, 2021.  From the Debian package ripser.  It computes in float32 and
 * prints six digits.
 */
#ifndef SPECTRUM_RIPSER_H
#define SPECTRUM_RIPSER_H

#include "err.h"

/*
 * ripser_loop - the most persistent class of H_1 (loop) in the Vietoris-Rips filtration
 *
 * @distance: (n, n), finite; only entries below the diagonal are read
 * @birth, @death: the scales at which the class appears and vanishes, in units of the distances;
 *                 both are NaN when there is no class
 *
 * Returns 0, or -1 with @e when ripser is missing, fails, or writes something unexpected.
 */
int ripser_loop(const double *distance, int n, double *birth, double *death, struct err *e);

#endif
