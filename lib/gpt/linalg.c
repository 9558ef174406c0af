/*
 * linalg - BLAS and LAPACK, and when small products need no packing by them
 */
#include "gpt/linalg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cblas.h>

#include "clones.h"

/* The Fortran symbols, declared here: not every distribution ships lapack.h beside OpenBLAS. */
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
	     double *work, const int *lwork, int *iwork, const int *liwork, int *info);
void dgesdd_(const char *jobz, const int *m, const int *n, double *a, const int *lda, double *s,
	     double *u, const int *ldu, double *vt, const int *ldvt, double *work, const int *lwork,
	     int *iwork, int *info);
void dposv_(const char *uplo, const int *n, const int *nrhs, double *a, const int *lda, double *b,
	    const int *ldb, int *info);

/*
 * With AVX-512, OpenBLAS multiplies up to a million elements (M N K; see its small matrix kernels)
 * without copying them first, unless the right factor is transposed.  A matrix packed once into
 * panels that fit the first cache is then multiplied a quarter faster than its way with large ones,
 * however few the rows.
 */
enum { PIECE = 96, DEPTH = 60, TILE = 128, PANEL = 64, NARROW = 256, LONGEST = 1024 };
static int in_place;

/* Runs before main: one BLAS thread per calling thread. */
static void __attribute__((constructor)) start(void)
{
	const char *core = openblas_get_corename();

	openblas_set_num_threads(1);
	in_place = !strcmp(core, "SkylakeX") || !strcmp(core, "Cooperlake") ||
		   !strcmp(core, "SapphireRapids");
}

void linalg_kernel(char name[LINALG_KERNEL])
{
	snprintf(name, LINALG_KERNEL, "%.20s/%s", openblas_get_corename(), CLONES_PICKED);
}

static CBLAS_TRANSPOSE op(enum linalg_op t)
{
	return t == LINALG_T ? CblasTrans : CblasNoTrans;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* The length of the pieces, all but the last the same, of n when each is at most @most. */
static int even(int n, int most)
{
	int pieces = n < 1 ? 1 : (n - 1) / most + 1;

	return n < 1 ? 1 : (n - 1) / pieces + 1;
}

static int narrow(int a, int b)
{
	return in_place && least(a, b) <= NARROW && a <= LONGEST && b <= LONGEST;
}

/* C = A^T B in tiles, a few rows of A and B at a time: a gradient of weights, the sum of pieces. */
static void accumulate(int M, int N, int K, float alpha, const float *A, int lda, const float *B,
		       int ldb, float beta, float *C, int ldc)
{
	int depth = even(K, DEPTH), i, j, p;

	for (p = 0; p < K;
	     p += depth, A += (size_t)depth * (size_t)lda, B += (size_t)depth * (size_t)ldb)
		for (i = 0; i < M; i += TILE)
			for (j = 0; j < N; j += TILE)
				cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans,
					    least(TILE, M - i), least(TILE, N - j),
					    least(depth, K - p), alpha, A + i, lda, B + j, ldb,
					    p ? 1 : beta, C + (size_t)i * (size_t)ldc + j, ldc);
}

void linalg_gemm(enum linalg_op ta, enum linalg_op tb, int M, int N, int K, float alpha,
		 const float *A, int lda, const float *B, int ldb, float beta, float *C, int ldc)
{
	if (!M || !N)
		return;
	if (ta == LINALG_T && tb == LINALG_N && K && narrow(M, N))
		accumulate(M, N, K, alpha, A, lda, B, ldb, beta, C, ldc);
	else
		cblas_sgemm(CblasRowMajor, op(ta), op(tb), M, N, K, alpha, A, lda, B, ldb, beta, C,
			    ldc);
}

/* T (K, n) = the transpose of A (n, K), a cache line of each row at a time. */
static void turn(int n, int K, const float *A, int lda, float *T)
{
	enum { LINE = 16 };
	int c, k, k0;

	for (k0 = 0; k0 < K; k0 += LINE)
		for (c = 0; c < n; c++)
			for (k = k0; k < least(k0 + LINE, K); k++)
				T[k * n + c] = A[(size_t)c * (size_t)lda + (size_t)k];
}

