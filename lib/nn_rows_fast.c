#include "nn.h"
#include "nn_fast.h"

NN_CLONES void nn_bias(int n, int C, const float *bias, float *y)
{
	int i, c;

	for (i = 0; i < n; i++, y += C)
		for (c = 0; c < C; c++)
			y[c] += bias[c];
}

NN_CLONES static void bias_gelu(int n, int C, const float *bias, float *y)
{
	int i, c;

	for (i = 0; i < n; i++, y += C)
		for (c = 0; c < C; c++) {
			float x = y[c] + bias[c];

			y[c] = x * nn_normal_cdf(x);
		}
}

void nn_bias_activate(enum nn_activation f, int n, int C, const float *bias, float *y)
{
	if (f == NN_GELU) {
		bias_gelu(n, C, bias, y);
		return;
	}
	nn_bias(n, C, bias, y);
	nn_activate(f, (size_t)n * (size_t)C, y, y);
}

NN_CLONES void nn_contrast(int n, int C, const float *x, const float *w, int (*pair)[2], float *y)
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
