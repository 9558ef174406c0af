/* Sums of one block, vectorised.  Its values are finite: summary.c has left out the others. */
#include "summary.h"

#include <math.h>

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_THREAD__)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif

CLONES void summary_block(const double *x, int n, struct summary_sums *b)
{
	double sum = 0, sum1 = 0, sum2 = 0, min = x[0], max = x[0], zeros = 0, m2 = 0, mean;
	int i;

	for (i = 0; i < n; i++) {
		sum += x[i];
		sum1 += fabs(x[i]);
		sum2 += x[i] * x[i];
		min = x[i] < min ? x[i] : min;
		max = x[i] > max ? x[i] : max;
		zeros += x[i] == 0 ? 1.0 : 0.0;
	}
	mean = sum / n;
	for (i = 0; i < n; i++)
		m2 += (x[i] - mean) * (x[i] - mean);
	*b = (struct summary_sums){ sum, sum1, sum2, m2, min, max, (uint64_t)zeros };
}
