/*
 * nn_norm_fast - LayerNorm, forward and backward
 */
#include "gpt/nn.h"
#include "gpt/nn_fast.h"

#include <math.h>

CLONES void nn_norm(int n, int C, const float *x, const float *gain, const float *bias, float *y,
		    float *stats)
{
	float mean, var, rstd;
	int i, c;

	for (i = 0; i < n; i++, x += C, y += C) {
		mean = var = 0;
		for (c = 0; c < C; c++)
			mean += x[c];
		mean /= (float)C;
		for (c = 0; c < C; c++)
			var += (x[c] - mean) * (x[c] - mean);
		rstd = 1 / sqrtf(var / (float)C + NN_NORM_EPS);
		for (c = 0; c < C; c++)
			y[c] = (x[c] - mean) * rstd * gain[c] + bias[c];
		stats[2 * i] = mean;
		stats[2 * i + 1] = rstd;
	}
}

NN_INLINE void renorm(int C, const float *x, const float *gain, const float *bias, float mean,
		      float rstd, float *y)
{
	int c;

	for (c = 0; c < C; c++)
		y[c] = (x[c] - mean) * rstd * gain[c] + bias[c];
}

/* With z = (x - mean) rstd and g = dy gain: dx = rstd (g - mean(g) - z mean(g z)). */
CLONES void nn_norm_backward(const struct nn_normed *f, const float *dy, const float *base,
			     float *dx, float *dgain_bias)
{
	const int n = f->n, C = f->C;
	const float *x = f->x, *gain = f->gain, *stats = f->stats;
	float *dgain = dgain_bias, *dbias = dgain_bias + C;
	size_t at;
	int i, c;

	for (i = 0; i < n; i++) {
		float mean = stats[2 * i], rstd = stats[2 * i + 1], g0 = 0, g1 = 0;

		at = (size_t)i * (size_t)C;
		for (c = 0; c < C; c++) {
			float z = (x[at + (size_t)c] - mean) * rstd, d = dy[at + (size_t)c];

			dgain[c] += d * z;
			dbias[c] += d;
			g0 += d * gain[c];
			g1 += d * gain[c] * z;
		}
		g0 /= (float)C;
		g1 /= (float)C;
		for (c = 0; c < C; c++) {
			float z = (x[at + (size_t)c] - mean) * rstd;
			float d = rstd * (dy[at + (size_t)c] * gain[c] - g0 - z * g1);

			dx[at + (size_t)c] = base ? base[at + (size_t)c] + d : d;
		}
		if (f->y)
			renorm(C, x + at, gain, f->bias, mean, rstd, f->y + at);
	}
}
