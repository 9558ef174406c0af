/*
 * multiply - our own matrix products, for the shapes of a training step (private to linalg)
 *
 * The right factor lies in panels of MULTIPLY_PANEL columns, each (K, MULTIPLY_PANEL), so it is
 * read in order; the left factor is read where it is.  The sums of a few rows of one to four panels
 * fill the registers.  Every element of a product is one sum in the order of k, by fused
 * multiply-add, so neither the grouping of rows into calls nor the width of vectors changes a bit.
 */
#ifndef GPT_MULTIPLY_H
#define GPT_MULTIPLY_H

enum { MULTIPLY_PANEL = 16 };

struct multiply {
	int M, N, K;
	const float *A; /* (M, K); of outer, (K, M) */
	int lda;
	const float *B; /* panels at 64 bytes, the last filled with zeros; of outer, (K, N) */
	int ldb; /* of outer */
	/*
	 * A sum starts from C itself if add is set, else from bias (N), else from 0; past is added
	 * at its end.
	 */
	int add;
	const float *bias, *past; /* past: (M, N), ldc apart, or NULL; may be C */
	float *C; /* (M, N) */
	int ldc;
};

/*
 * The products for one width of vectors
 *
 * times: C = A B
 * outer: C = A^T B
 * pack:  copy B (K, N) to panels at @to; if @turned, B is stored transposed, as (N, K)
 */
struct multiply_ways {
	void (*times)(const struct multiply *m), (*outer)(const struct multiply *m);
	void (*pack)(int turned, int K, int N, const float *B, int ld, float *to);
};

/*
 * multiply_ways - the products with vectors of 16 floats (@wide) or of 8
 *
 * With @wide, those of 8 if the processor has no vectors of 16.  NULL if it has neither.
 */
const struct multiply_ways *multiply_ways(int wide);

#endif
