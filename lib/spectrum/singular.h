/*
 * singular - how many directions a weight matrix uses, by its singular values s
 *
 *     nuclear norm      sum s
 *     stable rank       ||W||_F^2 / ||W||_2^2 = sum s^2 / max s^2, at most the rank
 *     effective rank    exp of the entropy of s / sum s (Roy and Vetterli, EUSIPCO 2007)
 *
 * Rows are not centred.  All three are 0 for a matrix of zeros; scaling changes the first alone.
 */
#ifndef SPECTRUM_SINGULAR_H
#define SPECTRUM_SINGULAR_H

#include "spectrum/report.h"

struct singular {
	double nuclear, stable_rank, effective_rank;
};

/* singular_values - those of x (M, N); -1 with @e when memory runs out */
int singular_values(const float *x, int M, int N, struct singular *s, struct err *e);

/*
 * The matrices of one checkpoint, and what they make of a layer and of the whole: the sum of
 * nuclear norms, and the means of the ranks.  Zero-initialise; singular_report leaves it empty.
 */
struct singular_set {
	struct singular_row {
		char *of; /* a matrix */
		int layer; /* the number in "transformer.h.N.", else -1 */
		struct singular s;
	} * row;
	int n;
};

/* singular_add - measure the matrix @x (M, N) called @name, and keep the result */
int singular_add(struct singular_set *set, const char *name, const float *x, int M, int N,
		 struct err *e);

/* singular_report - write metrics of every matrix, of every layer (`layer L') and of the whole */
int singular_report(struct singular_set *set, struct spectrum_report *r, struct err *e);
void singular_free(struct singular_set *set); /* zeroed is allowed */

#endif
