/*
 * The two-dimensional Fourier transform of the embedding as a map, and below it the norm of each
 * frequency as bars.
 */
#include "plot/panel.h"

#include <math.h>
#include <stdlib.h>

enum { MOST = 5, LEFT = 66, GAP = 20, ABOVE = 34, BELOW = 46, CELL = 420, LEAST = 130, TALL = 280 };

static double largest(const float *x, size_t n)
{
	double most = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (x[i] > most && isfinite(x[i]))
			most = x[i];
	return most;
}

/*
 * Frequencies 1 to P/2 along, the channels' frequencies up: |F| as a share of the largest.  A real
 * matrix has |F(k,l)| = |F(-k,-l)|: the other half says nothing new.  Frequency 0 is the mean.
 */
static int draw_map(struct plot_page *p, const struct plot_data *d, const struct plot_array *a,
		    struct plot_box box, int first, struct err *e)
{
	size_t P = a->x.shape[0], C = a->x.shape[1], half = P / 2, k, l;
	const float *F = a->x.data;
	double most = largest(F + C, half * C);
	float *v = malloc(sizeof(*v) * (half * C + 1));
	char title[48], subtitle[48];
	struct plot_map m = { .box = box,
			      .title = title,
			      .subtitle = subtitle,
			      .ylabel = first ? "channel frequency" : NULL,
			      .v = v,
			      .rows = (int)C,
			      .columns = (int)half,
			      .xfirst = 1,
			      .colours = plot_share_colours,
			      .ynumbers = first };

	if (!v)
		return err_memory(e);
	for (k = 0; k < half; k++)
		for (l = 0; l < C; l++)
			v[l * half + k] = most > 0 ? (float)sqrt(F[(k + 1) * C + l] / most) : 0;
	plot_caption(d, a->run, a->step, title, sizeof(title), subtitle, sizeof(subtitle));
	plot_map_draw(p, &m);
	free(v);
	return 0;
}

static void draw_bars(struct plot_page *p, const struct plot_array *a, struct plot_box box,
		      int first, double most)
{
	const float *norm = a->x.data;
	size_t k, n = a->x.n;

	plot_reset(p);
	plot_area(p, box);
	fputs("set border 1\n", p->f);
	plot_tics(p, 'x', 1, (double)n - 1, 0, PLOT_WHOLE);
	if (first)
		plot_tics(p, 'y', 0, most, 0, PLOT_NUMBERS);
	fprintf(p->f, "set xrange [0.5:%.10g]; set yrange [0:%.10g]\nset boxwidth 0.8\n",
		(double)n - 0.5, most > 0 ? 1.05 * most : 1);
	plot_label(p, box, 'x', "frequency");
	plot_label(p, box, 'y', first ? "norm" : NULL);
	fprintf(p->f, "$d%d << EOD\n", p->blocks);
	for (k = 1; k < n; k++)
		fprintf(p->f, "%zu %.6g\n", k, isfinite(norm[k]) ? (double)norm[k] : 0);
	fprintf(p->f,
		"EOD\nplot $d%d using 1:2 with boxes fillstyle solid 1 noborder linecolor rgb "
		"'#%06x'\n",
		p->blocks++, plot_paint(p, plot_color[0]));
}

/* Checks the matrices and finds the largest norm of any. */
static int check(const struct plot_data *d, const struct plot_array *const *list, int n,
		 double *most, struct err *e)
{
	const struct plot_array *norms;
	int i;

	for (*most = 0, i = 0; i < n; i++) {
		if (list[i]->x.ndim != 2 || list[i]->x.shape[0] < 4 || list[i]->x.shape[1] < 1)
			return err_set(e, "'spectrum.power2d' is not a matrix of frequencies");
		norms = plot_array(d, list[i]->run, list[i]->step, "spectrum.norms");
		if (norms && norms->x.n > 1)
			*most = fmax(*most,
				     largest((const float *)norms->x.data + 1, norms->x.n - 1));
	}
	return 0;
}

static int draw_all(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		    const struct plot_array *const *list, int n, struct err *e)
{
	const int width = n < 3 ? 560 : LEFT + n * 190 + PLOT_SCALE;
	struct plot_grid grid = { .gap = GAP, .above = ABOVE, .below = BELOW };
	const struct plot_array *norms;
	struct plot_page p;
	struct plot_box all, box, bars, first = { 0 };
	double most;
	int i;

	if (check(d, list, n, &most, e) < 0)
		return -1;
	plot_grid_fit(&grid, n, plot_page_width(g, o, width) - LEFT - PLOT_SCALE, LEAST);
	if (plot_page_start(&p, g, o, width, CELL * grid.down, e) < 0)
		return -1;
	all = (struct plot_box){ LEFT, p.top, p.width - LEFT - PLOT_SCALE, p.height - p.top };
	for (i = 0; i < n; i++) {
		bars = box = plot_grid_box(&grid, all, i);
		box.h *= 0.6;
		bars.y += box.h + 18;
		bars.h -= box.h + 18;
		first = i ? first : box;
		if (draw_map(&p, d, list[i], box, i % grid.across == 0, e) < 0)
			return -1;
		norms = plot_array(d, list[i]->run, list[i]->step, "spectrum.norms");
		if (norms)
			draw_bars(&p, norms, bars, i % grid.across == 0, most);
	}
	all.y = first.y;
	all.h = first.h;
	plot_scale(&p, all, &plot_share_colours, "|F| / largest");
	plot_footer(&p, d, list[0]->run);
	return 0;
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	const struct plot_array **list;
	int most = g->format == GNUPLOT_TEXT ? 3 : MOST, n, result;

	most = plot_room(g, o, most, LEFT + PLOT_SCALE, LEAST, TALL);
	n = plot_pick(d, "spectrum.power2d", o, most, &list, e);
	if (n < 0)
		return -1;
	result = draw_all(g, d, o, list, n, e);
	free(list);
	return result;
}

const struct plot_kind plot_spectrum = {
	.name = "spectrum",
	.purpose = "the Fourier transform of the embedding at several checkpoints",
	.needs = { "spectrum.power2d" },
	.command = "grok-spectrum",
	.arrays = { "spectrum.power2d", "spectrum.norms" },
	.takes = PLOT_STEP,
	.draw = draw,
	.heading = "Spectrum of the embedding",
	.caption = "Above: the two-dimensional Fourier transform of the number rows, "
		   "relative to the largest value of each checkpoint. "
		   "Below: the norm of each frequency.",
	.groups = 1,
};
