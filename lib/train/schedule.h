/*
 * schedule - at which steps a run saves its weights
 *
 * Those of a list of steps (see steps.h), and always the first step (0) and the last; or "none",
 * which saves none at all.
 */
#ifndef TRAIN_SCHEDULE_H
#define TRAIN_SCHEDULE_H

#include "stream/steps.h"

struct train_schedule {
	int none; /* save nothing */
	int64_t last; /* the run's last step */
	struct steps steps;
};

/* train_schedule_parse - @last is the run's last step; -1 with @e naming what is wrong */
int train_schedule_parse(struct train_schedule *s, const char *text, int64_t last, struct err *e);

/* train_schedule_has - are weights saved at @step? */
int train_schedule_has(const struct train_schedule *s, int64_t step);

#endif
