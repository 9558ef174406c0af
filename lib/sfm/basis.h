/*
 * sfm_basis - two-dimensional Fourier series of real functions on a D x D grid
 *
 * The grid is Z_M x Z_M with M = D, or M = D - 1 if the last index of each axis is separate (a zero
 * operand, which has no logarithm).  With the orthonormal functions q_i,
 *
 *     i = 0              1 / sqrt(M)
 *     i = 1 .. h         sqrt(2/M) cos(2 pi i u / M)          h = (M - 1)/2 rounded down:
 *     i = M/2 (M even)   (-1)^u / sqrt(M)                         the frequencies in pairs
 *     then h rows        sqrt(2/M) sin(2 pi (i - M/2) u / M)
 *     i = D - 1          1 on the separate index, if there is one
 *
 * a function is P(u,v) = sum_ij V_ij q_i(u) q_j(v), so V = Q P Q' and P = Q' V Q, where row i of Q
 * is q_i.  There and back takes four products of real D x D matrices; complex matrices would take
 * four times as many operations.
 *
 * The complex coefficients W of P(u,v) = sum_kl W_kl chi_k(u) chi_l(v), with chi_k(u) =
 * exp(2 pi i k u / M) sqrt(D/M), follow from up to four elements of V each.  If k and l both have a
 * sine,
 *
 *     W(k,l)  = [ (cc - ss) - i (cs + sc) ] / 2D        cc = V_{k,l}   cs = V_{k,h'+l}
 *     W(k,-l) = [ (cc + ss) - i (sc - cs) ] / 2D        sc = V_{h'+k,l}   ss = V_{h'+k,h'+l}
 *
 * with h' = M/2 rounded down, and W(-k,-l) is the conjugate of W(k,l).  |chi|^2 sums to D, so that
 * sum P^2 = sum V^2 = D^2 sum |W|^2 (Parseval).
 */
#ifndef SFM_BASIS_H
#define SFM_BASIS_H

#include <complex.h>

#include "err.h"

struct pool;

struct sfm_basis {
	int D, M; /* side of the grid; period */
	int pairs, sine; /* frequency k = 1..pairs: cosine in row k of Q, sine in row sine + k */
	double *Q; /* (D, D) */
};

/*
 * sfm_basis_init - the basis of a D x D grid, D >= 2 + @apart
 *
 * @apart: 1: the last index of each axis is separate
 *
 * Returns 0, or -1 with @e when memory runs out.
 */
int sfm_basis_init(struct sfm_basis *b, int D, int apart, struct err *e);
void sfm_basis_free(struct sfm_basis *b);

/*
 * sfm_basis_analyse - v = keep v + step Q x Q', for each of @O functions
 *
 * @x:    (O, D, D), values on the grid
 * @v:    (O, D, D), coefficients
 * @work: (O, D, D), scratch
 * @pool: its threads share the functions
 */
void sfm_basis_analyse(const struct sfm_basis *b, int O, const double *x, double keep, double step,
		       double *v, double *work, struct pool *pool);

/* sfm_basis_synthesise - P = Q' v Q, likewise */
void sfm_basis_synthesise(const struct sfm_basis *b, int O, const double *v, double *P,
			  double *work, struct pool *pool);

/*
 * sfm_basis_coefficient - the complex W(k,l) of one function
 *
 * @k, @l: 0..D-1; M - k stands for -k; D - 1 is the separate index, if there is one
 */
double complex sfm_basis_coefficient(const struct sfm_basis *b, const double *v, int k, int l);

/*
 * sfm_basis_gate - keep the coefficients with |W| > tau, set the others to 0
 *
 * @v:        (O, D, D), functions that are gated together: |W| is the root of the sum of |W|^2 over
 *            them
 * @work:     (D, D), scratch
 * @sign:     1 or -1: which diagonal to count
 * @diagonal: NULL, or set to the number of coefficients with l = sign k (mod M) that are kept
 *
 * W(k,l) and W(-k,-l) have the same absolute value, so both are kept or neither.  Returns how many
 * coefficients are kept.
 */
int sfm_basis_gate(const struct sfm_basis *b, int O, double *v, double tau, double *work, int sign,
		   int *diagonal);

#endif
