#include "nn.h"
#include "nn_fast.h"

NN_CLONES void nn_fill(int n, int C, const float *bias, float *y, int ld)
{
	int i, c;

	for (i = 0; i < n; i++)
		for (c = 0; c < C; c++)
			y[(size_t)i * (size_t)ld + (size_t)c] = bias[c];
}

NN_CLONES void nn_add(size_t n, const float *a, const float *b, float *y)
{
	size_t i;

	for (i = 0; i < n; i++)
		y[i] = a[i] + b[i];
}

NN_CLONES void nn_multiply(size_t n, const float *a, const float *b, float *y)
{
	size_t i;

	for (i = 0; i < n; i++)
		y[i] = a[i] * b[i];
}

NN_CLONES void nn_column_sums(int n, int C, const float *x, int ld, float *sum)
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

NN_CLONES static void gelu(size_t n, const float *x, float *y)
{
	size_t i;

	for (i = 0; i < n; i++)
		y[i] = x[i] * nn_normal_cdf(x[i]);
}

NN_CLONES static void gelu_new(size_t n, const float *x, float *y)
{
	size_t i;
	float du;

	for (i = 0; i < n; i++)
		y[i] = x[i] / (1 + exp_2u(x[i], &du));
}

NN_INLINE void gelu_slope(float v, float *y, float *slope)
{
	float cdf = nn_normal_cdf(v), density = 0.3989422804f * nn_exp(-0.5f * v * v);

	*y = v * cdf;
	*slope = cdf + v * density;
}

NN_INLINE void gelu_new_slope(float v, float *y, float *slope)
{
	float du, e = exp_2u(v, &du), s;

	e = e < 1e17f ? e : 1e17f; /* in whatever order the product is taken, it is finite */
	s = 1 / (1 + e);
	*y = v * s;
	*slope = s + 2 * v * s * (e * s) * du; /* e s = 1 - s */
}

void nn_activate(enum nn_activation f, size_t n, const float *x, float *y)
{
	if (f == NN_GELU)
		gelu(n, x, y);
	else
		gelu_new(n, x, y);
}

NN_CLONES void nn_activate_slope(enum nn_activation f, int n, int F, const float *x,
				 const float *bias, float *y, float *slope)
{
	int i, c;

	for (i = 0; i < n; i++, x += F, y += F, slope += F)
		if (f == NN_GELU)
			for (c = 0; c < F; c++)
				gelu_slope(x[c] + bias[c], &y[c], &slope[c]);
		else
			for (c = 0; c < F; c++)
				gelu_new_slope(x[c] + bias[c], &y[c], &slope[c]);
}
