/*
 * train_state - a run put aside: saved between two steps, loaded later, continued bit for bit
 *
 * The file is a grok tensor stream of one run: the head of the run itself, weights (role param), AdamW's
 * moments (exp_avg.NAME, exp_avg_sq.NAME), train.order (i4, the epoch's equations) and train.place (i8:
 * step, equations used, four words of the generator, threads, and what the caller adds).  It is
 * written beside FILE as FILE.part, forced to the disk and renamed, so that FILE is always whole.
 */
#ifndef TRAIN_STATE_H
#define TRAIN_STATE_H

#include "stream/format.h"
#include "train/train.h"

enum { TRAIN_STATE_EXTRA = 4 };

/*
 * train_state_save - replace @path; on failure it is as it was, and @e says why
 *
 * @head:  the run's head record
 * @extra: the caller's words
 */
int train_state_save(const struct train *t, const char *path, const struct record *head,
		     const int64_t extra[TRAIN_STATE_EXTRA], struct err *e);

/*
 * train_state_load - continue the run of @path in @t, which is at step 0
 *
 * @head:    of this run; the state's must have the same configuration, or @e names what differs
 * @threads: set to the threads that the saved run had
 *
 * Returns 1, 0 if there is no such file, -1 with @e set (and @t then good for train_free only).
 */
int train_state_load(struct train *t, const char *path, const struct record *head,
		     int64_t extra[TRAIN_STATE_EXTRA], int *threads, struct err *e);

#endif
