/*
 * report - measures of a matrix or a function as records
 */
#include "spectrum/report.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rng.h"
#include "stream/run.h"
#include "stream/tensor.h"

void spectrum_report_add(struct spectrum_report *r, const char *name, double x)
{
	assert(r->n < SPECTRUM_VALUES);
	r->values[r->n++] = (struct value){ name, x };
}

int spectrum_report_metrics(struct spectrum_report *r, struct err *e)
{
	int n = r->n;

	r->n = 0;
	return run_put_metrics(r->out, "grok-spectrum", r->run, r->step, r->of, r->values, n, e);
}

int spectrum_report_tensor(struct spectrum_report *r, const char *name, enum dtype dtype, int ndim,
			   const size_t *shape, const void *data, struct err *e)
{
	char whole[FORMAT_NAME + 1];

	snprintf(whole, sizeof(whole), "%s%s%s", name, r->of ? " " : "", r->of ? r->of : "");
	return tensor_put(r->out, r->run, r->step, whole, ROLE_MEASURE,
			  tensor_over(dtype, ndim, shape, data), e);
}

/* The matrix under measurement and room for what comes of it */
struct measured {
	const float *x;
	int n, C, draws;
	struct spectrum_null null;
	float *F; /* (n, C) */
	float *norm; /* (n/2 + 1) */
	double *share; /* (min(n, C)) */
	float *mean, *axis; /* (C), (AXES, C) */
	float *at; /* (n, AXES) */
	float *plane; /* (PLANES, n, 2) */
	struct spectrum_ring *rings; /* (n/2) */
	float (*table)[6]; /* (n/2) */
	int *keys; /* (n) */
};

static int measured_init(struct measured *s, const float *x, int n, int C, int draws, struct err *e)
{
	size_t N = (size_t)n;

	*s = (struct measured){ .x = x, .n = n, .C = C, .draws = draws };
	spectrum_null(n, C, &s->null);
	s->F = malloc(sizeof(*s->F) * N * (size_t)C);
	s->norm = malloc(sizeof(*s->norm) * (N / 2 + 1));
	s->share = malloc(sizeof(*s->share) * (size_t)(n < C ? n : C));
	s->mean = malloc(sizeof(*s->mean) * (size_t)C);
	s->axis = malloc(sizeof(*s->axis) * SPECTRUM_AXES * (size_t)C);
	s->at = malloc(sizeof(*s->at) * SPECTRUM_AXES * N);
	s->plane = malloc(sizeof(*s->plane) * SPECTRUM_PLANES * 2 * N);
	s->rings = malloc(sizeof(*s->rings) * (N / 2));
	s->table = malloc(sizeof(*s->table) * (N / 2));
	s->keys = malloc(sizeof(*s->keys) * N);
	if (!s->F || !s->norm || !s->share || !s->mean || !s->axis || !s->at || !s->plane ||
	    !s->rings || !s->table || !s->keys)
		return err_memory(e);
	return 0;
}

static void measured_free(struct measured *s)
{
	free(s->F);
	free(s->norm);
	free(s->share);
	free(s->mean);
	free(s->axis);
	free(s->at);
	free(s->plane);
	free(s->rings);
	free(s->table);
	free(s->keys);
}

