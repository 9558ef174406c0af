/*
 * llc/internal - what the files of llc share: passes over coordinates, and one chain (private to
 * this room)
 */
#ifndef LLC_INTERNAL_H
#define LLC_INTERNAL_H

#include "llc/llc.h"

/* llc_noise - fill x with n draws, normal with mean 0 and variance 1 */
void llc_noise(struct rng *r, size_t n, float *x);

/* The passes over n floats; see pass_fast.c.  Sums are in double precision. */
void llc_add(size_t n, float a, const float *x, float *y); /* y += a x */
double llc_dot(size_t n, const float *x, const float *y);
/* llc_place - w = center + scale u */
void llc_place(size_t n, const float *center, float scale, const float *u, float *w);
/* llc_pull - gu = a grad + gamma u: the gradient of U in u, from that of L in w */
void llc_pull(size_t n, float a, const float *grad, float gamma, const float *u, float *gu);
/*
 * llc_precondition - one step of SGLD of length @eps along -gu, preconditioned by RMSProp
 *
 * @g:     gradient of L in u
 * @gu:    gradient of U in u
 * @noise: standard normal draws
 * @v:     running mean of g^2, updated
 */
void llc_precondition(size_t n, float eps, const float *g, const float *gu, const float *noise,
		      float *v, float *u);

/*
 * llc_chain_run - run chain number @number
 *
 * @c: excess has been allocated by the caller; everything is filled
 *
 * Returns 0, or -1 when memory runs out.
 */
int llc_chain_run(const struct llc_settings *settings, const struct llc_space *space,
		  const struct llc_potential *potential, int number, struct llc_chain *c);

/* llc_move - llc_place over all spans: w = w* + s u, s the span's scale */
void llc_move(const struct llc_space *space, const float *u, float *w);
/* llc_gather - llc_pull over all spans: gu = nbeta s grad + gamma u */
void llc_gather(const struct llc_space *space, double nbeta, double gamma, const float *grad,
		const float *u, float *gu);

#endif
