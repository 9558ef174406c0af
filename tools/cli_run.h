/*
 * cli_run - write a run from its head to its end (stream/run.h), with exit on errors
 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "cli.h"
#include "stream/run.h"

struct cli_run {
	struct stream_out *out;
	char id[RUN_ID];
};

/* cli_run_open - write the head to r->out; the id is @stem and a hash of the settings */
void cli_run_open(struct cli_run *r, const char *stem, int64_t seed, const struct run_settings *s);

/* cli_run_put - write metrics; values that are NaN, not defined, are left out */
void cli_run_put(struct cli_run *r, int64_t step, const struct value *list, int n);
void cli_run_close(struct cli_run *r); /* write the end */

#endif
