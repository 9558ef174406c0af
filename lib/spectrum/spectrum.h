/*
 * spectrum - how much of a matrix, or of a function, is a few Fourier modes
 *
 * A matrix x (n, C) has one row per residue and one column per channel: rows 0..n-1 of a token
 * embedding, or the non-zero residues in the order of their discrete logarithms.  Everything here
 * works on plain arrays in that order; who calls decides what row i stands for.
 *
 *   x (n, C) --+-- spectrum_dft2 ----> |F| (n, C) -----+-- spectrum_gini, spectrum_ipr
 *              +-- spectrum_norms ---> (n/2 + 1) ------+   beside spectrum_null
 *              +-- spectrum_pca -----> variance, axes, rank
 *              +-- spectrum_rings ---> is frequency k a circle?
 *   logits (n, n, C) -- spectrum_losses, spectrum_logit_norms
 *
 * Frequencies: k = 0 is the mean; k = 1 .. (n-1)/2 have a cosine and a sine; for even n the last,
 * n/2, has a cosine alone.
 */
#ifndef SPECTRUM_SPECTRUM_H
#define SPECTRUM_SPECTRUM_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct rng;

enum {
	SPECTRUM_ROWS = 5, /* fewest rows a matrix may have */
	SPECTRUM_AXES = 3, /* principal components kept */
};

/*
 * spectrum_basis - the orthonormal real Fourier basis of n points
 *
 * @B: (n, n), filled; row 0 is constant, rows 2k-1 and 2k are sqrt(2/n) cos and sin of
 *     2 pi k i / n, and for even n row n-1 is (-1)^i / sqrt(n)
 */
void spectrum_basis(int n, double *B);

/*
 * spectrum_energy - @scale times the squares in the rows of frequency @k of F (n, C) = B x, summed
 */
double spectrum_energy(const double *F, int n, int C, int k, double scale);

/*
 * spectrum_dft2 - magnitudes of the two-dimensional DFT
 *
 * @x: (n, C), n and C 1 or more
 * @F: (n, C), filled; F[k, l] = |sum_ij x[i, j] exp(-2 pi i (k i / n + l j / C))|, mirror terms
 *     included, so that sum F^2 = n C sum x^2 (Parseval); units of x
 *
 * Returns 0, or -1 with @e set when memory runs out.
 */
int spectrum_dft2(const float *x, int n, int C, float *F, struct err *e);

/*
 * spectrum_norms - how strong each frequency over the rows is
 *
 * @norm: (n/2 + 1), filled; norm[k]^2 is the energy of x in frequency k, summed over channels, so
 *        that sum norm^2 = sum x^2 (Parseval); units of x
 *
 * The Fourier norms of Nanda et al., arXiv 2301.05217, with cosine and sine of a frequency joined.
 */
int spectrum_norms(const float *x, int n, int C, float *norm, struct err *e);

/*
 * spectrum_gini - Gini coefficient sum_i (2i - N - 1) s_(i) / (N sum s), s sorted, i from 1
 *
 * @s: (N), not negative.  0 for equal values (and for all zero), (N-1)/N for a single one; NaN if a
 * value is NaN.  Hurley and Rickard, IEEE Trans. Inf. Theory 55(10), 2009.
 */
int spectrum_gini(const float *s, size_t N, double *gini, struct err *e);

/*
 * spectrum_ipr - inverse participation ratio sum s^4 / (sum s^2)^2: 1/N for equal values, 1 for a
 * single one, NaN for all zero.  1 / IPR is the participation number.
 */
double spectrum_ipr(const float *s, size_t N);

/*
 * spectrum_keys - key frequencies: those whose norm is above a quarter of the largest norm
 *
 * @norm: (n/2 + 1) of spectrum_norms; frequency 0 takes no part
 * @keys: (n/2), the frequencies found, ascending
 *
 * Returns how many.  A flat spectrum has none that stands out: then nearly all are returned.
 */
int spectrum_keys(const float *norm, int n, int *keys);

/*
 * spectrum_null - what the measures give for a matrix of independent Gaussian entries
 *
 * Expected values for n x C.  Exact: ipr2d, ipr, up to the ratio of two means: gini, rank.  For
 * large matrices: gini2d, pca1 (Tracy-Widom mean; Johnstone, Ann. Statist. 29(2), 2001).  ring_r2
 * is the mean of R^2 at one frequency, where R^2 is distributed as Beta(C, n - 3).
 */
