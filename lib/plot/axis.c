/* Pages, boxes, axes and their tics. */
#include "plot/panel.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

const unsigned plot_color[PLOT_COLORS] = { 0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7,
					   0xe69f00, 0x56b4e9, 0x555555 };

int plot_page_start(struct plot_page *p, struct gnuplot *g, const struct plot_options *o, int width,
		    int height, struct err *e)
{
	*p = (struct plot_page){ .g = g,
				 .width = o->width ? o->width : width,
				 .height = o->height ? o->height : height,
				 .text = g->format == GNUPLOT_TEXT };
	if (gnuplot_start(g, p->width, p->height, e) < 0)
		return -1;
	p->f = g->script;
	fputs("set multiplot\nset key noautotitle\n", p->f);
	if (o->title)
		plot_note(p, 14, 24, 'l', 14, PLOT_INK, o->title, p->width / 9);
	plot_reset(p);
	return 0;
}

void plot_reset(struct plot_page *p)
{
	fprintf(p->f,
		"unset label; unset arrow; unset object; unset key; unset title; unset grid\n"
		"unset xtics; unset ytics; unset xlabel; unset ylabel; unset colorbox\n"
		"unset logscale; set border 0 linecolor rgb '#%06x' linewidth 1\n"
		"set autoscale; set style fill solid 1 noborder\n",
		PLOT_FAINT);
}

/* A page shorter than its notes would put them outside: one empty plot carries a note. */
void plot_note(struct plot_page *p, double x, double y, char align, int size, unsigned color,
	       const char *text, int most)
{
	plot_reset(p);
	fputs("set label 1 ", p->f);
	gnuplot_text(p->f, text, most);
	fprintf(p->f, " at screen %.6f,%.6f %s font ',%d' textcolor rgb '#%06x'\n", x / p->width,
		1 - (y - 0.35 * size) / p->height,
		align == 'l'   ? "left"
		: align == 'c' ? "center"
			       : "right",
		p->g->format == GNUPLOT_PNG || p->g->format == GNUPLOT_PDF ? (size * 3 + 2) / 4
									   : size,
		color);
	fputs("set xrange [0:1]; set yrange [0:1]\nplot NaN\nunset label\n", p->f);
}

void plot_footer(struct plot_page *p, const struct plot_data *d, int run)
{
	char text[64];

	if (run == -1 && d->series.nruns > d->series.ngroups)
		snprintf(text, sizeof(text), "means and ranges over seeds");
	else
		snprintf(text, sizeof(text), "%d runs", d->series.nruns);
	plot_note(p, p->width - 12, p->height - 6, 'r', 10, PLOT_FAINT,
		  run >= 0 ? d->series.runs[run].name : text, 64);
}

struct plot_box plot_cell(struct plot_box all, int i, int n, double gap)
{
	double w = (all.w - gap * (n - 1)) / n;

	return (struct plot_box){ all.x + i * (w + gap), all.y, w, all.h };
}

void plot_area(struct plot_page *p, struct plot_box b)
{
	fprintf(p->f,
		"set lmargin at screen %.6f; set rmargin at screen %.6f\n"
		"set tmargin at screen %.6f; set bmargin at screen %.6f\n",
		b.x / p->width, (b.x + b.w) / p->width, 1 - b.y / p->height,
		1 - (b.y + b.h) / p->height);
}

void plot_axis_fit(struct plot_axis *a, double least, double most, int has_zero)
{
	double span;

	if (!(least > 0 && most >= least))
		least = most = 1;
	a->low = log10(least);
	a->high = log10(most);
	span = fmax(a->high - a->low, 0.3);
	if (a->high - a->low < span)
		a->high = a->low + span;
	a->linear = 0;
	a->least = a->low;
	a->has_zero = has_zero;
	a->zero = a->low - span / 12;
	a->low = (has_zero ? a->zero : a->low) - span / 60;
	a->high += span / 60;
}

double plot_axis_at(const struct plot_axis *a, double step)
{
	return a->linear ? step : step > 0 ? log10(step) : a->has_zero ? a->zero : NAN;
}

void plot_axis_linear(struct plot_axis *a, double low, double high)
{
	double pad = high > low ? (high - low) / 60 : 0.5;

	*a = (struct plot_axis){ .low = low - pad, .high = high + pad, .least = low, .linear = 1 };
}

void plot_axis_cover(struct plot_axis *a, const struct series *const *list, int n)
{
	double least = INFINITY, most = 0, step;
	int i, j, zero = 0;

	for (i = 0; i < n; i++)
		for (j = 0; j < list[i]->n; j++) {
			step = (double)list[i]->step[j];
			zero |= step == 0;
			if (step > 0) {
				least = fmin(least, step);
				most = fmax(most, step);
			}
		}
	plot_axis_fit(a, least, most, zero);
}

