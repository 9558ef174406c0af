/*
 * write - write the run of a command of grok-sfm: head, metrics, end
 *
 * Functions exit on errors.
 */
#ifndef SFM_WRITE_H
#define SFM_WRITE_H

#include "cli.h"
#include "stream/run.h"

struct sfm_run {
	struct stream_out *out;
	char id[RUN_ID];
};

/* sfm_open - write the head; the id is @stem and a hash of the settings */
void sfm_open(struct sfm_run *r, const char *stem, int64_t seed, const struct run_settings *s);

/* sfm_put - write metrics; values that are NaN, not defined, are left out */
void sfm_put(struct sfm_run *r, int64_t step, const struct value *list, int n);
void sfm_close(struct sfm_run *r); /* write the end */

extern const struct cli sfm_crossover_command;

#endif
