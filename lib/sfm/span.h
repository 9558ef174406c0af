/*
 * span - the values on one axis of a phase map, as users write them
 *
 *     values = number { "," number }  |  FROM ":" TO ":" COUNT
 *
 * A range includes both ends.
 */
#ifndef SFM_SPAN_H
#define SFM_SPAN_H

#include "err.h"

enum { SPAN_MAX = 1000 }; /* most values */

struct span {
	int n; /* 1 or more */
	double x[SPAN_MAX];
};

/*
 * span_parse - @text as values within @min..@max
 *
 * @geometric: 1: a range is evenly spaced in the logarithm, and its ends must be above 0
 *
 * Returns 0, or -1 with @e and @s untouched.
 */
int span_parse(const char *text, int geometric, double min, double max, struct span *s,
	       struct err *e);

#endif
