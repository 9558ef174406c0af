/*
 * session - a training run from its first record to its last, in one process or over several
 *
 * session.c opens and closes what is written, and saves the state; loop.c takes the steps between.
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
	char id[RUN_ID], ops[24], from[1100], kernel[LINALG_KERNEL]; /* from: RUN@STEP */
	struct record head;
	struct stream_out *out;
	int any_processor; /* resume though the kernel is another */
	const char *state; /* file, or NULL: then none is kept */
	struct part part; /* with a state: what grows */
	struct train_mark mark; /* stop_at and over; the rest is set when the state is saved */
	double saved_at, save_cost; /* seconds */
	double train_acc, test_acc; /* at the last evaluation, for the progress line */
};

/*
 * session_open - open the output and begin or resume the run in it
 *
 * Returns 1 if a run goes on, 0 if one begins.  What was finished before ends the program.
 */
int session_open(struct session *s, int resume);

void session_save(struct session *s); /* the state, between two steps */

/* session_stop - the run was asked to stop: save the state, or end it; returns the exit status */
int session_stop(struct session *s);

/* session_end - the run is over, as s->mark says; returns the exit status */
int session_end(struct session *s);

int session_is_last(const struct session *s, int64_t step);

/* session_reports - does the run write metrics, or parameters, at @step? */
int session_reports(const struct session *s, int64_t step, int parameters);

double session_clock(void); /* seconds */

/*
 * loop_run - train until the run is over (1; s->mark.over says how) or a signal asks to stop (0)
 *
 * @reported: the report of the present step has been written
 * @e:        why, if the run diverged
 */
int loop_run(struct session *s, int reported, struct err *e);

#endif
