/* Moments and norms in closed form, cancellation, extreme values. */
#include "check.h"
#include "rng.h"
#include "stream/summary.h"

/* 1..N in every real type, in pieces: closed forms. */
static void closed_form(enum dtype dtype, int N)
{
	static double f8[5000];
	static float f4[5000];
	static int32_t i4[5000];
	static int64_t i8[5000];
	static uint8_t u1[5000];
	const void *p = dtype == DTYPE_F8   ? (void *)f8
			: dtype == DTYPE_F4 ? (void *)f4
			: dtype == DTYPE_I4 ? (void *)i4
			: dtype == DTYPE_I8 ? (void *)i8
					    : (void *)u1;
	size_t size = format_dtype_size(dtype), done = 0, n;
	struct summary s = { 0 };
	double m = (N + 1) / 2.0;
	int i;

	for (i = 0; i < N; i++) {
		f8[i] = i + 1;
		f4[i] = (float)(i + 1);
		i8[i] = i4[i] = i + 1;
		u1[i] = (uint8_t)(i + 1);
	}
	for (n = 1; done < (size_t)N; done += n, n = 3 * n + 1) {
		n = n < (size_t)N - done ? n : (size_t)N - done;
		summary_add(&s, dtype, (const char *)p + done * size, n);
	}
	check(s.n == (uint64_t)N && !s.nans && !s.infinities && !s.zeros);
	check(s.min == 1 && s.max == N);
	check_near(s.mean, m, 1e-12 * m);
	check_near(s.sum1, m * N, 0); /* integers below 2^53: exact in any order */
	check_near(summary_norm(&s), sqrt(N * (N + 1.0) * (2 * N + 1.0) / 6), 1e-12 * N * sqrt(N));
	check_near(summary_sd(&s), sqrt((N * (double)N - 1) / 12), 1e-12 * N);
}

/* A spread of 1 beside a mean of 1e9 is lost by the textbook formula. */
static void cancellation(void)
{
	enum { N = 100000 };
	static double x[N];
	struct summary s = { 0 };
	int i;

	for (i = 0; i < N; i++)
		x[i] = 1e9 + (i % 2 ? 1 : -1);
	summary_add(&s, DTYPE_F8, x, N);
	check_near(summary_sd(&s), 1, 1e-6);
}

static void special(void)
{
	static float x[3000];
	const double z[] = { 3, 4, -6, 8, NAN, 0 };
	/* 1, -2, the smallest subnormal 2^-24, the largest 65504, 0, -0, infinity, NaN */
	const uint16_t h[] = { 0x3c00, 0xc000, 1, 0x7bff, 0, 0x8000, 0x7c00, 0x7e01 };
	struct summary s = { 0 };
	int i;

	for (i = 0; i < 3000; i++)
		x[i] = i % 3 ? 0 : -1;
	x[7] = NAN;
	x[1500] = -INFINITY; /* was -1 */
	x[2999] = INFINITY; /* was 0 */
	summary_add(&s, DTYPE_F4, x, 3000);
	check(s.nans == 1 && s.infinities == 2 && s.n == 2997 && s.zeros == 1998);
	check(s.min == -1 && s.max == 0 && s.sum1 == 999);
	check_near(summary_norm(&s), sqrt(999), 1e-12);
	s = (struct summary){ 0 };
	summary_add(&s, DTYPE_F4, x + 7, 1);
	check(s.n == 0 && isnan(s.min) && isnan(summary_sd(&s)));
	summary_add(&s, DTYPE_F4, x, 1);
	check(s.n == 1 && s.min == -1 && s.max == -1);
	s = (struct summary){ 0 };
	summary_add(&s, DTYPE_C16, z, 3);
	check(s.n == 2 && s.nans == 1 && s.min == 5 && s.max == 10);
	check_near(summary_norm(&s), sqrt(125), 1e-12);
	s = (struct summary){ 0 };
	summary_add(&s, DTYPE_F2, h, 8);
	check(s.n == 6 && s.infinities == 1 && s.nans == 1 && s.zeros == 2);
	check(s.min == -2 && s.max == 65504);
	check_near(s.sum1, 65507 + 0x1p-24, 0);
}

/*
 * Squares beyond the range of a double, and a mean that cancels: closed forms, in any order of
 * sizes
 */
static void extreme(void)
{
	static const double large[] = { 1e300, -1e300 }, small[] = { 3e-300, -5e-300 },
			    subnormal[] = { 0x1p-1074, -0x1p-1074 }, last[] = { 1.5e308, 1.5e308 };
	static double x[3 * SUMMARY_BLOCK];
	struct summary s = { 0 };
	int i;

	summary_add(&s, DTYPE_F8, large, 2);
	check(summary_mean(&s) == 0 && s.sum1 == 2e300);
	check_near(summary_sd(&s), 1e300, 1e285);
	check_near(summary_norm(&s), sqrt(2) * 1e300, 1e285);
	s = (struct summary){ 0 };
	summary_add(&s, DTYPE_F8, small, 2);
	check_near(summary_mean(&s), -1e-300, 1e-315);
	check_near(summary_sd(&s), 4e-300, 1e-315);
	check_near(summary_norm(&s), sqrt(34) * 1e-300, 1e-315);
	s = (struct summary){ 0 };
	summary_add(&s, DTYPE_F8, subnormal, 2);
	check(summary_sd(&s) == 0x1p-1074);
	s = (struct summary){ 0 };
	summary_add(&s, DTYPE_F8, last, 2);
	check(summary_sd(&s) == 0 && summary_mean(&s) == 1.5e308);

	/* zeros, ones of 1e-200, then of 1e200, block by block: only the last weigh */
	for (i = 0; i < 3 * SUMMARY_BLOCK; i++)
		x[i] = i < SUMMARY_BLOCK ? 0 : i < 2 * SUMMARY_BLOCK ? 1e-200 : 1e200;
	s = (struct summary){ 0 };
	summary_add(&s, DTYPE_F8, x, 2 * SUMMARY_BLOCK);
	check_near(summary_sd(&s), 0.5e-200, 1e-212);
	summary_add(&s, DTYPE_F8, x + 2 * SUMMARY_BLOCK, SUMMARY_BLOCK);
	check_near(summary_sd(&s), sqrt(2) / 3 * 1e200, 1e188);
	check_near(summary_norm(&s), 32 * 1e200, 1e188);
	summary_add(&s, DTYPE_F8, x + SUMMARY_BLOCK, SUMMARY_BLOCK); /* small after large */
	check_near(summary_mean(&s), 1e200 / 4, 1e188);
}

int main(void)
{
	closed_form(DTYPE_F4, 5000);
	closed_form(DTYPE_F8, 5000);
	closed_form(DTYPE_I4, 1);
	closed_form(DTYPE_I4, 1025);
	closed_form(DTYPE_I8, 1024);
	closed_form(DTYPE_U1, 255);
	cancellation();
	special();
	extreme();
	return 0;
}
