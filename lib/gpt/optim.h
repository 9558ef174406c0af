/*
 * optim - the optimisers, as torch.optim computes them
 *
 * Of a gradient g, already scaled by min(1, clip / (norm + 1e-6)):
 *
 *     adamw   w <- w (1 - lr decay)                       Loshchilov and Hutter, arXiv 1711.05101
 *             m <- beta1 m + (1 - beta1) g
 *             v <- beta2 v + (1 - beta2) g^2
 *             w <- w - lr / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + eps)
 *     adam    the same with g + decay w for g, and no decay besides
 *     sgd     m <- momentum m + g + decay w;  w <- w - lr m
 *     muon    adamw, but for the matrices of the blocks: see optim_muon.c
 *
 * Decay is of matrices, or of every tensor.
 */
#ifndef GPT_OPTIM_H
#define GPT_OPTIM_H

#include "gpt/gpt.h"

enum optim_kind { OPTIM_ADAMW, OPTIM_ADAM, OPTIM_SGD, OPTIM_MUON };

struct optim_config {
	enum optim_kind kind;
	double lr, beta1, beta2, eps, decay;
	double momentum; /* sgd */
	int decay_all; /* vectors too, not matrices only */
	int warmup; /* the rate of step t = 1, 2, ... is lr t / warmup before it; 0: none */
	int64_t last; /* cosine: the step at which the rate is min_lr; 0: it stays lr */
	double min_lr;
	double clip; /* 0: none */
};

struct optim_muon;

struct optim {
	struct optim_config config;
	int64_t t; /* steps taken */
	float *m, *v; /* arenas of the network; sgd: v is NULL */
	double *partial; /* sums of squares, a block each */
	struct optim_muon *muon; /* or NULL */
};

/*
 * optim_init - no steps taken, moments zero; for steps on up to @threads.  -1 with @e set if
 * memory runs out
 */
int optim_init(struct optim *o, const struct optim_config *config, const struct gpt *g, int threads,
	       struct err *e);
void optim_free(struct optim *o);

/*
 * optim_rate - the rate of step @t, from 1
 *
 * With a cosine, after the warm-up: min_lr + (lr - min_lr) (1 + cos(pi (t - warmup) / (last -
 * warmup))) / 2, and min_lr after the last step.
 */
double optim_rate(const struct optim *o, int64_t t);

/* optim_norm - Euclidean norm of an arena; the same for any number of threads */
double optim_norm(struct optim *o, const struct gpt *g, const float *arena, struct pool *pool);

/*
 * optim_step - one step from the gradient @grad; returns its norm before clipping
 *
 * If the norm is wanted by nobody (@want_norm 0, no clipping) it is not computed, and 0 is
 * returned.  If it is not finite nothing is changed but the count of steps.
 */
double optim_step(struct optim *o, struct gpt *g, const float *grad, int want_norm,
		  struct pool *pool);

/* A pass over n floats: the numbers of a step; see optim_fast.c. */
struct optim_pass {
	float scale; /* of the gradient */
	float keep; /* 1 - lr decay */
	float l2; /* decay of the gradient */
	float beta1, beta2, eps; /* sgd: beta1 is the momentum */
	float rate; /* lr / (1 - beta1^t), or lr */
	float root; /* 1 / sqrt(1 - beta2^t) */
};

double optim_sum_squares(size_t n, const float *x);
void optim_adam(size_t n, float *w, const float *g, float *m, float *v, const struct optim_pass *p);
void optim_sgd(size_t n, float *w, const float *g, float *m, const struct optim_pass *p);

/* optim_is_muon - whether Muon moves a tensor: a matrix of a block */
int optim_is_muon(const struct gpt *g, int tensor);

/* optim_muon_step - all of Muon's matrices; @p: scale and keep; @lr: the rate of the step */
struct optim_muon *optim_muon_create(const struct gpt *g, int threads, struct err *e);
void optim_muon_free(struct optim_muon *u);
void optim_muon_step(const struct optim *o, struct gpt *g, const float *grad, double lr,
		     const struct optim_pass *p, struct pool *pool);

/*
 * Its passes: m <- mu m + (1 - mu) scale g, x = mu m + (1 - mu) scale g; y = a y; w = keep w - rate
 * x
 */
void optim_nesterov(size_t n, const float *g, float *m, float *x, float mu, float scale);
void optim_scale(size_t n, float a, float *y);
void optim_move(size_t n, float *w, const float *x, float keep, float rate);

#endif
