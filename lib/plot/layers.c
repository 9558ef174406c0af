/* For each layer, how much its complexity falls against how large its causal effect is. */
#include "plot/scatter.h"

#include <stdlib.h>

enum { LEFT = 70, RIGHT = 30, ABOVE = 36, BELOW = 50, WIDTH = 560, HEIGHT = 400, LAYERS = 256 };

struct points {
	double x[LAYERS], y[LAYERS];
	char text[LAYERS][8];
	const char *names[LAYERS];
	int n;
};

static const struct series *of_layer(const struct plot_data *d, const char *quantity, int run,
				     int layer)
{
	char of[24];

	snprintf(of, sizeof(of), "layer %d", layer);
	return series_find(&d->series, quantity, run, of);
}

/* The layers of the first run of the group that has both measures; returns it, or -1. */
static int find_points(const struct plot_data *d, const struct plot_options *o, struct points *q)
{
	const struct series *bits, *cms;
	int run;

	for (run = 0; run < d->series.nruns; run++) {
		if (o->group && d->series.runs[run].group != o->group - 1)
			continue;
		for (q->n = 0; q->n < LAYERS; q->n++) {
			bits = of_layer(d, "bdm.bits", run, q->n);
			cms = of_layer(d, "cma.mean_abs", run, q->n);
			if (!bits || !cms || !bits->n || !cms->n)
				break;
			q->x[q->n] = cms->x[cms->n - 1];
			q->y[q->n] = 100 * (1 - bits->x[bits->n - 1] / bits->x[0]);
			snprintf(q->text[q->n], sizeof(q->text[q->n]), "%d", q->n);
			q->names[q->n] = q->text[q->n];
		}
		if (q->n > 2)
			return run;
	}
	return -1;
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	struct points *q = calloc(1, sizeof(*q));
	char subtitle[96];
	struct plot_points points = { .title = "fall of K of each layer",
				      .subtitle = subtitle,
				      .xlabel = "mean |CMS| of the layer's heads (nats)",
				      .ylabel = "fall (%)" };
	struct plot_page p;
	struct fit fit;
	int run, result = -1;

	if (!q)
		return err_memory(e);
	run = find_points(d, o, q);
	if (run < 0) {
		err_set(e, "the stream has no 'bdm.bits' and 'cma.mean_abs' of three layers");
		goto out;
	}
	if (fit_line(q->x, q->y, q->n, 2000, 0.95, 1, &fit, e) < 0 ||
	    plot_page_start(&p, g, o, WIDTH, HEIGHT, e) < 0)
		goto out;
	snprintf(subtitle, sizeof(subtitle), "R² %.2f, slope %.2g (%.2g to %.2g)", fit.r2,
		 fit.slope, fit.low, fit.high);
	points.x = q->x;
	points.y = q->y;
	points.names = q->names;
	points.n = q->n;
	points.fit = &fit;
	plot_scatter(&p,
		     (struct plot_box){ LEFT, p.top + ABOVE, p.width - LEFT - RIGHT,
					p.height - p.top - ABOVE - BELOW },
		     &points);
	plot_footer(&p, d, run);
	result = 0;
out:
	free(q);
	return result;
}

const struct plot_kind plot_layers = {
	.name = "layers",
	.purpose = "each layer's fall of complexity against its causal effect",
	.needs = { "cma.mean_abs" },
	.command = "grok-bdm -t | grok-cma",
	.draw = draw,
	.heading = "Complexity and causal effect of layers",
	.caption = "How far K of each layer fell from the first checkpoint to the last, "
		   "against the mean effect of its heads at the last; the numbers are layers, "
		   "where there is room.",
	.groups = 1,
};
