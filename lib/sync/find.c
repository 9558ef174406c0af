/*
 * The transitions of one series: a dictionary of logistic steps, the best one or two of them by
 * their inner products, and a pattern search from there.
 */
#include "sync/sync.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rng.h"

enum {
	POINTS = 256, /* samples are averaged in so many bins of the axis when there are more */
	CENTRES = 48, /* of the dictionary */
	WIDTHS = 4,
	ATOMS = CENTRES * WIDTHS,
	PERMUTATIONS = 199,
};

static const double widths[WIDTHS] = { 0.02, 0.06, 0.15, 0.33 };
static const double narrowest = 1e-3, widest = 0.35;
static const double margin = 2.1972245773362196; /* ln 9: from 10 % to 90 % are 2 ln 9 w */

/*
 * The samples as the fit sees them, with weights v that sum to 1.  root = sqrt(v); y = sqrt(v) (x -
 * mean) / scale, a unit vector orthogonal to root.
 */
struct points {
	int n;
	double t[POINTS], y[POINTS], root[POINTS];
	double scale; /* weighted standard deviation of x */
	double limit; /* greatest height of a step that is not one of two that cancel */
};

struct shape {
	double c, logw; /* centre, log of the width */
	double height; /* in units of scale, by least squares */
};

struct dictionary {
	double a[ATOMS][POINTS]; /* columns as column() makes them */
	double aa[ATOMS], ay[ATOMS]; /* their products with themselves and y */
};

double sync_axis(double step)
{
	return log10(1 + step);
}

double sync_step(double t)
{
	return pow(10, t) - 1;
}

static double logistic(double t, double c, double w)
{
	return 1 / (1 + exp((c - t) / w));
}

/* Four sums, so that the additions need not wait for one another. */
static double dot(const double *a, const double *b, int n)
{
	double s[4] = { 0 };
	int i;

	for (i = 0; i + 4 <= n; i += 4)
		for (int k = 0; k < 4; k++)
			s[k] += a[i + k] * b[i + k];
	for (; i < n; i++)
		s[0] += a[i] * b[i];
	return s[0] + s[1] + s[2] + s[3];
}

/* Samples, averaged within equal bins of the axis when they are many. */
static void fill_points(struct points *p, double *value, const double *t, const double *x, int n)
{
	int i, bin, last = -1, count = 0;

	p->n = 0;
	for (i = 0; i < n; i++) {
		bin = i;
		if (n > POINTS)
			bin = (int)fmin((t[i] - t[0]) / (t[n - 1] - t[0]) * POINTS, POINTS - 1);
		if (bin != last) {
			p->t[p->n] = value[p->n] = 0;
			p->n++;
			count = 0;
		}
		last = bin;
		count++;
		p->t[p->n - 1] += (t[i] - p->t[p->n - 1]) / count;
		value[p->n - 1] += (x[i] - value[p->n - 1]) / count;
	}
}

/* Returns 0 when the values are all the same. */
static int points_init(struct points *p, const double *t, const double *x, int n)
{
	double value[POINTS], low = HUGE_VAL, high = -HUGE_VAL, mean = 0;
	int i, last;

	fill_points(p, value, t, x, n);
	last = p->n - 1;
	for (i = 0; i <= last; i++) {
		p->root[i] = (p->t[i + (i < last)] - p->t[i - (i > 0)]) / 2;
		p->root[i] = sqrt(p->root[i] / (p->t[last] - p->t[0]));
		mean += p->root[i] * p->root[i] * value[i];
		low = fmin(low, value[i]);
		high = fmax(high, value[i]);
	}
	for (i = 0; i <= last; i++)
		p->y[i] = p->root[i] * (value[i] - mean);
	p->scale = sqrt(dot(p->y, p->y, p->n));
	if (!(p->scale > 1e-12 * fmax(fabs(low), fabs(high)))) /* a constant, but for rounding */
		return 0;
	p->limit = 1.5 * (high - low) / p->scale;
	for (i = 0; i <= last; i++)
		p->y[i] /= p->scale;
	return 1;
}

