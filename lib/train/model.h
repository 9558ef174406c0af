/*
 * model - the network and the task of a run, as a filter meets them in a stream
 *
 *     head ------------> model_init      configuration: task, layout, no weights yet
 *     data.split ------> model_split     which equations were for training
 *     parameters ------> model_set       one tensor after another
 *     end of step -----> model_whole     did the checkpoint have them all?
 */
#ifndef TRAIN_MODEL_H
#define TRAIN_MODEL_H

#include "gpt/gpt.h"
#include "train/task.h"
#include "stream/tensor.h"

struct model {
	struct task task; /* all equations are TASK_TEST until model_split */
	struct gpt g;
	unsigned char *have; /* (g.tensors): set since the last model_forget */
};

/*
 * model_init - from the configuration in a head record of grok-train
 *
 * Returns -1 with @e naming the entry that is missing or out of range.  Free with model_free.
 */
int model_init(struct model *m, const struct record *head, struct err *e);
void model_free(struct model *m); /* zeroed is allowed */

/* model_split - take the record data.split of the run; -1 with @e when it does not fit the task */
int model_split(struct model *m, const struct tensor *split, struct err *e);

/*
 * model_set - take one parameter, float32
 *
 * Returns 1, 0 if the network has no tensor of that name, -1 with @e if its shape is another.
 */
int model_set(struct model *m, const char *name, const struct tensor *x, struct err *e);

/* model_whole - 0 when every parameter is there, else -1 with @e naming one that is missing */
int model_whole(const struct model *m, struct err *e);
void model_forget(struct model *m); /* before the next checkpoint */

#endif
