/*
 * llc chain - one chain of each sampler
 *
 * A place of the chain is u with the loss there and the gradients of L and U.  With batches, loss
 * and gradients are those of a batch that is drawn after the place has been reached, so they are
 * unbiased.
 *
 *   HMC         trajectories of leapfrog steps, accepted or rejected by Metropolis's rule (Neal,
 *               "MCMC using Hamiltonian dynamics", arXiv 1206.1901).  The step of a trajectory is
 *               varied at random by up to a fifth, so that no orbit closes on itself.
 *   BAOAB       Langevin dynamics of unit mass, split as in Leimkuhler and Matthews ("Rational
 *               construction of stochastic numerical methods", AMRX 2013): without bias for
 *               quadratic losses at any step.
 *   SGLD        u -= eps/2 grad U, + sqrt(eps) noise (Welling and Teh, 2011)
 *   RMSProp     the same, preconditioned (Li et al., arXiv 1512.07666), without the term that
 *               corrects for the change of the preconditioner
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gpt/optim.h"
#include "llc/internal.h"

/*
 * h = 0.1 / sqrt(gamma), a tenth of the standard deviation that u has without data; h^2 for SGLD;
 * 0.1 h^2 with RMSProp, whose preconditioner is at most 10
 */
static double default_step(enum llc_sampler sampler, double gamma)
{
	double time = 0.1 / sqrt(gamma);

	if (sampler == LLC_RMSPROP)
		return time * time / 10;
	return sampler == LLC_SGLD ? time * time : time;
}

enum {
	TRIALS = 4, /* trajectories from which a step is judged */
	HALVINGS = 6,
	ACCURACIES = 8, /* draws of a chain at which the accuracy is taken */
};

struct walk {
	const struct llc_settings *set;
	const struct llc_space *space;
	const struct llc_potential *potential;
	struct llc_chain *out;
	struct rng rng;
	double step;
	/* the place */
	float *u, *g, *gu;
	double loss;
	float *p, *noise; /* momentum; also the mean square of RMSProp */
	float *old_u, *old_gu; /* HMC: where the trajectory began */
	float *w, *grad; /* scratch */
	float *room;
};

static void open_walk(struct walk *k, int number)
{
	size_t d = k->space->d, n = k->space->floats;

	k->u = k->room;
	k->g = k->u + d;
	k->gu = k->g + d;
	k->p = k->gu + d;
	k->noise = k->p + d;
	k->old_u = k->noise + d;
	k->old_gu = k->old_u + d;
	k->w = k->old_gu + d;
	k->grad = k->w + n;
	memcpy(k->w, k->space->center, n * sizeof(*k->w));
	rng_seed(&k->rng, k->set->seed, 0x6c6c63 + (uint64_t)number);
}

/* The loss and the gradients at u. */
static void look(struct walk *k)
{
	const struct llc_potential *p = k->potential;
	int all = !k->set->batch;

	if (!all)
		p->draw(p->arg, &k->rng);
	llc_move(k->space, k->u, k->w);
	k->loss = p->loss(p->arg, k->w, all, k->grad);
	k->out->gradients++;
	if (!isfinite(k->loss))
		k->out->finite = 0;
	llc_gather(k->space, k->set->nbeta, k->set->gamma, k->grad, k->u, k->gu);
}

static void start(struct walk *k)
{
	size_t d = k->space->d;

	memset(k->u, 0, d * sizeof(*k->u));
	if (k->set->sampler == LLC_RMSPROP)
		memset(k->p, 0, d * sizeof(*k->p));
	else
		llc_noise(&k->rng, d, k->p);
	look(k);
}

/* One step of BAOAB.  The friction 2 sqrt(gamma) damps critically where the loss is flat. */
static void baoab(struct walk *k)
{
	size_t d = k->space->d;
	float h = (float)k->step;
	double keep = exp(-2 * sqrt(k->set->gamma) * k->step);

	llc_add(d, -h / 2, k->gu, k->p);
	llc_add(d, h / 2, k->p, k->u);
	llc_noise(&k->rng, d, k->noise);
	optim_scale(d, (float)keep, k->p);
	llc_add(d, (float)sqrt(1 - keep * keep), k->noise, k->p);
	llc_add(d, h / 2, k->p, k->u);
	look(k);
	llc_add(d, -h / 2, k->gu, k->p);
}

static void sgld(struct walk *k)
{
	size_t d = k->space->d;

	llc_noise(&k->rng, d, k->noise);
	if (k->set->sampler == LLC_RMSPROP) {
		llc_gather(k->space, 1, 0, k->grad, k->u, k->g);
		llc_precondition(d, (float)k->step, k->g, k->gu, k->noise, k->p, k->u);
	} else {
		llc_add(d, (float)(-k->step / 2), k->gu, k->u);
		llc_add(d, (float)sqrt(k->step), k->noise, k->u);
	}
	look(k);
}

