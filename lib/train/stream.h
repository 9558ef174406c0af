/*
 * train_stream - the records that a run writes
 */
#ifndef TRAIN_STREAM_H
#define TRAIN_STREAM_H

#include "stream/stream.h"
#include "train/train.h"

/*
 * train_put_start - write the head, data.split and, if the answers are random, data.labels
 *
 * The two tensors are of step 0 and have shape (P, P), or (ops, P, P) for several operations.
 */
int train_put_start(const struct train *t, struct stream_out *out, const struct record *head,
		    struct err *e);

/* train_put_weights - write every parameter at the current step */
int train_put_weights(const struct train *t, struct stream_out *out, const char *run,
		      struct err *e);

/* train_put_metrics - write the metrics record that closes a checkpoint, and flush the stream */
int train_put_metrics(const struct train *t, struct stream_out *out, const char *run,
		      const struct train_metrics *m, struct err *e);

#endif
