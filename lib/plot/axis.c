/* Axes and their tics; see panel.h. */
#include "plot/panel.h"

#include <inttypes.h>
#include <math.h>

void plot_number(FILE *f, double x)
{
	if (isfinite(x))
		fprintf(f, "%.8g ", x);
	else
		fputs("NaN ", f);
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
	double least = pow(10, a->least);

	if (a->linear)
		return step;
	if (a->has_zero && step >= 0 && step < least) /* as far as log(1 + step) is */
		return a->zero + (a->least - a->zero) * log1p(step) / log1p(least);
	return step > 0 ? log10(step) : NAN;
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

/* How many numbers have room on an axis of the panel that is open, at most six. */
static double room(const struct plot_page *p, char axis)
{
	double n = axis == 'x' ? p->area.w / 44 : p->area.h / (p->text ? 20 : 22);

	return fmax(1, fmin(n, 6));
}

/*
 * The distance of tics: the least of 1, 2 or 5 times a power of ten at which @n have room, but so
 * small that there is one, since gnuplot makes its own for a list of none.
 */
static double tic_step(double low, double high, double n, int whole)
{
	double unit, step;

	do {
		unit = pow(10, floor(log10((high - low) / n)));
		step = (high - low) / n / unit;
		step = unit * (step <= 1 ? 1 : step <= 2 ? 2 : step <= 5 ? 5 : 10);
		n *= 1.5;
	} while (step * ceil(low / step - 1e-9) > high + 1e-9 * step);
	return whole ? fmax(step, 1) : step;
}

void plot_tics(struct plot_page *p, char axis, double low, double high, double unit,
	       enum plot_numbers numbers)
{
	double step, at, most = fmax(unit, fmax(fabs(low), fabs(high)));
	int first = 1;

	fprintf(p->f, "set %ctics nomirror out scale 0.6,0.35 offset %s (", axis,
		axis == 'x' ? "0,0.3" : "0.4,0");
	if (!(high > low))
		high = low + 1;
	/* A range with margins of 4 % has as many tics as one without. */
	step = tic_step(low, high, 1.08 * room(p, axis), numbers == PLOT_WHOLE);
	for (at = step * ceil(low / step - 1e-9); at <= high + 1e-9 * step; at += step) {
		at = fabs(at) < 1e-9 * step ? 0 : at;
		fputs(first ? "" : ", ", p->f);
		if (numbers == PLOT_BARE)
			fprintf(p->f, "\"\" %.10g", at);
		else if (most >= 2e6)
			fprintf(p->f, "\"%.6g%s\" %.10g", at / 1e6, at != 0 ? "M" : "", at);
		else if (most >= 1e4)
			fprintf(p->f, "\"%.6g%s\" %.10g", at / 1e3, at != 0 ? "k" : "", at);
		else
			fprintf(p->f, "\"%.6g\" %.10g", at, at);
		first = 0;
	}
	fprintf(p->f, ") textcolor rgb '#%06x'\n", PLOT_INK);
}

/* Tics at 1, 2 and 5 times powers of ten, for an axis that shows few of these. */
static void put_steps(FILE *f, double low, double high)
{
	static const int steps[] = { 1, 2, 5 };
	int i, k, n = 0;
	double at;

	for (i = (int)floor(log10(low)); i <= log10(high); i++)
		for (k = 0; k < 3; k++) {
			at = steps[k] * pow(10, i);
			if (at < low * (1 - 1e-9) || at > high * (1 + 1e-9))
				continue;
			fprintf(f, "%s\"%g\" %.10g", n++ ? ", " : "", at, at);
		}
}

void plot_log_tics(struct plot_page *p, char axis, double low, double high)
{
	double decades = log10(high) - log10(low);
	int i, n = 0, every = (int)ceil(decades / room(p, axis));

	if (decades < 0.9) { /* few powers of ten: the tics of a linear axis */
		plot_tics(p, axis, low, high, 0, PLOT_NUMBERS);
		fprintf(p->f, "set logscale %c\n", axis);
		return;
	}
	every = every < 1 ? 1 : every;
	fprintf(p->f, "set %ctics nomirror out scale 0.6,0.35 offset %s (", axis,
		axis == 'x' ? "0,0.3" : "0.4,0");
	if ((decades < 2 && room(p, axis) > 4) || ceil(log10(low) - 1e-9) > log10(high) + 1e-9) {
		put_steps(p->f, low, high);
		decades = -1;
	}
	for (i = (int)ceil(log10(low) - 1e-9); decades >= 0 && i <= log10(high) + 1e-9; i++) {
		if (i % every && every > 3)
			continue;
		fputs(n++ ? ", " : "", p->f);
		if (i % every == 0)
			put_power(p->f, i);
		else
			fputs("\"\"", p->f);
		fprintf(p->f, " 1e%d %d", i, i % every != 0);
	}
	fprintf(p->f, ") textcolor rgb '#%06x'\nset logscale %c\n", PLOT_INK, axis);
}
