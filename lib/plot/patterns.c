/*
 * The mean attention of every head, as a small map of queries by keys; the maps are arranged by
 * layer and head.
 *
 *     layer 0   [a op b =] [a op b =]     rows are queries, columns are keys; a gap between heads
 *     layer 1   [a op b =] [a op b =]
 *                 head 0     head 1
 */
#include "plot/panel.h"

#include <math.h>
#include <stdlib.h>

enum { POSITIONS = 4, EACH = POSITIONS + 1, MOST = 3 };

/* All heads of a checkpoint as one matrix, for the caller to free; NULL with @e. */
static float *compose(const struct plot_array *a, struct plot_tile *tile, struct err *e)
{
	size_t L = a->x.shape[0], H = a->x.shape[1], rows = EACH * L - 1, columns = EACH * H - 1;
	const float *x = a->x.data;
	float *v = malloc(sizeof(*v) * rows * columns);
	size_t i, j, head;

	if (!v) {
		err_memory(e);
		return NULL;
	}
	for (i = 0; i < rows; i++)
		for (j = 0; j < columns; j++) {
			head = i / EACH * H + j / EACH;
			v[i * columns + j] =
				i % EACH == POSITIONS || j % EACH == POSITIONS
					? NAN
					: x[(head * POSITIONS + i % EACH) * POSITIONS + j % EACH];
		}
	tile->v = v;
	tile->rows = (int)rows;
	tile->columns = (int)columns;
	return v;
}

static int add_tile(const struct plot_data *d, const struct plot_array *a, struct plot_tile *tile,
		    float **v, struct err *e)
{
	const size_t *shape = a->x.shape;

	if (a->x.ndim != 4 || !a->x.n || shape[2] != POSITIONS || shape[3] != POSITIONS)
		return err_set(e, "'%s' is not an array of layers, heads, queries and keys",
			       a->name);
	plot_caption(d, a->run, a->step, tile->title, sizeof(tile->title), tile->subtitle,
		     sizeof(tile->subtitle));
	*v = compose(a, tile, e);
	return *v ? 0 : -1;
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	/* Whole numbers stand in the middle of a head's map. */
	static const struct plot_maps plan = { .xlabel = "head; key a, op, b, =",
					       .ylabel = "layer; query",
					       .unit = "mean attention",
					       .first = -(POSITIONS - 1) / 2.0 / EACH,
					       .step = 1.0 / EACH,
					       .cell = 14 };
	const struct plot_array **list;
	struct plot_tile *tiles;
	float **v;
	int i, n, result = 0;

	n = plot_pick(d, "cma.pattern", o, g->format == GNUPLOT_TEXT ? 1 : MOST, &list, e);
	if (n < 0)
		return -1;
	tiles = calloc((size_t)n, sizeof(*tiles));
	v = calloc((size_t)n, sizeof(*v));
	if (!tiles || !v)
		result = err_memory(e);
	for (i = 0; i < n && !result; i++)
		result = add_tile(d, list[i], &tiles[i], &v[i], e);
	if (!result)
		result = plot_tiles(g, d, o, &plan, tiles, n, list[0]->run, e);
	for (i = 0; v && i < n; i++)
		free(v[i]);
	free(v);
	free(tiles);
	free(list);
	return result;
}

const struct plot_kind plot_patterns = {
	.name = "patterns",
	.purpose = "mean attention of every head, from each position to each",
	.needs = { "cma.pattern" },
	.command = "grok-cma --patterns",
	.arrays = { "cma.pattern" },
	.takes = PLOT_STEP,
	.draw = draw,
	.heading = "Attention patterns",
	.caption =
		"For every head the mean attention over the equations: queries down, keys across, "
		"both in the order a, operation, b, =.",
	.groups = 1,
};
