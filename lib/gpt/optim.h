/*
 * optim - the optimisers, as torch.optim computes them
 *
 * g is the gradient, scaled by min(1, clip / (norm + 1e-6)) if there is clipping:
 *
 *     adamw   w <- w (1 - lr decay)                       Loshchilov and Hutter, arXiv 1711.05101
 *             m <- beta1 m + (1 - beta1) g
 *             v <- beta2 v + (1 - beta2) g^2
 *             w <- w - lr / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + eps)
 *     adam    the last three lines, with g + decay w for g       Kingma and Ba, arXiv 1412.6980
 *     sgd     m <- momentum m + g + decay w;  w <- w - lr m
 *     muon    the matrices of the blocks as in optim_muon.c; all else as adamw
 *
 * Weight decay applies to matrices only, or to every tensor (decay_all).
 */
#ifndef GPT_OPTIM_H
#define GPT_OPTIM_H

#include "gpt/gpt.h"

enum optim_kind { OPTIM_ADAMW, OPTIM_ADAM, OPTIM_SGD, OPTIM_MUON };

struct optim_config {
	enum optim_kind kind;
	double lr, beta1, beta2, eps, decay;
	double momentum; /* of sgd */
	int decay_all; /* decay vectors too, not only matrices */
	int warmup; /* steps; the rate of step t = 1, 2, ... up to here is lr t / warmup; 0: none */
	int64_t last; /* step at which a cosine schedule reaches min_lr; 0: the rate stays lr */
	double min_lr;
	double clip; /* largest norm of the gradient; 0: no clipping */
};

struct optim_muon;

struct optim {
	struct optim_config config;
	int64_t t; /* steps taken */
	float *m, *v; /* first and second moments, arenas of the network; v is NULL for sgd */
	double *partial; /* scratch of optim_norm: a sum of squares for each block of an arena */
	struct optim_muon *muon; /* NULL for the others */
};

/*
 * optim_init - no steps taken, moments zero
 *
 * @threads: of the largest pool that optim_step will be given
 *
 * Returns 0, or -1 with @e when memory runs out.  Free with optim_free.
 */
int optim_init(struct optim *o, const struct optim_config *config, const struct gpt *g, int threads,
	       struct err *e);
void optim_free(struct optim *o);

/*
 * optim_rate - the learning rate of step @t; the first step is 1
 *
 * With a cosine schedule (Loshchilov and Hutter, arXiv 1608.03983), after the warm-up:
 *
 *     min_lr + (lr - min_lr) (1 + cos(pi (t - warmup) / (last - warmup))) / 2
 *
 * and min_lr after the step `last'.
 */
double optim_rate(const struct optim *o, int64_t t);

/* optim_norm - Euclidean norm of an arena; the same for any number of threads */
double optim_norm(struct optim *o, const struct gpt *g, const float *arena, struct pool *pool);

/*
 * optim_step - one step from the gradient @grad; returns its norm before clipping
 *
 * The norm is computed if @want_norm is set or gradients are clipped; otherwise 0 is returned.  If
 * it is computed and not finite, only the count of steps changes.
 */
double optim_step(struct optim *o, struct gpt *g, const float *grad, int want_norm,
		  struct pool *pool);

/* The constants of one step, for the passes over n floats in optim_fast.c. */
struct optim_pass {
	float scale; /* factor of the gradient, from clipping */
	float keep; /* 1 - lr decay (adamw); 1 for the others */
	float l2; /* decay that is added to the gradient as l2 w (adam, sgd); 0 for adamw */
	float beta1, beta2, eps; /* sgd: beta1 is the momentum */
	float rate; /* lr / (1 - beta1^t), or lr */
	float root; /* 1 / sqrt(1 - beta2^t) */
};

double optim_sum_squares(size_t n, const float *x);
void optim_adam(size_t n, float *w, const float *g, float *m, float *v, const struct optim_pass *p);
void optim_sgd(size_t n, float *w, const float *g, float *m, const struct optim_pass *p);

/* optim_is_muon - is this tensor one that Muon orthogonalises: a matrix of a block? */
int optim_is_muon(const struct gpt *g, int tensor);

/* optim_muon_step - one step of all of Muon's matrices; of @p it uses scale and keep */
struct optim_muon *optim_muon_create(const struct gpt *g, int threads, struct err *e);
void optim_muon_free(struct optim_muon *u);
void optim_muon_step(const struct optim *o, struct gpt *g, const float *grad, double lr,
		     const struct optim_pass *p, struct pool *pool);

/*
 * Passes of Muon over n floats:
 *
 * optim_nesterov - m <- mu m + (1 - mu) scale g, then x = mu m + (1 - mu) scale g
 * optim_scale    - y <- a y
 * optim_move     - w <- keep w - rate x
 */
void optim_nesterov(size_t n, const float *g, float *m, float *x, float mu, float scale);
void optim_scale(size_t n, float a, float *y);
void optim_move(size_t n, float *w, const float *x, float keep, float rate);

#endif
