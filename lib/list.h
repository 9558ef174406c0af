/*
 * list - lists as users write them, the same in every tool: items joined by commas
 *
 *     const char *list = "heads,mlps", *item;
 *     size_t n;
 *
 *     while (list_next(&list, &item, &n))
 *             which = list_choice("resid|heads|mlps", item, n);
 *
 * An item is a place in the list and a length: it does not end with a NUL.
 */
#ifndef LIST_H
#define LIST_H

#include <stddef.h>

/*
 * list_next - the next item of *@list, which moves on
 *
 * Returns 1, or 0 after the last item.  An empty list has one item, which is empty.
 */
int list_next(const char **list, const char **item, size_t *n);

/* list_choice - the place of @word, of length @n, among @choices ("a|b|c"): 0, 1, ...; -1: none */
int list_choice(const char *choices, const char *word, size_t n);

/* list_chosen - choice number @i of @choices, which has so many, and its length @n */
const char *list_chosen(const char *choices, int i, size_t *n);

#endif
