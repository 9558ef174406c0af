#include "gpt/nn_fast.h"
#include "gpt/optim.h"

#include <math.h>

/* Single precision for a short block, so that the sum keeps six digits. */
NN_CLONES double optim_sum_squares(size_t n, const float *x)
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
 * @scale: of the gradient; @keep: 1 - lr decay; @rate: lr / (1 - beta1^t);
 * @root: 1 / sqrt(1 - beta2^t).  The floor under v keeps reciprocal square roots away from
 * subnormal numbers; its root, 1e-15, is nothing beside eps.
 */
NN_CLONES void optim_update(size_t n, float *restrict w, const float *restrict g, float *restrict m,
			    float *restrict v, float scale, float keep, float beta1, float beta2,
			    float rate, float root, float eps)
{
	size_t i;

	for (i = 0; i < n; i++) {
		float d = scale * g[i], floored;

		m[i] = beta1 * m[i] + (1 - beta1) * d;
		v[i] = beta2 * v[i] + (1 - beta2) * d * d;
		floored = v[i] > 1e-30f ? v[i] : 1e-30f;
		w[i] = keep * w[i] - rate * m[i] / (root * sqrtf(floored) + eps);
	}
}
