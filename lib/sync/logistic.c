/* Fitting logistic steps: a dictionary of steps, then a pattern search; see logistic.h. */
#include "sync/logistic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	POINTS = LOGISTIC_POINTS,
	CENTRES = 48, /* of the dictionary */
	WIDTHS = 4,
	ATOMS = CENTRES * WIDTHS,
};

static const double widths[WIDTHS] = { 0.02, 0.06, 0.15, 0.33 };
static const double narrowest = 1e-3, widest = 0.35;

struct dictionary {
	double a[ATOMS][POINTS]; /* columns as column() makes them */
	double aa[ATOMS], ay[ATOMS]; /* their products with themselves and y */
};

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
static void fill_points(struct logistic_points *p, double *value, const double *t, const double *x,
			int n)
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
int logistic_points(struct logistic_points *p, const double *t, const double *x, int n)
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
static double column(const struct logistic_points *p, double c, double w, double *a)
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
static double solve(const struct logistic_points *p, const struct products *q, double height[2])
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

static double fit_error(const struct logistic_points *p, struct logistic_step *s, int k)
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
static double refine(const struct logistic_points *p, struct logistic_step *s, int k)
{
	double length = p->t[p->n - 1] - p->t[0], tried, error = fit_error(p, s, k);
	double centre = length / CENTRES, width = 0.5;
	struct logistic_step next[2];
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

static struct logistic_step atom_shape(const struct logistic_points *p, int atom)
{
	double length = p->t[p->n - 1] - p->t[0];

	return (struct logistic_step){ .c = p->t[0] + (atom / WIDTHS + 0.5) / CENTRES * length,
				       .logw = log(widths[atom % WIDTHS]) };
}

static void dictionary_init(struct dictionary *d, const struct logistic_points *p)
{
	for (int i = 0; i < ATOMS; i++) {
		struct logistic_step s = atom_shape(p, i);

		d->aa[i] = column(p, s.c, exp(s.logw), d->a[i]);
		d->ay[i] = dot(d->a[i], p->y, p->n);
	}
}

static struct logistic_step best_atom(const struct dictionary *d, const struct logistic_points *p)
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

static void best_pair(const struct dictionary *d, const struct logistic_points *p,
		      struct logistic_step s[2])
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

/* Two steps the same way are two only if a plateau lies between them; else they bend one. */
static int are_apart(const struct logistic_step *a, const struct logistic_step *b)
{
	double reach = LOGISTIC_MARGIN * (exp(a->logw) + exp(b->logw));

	return a->height * b->height < 0 || fabs(a->c - b->c) >= reach;
}

int logistic_fit(const struct logistic_points *p, int single, struct logistic_step step[2],
		 double *error, struct err *e)
{
	struct dictionary *d = malloc(sizeof(*d));
	struct logistic_step two[2];
	double error2, least = 0.1 * p->limit / 1.5;
	int n = 1;

	if (!d)
		return err_memory(e);
	dictionary_init(d, p);
	step[0] = best_atom(d, p);
	*error = refine(p, step, 1);
	if (*error > 0.01 && !single) {
		two[0] = two[1] = step[0];
		best_pair(d, p, two);
		error2 = refine(p, two, 2);
		if (error2 <= *error / 2 && fabs(two[0].height) >= least &&
		    fabs(two[1].height) >= least && are_apart(&two[0], &two[1])) {
			n = 2;
			*error = error2;
			step[0] = two[two[1].c < two[0].c];
			step[1] = two[two[1].c >= two[0].c];
		}
	}
	free(d);
	return n;
}

double logistic_line_error(const struct logistic_points *p)
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
