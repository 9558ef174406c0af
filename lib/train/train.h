/*
 * train - a training run: task, network, optimiser and the order of batches, one step at a time
 *
 * Everything that decides the run is in struct train_config; everything that changes while it goes
 * on is in the weights, the optimiser's moments and the few words of train_place.  Restoring those
 * continues the run bit for bit, with any number of threads.
 */
#ifndef TRAIN_TRAIN_H
#define TRAIN_TRAIN_H

#include "gpt/gpt.h"
#include "gpt/optim.h"
#include "train/checkpoint.h"
#include "train/task.h"

/* First weights; see gpt.h. */
enum train_init { TRAIN_INIT_GPT2, TRAIN_INIT_TORCH, TRAIN_INIT_NORMAL };

struct train_config {
	const char *ops;
	int modulus, nonzero;
	double fraction;
	int random_labels; /* seeded by split_seed */
	int64_t seed, split_seed;
	struct gpt_config model; /* vocab is filled in */
	enum train_init init;
	double init_scale; /* not for TRAIN_INIT_TORCH */
	const struct checkpoint *from; /* whose weights come first, not drawn ones; or NULL */
	int batch; /* equations a step; 0 or more than there are: all */
	struct optim_config optim;
};

/* What changes from step to step besides weights and moments. */
struct train_place {
	int64_t step; /* steps done */
	int64_t used; /* of the shuffled epoch */
	uint64_t rng[4]; /* the generator of the order of batches */
};

struct train {
	struct train_config config;
	struct pool *pool;
	struct task task;
	struct gpt g;
	struct optim optim;
	struct gpt_work *work;
	struct train_place place;
	int batch, train_count, test_count; /* equations */
	int *order; /* (train_count), this epoch's ids */
	float *grad; /* arena */
	double loss; /* of the last step's batch, before the step */
	double grad_norm; /* of the last step whose norm was taken; NaN before */
	/* scratch */
	int *ids, *tokens, *target;
	float *logits;
	double *losses;
};

/* Accuracies and mean losses over whole sets; NaN for an empty one. */
struct train_metrics {
	double train_loss, test_loss, train_acc, test_acc, weight_norm;
};

/*
 * train_init - step 0 of a run; -1 with @e set for a configuration that cannot be
 *
 * @pool: borrowed.  Free with train_free.
 */
int train_init(struct train *t, const struct train_config *config, struct pool *pool,
	       struct err *e);
void train_free(struct train *t);

/*
 * train_step - one step of the optimiser
 *
 * @want_norm: set t->grad_norm.  Returns -1 with @e set when loss or gradient is not finite.
 */
int train_step(struct train *t, int want_norm, struct err *e);

void train_evaluate(struct train *t, struct train_metrics *m);

/* train_is_right - is the target's logit above all V - 1 others?  A tie is not, nor is a NaN. */
int train_is_right(const float *logits, int V, int target);

#endif
