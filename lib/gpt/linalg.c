/*
 * linalg - calls of BLAS and LAPACK, and the choice between BLAS and our own products (multiply.h)
 */
#include "gpt/linalg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cblas.h>

#include "clones.h"
#include "gpt/multiply.h"
#include "gpt/nn.h"

/* The Fortran symbols, declared here: not every distribution ships lapack.h beside OpenBLAS. */
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
	     double *work, const int *lwork, int *iwork, const int *liwork, int *info);
void dgesdd_(const char *jobz, const int *m, const int *n, double *a, const int *lda, double *s,
	     double *u, const int *ldu, double *vt, const int *ldvt, double *work, const int *lwork,
	     int *iwork, int *info);

/*
 * Where it may, a step multiplies by our own products: with factors that are packed once they are a
 * tenth faster than BLAS on pieces as short as a cache wants them.  An outer product of long rows
 * is left to BLAS, which packs both factors.
 */
enum { PIECE = 96, NARROW = 256, LONGEST = 1024 };
static const struct multiply_ways *own;

/*
 * Runs before main: one BLAS thread per calling thread; our own products where its kernel is of
 * such a processor.
 */
static void __attribute__((constructor)) start(void)
{
	static const struct {
		const char *core;
		int wide;
	} of[] = { { "Haswell", 0 },
		   { "Zen", 0 },
		   { "SkylakeX", 1 },
		   { "Cooperlake", 1 },
		   { "SapphireRapids", 1 } };
	size_t i;

	openblas_set_num_threads(1);
	for (i = 0; i < sizeof(of) / sizeof(*of); i++)
		if (!strcmp(openblas_get_corename(), of[i].core))
			own = multiply_ways(of[i].wide);
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

/* Our own outer product, C = A^T B or C += A^T B, is for these. */
static int is_outer(enum linalg_op ta, enum linalg_op tb, int M, int N, float alpha, float beta)
{
	return own && ta == LINALG_T && tb == LINALG_N && alpha == 1 && (beta == 0 || beta == 1) &&
	       least(M, N) <= NARROW && M <= LONGEST && N <= LONGEST;
}

void linalg_gemm(enum linalg_op ta, enum linalg_op tb, int M, int N, int K, float alpha,
		 const float *A, int lda, const float *B, int ldb, float beta, float *C, int ldc)
{
	if (!M || !N)
		return;
	if (K && is_outer(ta, tb, M, N, alpha, beta))
		own->outer(&(struct multiply){ .M = M,
					       .N = N,
					       .K = K,
					       .A = A,
					       .lda = lda,
					       .B = B,
					       .ldb = ldb,
					       .add = beta == 1,
					       .C = C,
					       .ldc = ldc });
	else
		cblas_sgemm(CblasRowMajor, op(ta), op(tb), M, N, K, alpha, A, lda, B, ldb, beta, C,
			    ldc);
}

void linalg_pack(struct linalg_packed *r, enum linalg_op op, int K, int N, const float *B, int ld,
		 float *room)
{
	*r = (struct linalg_packed){ op, K, N, ld, own ? room : B, own != NULL };
	if (own)
		own->pack(op == LINALG_T, K, N, B, ld, room);
}

/* C = A B by our own product; the caller sets what a sum begins with. */
static struct multiply by_panels(int M, const float *A, int lda, const struct linalg_packed *B,
				 float *C, int ldc)
{
	return (struct multiply){
		.M = M, .N = B->N, .K = B->K, .A = A, .lda = lda, .B = B->b, .C = C, .ldc = ldc
	};
}

void linalg_times(int M, const float *A, int lda, const struct linalg_packed *B, int add, float *C,
		  int ldc)
{
	struct multiply m = by_panels(M, A, lda, B, C, ldc);

	m.add = add;
	if (B->panels)
		own->times(&m);
	else
		linalg_gemm(LINALG_N, B->op, M, B->N, B->K, 1, A, lda, B->b, B->ld, (float)add, C,
			    ldc);
}

void linalg_affine(int M, const float *A, int lda, const struct linalg_packed *B, const float *bias,
		   const float *past, float *C, int ldc)
{
	struct multiply m = by_panels(M, A, lda, B, C, ldc);
	size_t n = (size_t)B->N, at;
	int i;

	m.bias = bias;
	m.past = past;
	if (B->panels) {
		own->times(&m);
		return;
	}
	for (i = 0; i < M; i++) {
		at = (size_t)i * (size_t)ldc;
		if (past)
			nn_add(n, past + at, bias, C + at);
		else
			memcpy(C + at, bias, n * sizeof(float));
	}
	linalg_times(M, A, lda, B, 1, C, ldc);
}

int linalg_piece(int n)
{
	return own ? even(n, PIECE) : n;
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
