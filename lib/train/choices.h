/*
 * train_choices - the options of grok-train: presets, the head of a run made from them, and back
 */
#ifndef TRAIN_CHOICES_H
#define TRAIN_CHOICES_H

#include "stream/run.h"
#include "train/train.h"

/*
 * Everything that decides a run: a field for each option of grok-train, which its manual explains.
 */
struct train_choices {
	const char *op, *batch, *betas, *save;
	int modulus, operands, labels, layers, width, heads, mlp, tie, activation, init, optimizer,
		steps, schedule, warmup, decay, eval_every, stop_after;
	double train_frac, init_scale, momentum, lr, min_lr, weight_decay, clip, stop_acc;
	int64_t seed, split_seed;
};

enum { TRAIN_SEED = -1 }; /* split_seed: the same as seed */

/* Values of choices, and their names in the same order */
enum { TRAIN_CONSTANT, TRAIN_COSINE };
#define TRAIN_SCHEDULE_NAMES "constant|cosine"
enum { TRAIN_MATRICES, TRAIN_ALL };
#define TRAIN_DECAY_NAMES "matrices|all"
enum { TRAIN_OPERANDS_ALL, TRAIN_OPERANDS_NONZERO };
#define TRAIN_OPERANDS_NAMES "all|nonzero"
enum { TRAIN_LABELS_TRUE, TRAIN_LABELS_RANDOM };
#define TRAIN_LABELS_NAMES     "true|random"
#define TRAIN_ACTIVATION_NAMES "gelu|gelu_new" /* enum nn_activation */
#define TRAIN_INIT_NAMES       "gpt2|torch|normal" /* enum train_init */
#define TRAIN_OPTIMIZER_NAMES  "adamw|adam|sgd|muon" /* enum optim_kind */

enum train_preset {
	TRAIN_DEMO,
	TRAIN_POWER2022,
	TRAIN_NANDA2023,
	TRAIN_PAPER,
	TRAIN_DEEP,
	TRAIN_PRESETS
};
#define TRAIN_PRESET_NAMES "demo|power2022|nanda2023|paper|deep" /* in this order */

extern const struct train_choices train_presets[TRAIN_PRESETS];

/*
 * train_choices_take - set the data and the network to those of another run, as its head has them
 *
 * @ops: room for the names of the operations, to which @o->op points afterwards
 *
 * Choices that the head does not name are unchanged.  Returns 0, or -1 with @e set for a value that
 * the setting cannot have.  Whether the values fit together is checked by train_init.
 */
int train_choices_take(struct train_choices *o, const struct record *head, char ops[TASK_NAMES],
		       struct err *e);

/*
 * train_settings - the configuration for the head of a stream
 *
 * @t:    the run made from @o
 * @ops:  its operations in token order, see task_op_names
 * @from: "RUN@STEP", the checkpoint that its initial weights come from; NULL: they were drawn
 * @s:    filled; its texts point into the arguments
 */
void train_settings(const struct train_choices *o, const struct train *t, const char *ops,
		    const char *from, struct run_settings *s);

#endif
