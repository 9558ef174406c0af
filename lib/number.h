/*
 * number - numbers, ranges and pairs as users write them, the same in every tool
 *
 *     number = decimal [ "k" | "M" | "G" ]     12  0.5  1e-3  100k  1.5M
 *     range  = whole [ ( ".." | "-" ) whole ]  3  0..5  0-5: both ends belong to it
 *     pair   = whole "x" whole                 4x4  900x500
 *
 * k, M and G stand for 10^3, 10^6 and 10^9.  No blanks, no hexadecimal numbers, no "inf", no "nan".
 * Functions take a text and its length @n, so that an item of a list (list.h) need not be copied;
 * NUMBER_ALL stands for all of a NUL-terminated text.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define NUMBER_ALL ((size_t)-1)

/* number_parse - a finite number; 0, or -1 with @e ("'1x' is not a number") and @x untouched */
int number_parse(const char *text, size_t n, double *x, struct err *e);

/* number_whole - a whole number in @min..@max, bounds that lie within -2^53..2^53; or -1 with @e */
int number_whole(const char *text, size_t n, int64_t min, int64_t max, int64_t *i, struct err *e);

/*
 * number_range - a range @first..@last of whole numbers, 0 or more, or -1 with @e
 *
 * A single number is a range whose two ends are equal.
 */
int number_range(const char *text, size_t n, int64_t *first, int64_t *last, struct err *e);

/* number_text - the shortest decimal that reads back as @x, in @text; "NaN", "Inf" or "-Inf" */
const char *number_text(double x, char text[32]);

/* number_pair - two whole numbers in @min..@max; 0, or -1 with @a and @b untouched */
int number_pair(const char *text, size_t n, int64_t min, int64_t max, int *a, int *b);

#endif
