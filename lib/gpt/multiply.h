/*
 * multiply - our own matrix products, for what a step multiplies (private to linalg)
 *
 * The right factor lies in panels of PANEL columns, (K, PANEL) each, so it is read in order; the
 * left one is read where it is.  Sums for a few rows of one panel or four fill the registers.
 * Every number of a product is one sum in the order of k, by fused multiplication and addition: how
 * rows are grouped into calls changes no bit, and neither does the width of vectors.
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
	 * What a sum begins with: C itself, else the bias (N), else 0.  What is added when it is
	 * done: past
	 */
	int add;
	const float *bias, *past; /* past: (M, N), ldc apart, or NULL; may be C */
	float *C; /* (M, N) */
	int ldc;
};

/*
 * times: C = A B; outer: C = A^T B; pack: panels of B (K, N), or of its transpose if @turned, which
 * is (N, K) in memory
 */
struct multiply_ways {
	void (*times)(const struct multiply *m), (*outer)(const struct multiply *m);
	void (*pack)(int turned, int K, int N, const float *B, int ld, float *to);
};

/*
 * multiply_ways - by vectors of 16 floats if @wide, else of 8, as the processor has them; NULL: it
 * has neither
 */
const struct multiply_ways *multiply_ways(int wide);

#endif
