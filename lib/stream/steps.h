/*
 * steps - lists of training steps as users write them: "100,1k..10k,last"
 *
 *     list  = item { "," item }
 *     item  = range [ "%" EVERY ] | "every:" EVERY | "log:" K
 *     range = step | [ step ] ".." [ step ]
 *     step  = whole number, also as 1k, 2M, 1e4 | "last"
 *
 * A range includes both ends; without an end it is unbounded there.  "..%1k" and "every:1k" are the
 * multiples of 1000.  "log:K" are K steps in every decade: round(10^(k / K)), k = 0, 1, ...  "last"
 * is the last step of the run, which the caller gives to steps_has.
 */
#ifndef STREAM_STEPS_H
#define STREAM_STEPS_H

#include <stdint.h>

#include "err.h"

enum { STEPS_MAX = 256, STEPS_LOG_MAX = 1000 }; /* most items of a list; largest K */

struct steps {
	int n; /* items; 0: every step is in the list */
	struct steps_item {
		int64_t first, last; /* STEPS_LAST stands for the run's last step */
		int64_t every; /* 1 or more */
		int log; /* K instead of a range; 0: a range */
	} item[STEPS_MAX];
};

enum { STEPS_LAST = -1 };

/* steps_parse - @text as a list; returns 0, or -1 with @e and @s untouched */
int steps_parse(const char *text, struct steps *s, struct err *e);

/* steps_has - is @step in the list?  @last: the run's last step; used only if steps_need_last */
int steps_has(const struct steps *s, int64_t step, int64_t last);
int steps_need_last(const struct steps *s); /* does the list say "last"? */

/* The steps of an input, for a message that none of them is in a list; zero-initialise. */
struct steps_seen {
	int n; /* number of steps, repetitions of the one before not counted */
	int64_t step[8]; /* the first of them */
	int64_t last;
};
void steps_see(struct steps_seen *s, int64_t step);
/*
 * steps_told - write the steps to @text and return it: "0, 10, 20"; of many only the first, the
 * last and their number
 */
const char *steps_told(const struct steps_seen *s, char text[256]);

#endif
