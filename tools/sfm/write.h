/*
 * write - the run that a command of grok-sfm writes: head, metrics, end
 */
#ifndef SFM_WRITE_H
#define SFM_WRITE_H

#include "cli.h"
#include "stream/run.h"
#include "stream/tensor.h"

struct sfm_run {
	struct stream_out *out;
	char id[RUN_ID];
};

/* These exit when anything is wrong. */

/* sfm_open - the head; the id is @stem and a hash of the settings */
void sfm_open(struct sfm_run *r, const char *stem, int64_t seed, const struct run_settings *s);

/* sfm_put - metrics; what is not defined (NaN) is not recorded */
void sfm_put(struct sfm_run *r, int64_t step, const struct value *list, int n);
void sfm_close(struct sfm_run *r);

int sfm_crossover_main(int argc, char **argv); /* grok-sfm crossover */

#endif
