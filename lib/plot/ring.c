/*
 * Residues in the plane of the two largest principal components, at several checkpoints; below, at the
 * last of them, in the planes of its key frequencies.
 */
#include "plot/panel.h"

#include <math.h>
#include <stdlib.h>

enum { MOST = 4 };

static int srgb(double linear)
{
	double x = linear <= 0 ? 0 : linear >= 1 ? 1 : linear;

	x = x <= 0.0031308 ? 12.92 * x : 1.055 * pow(x, 1 / 2.4) - 0.055;
	return (int)lround(255 * x);
}

/*
 * A colour of the wheel: hue @turn (0..1) at one lightness and chroma of OKLab, so that no residue
 * stands out.  Conversion: Ottosson, "A perceptual color space for image processing", 2020.
 */
static unsigned wheel(double turn)
{
	double angle = 2 * acos(-1) * turn, a = 0.125 * cos(angle), b = 0.125 * sin(angle);
	double l = pow(0.66 + 0.3963377774 * a + 0.2158037573 * b, 3);
	double m = pow(0.66 - 0.1055613458 * a - 0.0638541728 * b, 3);
	double s = pow(0.66 - 0.0894841775 * a - 1.2914855480 * b, 3);

	return (unsigned)srgb(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) << 16 |
	       (unsigned)srgb(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) << 8 |
	       (unsigned)srgb(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
}

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

static void open_plane(struct plot_page *p, struct plot_box box, double most, const char *title,
		       const char *subtitle)
{
	plot_reset(p);
	plot_area(p, box);
	fprintf(p->f, "set border 15\nset xrange [%.8g:%.8g]; set yrange [%.8g:%.8g]\n", -most,
		most, -most, most);
	plot_title(p, box, title, subtitle);
}

/* The first two principal components; colours turn with the ring that the run reports there. */
static void draw_components(struct plot_page *p, const struct plot_data *d,
			    const struct plot_array *a, struct plot_box box)
{
	const struct plot_array *order = plot_array(d, a->run, a->step, "spectrum.order");
	const struct series *s = series_find(&d->series, "spectrum.pc_ring_k", a->run, NULL);
	double k = s ? series_at(s, (double)a->step) : NAN;
	const float *x = a->x.data;
	size_t P = a->x.shape[0], C = a->x.shape[1], i;
	char title[48], subtitle[48];

	k = isfinite(k) && k >= 1 ? k : 1;
	plot_caption(d, a->run, a->step, title, sizeof(title), subtitle, sizeof(subtitle));
	open_plane(p, box, reach(x, P, C), title, subtitle);
	fprintf(p->f, "$d%d << EOD\n", p->blocks);
	for (i = 0; i < P; i++)
		fprintf(p->f, "%.6g %.6g %d %u\n", (double)x[i * C], (double)x[i * C + 1],
			residue(order, i), wheel(fmod((double)i * k, (double)P) / (double)P));
	fprintf(p->f,
		"EOD\nplot $d%d using 1:2:(sprintf('%%d',$3)):4 with labels font ',%d' textcolor "
		"rgb variable\n",
		p->blocks++, p->g->format == GNUPLOT_SVG ? 9 : 7);
}

/* The plane of a key frequency, its points joined in the order of rising k i mod n. */
static void draw_frequency(struct plot_page *p, const struct plot_data *d,
			   const struct plot_array *planes, size_t r, int k, struct plot_box box)
{
	const struct plot_array *order = plot_array(d, planes->run, planes->step, "spectrum.order");
	const struct plot_array *rings = plot_array(d, planes->run, planes->step, "spectrum.rings");
	size_t n = planes->x.shape[1], i, turn;
	const float *x = (const float *)planes->x.data + 2 * n * r;
	char title[64], subtitle[48];

	plot_step_text(subtitle, sizeof(subtitle), planes->step);
	snprintf(title, sizeof(title), "step %.20s, frequency %d", subtitle, k);
	subtitle[0] = 0;
	if (rings && rings->x.ndim == 2 && rings->x.shape[1] > 1 && k >= 1 &&
	    (size_t)k <= rings->x.shape[0])
		snprintf(subtitle, sizeof(subtitle), "R² %.3f",
			 (double)((const float *)
					  rings->x.data)[(size_t)(k - 1) * rings->x.shape[1] + 1]);
	open_plane(p, box, reach(x, n, 2), title, subtitle);
	fprintf(p->f, "$d%d << EOD\n", p->blocks);
	for (turn = 0; turn <= n; turn++)
		for (i = 0; i < n; i++)
			if ((i * (size_t)k) % n == turn % n)
				fprintf(p->f, "%.6g %.6g %d %u\n", (double)x[2 * i],
					(double)x[2 * i + 1], residue(order, i),
					wheel((double)(turn % n) / (double)n));
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

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	const struct plot_array **list =
		calloc((size_t)(o->nsteps > MOST ? o->nsteps : MOST) + 1, sizeof(*list));
	const struct plot_array *planes;
	struct plot_page p;
	struct plot_box all;
	int i, n, rows, nkeys, k[MOST], result = -1;

	if (!list)
		return err_memory(e);
	n = plot_pick(d, "spectrum.pca", o, g->format == GNUPLOT_TEXT ? 3 : MOST, list, e);
	if (n < 0)
		goto out;
	for (i = 0; i < n; i++)
		if (list[i]->x.ndim != 2 || list[i]->x.shape[1] < 2) {
			err_set(e, "'spectrum.pca' is not a matrix of two columns or more");
			goto out;
		}
	nkeys = g->format == GNUPLOT_TEXT ? 0 : key_frequencies(d, list[n - 1], k, &planes);
	rows = nkeys ? 2 : 1;
	if (plot_page_start(&p, g, o, 260 * (n > nkeys ? n : nkeys) + 20,
			    30 + 290 * rows + (o->title ? 26 : 0), e) < 0)
		goto out;
	all = (struct plot_box){ 12, o->title ? 62 : 36, p.width - 24, 0 };
	all.h = (p.height - all.y - 24) / rows - (rows > 1 ? 24 : 6);
	for (i = 0; i < n; i++)
		draw_components(&p, d, list[i], plot_cell(all, i, n > nkeys ? n : nkeys, 16));
	all.y += all.h + 42;
	for (i = 0; i < nkeys; i++)
		draw_frequency(&p, d, planes, (size_t)i, k[i],
			       plot_cell(all, i, n > nkeys ? n : nkeys, 16));
	plot_footer(&p, d, list[0]->run);
	result = 0;
out:
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
	.draw = draw,
	.heading = "Rings",
	.caption = "Above: residues on the first two principal components. Below: in the planes of "
		   "the strongest key frequencies, joined in ring order.",
	.groups = 1,
};
