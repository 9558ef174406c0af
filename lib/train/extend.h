/*
 * extend - continue a finished run for more steps than it was asked for
 *
 * Its records so far are written again as the longer run would have written them: with that run's
 * name and head, and without those written only because the step was the last one.
 */
#ifndef TRAIN_EXTEND_H
#define TRAIN_EXTEND_H

#include "stream/stream.h"

/*
 * train_extend - copy the records of the run in the file @from to @out
 *
 * @records: how many to read; 0: all before the end record
 * @head:    of the longer run
 * @keep:    does the longer run have this record too?  Called for all but head and end, with @arg.
 *
 * The end record is not copied.  Returns 0, or -1 with @e set.
 */
int train_extend(const char *from, uint64_t records, struct stream_out *out,
		 const struct record *head, int (*keep)(void *arg, const struct record *r),
		 void *arg, struct err *e);

#endif
