/* The iteration: gradient step, gate, and the values recorded; see sfm.h. */
#include "sfm/sfm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"
#include "rng.h"

enum { RNG_WEIGHTS = 0x736d }; /* purpose of rng_seed */

static size_t cells(const struct sfm *m)
{
	return (size_t)m->basis.D * (size_t)m->basis.D;
}

/* ---- losses ---- */

/* Sums over the cells of a part: squared errors and right answers. */
struct score {
	double square;
	int right;
};

/* One output: residuals of training cells in place of the predictions @x, scores of both parts. */
static void score_single(const struct sfm *m, double *x, struct score s[2])
{
	const struct sfm_data *d = m->data;

	for (size_t i = 0; i < cells(m); i++) {
		int train = d->split[i] == TASK_TRAIN;
		double y, r;

		if (d->split[i] == TASK_ABSENT) {
			x[i] = 0;
			continue;
		}
		y = d->value[d->answer[i]];
		r = y - x[i];
		s[!train].square += r * r;
		s[!train].right += x[i] * y > 0;
		x[i] = train ? r : 0;
	}
}

/* p outputs, y = 1 at the answer.  An answer is right when its output exceeds all others. */
static void score_onehot(const struct sfm *m, double *x, struct score s[2])
{
	const struct sfm_data *d = m->data;
	double *rival = m->work; /* largest output of another answer */
	size_t n = cells(m);

	for (size_t i = 0; i < n; i++)
		rival[i] = -INFINITY;
	for (int o = 0; o < d->outputs; o++)
		for (size_t i = 0; i < n; i++)
			if (o != d->answer[i])
				rival[i] = fmax(rival[i], x[(size_t)o * n + i]);
	for (size_t i = 0; i < n; i++)
		if (d->split[i] != TASK_ABSENT)
			s[d->split[i] != TASK_TRAIN].right +=
				x[(size_t)d->answer[i] * n + i] > rival[i];
	for (int o = 0; o < d->outputs; o++, x += n)
		for (size_t i = 0; i < n; i++) {
			double r = (o == d->answer[i]) - x[i];

			x[i] = d->split[i] == TASK_TRAIN ? r : 0;
			if (d->split[i] != TASK_ABSENT)
				s[d->split[i] != TASK_TRAIN].square += r * r;
		}
}

static enum sfm_phase phase(const struct sfm_row *r)
{
	const double zero = 0.5; /* loss of predicting 0 */

	if (r->test_loss < 0.01 * zero && r->train_loss < 0.5 * zero)
		return SFM_GENERALISING;
	if (!(r->train_loss < 0.5 * zero))
		return SFM_UNDERFIT;
	return r->test_loss < 0.5 * zero ? SFM_TRANSITION : SFM_MEMORISING;
}

/* What the weights predict: the residuals, and everything in the row that follows from them. */
static void measure(struct sfm *m)
{
	const struct sfm_data *d = m->data;
	struct sfm_row *r = &m->row;
	struct score s[2] = { { 0, 0 }, { 0, 0 } };
	int defined = d->outputs > 1 || d->signs;

	sfm_basis_synthesise(&m->basis, d->outputs, m->v, m->residual, m->work, m->pool);
	if (d->outputs > 1)
		score_onehot(m, m->residual, s);
	else
		score_single(m, m->residual, s);
	r->train_loss = 0.5 * s[0].square / d->train;
	r->test_loss = d->test ? 0.5 * s[1].square / d->test : NAN;
	r->train_acc = defined ? (double)s[0].right / d->train : NAN;
	r->test_acc = defined && d->test ? (double)s[1].right / d->test : NAN;
	r->lambda = 0.5 * r->support;
	r->complexity = sfm_complexity(r->lambda, d->task.modulus);
	r->free_energy = d->train * r->train_loss + r->lambda * log(d->train);
	r->objective = 0.5 * s[0].square + r->beta * log(d->train) * r->support;
	r->phase = phase(r);
}

/* ---- machine ---- */

