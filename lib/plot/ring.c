/*
 * Residues in the plane of the two largest principal components, at several checkpoints; below, at
 * the last of them, in the planes of its key frequencies.
 */
#include "plot/panel.h"

#include <math.h>
#include <stdlib.h>

enum { MOST = 4, LEFT = 62, GAP = 66, ABOVE = 32, BELOW = 48, CELL = 220, LEAST = 150 };

/* The residue of row i: in the basis of discrete logarithms rows are powers of the generator. */
static int residue(const struct plot_array *order, size_t i)
{
	return order && i < order->x.n ? (int)((const float *)order->x.data)[i] : (int)i;
}

static double reach(const float *x, size_t n, size_t stride)
{
	double most = 0;
	size_t i;

	for (i = 0; i < n; i++)
		most = fmax(most, hypot(x[i * stride], x[i * stride + 1]));
	return isfinite(most) && most > 0 ? 1.1 * most : 1;
}

/* A plane with axes of one scale, whose names stand below and at the left. */
static void open_plane(struct plot_page *p, struct plot_box box, double most, const char *title,
		       const char *subtitle, const char *const names[2])
{
	double x = most * fmax(1, box.w / box.h), y = most * fmax(1, box.h / box.w);

	plot_reset(p);
	plot_area(p, box);
	fputs("set border 15\n", p->f);
	plot_tics(p, 'x', -x, x, 0, PLOT_NUMBERS);
	plot_tics(p, 'y', -y, y, 0, PLOT_NUMBERS);
	fprintf(p->f, "set xrange [%.8g:%.8g]; set yrange [%.8g:%.8g]\n", -x, x, -y, y);
	plot_title(p, box, title, subtitle);
	plot_label(p, box, 'x', names[0]);
	plot_label(p, box, 'y', names[1]);
}

/* The residues as points of a plane, in pixels from the lower left corner of its box. */
struct cloud {
	double (*at)[2]; /* (n) */
	unsigned *color; /* (n) */
	size_t n;
	double w, h, half; /* half of the shorter side */
};

/* A number of up to four digits, as wide and as high as it is drawn. */
enum { DIGIT = 6, HIGH = 10, AWAY = 3 /* from its point */ };

/* Is there room for a number, as wide as @w, round (x, y), beside the points and @named others? */
static int is_free(const struct cloud *c, double (*name)[3], size_t named, double x, double y,
		   double w)
{
	size_t i;

	if (x < w / 2 || x > c->w - w / 2 || y < HIGH / 2 || y > c->h - HIGH / 2)
		return 0;
	for (i = 0; i < named; i++)
		if (fabs(name[i][0] - x) < (name[i][2] + w) / 2 && fabs(name[i][1] - y) < HIGH)
			return 0;
	for (i = 0; i < c->n; i++)
		if (fabs(c->at[i][0] - x) < w / 2 + 1 && fabs(c->at[i][1] - y) < HIGH / 2 + 1)
			return 0;
	return 1;
}

/* A place for the number of point @i at one of its four corners: 1 with its centre, 0: none. */
static int find_place(const struct cloud *c, double (*name)[3], size_t named, size_t i, double w,
		      double *x, double *y)
{
	int corner;

	for (corner = 0; corner < 4; corner++) {
		*x = c->at[i][0] + (corner % 2 ? -1 : 1) * (w / 2 + AWAY);
		*y = c->at[i][1] + (corner / 2 ? -1 : 1) * (HIGH / 2 + AWAY);
		if (is_free(c, name, named, *x, *y, w))
			return 1;
	}
	return 0;
}

/* Lines "x y residue colour" of the numbers that have room, round ones first. */
static int put_names(FILE *f, const struct cloud *c, const struct plot_array *order, double most,
		     struct err *e)
{
	static const int round[] = { 10, 5, 1 };
	double(*name)[3] = calloc(c->n, sizeof(*name)), x, y, w;
	size_t i, named = 0;
	int k, r;

	if (!name)
		return err_memory(e);
	for (k = 0; k < 3; k++)
		for (i = 0; i < c->n; i++) {
			r = residue(order, i);
			if (r % round[k] || (k && r % round[k - 1] == 0))
				continue;
			w = DIGIT * (r > 999 ? 4 : r > 99 ? 3 : r > 9 ? 2 : 1) + 2;
			if (!find_place(c, name, named, i, w, &x, &y))
				continue;
			name[named][0] = x;
			name[named][1] = y;
			name[named++][2] = w;
			fprintf(f, "%.6g %.6g %d %u\n", (x - c->w / 2) * most / c->half,
				(y - c->h / 2) * most / c->half, r, c->color[i]);
		}
	free(name);
	return 0;
}

