/*
 * llc - the local learning coefficient of a loss L at a point w*, by sampling
 *
 *     lambda_hat = nbeta (E[L(w)] - L(w*))       Lau et al., arXiv 2308.12108
 *
 * where nbeta = n beta is the number of samples times the inverse temperature, and the mean is over
 * w = w* + s u, with u distributed as
 *
 *     exp(-U(u)),   U(u) = nbeta L(w* + s u) + gamma / 2 |u|^2
 *
 * u are the coordinates of a struct llc_space, s is the scale of each, and gamma is the strength of
 * the Gaussian that keeps u near 0.  The sampler knows nothing of networks: a potential is a
 * function that returns a loss and its gradient, so that tests can use potentials whose coefficient
 * is known.
 *
 *     potential, space --llc_run--> chains --llc_summary--> estimate and diagnostics
 */
#ifndef LLC_LLC_H
#define LLC_LLC_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "pool.h"
#include "rng.h"

/*
 * A loss L over the floats w.  Each thread has a potential of its own, with its own scratch; all of
 * them must compute the same function.
 */
struct llc_potential {
	void *arg;
	/*
	 * The mean loss at @w in nats and, unless @grad is NULL, its gradient there.
	 * @all: 1: over all the data; 0: over the batch that draw chose last
	 */
	double (*loss)(void *arg, const float *w, int all, float *grad);
	void (*draw)(void *arg, struct rng *r); /* choose a batch; NULL: there are none */
	double (*accuracy)(void *arg, const float *w); /* over all the data; NULL: unknown */
};

/* Floats at .. at + n - 1 of w are sampled, in units of scale. */
struct llc_span {
	size_t at, n;
	float scale;
};

/* Which floats of w are coordinates, and in which units.  All others are held fixed. */
struct llc_space {
	size_t floats; /* of w */
	const float *center; /* (floats) w* */
	double loss; /* L(w*) over all the data */
	const struct llc_span *span; /* (spans), ascending, without overlap */
	int spans;
	size_t d; /* coordinates: the sum of the spans' n */
};

enum llc_sampler { LLC_HMC, LLC_BAOAB, LLC_SGLD, LLC_RMSPROP };
#define LLC_SAMPLER_NAMES "hmc|baoab|sgld|rmsprop-sgld" /* in this order */

struct llc_settings {
	enum llc_sampler sampler;
	double nbeta, gamma;
	double step; /* length of a step in time, or epsilon of SGLD; 0: by gamma */
	int chains, draws, burn_in; /* draws of a chain, and steps before the first draw */
	int leapfrog; /* HMC: steps between draws */
	int batch; /* take gradients over batches; not with HMC */
	int loss_all; /* with batches: take the loss of a draw over all the data, not the batch */
	uint64_t seed;
};

/* What a chain saw.  All means are over its draws. */
struct llc_chain {
	double *excess; /* (draws) L(w) - L(w*) */
	double *heat; /* (draws) u . grad U / d; its mean is 1 in equilibrium (equipartition) */
	double virial; /* mean of nbeta u . grad L / 2, a second estimate of lambda */
	double square; /* mean of |u|^2 / d */
	double accept; /* share of proposals accepted; NaN: the sampler makes none */
	double accuracy; /* mean over some of the draws; NaN: unknown */
	double step; /* length of the steps between draws */
	long gradients; /* that were computed */
	int finite; /* 0: a loss was not finite, and the chain ended there */
};

/*
 * llc_run - sample @settings->chains chains
 *
 * @potential: (threads of @pool), one for each
 * @chain:     (chains), filled; free with llc_chains_free
 *
 * A chain starts at w* with its own generator, seeded by its number, and runs on one thread, so
 * results are the same bits with any number of threads.  HMC uses BAOAB for the burn-in, then runs
 * a few trial trajectories; if fewer than half are accepted, it halves the step and tries again.
 *
 * Returns 0, or -1 with @e when memory runs out.
 */
int llc_run(const struct llc_settings *settings, const struct llc_space *space,
	    const struct llc_potential *potential, struct pool *pool, struct llc_chain *chain,
	    struct err *e);
void llc_chains_free(struct llc_chain *chain, int n);

/* Whether an estimate can be trusted.  From LLC_HOT on it is refused: lambda is NaN. */
enum llc_status {
	LLC_OK = 0,
	LLC_SHORT = 1, /* T (see llc_summary) below .99: the chains are too short */
	LLC_LEFT = 2, /* the chains have left the basin of w*: half of the accuracy is lost */
	LLC_HOT = 10, /* T above 1.01: the step is too long */
	LLC_REJECTED = 11, /* fewer than .3 of the proposals accepted */
	LLC_INFINITE = 12, /* a loss was not finite */
	LLC_NEGATIVE = 13, /* lambda_hat below 0: w* is no minimum */
};
const char *llc_status_text(enum llc_status status); /* a clause for a message or a table */

struct llc_summary {
	double lambda; /* nbeta times the mean excess; NaN when refused */
	double raw; /* the same, refused or not */
	double se; /* between chains; of a single chain, from its effective draws */
	double temperature, temperature_se, virial, distance, accept, accuracy, ess, step;
	enum llc_status status;
};

/*
 * llc_summary - the estimate and its diagnostics
 *
 * @accuracy: at w*, or NaN
 *
 * temperature, T, is the mean of heat; distance is the root mean square of u; ess is the effective
 * sample size of the losses of all chains together (llc_ess).  The limits on T are widened by three
 * standard errors of T, which matters when there are few coordinates; the standard error is the
 * larger of that between chains and that within chains.
 */
void llc_summary(const struct llc_settings *settings, const struct llc_chain *chain,
		 double accuracy, struct llc_summary *s);

/*
 * llc_ess - effective sample size of @n correlated draws: n / (1 + 2 sum of autocorrelations)
 *
 * The sum ends before the first pair of neighbouring lags whose sum is not positive (Geyer,
 * "Practical Markov chain Monte Carlo", Statistical Science 7, 1992).  The result is between 1
 * and n.
 */
double llc_ess(const double *x, int n);

/*
 * llc_trace - Hutchinson's estimate of the trace of the Hessian of L at w*, in the coordinates u
 *
 * @probes: random vectors z, whose entries are +-1 with equal probability
 * @trace:  mean over z of z . (grad L(w* + h s z) - grad L(w* - h s z)) / (2 h), with h = 1e-4 and
 *          gradients in u
 * @se:     its standard error; NaN for one probe
 *
 * Source: see trace.c.  Returns 0, or -1 with @e when memory runs out.
 */
int llc_trace(const struct llc_space *space, const struct llc_potential *potential, int probes,
	      uint64_t seed, double *trace, double *se, struct err *e);

#endif
