/*
 * text - characters of text that came from outside, fit to be shown
 *
 * Names and messages come from streams and files of others.  What would command a terminal, or make
 * a line read as another, is never shown as it is: control characters (ESC, the C1 controls U+0080
 * to U+009F such as CSI), line separators, and the marks that turn the direction of writing.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TEXT_MALFORMED UINT32_MAX

/*
 * text_code - the UTF-8 character at @p, of which @n bytes are at hand, at least one
 *
 * @used: its length; 1 when it is malformed, and TEXT_MALFORMED is returned.  Four bytes of a text
 *        that
 * ends in NUL may be called at hand: a NUL ends a character too early.
 */
uint32_t text_code(const void *p, size_t n, size_t *used);

int text_is_shown(uint32_t c); /* 0 for what must not reach a terminal */

/* text_is_utf8 - is this UTF-8 without NUL? */
int text_is_utf8(const void *text, size_t n);

/*
 * text_next - the UTF-8 character at *@text, which moves past it
 *
 * U+FFFD for what must not be shown, and for malformed bytes (one at a time).  Call while **@text
 * is not 0.
 */
uint32_t text_next(const unsigned char **text);

/* text_encode, text_put - a character as UTF-8; text_encode returns its length */
int text_encode(uint32_t c, unsigned char bytes[4]);
void text_put(FILE *f, uint32_t c);

/* text_safe - @text into @to, cut to @room bytes with its NUL, "?" for what must not be shown */
void text_safe(const char *text, char *to, size_t room);

/*
 * text_open, text_close - a stream whose text ends up in memory
 *
 * As open_memstream, whose streams lose what there is no memory for without a word.  @text (the
 * caller frees it) and @n are set by text_close, which returns 0, or -1 with a @text of NULL when
 * memory ran out at any time.  fclose sets them, too, but does not tell.
 */
FILE *text_open(char **text, size_t *n);
int text_close(FILE *f, char *const *text);

/* text_html - all of @text as the content of an HTML or XML element or attribute */
void text_html(FILE *f, const char *text);

#endif