/* Gini and IPR of both spectra beside their null values */
static int concentration(struct spectrum_report *r, struct measured *s, struct err *e)
{
	size_t N = (size_t)s->n * s->C, bins = (size_t)s->n / 2;
	const size_t shape[] = { (size_t)s->n, (size_t)s->C }, length = bins + 1;
	double gini, ipr;

	if (spectrum_dft2(s->x, s->n, s->C, s->F, e) || spectrum_gini(s->F, N, &gini, e))
		return -1;
	ipr = spectrum_ipr(s->F, N);
	spectrum_report_add(r, "spectrum.gini2d", gini);
	spectrum_report_add(r, "spectrum.gini2d_null", s->null.gini2d);
	spectrum_report_add(r, "spectrum.ipr2d", ipr);
	spectrum_report_add(r, "spectrum.ipr2d_null", s->null.ipr2d);
	spectrum_report_add(r, "spectrum.participation2d", 1 / ipr);
	for (size_t i = 0; i < N; i++)
		s->F[i] = (float)((double)s->F[i] * s->F[i] / (double)N);
	if (spectrum_norms(s->x, s->n, s->C, s->norm, e) ||
	    spectrum_gini(s->norm + 1, bins, &gini, e))
		return -1;
	ipr = spectrum_ipr(s->norm + 1, bins);
	spectrum_report_add(r, "spectrum.gini", gini);
	spectrum_report_add(r, "spectrum.gini_null", s->null.gini);
	spectrum_report_add(r, "spectrum.ipr", ipr);
	spectrum_report_add(r, "spectrum.ipr_null", s->null.ipr);
	spectrum_report_add(r, "spectrum.participation", 1 / ipr);
	if (spectrum_report_tensor(r, "spectrum.power2d", DTYPE_F4, 2, shape, s->F, e))
		return -1;
	return spectrum_report_tensor(r, "spectrum.norms", DTYPE_F4, 1, &length, s->norm, e);
}

/* Variance and places on the axes of another matrix; s->mean is the mean row of this one. */
static int on_frozen_axes(struct spectrum_report *r, struct measured *s, const struct frozen *f,
			  struct err *e)
{
	static const char *const names[] = { "spectrum.pca1_frozen", "spectrum.pca2_frozen",
					     "spectrum.pca3_frozen" };
	const size_t shape[] = { (size_t)s->n, (size_t)f->axes };
	double energy = 0;

	for (int i = 0; i < s->n; i++)
		for (int j = 0; j < s->C; j++)
			energy += pow((double)s->x[(size_t)i * s->C + j] - s->mean[j], 2);
	spectrum_project(s->x, s->n, s->C, s->mean, f->axis, f->axes, s->at);
	for (int a = 0; a < f->axes; a++) {
		double sum = 0;

		for (int i = 0; i < s->n; i++)
			sum += pow(s->at[i * f->axes + a], 2);
		spectrum_report_add(r, names[a], energy > 0 ? sum / energy : 0);
	}
	spectrum_project(s->x, s->n, s->C, f->mean, f->axis, f->axes, s->at);
	return spectrum_report_tensor(r, "spectrum.pca_frozen", DTYPE_F4, 2, shape, s->at, e);
}

/* Principal components; leaves the places on the two largest in s->plane (n, 2) */
static int components(struct spectrum_report *r, struct measured *s, struct err *e)
{
	static const char *const names[] = { "spectrum.pca1", "spectrum.pca2", "spectrum.pca3" };
	int N = s->n < s->C ? s->n : s->C, axes = N < SPECTRUM_AXES ? N : SPECTRUM_AXES;
	const size_t shape[] = { (size_t)s->n, (size_t)axes };

	if (spectrum_pca(s->x, s->n, s->C, axes, s->mean, s->axis, s->share, e))
		return -1;
	for (int a = 0; a < axes; a++)
		spectrum_report_add(r, names[a], s->share[a]);
	spectrum_report_add(r, "spectrum.pca1_null", s->null.pca1);
	spectrum_report_add(r, "spectrum.rank", spectrum_rank(s->share, N));
	spectrum_report_add(r, "spectrum.rank_null", s->null.rank);
	spectrum_report_add(r, "spectrum.pca_effective_rank", spectrum_effective_rank(s->share, N));
	spectrum_project(s->x, s->n, s->C, s->mean, s->axis, axes, s->at);
	for (int i = 0; i < s->n; i++)
		for (int a = 0; a < 2; a++)
			s->plane[2 * i + a] = a < axes ? s->at[i * axes + a] : 0;
	return spectrum_report_tensor(r, "spectrum.pca", DTYPE_F4, 2, shape, s->at, e);
}

/* Test every frequency of a matrix (n, C); returns that of largest r2, or NULL with @e set. */
static const struct spectrum_ring *test_rings(struct measured *s, const float *x, int C, int draws,
					      struct err *e)
{
	const struct spectrum_ring *best = s->rings;
	struct rng rng;

