/* Vectorised passes over one block of finite values: summary.c leaves out the others. */
#include "clones.h"
#include "stream/summary.h"

#include <math.h>
#include <string.h>

CLONES int summary_widen(const float *p, int n, double *x)
{
	uint32_t w, bad = 0;
	int i;

	/* By the bits, which no floating-point flag concerns: an exponent of ones is not finite. */
	for (i = 0; i < n; i++) {
		memcpy(&w, p + i, sizeof(w));
		bad |= ((w >> 23 & 255) + 1) >> 8;
	}
	for (i = 0; i < n; i++)
		x[i] = p[i];
	return !bad;
}

CLONES void summary_block(const double *x, int n, double shift, struct summary_sums *b)
{
	double sum = 0, sum2 = 0, sum1 = 0, min = x[0], max = x[0], zeros = 0;
	int i;

	for (i = 0; i < n; i++) {
		sum += x[i] - shift;
		sum2 += (x[i] - shift) * (x[i] - shift);
		sum1 += fabs(x[i]);
		min = x[i] < min ? x[i] : min;
		max = x[i] > max ? x[i] : max;
		zeros += x[i] == 0 ? 1.0 : 0.0;
	}
	*b = (struct summary_sums){ sum, sum2, sum1, min, max, (uint64_t)zeros };
}
