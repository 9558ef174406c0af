/*
 * llc - run the chains on threads, and summarise them: estimate, standard error, diagnostics
 */
#include <math.h>
#include <stdlib.h>

#include "llc/internal.h"

struct job {
	const struct llc_settings *settings;
	const struct llc_space *space;
	const struct llc_potential *potential;
	struct llc_chain *chain;
	int threads;
	int *failed; /* (threads) */
};

static void work(void *arg, int thread)
{
	struct job *j = arg;
	int i;

	for (i = thread; i < j->settings->chains && !j->failed[thread]; i += j->threads)
		j->failed[thread] = llc_chain_run(j->settings, j->space, &j->potential[thread], i,
						  &j->chain[i]);
}

int llc_run(const struct llc_settings *settings, const struct llc_space *space,
	    const struct llc_potential *potential, struct pool *pool, struct llc_chain *chain,
	    struct err *e)
{
	struct job j = { settings, space, potential, chain, pool_threads(pool), NULL };
	int n = settings->chains, failed = 0, i;

	for (i = 0; i < n; i++) {
		chain[i] = (struct llc_chain){ 0 };
		chain[i].excess = calloc((size_t)settings->draws, sizeof(*chain[i].excess));
		chain[i].heat = calloc((size_t)settings->draws, sizeof(*chain[i].heat));
		failed |= !chain[i].excess || !chain[i].heat;
	}
	j.failed = calloc((size_t)j.threads, sizeof(*j.failed));
	failed |= !j.failed;
	if (!failed)
		pool_run(pool, work, &j);
	for (i = 0; !failed && i < j.threads; i++)
		failed |= j.failed[i];
	free(j.failed);
	if (!failed)
		return 0;
	llc_chains_free(chain, n);
	return err_memory(e);
}

void llc_chains_free(struct llc_chain *chain, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		free(chain[i].excess);
		free(chain[i].heat);
		chain[i].excess = chain[i].heat = NULL;
	}
}

static double mean(const double *x, int n)
{
	double sum = 0;
	int i;

	for (i = 0; i < n; i++)
		sum += x[i];
	return sum / n;
}

/* Mean of (x[i] - m) (x[i + lag] - m), over n. */
static double covariance(const double *x, int n, double m, int lag)
{
	double sum = 0;
	int i;

	for (i = 0; i + lag < n; i++)
		sum += (x[i] - m) * (x[i + lag] - m);
	return sum / n;
}

double llc_ess(const double *x, int n)
{
	double m = mean(x, n), variance = covariance(x, n, m, 0), sum = 0, pair, ess;
	int lag;

	if (!(variance > 0))
		return n;
	for (lag = 0; lag + 1 < n; lag += 2) {
		pair = covariance(x, n, m, lag) + covariance(x, n, m, lag + 1);
		if (!(pair > 0))
			break;
		sum += pair / variance;
	}
	ess = n / fmax(2 * sum - 1, 1);
	return ess < 1 ? 1 : ess;
}

const char *llc_status_text(enum llc_status status)
{
	switch (status) {
	case LLC_OK:
		return "ok";
	case LLC_SHORT:
		return "T is below .99: the chains are too short";
	case LLC_LEFT:
		return "the chains have left the basin: half of the accuracy is lost";
	case LLC_HOT:
		return "T is above 1.01: the step is too long";
	case LLC_REJECTED:
		return "fewer than .3 of the proposals are accepted";
	case LLC_INFINITE:
		return "the loss is not finite";
	case LLC_NEGATIVE:
		return "the loss falls along the chains: this is no minimum";
	}
	return "unknown";
}

static enum llc_status judge(const struct llc_summary *s, double accuracy, int finite)
{
	double noise = 3 * s->temperature_se;

	if (!finite || !isfinite(s->raw) || !isfinite(s->temperature))
		return LLC_INFINITE;
	if (s->accept < .3)
		return LLC_REJECTED;
	if (s->temperature > 1.01 + noise)
		return LLC_HOT;
	if (s->raw < 0)
		return LLC_NEGATIVE;
	if (s->accuracy < accuracy / 2)
		return LLC_LEFT;
	return s->temperature < .99 - noise ? LLC_SHORT : LLC_OK;
}

/* Mean of a series over all chains with its standard errors, between chains and within them. */
struct pooled {
	double mean, between, within, ess;
};

static struct pooled pool_series(const struct llc_chain *chain, int n, int draws, int heat)
{
	struct pooled p = { 0 };
	double spread = 0, within = 0, m;
	int i;

	for (i = 0; i < n; i++)
		p.mean += mean(heat ? chain[i].heat : chain[i].excess, draws) / n;
	for (i = 0; i < n; i++) {
		const double *x = heat ? chain[i].heat : chain[i].excess;

		m = mean(x, draws);
		spread += (m - p.mean) * (m - p.mean);
		within += covariance(x, draws, m, 0) / n;
		p.ess += llc_ess(x, draws);
	}
	p.between = n > 1 ? sqrt(spread / (n - 1) / n) : (double)NAN;
	p.within = sqrt(within / p.ess);
	return p;
}

void llc_summary(const struct llc_settings *settings, const struct llc_chain *chain,
		 double accuracy, struct llc_summary *s)
{
	int n = settings->chains, draws = settings->draws, finite = 1, i;
	struct pooled loss = pool_series(chain, n, draws, 0),
		      heat = pool_series(chain, n, draws, 1);
	double square = 0;

	*s = (struct llc_summary){ 0 };
	for (i = 0; i < n; i++) {
		const struct llc_chain *c = &chain[i];

		s->virial += c->virial / n;
		s->accept += c->accept / n;
		s->accuracy += c->accuracy / n;
		s->step += c->step / n;
		square += c->square / n;
		finite &= c->finite;
	}
	s->raw = settings->nbeta * loss.mean;
	s->se = settings->nbeta * (n > 1 ? loss.between : loss.within);
	if (!(s->se > 0)) /* draws that never moved tell nothing of their spread */
		s->se = NAN;
	s->ess = loss.ess;
	s->temperature = heat.mean;
	s->temperature_se = fmax(heat.between, heat.within); /* not NaN, which fmax leaves out */
	s->distance = sqrt(square);
	if (!finite) /* of a chain that ended early there are no means */
		s->raw = s->se = s->ess = s->temperature = s->temperature_se = s->distance =
			s->virial = s->accuracy = (double)NAN;
	s->status = judge(s, accuracy, finite);
	s->lambda = s->status < LLC_HOT ? s->raw : (double)NAN;
}
