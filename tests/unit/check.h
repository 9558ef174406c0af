/*
 * check - what the unit tests assert with: a failure names its place and values, and ends the test
 */
#ifndef CHECK_H
#define CHECK_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"

#define check(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond);                 \
			exit(1);                                                                   \
		}                                                                                  \
	} while (0)

/* What must not fail: 0 or more, or the test ends with the message of @e */
static inline void must(int result, const struct err *e)
{
	if (result < 0) {
		fprintf(stderr, "%s\n", e->msg);
		exit(1);
	}
}

/* |got - want| <= tol; a NaN fails */
#define check_near(got, want, tol)                                                                 \
	do {                                                                                       \
		double got_ = (got), want_ = (want);                                               \
		if (!(fabs(got_ - want_) <= (tol))) {                                              \
			fprintf(stderr, "%s:%d: %s is %.17g, not %.17g\n", __FILE__, __LINE__,     \
				#got, got_, want_);                                                \
			exit(1);                                                                   \
		}                                                                                  \
	} while (0)

/* the message of struct err e contains text */
#define check_error(e, text)                                                                       \
	do {                                                                                       \
		if (!strstr((e).msg, (text))) {                                                    \
			fprintf(stderr, "%s:%d: message is '%s'\n", __FILE__, __LINE__, (e).msg);  \
			exit(1);                                                                   \
		}                                                                                  \
	} while (0)

#endif
