/*
 * extend - a run goes on for more steps than it was asked for
 *
 * Its records so far are written again as the longer run would have written them: under that run's
 * name and head, and without those of a last step that is no longer the last.
 */
#ifndef TRAIN_EXTEND_H
#define TRAIN_EXTEND_H

#include "stream/stream.h"

/*
 * train_extend - copy the records of the run in the file @from to @out
 *
 * @records: how many there are; 0: all up to the end record
 * @head:    of the longer run
 * @keep:    is the record one of the longer run?  Asked of all but head and end.
 *
 * The end record is not copied.  Returns 0, or -1 with @e set.
 */
int train_extend(const char *from, uint64_t records, struct stream_out *out,
		 const struct record *head, int (*keep)(void *arg, const struct record *r),
		 void *arg, struct err *e);

#endif
