/* Products against plain loops, the same bits by every way, decompositions. */
#include <string.h>

#include "check.h"
#include "gpt/linalg.h"
#include "rng.h"

static void products(void)
{
	const float A[] = { 1, 2, 3, 4, 5, 6 }, B[] = { 1, 0, 2, 1, 0, 3 };
	float C[4] = { 1, 1, 1, 1 };
	const double a[] = { 1, 2, 3, 4 };
	double c[4];

	linalg_gemm(LINALG_N, LINALG_N, 2, 2, 3, 1, A, 3, B, 2, 1, C, 2);
	check(C[0] == 6 && C[1] == 12 && C[2] == 15 && C[3] == 24);
	linalg_dgemm(LINALG_T, LINALG_N, 2, 2, 2, 1, a, 2, a, 2, 0, c, 2);
	check(c[0] == 10 && c[1] == 14 && c[2] == 14 && c[3] == 20);
}

/*
 * Products by tiles and panels against the sum in double: sizes that panels, tiles and pieces do
 * not divide, leading dimensions that leave gaps, and a wide one that takes the long way.  Terms
 * are below 1 and at most 200, so single precision is good to some 1e-4.
 */
static void long_products(int M, int N, int K)
{
	const int lda = K + 3, ldb = N + 5, ldc = N + 1, at = M + 2;
	float *A = malloc(sizeof(float) * (size_t)(M * lda)),
	      *C = malloc(sizeof(float) * (size_t)(M * ldc));
	float *B = malloc(sizeof(float) * (size_t)(K * ldb)),
	      *D = malloc(sizeof(float) * (size_t)(M * ldc));
	size_t padded = sizeof(float) * (size_t)(linalg_padded(K) * linalg_padded(N));
	float *room = aligned_alloc(64, padded), *panels = aligned_alloc(64, padded),
	      *T = malloc(sizeof(float) * (size_t)(K * at));
	struct linalg_packed r;
	struct rng rng;
	int turn, i, j, k;

	check(A && B && C && D && room && panels && T);
	rng_seed(&rng, 5, 1);
	rng_fill_normal(&rng, A, (size_t)(M * lda), 0.3);
	rng_fill_normal(&rng, B, (size_t)(K * ldb), 0.3);
	for (k = 0; k < K; k++)
		for (i = 0; i < M; i++)
			T[k * at + i] = A[i * lda + k];
	for (i = 0; i < M * ldc; i++)
		C[i] = D[i] = 2;
	linalg_pack(&r, LINALG_N, K, N, B, ldb, room);
	linalg_times(M, A, lda, &r, 1, C, ldc);
	linalg_gemm(LINALG_T, LINALG_N, M, N, K, 1, T, at, B, ldb, 1, D, ldc);
	for (turn = 0; turn < 2; turn++) {
		for (i = 0; i < M; i++)
			for (j = 0; j < ldc; j++) {
				double want = 2;

				for (k = 0; k < K && j < N; k++)
					want += (double)A[i * lda + k] * (double)B[k * ldb + j];
				check_near(C[i * ldc + j], want, 1e-4);
				check_near(D[i * ldc + j], want, 1e-4);
			}
		/* And the factor transposed: the same product from B's transpose. */
		for (k = 0; k < K; k++)
			for (j = 0; j < N; j++)
				room[j * K + k] = B[k * ldb + j];
		linalg_pack(&r, LINALG_T, K, N, room, K, panels);
		for (i = 0; i < M * ldc; i++)
			C[i] = 2;
		linalg_times(M, A, lda, &r, 1, C, ldc);
	}
	free(A);
	free(B);
	free(C);
	free(D);
	free(room);
	free(panels);
	free(T);
}

