/*
 * How the step of generalisation depends on a setting of the runs: points and a power law on
 * logarithmic axes.
 */
#include "plot/scatter.h"
#include "sync/sync.h"

#include <math.h>
#include <stdlib.h>

enum { LEFT = 70, RIGHT = 30, ABOVE = 36, BELOW = 50, WIDTH = 560, HEIGHT = 400 };

struct points {
	double *x, *y, *lx, *ly; /* (n) in one allocation, held by x */
	int n, never; /* runs that do not generalise */
};

/* One point for each run of a network that has the setting and generalises. */
static int find_points(const struct plot_data *d, const char *setting, struct points *q,
		       struct err *e)
{
	size_t room = (size_t)d->series.nruns + 1;
	double phase[SYNC_PHASES], value;
	int run;

	q->x = malloc(sizeof(*q->x) * 4 * room);
	if (!q->x)
		return err_memory(e);
	q->y = q->x + room;
	q->lx = q->y + room;
	q->ly = q->lx + room;
	for (run = 0; run < d->series.nruns; run++) {
		value = series_number(&d->series.runs[run], setting);
		if (!(value > 0) || !series_find(&d->series, "train.test_acc", run, NULL))
			continue;
		if (sync_phases(&d->series, run, 1, phase, e) < 0)
			return -1;
		if (!(phase[3] > 0)) {
			q->never++;
			continue;
		}
		q->x[q->n] = value;
		q->y[q->n] = phase[3];
		q->lx[q->n] = log(value);
		q->ly[q->n++] = log(phase[3]);
	}
	return 0;
}

static int draw_points(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		       const struct points *q, const char *setting, struct err *e)
{
	char title[160], never[64] = "";
	struct plot_points points = { .title = title,
				      .xlabel = setting,
				      .ylabel = "step of generalisation",
				      .x = q->x,
				      .y = q->y,
				      .n = q->n,
				      .log = 1 };
	struct plot_page p;
	struct plot_box box;
	struct fit fit;

	if (fit_line(q->lx, q->ly, q->n, 2000, 0.95, 1, &fit, e) < 0)
		return -1;
	if (!isfinite(fit.slope))
		return err_set(
			e, "the runs that generalise have fewer than two values above 0 of '%s'",
			setting);
	points.fit = &fit;
	if (q->never)
		snprintf(never, sizeof(never), "; %d never", q->never);
	snprintf(title, sizeof(title), "exponent %.2f (%.2f to %.2f), R² %.2f%s", fit.slope,
		 fit.low, fit.high, fit.r2, never);
	if (plot_page_start(&p, g, o, WIDTH, HEIGHT, e) < 0)
		return -1;
	box = (struct plot_box){ LEFT, p.top + ABOVE, p.width - LEFT - RIGHT,
				 p.height - p.top - ABOVE - BELOW };
	plot_scatter(&p, box, &points);
	plot_footer(&p, d, -1);
	return 0;
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	const char *setting = o->names ? o->names : "modulus";
	struct points q = { 0 };
	int result = o->names ? series_has_number(&d->series, setting, e) : 0;

	if (!result)
		result = find_points(d, setting, &q, e);
	if (!result)
		result = draw_points(g, d, o, &q, setting, e);
	free(q.x);
	return result;
}

const struct plot_kind plot_scaling = {
	.name = "scaling",
	.purpose = "step of generalisation against a setting of the runs, such as the modulus",
	.needs = { "train.test_acc" },
	.command = "grok-train",
	.takes = PLOT_NAME,
	.draw = draw,
	.heading = "Scaling",
	.caption =
		"The first step with 99 % of the test set right, run by run, against the modulus; "
		"dashed: the power law that fits, its exponent with a 95 % bootstrap interval.",
};
