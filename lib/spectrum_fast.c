#include <math.h>

#include "spectrum.h"

/* Compiled so that the exponentials are vectorised; the callers see that the logits are finite. */
double spectrum_cross_entropy(const float *row, const float *minus, int C, int target)
{
	float largest, sum = 0, hit;

	if (minus) {
		largest = row[0] - minus[0];
		for (int c = 1; c < C; c++)
			largest = fmaxf(largest, row[c] - minus[c]);
		for (int c = 0; c < C; c++)
			sum += expf(row[c] - minus[c] - largest);
		hit = row[target] - minus[target];
	} else {
		largest = row[0];
		for (int c = 1; c < C; c++)
			largest = fmaxf(largest, row[c]);
		for (int c = 0; c < C; c++)
			sum += expf(row[c] - largest);
		hit = row[target];
	}
	return log((double)sum) + ((double)largest - hit);
}
