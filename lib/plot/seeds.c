/*
 * Do the same heads lead in every seed?  For each run of a setting the heads of largest effect,
 * with their effect there and in the other runs.
 */
#include "plot/panel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"

enum { LEADING = 5, RUNS = 8, FEWEST = 2 };
enum {
	LEFT = 60,
	RIGHT = 20,
	GAP = 18,
	ABOVE = 40,
	BELOW = 46,
	WIDTH = 860,
	HEIGHT = 260,
	LEAST = 200
};

struct seeds {
	int run[RUNS], n;
	int64_t step; /* the last that all have */
	int heads, across; /* of the network, of a layer */
	double *share; /* (n, heads): CMS / total effect */
};

static const struct series *total(const struct plot_data *d, int run)
{
	return series_find(&d->series, "cma.total", run, NULL);
}

/* The runs of a group that have maps and total effects; returns how many. */
static int runs_of(const struct plot_data *d, int group, int list[RUNS])
{
	int i, run, n = 0;

	for (run = 0; run < d->series.nruns && n < RUNS; run++) {
		if (d->series.runs[run].group != group || !total(d, run))
			continue;
		for (i = 0; i < d->narrays &&
			    (d->arrays[i].run != run || strcmp(d->arrays[i].name, "cma.cms") != 0);)
			i++;
		if (i < d->narrays)
			list[n++] = run;
	}
	return n;
}

static int has_step(const struct plot_data *d, const struct seeds *s, int64_t step)
{
	for (int i = 0; i < s->n; i++)
		if (!plot_array(d, s->run[i], step, "cma.cms"))
			return 0;
	return 1;
}

/* What the heads of a run have at the step of all */
static int read_heads(const struct plot_data *d, struct seeds *s, int i, struct err *e)
{
	const struct plot_array *a = plot_array(d, s->run[i], s->step, "cma.cms");
	const float *cms = a ? a->x.data : NULL;
	double whole = series_at(total(d, s->run[i]), (double)s->step);
	int k;

	if (s->step < 0 || !a || a->x.ndim != 2 || (i && (int)a->x.n != s->heads))
		return err_set(e, "the runs have 'cma.cms' at no common step, or of different "
				  "shapes");
	s->heads = (int)a->x.n;
	s->across = (int)a->x.shape[1];
	if (!s->share)
		s->share = malloc(sizeof(*s->share) * ((size_t)s->n * a->x.n + 1));
	if (!s->share)
		return err_memory(e);
	for (k = 0; k < s->heads; k++)
		s->share[(size_t)i * a->x.n + (size_t)k] = cms[k] / whole;
	return 0;
}

/* The group with most runs, and what its heads have at the last step of all; 0, or -1 with @e */
static int find(const struct plot_data *d, const struct plot_options *o, struct seeds *s,
		struct err *e)
{
	int list[RUNS], group, i, n;

	for (group = 0; group < d->series.ngroups; group++) {
		n = o->group && group != o->group - 1 ? 0 : runs_of(d, group, list);
		if (n <= s->n)
			continue;
		s->n = n;
		memcpy(s->run, list, sizeof(list));
	}
	if (s->n < FEWEST)
		return err_set(e, "the stream has no 'cma.cms' and 'cma.total' of two runs that "
				  "differ in seeds alone");
	s->step = -1;
	for (i = 0; i < d->narrays; i++)
		if (d->arrays[i].step > s->step && has_step(d, s, d->arrays[i].step))
			s->step = d->arrays[i].step;
	for (i = 0; i < s->n; i++)
		if (read_heads(d, s, i, e))
			return -1;
	return 0;
}

static double share(const struct seeds *s, int i, int head)
{
	return s->share[(size_t)i * (size_t)s->heads + (size_t)head];
}

/* The heads of largest effect in run @i; returns how many. */
static int leading(const struct seeds *s, int i, int lead[LEADING])
{
	return stats_leading(s->share + (size_t)i * (size_t)s->heads, s->heads, LEADING, lead);
}

/* Low and high of all that is drawn */
static void reach(const struct seeds *s, double *low, double *high)
{
	int lead[LEADING], i, j, k, n;

	*low = *high = 0;
	for (i = 0; i < s->n; i++) {
		n = leading(s, i, lead);
		for (k = 0; k < n; k++)
			for (j = 0; j < s->n; j++) {
				*low = fmin(*low, share(s, j, lead[k]));
				*high = fmax(*high, share(s, j, lead[k]));
			}
	}
	*low *= 1.08;
	*high *= 1.08;
	if (!(*high > *low))
		*high = *low + 1;
}

