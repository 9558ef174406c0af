/*
 * spectrum - how much of a matrix, or of a function, lies in a few Fourier modes
 *
 * A matrix x (n, C) has one row for each residue and one column for each channel: rows 0..n-1 of a
 * token embedding, or the non-zero residues in the order of their discrete logarithms.  Everything
 * here works on plain arrays; the caller decides what row i stands for.
 *
 *   x (n, C) --+-- spectrum_dft2 ----> |F| (n, C) -----+-- spectrum_gini, spectrum_ipr
 *              +-- spectrum_norms ---> (n/2 + 1) ------+   beside spectrum_null
 *              +-- spectrum_pca -----> variance, axes, rank
 *              +-- spectrum_rings ---> is frequency k a circle?
 *   logits (n, n, C) -- spectrum_losses, spectrum_logit_norms
 *
 * Frequencies: k = 0 is the mean; k = 1 .. (n-1)/2 have a cosine and a sine; for even n the last,
 * n/2, has only a cosine.  "Energy" is a sum of squares.
 *
 * Unless said otherwise, functions that take @e return 0, or -1 with @e when memory runs out.
 */
#ifndef SPECTRUM_SPECTRUM_H
#define SPECTRUM_SPECTRUM_H

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
 * @F: (n, C), filled; F[k, l] = |sum over a, b of x[a, b] exp(-2 pi i (k a / n + l b / C))|, with
 *     both F[k, l] and its mirror image F[n - k, C - l], so that sum F^2 = n C sum x^2 (Parseval);
 *     units of x
 */
int spectrum_dft2(const float *x, int n, int C, float *F, struct err *e);

/*
 * spectrum_norms - how strong each frequency over the rows is
 *
 * @norm: (n/2 + 1), filled; norm[k]^2 is the energy of x in frequency k, summed over channels, so
 *        that sum norm^2 = sum x^2 (Parseval); units of x
 *
 * The Fourier norms of Nanda et al., arXiv 2301.05217, with cosine and sine of a frequency taken
 * together.
 */
int spectrum_norms(const float *x, int n, int C, float *norm, struct err *e);

/*
 * spectrum_gini - Gini coefficient sum_i (2i - N - 1) s_(i) / (N sum s), s sorted, i from 1
 *
 * @s:    (N), not negative
 * @gini: 0 if all values are equal (also if all are zero), (N-1)/N if only one is not zero; NaN if
 *        one is NaN
 *
 * Hurley and Rickard, "Comparing measures of sparsity", IEEE Trans. Inf. Theory 55(10), 2009.
 */
int spectrum_gini(const float *s, size_t N, double *gini, struct err *e);

/*
 * spectrum_ipr - inverse participation ratio sum s^4 / (sum s^2)^2
 *
 * 1/N if all values are equal, 1 if only one is not zero, NaN if all are zero.  1 / IPR is the
 * participation number.
 */
double spectrum_ipr(const float *s, size_t N);

/*
 * spectrum_keys - key frequencies: those whose norm is above a quarter of the largest norm
 *
 * @norm: (n/2 + 1) of spectrum_norms; frequency 0 is ignored
 * @keys: room for n/2; filled with the frequencies found, ascending
 *
 * Returns their number.  In a flat spectrum, where no frequency stands out, nearly all are
 * returned.
 */
int spectrum_keys(const float *norm, int n, int *keys);

/*
 * spectrum_null - expected values of the measures for an n x C matrix of independent Gaussian
 * entries
 *
 * ipr2d and ipr are exact.  gini and rank are the ratio of the means of numerator and denominator.
 * gini2d and pca1 hold for large matrices (pca1: mean of the Tracy-Widom law; Johnstone, Ann.
 * Statist. 29(2), 2001).  ring_r2 is the mean of R^2 at one frequency, which is distributed as
 * Beta(C, n - 3).
 */
struct spectrum_null {
	double gini2d, ipr2d; /* of spectrum_dft2, all n C magnitudes */
	double gini, ipr; /* of spectrum_norms, frequencies 1 .. n/2 */
	double pca1, rank;
	double ring_r2;
};
void spectrum_null(int n, int C, struct spectrum_null *null);

