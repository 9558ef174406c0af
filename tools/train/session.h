/*
 * session - a training run from its first record to its last, which may take several processes
 *
 * session.c opens and closes the output and saves the state; loop.c takes the steps.
 */
#ifndef TRAIN_SESSION_H
#define TRAIN_SESSION_H

#include "gpt/linalg.h"
#include "train/choices.h"
#include "train/part.h"
#include "train/schedule.h"
#include "train/state.h"
#include "train/train.h"

struct session {
	const struct train_choices *choices;
	const struct train_config *config;
	struct pool *pool;
	struct train t;
	struct train_schedule saves;
	struct run_settings settings;
	char id[RUN_ID], ops[TASK_NAMES], from[1100], kernel[LINALG_KERNEL]; /* from: RUN@STEP */
	struct record head;
	struct stream_out *out;
	int any_processor; /* resume even if linalg_kernel differs */
	const char *state; /* the state file; NULL: no state is kept */
	struct part part; /* the output, if there is a state */
	struct train_mark mark; /* stop_at and over; the rest is set when the state is saved */
	double saved_at, save_cost; /* time of the last save and its duration, in seconds */
	double train_acc, test_acc; /* at the last evaluation, for the progress line */
};

/*
 * session_open - open the output, and begin or resume the run in it
 *
 * Returns 1 if a run was resumed, 0 if it begins.  Exits if the run was already over.
 */
int session_open(struct session *s, int resume);

void session_save(struct session *s); /* the state, between two steps */

/* session_stop - the run was asked to stop: save the state, or end it; returns the exit status */
int session_stop(struct session *s);

/* session_end - the run is over, for the reason in s->mark; returns the exit status */
int session_end(struct session *s);

int session_is_last(const struct session *s, int64_t step); /* is it the run's last step? */

/* session_reports - does the run write metrics (@parameters 0) or parameters (1) at @step? */
int session_reports(const struct session *s, int64_t step, int parameters);

/*
 * loop_run - train until the run is over or a signal asks to stop
 *
 * @reported: the records of the present step have already been written
 * @e:        set if the run diverged
 *
 * Returns 1 if it is over, for the reason in s->mark.over; 0 if it should stop.
 */
int loop_run(struct session *s, int reported, struct err *e);

#endif
