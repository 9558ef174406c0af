/* The transitions of one series: whether there are any, how many, and where; see sync_find. */
#include <math.h>
#include <stdlib.h>

#include "rng.h"
#include "stats.h"
#include "sync/logistic.h"
#include "sync/sync.h"

enum { PERMUTATIONS = 199 };

/* The finite values of a series, on its axis. */
struct samples {
	double *t, *x; /* (n), t rising */
	double *work; /* (n) */
	int n;
};

double sync_axis(double step)
{
	return log10(1 + step);
}

double sync_step(double t)
{
	return pow(10, t) - 1;
}

static double roughness(const double *x, const int *order, int n)
{
	double s = 0, step;

	for (int i = 0; i + 1 < n; i++) {
		step = x[order[i + 1]] - x[order[i]];
		s += step * step;
	}
	return s;
}

/*
 * The p-value of the sum of squared differences of neighbours (von Neumann, "Distribution of the
 * ratio of the mean square successive difference to the variance", Annals of Mathematical
 * Statistics 12, 1941) among permutations of the values
 */
static double permutation_p(const struct logistic_points *p, uint64_t seed)
{
	double x[LOGISTIC_POINTS], observed;
	int order[LOGISTIC_POINTS], i, as_good = 0;
	struct rng r;

	for (i = 0; i < p->n; i++) {
		order[i] = i;
		x[i] = p->y[i] / p->root[i];
	}
	observed = roughness(x, order, p->n);
	rng_seed(&r, seed, 0);
	for (i = 0; i < PERMUTATIONS; i++) {
		rng_shuffle(&r, order, (size_t)p->n);
		as_good += roughness(x, order, p->n) <= observed * (1 + 1e-9);
	}
	return (1.0 + as_good) / (1.0 + PERMUTATIONS);
}

/* Is it under way less than 10 % at the first sample, and 90 % over at the last? */
static int is_finished(const struct logistic_points *p, const struct logistic_step *s)
{
	double reach = LOGISTIC_MARGIN * exp(s->logw);

	return s->c - reach >= p->t[0] && s->c + reach <= p->t[p->n - 1];
}

/* ---- from the fit back to the series ---- */

/* The median of the samples with low <= t <= high, NaN when there is none */
static double plateau(const struct samples *q, double low, double high)
{
	double *work = q->work;
	int i, m = 0;

	for (i = 0; i < q->n; i++)
		if (q->t[i] >= low && q->t[i] <= high)
			work[m++] = q->x[i];
	if (!m)
		return NAN;
	stats_sort(work, (size_t)m);
	return (work[(m - 1) / 2] + work[m / 2]) / 2;
}

/* The lowest or highest sample from one centre to the next, NaN when there is none */
static double extreme(const struct samples *q, double low, double high, int highest)
{
	const double *t = q->t, *x = q->x;
	double best = NAN;

	for (int i = 0; i < q->n; i++)
		if (t[i] >= low && t[i] <= high)
			best = highest ? fmax(best, x[i]) : fmin(best, x[i]);
	return best;
}

/* Where the series crosses the level in the direction of the step, as near to its centre as any */
static void cross(const struct samples *q, double low, double high, double c,
		  struct sync_change *change)
{
	const double *t = q->t, *x = q->x;
	double half = (change->before + change->after) / 2, at, best = NAN;
	int i, rising = change->after > change->before;

	change->gap = NAN;
	for (i = 0; i + 1 < q->n; i++) {
		if (t[i + 1] < low || t[i] > high || x[i] == x[i + 1])
			continue;
		if (rising ? x[i] > half || x[i + 1] < half : x[i] < half || x[i + 1] > half)
			continue;
		at = t[i] + (half - x[i]) / (x[i + 1] - x[i]) * (t[i + 1] - t[i]);
		if (!(fabs(at - c) >= fabs(best - c))) {
			best = at;
			change->gap = t[i + 1] - t[i];
		}
	}
	change->step = sync_step(isnan(best) ? c : best);
}