void linalg_pack(struct linalg_packed *r, enum linalg_op op, int K, int N, const float *B, int ld,
		 float *room)
{
	int j, k, n = 0;

	*r = (struct linalg_packed){ op, K, N, ld, B, in_place };
	if (!r->panels)
		return;
	r->b = room;
	for (j = 0; j < N; j += PANEL, room += (size_t)K * (size_t)n) {
		n = least(PANEL, N - j);
		if (op == LINALG_N)
			for (k = 0; k < K; k++)
				memcpy(room + k * n, B + (size_t)k * (size_t)ld + j,
				       (size_t)n * sizeof(float));
		else
			turn(n, K, B + (size_t)j * (size_t)ld, ld, room);
	}
}

void linalg_times(int M, const float *A, int lda, const struct linalg_packed *B, float beta,
		  float *C, int ldc)
{
	const float *panel = B->b;
	int piece = even(M, PIECE), j, n, p, k, i;

	if (!B->panels) {
		linalg_gemm(LINALG_N, B->op, M, B->N, B->K, 1, A, lda, B->b, B->ld, beta, C, ldc);
		return;
	}
	for (i = 0; i < M; i += piece, panel = B->b)
		for (j = 0; j < B->N; j += PANEL) {
			n = least(PANEL, B->N - j);
			for (p = 0; p < B->K; p += TILE, panel += (size_t)k * (size_t)n) {
				k = least(TILE, B->K - p);
				cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans,
					    least(piece, M - i), n, k, 1,
					    A + (size_t)i * (size_t)lda + p, lda, panel, n,
					    p ? 1 : beta, C + (size_t)i * (size_t)ldc + j, ldc);
			}
		}
}

int linalg_piece(int n)
{
	return in_place ? even(n, PIECE) : n;
}

int linalg_enough(void)
{
	return in_place ? 16 : 128;
}

void linalg_dgemm(enum linalg_op ta, enum linalg_op tb, int M, int N, int K, double alpha,
		  const double *A, int lda, const double *B, int ldb, double beta, double *C,
		  int ldc)
{
	if (M && N)
		cblas_dgemm(CblasRowMajor, op(ta), op(tb), M, N, K, alpha, A, lda, B, ldb, beta, C,
			    ldc);
}

int linalg_eigh(double *A, int N, double *w, struct err *e)
{
	int lwork = -1, liwork = -1, info, iwork_size;
	double work_size, *work;
	int *iwork;

	if (N == 0)
		return 0;
	dsyevd_("V", "U", &N, A, &N, w, &work_size, &lwork, &iwork_size, &liwork, &info);
	lwork = (int)work_size;
	liwork = iwork_size;
	work = malloc(sizeof(*work) * (size_t)lwork);
	iwork = malloc(sizeof(*iwork) * (size_t)liwork);
	if (!work || !iwork) {
		free(work);
		free(iwork);
		return err_memory(e);
	}
	/* Column-major upper is row-major lower; column-major eigenvectors are rows here. */
	dsyevd_("V", "U", &N, A, &N, w, work, &lwork, iwork, &liwork, &info);
	free(work);
	free(iwork);
	if (info)
		return err_set(e, "eigenvalues of a %dx%d matrix did not converge", N, N);
	return 0;
}

/* A row-major matrix is its transpose to LAPACK, and that has the same singular values. */
int linalg_singular(double *A, int M, int N, double *s, struct err *e)
{
	int lwork = -1, info = 0, one = 1, *iwork;
	double size, *work;

	if (M == 0 || N == 0)
		return 0;
	dgesdd_("N", &N, &M, A, &N, s, NULL, &one, NULL, &one, &size, &lwork, NULL, &info);
	lwork = (int)size;
	work = malloc(sizeof(*work) * (size_t)lwork);
	iwork = malloc(sizeof(*iwork) * 8 * (size_t)least(M, N));
	if (!work || !iwork) {
		free(work);
		free(iwork);
		return err_memory(e);
	}
	dgesdd_("N", &N, &M, A, &N, s, NULL, &one, NULL, &one, work, &lwork, iwork, &info);
	free(work);
	free(iwork);
	if (info)
		return err_set(e, "singular values of a %dx%d matrix did not converge", M, N);
	return 0;
}

int linalg_solve(double *A, int N, double *B, int M, struct err *e)
{
	int info = 0;

	if (N && M)
		dposv_("U", &N, &M, A, &N, B, &N, &info);
	if (info)
		return err_set(e, "matrix %dx%d is not positive definite", N, N);
	return 0;
}
