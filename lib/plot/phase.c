/* The phase map of the singular feature machine; see phase.h. */
#include "plot/phase.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The place of x in the rising list, put there if it is new. */
static int place(double *list, int *n, double x)
{
	int i = 0;

	while (i < *n && list[i] < x)
		i++;
	if (i < *n && list[i] == x)
		return i;
	memmove(list + i + 1, list + i, sizeof(*list) * (size_t)(*n - i));
	list[i] = x;
	(*n)++;
	return i;
}

/* The share of seeds that recover the function, by fraction of the data and beta. */
struct phase {
	double *f, *b; /* (nf), (nb) rising */
	int nf, nb;
	float *share, *count; /* (nb, nf); NaN where there is no run */
	double bound; /* the fraction that compressed sensing asks for; NaN: not known */
};

static double last(const struct plot_data *d, const char *quantity, int run)
{
	const struct series *s = series_find(&d->series, quantity, run, NULL);

	return s && s->n ? s->x[s->n - 1] : NAN;
}

static int phase_axes(const struct plot_data *d, struct phase *m, struct err *e)
{
	int runs = d->series.nruns, r;

	m->f = malloc(sizeof(*m->f) * (size_t)(runs + 1));
	m->b = malloc(sizeof(*m->b) * (size_t)(runs + 1));
	if (!m->f || !m->b)
		return err_memory(e);
	for (r = 0; r < runs; r++)
		if (series_find(&d->series, "sfm.recovered", r, NULL)) {
			place(m->f, &m->nf, series_number(&d->series.runs[r], "train_frac"));
			place(m->b, &m->nb, series_number(&d->series.runs[r], "beta"));
		}
	m->share = calloc((size_t)m->nf * (size_t)m->nb + 1, sizeof(*m->share));
	m->count = calloc((size_t)m->nf * (size_t)m->nb + 1, sizeof(*m->count));
	return m->share && m->count ? 0 : err_memory(e);
}

static void phase_count(const struct plot_data *d, struct phase *m)
{
	double recovered, x;
	int r, i;

	m->bound = NAN;
	for (r = 0; r < d->series.nruns; r++) {
		recovered = last(d, "sfm.recovered", r);
		if (!isfinite(recovered))
			continue;
		x = series_number(&d->series.runs[r], "train_frac");
		i = place(m->b, &m->nb, series_number(&d->series.runs[r], "beta")) * m->nf +
		    place(m->f, &m->nf, x);
		m->share[i] += (float)recovered;
		m->count[i]++;
		x *= last(d, "sfm.samples_bound", r) / last(d, "sfm.samples", r);
		m->bound = isfinite(x) ? x : m->bound;
	}
	for (i = 0; i < m->nf * m->nb; i++)
		m->share[i] = m->count[i] > 0 ? m->share[i] / m->count[i] : NAN;
}

/* "0.25" for each value, in one allocation */
static char (*value_names(const double *values, int n, const char **names))[16]
{
	char(*text)[16] = malloc(sizeof(*text) * (size_t)(n + 1));
	int i;

	for (i = 0; text && i < n; i++) {
		snprintf(text[i], sizeof(text[i]), "%.2g", values[i]);
		names[i] = text[i];
	}
	return text;
}

int plot_phase(struct plot_page *p, const struct plot_data *d, struct plot_box box, struct err *e)
{
	struct phase m = { 0 };
	struct plot_map map = { .box = box,
				.title = "seeds that recover the function",
				.subtitle = "dashed: k ln(p²/k) samples",
				.xlabel = "fraction of the data seen",
				.ylabel = "beta",
				.colours = plot_share_colours };
	const char **names = calloc((size_t)d->series.nruns * 2 + 2, sizeof(*names));
	char(*f)[16] = NULL, (*b)[16] = NULL;
	int i, result = -1;

	if (!names) {
		err_memory(e);
		goto out;
	}
	if (phase_axes(d, &m, e) < 0)
		goto out;
	phase_count(d, &m);
	f = value_names(m.f, m.nf, names);
	b = value_names(m.b, m.nb, names + m.nf);
	if (!f || !b) {
		err_memory(e);
		goto out;
	}
	if (!p->text) { /* numbers such as 0.0056 are wider than others */
		map.box.x += 18;
		map.box.w -= 18;
	}
	map.v = m.share;
	map.rows = m.nb;
	map.columns = m.nf;
	map.xnames = names;
	map.ynames = names + m.nf;
	/* Where k ln(p^2/k) lies among the columns. */
	for (i = 0; i + 1 < m.nf; i++)
		if (m.bound >= m.f[i] && m.bound <= m.f[i + 1])
			map.mark = i + 0.5 + (m.bound - m.f[i]) / (m.f[i + 1] - m.f[i]);
	plot_map_draw(p, &map);
	plot_scale(p, box, &plot_share_colours, "share of seeds");
	result = 0;
out:
	free(names);
	free(f);
	free(b);
	free(m.f);
	free(m.b);
	free(m.share);
	free(m.count);
	return result;
}