/*
 * Step j of the k fitted ones.  Its plateaus lie beyond its own width and between the widths of its
 * neighbours; where two overlap the extreme between their centres stands for it, and without
 * samples the fit.
 */
static void describe(const struct samples *q, double scale, const struct logistic_step *s, int k,
		     int j, struct sync_change *change)
{
	double reach = LOGISTIC_MARGIN * exp(s[j].logw), start = q->t[0], end = q->t[q->n - 1],
	       height, middle;

	if (j > 0)
		start = fmin(s[j - 1].c + LOGISTIC_MARGIN * exp(s[j - 1].logw), s[j].c);
	if (j < k - 1)
		end = fmax(s[j + 1].c - LOGISTIC_MARGIN * exp(s[j + 1].logw), s[j].c);
	change->fit = sync_step(s[j].c);
	change->width = 2 * reach;
	change->before = plateau(q, start, s[j].c - reach);
	change->after = plateau(q, s[j].c + reach, end);
	height = s[j].height * scale;
	if (isnan(change->before) && j > 0)
		change->before = extreme(q, s[j - 1].c, s[j].c, height < 0);
	if (isnan(change->after) && j < k - 1)
		change->after = extreme(q, s[j].c, s[j + 1].c, height > 0);
	middle = plateau(q, s[j].c - reach, s[j].c + reach);
	if (isnan(change->before) && isnan(change->after)) {
		change->before = (isnan(middle) ? 0 : middle) - height / 2;
		change->after = change->before + height;
	} else if (isnan(change->before)) {
		change->before = change->after - height;
	} else if (isnan(change->after)) {
		change->after = change->before + height;
	}
	cross(q, start, end, s[j].c, change);
}

/* Sorts the fitted steps and keeps those that the series shows from end to end. */
static void describe_all(const struct logistic_points *p, const struct samples *q,
			 const struct logistic_step *s, int k, struct sync_changes *c)
{
	int j, largest;

	largest = k == 2 && fabs(s[1].height) > fabs(s[0].height);
	c->status = is_finished(p, &s[largest]) ? SYNC_FOUND : SYNC_UNFINISHED;
	for (j = 0; j < k && c->status == SYNC_FOUND; j++)
		if (is_finished(p, &s[j]))
			describe(q, p->scale, s, k, j, &c->change[c->n++]);
}

static int find(const struct logistic_points *p, const struct samples *q, uint64_t seed,
		struct sync_changes *c, struct err *e)
{
	struct logistic_step step[2];
	double error;
	int k;

	c->p = permutation_p(p, seed);
	k = logistic_fit(p, c->p > 0.05, step, &error, e);
	if (k < 0)
		return -1;
	c->r2 = 1 - error;
	if (c->p > 0.05 || c->r2 < 0.6)
		c->status = SYNC_FLAT;
	else if (error > 0.8 * logistic_line_error(p))
		c->status = SYNC_DRIFT;
	else
		describe_all(p, q, step, k, c);
	return 0;
}

int sync_find(const int64_t *step, const double *x, int n, uint64_t seed, struct sync_changes *c,
	      struct err *e)
{
	double *room = malloc(sizeof(*room) * 3 * ((size_t)n + 1));
	struct logistic_points p;
	struct samples q;
	int i, result = 0;

	if (!room)
		return err_memory(e);
	q = (struct samples){ room, room + n, room + 2 * n, 0 };
	for (i = 0; i < n; i++) {
		if (!isfinite(x[i]))
			continue;
		q.t[q.n] = sync_axis((double)step[i]);
		q.x[q.n++] = x[i];
	}
	*c = (struct sync_changes){ .status = SYNC_FEW, .r2 = NAN, .p = NAN };
	if (q.n < SYNC_SAMPLES)
		goto out;
	if (logistic_points(&p, q.t, q.x, q.n))
		result = find(&p, &q, seed, c, e);
	else
		c->status = SYNC_FLAT;
out:
	free(room);
	return result;
}
