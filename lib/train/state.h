/*
 * state - a run put aside: saved between two steps, loaded later, continued bit for bit
 *
 * The file is a grok tensor stream of one run: the head of the run itself, weights (role param),
 * the optimiser's moments (exp_avg.NAME; exp_avg_sq.NAME unless it is sgd), train.order (i4, the
 * epoch's equations) and train.place (i8: step, equations used, four words of the generator and the
 * mark).  It is written beside FILE as FILE.part, forced to the disk and renamed, so that FILE is
 * always whole.
 */
#ifndef TRAIN_STATE_H
#define TRAIN_STATE_H

#include "stream/stream.h"
#include "train/train.h"

enum { TRAIN_GOING, TRAIN_COMPLETE, TRAIN_DIVERGED };

/* How far the stream of the run had come, and whether the run is over. */
struct train_mark {
	struct stream_place at; /* bytes written; records, 0 once the run is over */
	uint64_t hash; /* of these bytes, see part.h */
	int64_t stop_at; /* the last step if that is no longer the configured one, or -1 */
	int64_t over; /* TRAIN_GOING, ... */
};

/*
 * train_state_save - replace @path; on failure it is as it was, and @e says why
 *
 * @head: the run's head record
 */
int train_state_save(const struct train *t, const char *path, const struct record *head,
		     const struct train_mark *mark, struct err *e);

/* What a state says beside the run itself. */
struct train_saved {
	struct train_mark mark;
	char kernel[32]; /* that it had, if it is not the head's */
	int64_t steps; /* that it was to have; 0 if its configuration names none */
};

/*
 * train_state_load - continue the run of @path in @t, which is at step 0
 *
 * @head: of this run.  The state's must have the same configuration, or @e names what differs; the
 *        number of steps alone may be another, not below what is done, if the rate does not depend
 *        on it.
 *
 * Returns 1, 0 if there is no such file, -1 with @e set (and @t then good for train_free only).
 */
int train_state_load(struct train *t, const char *path, const struct record *head,
		     struct train_saved *saved, struct err *e);

#endif
