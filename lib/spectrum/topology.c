/*
 * topology - the measures of topology.h and their null values, as records
 */
#include "spectrum/topology.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rng.h"
#include "spectrum/circle.h"
#include "spectrum/ripser.h"

/* Arrays for measuring x (n, C) and its shuffles */
struct room {
	int n, C, K;
	float *y; /* (n, C) a shuffle of the rows */
	int *order; /* (n) */
	struct spectrum_ring *rings; /* (K) */
	float *at; /* (n, 2) places in a plane */
	double *t; /* (2, n) angles there */
	double *distance; /* (n, n) */
};

static void room_free(struct room *m)
{
	free(m->y);
	free(m->order);
	free(m->rings);
	free(m->at);
	free(m->t);
	free(m->distance);
}

static int room_init(struct room *m, int n, int C, struct err *e)
{
	*m = (struct room){ .n = n, .C = C, .K = (n - 1) / 2 };
	m->y = malloc(sizeof(*m->y) * (size_t)n * C);
	m->order = malloc(sizeof(*m->order) * (size_t)n);
	m->rings = malloc(sizeof(*m->rings) * (size_t)m->K);
	m->at = malloc(sizeof(*m->at) * 2 * (size_t)n);
	m->t = malloc(sizeof(*m->t) * 2 * (size_t)n);
	m->distance = malloc(sizeof(*m->distance) * (size_t)n * n);
	if (m->y && m->order && m->rings && m->at && m->t && m->distance)
		return 0;
	room_free(m);
	return err_memory(e);
}

/* The angles of the places in m->at against frequency k; NaN where all lie at the centre */
static void measure_plane(struct room *m, int k, struct circle *c)
{
	double size = 0;

	for (int i = 0; i < m->n; i++) {
		m->t[i] = atan2(m->at[2 * i + 1], m->at[2 * i]);
		size += hypot(m->at[2 * i + 1], m->at[2 * i]);
	}
	circle_measure(m->t, m->n, k, c);
	if (!(size > 0))
		*c = (struct circle){ NAN, NAN, NAN };
}

/* The frequency of largest R^2 of x (n, C), and its circle */
static int measure_best(struct room *m, const float *x, int C, struct circle *c, struct err *e)
{
	const struct spectrum_ring *best = m->rings;

	if (spectrum_rings(x, m->n, C, 0, NULL, m->rings, e))
		return -1;
	for (int k = 1; k < m->K; k++)
		if (m->rings[k].r2 > best->r2)
			best = m->rings + k;
	if (spectrum_ring_plane(x, m->n, C, best->k, m->at, e))
		return -1;
	measure_plane(m, best->k, c);
	return 0;
}

/* Means over shuffles of the rows, and how many reach what was measured */
struct null {
	struct circle mean;
	int as_circular, as_resultant, as_homomorphic;
};

static int shuffle_rows(struct room *m, const float *x, int C, int draws, const struct circle *have,
			struct null *null, struct err *e)
{
	struct rng rng;

	*null = (struct null){ .mean = { 0, 0, 0 } };
	rng_seed(&rng, 1, 0);
	for (int i = 0; i < m->n; i++)
		m->order[i] = i;
	for (int d = 0; d < draws; d++) {
		struct circle c;

		rng_shuffle(&rng, m->order, (size_t)m->n);
		for (int i = 0; i < m->n; i++)
			memcpy(m->y + (size_t)i * C, x + (size_t)m->order[i] * C,
			       sizeof(*x) * (size_t)C);
		if (measure_best(m, m->y, C, &c, e))
			return -1;
		null->mean.circular += c.circular / draws;
		null->mean.resultant += c.resultant / draws;
		null->mean.homomorphism += c.homomorphism / draws;
		null->as_circular += !(c.circular < have->circular);
		null->as_resultant += !(c.resultant < have->resultant);
		null->as_homomorphic += !(c.homomorphism > have->homomorphism);
	}
	return 0;
}

/* The chance that a shuffle does as well as @value, if so many of @draws did */
static double chance(int as_well, int draws, double value)
{
	return isnan(value) ? NAN : (as_well + 1.0) / (draws + 1);
}

/* Measure the best circle of x (n, C) and its null, under the names of a plane. */
static int circle_report(struct spectrum_report *r, struct room *m, const float *x, int C,
			 int draws, const char *const *names, struct err *e)
{
	struct circle c;
	struct null null;

	if (measure_best(m, x, C, &c, e) || shuffle_rows(m, x, C, draws, &c, &null, e))
		return -1;
	spectrum_report_add(r, names[0], c.circular);
	spectrum_report_add(r, names[1], c.resultant);
	spectrum_report_add(r, names[2], c.homomorphism);
	if (!draws)
		return 0;
	spectrum_report_add(r, names[3], null.mean.circular);
	spectrum_report_add(r, names[4], null.mean.resultant);
	spectrum_report_add(r, names[5], null.mean.homomorphism);
	spectrum_report_add(r, names[6], chance(null.as_circular, draws, c.circular));
	spectrum_report_add(r, names[7], chance(null.as_resultant, draws, c.resultant));
	spectrum_report_add(r, names[8], chance(null.as_homomorphic, draws, c.homomorphism));
	return 0;
}