/* Two blocks: the effects in run @i, and in the others; the means of both */
static void put_blocks(struct plot_page *p, const struct seeds *s, int i, const int *lead, int n,
		       double mean[2])
{
	int k, j, block, here;

	mean[0] = mean[1] = 0;
	for (block = 0; block < 2; block++) {
		fprintf(p->f, "$d%d << EOD\n", p->blocks + block);
		for (k = 0; k < n; k++)
			for (j = 0; j < s->n; j++) {
				here = j == i;
				if (here == block)
					continue;
				plot_number(p->f, k + 1);
				plot_number(p->f, share(s, j, lead[k]));
				fputc('\n', p->f);
				/* with the sign that it has in run i */
				mean[block] += share(s, j, lead[k]) *
					       copysign(1, share(s, i, lead[k])) / n /
					       (here ? 1 : s->n - 1);
			}
		fputs("EOD\n", p->f);
	}
}

static void draw_panel(struct plot_page *p, const struct plot_data *d, const struct seeds *s, int i,
		       struct plot_box box, int first)
{
	double seed = series_number(&d->series.runs[s->run[i]], "seed"), low, high, mean[2];
	int lead[LEADING], n = leading(s, i, lead), k;
	char title[48], subtitle[64];

	reach(s, &low, &high);
	put_blocks(p, s, i, lead, n, mean);
	snprintf(title, sizeof(title), "seed %g", seed);
	snprintf(subtitle, sizeof(subtitle), "%.2g, others %.2g", mean[0], mean[1]);
	plot_reset(p);
	plot_area(p, box);
	fputs("set border 3\n", p->f);
	plot_tics(p, 'y', low, high, 0, first ? PLOT_NUMBERS : PLOT_BARE);
	fprintf(p->f, "set yrange [%.10g:%.10g]\nset xrange [0.4:%.1f]\n", low, high, n + 0.6);
	fputs("set xtics nomirror out scale 0,0 offset 0,0.3 (", p->f);
	for (k = 0; k < n; k++)
		fprintf(p->f, "%s\"%d.%d\" %d", k ? ", " : "", lead[k] / s->across,
			lead[k] % s->across, k + 1);
	fprintf(p->f, ") textcolor rgb '#%06x'\n", PLOT_INK);
	plot_title(p, box, title, subtitle);
	plot_label(p, box, 'x', "layer.head");
	fprintf(p->f,
		"plot 0 with lines linecolor rgb '#%06x', $d%d using 1:2 with points pointtype 6 "
		"pointsize 0.8 linecolor rgb '#%06x', $d%d using 1:2 with points pointtype 7 "
		"pointsize 0.9 linecolor rgb '#%06x'\n",
		PLOT_GRID, p->blocks + 1, PLOT_DARK, p->blocks, plot_paint(p, plot_color[0]));
	p->blocks += 2;
}

static int draw(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		struct err *e)
{
	struct plot_grid grid = { .gap = GAP, .above = ABOVE, .below = BELOW };
	struct seeds s = { .n = 0 };
	char note[160], step[32];
	struct plot_box all;
	struct plot_page p;
	int result = -1;

	if (find(d, o, &s, e))
		goto out;
	plot_grid_fit(&grid, s.n, plot_page_width(g, o, WIDTH) - LEFT - RIGHT, LEAST);
	if (plot_fits(g, o, (grid.above + grid.below + 60) * grid.down, e) < 0 ||
	    plot_page_start(&p, g, o, WIDTH, HEIGHT * grid.down + PLOT_LINE, e) < 0)
		goto out;
	all = (struct plot_box){ LEFT, p.top + PLOT_LINE, p.width - LEFT - RIGHT,
				 p.height - p.top - PLOT_LINE };
	for (int i = 0; i < s.n; i++)
		draw_panel(&p, d, &s, i, plot_grid_box(&grid, all, i), i % grid.across == 0);
	plot_step_text(step, sizeof(step), s.step);
	snprintf(note, sizeof(note),
		 "heads that lead in a seed: CMS / total effect there (filled), in others (open), "
		 "step %s",
		 step);
	plot_note(&p, 14, p.top + 12, 'l', 13, PLOT_INK, note, p.width / 7);
	plot_footer(&p, d, -1);
	result = 0;
out:
	free(s.share);
	return result;
}

const struct plot_kind plot_seeds = {
	.name = "seeds",
	.purpose = "the heads that lead in each seed, with their effect in the others",
	.needs = { "cma.cms" },
	.command = "grok-cma",
	.arrays = { "cma.cms" },
	.draw = draw,
	.heading = "Leading heads over seeds",
	.caption = "The five heads of largest effect in each seed, with their effect there "
		   "and in the other seeds, at the last checkpoint that all have.",
};