struct spectrum_null {
	double gini2d, ipr2d; /* of spectrum_dft2, all n C magnitudes */
	double gini, ipr; /* of spectrum_norms, frequencies 1 .. n/2 */
	double pca1, rank;
	double ring_r2;
};
void spectrum_null(int n, int C, struct spectrum_null *null);

/*
 * The paper's conventions, of a whole matrix x (V, C): S = |F|^2, F the two-dimensional DFT over
 * all V rows, IPR = sum S^4 / (sum S^2)^2.  Each beside its mean and standard deviation for a
 * Gaussian matrix.
 */
struct spectrum_power {
	double gini, gini_null, gini_null_sd;
	double ipr, ipr_null, ipr_null_sd;
};
int spectrum_power(const float *x, int V, int C, struct spectrum_power *p, struct err *e);
void spectrum_power_null(size_t N, struct spectrum_power *p); /* the null values of N = V C bins */

/*
 * The Gram matrix x x' divided by its trace, rows not centred.  Its eigenvalues that can differ
 * from 0, D = (d_1 >= d_2 >= ... d_N), N = min(V, C), sum to 1.
 */
struct spectrum_gram {
	double concentration; /* 1 - H(D) / ln N: 0 for equal ones, 1 for a single one */
	double concentration_null; /* for a Gaussian matrix: Page, Phys. Rev. Lett. 71, 1993 */
	double eig1, eig2; /* d_1, d_2 */
};
int spectrum_gram(const float *x, int V, int C, struct spectrum_gram *g, struct err *e);

/* spectrum_centre - X (n, C) = x less its mean row, which goes to @mean (C) */
void spectrum_centre(const float *x, int n, int C, double *X, double *mean);

/*
 * spectrum_pca - principal components of the rows
 *
 * @axes:  number of axes wanted, at most min(n, C)
 * @mean:  (C), the mean row
 * @axis:  (axes, C), unit vectors by falling variance, the entry of largest size positive; zero
 *         where the variance is
 * @share: (min(n, C)), variance on each axis divided by the whole, descending; 0 if x is constant
 */
int spectrum_pca(const float *x, int n, int C, int axes, float *mean, float *axis, double *share,
		 struct err *e);

/*
 * spectrum_project - coordinates of the rows on given axes
 *
 * @at: (n, axes), (x - mean) axis'.  The axes may come from another matrix (frozen axes).
 */
void spectrum_project(const float *x, int n, int C, const float *mean, const float *axis, int axes,
		      float *at);

/*
 * spectrum_rank, spectrum_effective_rank - how many directions hold the variance
 *
 * Participation ratio (sum w)^2 / sum w^2, and the exponential of the entropy of the normalised
 * singular values sqrt(w) (Roy and Vetterli, EUSIPCO 2007); @share: (N) of spectrum_pca.
 */
double spectrum_rank(const double *share, int N);
double spectrum_effective_rank(const double *share, int N);

/*
 * A frequency k seen as a circle.  The plane of k is spanned by the DFT vectors c = sum_i x_i cos
 * and s = sum_i x_i sin of 2 pi k i / n; a row's place in the plane is its projection.
 */
struct spectrum_ring {
	int k;
	double share; /* energy of frequency k / energy of all rows about their mean */
	double r2; /* in the plane of k: energy of frequency k / energy */
	double spread; /* standard deviation of the radius / mean radius */
	double monotone; /* part of the steps, in ring order, that turn the same way */
	int winding; /* turns round the centre in ring order, not negative: 1 for a ring */
	double p; /* probability that some frequency of unrelated rows has this r2 */
	bool ring; /* the verdict */
};

/*
 * The verdict: the order of the rows explains the plane (p <= SPECTRUM_RING_P and r2 > 1/2), the
 * path turns once round the centre, and the radii are more alike than those of a filled disc, whose
 * spread is 1/sqrt(8).  Among matrices whose rows carry no order, at most SPECTRUM_RING_P show any
 * ring at all, since p accounts for every frequency at once.
 */
#define SPECTRUM_RING_P      0.01
#define SPECTRUM_RING_SPREAD 0.35355339059327373

