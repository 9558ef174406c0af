/*
 * How the step of generalisation depends on a setting of the runs: points and a power law on
 * logarithmic axes.  Or, against it, n* of the singular feature machine: points and a straight
 * line.
 */
#include "plot/scatter.h"
#include "sync/sync.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEFT = 70, RIGHT = 30, ABOVE = 36, BELOW = 50, WIDTH = 560, HEIGHT = 400, NAME = 16 };

struct points {
	const char *setting;
	int machine; /* y is n* and x the step; else y is the step and x the setting */
	double *x, *y, *lx, *ly; /* (n) in one allocation, held by x */
	char (*text)[NAME]; /* (n) the modulus, for n* */
	const char **names; /* (n) */
	int n, never; /* runs that do not generalise */
};

static int allocate(struct points *q, size_t room, struct err *e)
{
	q->x = malloc(sizeof(*q->x) * 4 * room);
	q->text = malloc(sizeof(*q->text) * room);
	q->names = malloc(sizeof(*q->names) * room);
	if (!q->x || !q->text || !q->names)
		return err_memory(e);
	q->y = q->x + room;
	q->lx = q->y + room;
	q->ly = q->lx + room;
	return 0;
}

/* One point for each run of a network that has the setting and generalises. */
static int find_points(const struct plot_data *d, struct points *q, struct err *e)
{
	const struct series_set *s = &d->series;
	double phase[SYNC_PHASES], value;
	int run;

	if (allocate(q, (size_t)s->nruns + 1, e))
		return -1;
	for (run = 0; run < s->nruns; run++) {
		value = q->machine ? sync_crossover(s, run)
				   : series_number(&s->runs[run], q->setting);
		if (!(value > 0) || !series_find(s, "train.test_acc", run, NULL))
			continue;
		if (sync_phases(s, run, 1, phase, e) < 0)
			return -1;
		if (!(phase[3] > 0)) {
			q->never++;
			continue;
		}
		q->x[q->n] = q->machine ? phase[3] : value;
		q->y[q->n] = q->machine ? value : phase[3];
		q->lx[q->n] = log(q->x[q->n]);
		q->ly[q->n] = log(q->y[q->n]);
		snprintf(q->text[q->n], NAME, "%g", series_number(&s->runs[run], "modulus"));
		q->names[q->n] = q->text[q->n];
		q->n++;
	}
	return 0;
}

static int draw_points(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		       const struct points *q, struct err *e)
{
	char title[160], never[64] = "";
	struct plot_points points = { .title = title,
				      .xlabel = q->setting,
				      .ylabel = "step of generalisation",
				      .x = q->x,
				      .y = q->y,
				      .n = q->n,
				      .log = !q->machine };
	struct plot_page p;
	struct plot_box box;
	struct fit fit;

	if (fit_line(q->machine ? q->x : q->lx, q->machine ? q->y : q->ly, q->n, 2000, 0.95, 1,
		     &fit, e) < 0)
		return -1;
	if (!isfinite(fit.slope))
		return err_set(e,
			       "runs that generalise: %d of %d, with fewer than two different "
			       "values of '%s' above 0",
			       q->n, q->n + q->never, q->setting);
	points.fit = &fit;
	if (q->never)
		snprintf(never, sizeof(never), "; %d never", q->never);
	snprintf(title, sizeof(title),
		 q->machine ? "slope %.3g (%.3g to %.3g), R² %.2f%s"
			    : "exponent %.2f (%.2f to %.2f), R² %.2f%s",
		 fit.slope, fit.low, fit.high, fit.r2, never);
	if (q->machine) {
		points.names = q->names;
		points.xlabel = "step of generalisation";
		points.ylabel = "n* of the machine (samples)";
		points.subtitle = "numbers: moduli";
	}
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
	struct points q = { .setting = o->names ? o->names : "modulus" };
	int result = 0;

	q.machine = !strcmp(q.setting, "crossover");
	if (o->names && !q.machine)
		result = series_has_number(&d->series, q.setting, e);
	if (q.machine && !plot_has(d, "sfm.crossover"))
		result = err_set(e, "the stream has no 'sfm.crossover' to draw; "
				    "'grok-sfm crossover' records it");
	if (!result)
		result = find_points(d, &q, e);
	if (!result)
		result = draw_points(g, d, o, &q, e);
	free(q.x);
	free(q.text);
	free(q.names);
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
