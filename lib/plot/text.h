/*
 * text - characters of text that came from outside, fit to be shown
 */
#ifndef PLOT_TEXT_H
#define PLOT_TEXT_H

#include <stdint.h>
#include <stdio.h>

/*
 * text_next - the UTF-8 character at *@text, which moves past it
 *
 * U+FFFD for what must not be shown: malformed bytes (one at a time), control characters, and the
 * marks that turn the direction of writing.  Call while **@text is not 0.
 */
uint32_t text_next(const unsigned char **text);

/* text_put - a character as UTF-8 */
void text_put(FILE *f, uint32_t c);

/* text_html - all of @text as the content of an HTML or XML element or attribute */
void text_html(FILE *f, const char *text);

#endif