/*
 * Gini and IPR as the paper (arXiv 2603.29262) defines them, for a whole matrix x (V, C): of
 * S = |F|^2, where F is the two-dimensional DFT over all V rows, with IPR = sum S^4 / (sum S^2)^2.
 * _null and _null_sd are mean and standard deviation for a Gaussian matrix.
 */
struct spectrum_power {
	double gini, gini_null, gini_null_sd;
	double ipr, ipr_null, ipr_null_sd;
};
int spectrum_power(const float *x, int V, int C, struct spectrum_power *p, struct err *e);
void spectrum_power_null(size_t N, struct spectrum_power *p); /* fill in those for N = V C bins */

/*
 * The Gram matrix x x' divided by its trace; rows are not centred.  d_1 >= d_2 >= ... >= d_N are
 * its N = min(V, C) largest eigenvalues; the others are 0, and the sum is 1.  H = -sum d ln d.
 */
struct spectrum_gram {
	double concentration; /* 1 - H / ln N: 0 if all are equal, 1 if only one is not 0 */
	double concentration_null; /* for a Gaussian matrix: Page, Phys. Rev. Lett. 71, 1993 */
	double eig1, eig2; /* d_1, d_2 */
};
int spectrum_gram(const float *x, int V, int C, struct spectrum_gram *g, struct err *e);

/* spectrum_centre - X (n, C) = x minus its mean row; @mean (C), filled with that row */
void spectrum_centre(const float *x, int n, int C, double *X, double *mean);

/*
 * spectrum_pca - principal components of the rows
 *
 * @axes:  number of axes wanted, at most min(n, C)
 * @mean:  (C), filled with the mean row
 * @axis:  (axes, C), filled with unit vectors by falling variance, signed so that the entry of
 *         largest absolute value is positive; zero if the variance is zero
 * @share: (min(n, C)), filled with variance on each axis / total variance, descending; 0 if x is
 *         constant
 */
int spectrum_pca(const float *x, int n, int C, int axes, float *mean, float *axis, double *share,
		 struct err *e);

/*
 * spectrum_project - coordinates of the rows on given axes
 *
 * @at: (n, axes), filled with (x - mean) axis'.  The axes may be those of another matrix
 *      (frozen.h).
 */
void spectrum_project(const float *x, int n, int C, const float *mean, const float *axis, int axes,
		      float *at);

/*
 * spectrum_rank, spectrum_effective_rank - how many directions hold the variance
 *
 * @share: (N), w of spectrum_pca
 *
 * The participation ratio (sum w)^2 / sum w^2, and the exponential of the entropy of the singular
 * values sqrt(w) divided by their sum (Roy and Vetterli, EUSIPCO 2007).
 */
double spectrum_rank(const double *share, int N);
double spectrum_effective_rank(const double *share, int N);

/*
 * Is a frequency k a circle?  The plane of k is spanned by the DFT vectors c = sum_i x_i cos and
 * s = sum_i x_i sin of 2 pi k i / n; rows are projected on it.  Ring order: see spectrum_rings.
 */
struct spectrum_ring {
	int k;
	double share; /* energy of frequency k / energy of all rows about their mean */
	double r2; /* the same within the plane of k: how much of it the order of rows explains */
	double spread; /* standard deviation of the radius / mean radius */
	double monotone; /* share of the steps in ring order that go in the commoner direction */
	int winding; /* turns round the centre in ring order, not negative: 1 for a ring */
	double p; /* probability that some frequency has such an r2 if rows are in random order */
	int ring; /* the verdict */
};

/*
 * A frequency is a ring if the order of the rows explains its plane (p <= SPECTRUM_RING_P and
 * r2 > 1/2), the path turns once round the centre, and the spread of the radii is below that of a
 * filled disc, 1/sqrt(8).  Since p accounts for all frequencies at once, a matrix whose rows have
 * no order has a ring with probability SPECTRUM_RING_P at most.
 */
#define SPECTRUM_RING_P      0.01
#define SPECTRUM_RING_SPREAD 0.35355339059327373

