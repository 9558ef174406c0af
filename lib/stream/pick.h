/*
 * pick - which records of a stream are meant: by run, step, kind, role, name and what they are of
 *
 * Texts are comma-separated lists of shell patterns (glob.h), and a record must match one of each
 * list that is given.  A name is a tensor's; metrics match when one of their quantities does.
 * Roles concern tensors alone, and what a record is of metrics alone: without any it counts as of
 * "".  Tensors called data.* describe their whole run and match every step; so do records without
 * a step.
 */
#ifndef STREAM_PICK_H
#define STREAM_PICK_H

#include "stream/format.h"
#include "stream/steps.h"

/* Zero-initialised it picks everything.  NULL: any. */
struct pick {
	const char *runs, *kinds, *roles, *names, *ofs;
	struct steps steps;
};

/* pick_check_roles - does @roles name nothing but roles?  Returns 0, or -1 with @e. */
int pick_check_roles(const char *roles, struct err *e);

/* pick_has - is @r meant?  @last: the last step of its run, unused unless steps_need_last */
int pick_has(const struct pick *p, const struct record *r, int64_t last);

#endif
