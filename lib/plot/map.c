/* Any measure that is a matrix, as maps at several checkpoints in one scale. */
#include "plot/panel.h"

#include <math.h>
#include <stdlib.h>

enum { MOST = 4 };

static void range(const struct plot_array *a, double *low, double *high)
{
	const float *x = a->x.data;
	size_t i;

	for (i = 0; i < a->x.n; i++)
		if (isfinite(x[i])) {
			*low = fmin(*low, x[i]);
			*high = fmax(*high, x[i]);
		}
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	const struct plot_array **list =
		calloc((size_t)(o->nsteps > MOST ? o->nsteps : MOST) + 1, sizeof(*list));
	double low = INFINITY, high = -INFINITY, side;
	struct plot_page p;
	struct plot_box all;
	int i, n, signs, result = -1;

	if (!list)
		return err_memory(e);
	if (!d->narrays) {
		err_set(e, "the stream has no measure '%s' to draw",
			o->names ? o->names : "bdm.map *");
		goto out;
	}
	n = plot_pick(d, d->arrays[0].name, o, g->format == GNUPLOT_TEXT ? 2 : MOST, list, e);
	if (n < 0)
		goto out;
	for (i = 0; i < n; i++) {
		if (list[i]->x.ndim != 2) {
			err_set(e, "'%s' is not a matrix", list[i]->name);
			goto out;
		}
		range(list[i], &low, &high);
	}
	if (!(low <= high))
		low = high = 0;
	signs = low < 0;
	high = signs ? fmax(-low, high) : high;
	low = signs ? -high : low;
	side = n == 1 ? 420 : 250;
	if (plot_page_start(&p, g, o, (int)(84 + n * (side + 20) + 72),
			    (int)(side + 96 + (o->title ? 26 : 0)), e) < 0)
		goto out;
	all = (struct plot_box){ 62, o->title ? 62 : 36, p.width - 62 - 92, 0 };
	all.h = p.height - all.y - 60;
	for (i = 0; i < n; i++) {
		char title[48], subtitle[48];
		struct plot_map m = { .box = plot_cell(all, i, n, 20),
				      .title = title,
				      .subtitle = subtitle,
				      .xlabel = i ? NULL : list[i]->name,
				      .ylabel = i ? NULL : "row",
				      .v = list[i]->x.data,
				      .rows = (int)list[i]->x.shape[0],
				      .columns = (int)list[i]->x.shape[1],
				      .down = 1,
				      .low = low,
				      .high = high,
				      .palette = signs ? PLOT_DIVERGING : PLOT_RISING,
				      .xnumbers = 1,
				      .ynumbers = !i };

		plot_caption(d, list[i]->run, list[i]->step, title, sizeof(title), subtitle,
			     sizeof(subtitle));
		plot_map_draw(&p, &m);
	}
	plot_scale(&p, (struct plot_box){ p.width - 22, all.y, 9, all.h },
		   signs ? PLOT_DIVERGING : PLOT_RISING, low, high > low ? high : low + 1, NULL);
	plot_footer(&p, d, list[0]->run);
	result = 0;
out:
	free(list);
	return result;
}

const struct plot_kind plot_map = {
	.name = "map",
	.purpose = "any measure that is a matrix, at several checkpoints",
	.needs = { "bdm.map *" },
	.command = "grok-bdm --perturb",
	.named = 1,
	.draw = draw,
};
