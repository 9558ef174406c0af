/* Comparing every weight with the cuts, vectorised. */
#include "bdm/quantise.h"

static void by_one(const float *x, size_t n, float a, uint8_t *symbol)
{
	size_t i;

	for (i = 0; i < n; i++)
		symbol[i] = (uint8_t)(x[i] >= a);
}

static void by_three(const float *x, size_t n, float a, float b, float c, uint8_t *symbol)
{
	size_t i;

	for (i = 0; i < n; i++)
		symbol[i] = (uint8_t)((x[i] >= a) + (x[i] >= b) + (x[i] >= c));
}

static void by_seven(const float *x, size_t n, const float *cut, uint8_t *symbol)
{
	float a = cut[0], b = cut[1], c = cut[2], d = cut[3], e = cut[4], f = cut[5], g = cut[6];
	size_t i;

	for (i = 0; i < n; i++)
		symbol[i] = (uint8_t)((x[i] >= a) + (x[i] >= b) + (x[i] >= c) + (x[i] >= d) +
				      (x[i] >= e) + (x[i] >= f) + (x[i] >= g));
}

void quantise_by_cuts(const float *x, size_t n, int levels, const float *cut, uint8_t *symbol)
{
	if (levels > 4)
		by_seven(x, n, cut, symbol);
	else if (levels > 2)
		by_three(x, n, cut[0], cut[1], cut[2], symbol);
	else
		by_one(x, n, cut[0], symbol);
}
