/* Scripts for gnuplot, with escaped text; see gnuplot.h. */
#include "plot/gnuplot.h"
#include "command.h"
#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Fonts and lines of every terminal look alike: 13 pixels, and lines of 1.8 pixels. */
static void set_terminal(const struct gnuplot *g, int width, int height, double scale)
{
	FILE *f = g->script;

	switch (g->format) {
	case GNUPLOT_SCRIPT:
	case GNUPLOT_SVG:
		fprintf(f,
			"set terminal svg noenhanced size %d,%d dynamic font 'sans-serif,13' "
			"fontscale %.4g linewidth %.4g %s\n",
			width, height, scale, scale, g->bare ? "" : "background '#ffffff'");
		break;
	case GNUPLOT_PNG:
		fprintf(f,
			"set terminal pngcairo noenhanced size %d,%d font 'sans-serif,10' "
			"fontscale %.4g linewidth %.4g dashlength 0.6 pointscale 2 %s\n",
			2 * width, 2 * height, 2 * scale, 2 * scale,
			g->bare ? "transparent" : "background '#ffffff'");
		break;
	case GNUPLOT_PDF:
		fprintf(f,
			"set terminal pdfcairo noenhanced size %.4fin,%.4fin font 'sans-serif,10' "
			"fontscale %.4g linewidth %.4g pointscale 0.75\n",
			width / 96.0, height / 96.0, 0.8 * scale, scale);
		break;
	case GNUPLOT_SIXEL:
		fprintf(f,
			"scroll = GPVAL_VERSION < 6 ? '' : 'scroll'\n" /* earlier ones always do */
			"set terminal sixelgd @scroll noenhanced truecolor size %d,%d "
			"font 'sans,10' fontscale %.4g linewidth %.4g background '#ffffff'\n",
			width, height, scale, scale);
		break;
	case GNUPLOT_TEXT:
		fprintf(f, "set terminal dumb noenhanced size %d,%d %s\n", g->columns, g->rows,
			g->color ? "ansi256" : "mono");
		break;
	}
}

int gnuplot_start(struct gnuplot *g, int width, int height, struct err *e)
{
	g->script = text_open(&g->text, &g->size);
	if (!g->script)
		return err_memory(e);
	fputs("set encoding utf8\n", g->script);
	set_terminal(g, width, height, g->scale > 0 ? g->scale : 1);
	fputs("set datafile missing 'NaN'\n", g->script);
	return 0;
}

/*
 * Below @ only the quote has a meaning within a constant, and it is escaped as itself: gnuplot
 * reads up to four octal digits when the first is 0.  From @ on letters stand for themselves, and
 * of anything else every byte becomes three octal digits.
 */
