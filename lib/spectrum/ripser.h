/*
 * ripser - persistent homology of a distance matrix, by the program ripser
 *
 * Bauer, "Ripser: efficient computation of Vietoris-Rips persistence barcodes", 2021.  Debian
 * package ripser; it works in float32 and prints six digits.
 */
#ifndef SPECTRUM_RIPSER_H
#define SPECTRUM_RIPSER_H

#include "err.h"

/*
 * ripser_loop - the class of H_1 that lives longest in the Vietoris-Rips filtration
 *
 * @distance: (n, n), finite; read below the diagonal
 * @birth, @death: the scales between which it lives, units of the distances; both NaN when there
 *                 is no class
 *
 * Returns 0, or -1 with @e when ripser is missing, fails, or writes what it should not.
 */
int ripser_loop(const double *distance, int n, double *birth, double *death, struct err *e);

#endif
