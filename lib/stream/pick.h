/*
 * pick - select records of a stream by run, step, kind, role, name and `of'
 *
 * Each criterion is a comma-separated list of shell patterns (glob.h).  A record must match one
 * pattern of every list that is given.  names selects tensors by their name, and metrics that have
 * a quantity of such a name.  roles selects among tensors only.  ofs selects among metrics only, by
 * the part that they describe, their `of'; metrics of the whole have "".  Tensors called data.*
 * describe their whole run and match every step, as do records without a step.
 */
#ifndef STREAM_PICK_H
#define STREAM_PICK_H

#include "stream/format.h"
#include "stream/steps.h"

/* NULL lists match everything; a zero-initialised struct picks every record. */
struct pick {
	const char *runs, *kinds, *roles, *names, *ofs;
	struct steps steps;
};

/* pick_check_roles - are all items of the list @roles names of roles?  Returns 0, or -1 with @e. */
int pick_check_roles(const char *roles, struct err *e);

/* pick_has - is @r selected?  @last: the last step of its run; used only if steps_need_last */
int pick_has(const struct pick *p, const struct record *r, int64_t last);

#endif
