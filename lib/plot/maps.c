/* A measure that is a matrix, as maps at several checkpoints in one scale. */
#include "plot/panel.h"

#include <math.h>
#include <stdlib.h>

enum { LEFT = 62, GAP = 20, ABOVE = 34, BELOW = 50, LEAST = 144, TALL = 180 };

/* The reach of the finite values, about 0 if there are negative ones. */
static int range(const struct plot_array *const *list, int n, double *low, double *high)
{
	size_t k;
	int i, signs;

	*low = INFINITY;
	*high = -INFINITY;
	for (i = 0; i < n; i++)
		for (k = 0; k < list[i]->x.n; k++) {
			double x = ((const float *)list[i]->x.data)[k];

			if (isfinite(x)) {
				*low = fmin(*low, x);
				*high = fmax(*high, x);
			}
		}
	if (!(*low <= *high))
		*low = *high = 0;
	signs = *low < 0;
	if (signs) {
		*high = fmax(-*low, *high);
		*low = -*high;
	} else {
		*low = 0;
	}
	if (!(*high > *low))
		*high = *low + 1;
	return signs;
}

static int check(const struct plot_array *const *list, int n, struct err *e)
{
	int i;

	for (i = 0; i < n; i++)
		if (list[i]->x.ndim != 2 || !list[i]->x.n)
			return err_set(e, "'%s' is not a matrix", list[i]->name);
	return 0;
}

/* Square cells as far as the page allows. */
static void shape(const struct plot_map *m, const struct plot_maps *plan, struct plot_grid *grid,
		  int n, int *width, int *height)
{
	double most = plan->cell > 0 ? plan->cell : 34;
	double cell = fmin(fmax(900.0 / ((m->columns + 1) * n), 150.0 / m->columns), most);
	double w = fmax(cell * m->columns, LEAST), h = fmin(fmax(cell * m->rows, 80), 560);

	*width = (int)fmax(LEFT + n * (w + GAP) + PLOT_SCALE, 330);
	*height = (int)(h + grid->above + grid->below);
}

static void draw_one(struct plot_page *p, const struct plot_data *d, const struct plot_array *a,
		     struct plot_map *m)
{
	char title[48], subtitle[48];

	plot_caption(d, a->run, a->step, title, sizeof(title), subtitle, sizeof(subtitle));
	m->title = title;
	m->subtitle = subtitle;
	m->v = a->x.data;
	m->rows = (int)a->x.shape[0];
	m->columns = (int)a->x.shape[1];
	plot_map_draw(p, m);
}

static int draw_all(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		    const struct plot_maps *plan, const struct plot_array *const *list, int n,
		    struct err *e)
{
	struct plot_map m = { .xlabel = plan->xlabel, .down = 1, .xnumbers = 1 };
	struct plot_grid grid = { .gap = GAP, .above = ABOVE, .below = BELOW };
	struct plot_page p;
	struct plot_box all;
	int i, width, height, room;

	if (check(list, n, e) < 0)
		return -1;
	m.palette = range(list, n, &m.low, &m.high) ? PLOT_DIVERGING : PLOT_RISING;
	m.rows = (int)list[0]->x.shape[0];
	m.columns = (int)list[0]->x.shape[1];
	shape(&m, plan, &grid, n, &width, &height);
	room = plot_page_width(g, o, width) - LEFT - PLOT_SCALE;
	plot_grid_fit(&grid, n, room, LEAST);
	if (plot_page_start(&p, g, o, width, height * grid.down, e) < 0)
		return -1;
	all = (struct plot_box){ LEFT, p.top, p.width - LEFT - PLOT_SCALE, p.height - p.top };
	for (i = 0; i < n; i++) {
		m.box = plot_grid_box(&grid, all, i);
		m.ylabel = i % grid.across ? NULL : plan->ylabel;
		m.ynumbers = i % grid.across == 0;
		m.ynames = i % grid.across ? NULL : plan->ynames;
		draw_one(&p, d, list[i], &m);
	}
	all.y = plot_grid_box(&grid, all, 0).y;
	all.h = plot_grid_box(&grid, all, 0).h;
	plot_scale(&p, all, m.palette, m.low, m.high, plan->unit);
	plot_footer(&p, d, list[0]->run);
	return 0;
}

int plot_maps(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
	      const struct plot_maps *plan, struct err *e)
{
	const struct plot_array **list;
	int most = g->format == GNUPLOT_TEXT ? 3 : plan->most, n, result;

	most = plot_room(g, o, most, LEFT + PLOT_SCALE, LEAST, TALL);
	n = plot_pick(d, plan->name, o, most, &list, e);

	if (n < 0)
		return -1;
	result = draw_all(g, d, o, plan, list, n, e);
	free(list);
	return result;
}
