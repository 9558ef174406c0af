#include "stream/summary.h"

#include <math.h>
#include <string.h>

/* binary16 as a double: its exponent and fraction in the place of a float's, rescaled. */
static double half(uint16_t h)
{
	uint32_t w = (uint32_t)(h & 0x7fff) << 13;
	float x;

	if ((h & 0x7c00) == 0x7c00)
		return h & 0x3ff ? NAN : h >> 15 ? -INFINITY : INFINITY;
	memcpy(&x, &w, 4);
	x *= 0x1p112f;
	return h >> 15 ? -x : x;
}

/* @n elements as doubles; returns whether all are known to be finite. */
static int load(enum dtype dtype, const void *p, int n, double *x)
{
	const float *f4 = p;
	const double *f8 = p;
	int i;

	switch (dtype) {
	case DTYPE_F4:
		return summary_widen(f4, n, x);
	case DTYPE_F8:
		memcpy(x, f8, (size_t)n * sizeof(*x));
		return 0;
	case DTYPE_F2:
		for (i = 0; i < n; i++)
			x[i] = half(((const uint16_t *)p)[i]);
		return 0;
	case DTYPE_I4:
		for (i = 0; i < n; i++)
			x[i] = ((const int32_t *)p)[i];
		return 1;
	case DTYPE_I8:
		for (i = 0; i < n; i++)
			x[i] = (double)((const int64_t *)p)[i];
		return 1;
	case DTYPE_U1:
		for (i = 0; i < n; i++)
			x[i] = ((const uint8_t *)p)[i];
		return 1;
	case DTYPE_C8:
		for (i = 0; i < n; i++)
			x[i] = hypot(f4[2 * i], f4[2 * i + 1]);
		return 0;
	case DTYPE_C16:
		for (i = 0; i < n; i++)
			x[i] = hypot(f8[2 * i], f8[2 * i + 1]);
		return 0;
	}
	return 0;
}

/* Keep the finite values only; returns how many. */
static int drop_others(struct summary *s, double *x, int n)
{
	int i, k = 0;

	for (i = 0; i < n; i++) {
		if (isfinite(x[i]))
			x[k++] = x[i];
		else if (isnan(x[i]))
			s->nans++;
		else
			s->infinities++;
	}
	return k;
}

/* Sums about @shift join the rest; near the mean they lose no digits. */
static void merge(struct summary *s, const struct summary_sums *b, int n, double shift)
{
	double all = (double)s->n + n, delta = shift + b->sum_d / n - s->mean;

	s->min = !s->n || b->min < s->min ? b->min : s->min;
	s->max = !s->n || b->max > s->max ? b->max : s->max;
	s->m2 += b->sum_d2 - b->sum_d * b->sum_d / n + delta * delta * (double)s->n * n / all;
	s->mean += delta * n / all;
	s->sum1 += b->sum1;
	s->zeros += b->zeros;
	s->n += (uint64_t)n;
}

void summary_add(struct summary *s, enum dtype dtype, const void *p, size_t n)
{
	const uint8_t *bytes = p;
	size_t size = format_dtype_size(dtype);
	double x[SUMMARY_BLOCK];
	struct summary_sums b;
	double shift;
	int k, finite;

	for (; n; n -= (size_t)k, bytes += (size_t)k * size) {
		k = n < SUMMARY_BLOCK ? (int)n : SUMMARY_BLOCK;
		finite = load(dtype, bytes, k, x) ? k : drop_others(s, x, k);
		if (finite) {
			shift = s->n ? s->mean : x[0];
			summary_block(x, finite, shift, &b);
			merge(s, &b, finite, shift);
		}
	}
	if (!s->n)
		s->min = s->max = NAN;
}

double summary_sd(const struct summary *s)
{
	return s->n ? sqrt(fmax(s->m2, 0) / (double)s->n) : NAN;
}

double summary_norm(const struct summary *s)
{
	return sqrt(fmax(s->m2, 0) + (double)s->n * s->mean * s->mean);
}
