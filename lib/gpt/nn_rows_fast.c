/*
 * nn_rows_fast - passes over rows that the measures need and training does not
 */
#include "clones.h"
#include "gpt/nn.h"

CLONES void nn_contrast(int n, int C, const float *x, const float *w, int (*pair)[2], float *y)
{
	const float *one, *two;
	float sum;
	int i, c;

	for (i = 0; i < n; i++, x += C) {
		one = w + (size_t)pair[i][0] * (size_t)C;
		two = w + (size_t)pair[i][1] * (size_t)C;
		for (sum = 0, c = 0; c < C; c++)
			sum += x[c] * (one[c] - two[c]);
		y[i] = sum;
	}
}