/* A product with its bias, and added to what lies elsewhere or in the same place; sums as above. */
static void affine(int M, int N, int K)
{
	const int ldc = N + 3;
	size_t padded = sizeof(float) * (size_t)(linalg_padded(K) * linalg_padded(N));
	float *A = malloc(sizeof(float) * (size_t)(M * K)), *panels = aligned_alloc(64, padded);
	float *B = malloc(sizeof(float) * (size_t)(K * N)),
	      *bias = malloc(sizeof(float) * (size_t)N);
	float *C = malloc(sizeof(float) * (size_t)(M * ldc)),
	      *past = malloc(sizeof(float) * (size_t)(M * ldc));
	struct linalg_packed W;
	struct rng rng;
	int way, i, j, k;

	check(A && B && C && bias && past && panels);
	rng_seed(&rng, 7, 1);
	rng_fill_normal(&rng, A, (size_t)(M * K), 0.3);
	rng_fill_normal(&rng, B, (size_t)(K * N), 0.3);
	rng_fill_normal(&rng, bias, (size_t)N, 1);
	rng_fill_normal(&rng, past, (size_t)(M * ldc), 1);
	linalg_pack(&W, LINALG_N, K, N, B, N, panels);
	for (way = 0; way < 3; way++) {
		for (i = 0; i < M * ldc; i++)
			C[i] = past[i];
		linalg_affine(M, A, K, &W, bias, way == 0 ? NULL : way == 1 ? past : C, C, ldc);
		for (i = 0; i < M; i++)
			for (j = 0; j < ldc; j++) {
				double want = way || j >= N ? (double)past[i * ldc + j] : 0;

				for (k = 0; k < K && j < N; k++)
					want += (double)A[i * K + k] * (double)B[k * N + j];
				check_near(C[i * ldc + j], want + (j < N ? (double)bias[j] : 0),
					   1e-4);
			}
	}
	free(A);
	free(B);
	free(C);
	free(bias);
	free(past);
	free(panels);
}

/*
 * Where products are our own, rows by themselves or together, and weights in pieces or at once, are
 * the same bits.
 */
static void same_bits(void)
{
	enum { M = 101, N = 83, K = 150 };
	static float A[M * K], B[K * N], once[M * N], apart[M * N];
	float *panels =
		aligned_alloc(64, sizeof(float) * (size_t)(linalg_padded(K) * linalg_padded(N)));
	struct linalg_packed W;
	struct rng rng;
	int i;

	check(panels != NULL);
	rng_seed(&rng, 11, 1);
	rng_fill_normal(&rng, A, M * K, 0.3);
	rng_fill_normal(&rng, B, K * N, 0.3);
	linalg_pack(&W, LINALG_N, K, N, B, N, panels);
	if (W.panels) {
		linalg_times(M, A, K, &W, 0, once, N);
		for (i = 0; i < M; i++)
			linalg_times(1, A + i * K, K, &W, 0, apart + i * N, N);
		check(!memcmp(once, apart, sizeof(once)));
		/* A read as (K, M): its rows in two pieces */
		linalg_gemm(LINALG_T, LINALG_N, M, N, K, 1, A, M, B, N, 0, once, N);
		linalg_gemm(LINALG_T, LINALG_N, M, N, 67, 1, A, M, B, N, 0, apart, N);
		linalg_gemm(LINALG_T, LINALG_N, M, N, K - 67, 1, A + 67 * M, M, B + 67 * N, N, 1,
			    apart, N);
		check(!memcmp(once, apart, sizeof(once)));
	}
	free(panels);
}

static void decompositions(void)
{
	double A[] = { 2, 1, 1, 2 }, w[2];
	struct err e;

	check(!linalg_eigh(A, 2, w, &e));
	check_near(w[0], 1, 1e-14);
	check_near(w[1], 3, 1e-14);
	check_near(A[0], -A[1], 1e-14);
	check_near(A[2], A[3], 1e-14);
}

int main(void)
{
	products();
	long_products(1, 1, 1);
	long_products(130, 70, 200);
	long_products(61, 129, 5);
	long_products(70, 1100, 9);
	long_products(95, 33, 130);
	affine(1, 1, 1);
	affine(8, 16, 3);
	affine(103, 99, 40);
	same_bits();
	decompositions();
	return 0;
}
