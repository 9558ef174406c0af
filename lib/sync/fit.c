/* Least squares through points, and the bootstrap of the slope. */
#include "sync/fit.h"

#include <math.h>
#include <stdlib.h>

#include "rng.h"
#include "stats.h"

/*
 * Sums over the points that @pick names, or over all for NULL; the slope is NaN where x does not
 * vary.
 */
static void line(const double *x, const double *y, const int *pick, int n, struct fit *f)
{
	double mx = 0, my = 0, xx = 0, xy = 0, yy = 0;
	int i;

	for (i = 0; i < n; i++) {
		mx += x[pick ? pick[i] : i] / n;
		my += y[pick ? pick[i] : i] / n;
	}
	for (i = 0; i < n; i++) {
		double dx = x[pick ? pick[i] : i] - mx, dy = y[pick ? pick[i] : i] - my;

		xx += dx * dx;
		xy += dx * dy;
		yy += dy * dy;
	}
	f->slope = xx > 1e-24 * (1 + mx * mx) ? xy / xx : NAN;
	f->intercept = my - f->slope * mx;
	f->r2 = yy > 0 ? f->slope * xy / yy : NAN;
}

static int interval(const double *x, const double *y, int n, int draws, double level, uint64_t seed,
		    struct fit *f, struct err *e)
{
	double *slope = malloc(sizeof(*slope) * (size_t)draws);
	int *pick = malloc(sizeof(*pick) * (size_t)n), i, k;
	struct fit one;
	struct rng r;

	if (!slope || !pick) {
		free(slope);
		free(pick);
		return err_memory(e);
	}
	rng_seed(&r, seed, 0);
	for (i = 0; i < draws; i++) {
		do {
			for (k = 0; k < n; k++)
				pick[k] = (int)rng_below(&r, (uint64_t)n);
			line(x, y, pick, n, &one);
		} while (isnan(one.slope));
		slope[i] = one.slope;
	}
	stats_sort(slope, (size_t)draws);
	f->low = stats_quantile(slope, draws, (1 - level) / 2);
	f->high = stats_quantile(slope, draws, (1 + level) / 2);
	free(slope);
	free(pick);
	return 0;
}

int fit_line(const double *x, const double *y, int n, int draws, double level, uint64_t seed,
	     struct fit *f, struct err *e)
{
	double *points = malloc(sizeof(*points) * 2 * ((size_t)n + 1)), *px = points,
	       *py = points + n;
	int i, m = 0, result = 0;

	if (!points)
		return err_memory(e);
	for (i = 0; i < n; i++) {
		if (!isfinite(x[i]) || !isfinite(y[i]))
			continue;
		px[m] = x[i];
		py[m++] = y[i];
	}
	*f = (struct fit){ m, NAN, NAN, NAN, NAN, NAN };
	if (m >= 2)
		line(px, py, NULL, m, f);
	if (m >= 3 && !isnan(f->slope))
		result = interval(px, py, m, draws, level, seed, f, e);
	free(points);
	return result;
}
