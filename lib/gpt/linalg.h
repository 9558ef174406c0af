/*
 * linalg - matrix products and decompositions (the only user of BLAS and LAPACK)
 *
 * Matrices are row-major.  @ld is the distance between rows in elements.  BLAS threads are off:
 * parallelism comes from the caller (see pool.h) or from GNU parallel, and a product gives the
 * same bits whatever runs beside it.
 */
#ifndef GPT_LINALG_H
#define GPT_LINALG_H

#include "err.h"

enum { LINALG_KERNEL = 32 };

/*
 * linalg_kernel - name what the last bits of results depend on besides input and program
 *
 * The BLAS's kernel and, after a slash, the instruction set of our own passes: "v4", "v3" or "v1"
 * of x86-64, or "one" where there is a single one.
 */
void linalg_kernel(char name[LINALG_KERNEL]);

enum linalg_op { LINALG_N, LINALG_T };

/*
 * linalg_gemm - C (M, N) = alpha op(A) op(B) + beta C, op(A) is (M, K), op(B) is (K, N)
 *
 * A dimension of 0 is allowed.  C may not overlap A or B.  Safe to call from several threads.
 */
void linalg_gemm(enum linalg_op ta, enum linalg_op tb, int M, int N, int K, float alpha,
		 const float *A, int lda, const float *B, int ldb, float beta, float *C, int ldc);

/*
 * A packed matrix: the right factor, (K, N), of many products.  For our own products (multiply.h)
 * it is copied into panels of a few columns, each small enough for a cache; for BLAS it stays where
 * it is.
 */
struct linalg_packed {
	enum linalg_op op;
	int K, N, ld;
	const float *b;
	int panels; /* b points to panels, not to the matrix itself */
};

/*
 * linalg_padded - @n rounded up to whole panels
 *
 * A packed (K, N) matrix needs room for linalg_padded(K) linalg_padded(N) floats.
 */
static inline int linalg_padded(int n)
{
	return (n + 15) / 16 * 16;
}

/*
 * linalg_pack - make @B a packed matrix, copied to @room if it becomes panels
 *
 * @B:    (K, N) if @op is LINALG_N, else (N, K); it and @room are borrowed until the last product
 * @room: aligned to 64 bytes; see linalg_padded
 */
void linalg_pack(struct linalg_packed *r, enum linalg_op op, int K, int N, const float *B, int ld,
		 float *room);

/* linalg_times - C (M, N) = A (M, K) B, or C + A B if @add */
void linalg_times(int M, const float *A, int lda, const struct linalg_packed *B, int add, float *C,
		  int ldc);

/*
 * linalg_affine - C = A B + bias + past
 *
 * @bias: (N), added to every row
 * @past: (M, N) with leading dimension @ldc; may be C, or NULL for zero
 */
void linalg_affine(int M, const float *A, int lda, const struct linalg_packed *B, const float *bias,
		   const float *past, float *C, int ldc);

/*
 * linalg_piece - how many of @n rows to take through the layers at a time
 *
 * Few where products are our own, so that a piece stays in the cache.  All where BLAS multiplies:
 * it packs its factors for each product, which only long matrices repay.
 */
int linalg_piece(int n);

/* linalg_dgemm - linalg_gemm in double precision */
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
 * linalg_singular - singular values of a matrix
 *
 * @A: (M, N), destroyed
 * @s: (min(M, N)), in descending order
 *
 * LAPACK dgesdd.  Returns 0, or -1 with @e set if memory runs out or the iteration fails.
 */
int linalg_singular(double *A, int M, int N, double *s, struct err *e);

#endif