/*
 * spectrum_rings - test every frequency that has a phase
 *
 * @x:      (n, C), n 5 or more
 * @draws:  permutations of the rows behind p, 99 or more for p to reach SPECTRUM_RING_P; the
 *          statistic is the largest r2 of all frequencies, so that p is family-wise (Westfall and
 *          Young, 1993).  0: p is that of a Gaussian matrix, 1 - I_r2(C, n - 3)^K, K frequencies,
 *          which is too strict when the variance lies in few channels.
 * @rng:    where permutations come from; not used if @draws is 0
 * @rings:  ((n-1)/2), filled, k = 1, 2, ...
 *
 * With C = 2 the plane of every frequency is the whole plane: so the ring in a given plane, such as
 * that of the two largest components, is the entry of largest r2.
 *
 * Ring order visits the rows by rising phase k i mod n, that is i = k^-1 j for j = 0, 1, ..., and
 * rows of equal phase (k and n not coprime) count as one, at their mean.
 */
int spectrum_rings(const float *x, int n, int C, int draws, struct rng *rng,
		   struct spectrum_ring *rings, struct err *e);

/*
 * spectrum_ring_plane - where the rows lie in the plane of frequency k
 *
 * @at: (n, 2), turned so that a perfect ring of radius r is r (cos, sin)(2 pi k i / n)
 */
int spectrum_ring_plane(const float *x, int n, int C, int k, float *at, struct err *e);

/*
 * A function of two operands, as its logits over all inputs: logits (n, n, C), at [i, j, c] the
 * logit of class c for the inputs of index i and j.  Right answers depend on s = i + sign j mod n
 * alone.  Functions cos and sin of 2 pi k (i + sign j) / n are the "sum directions" of k.
 */
struct spectrum_task {
	int n, C;
	int sign; /* 1 or -1 */
	const int *answer; /* (n), the right class for each s */
	const unsigned char *split; /* (n, n): 0 not in the data, 1 train, 2 test */
	const int *label; /* (n, n): right classes instead of answer, or NULL */
};

/* spectrum_answer - s, the index of the right answer to inputs i and j */
static inline int spectrum_answer(const struct spectrum_task *task, int i, int j)
{
	return (i + (task->sign > 0 ? j : task->n - j)) % task->n;
}

/* spectrum_by_answer - T (n, C), mean logits of each s: all that is in sum directions */
void spectrum_by_answer(const float *logits, const struct spectrum_task *task, double *T);

/* Mean cross-entropy in nats over the data, and over each part of it; NaN for an empty part */
struct spectrum_loss {
	double all, train, test;
};

/*
 * Losses of logits of which some Fourier components are kept or removed (Nanda et al., arXiv
 * 2301.05217).  "Constant" is the mean over all inputs, class by class.
 */
struct spectrum_losses {
	struct spectrum_loss full; /* as they are */
	/* constant + both sum directions of each key (their code) */
	struct spectrum_loss restricted;
	/* constant + the four products cos, sin (i) times cos, sin (j) of each key (their text) */
	struct spectrum_loss product;
	/* all but the sum directions of all keys (their text) */
	struct spectrum_loss excluded;
	/* all but those of one key: mean over keys (their code) */
	struct spectrum_loss each;
};

/*
 * spectrum_losses - restricted and excluded losses for given key frequencies
 *
 * @keys: (nkeys), 1 .. n/2, ascending; none: restricted is the constant, excluded is full
 *
 * Takes about nkeys + 4 passes over the logits.
 */
int spectrum_losses(const float *logits, const struct spectrum_task *task, const int *keys,
		    int nkeys, struct spectrum_losses *p, struct err *e);

/*
 * spectrum_logit_norms - the function in the Fourier basis of both operands
 *
 * @norm: (n, n), the L2 norm over classes at [row for i, row for j] of spectrum_basis; sum norm^2 =
 *        sum logits^2 (Parseval)
 */
int spectrum_logit_norms(const float *logits, int n, int C, float *norm, struct err *e);

/*
 * spectrum_logit_share - how much of the function depends on i + sign j alone
 *
 * @share: (n/2 + 1), energy in the sum directions of each frequency / energy about the constant;
 *         share[0] is 0; the sum is the part that is a function of i + sign j
 */
int spectrum_logit_share(const float *logits, const struct spectrum_task *task, float *share,
			 struct err *e);

#endif