void plot_step_text(char *text, size_t n, int64_t step)
{
	if (step >= 1000000 && step % 10000 == 0)
		snprintf(text, n, "%gM", (double)step / 1e6);
	else if (step >= 1000 && step % 10 == 0)
		snprintf(text, n, "%gk", (double)step / 1e3);
	else
		snprintf(text, n, "%" PRId64, step);
}

void plot_step_tics(struct plot_page *p, const struct plot_axis *a, int numbers)
{
	int decade, m, few = a->high - (a->has_zero ? a->zero : a->low) < 2.2, first = 1, major;
	char text[32];
	double at;

	if (a->linear) {
		plot_tics(p, 'x', a->low, a->high, 0, numbers ? PLOT_WHOLE : PLOT_BARE);
		fprintf(p->f, "set xrange [%.10g:%.10g]\n", a->low, a->high);
		return;
	}
	fprintf(p->f,
		"set xrange [%.10g:%.10g]\nset xtics nomirror out scale 0.6,0.35 offset 0,0.3 (",
		a->low, a->high);
	if (a->has_zero) {
		fprintf(p->f, "\"%s\" %.10g", numbers ? "0" : "", a->zero);
		first = 0;
	}
	for (decade = 0; decade <= 18; decade++)
		for (m = 1; m < 10; m++) {
			at = decade + log10(m);
			if (at < a->low || at > a->high || (a->has_zero && at < a->least - 1e-9))
				continue;
			major = m == 1 || (few && (m == 2 || m == 5));
			plot_step_text(text, sizeof(text), (int64_t)(m * pow(10, decade) + 0.5));
			fprintf(p->f, "%s\"%s\" %.10g %d", first ? "" : ", ",
				major && numbers ? text : "", at, !major);
			first = 0;
		}
	fprintf(p->f, ") textcolor rgb '#%06x'\n", PLOT_INK);
}

/* Powers of ten as text: enhanced text, which could write them, is off. */
static void put_power(FILE *f, int power)
{
	static const char *const digit[] = { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" };
	char text[16];
	int i;

	if (power >= -3 && power <= 4) {
		fprintf(f, "\"%g\"", pow(10, power));
		return;
	}
	snprintf(text, sizeof(text), "%d", power);
	fputs("\"10", f);
	for (i = 0; text[i]; i++)
		fputs(text[i] == '-' ? "⁻" : digit[text[i] - '0'], f);
	fputc('"', f);
}

void plot_tics(struct plot_page *p, char axis, double low, double high, int log,
	       enum plot_numbers numbers)
{
	double step, unit, at;
	int i, first = 1, every;

	fprintf(p->f, "set %ctics nomirror out scale 0.6,0.35 offset %s (", axis,
		axis == 'x' ? "0,0.3" : "0.4,0");
	if (log) {
		every = (int)ceil((log10(high) - log10(low)) / 5.5);
		every = every < 1 ? 1 : every;
		for (i = (int)ceil(log10(low) - 1e-9); i <= log10(high) + 1e-9; i++) {
			if (i % every && every > 3)
				continue;
			fputs(first ? "" : ", ", p->f);
			if (i % every == 0 && numbers)
				put_power(p->f, i);
			else
				fputs("\"\"", p->f);
			fprintf(p->f, " 1e%d %d", i, i % every != 0);
			first = 0;
		}
		fprintf(p->f, ") textcolor rgb '#%06x'\nset logscale %c\n", PLOT_INK, axis);
		return;
	}
	if (!(high > low))
		high = low + 1;
	unit = pow(10, floor(log10((high - low) / 4)));
	step = (high - low) / 4 / unit;
	step = unit * (step < 1.5 ? 1 : step < 3.5 ? 2 : step < 7.5 ? 5 : 10);
	if (numbers == PLOT_WHOLE)
		step = fmax(step, 1);
	for (at = step * ceil(low / step - 1e-9); at <= high + 1e-9 * step; at += step) {
		at = fabs(at) < 1e-9 * step ? 0 : at;
		fputs(first ? "" : ", ", p->f);
		if (numbers == PLOT_BARE)
			fprintf(p->f, "\"\" %.10g", at);
		else if (step >= 1e5)
			fprintf(p->f, "\"%.6gM\" %.10g", at / 1e6, at);
		else if (step >= 1e3)
			fprintf(p->f, "\"%.6gk\" %.10g", at / 1e3, at);
		else
			fprintf(p->f, "\"%.6g\" %.10g", at, at);
		first = 0;
	}
	fprintf(p->f, ") textcolor rgb '#%06x'\n", PLOT_INK);
}
