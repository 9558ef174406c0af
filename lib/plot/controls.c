/* Causal mediation scores, with those of controls, which should have no effect. */
#include "plot/panel.h"

#include <stdlib.h>

enum { CONTROLS = 5, MOST = 2 };

static const struct {
	const char *array, *title;
} shown[CONTROLS] = {
	{ "cma.cms", "other equation" }, { "cma.context", "third equation" },
	{ "cma.same", "same answer" },   { "cma.other_head", "another head" },
	{ "cma.third", "third answer" },
};

/* The scores of a checkpoint and its controls; returns how many. */
static int add_tiles(const struct plot_data *d, const struct plot_array *cms,
		     struct plot_tile *tiles)
{
	const struct plot_array *a;
	char ignored[48];
	int i, n = 0;

	for (i = 1; i < CONTROLS && !plot_array(d, cms->run, cms->step, shown[i].array); i++)
		;
	for (i = i < CONTROLS ? 0 : CONTROLS; i < CONTROLS; i++) { /* scores alone say nothing */
		a = plot_array(d, cms->run, cms->step, shown[i].array);
		if (!a || a->x.ndim != 2 || !a->x.n)
			continue;
		tiles[n] = (struct plot_tile){ .v = a->x.data,
					       .rows = (int)a->x.shape[0],
					       .columns = (int)a->x.shape[1] };
		snprintf(tiles[n].title, sizeof(tiles[n].title), "%s", shown[i].title);
		plot_caption(d, cms->run, cms->step, tiles[n].subtitle, sizeof(tiles[n].subtitle),
			     ignored, sizeof(ignored));
		n++;
	}
	return n;
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	struct plot_maps plan = { .xlabel = "head", .ylabel = "layer", .unit = "effect (nats)" };
	const struct plot_array **list;
	struct plot_tile *tiles;
	int i, k, n, count = 0, across = 0, result;

	n = plot_pick(d, "cma.cms", o, g->format == GNUPLOT_TEXT ? 1 : MOST, &list, e);
	if (n < 0)
		return -1;
	tiles = calloc((size_t)n * CONTROLS, sizeof(*tiles));
	for (i = 0; tiles && i < n; i++) {
		k = add_tiles(d, list[i], tiles + count);
		count += k;
		across = k > across ? k : across;
	}
	plan.across = across;
	if (!tiles)
		result = err_memory(e);
	else if (!count)
		result = err_set(e, "'cma.cms' is not a matrix of layers and heads");
	else
		result = plot_tiles(g, d, o, &plan, tiles, count, list[0]->run, e);
	free(tiles);
	free(list);
	return result;
}

const struct plot_kind plot_controls = {
	.name = "controls",
	.purpose = "causal mediation scores beside patches that should have no effect",
	.needs = { "cma.context", "cma.same", "cma.other_head", "cma.third" },
	.command = "grok-cma --controls",
	.arrays = { "cma.cms", "cma.context", "cma.same", "cma.other_head", "cma.third" },
	.takes = PLOT_STEP,
	.draw = draw,
	.heading = "Controls of causal mediation",
	.caption = "What patching does beside what it should not do: "
		   "the effect of a third equation on the second's answer, "
		   "of another equation of the same answer, of another head's output, "
		   "and on a third answer.",
	.groups = 1,
};
