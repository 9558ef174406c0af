/* One pass over an array: blocks become doubles, are summed (summary_fast.c) and merged. */
#include "stream/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
			x[i] = format_half(((const uint16_t *)p)[i]);
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

/*
 * The power of two by which numbers up to @largest must be divided: 0 if their squares, and the sum
 * of many of those, are ordinary numbers.
 */
static int scale_of(double largest)
{
	int exponent;

	frexp(largest, &exponent);
	return abs(exponent) < 400 ? 0 : exponent;
}

/* Divide what has been summed by more, or by less while it is zero. */
static void rescale(struct summary *s, int scale)
{
	s->mean = ldexp(s->mean, s->scale - scale);
	s->m2 = ldexp(s->m2, 2 * (s->scale - scale));
	s->scale = scale;
}

/* Sums about @shift join the rest; near the mean they lose no digits. */
static void merge(struct summary *s, const struct summary_sums *b, int n, double shift)
{
	double all = (double)s->n + n, delta = shift + b->sum_d / n - s->mean;

	s->m2 += b->sum_d2 - b->sum_d * b->sum_d / n + delta * delta * (double)s->n * n / all;
	s->mean += delta * n / all;
	s->n += (uint64_t)n;
}

/* A block of finite values, which is scaled if it must be. */
static void add_block(struct summary *s, double *x, int n)
{
	double first = s->n ? s->mean : x[0], shift = ldexp(first, s->n ? s->scale : 0);
	struct summary_sums b;
	int scale, i, any = s->max != 0 || s->min != 0;

	summary_block(x, n, shift, &b);
	s->sum1 += b.sum1;
	s->zeros += b.zeros;
	scale = scale_of(fmax(fabs(b.min), fabs(b.max)));
	if (b.zeros == (uint64_t)n || (s->n && any && scale < s->scale))
		scale = s->scale;
	s->min = !s->n || b.min < s->min ? b.min : s->min;
	s->max = !s->n || b.max > s->max ? b.max : s->max;
	if (scale != s->scale)
		rescale(s, scale);
	if (scale) {
		for (i = 0; i < n; i++)
			x[i] = ldexp(x[i], -scale);
		shift = s->n ? s->mean : x[0];
		summary_block(x, n, shift, &b);
	}
	merge(s, &b, n, shift);
}

void summary_add(struct summary *s, enum dtype dtype, const void *p, size_t n)
{
	const uint8_t *bytes = p;
	size_t size = format_dtype_size(dtype);
	double x[SUMMARY_BLOCK];
	int k, finite;

	for (; n; n -= (size_t)k, bytes += (size_t)k * size) {
		k = n < SUMMARY_BLOCK ? (int)n : SUMMARY_BLOCK;
		finite = load(dtype, bytes, k, x) ? k : drop_others(s, x, k);
		if (finite)
			add_block(s, x, finite);
	}
	if (!s->n)
		s->min = s->max = NAN;
}

double summary_mean(const struct summary *s)
{
	return s->n ? ldexp(s->mean, s->scale) : NAN;
}

double summary_sd(const struct summary *s)
{
	return s->n ? ldexp(sqrt(fmax(s->m2, 0) / (double)s->n), s->scale) : NAN;
}

double summary_norm(const struct summary *s)
{
	return ldexp(sqrt(fmax(s->m2, 0) + (double)s->n * s->mean * s->mean), s->scale);
}
