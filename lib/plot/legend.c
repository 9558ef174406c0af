/*
 * Legends: beside a panel's title or in lines of their own above it, so that they never hide data.
 *
 *     title     -- train  -- test        title
 *     +-----------------------+          -- a long name  -- another one
 *     |                       |          -- a third
 */
#include "plot/panel.h"

#include <stdio.h>

enum { SAMPLE = 28, GAP = 16, TEXT_SAMPLE = 36 }; /* a sample with its blank, and between entries */

static double entry_width(const struct plot_page *p, const struct plot_line *key)
{
	return (p->text ? TEXT_SAMPLE : SAMPLE) + plot_text_width(p, key->label) + GAP;
}

static double all_width(const struct plot_page *p, const struct plot_line *keys, int n)
{
	double width = 0;
	int i;

	for (i = 0; i < n; i++)
		if (keys[i].label)
			width += entry_width(p, &keys[i]);
	return width;
}

int plot_legend_rows(const struct plot_page *p, double width, const char *title,
		     const struct plot_line *keys, int n)
{
	double x = 0, w;
	int i, rows = 1;

	if (all_width(p, keys, n) + plot_text_width(p, title ? title : "") <= width)
		return 0;
	for (i = 0; i < n; i++) {
		if (!keys[i].label)
			continue;
		w = entry_width(p, &keys[i]);
		if (x > 0 && x + w > width + GAP) {
			rows++;
			x = 0;
		}
		x += w;
	}
	return rows;
}

static void put_entry(struct plot_page *p, double x, double y, const struct plot_line *key, int i,
		      int most)
{
	/* In colour gnuplot draws with signs of direction, else it has one for each line. */
	static const char marks[] = "*#$%@&=";
	const char mark = p->g->color ? '-' : marks[i % 7];
	const double thin = key->dash && p->g->format == GNUPLOT_SIXEL ? 0.4 : 1;
	const double fx = 1.0 / p->width, fy = 1 - y / p->whole;

	if (p->text) {
		fputs("set label ", p->f);
		gnuplot_text(p->f, (char[]){ mark, mark, mark, 0 }, 0);
		fprintf(p->f, " at screen %.6f,%.6f left textcolor rgb '#%06x'\n", x * fx, fy,
			plot_paint(p, key->color));
	} else {
		/*
		 * gnuplot's SVG goes on in the last arrow's dashes unless colour or width differ.
		 */
		fprintf(p->f,
			"set arrow from screen %.6f,%.6f to screen %.6f,%.6f nohead linewidth %g "
			"dashtype %d linecolor rgb '#%06x'\n",
			x * fx, fy, (x + 22) * fx, fy, (i % 2 ? 2.02 : 2) * thin,
			key->dash ? key->dash : 1, plot_paint(p, key->color));
	}
	fputs("set label ", p->f);
	gnuplot_text(p->f, key->label, most);
	fprintf(p->f, " at screen %.6f,%.6f left textcolor rgb '#%06x'\n",
		(x + (p->text ? TEXT_SAMPLE : SAMPLE)) * fx, fy, PLOT_INK);
}

void plot_legend(struct plot_page *p, struct plot_box b, const char *title,
		 const struct plot_line *keys, int n)
{
	int i, rows = plot_legend_rows(p, b.w, title, keys, n);
	int most = (int)((b.w - SAMPLE) / (p->text ? 9 : 7.4));
	double x = rows ? b.x : b.x + b.w + GAP - all_width(p, keys, n), w;
	double y = b.y - (p->text ? 9 : 12) - PLOT_LINE * (rows ? rows - 1 : 0);

	for (i = 0; i < n; i++) {
		if (!keys[i].label)
			continue;
		w = entry_width(p, &keys[i]);
		if (rows && x > b.x && x + w > b.x + b.w + GAP) {
			x = b.x;
			y += PLOT_LINE;
		}
		put_entry(p, x, y, &keys[i], i, most < 4 ? 4 : most);
		x += w;
	}
}
