/*
 * optim - AdamW with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101)
 *
 *     w <- w (1 - lr decay)             matrices, or every tensor
 *     m <- beta1 m + (1 - beta1) g      g already scaled by the clipping factor
 *     v <- beta2 v + (1 - beta2) g^2
 *     w <- w - lr / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + eps)
 *
 * as PyTorch's AdamW computes it.  Clipping scales the whole gradient by min(1, clip / (norm + 1e-6)).
 */
#ifndef GPT_OPTIM_H
#define GPT_OPTIM_H

#include "gpt/gpt.h"

struct optim_config {
	double lr, beta1, beta2, eps, decay;
	int decay_all; /* vectors too, not matrices only */
	int warmup; /* the rate of step t = 1, 2, ... is lr t / warmup before it; 0: none */
	int64_t last; /* cosine: the step at which the rate is min_lr; 0: it stays lr */
	double min_lr;
	double clip; /* 0: none */
};

struct optim {
	struct optim_config config;
	int64_t t; /* steps taken */
	float *m, *v; /* arenas of the network */
	double *partial; /* sums of squares, a block each */
};

/* optim_init - no steps taken, moments zero; -1 with @e set if memory runs out */
int optim_init(struct optim *o, const struct optim_config *config, const struct gpt *g,
	       struct err *e);
void optim_free(struct optim *o);

/*
 * optim_rate - the rate of step @t, from 1
 *
 * With a cosine, after the warm-up: min_lr + (lr - min_lr) (1 + cos(pi (t - warmup) / (last - warmup))) / 2,
 * and min_lr after the last step.
 */
double optim_rate(const struct optim *o, int64_t t);

/* optim_norm - Euclidean norm of an arena; the same for any number of threads */
double optim_norm(struct optim *o, const struct gpt *g, const float *arena, struct pool *pool);

/*
 * optim_step - one step from the gradient @grad; returns its norm before clipping
 *
 * If the norm is wanted by nobody (@want_norm 0, no clipping) it is not computed, and 0 is returned.
 * If it is not finite nothing is changed but the count of steps.
 */
double optim_step(struct optim *o, struct gpt *g, const float *grad, int want_norm,
		  struct pool *pool);

/* The passes over n floats; see optim_fast.c. */
double optim_sum_squares(size_t n, const float *x);
void optim_update(size_t n, float *w, const float *g, float *m, float *v, float scale, float keep,
		  float beta1, float beta2, float rate, float root, float eps);

#endif