/*
 * spectrum_rings - test every frequency that has a phase
 *
 * @x:      (n, C), n 5 or more
 * @draws:  number of permutations of the rows that p is computed from; p can reach SPECTRUM_RING_P
 *          from 99 on.  The statistic is the largest r2 of all frequencies, which controls the
 *          family-wise error rate (Westfall and Young, "Resampling-based multiple testing", 1993).
 *          0: p is that of a Gaussian matrix, 1 - I_r2(C, n - 3)^K with K frequencies, which is too
 *          strict when the variance lies in few channels.
 * @rng:    for the permutations; not used if @draws is 0
 * @rings:  ((n-1)/2), filled, k = 1, 2, ...
 *
 * With C = 2 the plane of every frequency is the whole space.  So to look for a ring in a given
 * plane, such as that of the two largest principal components, pass coordinates in it and take the
 * frequency of largest r2.
 *
 * Ring order visits the rows by rising phase k i mod n, that is i = k^-1 j for j = 0, 1, ...  Rows
 * of equal phase, which exist if k and n are not coprime, count as one row, their mean.
 */
int spectrum_rings(const float *x, int n, int C, int draws, struct rng *rng,
		   struct spectrum_ring *rings, struct err *e);

/*
 * spectrum_ring_plane - coordinates of the rows in the plane of frequency k
 *
 * @at: (n, 2), filled; a perfect ring of radius r has r (cos, sin)(2 pi k i / n)
 */
int spectrum_ring_plane(const float *x, int n, int C, int k, float *at, struct err *e);

/*
 * A function of two operands is given by its logits (n, n, C): at [i, j, c] the logit of class c
 * for inputs i and j.  The right answer depends only on s = i + sign j mod n.  The functions cos
 * and sin of 2 pi k (i + sign j) / n are called the sum directions of k.
 */
struct spectrum_task {
	int n, C;
	int sign; /* 1 or -1 */
	const int *answer; /* (n), the right class for each s */
	const unsigned char *split; /* (n, n): 0 not in the data, 1 train, 2 test */
	const int *label; /* (n, n): right classes that replace answer, or NULL */
};

/* spectrum_answer - s for inputs i and j, the index into task->answer */
static inline int spectrum_answer(const struct spectrum_task *task, int i, int j)
{
	return (i + (task->sign > 0 ? j : task->n - j)) % task->n;
}

/*
 * spectrum_by_answer - T (n, C): mean logits over the pairs of each s; the part in sum directions
 */
void spectrum_by_answer(const float *logits, const struct spectrum_task *task, double *T);

/*
 * Mean cross-entropy in nats over all data, and over training and test set; NaN for an empty set.
 */
struct spectrum_loss {
	double all, train, test;
};

/*
 * Losses of logits from which some Fourier components were removed (Nanda et al., arXiv 2301.05217;
 * text and code of that paper differ).  "Constant" is the mean over all inputs, for each class.
 */
struct spectrum_losses {
	struct spectrum_loss full; /* of the logits as they are */
	/* constant + both sum directions of each key (their code) */
	struct spectrum_loss restricted;
	/* constant + the four products cos, sin (i) times cos, sin (j) of each key (their text) */
	struct spectrum_loss product;
	/* everything except the sum directions of all keys (their text) */
	struct spectrum_loss excluded;
	/* everything except the sum directions of one key, averaged over keys (their code) */
	struct spectrum_loss each;
};

/*
 * spectrum_losses - restricted and excluded losses for given key frequencies
 *
 * @keys: (nkeys), 1 .. n/2, ascending; if there are none, restricted is that of the constant, and
 *        excluded is full
 *
 * Takes about nkeys + 4 passes over the logits.
 */
int spectrum_losses(const float *logits, const struct spectrum_task *task, const int *keys,
		    int nkeys, struct spectrum_losses *p, struct err *e);

/*
 * spectrum_logit_norms - the function in the Fourier basis of both operands
 *
 * @norm: (n, n), filled; at [r, q] the L2 norm over classes of the coefficient of rows r (for i)
 *        and q (for j) of spectrum_basis; sum norm^2 = sum logits^2 (Parseval)
 */
int spectrum_logit_norms(const float *logits, int n, int C, float *norm, struct err *e);

/*
 * spectrum_logit_share - how much of the function depends on i + sign j alone
 *
 * @share: (n/2 + 1), filled: energy in the sum directions of each frequency / energy about the
 *         constant; share[0] is 0; their sum is the share that depends on i + sign j alone
 */
int spectrum_logit_share(const float *logits, const struct spectrum_task *task, float *share,
			 struct err *e);

#endif