/* In text every residue is a number; else a point, and a number where there is room. */
static int put_cloud(struct plot_page *p, struct cloud *c, const struct plot_array *a,
		     const struct plot_array *order, double k, double most, struct err *e)
{
	const float *x = a->x.data;
	size_t C = a->x.shape[1], i;
	int result = 0;

	c->at = calloc(c->n, sizeof(*c->at));
	c->color = calloc(c->n, sizeof(*c->color));
	if (!c->at || !c->color)
		result = err_memory(e);
	fprintf(p->f, "$d%d << EOD\n", p->blocks);
	for (i = 0; !result && i < c->n; i++) {
		c->at[i][0] = c->w / 2 + (double)x[i * C] / most * c->half;
		c->at[i][1] = c->h / 2 + (double)x[i * C + 1] / most * c->half;
		c->color[i] = plot_wheel(fmod((double)i * k, (double)c->n) / (double)c->n);
		fprintf(p->f, "%.6g %.6g %d %u\n", (double)x[i * C], (double)x[i * C + 1],
			residue(order, i), c->color[i]);
	}
	fprintf(p->f, "EOD\n$d%d << EOD\n", p->blocks + 1);
	if (!result && !p->text)
		result = put_names(p->f, c, order, most, e);
	fputs("EOD\n", p->f);
	free(c->at);
	free(c->color);
	return result;
}

/* The first two principal components; colours turn with the ring that the run reports there. */
static int draw_components(struct plot_page *p, const struct plot_data *d,
			   const struct plot_array *a, struct plot_box box, struct err *e)
{
	static const char *const names[] = { "PC 1", "PC 2" };
	const struct plot_array *order = plot_array(d, a->run, a->step, "spectrum.order");
	const struct series *s = series_find(&d->series, "spectrum.pc_ring_k", a->run, NULL);
	double k = s ? series_at(s, (double)a->step) : NAN;
	struct cloud c = {
		.n = a->x.shape[0], .w = box.w, .h = box.h, .half = fmin(box.w, box.h) / 2
	};
	double most = reach(a->x.data, c.n, a->x.shape[1]);
	char title[48], subtitle[48];

	k = isfinite(k) && k >= 1 ? k : 1;
	plot_caption(d, a->run, a->step, title, sizeof(title), subtitle, sizeof(subtitle));
	open_plane(p, box, most, title, subtitle, names);
	if (put_cloud(p, &c, a, order, k, most, e) < 0)
		return -1;
	fputs("plot ", p->f);
	if (!p->text)
		fprintf(p->f,
			"$d%d using 1:2:4 with points pointtype 7 pointsize 0.4 linecolor rgb "
			"variable, ",
			p->blocks);
	fprintf(p->f,
		"$d%d using 1:2:(sprintf('%%d',$3)):4 with labels font ',%d' textcolor rgb "
		"variable\n",
		p->blocks + !p->text, p->g->format == GNUPLOT_SVG ? 9 : 7);
	p->blocks += 2;
	return 0;
}

/* The plane of a key frequency, its points joined in the order of rising k i mod n. */
static void draw_frequency(struct plot_page *p, const struct plot_data *d,
			   const struct plot_array *planes, size_t r, int k, struct plot_box box)
{
	static const char *const names[] = { "direction 1", "direction 2" };
	const struct plot_array *order = plot_array(d, planes->run, planes->step, "spectrum.order");
	const struct plot_array *rings = plot_array(d, planes->run, planes->step, "spectrum.rings");
	size_t n = planes->x.shape[1], i, turn;
	const float *x = (const float *)planes->x.data + 2 * n * r;
	char title[64], subtitle[64], step[32];

	plot_step_text(step, sizeof(step), planes->step);
	snprintf(title, sizeof(title), "frequency %d", k);
	snprintf(subtitle, sizeof(subtitle), "step %s", step);
	if (rings && rings->x.ndim == 2 && rings->x.shape[1] > 1 && k >= 1 &&
	    (size_t)k <= rings->x.shape[0])
		snprintf(subtitle, sizeof(subtitle), "R² %.2f at %s",
			 (double)((const float *)
					  rings->x.data)[(size_t)(k - 1) * rings->x.shape[1] + 1],
			 step);
	open_plane(p, box, reach(x, n, 2), title, subtitle, names);
	fprintf(p->f, "$d%d << EOD\n", p->blocks);
	for (turn = 0; turn <= n; turn++)
		for (i = 0; i < n; i++)
			if ((i * (size_t)k) % n == turn % n)
				fprintf(p->f, "%.6g %.6g %d %u\n", (double)x[2 * i],
					(double)x[2 * i + 1], residue(order, i),
					plot_wheel((double)(turn % n) / (double)n));
	fprintf(p->f,
		"EOD\nplot $d%d using 1:2 with lines linewidth 0.8 linecolor rgb '#%06x', "
		"$d%d using 1:2:4 with points pointtype 7 pointsize 0.45 linecolor rgb variable\n",
		p->blocks, PLOT_GRID - 0x101010, p->blocks);
	p->blocks++;
}

