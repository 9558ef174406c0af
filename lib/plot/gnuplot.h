/*
 * gnuplot - write a gnuplot script, run it, and take the picture
 *
 *     gnuplot_start(&g, GNUPLOT_SVG, 900, 400, &e);
 *     fprintf(g.script, "set title ");
 *     gnuplot_text(g.script, title, 0);
 *     ...
 *     gnuplot_finish(&g, &picture, &bytes, &e);
 *
 * The script goes to gnuplot through its standard input and the picture comes back through its
 * standard output: no file is named.  GNUPLOT_SCRIPT returns the script itself, which holds its
 * data and draws an svg, for people who want to change a picture and for tests.  Text from outside
 * enters a script through gnuplot_text alone, which leaves nothing that gnuplot's parser could take
 * for a command, a substitution or markup; enhanced text is off in every format.
 */
#ifndef PLOT_GNUPLOT_H
#define PLOT_GNUPLOT_H

#include <stddef.h>
#include <stdio.h>

#include "err.h"

enum gnuplot_format {
	GNUPLOT_SVG,
	GNUPLOT_PNG,
	GNUPLOT_PDF,
	GNUPLOT_TEXT,
	GNUPLOT_SIXEL,
	GNUPLOT_SCRIPT
};

struct gnuplot {
	enum gnuplot_format format;
	int columns,
		rows; /* of GNUPLOT_TEXT, in characters; rows 0: as many as the picture takes */
	int color; /* GNUPLOT_TEXT: use colour */
	double scale; /* of letters and lines; 0: 1 */
	int bare; /* no background: the picture takes that of its page */
	FILE *script;
	char *text;
	size_t size;
};

/*
 * gnuplot_start - begin a script for a picture of @width x @height
 *
 * @g: format (and columns, rows, color, bare) set by the caller.  Units are CSS pixels; PNG has two
 *     device pixels for each, PDF 96 to the inch; a text picture fills columns x rows.
 */
int gnuplot_start(struct gnuplot *g, int width, int height, struct err *e);

/*
 * gnuplot_text - write @text to @script as a string constant
 *
 * @most: characters to keep, the rest becomes an ellipsis; 0 keeps all.  Control characters and
 *        malformed UTF-8 become U+FFFD.
 */
void gnuplot_text(FILE *script, const char *text, int most);

/* gnuplot_tic - the same for a tic label, where gnuplot would take % for a format */
void gnuplot_tic(FILE *script, const char *text, int most);

/*
 * gnuplot_finish - run the script and free it
 *
 * @picture, @bytes: what gnuplot drew, with a 0 byte after it; the caller frees it.
 * @title:           the picture's title for those who cannot see it (SVG); may be NULL
 *
 * Returns 0, or -1 with @e set if gnuplot is missing or does not accept the script.
 */
int gnuplot_finish(struct gnuplot *g, const char *title, char **picture, size_t *bytes,
		   struct err *e);

void gnuplot_abandon(struct gnuplot *g); /* free the script without running it */

#endif
