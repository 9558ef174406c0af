/* What tests of the sampler share: chains on any potential, and a quadratic one. */
#ifndef LLC_SAMPLE_H
#define LLC_SAMPLE_H

#include "check.h"
#include "llc/llc.h"

static struct err e;
static struct pool *pool[2];

static void sample(const struct llc_settings *set, const struct llc_potential *potential,
		   const struct llc_space *space, struct llc_summary *s)
{
	struct llc_potential both[2] = { *potential, *potential };
	struct llc_chain chain[64];

	check(!llc_run(set, space, both, pool[0], chain, &e));
	llc_summary(set, chain, (double)NAN, s);
	llc_chains_free(chain, set->chains);
}

/* lambda_hat of @potential over all its @d floats at @center, in units of 1. */
static void estimate(struct llc_settings set, double (*loss)(void *, const float *, int, float *),
		     void *arg, int d, const float *center, struct llc_summary *s)
{
	const struct llc_potential potential = { .arg = arg, .loss = loss };
	const struct llc_span span = { 0, (size_t)d, 1 };
	struct llc_space space = { (size_t)d, center, 0, &span, 1, (size_t)d };

	space.loss = loss(arg, center, 1, NULL);
	sample(&set, &potential, &space, s);
}

struct quadratic {
	int d;
	const double *h;
};

static double quadratic(void *arg, const float *w, int all, float *grad)
{
	const struct quadratic *q = arg;
	double sum = 0;
	int i;

	(void)all;
	for (i = 0; i < q->d; i++) {
		sum += q->h[i] / 2 * (double)w[i] * (double)w[i];
		if (grad)
			grad[i] = (float)(q->h[i] * (double)w[i]);
	}
	return sum;
}

#endif
