/*
 * state - save a run between two steps; load it later and continue it bit for bit
 *
 * The file is a grok tensor stream of one run: the run's own head, weights (role param), the
 * optimiser's moments (exp_avg.NAME; exp_avg_sq.NAME except for sgd), train.order (i4, the order of
 * the epoch's equations) and train.place (i8: the fields of struct train_place, then those of
 * struct train_mark).  It is written as FILE.part, flushed to the disk and renamed to FILE, so that
 * FILE is complete at any time.
 */
#ifndef TRAIN_STATE_H
#define TRAIN_STATE_H

#include "gpt/linalg.h"
#include "stream/stream.h"
#include "train/train.h"

enum { TRAIN_GOING, TRAIN_COMPLETE, TRAIN_DIVERGED };

/* How much of the run's stream was written, and whether the run is over. */
struct train_mark {
	struct stream_place at; /* bytes written; records, 0 once the run is over */
	uint64_t hash; /* of these bytes, see part.h */
	int64_t stop_at; /* the last step if it is not the configured one (--stop-acc); -1: it is */
	int64_t over; /* TRAIN_GOING, ... */
};

/*
 * train_state_save - write the state to @path
 *
 * @head: the run's head record
 *
 * Returns 0, or -1 with @e; @path is then unchanged.
 */
int train_state_save(const struct train *t, const char *path, const struct record *head,
		     const struct train_mark *mark, struct err *e);

/* What a state file holds besides struct train. */
struct train_saved {
	struct train_mark mark;
	char kernel[LINALG_KERNEL]; /* linalg_kernel of the saved run, if not the head's; else "" */
	int64_t steps; /* the number of steps that it was asked for; 0 if its head names none */
};

/*
 * train_state_load - load the state at @path into @t, a run at step 0
 *
 * @head: of the run @t.  The head in the file must have the same configuration; otherwise @e names
 *        what differs.  Only the number of steps may differ, if it is not below the steps done and
 *        the learning rate does not depend on it.
 *
 * Returns 1, 0 if there is no such file, -1 with @e set; @t can then only be given to train_free.
 */
int train_state_load(struct train *t, const char *path, const struct record *head,
		     struct train_saved *saved, struct err *e);

#endif
