/* Points and a line through them; see scatter.h. */
#include "plot/scatter.h"

#include <math.h>
#include <string.h>

struct reach {
	double low, high; /* of an axis, with a margin */
};

static struct reach reach(const double *v, int n, int log)
{
	double low = INFINITY, high = -INFINITY, pad;
	int i;

	for (i = 0; i < n; i++)
		if (isfinite(v[i]) && (!log || v[i] > 0)) {
			low = fmin(low, v[i]);
			high = fmax(high, v[i]);
		}
	if (!(low <= high))
		low = high = 1;
	if (log) {
		pad = fmax(pow(high / low, 0.06), 1.05);
		return (struct reach){ low / pad, high * pad };
	}
	pad = high > low ? 0.06 * (high - low) : fmax(fabs(high), 1) / 2;
	return (struct reach){ low - pad, high + pad };
}

static void put_axis(struct plot_page *p, char axis, struct reach r, int log)
{
	if (log)
		plot_log_tics(p, axis, r.low, r.high);
	else
		plot_tics(p, axis, r.low, r.high, 0, PLOT_NUMBERS);
	fprintf(p->f, "set %crange [%.10g:%.10g]\n", axis, r.low, r.high);
}

/* The line at an end of the axis. */
static double fitted(const struct plot_points *q, double x)
{
	return q->log ? exp(q->fit->intercept + q->fit->slope * log(x))
		      : q->fit->intercept + q->fit->slope * x;
}

/* Where a value lies on an axis of @length pixels */
static double place(double v, struct reach r, int log, double length)
{
	return length *
	       (log ? log10(v / r.low) / log10(r.high / r.low) : (v - r.low) / (r.high - r.low));
}

/* Would the name lie on that of a neighbour?  Of neighbours with one name the first has it. */
static int is_crowded(const struct plot_points *q, struct plot_box box, struct reach x,
		      struct reach y, int i)
{
	const double w = 24, h = 13; /* of a short name */

	for (int j = 0; j < q->n; j++) {
		double dx = place(q->x[j], x, q->log, box.w) - place(q->x[i], x, q->log, box.w);
		double dy = place(q->y[j], y, q->log, box.h) - place(q->y[i], y, q->log, box.h);

		if (j != i && fabs(dx) < w && fabs(dy) < h &&
		    (j < i || strcmp(q->names[i], q->names[j]) != 0))
			return 1;
	}
	return 0;
}

static void put_blocks(struct plot_page *p, const struct plot_points *q, struct plot_box box,
		       struct reach x, struct reach y)
{
	int i;

	fprintf(p->f, "$d%d << EOD\n", p->blocks);
	for (i = 0; i < q->n; i++) {
		plot_number(p->f, q->x[i]);
		plot_number(p->f, q->y[i]);
		gnuplot_text(p->f, q->names && !is_crowded(q, box, x, y, i) ? q->names[i] : "", 12);
		fputc('\n', p->f);
	}
	fprintf(p->f, "EOD\n$d%d << EOD\n", p->blocks + 1);
	for (i = 0; q->fit && isfinite(q->fit->slope) && i < 2; i++) {
		plot_number(p->f, i ? x.high : x.low);
		plot_number(p->f, fitted(q, i ? x.high : x.low));
		fputc('\n', p->f);
	}
	fputs("EOD\n", p->f);
}

void plot_scatter(struct plot_page *p, struct plot_box box, const struct plot_points *q)
{
	struct reach x = reach(q->x, q->n, q->log), y = reach(q->y, q->n, q->log);
	const unsigned color = plot_paint(p, plot_color[0]);

	plot_reset(p);
	plot_area(p, box);
	fputs("set border 3\n", p->f);
	put_axis(p, 'x', x, q->log);
	put_axis(p, 'y', y, q->log);
	plot_title(p, box, q->title, q->subtitle);
	plot_label(p, box, 'x', q->xlabel);
	plot_label(p, box, 'y', q->ylabel);
	put_blocks(p, q, box, x, y);
	fputs("set clip two\n", p->f); /* the line's ends are those of the axis, or outside */
	fprintf(p->f,
		"plot $d%d using 1:2 with points pointtype 7 pointsize 0.7 linecolor rgb '#%06x'",
		p->blocks, color);
	if (q->names)
		fprintf(p->f, ", $d%d using 1:2:3 with labels offset 0.9,0.5 textcolor rgb '#%06x'",
			p->blocks, PLOT_FAINT);
	if (q->fit && isfinite(q->fit->slope))
		fprintf(p->f,
			", $d%d using 1:2 with lines linewidth 1.2 dashtype 2 linecolor rgb "
			"'#%06x'",
			p->blocks + 1, PLOT_FAINT);
	fputs("\nunset clip two\n", p->f);
	p->blocks += 2;
}
