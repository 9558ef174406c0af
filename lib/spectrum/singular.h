/*
 * singular - how many directions a weight matrix uses, by its singular values s
 *
 *     nuclear norm      sum s
 *     stable rank       ||W||_F^2 / ||W||_2^2 = sum s^2 / max s^2, at most the rank
 *                       (Rudelson and Vershynin, Journal of the ACM 54(4), 2007)
 *     effective rank    exp of the entropy of s / sum s (Roy and Vetterli, EUSIPCO 2007)
 *
 * Rows are not centred.  All three are 0 for a matrix of zeros.  Scaling the matrix changes only
 * the nuclear norm.
 */
#ifndef SPECTRUM_SINGULAR_H
#define SPECTRUM_SINGULAR_H

#include "spectrum/report.h"

struct singular {
	double nuclear, stable_rank, effective_rank;
};

/* singular_values - the three measures of x (M, N); 0, or -1 with @e when memory runs out */
int singular_values(const float *x, int M, int N, struct singular *s, struct err *e);

/*
 * The measures of the matrices of one checkpoint.  A layer, and the whole network, have the sum of
 * their matrices' nuclear norms and the means of their ranks.  Zero-initialise; singular_report
 * leaves it empty.
 */
struct singular_set {
	struct singular_row {
		char *of; /* name of the matrix */
		int layer; /* the number in "transformer.h.N.", else -1 */
		struct singular s;
	} * row;
	int n;
};

/* singular_add - measure the matrix @x (M, N) called @name, and keep the result */
int singular_add(struct singular_set *set, const char *name, const float *x, int M, int N,
		 struct err *e);

/* singular_report - write metrics of every matrix, every layer (`of' "layer L") and the whole */
int singular_report(struct singular_set *set, struct spectrum_report *r, struct err *e);
void singular_free(struct singular_set *set); /* a zeroed struct is allowed */

#endif
