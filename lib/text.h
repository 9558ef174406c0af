/*
 * text - show text from streams and files safely
 *
 * Such text may hold characters that control a terminal or make a line look like a different one:
 * control characters (ESC, the C1 controls U+0080 to U+009F such as CSI), line separators, and
 * marks that change the direction of writing.  These are never shown as they are.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TEXT_MALFORMED UINT32_MAX

/*
 * text_code - the code point of the UTF-8 character at @p
 *
 * @n:    bytes that may be read, 1 or more; of a NUL-terminated text 4 may be given anywhere, since
 *        the NUL ends every character
 * @used: its length in bytes; 1 when it is malformed, and TEXT_MALFORMED is returned
 */
uint32_t text_code(const void *p, size_t n, size_t *used);

int text_is_shown(uint32_t c); /* may it reach a terminal? */

int text_same(const char *a, const char *b); /* equal, or both NULL */

/* text_is_utf8 - is this UTF-8 without NUL? */
int text_is_utf8(const void *text, size_t n);

/*
 * text_next - the code point at *@text, which moves to the next character; **@text must not be 0
 *
 * Returns U+FFFD for a character that must not be shown, and for each malformed byte.
 */
uint32_t text_next(const unsigned char **text);

int text_encode(uint32_t c,
		unsigned char bytes[4]); /* code point @c as UTF-8; returns its length */

/*
 * text_safe - copy @text to @to, with "?" for each character that must not be shown
 *
 * @room: bytes of @to; a longer text is cut.  The result always ends with a NUL.
 */
void text_safe(const char *text, char *to, size_t room);

/*
 * text_open, text_close - a FILE whose text is collected in memory
 *
 * Like open_memstream(), but text_close reports when memory ran out at any time.  It sets @text,
 * which the caller frees, and @n, its length, and returns 0; or it returns -1 and sets @text to
 * NULL.
 */
FILE *text_open(char **text, size_t *n);
int text_close(FILE *f, char *const *text);

/* text_html - write @text, escaped, as the content of an HTML or XML element or attribute */
void text_html(FILE *f, const char *text);

#endif