/* U + |p|^2 / 2 */
static double energy(const struct walk *k)
{
	size_t d = k->space->d;

	return k->set->nbeta * (k->loss - k->space->loss) +
	       k->set->gamma / 2 * llc_dot(d, k->u, k->u) + llc_dot(d, k->p, k->p) / 2;
}

/* A trajectory; returns whether its end was accepted. */
static int trajectory(struct walk *k)
{
	size_t d = k->space->d, bytes = d * sizeof(*k->u);
	float h = (float)(k->step * (0.8 + 0.4 * rng_uniform(&k->rng)));
	double before, loss = k->loss, rise;
	int i;

	llc_noise(&k->rng, d, k->p);
	before = energy(k);
	memcpy(k->old_u, k->u, bytes);
	memcpy(k->old_gu, k->gu, bytes);
	for (i = 0; i < k->set->leapfrog && k->out->finite; i++) {
		llc_add(d, i ? -h : -h / 2, k->gu, k->p);
		llc_add(d, h, k->p, k->u);
		look(k);
	}
	llc_add(d, -h / 2, k->gu, k->p);
	rise = energy(k) - before;
	if (k->out->finite && rng_uniform(&k->rng) < exp(-rise))
		return 1;
	k->out->finite = 1;
	memcpy(k->u, k->old_u, bytes);
	memcpy(k->gu, k->old_gu, bytes);
	k->loss = loss;
	return 0;
}

/* Walk on to the next draw. */
static void advance(struct walk *k)
{
	if (k->set->sampler == LLC_HMC)
		k->out->accept += trajectory(k) / (double)k->set->draws;
	else if (k->set->sampler == LLC_BAOAB)
		baoab(k);
	else
		sgld(k);
}

/* From w* to equilibrium, with steps of the time that was asked for. */
static void burn_in(struct walk *k)
{
	int halvings, accepted, steps, i;

	if (k->set->sampler != LLC_HMC) {
		start(k);
		for (i = 0; i < k->set->burn_in && k->out->finite; i++)
			advance(k);
		return;
	}
	for (halvings = 0;; halvings++) {
		k->out->finite = 1;
		start(k);
		steps = k->set->burn_in << halvings;
		for (i = 0; i < steps && k->out->finite; i++)
			baoab(k);
		for (i = accepted = 0; i < TRIALS && k->out->finite; i++)
			accepted += trajectory(k);
		if (2 * accepted >= TRIALS || halvings == HALVINGS)
			return;
		k->step /= 2;
	}
}

/* Add what is at hand to the means over draws. */
static void record(struct walk *k, int i)
{
	const struct llc_potential *p = k->potential;
	struct llc_chain *c = k->out;
	size_t d = k->space->d;
	int n = k->set->draws, every = (n + ACCURACIES - 1) / ACCURACIES;
	double square = llc_dot(d, k->u, k->u), all = llc_dot(d, k->u, k->gu);

	llc_move(k->space, k->u, k->w);
	if (!k->set->batch)
		c->excess[i] = k->loss - k->space->loss;
	else if (k->set->loss_all)
		c->excess[i] = p->loss(p->arg, k->w, 1, NULL) - k->space->loss;
	else
		c->excess[i] = k->loss - p->loss(p->arg, k->space->center, 0, NULL);
	c->heat[i] = all / (double)d;
	c->virial += (all - k->set->gamma * square) / 2 / n;
	c->square += square / (double)d / n;
	if (p->accuracy && i % every == 0)
		c->accuracy += p->accuracy(p->arg, k->w) / ((n + every - 1) / every);
}

int llc_chain_run(const struct llc_settings *settings, const struct llc_space *space,
		  const struct llc_potential *potential, int number, struct llc_chain *c)
{
	struct walk k = { .set = settings, .space = space, .potential = potential, .out = c };
	int i;

	k.room = malloc((7 * space->d + 2 * space->floats + 1) * sizeof(*k.room));
	if (!k.room)
		return -1;
	open_walk(&k, number);
	c->accept = settings->sampler == LLC_HMC ? 0 : (double)NAN;
	c->accuracy = potential->accuracy ? 0 : (double)NAN;
	c->finite = 1;
	k.step = settings->step > 0 ? settings->step
				    : default_step(settings->sampler, settings->gamma);
	burn_in(&k);
	for (i = 0; i < settings->draws && c->finite; i++) {
		advance(&k);
		record(&k, i);
	}
	c->step = k.step;
	free(k.room);
	return 0;
}
