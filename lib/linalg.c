#include "linalg.h"

#include <stdlib.h>
#include <cblas.h>

/* The Fortran symbols, declared here: not every distribution ships lapack.h beside OpenBLAS. */
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
	     double *work, const int *lwork, int *iwork, const int *liwork, int *info);
void dposv_(const char *uplo, const int *n, const int *nrhs, double *a, const int *lda, double *b,
	    const int *ldb, int *info);

/* Runs before main: one BLAS thread per calling thread. */
static void __attribute__((constructor)) single_thread(void)
{
	openblas_set_num_threads(1);
}

static CBLAS_TRANSPOSE op(enum linalg_op t)
{
	return t == LINALG_T ? CblasTrans : CblasNoTrans;
}

void linalg_gemm(enum linalg_op ta, enum linalg_op tb, int M, int N, int K, float alpha,
		 const float *A, int lda, const float *B, int ldb, float beta, float *C, int ldc)
{
	if (M && N)
		cblas_sgemm(CblasRowMajor, op(ta), op(tb), M, N, K, alpha, A, lda, B, ldb, beta, C,
			    ldc);
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

int linalg_solve(double *A, int N, double *B, int M, struct err *e)
{
	int info = 0;

	if (N && M)
		dposv_("U", &N, &M, A, &N, B, &N, &info);
	if (info)
		return err_set(e, "matrix %dx%d is not positive definite", N, N);
	return 0;
}
