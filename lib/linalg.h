/*
 * linalg - matrix products and decompositions (the only user of BLAS and LAPACK)
 *
 * Matrices are row-major.  @ld is the distance between rows in elements.  BLAS threads are off:
 * parallelism comes from the caller (see pool.h) or from GNU parallel, and a product gives the
 * same bits whatever runs beside it.
 */
#ifndef LINALG_H
#define LINALG_H

#include "err.h"

enum linalg_op { LINALG_N, LINALG_T };

/*
 * linalg_gemm - C (M, N) = alpha op(A) op(B) + beta C, op(A) is (M, K), op(B) is (K, N)
 *
 * A dimension of 0 is allowed.  C may not overlap A or B.  Safe to call from several threads.
 */
void linalg_gemm(enum linalg_op ta, enum linalg_op tb, int M, int N, int K, float alpha,
		 const float *A, int lda, const float *B, int ldb, float beta, float *C, int ldc);

/* linalg_dgemm - the same in double precision */
void linalg_dgemm(enum linalg_op ta, enum linalg_op tb, int M, int N, int K, double alpha,
		  const double *A, int lda, const double *B, int ldb, double beta, double *C,
		  int ldc);

/*
 * linalg_eigh - eigenvalues and eigenvectors of a symmetric matrix
 *
 * @A: (N, N), read from its lower triangle; on success its rows are the eigenvectors
 * @w: (N), eigenvalues in ascending order; row i of A belongs to w[i]
 *
 * LAPACK dsyevd.  Returns 0, or -1 with @e set if memory runs out or the iteration fails.
 */
int linalg_eigh(double *A, int N, double *w, struct err *e);

/*
 * linalg_solve - solve A X = B for symmetric positive definite A, both overwritten
 *
 * @A: (N, N) row-major, destroyed.  @B: (M, N), each row one right-hand side, replaced by its
 * solution.  LAPACK dposv.  Returns -1 with @e set if A is not positive definite.
 */
int linalg_solve(double *A, int N, double *B, int M, struct err *e);

#endif
