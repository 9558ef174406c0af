/*
 * sfm_basis - two-dimensional Fourier series of real functions on a D x D grid
 *
 * The grid is Z_M x Z_M with M = D, or M = D - 1 when the last index of each axis stands apart (a
 * zero operand, which has no logarithm).  With the orthonormal rows q_i of
 *
 *     i = 0              1 / sqrt(M)
 *     i = 1 .. h         sqrt(2/M) cos(2 pi i u / M)          h = (M - 1)/2 rounded down:
 *     i = M/2 (M even)   (-1)^u / sqrt(M)                         the frequencies in pairs
 *     then h rows        sqrt(2/M) sin(2 pi (i - M/2) u / M)
 *     i = D - 1          1 on the index that stands apart, if there is one
 *
 * a function is P(u,v) = sum_ij V_ij q_i(u) q_j(v), so V = Q P Q' and P = Q' V Q: four products of
 * real D x D matrices for one way there and back.  A complex transform would spend four times as
 * many operations on the same numbers.
 *
 * Its complex coefficients, P(u,v) = sum_kl W_kl chi_k(u) chi_l(v), chi_k(u) = exp(2 pi i k u / M)
 * sqrt(D/M), belong to V in groups of up to four; where k and l both have a sine,
 *
 *     W(k,l)  = [ (cc - ss) - i (cs + sc) ] / 2D        cc = V_{k,l}   cs = V_{k,h'+l}
 *     W(k,-l) = [ (cc + ss) - i (sc - cs) ] / 2D        sc = V_{h'+k,l}   ss = V_{h'+k,h'+l}
 *
 * and W(-k,-l) is the conjugate of W(k,l), with h' = M/2 rounded down.  |chi|^2 sums to D, so that
 * sum P^2 = sum V^2 = D^2 sum |W|^2 (Parseval).
 */
#ifndef SFM_BASIS_H
#define SFM_BASIS_H

#include <complex.h>
#include <stddef.h>

#include "err.h"

struct pool;

struct sfm_basis {
	int D, M; /* side of the grid; period */
	int pairs, sine; /* k = 1..pairs has its cosine at k, its sine at sine + k */
	double *Q; /* (D, D) */
};

/* sfm_basis_init - @apart: the last index of each axis stands apart; D >= 2 + apart */
int sfm_basis_init(struct sfm_basis *b, int D, int apart, struct err *e);
void sfm_basis_free(struct sfm_basis *b);

/*
 * sfm_basis_analyse - V = keep V + step Q X Q' for each of O functions
 *
 * @x: (O, D, D), values on the grid; @v: (O, D, D); @work: (O, D, D), destroyed
 * @pool: divides the functions
 */
void sfm_basis_analyse(const struct sfm_basis *b, int O, const double *x, double keep, double step,
		       double *v, double *work, struct pool *pool);

/* sfm_basis_synthesise - P = Q' V Q, likewise */
void sfm_basis_synthesise(const struct sfm_basis *b, int O, const double *v, double *P,
			  double *work, struct pool *pool);

/*
 * sfm_basis_coefficient - the complex W(k,l) of one function
 *
 * @k, @l: 0..D-1; M - k stands for -k; D - 1 is the index that stands apart, if there is one
 */
double complex sfm_basis_coefficient(const struct sfm_basis *b, const double *v, int k, int l);

/*
 * sfm_basis_gate - keep the coefficients with |W| > tau, set the others to 0
 *
 * @O, @v:    functions that are gated together, on the root of the sum of their |W|^2
 * @work:     (D, D)
 * @sign:     1 or -1: which diagonal to count
 * @diagonal: NULL, or set to how many coefficients with l = sign k (mod M) are kept
 *
 * W(k,l) and W(-k,-l) have one absolute value and stay or go together.  Returns how many are kept.
 */
int sfm_basis_gate(const struct sfm_basis *b, int O, double *v, double tau, double *work, int sign,
		   int *diagonal);

#endif
