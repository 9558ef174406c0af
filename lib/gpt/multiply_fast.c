/*
 * multiply_fast - products by tiles of sums in registers, whose right factor is in panels
 */
#include "gpt/multiply.h"

#include <stddef.h>
#include <string.h>

enum { ROWS = 6, PANEL = MULTIPLY_PANEL };

/*
 * Rows of the left factor that the second cache holds while all panels pass; of an outer product,
 * rows and columns of the right factor whose panels the first one holds, and rows that go through
 * all of these together.
 */
enum { LONG = 96, DEPTH = 128, BLOCK = 64, HIGH = 60 };

/* Rows of a panel, or of a few that lie @panel apart. */
struct tile {
	int K;
	const float *A, *B, *bias, *past;
	float *C;
	size_t lda, ldc, panel;
	int add;
};

typedef void tile_do(int rows, const struct tile *t);
typedef void panel_do(int K, const float *B, size_t ld, float *to);

static int least(int a, int b)
{
	return a < b ? a : b;
}

static void copy(int rows, int n, const float *from, size_t ld_from, float *to, size_t ld_to)
{
	int i;

	for (i = 0; i < rows; i++)
		memcpy(to + (size_t)i * ld_to, from + (size_t)i * ld_from,
		       (size_t)n * sizeof(float));
}

/* Columns that fill no panel, through one beside: @n of them, LONG rows at most. */
static void edge(int rows, int n, const struct tile *t, tile_do *narrow)
{
	float C[LONG * PANEL], past[LONG * PANEL], bias[PANEL];
	struct tile beside = *t;

	memset(C, 0, sizeof(C));
	if (t->add)
		copy(rows, n, t->C, t->ldc, C, PANEL);
	if (t->bias) {
		memset(bias, 0, sizeof(bias));
		copy(1, n, t->bias, 0, bias, 0);
		beside.bias = bias;
	}
	if (t->past) {
		memset(past, 0, sizeof(past));
		copy(rows, n, t->past, t->ldc, past, PANEL);
		beside.past = past;
	}
	beside.C = C;
	beside.ldc = PANEL;
	narrow(rows, &beside);
	copy(rows, n, C, PANEL, t->C, t->ldc);
}

/* How many of the columns that are left are done together. */
static int across(int left, int wide)
{
	return left >= wide ? wide : least(left, PANEL);
}

static void column(int rows, int n, int wide, const struct tile *t, tile_do *const does[2])
{
	if (n < PANEL)
		edge(rows, n, t, does[0]);
	else
		does[n == wide](rows, t);
}

static void times(const struct multiply *m, int wide, tile_do *const does[2])
{
	struct tile t = { .K = m->K,
			  .lda = (size_t)m->lda,
			  .ldc = (size_t)m->ldc,
			  .panel = (size_t)m->K * PANEL,
			  .add = m->add };
	int i, j, n;
	size_t at;

	for (i = 0; i < m->M; i += LONG)
		for (j = 0; j < m->N; j += n) {
			n = across(m->N - j, wide);
			at = (size_t)i * t.ldc + (size_t)j;
			t.A = m->A + (size_t)i * t.lda;
			t.B = m->B + (size_t)(j / PANEL) * t.panel;
			t.bias = m->bias ? m->bias + j : NULL;
			t.past = m->past ? m->past + at : NULL;
			t.C = m->C + at;
			column(least(LONG, m->M - i), n, wide, &t, does);
		}
}

/* @n columns of B (K, ..), or rows of B (.., K) if @turned, as a panel, filled up with zeros. */
static void part(int turned, int K, int n, const float *B, size_t ld, float *to)
{
	int c, k;

	for (k = 0; k < K; k++, to += PANEL)
		for (c = 0; c < PANEL; c++)
			to[c] = c >= n   ? 0
				: turned ? B[(size_t)c * ld + (size_t)k]
					 : B[(size_t)k * ld + (size_t)c];
}

static void pack(int turned, int K, int N, const float *B, size_t ld, float *to, panel_do *whole)
{
	int j;

	for (j = 0; j + PANEL <= N; j += PANEL, to += (size_t)K * PANEL)
		whole(K, B + (turned ? (size_t)j * ld : (size_t)j), ld, to);
	if (j < N)
		part(turned, K, N - j, B + (turned ? (size_t)j * ld : (size_t)j), ld, to);
}

/*
 * Rows of A^T are columns of A: a tile reads a few floats of each row of A, the same for all
 * panels, and so a few rows of C go through all panels first.
 */
static void block(const struct multiply *m, struct tile *t, const float *A, int j, int end,
		  int wide, tile_do *const does[2])
{
	const float *panels = t->B;
	int first = j, i, n;

	for (i = 0; i < m->M; i += HIGH)
		for (j = first; j < end; j += n) {
			n = across(end - j, wide);
			t->A = A + i;
			t->B = panels + (size_t)((j - first) / PANEL) * t->panel;
			t->C = m->C + (size_t)i * t->ldc + (size_t)j;
			column(least(HIGH, m->M - i), n, wide, t, does);
		}
}

static void outer(const struct multiply *m, int wide, tile_do *const does[2], panel_do *panel)
{
	float panels[DEPTH * BLOCK] __attribute__((aligned(64)));
	int pieces = (m->K + DEPTH - 1) / DEPTH, depth = (m->K + pieces - 1) / pieces, p, j, end;
	struct tile t = { .lda = (size_t)m->lda, .ldc = (size_t)m->ldc };
	size_t ldb = (size_t)m->ldb;

	for (p = 0; p < m->K; p += depth)
		for (j = 0; j < m->N; j = end) {
			end = least(j + BLOCK, m->N);
			t.K = least(depth, m->K - p);
			t.panel = (size_t)t.K * PANEL;
			t.add = p || m->add;
			t.B = panels;
			pack(0, t.K, end - j, m->B + (size_t)p * ldb + (size_t)j, ldb, panels,
			     panel);
			block(m, &t, m->A + (size_t)p * t.lda, j, end, wide, does);
		}
}

#if defined(__x86_64__) && defined(__GNUC__)

/* A loop that is unrolled whole, so that what it indexes is in registers */
#define EACH(i, n) _Pragma("GCC unroll 16") for (i = 0; i < (n); i++)

#define LANES       8
#define FIRST(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define LAST(a, b)  __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define ACROSS      2
#define NAME(x)     x##_8
#define TARGET      __attribute__((target("arch=x86-64-v3")))
#include "gpt/multiply_tile.h"
#undef LANES
#undef FIRST
#undef LAST
#undef ACROSS
#undef NAME
#undef TARGET

#define LANES 16
#define FIRST(a, b)                                                                                \
	__builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define LAST(a, b)                                                                                 \
	__builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define ACROSS  4
#define NAME(x) x##_16
#define TARGET  __attribute__((target("arch=x86-64-v4")))
#include "gpt/multiply_tile.h"

const struct multiply_ways *multiply_ways(int wide)
{
	static const struct multiply_ways narrow = { times_8, outer_8, pack_8 },
					  wider = { times_16, outer_16, pack_16 };

	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
		return NULL;
	return wide && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
		       ? &wider
		       : &narrow;
}

#else

const struct multiply_ways *multiply_ways(int wide)
{
	(void)wide;
	(void)times;
	(void)outer;
	(void)pack;
	return NULL;
}

#endif
