/*
 * llc pass - vectorised passes over the coordinates of a chain
 */
#include "gpt/nn_fast.h"
#include "llc/internal.h"

#include <math.h>

enum { BLOCK = 1024 }; /* floats summed in single precision, so that a sum keeps six digits */

CLONES void llc_add(size_t n, float a, const float *restrict x, float *restrict y)
{
	size_t i;

	for (i = 0; i < n; i++)
		y[i] += a * x[i];
}

CLONES double llc_dot(size_t n, const float *x, const float *y)
{
	double total = 0;
	size_t i, j, end;

	for (i = 0; i < n; i = end) {
		float s = 0;

		end = n - i < BLOCK ? n : i + BLOCK;
		for (j = i; j < end; j++)
			s += x[j] * y[j];
		total += (double)s;
	}
	return total;
}

CLONES void llc_place(size_t n, const float *restrict center, float scale, const float *restrict u,
		      float *restrict w)
{
	size_t i;

	for (i = 0; i < n; i++)
		w[i] = center[i] + scale * u[i];
}

CLONES void llc_pull(size_t n, float a, const float *restrict grad, float gamma,
		     const float *restrict u, float *restrict gu)
{
	size_t i;

	for (i = 0; i < n; i++)
		gu[i] = a * grad[i] + gamma * u[i];
}

/* The constants are those of devinterp's rmsprop_sgld: decay .99, stability .1. */
CLONES void llc_precondition(size_t n, float eps, const float *restrict g, const float *restrict gu,
			     const float *restrict noise, float *restrict v, float *restrict u)
{
	size_t i;

	for (i = 0; i < n; i++) {
		float factor;

		v[i] = .99f * v[i] + .01f * g[i] * g[i];
		factor = eps / (sqrtf(v[i]) + .1f);
		u[i] += sqrtf(factor) * noise[i] - .5f * factor * gu[i];
	}
}

/*
 * Box and Muller's pair in single precision, from 24 random bits each: the radius sqrt(-2 ln p)
 * reaches 5.9.  ln p by atanh of (m - 1) / (m + 1), remainder 1e-8; sine and cosine by Taylor on
 * an eighth of the circle to both sides, remainder 3e-8, then turned by two more bits.
 */
NN_INLINE void normal_pair(uint64_t bits, float *x, float *y)
{
	uint32_t low = (uint32_t)bits, high = (uint32_t)(bits >> 32), word;
	float p = ((float)(low >> 8) + .5f) * 0x1p-24f, m, s, s2, ln, radius, t, t2, c, sign;
	int32_t exponent;

	memcpy(&word, &p, 4);
	exponent = (int32_t)(word >> 23) - 126;
	word = (word & 0x7fffff) | 0x3f000000;
	memcpy(&m, &word, 4); /* in 1/2 .. 1, then in sqrt(1/2) .. sqrt(2) */
	exponent -= m < 0.707106781f;
	m = m < 0.707106781f ? 2 * m : m;
	s = (m - 1) / (m + 1);
	s2 = s * s;
	ln = 2 * s *
	     (1 + s2 * (1 / 3.f + s2 * (1 / 5.f + s2 * (1 / 7.f + s2 * (1 / 9.f + s2 / 11)))));
	ln += (float)exponent * 0.693147181f;
	radius = ln < 0 ? sqrtf(-2 * ln) : 0;

	t = ((float)(high >> 8) + .5f) * (1.57079633f * 0x1p-24f) - 0.785398163f;
	t2 = t * t;
	s = t * (1 + t2 * (-1 / 6.f + t2 * (1 / 120.f + t2 * (-1 / 5040.f + t2 / 362880))));
	c = 1 + t2 * (-1 / 2.f + t2 * (1 / 24.f + t2 * (-1 / 720.f + t2 / 40320)));
	sign = high & 1 ? -1.f : 1.f;
	c *= sign;
	*x = radius * (high & 2 ? s : c);
	*y = radius * (high & 2 ? c : s);
}

enum { PAIRS = 256 };

static CLONES void normal_pairs(const uint64_t *bits, float *x)
{
	int i;

	for (i = 0; i < PAIRS; i++)
		normal_pair(bits[i], &x[i], &x[i + PAIRS]);
}

void llc_noise(struct rng *r, size_t n, float *x)
{
	uint64_t bits[PAIRS];
	float rest[2 * PAIRS];
	size_t i, k;

	for (i = 0; i < n; i += 2 * PAIRS) {
		for (k = 0; k < PAIRS; k++)
			bits[k] = rng_u64(r);
		if (n - i >= 2 * PAIRS) {
			normal_pairs(bits, x + i);
		} else {
			normal_pairs(bits, rest);
			memcpy(x + i, rest, (n - i) * sizeof(*x));
		}
	}
}
