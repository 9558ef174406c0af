/* Presets, and what a head says of a run; see choices.h. */
#include "train/choices.h"

#include <limits.h>
#include <string.h>

#include "list.h"

/* The man page says where each comes from. */
const struct train_choices train_presets[TRAIN_PRESETS] = {
	[TRAIN_DEMO] = { .op = "sub",
			 .modulus = 97,
			 .train_frac = 0.3,
			 .layers = 1,
			 .width = 64,
			 .heads = 4,
			 .init_scale = 0.06,
			 .steps = 4000,
			 .batch = "512",
			 .momentum = 0.9,
			 .lr = 2e-3,
			 .warmup = 10,
			 .betas = "0.9,0.98",
			 .weight_decay = 1,
			 .decay = TRAIN_MATRICES,
			 .clip = 1,
			 .eval_every = 50,
			 .save = "log:10",
			 .seed = 1,
			 .split_seed = TRAIN_SEED },
	[TRAIN_POWER2022] = { .op = "div",
			      .modulus = 97,
			      .train_frac = 0.5,
			      .layers = 2,
			      .width = 128,
			      .heads = 4,
			      .init_scale = 0.02,
			      .steps = 100000,
			      .batch = "512",
			      .momentum = 0.9,
			      .lr = 1e-3,
			      .warmup = 10,
			      .betas = "0.9,0.98",
			      .weight_decay = 1,
			      .decay = TRAIN_ALL,
			      .eval_every = 100,
			      .save = "log:10",
			      .seed = 1,
			      .split_seed = TRAIN_SEED },
	[TRAIN_NANDA2023] = { .op = "add",
			      .modulus = 113,
			      .train_frac = 0.3,
			      .layers = 1,
			      .width = 128,
			      .heads = 4,
			      .init_scale = 0.02,
			      .steps = 40000,
			      .batch = "full",
			      .momentum = 0.9,
			      .lr = 1e-3,
			      .warmup = 10,
			      .betas = "0.9,0.98",
			      .weight_decay = 1,
			      .decay = TRAIN_ALL,
			      .eval_every = 100,
			      .save = "log:10",
			      .seed = 1,
			      .split_seed = TRAIN_SEED },
	[TRAIN_PAPER] = { .op = "add",
			  .modulus = 97,
			  .train_frac = 0.5,
			  .layers = 48,
			  .width = 512,
			  .heads = 8,
			  .init = TRAIN_INIT_TORCH,
			  .init_scale = 0.02,
			  .steps = 100000,
			  .batch = "512",
			  .momentum = 0.9,
			  .lr = 1e-3,
			  .min_lr = 1e-5,
			  .schedule = TRAIN_COSINE,
			  .warmup = 1000,
			  .betas = "0.9,0.95",
			  .weight_decay = 1,
			  .decay = TRAIN_MATRICES,
			  .clip = 1,
			  .eval_every = 100,
			  .save = "100,1k,10k,100k",
			  .seed = 0,
			  .split_seed = 0 },
	[TRAIN_DEEP] = { .op = "sub",
			 .modulus = 97,
			 .train_frac = 0.5,
			 .layers = 48,
			 .width = 64,
			 .heads = 8,
			 .init = TRAIN_INIT_TORCH,
			 .init_scale = 0.02,
			 .steps = 100000,
			 .batch = "512",
			 .momentum = 0.9,
			 .lr = 1e-3,
			 .min_lr = 1e-5,
			 .schedule = TRAIN_COSINE,
			 .warmup = 1000,
			 .betas = "0.9,0.95",
			 .weight_decay = 1,
			 .decay = TRAIN_MATRICES,
			 .clip = 1,
			 .eval_every = 100,
			 .save = "100,1k,10k,100k",
			 .seed = 0,
			 .split_seed = 0 },
};

static int take_int(const struct record *head, const char *key, int *value, struct err *e)
{
	const struct setting *s = format_setting(head, key);

	if (!s)
		return 0;
	if ((s->type != SETTING_INT && s->type != SETTING_FLAG) || s->i < 0 || s->i > INT_MAX)
		return err_set(e, "the head's '%s' is no such number", key);
	*value = (int)s->i;
	return 0;
}

static int take_choice(const struct record *head, const char *key, const char *choices, int *value,
		       struct err *e)
{
	const struct setting *s = format_setting(head, key);
	int i;

