/*
 * checkpoint - the checkpoints of a stream: their matrices, or whole networks
 *
 * A checkpoint is the parameters of one run and step, in any order; records of optimiser state may
 * stand between them.  The first record of another kind closes it.  A filter feeds every record,
 * and measures when one closes a checkpoint:
 *
 *     struct checkpoint c = { .level = CHECKPOINT_NETWORK };
 *
 *     while (cli_next(in, &r)) {
 *             got = checkpoint_close(&c, in, &r, &e);
 *             if (got > 0)
 *                     measure(&c);            before r is passed on: results stand before it
 *             cli_pass(in, out, &r);
 *             checkpoint_feed(&c, in, &r, NULL, &e);
 *     }
 *
 * A run whose head has the setting `layers' is a network.  In such a run both levels refuse a
 * configuration that is not a valid network, and a parameter that the network does not have, that
 * has another shape or type, comes twice, or holds weights that are not finite.
 * CHECKPOINT_NETWORK also requires every parameter.  Weights may be f4, f8 or f2; they become
 * float32.  Like Hugging Face transformers, both ignore the masks that its old versions saved
 * (attn.bias, attn.masked_bias), and lm_head.weight when the head is tied.
 *
 * In other runs, parameters are matrices of any name, which the caller takes one by one.
 */
#ifndef TRAIN_CHECKPOINT_H
#define TRAIN_CHECKPOINT_H

#include <stdint.h>

#include "gpt/gpt.h"
#include "stream/tensor.h"
#include "train/task.h"

enum checkpoint_level {
	CHECKPOINT_MATRICES, /* gpt has no weights; only what the caller takes is read */
	CHECKPOINT_NETWORK, /* gpt has the weights; runs that are not networks are ignored */
};

/* Zero-initialise but for the level; free with checkpoint_free. */
struct checkpoint {
	enum checkpoint_level level;
	char *run; /* of the last head */
	int64_t seed;
	int network; /* the run is a network: the layout of gpt, and task, are set */
	/*
	 * The split and labels are set when the records data.split and data.labels have been read.
	 * ops = 0: the head names no operation.
	 */
	struct task task;
	int split; /* data.split has been read */
	int labels; /* answers come from data.labels instead of the operations */
	struct gpt gpt; /* the checkpoint's weights, from checkpoint_close to the next feed */
	int64_t step;
	int open; /* parameters have been read, and no other record since */
	int missing; /* parameters of the network that have not been read yet */
	int count; /* checkpoints of the run closed so far */
	uint64_t params; /* parameters of all runs read so far, whatever their names */
	unsigned char *seen; /* (gpt.tensors) */
};

/*
 * checkpoint_close - does the current record @r of @in close a checkpoint?
 *
 * Returns 1 if so, 0 if not, and -1 with @e if tensors of a network are missing.
 */
int checkpoint_close(struct checkpoint *c, struct stream_in *in, const struct record *r,
		     struct err *e);

/*
 * checkpoint_feed - take in the current record: a head's configuration, data.split,
 * data.labels, a parameter
 *
 * @x: NULL, or filled if the record is a parameter that is not ignored: its values as float32, all
 *     finite, in the shape that it has in the stream.  The caller frees it.
 *
 * Returns 1 if @x was filled, 0 if not, and -1 with @e, which names file, record, tensor and step.
 */
int checkpoint_feed(struct checkpoint *c, struct stream_in *in, const struct record *r,
		    struct tensor *x, struct err *e);

/*
 * checkpoint_load - the network of one checkpoint of a file: its head's settings, task and weights
 *
 * @c:    zero-initialised; free with checkpoint_free
 * @step: the step of the checkpoint; -1 for the last
 *
 * Returns 0, or -1 with @e when the file has no such checkpoint, no network, or several runs.
 */
int checkpoint_load(struct checkpoint *c, const char *file, int64_t step, struct err *e);

/*
 * checkpoint_fill - copy the weights into @g, a network of the same configuration
 *
 * Returns 0, or -1 with @e naming the first setting that differs.
 */
int checkpoint_fill(const struct checkpoint *c, struct gpt *g, struct err *e);

void checkpoint_free(struct checkpoint *c); /* leaves it empty, at its level */

#endif