	rng_seed(&rng, 1, 0);
	if (spectrum_rings(x, s->n, C, draws, &rng, s->rings, e))
		return NULL;
	for (int k = 1; k < (s->n - 1) / 2; k++)
		if (s->rings[k].r2 > best->r2)
			best = s->rings + k;
	return best;
}

/*
 * The single ring of the paper, in s->plane, then the rings of all frequencies.  In a given plane
 * the closed form of p is good for any cloud, since r2 of sums of many rows is close to normal.
 */
static int rings(struct spectrum_report *r, struct measured *s, struct err *e)
{
	const size_t shape[] = { (size_t)(s->n - 1) / 2, 6 };
	const struct spectrum_ring *best = test_rings(s, s->plane, 2, 0, e);
	int count = 0;

	if (!best)
		return -1;
	spectrum_report_add(r, "spectrum.pc_ring", best->ring);
	spectrum_report_add(r, "spectrum.pc_ring_k", best->k);
	spectrum_report_add(r, "spectrum.pc_ring_r2", best->r2);
	spectrum_report_add(r, "spectrum.pc_ring_spread", best->spread);
	spectrum_report_add(r, "spectrum.pc_ring_p", best->p);
	best = test_rings(s, s->x, s->C, s->draws, e);
	if (!best)
		return -1;
	for (size_t k = 0; k < shape[0]; k++) {
		const struct spectrum_ring *q = s->rings + k;
		const float row[] = { (float)q->share,    (float)q->r2,      (float)q->spread,
				      (float)q->monotone, (float)q->winding, (float)q->p };

		memcpy(s->table[k], row, sizeof(row));
		count += q->ring;
	}
	spectrum_report_add(r, "spectrum.ring", count > 0);
	spectrum_report_add(r, "spectrum.rings", count);
	spectrum_report_add(r, "spectrum.ring_k", best->k);
	spectrum_report_add(r, "spectrum.ring_r2", best->r2);
	spectrum_report_add(r, "spectrum.ring_r2_null", s->null.ring_r2);
	spectrum_report_add(r, "spectrum.ring_share", best->share);
	spectrum_report_add(r, "spectrum.ring_spread", best->spread);
	spectrum_report_add(r, "spectrum.ring_monotone", best->monotone);
	spectrum_report_add(r, "spectrum.ring_winding", best->winding);
	spectrum_report_add(r, "spectrum.ring_p", best->p);
	return spectrum_report_tensor(r, "spectrum.rings", DTYPE_F4, 2, shape, s->table, e);
}

/* Key frequencies by falling norm, and the places of the rows in the planes of the first few */
static int key_planes(struct spectrum_report *r, struct measured *s, const struct frozen *frozen,
		      struct err *e)
{
	int n = frozen ? frozen->nkeys : spectrum_keys(s->norm, s->n, s->keys);
	int planes = n < SPECTRUM_PLANES ? n : SPECTRUM_PLANES;
	const size_t length = (size_t)n, shape[] = { (size_t)planes, (size_t)s->n, 2 };

	if (frozen)
		memcpy(s->keys, frozen->keys, sizeof(*s->keys) * (size_t)n);
	for (int i = 1; i < n; i++)
		for (int j = i; j > 0 && s->norm[s->keys[j]] > s->norm[s->keys[j - 1]]; j--) {
			int swap = s->keys[j];

			s->keys[j] = s->keys[j - 1];
			s->keys[j - 1] = swap;
		}
	spectrum_report_add(r, "spectrum.keys", n);
	for (int i = 0; i < planes; i++)
		if (spectrum_ring_plane(s->x, s->n, s->C, s->keys[i],
					s->plane + (size_t)i * 2 * s->n, e))
			return -1;
	if (spectrum_report_tensor(r, "spectrum.keys", DTYPE_I4, 1, &length, s->keys, e))
		return -1;
	if (!planes)
		return 0;
	return spectrum_report_tensor(r, "spectrum.planes", DTYPE_F4, 3, shape, s->plane, e);
}

