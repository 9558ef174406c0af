/* Residues in the plane: each is a number, coloured by its place round the circle of residues. */
#include "plot_panel.h"

#include <math.h>
#include <stdlib.h>

int plot_ring(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
	      struct err *e);

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

/* The ring that the run reports at this step, 0 when it reports none. */
static int ring_at(const struct plot_data *d, const struct plot_array *a)
{
	const struct series *s = series_find(&d->series, "spectrum.ring_k", a->run, NULL);
	double k = s ? series_at(s, (double)a->step) : NAN;

	return isfinite(k) && k > 0 && k < (double)a->x.shape[0] ? (int)k : 0;
}

static void draw_plane(struct plot_page *p, const struct plot_data *d, const struct plot_array *a,
		       struct plot_box box)
{
	const float *x = a->x.data;
	size_t P = a->x.shape[0], C = a->x.shape[1], i;
	int k = ring_at(d, a);
	double reach = 0, turn;
	char title[48], subtitle[48];

	for (i = 0; i < P; i++)
		reach = fmax(reach, fmax(fabs((double)x[i * C]), fabs((double)x[i * C + 1])));
	reach = isfinite(reach) && reach > 0 ? 1.12 * reach : 1;
	plot_caption(d, a->run, a->step, title, sizeof(title), subtitle, sizeof(subtitle));
	plot_reset(p);
	plot_area(p, box);
	fprintf(p->f, "set border 15\nset xrange [%.8g:%.8g]; set yrange [%.8g:%.8g]\n", -reach,
		reach, -reach, reach);
	plot_title(p, box, title, subtitle);
	fprintf(p->f, "$d%d << EOD\n", p->blocks);
	for (i = 0; i < P; i++) {
		turn = k ? fmod((double)i * k, (double)P) / (double)P : (double)i / (double)P;
		fprintf(p->f, "%.6g %.6g %zu %u\n", (double)x[i * C], (double)x[i * C + 1], i,
			wheel(turn));
	}
	fprintf(p->f,
		"EOD\nplot $d%d using 1:2:(sprintf('%%d',$3)):4 with labels font ',%d' textcolor "
		"rgb variable\n",
		p->blocks++, p->g->format == GNUPLOT_SVG ? 9 : 7);
}

int plot_ring(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
	      struct err *e)
{
	const struct plot_array **list =
		calloc((size_t)(o->nsteps > MOST ? o->nsteps : MOST) + 1, sizeof(*list));
	struct plot_page p;
	struct plot_box all;
	int i, n, result = -1;

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
	if (plot_page_start(&p, g, o, 270 * n + 20, 328 + (o->title ? 26 : 0), e) < 0)
		goto out;
	all = (struct plot_box){ 12, o->title ? 62 : 36, p.width - 24, 0 };
	all.h = p.height - all.y - 30;
	for (i = 0; i < n; i++)
		draw_plane(&p, d, list[i], plot_cell(all, i, n, 16));
	plot_footer(&p, d, list[0]->run);
	result = 0;
out:
	free(list);
	return result;
}
