/*
 * train_schedule - at which steps a run saves its weights
 *
 * A schedule is a list joined by commas: a step ("100k"), "log:K" (K steps in every decade, evenly
 * spaced in the logarithm), "every:N" (multiples of N), or "none" alone.  Unless it is none, the first
 * (0) and the last step belong to it.
 */
#ifndef TRAIN_SCHEDULE_H
#define TRAIN_SCHEDULE_H

#include <stdint.h>

#include "err.h"

struct train_schedule {
	int none, list, logs; /* logs: entries of log:K; list: steps */
	int64_t every, last;
	int64_t step[64];
	int per_decade[4];
};

/* train_schedule_parse - @last is the run's last step; -1 with @e naming what is wrong */
int train_schedule_parse(struct train_schedule *s, const char *text, int64_t last, struct err *e);

int train_schedule_has(const struct train_schedule *s, int64_t step);

#endif