int spectrum_report_matrix(struct spectrum_report *r, const float *x, int n, int C, int draws,
			   const struct frozen *frozen, struct err *e)
{
	struct measured s;
	int status = -1;

	if (!measured_init(&s, x, n, C, draws, e) && !concentration(r, &s, e) &&
	    !components(r, &s, e) && (!frozen || !on_frozen_axes(r, &s, frozen, e)) &&
	    !rings(r, &s, e) && !key_planes(r, &s, frozen, e)) {
		double square = 0;

		for (size_t i = 0; i < (size_t)n * C; i++)
			square += (double)x[i] * x[i];
		spectrum_report_add(r, "spectrum.norm", sqrt(square));
		status = spectrum_report_metrics(r, e);
	}
	measured_free(&s);
	return status;
}

int spectrum_report_whole(struct spectrum_report *r, const float *x, int V, int C, struct err *e)
{
	struct spectrum_power p;
	struct spectrum_gram g;

	if (spectrum_power(x, V, C, &p, e) || spectrum_gram(x, V, C, &g, e))
		return -1;
	spectrum_report_add(r, "spectrum.gini2d_power", p.gini);
	spectrum_report_add(r, "spectrum.gini2d_power_null", p.gini_null);
	spectrum_report_add(r, "spectrum.gini2d_power_null_sd", p.gini_null_sd);
	spectrum_report_add(r, "spectrum.ipr2d_power", p.ipr);
	spectrum_report_add(r, "spectrum.ipr2d_power_null", p.ipr_null);
	spectrum_report_add(r, "spectrum.ipr2d_power_null_sd", p.ipr_null_sd);
	spectrum_report_add(r, "spectrum.concentration", g.concentration);
	spectrum_report_add(r, "spectrum.concentration_null", g.concentration_null);
	spectrum_report_add(r, "spectrum.eig1", g.eig1);
	spectrum_report_add(r, "spectrum.eig2", g.eig2);
	return spectrum_report_metrics(r, e);
}

int spectrum_report_function(struct spectrum_report *r, const float *logits,
			     const struct spectrum_task *task, struct err *e)
{
	size_t n = (size_t)task->n, length = n / 2 + 1;
	const size_t shape[] = { n, n };
	float *norm = malloc(sizeof(*norm) * n * n), *share = malloc(sizeof(*share) * length);
	int status = -1;

	if (!norm || !share) {
		err_memory(e);
	} else if (!spectrum_logit_norms(logits, task->n, task->C, norm, e) &&
		   !spectrum_logit_share(logits, task, share, e) &&
		   !spectrum_report_tensor(r, "spectrum.logit_norms", DTYPE_F4, 2, shape, norm,
					   e) &&
		   !spectrum_report_tensor(r, "spectrum.logit_share", DTYPE_F4, 1, &length, share,
					   e)) {
		double sum = 0;

		for (size_t k = 0; k < length; k++)
			sum += share[k];
		spectrum_report_add(r, "spectrum.sum_share", sum);
		status = 0;
	}
	free(norm);
	free(share);
	return status;
}

void spectrum_report_losses(struct spectrum_report *r, const struct spectrum_losses *p)
{
	static const char *const names[5][3] = {
		{ "spectrum.full_loss", "spectrum.full_loss_train", "spectrum.full_loss_test" },
		{ "spectrum.restricted_loss", "spectrum.restricted_loss_train",
		  "spectrum.restricted_loss_test" },
		{ "spectrum.restricted_product_loss", "spectrum.restricted_product_loss_train",
		  "spectrum.restricted_product_loss_test" },
		{ "spectrum.excluded_loss", "spectrum.excluded_loss_train",
		  "spectrum.excluded_loss_test" },
		{ "spectrum.excluded_each_loss", "spectrum.excluded_each_loss_train",
		  "spectrum.excluded_each_loss_test" },
	};
	const struct spectrum_loss *const losses[5] = { &p->full, &p->restricted, &p->product,
							&p->excluded, &p->each };

	for (int i = 0; i < 5; i++) {
		spectrum_report_add(r, names[i][0], losses[i]->all);
		spectrum_report_add(r, names[i][1], losses[i]->train);
		spectrum_report_add(r, names[i][2], losses[i]->test);
	}
}
