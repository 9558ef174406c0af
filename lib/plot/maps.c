/* Drawing a measure that is a matrix as maps at several checkpoints; see plot_maps in panel.h. */
#include "plot/panel.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>

enum { LEFT = 62, GAP = 20, ABOVE = 34, BELOW = 50, LEAST = 144, TALL = 180, LOW = 24 };

/*
 * A few cells far beyond all others would leave these without colour: where the largest value is
 * more than OUTLYING times the one that a hundredth of the cells exceed, colours go with the root.
 */
static const double OUTLYING = 4;

/* The size that a hundredth of the finite values exceed; 0 if there are none. */
static int percentile(const struct plot_tile *tiles, int n, double *size, struct err *e)
{
	size_t all = 0, m = 0;
	double *sizes;
	int i, k;

	for (i = 0; i < n; i++)
		all += (size_t)tiles[i].rows * (size_t)tiles[i].columns;
	sizes = malloc(all * sizeof(*sizes));
	if (!sizes)
		return err_memory(e);
	for (i = 0; i < n; i++)
		for (k = 0; k < tiles[i].rows * tiles[i].columns; k++)
			if (isfinite(tiles[i].v[k]))
				sizes[m++] = fabs((double)tiles[i].v[k]);
	stats_sort(sizes, m);
	*size = m ? sizes[m - 1 - m / 100] : 0;
	free(sizes);
	return 0;
}

/*
 * Colours for the finite values, about 0 if there are negative ones, else from 0 on.  With @near,
 * from the least value on if all are near the largest.
 */
static void range(const struct plot_tile *tiles, int n, int near, struct plot_colours *c)
{
	double x, low = INFINITY, high = -INFINITY;
	int i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < tiles[i].rows * tiles[i].columns; k++) {
			x = tiles[i].v[k];
			if (isfinite(x)) {
				low = fmin(low, x);
				high = fmax(high, x);
			}
		}
	*c = (struct plot_colours){ PLOT_RISING, 0, high > 0 ? high : 1, 0 };
	if (near && low > high / 3 && low < high)
		c->low = low;
	if (low < 0) {
		c->palette = PLOT_DIVERGING;
		c->high = fmax(-low, high);
		c->low = -c->high;
	}
}

/* The width that the titles of all tiles have room in */
static double titles(const struct plot_tile *tiles, int n)
{
	const struct plot_page page = { 0 };
	double most = 0;
	int i;

	for (i = 0; i < n; i++)
		most = fmax(most, plot_text_width(&page, tiles[i].title) +
					  plot_text_width(&page, tiles[i].subtitle));
	return most + GAP / 2.0;
}

/* Square cells as far as the page allows. */
static void shape(const struct plot_tile *tile, const struct plot_maps *plan,
		  const struct plot_grid *grid, int n, int row, int *width, int *height)
{
	double most = plan->cell > 0 ? plan->cell : 34;
	double cell = fmin(fmax(900.0 / ((tile->columns + 1) * row), 150.0 / tile->columns), most);
	double w = fmax(fmax(cell * tile->columns, LEAST), titles(tile, n));
	double h = fmin(fmax(cell * tile->rows, 80), row < n ? 240 : 560);

	*width = (int)fmax(LEFT + row * (w + GAP) + PLOT_SCALE, 330);
	*height = (int)(h + grid->above + grid->below);
}

int plot_tiles(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
	       const struct plot_maps *plan, const struct plot_tile *tiles, int n, int run,
	       struct err *e)
{
	const int row = plan->across && plan->across < n ? plan->across : n;
	struct plot_map m = { .xlabel = plan->xlabel,
			      .down = 1,
			      .xnumbers = 1,
			      .xfirst = plan->first,
			      .xstep = plan->step,
			      .yfirst = plan->first,
			      .ystep = plan->step };
	struct plot_grid grid = { .gap = GAP, .above = ABOVE, .below = BELOW };
	struct plot_page p;
	struct plot_box all;
	double size = 0;
	int i, width, height, room;

	if (percentile(tiles, n, &size, e))
		return -1;
	range(tiles, n, plan->near, &m.colours);
	m.colours.root = size > 0 && m.colours.high > OUTLYING * size;
	shape(&tiles[0], plan, &grid, n, row, &width, &height);
	room = plot_page_width(g, o, width) - LEFT - PLOT_SCALE;
	plot_grid_fit(&grid, n, room, row < n ? fmax(LEAST, room / (row + 1.0)) : LEAST);
	if (plot_fits(g, o, (grid.above + grid.below + LOW) * grid.down, e) < 0 ||
	    plot_page_start(&p, g, o, width, height * grid.down, e) < 0)
		return -1;
	all = (struct plot_box){ LEFT, p.top, p.width - LEFT - PLOT_SCALE, p.height - p.top };
	for (i = 0; i < n; i++) {
		m.box = plot_grid_box(&grid, all, i);
		m.ylabel = i % grid.across ? NULL : plan->ylabel;
		m.ynumbers = i % grid.across == 0;
		m.ynames = i % grid.across ? NULL : plan->ynames;
		m.title = tiles[i].title;
		m.subtitle = tiles[i].subtitle;
		m.v = tiles[i].v;
		m.rows = tiles[i].rows;
		m.columns = tiles[i].columns;
		plot_map_draw(&p, &m);
	}
	all.y = plot_grid_box(&grid, all, 0).y;
	all.h = plot_grid_box(&grid, all, 0).h;
	plot_scale(&p, all, &m.colours, plan->unit);
	plot_footer(&p, d, run);
	return 0;
}

static int make_tile(const struct plot_data *d, const struct plot_array *a, struct plot_tile *tile,
		     struct err *e)
{
	if (a->x.ndim != 2 || !a->x.n)
		return err_set(e, "'%s' is not a matrix", a->name);
	*tile = (struct plot_tile){ .v = a->x.data,
				    .rows = (int)a->x.shape[0],
				    .columns = (int)a->x.shape[1] };
	plot_caption(d, a->run, a->step, tile->title, sizeof(tile->title), tile->subtitle,
		     sizeof(tile->subtitle));
	return 0;
}

int plot_maps(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
	      const struct plot_maps *plan, struct err *e)
{
	const struct plot_array **list = NULL;
	struct plot_tile *tiles;
	int most = g->format == GNUPLOT_TEXT ? 3 : plan->most, n, i, result = 0;

	most = plot_room(g, o, most, LEFT + PLOT_SCALE, LEAST, TALL);
	n = plot_pick(d, plan->name, o, most, &list, e);
	if (n < 0)
		return -1;
	tiles = calloc((size_t)n, sizeof(*tiles));
	if (!tiles)
		result = err_memory(e);
	for (i = 0; i < n && !result; i++)
		result = make_tile(d, list[i], &tiles[i], e);
	if (!result)
		result = plot_tiles(g, d, o, plan, tiles, n, list[0]->run, e);
	free(tiles);
	free(list);
	return result;
}
