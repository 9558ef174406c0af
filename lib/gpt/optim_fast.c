/*
 * optim_fast - the vectorised passes of the optimisers
 */
#include "clones.h"
#include "gpt/optim.h"

#include <math.h>

/* Single precision for a short block, so that the sum keeps six digits. */
CLONES double optim_sum_squares(size_t n, const float *x)
{
	double total = 0;
	size_t i, j, end;

	for (i = 0; i < n; i = end) {
		float s = 0;

		end = n - i < 1024 ? n : i + 1024;
		for (j = i; j < end; j++)
			s += x[j] * x[j];
		total += (double)s;
	}
	return total;
}

/*
 * The floor under v keeps reciprocal square roots away from subnormal numbers; its root, 1e-15, is
 * nothing beside eps.
 */
CLONES void optim_adam(size_t n, float *restrict w, const float *restrict g, float *restrict m,
		       float *restrict v, const struct optim_pass *p)
{
	const struct optim_pass c = *p;
	size_t i;

	for (i = 0; i < n; i++) {
		float d = c.scale * g[i] + c.l2 * w[i], floored;

		m[i] = c.beta1 * m[i] + (1 - c.beta1) * d;
		v[i] = c.beta2 * v[i] + (1 - c.beta2) * d * d;
		floored = v[i] > 1e-30f ? v[i] : 1e-30f;
		w[i] = c.keep * w[i] - c.rate * m[i] / (c.root * sqrtf(floored) + c.eps);
	}
}

CLONES void optim_sgd(size_t n, float *restrict w, const float *restrict g, float *restrict m,
		      const struct optim_pass *p)
{
	const struct optim_pass c = *p;
	size_t i;

	for (i = 0; i < n; i++) {
		m[i] = c.beta1 * m[i] + (c.scale * g[i] + c.l2 * w[i]);
		w[i] -= c.rate * m[i];
	}
}

CLONES void optim_nesterov(size_t n, const float *restrict g, float *restrict m, float *restrict x,
			   float mu, float scale)
{
	size_t i;

	for (i = 0; i < n; i++) {
		float d = (1 - mu) * scale * g[i];

		m[i] = mu * m[i] + d;
		x[i] = mu * m[i] + d;
	}
}

CLONES void optim_scale(size_t n, float a, float *y)
{
	size_t i;

	for (i = 0; i < n; i++)
		y[i] *= a;
}

CLONES void optim_move(size_t n, float *restrict w, const float *restrict x, float keep, float rate)
{
	size_t i;

	for (i = 0; i < n; i++)
		w[i] = keep * w[i] - rate * x[i];
}
