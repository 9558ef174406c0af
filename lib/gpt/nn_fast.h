/*
 * nn_fast - inline kernels that the vectorised passes share (private to lib/gpt/nn_*_fast.c)
 */
#ifndef GPT_NN_FAST_H
#define GPT_NN_FAST_H

#include <stdint.h>
#include <string.h>

#include "clones.h"

#define NN_INLINE static inline __attribute__((always_inline))

/*
 * nn_exp - exp(x) with relative error below 2e-7 for -87 <= x <= 88; x is clamped to this range
 *
 * exp(x) = 2^n exp(r), n = round(x / ln 2), |r| <= ln 2 / 2.  exp(r) is the Taylor series to r^7,
 * whose remainder is below 5e-9.
 */
NN_INLINE float nn_exp(float x)
{
	float y, r, p;
	uint32_t bits;
	int32_t n;

	x = x < -87 ? -87 : x > 88 ? 88 : x;
	y = x * 1.44269504f;
	n = (int32_t)(y + 128.5f);
	n = (int32_t)((uint32_t)n - 128);
	/* ln 2 in two parts, so that r keeps its low bits */
	r = (x - (float)n * 0.693145752f) - (float)n * 1.42860677e-6f;
	p = 1 + r * (1 + r * (1 / 2.f +
			      r * (1 / 6.f +
				   r * (1 / 24.f + r * (1 / 120.f + r * (1 / 720.f + r / 5040))))));
	bits = ((uint32_t)n + 127) << 23; /* unsigned: a NaN makes any n, without overflow */
	memcpy(&y, &bits, 4);
	return p * y;
}

/*
 * nn_normal_cdf - the normal distribution function Phi
 *
 * Phi(x) - 1/2 = x P(x^2) / Q(x^2) for |x| <= 5.6; beyond, it is +-1/2 in single precision.  P and
 * Q have degree 5 and were fitted to minimise the largest relative error, 2.2e-8.
 */
NN_INLINE float nn_normal_cdf(float x)
{
	float z = x < -5.6f ? -5.6f : x > 5.6f ? 5.6f : x, s = z * z, p, q;

	p = 6.289677954e-06f + s * 2.229789853e-08f;
	p = 1.689196652e-04f + s * p;
	p = 4.677291260e-03f + s * p;
	p = 3.392812517e-02f + s * p;
	p = 3.989422719e-01f + s * p;
	q = 7.334095332e-05f + s * 1.179663877e-06f;
	q = 1.885437561e-03f + s * q;
	q = 2.867702961e-02f + s * q;
	q = 2.517115253e-01f + s * q;
	q = 1 + s * q;
	return 0.5f + z * p / q;
}

/*
 * The normal density, off by 6e-8 at most.  2^y = 2^n 2^r, n = round(y), y = -x^2 / (2 ln 2), and
 * 2^r / sqrt(2 pi) by a polynomial of degree 5 with the least relative error on |r| <= 1/2: 7.5e-8.
 */
NN_INLINE float nn_normal_density(float x)
{
	float y = -0.7213475204f * x * x, r, p, power;
	uint32_t bits;
	int32_t n;

	y = y < -126 ? -126 : y;
	n = (int32_t)(y + 126.5f);
	n = (int32_t)((uint32_t)n - 126);
	r = y - (float)n;
	p = 3.859982593e-03f + r * 5.296546151e-04f;
	p = 2.214414254e-02f + r * p;
	p = 9.583438933e-02f + r * p;
	p = 2.765256464e-01f + r * p;
	p = 3.989423215e-01f + r * p;
	bits = ((uint32_t)n + 127) << 23; /* unsigned: see nn_exp */
	memcpy(&power, &bits, 4);
	return p * power;
}

#endif
