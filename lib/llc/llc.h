/*
 * llc - the local learning coefficient of a loss L at a point w*, by sampling
 *
 *     lambda_hat = nbeta (E[L(w)] - L(w*))       Lau et al., arXiv 2308.12108
 *
 * where the mean is over w = w* + s u with the density
 *
 *     exp(-U(u)),   U(u) = nbeta L(w* + s u) + gamma / 2 |u|^2
 *
 * in the coordinates u of a struct llc_space.  The sampler knows nothing of networks: a potential
 * is a function that returns a loss and its gradient, so that potentials with known answers can
 * test it.
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
 * A loss over the floats w.  Each thread has a potential of its own, so that scratch need not be
 * shared; all of them must compute the same.
 */
struct llc_potential {
	void *arg;
	/*
	 * The mean loss at @w and, unless @grad is NULL, its gradient there.
	 * @all: over all the data; 0: over the batch that draw chose last
	 */
	double (*loss)(void *arg, const float *w, int all, float *grad);
	void (*draw)(void *arg, struct rng *r); /* choose a batch; NULL: there are none */
	double (*accuracy)(void *arg, const float *w); /* over all the data; NULL: unknown */
};

/* Floats at .. at + n - 1 of w that move, in units of @scale. */
struct llc_span {
	size_t at, n;
	float scale;
};

/* Which floats of w are coordinates, and in which units.  All others stay as they are. */
struct llc_space {
	size_t floats; /* of w */
	const float *center; /* (floats) w* */
	double loss; /* L(w*) over all the data */
	const struct llc_span *span; /* ascending, apart from one another */
	int spans;
	size_t d; /* coordinates: the sum of the spans' n */
};

enum llc_sampler { LLC_HMC, LLC_BAOAB, LLC_SGLD, LLC_RMSPROP };
#define LLC_SAMPLER_NAMES "hmc|baoab|sgld|rmsprop-sgld" /* in this order */

struct llc_settings {
	enum llc_sampler sampler;
	double nbeta, gamma;
	double step; /* time of a step, or epsilon of SGLD; 0: llc_default_step */
	int chains, draws, burn_in; /* draws of a chain, and the steps before the first */
	int leapfrog; /* HMC: steps between draws */
	int batch; /* gradients are of batches; not with HMC */
	int loss_all; /* with batches: the loss of a draw is over all the data, not the batch */
	uint64_t seed;
};

/*
 * llc_default_step - a tenth of 1 / sqrt(gamma), the standard deviation of u without data; for SGLD
 * its square, and a tenth of that with RMSProp, whose factor is at most 10
 */
double llc_default_step(enum llc_sampler sampler, double gamma);

/* What a chain saw.  All means are over its draws. */
struct llc_chain {
	double *excess; /* (draws) L(w) - L(w*) */
	double *heat; /* (draws) u . grad U / d: its mean is 1 in equilibrium */
	double virial; /* mean of nbeta u . grad L / 2 */
	double square; /* mean of |u|^2 / d */
	double accept; /* share of proposals accepted; NaN: the sampler makes none */
	double accuracy; /* mean over some draws; NaN: unknown */
	double step; /* of the draws */
	long gradients;
	int finite; /* 0: a loss was not finite, and the chain ended there */
};

/*
 * llc_run - sample @settings->chains chains
 *
 * @potential: (threads of @pool), one for each
 * @chain:     (chains), filled; free with llc_chains_free
 *
 * A chain starts at w* with its own generator, seeded by its number, and is run by one thread:
 * results are the same bits on any number of threads.  HMC burns in by BAOAB, and while fewer than
 * half of a few trial trajectories are accepted it halves the step and begins again.
 *
 * Returns 0, or -1 with @e when memory runs out.
 */
int llc_run(const struct llc_settings *settings, const struct llc_space *space,
	    const struct llc_potential *potential, struct pool *pool, struct llc_chain *chain,
	    struct err *e);
void llc_chains_free(struct llc_chain *chain, int n);

/* What became of an estimate.  From LLC_HOT on there is none: lambda is NaN. */
enum llc_status {
	LLC_OK = 0,
	LLC_SHORT = 1, /* T below .99: chains too short */
	LLC_LEFT = 2, /* the chains have left the basin: half of the accuracy is lost */
	LLC_HOT = 10, /* T above 1.01: the step is too long */
	LLC_REJECTED = 11, /* fewer than .3 of the proposals accepted */
	LLC_INFINITE = 12, /* a loss was not finite */
	LLC_NEGATIVE = 13, /* lambda_hat below 0: w* is no minimum */
};
const char *llc_status_text(enum llc_status status); /* half a sentence for people */

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
 * temperature, T, is the mean of heat; distance the root mean square of u; ess the number of
 * independent draws that the losses of all chains are worth.  The limits on T are widened by three
 * standard errors of T, the larger of that between chains and that within them; it matters when
 * coordinates are few.
 */
void llc_summary(const struct llc_settings *settings, const struct llc_chain *chain,
		 double accuracy, struct llc_summary *s);

/*
 * llc_ess - how many independent draws @n correlated ones are worth: n / (1 + 2 sum of
 * autocorrelations), the sum ended where a pair of neighbours is no longer positive (Geyer,
 * "Practical Markov chain Monte Carlo", Statistical Science 7, 1992); between 1 and n
 */
double llc_ess(const double *x, int n);

/*
 * llc_trace - the trace of the Hessian of L at w* in the coordinates u, by Hutchinson's probes
 *
 * The mean over @probes of z . (grad L(w* + h s z) - grad L(w* - h s z)) / 2 h with entries of z
 * +-1 and h = 1e-4.  @se: its standard error, NaN for one probe.  Returns -1 with @e when memory
 * runs out.
 */
int llc_trace(const struct llc_space *space, const struct llc_potential *potential, int probes,
	      uint64_t seed, double *trace, double *se, struct err *e);

#endif