static void put_character(FILE *f, uint32_t c)
{
	unsigned char bytes[4];
	int n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;

	if (c == '"')
		fputs("\\\"", f);
	else if (c < '@' || c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		fputc((int)c, f);
	else {
		for (i = n - 1; i > 0; i--, c >>= 6)
			bytes[i] = (unsigned char)(0x80 | (c & 0x3f));
		bytes[0] = (unsigned char)(n == 1 ? c : (0xff00u >> n & 0xff) | c);
		for (i = 0; i < n; i++)
			fprintf(f, "\\%03o", bytes[i]);
	}
}

static void put_text(FILE *f, const char *text, int most, int percents)
{
	const unsigned char *p = (const unsigned char *)text, *q = p;
	uint32_t c;
	int i, n = 0;

	while (*q) {
		text_next(&q);
		n++;
	}
	fputc('"', f);
	for (i = 0; *p; i++) {
		if (most && n > most && i == most - 1) {
			put_character(f, 0x2026);
			break;
		}
		c = text_next(&p);
		put_character(f, c);
		if (c == '%' && percents == 2)
			put_character(f, c);
	}
	fputc('"', f);
}

void gnuplot_text(FILE *script, const char *text, int most)
{
	put_text(script, text, most, 1);
}

void gnuplot_tic(FILE *script, const char *text, int most)
{
	put_text(script, text, most, 2);
}

/* By this name, since gnuplot reads its standard input a byte at a time otherwise. */
#define INPUT "/dev/stdin"

/* The sentence in what gnuplot said: the text of its last line, without the name of the file. */
static int complain(char *said, struct err *e)
{
	static const char file[] = "\"" INPUT "\" ";
	char *line, *last = NULL, *place = NULL;

	for (line = strtok_r(said, "\n", &place); line; line = strtok_r(NULL, "\n", &place)) {
		line += strspn(line, " \t^");
		if (!strncmp(line, file, sizeof(file) - 1))
			line += sizeof(file) - 1;
		if (*line)
			last = line;
	}
	return err_set(e, "gnuplot failed%s%s", last ? ": " : "", last ? last : "");
}

/*
 * What gnuplot leaves in an SVG for hovering mice is noise: the names gnuplot_plot_1 and so on.
 * Our title takes the place of the first.  Images keep their pixels' edges when they are enlarged,
 * and cells that touch leave no seam.
 */
static char *tidy_svg(char *svg, const char *title, size_t *bytes)
{
	static const char open[] = "<title>", close[] = "</title>";
	char *out = NULL, *p = svg, *from, *to;
	FILE *f = text_open(&out, bytes);
	int first = 1;

	if (!f)
		return NULL;
	while ((from = strstr(p, open)) && (to = strstr(from, close))) {
		fwrite(p, 1, (size_t)(from - p), f);
		p = to + sizeof(close) - 1;
		if (first) {
			fputs(open, f);
			text_html(f, title ? title : "grok-plot");
			fputs("</title>\n<style>image{image-rendering:pixelated}"
			      "polygon:not([fill-opacity]){shape-rendering:crispEdges}</style>",
			      f);
		}
		first = 0;
	}
	fputs(p, f);
	if (text_close(f, &out)) {
		free(out);
		return NULL;
	}
	return out;
}

/*
 * Without the form feed at its beginning, the blanks at line ends and the empty lines at the end.
 */
static void tidy_text(char *text, size_t *bytes)
{
	char *from = text, *to = text, *last = text;

	for (; *from; from++) {
		if (*from == '\f')
			continue;
		if (*from == '\n')
			to = last;
		*to++ = *from;
		if (*from != ' ')
			last = to;
	}
	while (last > text + 1 && last[-1] == '\n' && last[-2] == '\n')
		last--;
	*last = 0;
	*bytes = (size_t)(last - text);
}

void gnuplot_abandon(struct gnuplot *g)
{
	if (g->script)
		fclose(g->script);
	free(g->text);
	g->script = NULL;
	g->text = NULL;
}

int gnuplot_finish(struct gnuplot *g, const char *title, char **picture, size_t *bytes,
		   struct err *e)
{
	static char *const argv[] = { "gnuplot", "-d", INPUT, NULL };
	struct command c = { .out = NULL };
	int failed = text_close(g->script, &g->text), result = -1;
	char *tidy;

	g->script = NULL;
	if (failed) {
		err_memory(e);
		goto out;
	}
	if (g->format == GNUPLOT_SCRIPT) {
		*picture = g->text;
		*bytes = g->size;
		g->text = NULL;
		return 0;
	}
	if (command_run(argv, "gnuplot-nox", g->text, g->size, &c, e))
		goto out;
	if (c.failed || !c.bytes) {
		complain(c.said, e);
		goto out;
	}
	if (g->format == GNUPLOT_SVG) {
		tidy = tidy_svg(c.out, title, &c.bytes);
		if (!tidy) {
			err_memory(e);
			goto out;
		}
		free(c.out);
		c.out = tidy;
	}
	if (g->format == GNUPLOT_TEXT)
		tidy_text(c.out, &c.bytes);
	*picture = c.out;
	*bytes = c.bytes;
	c.out = NULL;
	result = 0;
out:
	command_free(&c);
	gnuplot_abandon(g);
	return result;
}
