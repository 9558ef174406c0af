/*
 * names - a set of texts, numbered 0, 1, 2 ... in the order in which they were added
 *
 * An open-addressing hash table over one block of characters.  Each text takes about 20 bytes
 * besides its characters.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* Zero-initialise; free with names_free. */
struct names {
	size_t n; /* texts in the set */
	char *text; /* all of them, each with its NUL */
	size_t *at; /* (n), where each begins */
	uint32_t *slots; /* hash table of number + 1; 0 is empty */
	size_t text_n, text_room, at_room, slots_n; /* slots_n is a power of two */
};

void names_free(struct names *s); /* leaves it empty */

/*
 * names_add - set @i to the number of @text, adding it to the set if it is not there
 *
 * Returns 1 when it was added, 0 when it was there, -1 with @e when memory runs out.
 */
int names_add(struct names *s, const char *text, size_t *i, struct err *e);

/* names_find - set @i to the number of @text; returns 0, or -1 when it is not in the set */
int names_find(const struct names *s, const char *text, size_t *i);

/* names_text - text number @i; valid until the next names_add */
const char *names_text(const struct names *s, size_t i);

#endif