/* A column of the regression, orthogonal to the constant; returns its sum of squares. */
static double column(const struct points *p, double c, double w, double *a)
{
	double mean;
	int i;

	for (i = 0; i < p->n; i++)
		a[i] = p->root[i] * logistic(p->t[i], c, w);
	mean = dot(a, p->root, p->n);
	for (i = 0; i < p->n; i++)
		a[i] -= mean * p->root[i];
	return dot(a, a, p->n);
}

/* Inner products of one column or two with themselves, each other and y */
struct products {
	double aa, ay, bb, by, ab; /* bb = 0: one column */
};

/*
 * Least squares of y: the heights of the columns and the squared error left of 1, which is infinite
 * where the columns do not determine the heights.
 */
static double solve(const struct points *p, const struct products *q, double height[2])
{
	double det = q->aa * q->bb - q->ab * q->ab;

	if (q->aa < 1e-6)
		return HUGE_VAL;
	if (q->bb == 0) {
		height[0] = q->ay / q->aa;
		height[1] = 0;
	} else {
		if (q->bb < 1e-6 || det < 1e-6 * q->aa * q->bb)
			return HUGE_VAL;
		height[0] = (q->bb * q->ay - q->ab * q->by) / det;
		height[1] = (q->aa * q->by - q->ab * q->ay) / det;
	}
	if (fabs(height[0]) > p->limit || fabs(height[1]) > p->limit)
		return HUGE_VAL;
	return fmax(1 - height[0] * q->ay - height[1] * q->by, 0);
}

static double fit_error(const struct points *p, struct shape *s, int k)
{
	double a[POINTS], b[POINTS], height[2] = { 0 }, error;
	struct products q = { 0 };

	q.aa = column(p, s[0].c, exp(s[0].logw), a);
	q.ay = dot(a, p->y, p->n);
	if (k == 2) {
		q.bb = column(p, s[1].c, exp(s[1].logw), b);
		q.by = dot(b, p->y, p->n);
		q.ab = dot(a, b, p->n);
		if (q.bb == 0)
			return HUGE_VAL;
	}
	error = solve(p, &q, height);
	for (int i = 0; i < k; i++)
		s[i].height = height[i];
	return error;
}

/* Try a stride each way in each parameter, keep what helps, halve the strides when nothing does. */
static double refine(const struct points *p, struct shape *s, int k)
{
	double length = p->t[p->n - 1] - p->t[0], tried, error = fit_error(p, s, k);
	double centre = length / CENTRES, width = 0.5;
	struct shape next[2];
	int i, better;

	while (centre > 1e-5) {
		for (better = 0, i = 0; i < 4 * k; i++) {
			memcpy(next, s, sizeof(*s) * (size_t)k);
			if (i % 4 < 2)
				next[i / 4].c += i % 2 ? centre : -centre;
			else
				next[i / 4].logw += i % 2 ? width : -width;
			if (next[i / 4].c < p->t[0] || next[i / 4].c > p->t[0] + length ||
			    next[i / 4].logw < log(narrowest) || next[i / 4].logw > log(widest))
				continue;
			tried = fit_error(p, next, k);
			if (tried < error * (1 - 1e-9)) {
				memcpy(s, next, sizeof(*s) * (size_t)k);
				error = tried;
				better = 1;
			}
		}
		if (!better) {
			centre /= 2;
			width /= 2;
		}
	}
	return error;
}

static struct shape atom_shape(const struct points *p, int atom)
{
	double length = p->t[p->n - 1] - p->t[0];

	return (struct shape){ .c = p->t[0] + (atom / WIDTHS + 0.5) / CENTRES * length,
			       .logw = log(widths[atom % WIDTHS]) };
}

static void dictionary_init(struct dictionary *d, const struct points *p)
{
	for (int i = 0; i < ATOMS; i++) {
		struct shape s = atom_shape(p, i);

		d->aa[i] = column(p, s.c, exp(s.logw), d->a[i]);
		d->ay[i] = dot(d->a[i], p->y, p->n);
	}
}

static struct shape best_atom(const struct dictionary *d, const struct points *p)
{
	double error, least = HUGE_VAL, height[2];
	int best = 0;

