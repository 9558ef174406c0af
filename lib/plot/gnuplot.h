/*
 * gnuplot - write a gnuplot script, run it, and return the picture
 *
 *     gnuplot_start(&g, GNUPLOT_SVG, 900, 400, &e);
 *     fprintf(g.script, "set title ");
 *     gnuplot_text(g.script, title, 0);
 *     ...
 *     gnuplot_finish(&g, &picture, &bytes, &e);
 *
 * gnuplot reads the script from its standard input and writes the picture to its standard output,
 * so no file needs a name.  The format GNUPLOT_SCRIPT returns the script itself, which contains its
 * data and draws an svg, for people who want to change a picture, and for tests.  Text from streams
 * must be written by gnuplot_text, so that gnuplot cannot take any of it for a command, a
 * substitution or markup; enhanced text is off in every format.
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
#define GNUPLOT_FORMAT_NAMES "svg|png|pdf|text|sixel|script" /* in this order */

struct gnuplot {
	enum gnuplot_format format;
	int columns,
		rows; /* of GNUPLOT_TEXT, in characters; rows 0: as many as the picture needs */
	int color; /* GNUPLOT_TEXT: use colour */
	double scale; /* factor for the size of letters and lines; 0: 1 */
	int bare; /* transparent background */
	FILE *script;
	char *text;
	size_t size;
};

/*
 * gnuplot_start - begin a script for a picture of @width x @height
 *
 * @g: format, columns, rows, color, scale and bare are set by the caller
 *
 * Units are CSS pixels: two device pixels in PNG, 1/96 inch in PDF.  A text picture fills columns x
 * rows.  Returns 0, or -1 with @e.
 */
int gnuplot_start(struct gnuplot *g, int width, int height, struct err *e);

/*
 * gnuplot_text - write @text to @script as a string constant
 *
 * @most: number of characters to keep, if the text is longer it ends with an ellipsis; 0 keeps all
 *
 * Control characters and malformed UTF-8 become U+FFFD.
 */
void gnuplot_text(FILE *script, const char *text, int most);

/* gnuplot_tic - the same for a tic label, in which gnuplot treats % as a format */
void gnuplot_tic(FILE *script, const char *text, int most);

/*
 * gnuplot_finish - run the script and free it
 *
 * @picture, @bytes: set to what gnuplot drew, with a 0 byte after it; the caller frees it
 * @title:           the picture's title for those who cannot see it (SVG); may be NULL
 *
 * Returns 0, or -1 with @e set if gnuplot is missing or does not accept the script.
 */
int gnuplot_finish(struct gnuplot *g, const char *title, char **picture, size_t *bytes,
		   struct err *e);

void gnuplot_abandon(struct gnuplot *g); /* free the script without running it */

#endif
