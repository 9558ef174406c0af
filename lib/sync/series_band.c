/* A series at any step, and several series joined to a mean with a band; see series.h. */
#include <math.h>
#include <stdlib.h>

#include "stats.h"
#include "sync/series.h"

double series_at(const struct series *s, double step)
{
	int low = 0, high = s->n - 1, middle;
	double t;

	if (!s->n || !(step >= (double)s->step[0] && step <= (double)s->step[high]))
		return NAN;
	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if ((double)s->step[middle] <= step)
			low = middle;
		else
			high = middle;
	}
	if (step == (double)s->step[low])
		return s->x[low];
	if (step == (double)s->step[high])
		return s->x[high];
	t = (step - (double)s->step[low]) / (double)(s->step[high] - s->step[low]);
	return (1 - t) * s->x[low] + t * s->x[high];
}

static void join_at(const struct series *const *list, int n, double step, struct series_band *b,
		    int i)
{
	double x, delta, mean = 0, square = 0;
	int j, count = 0;

	b->low[i] = b->high[i] = NAN;
	for (j = 0; j < n; j++) {
		x = series_at(list[j], step);
		if (!isfinite(x))
			continue;
		delta = x - mean; /* Welford's update */
		mean += delta / ++count;
		square += delta * (x - mean);
		b->low[i] = fmin(b->low[i], x);
		b->high[i] = fmax(b->high[i], x);
	}
	b->step[i] = step;
	b->count[i] = count;
	b->mean[i] = count ? mean : NAN;
	b->sd[i] = count > 1 ? sqrt(square / (count - 1)) : count ? 0 : NAN;
}

int series_join(const struct series *const *list, int n, struct series_band *b, struct err *e)
{
	size_t total = 0, k = 0, unique = 0, i;
	double *p;
	int j, *count;

	for (j = 0; j < n; j++)
		total += (size_t)list[j]->n;
	p = malloc(sizeof(*p) * 5 * (total + 1));
	count = malloc(sizeof(*count) * (total + 1));
	if (!p || !count) {
		free(p);
		free(count);
		return err_memory(e);
	}
	for (j = 0; j < n; j++)
		for (i = 0; i < (size_t)list[j]->n; i++)
			p[k++] = (double)list[j]->step[i];
	stats_sort(p, total);
	for (i = 0; i < total; i++)
		if (!unique || p[i] != p[unique - 1])
			p[unique++] = p[i];
	*b = (struct series_band){ (int)unique,   p,    p + total, p + 2 * total, p + 3 * total,
				   p + 4 * total, count };
	for (i = 0; i < unique; i++)
		join_at(list, n, p[i], b, (int)i);
	return 0;
}

void series_band_free(struct series_band *b)
{
	free(b->step);
	free(b->count);
	*b = (struct series_band){ 0 };
}