/* The circle of every frequency in its own plane; NaN where the plane holds nothing but rounding */
static int every_frequency(struct spectrum_report *r, struct room *m, const float *x, struct err *e)
{
	const size_t shape[] = { (size_t)m->K, 3 };
	float *table = malloc(sizeof(*table) * 3 * shape[0]);
	int status = !table ? err_memory(e) : spectrum_rings(x, m->n, m->C, 0, NULL, m->rings, e);

	for (int k = 1; k <= m->K && !status; k++) {
		struct circle c;

		status = spectrum_ring_plane(x, m->n, m->C, k, m->at, e);
		if (status)
			break;
		measure_plane(m, k, &c);
		if (!(m->rings[k - 1].share > 1e-12))
			c = (struct circle){ NAN, NAN, NAN };
		table[3 * (k - 1)] = (float)c.circular;
		table[3 * (k - 1) + 1] = (float)c.resultant;
		table[3 * (k - 1) + 2] = (float)c.homomorphism;
	}
	if (!status)
		status =
			spectrum_report_tensor(r, "spectrum.circles", DTYPE_F4, 2, shape, table, e);
	free(table);
	return status;
}

/* Places on the two largest components, and their circle */
static int components(struct spectrum_report *r, struct room *m, const float *x, int draws,
		      struct err *e)
{
	static const char *const names[] = {
		"spectrum.pc_circular",       "spectrum.pc_resultant",
		"spectrum.pc_homomorphism",   "spectrum.pc_circular_null",
		"spectrum.pc_resultant_null", "spectrum.pc_homomorphism_null",
		"spectrum.pc_circular_p",     "spectrum.pc_resultant_p",
		"spectrum.pc_homomorphism_p",
	};
	int n = m->n, C = m->C, N = n < C ? n : C;
	double *share = malloc(sizeof(*share) * (size_t)N);
	float *mean = malloc(sizeof(*mean) * 3 * (size_t)C),
	      *at = malloc(sizeof(*at) * 2 * (size_t)n);
	int status = -1;

	if (!share || !mean || !at)
		err_memory(e);
	else if (N < 2)
		status = 0;
	else if (!spectrum_pca(x, n, C, 2, mean, mean + C, share, e)) {
		spectrum_project(x, n, C, mean, mean + C, 2, at);
		status = circle_report(r, m, at, 2, draws, names, e);
	}
	free(share);
	free(mean);
	free(at);
	return status;
}

/* The longest H_1 class of the rows of x: life, birth and death; 0 and NaN if there is none */
static int loop(struct room *m, const float *x, double life[3], struct err *e)
{
	int n = m->n, C = m->C;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < i; j++) {
			double square = 0;

			for (int c = 0; c < C; c++) {
				double d = (double)x[(size_t)i * C + c] - x[(size_t)j * C + c];

				square += d * d;
			}
			m->distance[(size_t)i * n + j] = sqrt(square);
		}
	if (ripser_loop(m->distance, n, life + 1, life + 2, e))
		return -1;
	life[0] = isnan(life[1]) ? 0 : life[2] - life[1];
	return 0;
}

/* The columns of x, each shuffled by itself, in m->y */
static void shuffle_columns(struct room *m, const float *x, struct rng *rng)
{
	for (int c = 0; c < m->C; c++) {
		rng_shuffle(rng, m->order, (size_t)m->n);
		for (int i = 0; i < m->n; i++)
			m->y[(size_t)i * m->C + c] = x[(size_t)m->order[i] * m->C + c];
	}
}

static int loop_report(struct spectrum_report *r, struct room *m, const float *x, int draws,
		       struct err *e)
{
	double life[3], other[3], mean = 0;
	struct rng rng;
	int longer = 0;

	if (loop(m, x, life, e))
		return -1;
	spectrum_report_add(r, "spectrum.h1_lifetime", life[0]);
	spectrum_report_add(r, "spectrum.h1_birth", life[1]);
	spectrum_report_add(r, "spectrum.h1_death", life[2]);
	if (draws > TOPOLOGY_LOOPS)
		draws = TOPOLOGY_LOOPS;
	rng_seed(&rng, 1, 0);
	for (int i = 0; i < m->n; i++)
		m->order[i] = i;
	for (int d = 0; d < draws; d++) {
		shuffle_columns(m, x, &rng);
		if (loop(m, m->y, other, e))
			return -1;
		mean += other[0] / draws;
		longer += !(other[0] < life[0]);
	}
	if (draws) {
		spectrum_report_add(r, "spectrum.h1_lifetime_null", mean);
		spectrum_report_add(r, "spectrum.h1_lifetime_p", chance(longer, draws, life[0]));
	}
	return 0;
}

int topology_report(struct spectrum_report *r, const float *x, int n, int C, int draws,
		    struct err *e)
{
	static const char *const names[] = {
		"spectrum.circular",      "spectrum.resultant",      "spectrum.homomorphism",
		"spectrum.circular_null", "spectrum.resultant_null", "spectrum.homomorphism_null",
		"spectrum.circular_p",    "spectrum.resultant_p",    "spectrum.homomorphism_p",
	};
	struct room m;
	int status;

	if (room_init(&m, n, C, e))
		return -1;
	status = loop_report(r, &m, x, draws, e) || every_frequency(r, &m, x, e) ||
				 circle_report(r, &m, x, C, draws, names, e) ||
				 components(r, &m, x, draws, e) || spectrum_report_metrics(r, e)
			 ? -1
			 : 0;
	room_free(&m);
	return status;
}
