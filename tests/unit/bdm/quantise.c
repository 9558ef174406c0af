/* Cuts against sorting, known symbols, what does not change them, refused numbers. */
#include "check.h"
#include "bdm/quantise.h"
#include "rng.h"

enum { N = 20011 };

static int ascending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

/* Against sorting: exact, since both interpolate the same two numbers. */
static void cuts_of(const float *x, int n, int levels)
{
	static float s[N];
	double cut[3];
	int constant;
	struct err e;
	int j;

	memcpy(s, x, (size_t)n * sizeof(*s));
	qsort(s, (size_t)n, sizeof(*s), ascending);
	check(quantise_cuts(x, (size_t)n, levels, cut, &constant, &e) == 0);
	for (j = 0; j < levels - 1; j++) {
		double place = (n - 1) * (j + 1.0) / levels, a, b;
		int k = (int)place;

		a = s[k];
		b = s[k + 1 < n ? k + 1 : k];
		check(cut[j] == a + (b - a) * (place - k));
	}
}

static void against_sorting(void)
{
	static float x[N];
	struct rng r;
	int n, i;

	rng_seed(&r, 1, 0);
	rng_fill_normal(&r, x, N, 0.02);
	for (n = 1; n < 40; n++) {
		cuts_of(x + n, n, 2);
		cuts_of(x + n, n, 4);
	}
	cuts_of(x, N, 2);
	cuts_of(x, N, 4);
	for (i = 0; i < N; i++) /* many ties, zeros of both signs, subnormals */
		x[i] = (float)rng_below(&r, 7) < 3 ? 0.0f : i % 3 ? -0.0f : 1e-40f * (float)(i % 5);
	cuts_of(x, N, 4);
}

/* The quartiles of 1 2 3 4 5 6 are 2.25, 3.5, 4.75; a symbol begins at its cut. */
static void known_symbols(void)
{
	const float x[] = { 6, 1, 5, 2, 4, 3 }, y[] = { 1, 2, 3, 4, 5 }, z[] = { 7, 7, 7 };
	const float w[] = { 0, 3, 1, 2, 0 }, v[] = { -1, 0, 2, -0.0f, -1e-30f };
	uint8_t a[6];
	double cut[3];
	int constant;
	struct err e;

	check(quantise_cuts(x, 6, 4, cut, &constant, &e) == 0);
	check(cut[0] == 2.25 && cut[1] == 3.5 && cut[2] == 4.75);
	check(quantise_symbols(x, 6, QUANTISE_RANK, 4, a, &e) == 0);
	check(memcmp(a, "\3\0\3\0\2\1", 6) == 0);
	check(quantise_symbols(y, 5, QUANTISE_RANK, 4, a, &e) == 0); /* cuts at 2, 3, 4 */
	check(memcmp(a, "\0\1\2\3\3", 5) == 0);
	check(quantise_symbols(y, 5, QUANTISE_RANK, 2, a, &e) == 0);
	check(memcmp(a, "\0\0\1\1\1", 5) == 0);
	check(quantise_symbols(z, 3, QUANTISE_RANK, 4, a, &e) == 0);
	check(memcmp(a, "\0\0\0", 3) == 0);
	check(quantise_symbols(w, 5, QUANTISE_NONE, 4, a, &e) == 0);
	check(memcmp(a, "\0\3\1\2\0", 5) == 0);
	check(quantise_symbols(v, 5, QUANTISE_SIGN, 2, a, &e) == 0);
	check(memcmp(a, "\0\1\1\1\0", 5) == 0);
}

/* Ranks survive every increasing function. */
static void invariant(void)
{
	static float x[N], y[N];
	static uint8_t a[N], b[N];
	struct rng r;
	struct err e;
	int i;

	rng_seed(&r, 2, 0);
	rng_fill_normal(&r, x, N, 1);
	check(quantise_symbols(x, N, QUANTISE_RANK, 4, a, &e) == 0);
	for (i = 0; i < N; i++)
		y[i] = 1e-3f * x[i];
	check(quantise_symbols(y, N, QUANTISE_RANK, 4, b, &e) == 0);
	check(memcmp(a, b, N) == 0);
	for (i = 0; i < N; i++)
		y[i] = expf(x[i]) - 7;
	check(quantise_symbols(y, N, QUANTISE_RANK, 4, b, &e) == 0);
	check(memcmp(a, b, N) == 0);
}

static void refused(void)
{
	float x[] = { 1, 2, NAN, 4 };
	uint8_t a[4];
	double cut[3];
	int constant;
	struct err e;

	check(quantise_symbols(x, 4, QUANTISE_RANK, 4, a, &e) == -1);
	check_error(e, "not a finite number");
	x[2] = -INFINITY;
	check(quantise_cuts(x, 4, 4, cut, &constant, &e) == -1);
	x[2] = 3;
	check(quantise_symbols(x, 4, QUANTISE_NONE, 4, a, &e) == -1);
	check_error(e, "4 is none of the symbols 0 to 3");
	x[3] = 1.5f;
	check(quantise_symbols(x, 4, QUANTISE_NONE, 4, a, &e) == -1);
	check(quantise_symbols(x, 0, QUANTISE_RANK, 4, a, &e) == 0);
}

int main(void)
{
	against_sorting();
	known_symbols();
	invariant();
	refused();
	return 0;
}