/* The key frequencies of the checkpoint, the strongest first; 0 when none are recorded. */
static int key_frequencies(const struct plot_data *d, const struct plot_array *a, int k[MOST],
			   const struct plot_array **planes)
{
	const struct plot_array *keys = plot_array(d, a->run, a->step, "spectrum.keys");
	size_t i, n;

	*planes = plot_array(d, a->run, a->step, "spectrum.planes");
	if (!keys || !*planes || (*planes)->x.ndim != 3 || (*planes)->x.shape[2] != 2)
		return 0;
	n = (*planes)->x.shape[0] < keys->x.n ? (*planes)->x.shape[0] : keys->x.n;
	for (i = 0; i < n && i < MOST; i++)
		k[i] = (int)((const float *)keys->x.data)[i];
	return (int)i;
}

static int draw_all(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		    const struct plot_array *const *list, int n, struct err *e)
{
	struct plot_grid grid = { .gap = GAP, .above = ABOVE, .below = BELOW };
	const struct plot_array *planes = NULL;
	struct plot_page p;
	struct plot_box all;
	int i, nkeys, most, k[MOST], across, width;

	nkeys = g->format == GNUPLOT_TEXT ? 0 : key_frequencies(d, list[n - 1], k, &planes);
	most = plot_room(g, o, n + nkeys, LEFT, LEAST, CELL) - n;
	nkeys = nkeys < most ? nkeys : most > 0 ? most : 0;
	width = LEFT + (n > nkeys ? n : nkeys) * (CELL + GAP);
	plot_grid_fit(&grid, n > nkeys ? n : nkeys, plot_page_width(g, o, width) - LEFT - GAP,
		      LEAST);
	across = grid.across;
	/* The frequencies begin a row of their own. */
	grid.down = (n + across - 1) / across + (nkeys + across - 1) / across;
	if (plot_page_start(&p, g, o, width, (CELL + ABOVE + BELOW) * grid.down, e) < 0)
		return -1;
	all = (struct plot_box){ LEFT, p.top, p.width - LEFT - GAP / 2, p.height - p.top };
	for (i = 0; i < n; i++)
		if (draw_components(&p, d, list[i], plot_grid_box(&grid, all, i), e) < 0)
			return -1;
	for (i = 0; i < nkeys; i++)
		draw_frequency(&p, d, planes, (size_t)i, k[i],
			       plot_grid_box(&grid, all, (n + across - 1) / across * across + i));
	plot_footer(&p, d, list[0]->run);
	return 0;
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	const struct plot_array **list;
	int most = g->format == GNUPLOT_TEXT ? 3 : MOST, i, n, result = 0;

	most = plot_room(g, o, most, LEFT, LEAST, CELL);
	n = plot_pick(d, "spectrum.pca", o, most, &list, e);
	if (n < 0)
		return -1;
	for (i = 0; i < n && !result; i++)
		if (list[i]->x.ndim != 2 || list[i]->x.shape[1] < 2)
			result =
				err_set(e, "'spectrum.pca' is not a matrix of two columns or more");
	if (!result)
		result = draw_all(g, d, o, list, n, e);
	free(list);
	return result;
}

const struct plot_kind plot_ring = {
	.name = "ring",
	.purpose = "residues on the first two principal components, at several checkpoints",
	.needs = { "spectrum.pca" },
	.command = "grok-spectrum",
	.arrays = { "spectrum.pca", "spectrum.rings", "spectrum.keys", "spectrum.planes",
		    "spectrum.order" },
	.takes = PLOT_STEP,
	.draw = draw,
	.heading = "Rings",
	.caption = "Above: residues on the first two principal components. "
		   "Below: in the planes of the strongest key frequencies, joined in ring order.",
	.groups = 1,
};
