/* How residues move during training, on the principal axes of the last checkpoint. */
#include "plot/panel.h"

#include <math.h>
#include <stdlib.h>

enum { LEFT = 62, GAP = 70, ABOVE = 34, BELOW = 50, CELL = 360, LEAST = 200, PLANES = 2 };

static double reach(const struct plot_array *const *list, int n)
{
	const float *x;
	double most = 0;
	size_t k;
	int i;

	for (i = 0; i < n; i++)
		for (x = list[i]->x.data, k = 0; k < list[i]->x.n; k++)
			most = isfinite(x[k]) ? fmax(most, fabs((double)x[k])) : most;
	return most > 0 ? 1.08 * most : 1;
}

/* Colours turn with the ring that the last checkpoint reports. */
static unsigned residue_color(const struct plot_data *d, const struct plot_array *last, size_t i)
{
	const struct series *s = series_find(&d->series, "spectrum.pc_ring_k", last->run, NULL);
	double k = s ? series_at(s, (double)last->step) : NAN, P = (double)last->x.shape[0];

	return plot_wheel(fmod((double)i * (k >= 1 ? k : 1), P) / P);
}

/* A path for each residue over the checkpoints, and a point where it ends; axes 0 and @other. */
static void draw_plane(struct plot_page *p, const struct plot_data *d,
		       const struct plot_array *const *list, int n, size_t other, double most,
		       struct plot_box box)
{
	const unsigned faint = 0x90u << 24; /* gnuplot's transparency */
	size_t P = list[0]->x.shape[0], C = list[0]->x.shape[1], i;
	char title[48], ignored[48], label[16];
	double wide, high;
	const float *x;
	int k;

	plot_reset(p);
	plot_area(p, box);
	fputs("set border 15\n", p->f);
	wide = most * fmax(1, box.w / box.h); /* axes of one scale */
	high = most * fmax(1, box.h / box.w);
	plot_tics(p, 'x', -wide, wide, 0, PLOT_NUMBERS);
	plot_tics(p, 'y', -high, high, 0, PLOT_NUMBERS);
	fprintf(p->f, "set xrange [%.8g:%.8g]; set yrange [%.8g:%.8g]\n", -wide, wide, -high, high);
	plot_caption(d, list[n - 1]->run, list[n - 1]->step, title, sizeof(title), ignored,
		     sizeof(ignored));
	plot_title(p, box, other == 1 ? "paths of the residues" : NULL, title);
	snprintf(label, sizeof(label), "PC %zu", other + 1);
	plot_label(p, box, 'x', "PC 1");
	plot_label(p, box, 'y', label);
	fprintf(p->f, "$d%d << EOD\n", p->blocks);
	for (i = 0; i < P; i++) {
		for (k = 0; k < n; k++) {
			x = list[k]->x.data;
			plot_number(p->f, x[i * C]);
			plot_number(p->f, x[i * C + other]);
			fprintf(p->f, "%u\n", faint | residue_color(d, list[n - 1], i));
		}
		fputc('\n', p->f);
	}
	fprintf(p->f, "EOD\n$d%d << EOD\n", p->blocks + 1);
	for (x = list[n - 1]->x.data, i = 0; i < P; i++) {
		plot_number(p->f, x[i * C]);
		plot_number(p->f, x[i * C + other]);
		fprintf(p->f, "%u\n", residue_color(d, list[n - 1], i));
	}
	fprintf(p->f,
		"EOD\nplot $d%d using 1:2:3 with lines linewidth 0.7 linecolor rgb variable, "
		"$d%d using 1:2:3 with points pointtype 7 pointsize 0.5 linecolor rgb variable\n",
		p->blocks, p->blocks + 1);
	p->blocks += 2;
}

/* All checkpoints of the first run of the group. */
static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	struct plot_grid grid = { .gap = GAP, .above = ABOVE, .below = BELOW };
	const int width = LEFT + PLANES * (CELL + GAP);
	const struct plot_array **list;
	struct plot_page p;
	struct plot_box all;
	int i, n, result = -1;
	double most;

	n = plot_pick(d, "spectrum.pca_frozen", o, d->narrays, &list, e);
	if (n < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (list[i]->x.ndim != 2 || list[i]->x.shape[1] != 3 ||
		    list[i]->x.shape[0] != list[0]->x.shape[0]) {
			err_set(e, "'spectrum.pca_frozen' is not a matrix of three columns");
			goto out;
		}
	most = reach(list, n);
	plot_grid_fit(&grid, PLANES, plot_page_width(g, o, width) - LEFT - GAP, LEAST);
	if (plot_page_start(&p, g, o, width, (CELL + ABOVE + BELOW) * grid.down, e) < 0)
		goto out;
	all = (struct plot_box){ LEFT, p.top, p.width - LEFT - GAP / 2, p.height - p.top };
	for (i = 0; i < PLANES; i++)
		draw_plane(&p, d, list, n, (size_t)i + 1, most, plot_grid_box(&grid, all, i));
	plot_footer(&p, d, list[0]->run);
	result = 0;
out:
	free(list);
	return result;
}

const struct plot_kind plot_trajectory = {
	.name = "trajectory",
	.purpose = "how the residues move over training, on the last checkpoint's principal axes",
	.needs = { "spectrum.pca_frozen" },
	.command = "grok-spectrum --axes",
	.arrays = { "spectrum.pca_frozen" },
	.takes = PLOT_STEP,
	.draw = draw,
	.heading = "Paths of the residues",
	.caption = "Each residue over all checkpoints on the principal axes of the last one, "
		   "where its point stands.",
	.groups = 1,
};
