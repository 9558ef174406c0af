/*
 * ckpt - the checkpoints of a stream, put together as networks
 *
 * A checkpoint is the parameters of one run and step, in any order, with optimiser state between
 * them at most; the first other record closes it.  Weights may be f4, f8 or f2; they become float32.
 * A filter feeds every record, and measures when one closes a checkpoint:
 *
 *     while (cli_next(in, &r)) {
 *             got = ckpt_close(&c, in, &r, &e);
 *             if (got > 0)
 *                     measure(&c);            before r is passed, so that results come in its place
 *             cli_pass(in, out, &r);
 *             ckpt_feed(&c, in, &r, &e);
 *     }
 *
 * Runs whose head has no `layers' are not networks: their parameters are left alone.
 */
#ifndef TRAIN_CKPT_H
#define TRAIN_CKPT_H

#include <stdint.h>

#include "gpt/gpt.h"
#include "stream/stream.h"
#include "train/task.h"

/* Zero-initialise; free with ckpt_free. */
struct ckpt {
	char *run; /* of the last head */
	int64_t seed;
	int network; /* the run is one, and gpt_config and task are set */
	struct gpt_config config;
	struct task
		task; /* with the run's data.split once that has passed; ops = 0: head names none */
	int split; /* data.split has passed */
	struct gpt gpt; /* the checkpoint's weights, from ckpt_close to the next ckpt_feed */
	int64_t step;
	int open, missing; /* parameters have come; so many tensors have not */
	int count; /* checkpoints of the run closed so far */
	unsigned char *seen; /* (gpt.tensors) */
};

/*
 * ckpt_close - does the current record @r of @in close a checkpoint?
 *
 * Returns 1 if so: c->gpt holds its weights.  Returns 0 if not, and -1 with @e if it does but tensors
 * are missing.
 */
int ckpt_close(struct ckpt *c, struct stream_in *in, const struct record *r, struct err *e);

/*
 * ckpt_feed - take in the current record: a head's configuration, data.split, a parameter
 *
 * Returns 0, or -1 with @e, which names file, record, tensor and step: a configuration that makes no
 * network, a parameter that the network does not have, of another shape, seen before, or with
 * weights that are not finite.
 */
int ckpt_feed(struct ckpt *c, struct stream_in *in, const struct record *r, struct err *e);

void ckpt_free(struct ckpt *c); /* leaves it empty */

#endif