	for (int i = 0; i < ATOMS; i++) {
		error = solve(p, &(struct products){ d->aa[i], d->ay[i], 0, 0, 0 }, height);
		if (error < least) {
			least = error;
			best = i;
		}
	}
	return atom_shape(p, best);
}

static void best_pair(const struct dictionary *d, const struct points *p, struct shape s[2])
{
	double error, least = HUGE_VAL, height[2];
	struct products q;

	for (int i = 0; i < ATOMS; i++) {
		for (int j = (i / WIDTHS + 1) * WIDTHS; j < ATOMS; j++) {
			if (d->aa[i] < 1e-6 || d->aa[j] < 1e-6)
				continue;
			q = (struct products){ d->aa[i], d->ay[i], d->aa[j], d->ay[j],
					       dot(d->a[i], d->a[j], p->n) };
			error = solve(p, &q, height);
			if (error < least) {
				least = error;
				s[0] = atom_shape(p, i);
				s[1] = atom_shape(p, j);
			}
		}
	}
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
 * ratio of the mean square successive difference to the variance", Annals of Mathematical Statistics
 * 12, 1941) among permutations of the values
 */
static double permutation_p(const struct points *p, uint64_t seed)
{
	double x[POINTS], observed;
	int order[POINTS], i, as_good = 0;
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

/* The squared error that a straight line in t leaves */
static double line_error(const struct points *p)
{
	double a[POINTS], mean, aa, ay;
	int i;

	for (i = 0; i < p->n; i++)
		a[i] = p->root[i] * p->t[i];
	mean = dot(a, p->root, p->n);
	for (i = 0; i < p->n; i++)
		a[i] -= mean * p->root[i];
	aa = dot(a, a, p->n);
	ay = dot(a, p->y, p->n);
	return 1 - ay * ay / aa;
}

/* Is it under way less than 10 % at the first sample, and 90 % over at the last? */
static int is_finished(const struct points *p, const struct shape *s)
{
	double reach = margin * exp(s->logw);

	return s->c - reach >= p->t[0] && s->c + reach <= p->t[p->n - 1];
}

/* ---- from the fit back to the series ---- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The median of the samples with low <= t <= high, NaN when there is none; work holds n */
static double plateau(const double *t, const double *x, int n, double low, double high,
		      double *work)
{
	int i, m = 0;

	for (i = 0; i < n; i++)
		if (t[i] >= low && t[i] <= high)
			work[m++] = x[i];
	if (!m)
		return NAN;
	qsort(work, (size_t)m, sizeof(*work), by_value);
	return (work[(m - 1) / 2] + work[m / 2]) / 2;
}

/* The lowest or highest sample from one centre to the next, NaN when there is none */
static double extreme(const double *t, const double *x, int n, double low, double high, int highest)
{
	double best = NAN;

	for (int i = 0; i < n; i++)
		if (t[i] >= low && t[i] <= high)
			best = highest ? fmax(best, x[i]) : fmin(best, x[i]);
	return best;
}

/* Where the series crosses the level in the direction of the step, as near to its centre as any */
static void cross(const double *t, const double *x, int n, double low, double high, double c,
		  struct sync_change *change)
{
	double half = (change->before + change->after) / 2, at, best = NAN;
	int i, rising = change->after > change->before;

	change->gap = NAN;
	for (i = 0; i + 1 < n; i++) {
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
 * neighbours; where two overlap the extreme between their centres stands for it, and without samples
 * the fit.
 */
static void describe(const struct points *p, const struct shape *s, int k, int j, const double *t,
		     const double *x, int n, double *work, struct sync_change *change)
{
	double reach = margin * exp(s[j].logw), start = t[0], end = t[n - 1], height, middle;

	if (j > 0)
		start = fmin(s[j - 1].c + margin * exp(s[j - 1].logw), s[j].c);
	if (j < k - 1)
		end = fmax(s[j + 1].c - margin * exp(s[j + 1].logw), s[j].c);
	change->fit = sync_step(s[j].c);
	change->width = 2 * reach;
	change->before = plateau(t, x, n, start, s[j].c - reach, work);
	change->after = plateau(t, x, n, s[j].c + reach, end, work);
	height = s[j].height * p->scale;
	if (isnan(change->before) && j > 0)
		change->before = extreme(t, x, n, s[j - 1].c, s[j].c, height < 0);
	if (isnan(change->after) && j < k - 1)
		change->after = extreme(t, x, n, s[j].c, s[j + 1].c, height > 0);
	middle = plateau(t, x, n, s[j].c - reach, s[j].c + reach, work);
	if (isnan(change->before) && isnan(change->after)) {
		change->before = (isnan(middle) ? 0 : middle) - height / 2;
		change->after = change->before + height;
	} else if (isnan(change->before)) {
		change->before = change->after - height;
	} else if (isnan(change->after)) {
		change->after = change->before + height;
	}
	cross(t, x, n, start, end, s[j].c, change);
}

/* Sorts the fitted steps and keeps those that the series shows from end to end. */
static void describe_all(const struct points *p, struct shape *s, int k, const double *t,
			 const double *x, int n, double *work, struct sync_changes *c)
{
	struct shape first = s[0];
	int j, largest;

	if (k == 2 && s[1].c < s[0].c) {
		s[0] = s[1];
		s[1] = first;
	}
	largest = k == 2 && fabs(s[1].height) > fabs(s[0].height);
	c->status = is_finished(p, &s[largest]) ? SYNC_FOUND : SYNC_UNFINISHED;
	for (j = 0; j < k && c->status == SYNC_FOUND; j++)
		if (is_finished(p, &s[j]))
			describe(p, s, k, j, t, x, n, work, &c->change[c->n++]);
}

/* Two steps the same way are two only if a plateau lies between them; else they bend one. */
static int are_apart(const struct shape *a, const struct shape *b)
{
	double reach = margin * (exp(a->logw) + exp(b->logw));

	return a->height * b->height < 0 || fabs(a->c - b->c) >= reach;
}

static void find(const struct points *p, struct dictionary *d, const double *t, const double *x,
		 int n, uint64_t seed, double *work, struct sync_changes *c)
{
	struct shape one, two[2], *s = &one;
	double error, error2, least;
	int k = 1;

	c->p = permutation_p(p, seed);
	dictionary_init(d, p);
	one = best_atom(d, p);
	error = refine(p, &one, 1);
	if (error > 0.01 && c->p <= 0.05) {
		two[0] = two[1] = one;
		best_pair(d, p, two);
		error2 = refine(p, two, 2);
		least = 0.1 * p->limit / 1.5;
		if (error2 <= error / 2 && fabs(two[0].height) >= least &&
		    fabs(two[1].height) >= least && are_apart(&two[0], &two[1])) {
			s = two;
			k = 2;
			error = error2;
		}
	}
	c->r2 = 1 - error;
	if (c->p > 0.05 || c->r2 < 0.6)
		c->status = SYNC_FLAT;
	else if (error > 0.8 * line_error(p))
		c->status = SYNC_DRIFT;
	else
		describe_all(p, s, k, t, x, n, work, c);
}

int sync_find(const int64_t *step, const double *x, int n, uint64_t seed, struct sync_changes *c,
	      struct err *e)
{
	struct dictionary *d = malloc(sizeof(*d));
	double *t = malloc(sizeof(*t) * 3 * ((size_t)n + 1)), *values, *work;
	struct points p;
	int i, m = 0, result = 0;

	if (!d || !t) {
		result = err_memory(e);
		goto out;
	}
	values = t + n;
	work = values + n;
	for (i = 0; i < n; i++) {
		if (!isfinite(x[i]))
			continue;
		t[m] = sync_axis((double)step[i]);
		values[m++] = x[i];
	}
	*c = (struct sync_changes){ .status = SYNC_FEW, .r2 = NAN, .p = NAN };
	if (m < SYNC_SAMPLES)
		goto out;
	if (points_init(&p, t, values, m))
		find(&p, d, t, values, m, seed, work, c);
	else
		c->status = SYNC_FLAT;
out:
	free(d);
	free(t);
	return result;
}
