/* Causal mediation scores as maps of layers by heads. */
#include "plot/panel.h"

#include <math.h>
#include <stdlib.h>

enum { MOST = 6 };

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	const struct plot_array **list =
		calloc((size_t)(o->nsteps > MOST ? o->nsteps : MOST) + 1, sizeof(*list));
	struct plot_page p;
	struct plot_box all;
	double most = 0, cell;
	size_t L = 1, H = 1, k;
	int i, n, result = -1;

	if (!list)
		return err_memory(e);
	n = plot_pick(d, "cma.cms", o, g->format == GNUPLOT_TEXT ? 3 : MOST, list, e);
	if (n < 0)
		goto out;
	for (i = 0; i < n; i++) {
		if (list[i]->x.ndim != 2) {
			err_set(e, "'cma.cms' is not a matrix of layers and heads");
			goto out;
		}
		L = list[i]->x.shape[0];
		H = list[i]->x.shape[1];
		for (k = 0; k < list[i]->x.n; k++)
			if (isfinite(((const float *)list[i]->x.data)[k]))
				most = fmax(most,
					    fabs((double)((const float *)list[i]->x.data)[k]));
	}
	most = most > 0 ? most : 1;
	/* Square cells as far as the page allows. */
	cell = fmax(fmin(900.0 / (double)((H + 1) * (size_t)n), 34), 156.0 / (double)H);
	if (plot_page_start(
		    &p, g, o, (int)(60 + n * (cell * (double)H + 20) + 66),
		    (int)(fmin(fmax(cell * (double)L, 90), 640) + 112 + (o->title ? 26 : 0)),
		    e) < 0)
		goto out;
	all = (struct plot_box){ 54, o->title ? 62 : 36, p.width - 54 - 76, 0 };
	all.h = p.height - all.y - 76;
	for (i = 0; i < n; i++) {
		char title[48], subtitle[48];
		struct plot_map m = { .box = plot_cell(all, i, n, 20),
				      .title = title,
				      .subtitle = subtitle,
				      .xlabel = "head",
				      .ylabel = i ? NULL : "layer",
				      .v = list[i]->x.data,
				      .rows = (int)list[i]->x.shape[0],
				      .columns = (int)list[i]->x.shape[1],
				      .down = 1,
				      .low = -most,
				      .high = most,
				      .palette = PLOT_DIVERGING,
				      .xnumbers = 1,
				      .ynumbers = !i };

		plot_caption(d, list[i]->run, list[i]->step, title, sizeof(title), subtitle,
			     sizeof(subtitle));
		plot_map_draw(&p, &m);
	}
	plot_scale(&p, (struct plot_box){ p.width - 22, all.y, 9, all.h }, PLOT_DIVERGING, -most,
		   most, NULL);
	plot_footer(&p, d, list[0]->run);
	result = 0;
out:
	free(list);
	return result;
}

const struct plot_kind plot_heads = {
	.name = "heads",
	.purpose = "causal mediation scores of layers and heads, at several checkpoints",
	.needs = { "cma.cms" },
	.command = "grok-cma",
	.arrays = { "cma.cms" },
	.draw = draw,
	.heading = "Causal mediation",
	.caption = "The score of every head: how far swapping its output moves the answer.",
	.groups = 1,
};
