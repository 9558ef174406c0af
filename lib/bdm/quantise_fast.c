#include "bdm/quantise.h"

void quantise_by_cuts(const float *x, size_t n, float a, float b, float c, uint8_t *letter)
{
	size_t i;

	for (i = 0; i < n; i++)
		letter[i] = (uint8_t)((x[i] >= a) + (x[i] >= b) + (x[i] >= c));
}