	if (!s)
		return 0;
	i = s->type == SETTING_TEXT ? list_choice(choices, s->text, strlen(s->text)) : -1;
	if (i < 0)
		return err_set(e, "the head's '%s' is none that is known", key);
	*value = i;
	return 0;
}

int train_choices_take(struct train_choices *o, const struct record *head, char ops[TASK_NAMES],
		       struct err *e)
{
	const struct setting *op = format_setting(head, "op"), *seed = format_setting(head, "seed");
	const struct setting *fraction = format_setting(head, "train_frac");
	const struct setting *split = format_setting(head, "split_seed");
	struct train_choices taken = *o;

	if (op && (op->type != SETTING_TEXT || strlen(op->text) >= 24))
		return err_set(e, "the head's 'op' is no list of operations");
	if (take_int(head, "modulus", &taken.modulus, e) ||
	    take_choice(head, "operands", TRAIN_OPERANDS_NAMES, &taken.operands, e) ||
	    take_choice(head, "labels", TRAIN_LABELS_NAMES, &taken.labels, e) ||
	    take_int(head, "layers", &taken.layers, e) ||
	    take_int(head, "width", &taken.width, e) || take_int(head, "heads", &taken.heads, e) ||
	    take_int(head, "mlp", &taken.mlp, e) || take_int(head, "tie", &taken.tie, e) ||
	    take_choice(head, "activation", TRAIN_ACTIVATION_NAMES, &taken.activation, e))
		return -1;
	if (op)
		taken.op = strcpy(ops, op->text);
	if (fraction && fraction->type != SETTING_TEXT)
		taken.train_frac =
			fraction->type == SETTING_INT ? (double)fraction->i : fraction->x;
	if (split ? split->type == SETTING_INT : seed && seed->type == SETTING_INT)
		taken.split_seed = split ? split->i : seed->i;
	*o = taken;
	return 0;
}

void train_settings(const struct train_choices *o, const struct train *t, const char *ops,
		    const char *from, struct run_settings *s)
{
	int batch = t->config.batch;

	s->n = 0;
	run_set_text(s, "op", ops);
	run_set_int(s, "modulus", o->modulus);
	run_set_choice(s, "operands", TRAIN_OPERANDS_NAMES, o->operands);
	run_set_real(s, "train_frac", o->train_frac);
	run_set_choice(s, "labels", TRAIN_LABELS_NAMES, o->labels);
	run_set_int(s, "seed", o->seed);
	run_set_int(s, "split_seed", t->config.split_seed);
	run_set_int(s, "layers", o->layers);
	run_set_int(s, "width", o->width);
	run_set_int(s, "heads", o->heads);
	run_set_int(s, "mlp", t->config.model.mlp);
	run_set_flag(s, "tie", o->tie);
	run_set_choice(s, "activation", TRAIN_ACTIVATION_NAMES, o->activation);
	run_set_choice(s, "init", TRAIN_INIT_NAMES, o->init);
	run_set_real(s, "init_scale", o->init_scale);
	run_set_int(s, "steps", o->steps);
	if (batch)
		run_set_int(s, "batch", batch);
	else
		run_set_text(s, "batch", "full");
	run_set_choice(s, "schedule", TRAIN_SCHEDULE_NAMES, o->schedule);
	run_set_real(s, "lr", o->lr);
	run_set_real(s, "min_lr", o->min_lr);
	run_set_int(s, "warmup", o->warmup);
	run_set_text(s, "betas", o->betas);
	run_set_real(s, "weight_decay", o->weight_decay);
	run_set_choice(s, "decay", TRAIN_DECAY_NAMES, o->decay);
	run_set_real(s, "clip", o->clip);
	run_set_int(s, "eval_every", o->eval_every);
	run_set_text(s, "save", o->save);
	run_set_real(s, "stop_acc", o->stop_acc);
	run_set_int(s, "stop_after", o->stop_after);
	if (o->optimizer) /* AdamW goes without saying */
		run_set_choice(s, "optimizer", TRAIN_OPTIMIZER_NAMES, o->optimizer);
	if (o->optimizer == OPTIM_SGD)
		run_set_real(s, "momentum", o->momentum);
	if (from)
		run_set_text(s, "from", from);
}
