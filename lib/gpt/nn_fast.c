/*
 * nn_fast - biases, sums and activations
 */
#include "gpt/nn.h"
#include "gpt/nn_fast.h"

CLONES void nn_fill(int n, int C, const float *bias, float *y, int ld)
{
	int i, c;

	for (i = 0; i < n; i++)
		for (c = 0; c < C; c++)
			y[(size_t)i * (size_t)ld + (size_t)c] = bias[c];
}

CLONES void nn_add(size_t n, const float *a, const float *b, float *y)
{
	size_t i;

	for (i = 0; i < n; i++)
		y[i] = a[i] + b[i];
}

CLONES void nn_column_sums(int n, int C, const float *x, int ld, float *sum)
{
	int i, c;

	for (i = 0; i < n; i++)
		for (c = 0; c < C; c++)
			sum[c] += x[(size_t)i * (size_t)ld + (size_t)c];
}

/* exp(-2 u), and du/dx */
NN_INLINE float exp_2u(float x, float *du)
{
	const float k = 0.7978845608f; /* sqrt(2 / pi) */
	float s = x * x;

	*du = k * (1 + 3 * 0.044715f * s);
	return nn_exp(-2 * k * x * (1 + 0.044715f * s));
}

NN_INLINE float gelu(float x)
{
	return x * nn_normal_cdf(x);
}

NN_INLINE float gelu_new(float x)
{
	float du;

	return x / (1 + exp_2u(x, &du));
}

/* The value, and in *slope the derivative. */
NN_INLINE float gelu_slope(float x, float *slope)
{
	float cdf = nn_normal_cdf(x), density = nn_normal_density(x);

	*slope = cdf + x * density;
	return x * cdf;
}

NN_INLINE float gelu_new_slope(float x, float *slope)
{
	float du, e = exp_2u(x, &du), s;

	e = e < 1e17f ? e : 1e17f; /* in whatever order the product is taken, it is finite */
	s = 1 / (1 + e);
	*slope = s + 2 * x * s * (e * s) * du; /* e s = 1 - s */
	return x * s;
}

CLONES void nn_activate(enum nn_activation f, size_t n, const float *x, float *y)
{
	size_t i;

	if (f == NN_GELU)
		for (i = 0; i < n; i++)
			y[i] = gelu(x[i]);
	else
		for (i = 0; i < n; i++)
			y[i] = gelu_new(x[i]);
}

CLONES void nn_activate_sum(enum nn_activation f, int n, int F, const float *x, const float *bias,
			    float *sum, float *y)
{
	int i, c;

	for (i = 0; i < n; i++, x += F, sum += F, y += F)
		if (f == NN_GELU)
			for (c = 0; c < F; c++)
				y[c] = gelu(sum[c] = x[c] + bias[c]);
		else
			for (c = 0; c < F; c++)
				y[c] = gelu_new(sum[c] = x[c] + bias[c]);
}

CLONES void nn_bias_activate(enum nn_activation f, int n, int C, const float *bias, float *y)
{
	int i, c;

	for (i = 0; i < n; i++, y += C)
		if (f == NN_GELU)
			for (c = 0; c < C; c++)
				y[c] = gelu(y[c] + bias[c]);
		else
			for (c = 0; c < C; c++)
				y[c] = gelu_new(y[c] + bias[c]);
}

CLONES void nn_activate_backward(enum nn_activation f, size_t n, const float *x, const float *dy,
				 float *dx, float *y)
{
	float slope;
	size_t i;

	if (f == NN_GELU)
		for (i = 0; i < n; i++) {
			y[i] = gelu_slope(x[i], &slope);
			dx[i] = dy[i] * slope;
		}
	else
		for (i = 0; i < n; i++) {
			y[i] = gelu_new_slope(x[i], &slope);
			dx[i] = dy[i] * slope;
		}
}
