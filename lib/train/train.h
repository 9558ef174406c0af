/*
 * train - a training run: task, network, optimiser and the order of batches, one step at a time
 *
 * struct train_config determines the run.  What changes during the run is the weights, the
 * optimiser's moments, the order of the epoch's batches and struct train_place; restoring these
 * continues the run bit for bit, with any number of threads.
 */
#ifndef TRAIN_TRAIN_H
#define TRAIN_TRAIN_H

#include "gpt/gpt.h"
#include "gpt/optim.h"
#include "train/checkpoint.h"
#include "train/task.h"

/* How initial weights are drawn: gpt_init, gpt_init_torch, gpt_init_plain. */
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
	const struct checkpoint *from; /* start from its weights; NULL: draw them */
	int batch; /* equations of a step; 0, or more than there are: all */
	struct optim_config optim;
};

/* What changes from step to step besides weights and moments. */
struct train_place {
	int64_t step; /* steps done */
	int64_t used; /* equations of this epoch that batches have used */
	uint64_t rng[4]; /* state of the generator that shuffles the epochs */
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
	int *order; /* (train_count), ids of the training equations in this epoch's order */
	float *grad; /* arena */
	double loss; /* mean loss of the last step's batch, before the step, in nats */
	double grad_norm; /* of the last step for which it was computed; NaN before */
	/* scratch */
	int *ids, *tokens, *target;
	float *logits;
	double *losses;
};

/*
 * Accuracies, and mean losses in nats, over the whole training and test set; NaN for an empty one.
 */
struct train_metrics {
	double train_loss, test_loss, train_acc, test_acc, weight_norm;
};

/*
 * train_init - a run at step 0
 *
 * @pool: borrowed
 *
 * Returns 0, or -1 with @e set for a configuration that is not valid.  Free with train_free.
 */
int train_init(struct train *t, const struct train_config *config, struct pool *pool,
	       struct err *e);
void train_free(struct train *t);

/*
 * train_step - one step of the optimiser
 *
 * @want_norm: set t->grad_norm
 *
 * Returns 0, or -1 with @e set when loss or gradient is not finite.
 */
int train_step(struct train *t, int want_norm, struct err *e);

void train_evaluate(struct train *t, struct train_metrics *m);

/* train_is_right - is the target's logit above all V - 1 others?  Ties and NaN count as wrong. */
int train_is_right(const float *logits, int V, int target);

#endif
