/* The causal mediation scores of heads when they are patched at a single position. */
#include "plot/panel.h"

#include <stdlib.h>

enum { POSITIONS = 4, MOST = 3 };

static int add_tiles(const struct plot_data *d, const struct plot_array *a, struct plot_tile *tiles,
		     struct err *e)
{
	static const char *const names[POSITIONS] = { "at a", "at the operation", "at b", "at =" };
	size_t each = a->x.ndim == 3 ? a->x.shape[1] * a->x.shape[2] : 0;
	char subtitle[48];
	int i;

	if (!each || a->x.shape[0] != POSITIONS)
		return err_set(e, "'%s' is not an array of four positions, layers and heads",
			       a->name);
	for (i = 0; i < POSITIONS; i++) {
		struct plot_tile *t = &tiles[i];

		*t = (struct plot_tile){ .v = (const float *)a->x.data + each * (size_t)i,
					 .rows = (int)a->x.shape[1],
					 .columns = (int)a->x.shape[2] };
		plot_caption(d, a->run, a->step, t->subtitle, sizeof(t->subtitle), subtitle,
			     sizeof(subtitle));
		snprintf(t->title, sizeof(t->title), "%s", names[i]);
	}
	return 0;
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	static const struct plot_maps plan = {
		.xlabel = "head", .ylabel = "layer", .unit = "CMS (nats)", .across = POSITIONS
	};
	const struct plot_array **list;
	struct plot_tile *tiles;
	int i, n, result = 0;

	n = plot_pick(d, "cma.positions", o, g->format == GNUPLOT_TEXT ? 1 : MOST, &list, e);
	if (n < 0)
		return -1;
	tiles = calloc((size_t)n * POSITIONS, sizeof(*tiles));
	if (!tiles)
		result = err_memory(e);
	for (i = 0; i < n && !result; i++)
		result = add_tiles(d, list[i], tiles + POSITIONS * i, e);
	if (!result)
		result = plot_tiles(g, d, o, &plan, tiles, POSITIONS * n, list[0]->run, e);
	free(tiles);
	free(list);
	return result;
}

const struct plot_kind plot_positions = {
	.name = "positions",
	.purpose = "causal mediation scores of heads, patched at one position alone",
	.needs = { "cma.positions" },
	.command = "grok-cma --positions each",
	.arrays = { "cma.positions" },
	.takes = PLOT_STEP,
	.draw = draw,
	.heading = "Where heads carry the answer",
	.caption = "The score of every head when it is patched at one token alone.",
	.groups = 1,
};