/* Weights of the function that is y in the cells of one or both parts and 0 elsewhere */
static void set_weights(struct sfm *m, int parts)
{
	memset(m->residual, 0, sizeof(*m->residual) * cells(m) * (size_t)m->data->outputs);
	for (size_t i = 0; i < cells(m); i++)
		if (m->data->split[i] != TASK_ABSENT && m->data->split[i] <= parts)
			for (int o = 0; o < m->data->outputs; o++)
				m->residual[(size_t)o * cells(m) + i] =
					m->data->value[m->data->answer[i] * m->data->outputs + o];
	sfm_basis_analyse(&m->basis, m->data->outputs, m->residual, 0, 1, m->v, m->work, m->pool);
}

int sfm_init(struct sfm *m, const struct sfm_data *data, const struct sfm_config *c,
	     struct pool *pool, struct err *e)
{
	size_t n = (size_t)data->D * (size_t)data->D * (size_t)data->outputs;

	*m = (struct sfm){ .data = data, .pool = pool, .config = *c };
	if (sfm_basis_init(&m->basis, data->D, data->apart, e))
		return -1;
	m->v = calloc(n, sizeof(*m->v));
	m->residual = calloc(n, sizeof(*m->residual));
	m->work = calloc(n, sizeof(*m->work));
	if (!m->v || !m->residual || !m->work) {
		sfm_free(m);
		return err_memory(e);
	}
	if (c->step == 0)
		m->config.step = (double)data->train / (double)cells(m);
	if (c->init == SFM_INTERPOLANT) {
		set_weights(m, TASK_TRAIN);
	} else if (c->init == SFM_NORMAL) {
		struct rng r;

		/* Predictions of the size of the answers */
		rng_seed(&r, (uint64_t)c->seed, RNG_WEIGHTS);
		for (size_t i = 0; i < n; i++)
			m->v[i] = rng_normal(&r) / sqrt(data->outputs);
	}
	m->row.support = sfm_basis_gate(&m->basis, data->outputs, m->v, 0, m->work, data->sign,
					&m->row.diagonal);
	measure(m);
	return 0;
}

void sfm_free(struct sfm *m)
{
	sfm_basis_free(&m->basis);
	free(m->v);
	free(m->residual);
	free(m->work);
	m->v = m->residual = m->work = NULL;
}

/* beta_t and tau of iteration r->t */
static void schedule(const struct sfm *m, struct sfm_row *r)
{
	double n = m->data->train;

	r->beta = m->config.beta;
	if (m->config.schedule == SFM_RAMP)
		r->beta *= (double)r->t / SFM_RAMP_STEPS;
	if (m->config.schedule == SFM_NEFF) /* ln n / n falls from n = e on */
		n = fmax(exp(1), n * fmin(1, (double)r->t / SFM_RAMP_STEPS));
	r->tau = sqrt(2 * m->config.step * r->beta * log(n) / n);
}

void sfm_step(struct sfm *m)
{
	const struct sfm_data *d = m->data;
	double f = (double)d->train / (double)cells(m);

	m->row.t++;
	schedule(m, &m->row);
	sfm_basis_analyse(&m->basis, d->outputs, m->residual, 1 - m->config.weight_decay,
			  m->config.step / f, m->v, m->work, m->pool);
	m->row.support = sfm_basis_gate(&m->basis, d->outputs, m->v, m->row.tau, m->work, d->sign,
					&m->row.diagonal);
	measure(m);
}

void sfm_weights(const struct sfm *m, float *w)
{
	int D = m->basis.D;

	for (int k = 0; k < D; k++)
		for (int l = 0; l < D; l++, w += 2) {
			double square = 0;
			double complex c = 0;

			for (int o = 0; o < m->data->outputs; o++) {
				c = sfm_basis_coefficient(&m->basis, m->v + (size_t)o * cells(m), k,
							  l);
				square += creal(c) * creal(c) + cimag(c) * cimag(c);
			}
			w[0] = (float)(m->data->outputs > 1 ? sqrt(square) : creal(c));
			w[1] = (float)(m->data->outputs > 1 ? 0 : cimag(c));
		}
}

int sfm_features(const struct sfm_data *d, struct pool *pool, int *features, struct err *e)
{
	const struct sfm_config none = { .init = SFM_ZERO };
	struct sfm m;

	if (sfm_init(&m, d, &none, pool, e))
		return -1;
	set_weights(&m, TASK_TEST);
	*features = sfm_basis_gate(&m.basis, d->outputs, m.v, 1e-6, m.work, d->sign, NULL);
	sfm_free(&m);
	return 0;
}
