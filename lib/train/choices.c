#include "train/choices.h"

#include <string.h>

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

#define INT(name, value)                                                                           \
	{                                                                                          \
		.key = name, .type = SETTING_INT, .i = value, .x = (double)(value)                 \
	}
#define REAL(name, value)                                                                          \
	{                                                                                          \
		.key = name, .type = SETTING_REAL, .x = value                                      \
	}
#define TEXT(name, value)                                                                          \
	{                                                                                          \
		.key = name, .type = SETTING_TEXT, .text = value                                   \
	}
#define FLAG(name, value)                                                                          \
	{                                                                                          \
		.key = name, .type = SETTING_FLAG, .i = value                                      \
	}

void train_settings(const struct train_choices *o, const struct train *t, const char *ops,
		    struct setting list[TRAIN_SETTINGS])
{
	static const char *const init[] = { "gpt2", "torch", "normal" };
	int batch = t->config.batch;
	const struct setting all[TRAIN_SETTINGS] = {
		TEXT("op", ops),
		INT("modulus", o->modulus),
		TEXT("operands", o->operands ? "nonzero" : "all"),
		REAL("train_frac", o->train_frac),
		TEXT("labels", o->labels ? "random" : "true"),
		INT("seed", o->seed),
		INT("split_seed", t->config.split_seed),
		INT("layers", o->layers),
		INT("width", o->width),
		INT("heads", o->heads),
		INT("mlp", t->config.model.mlp),
		FLAG("tie", o->tie),
		TEXT("activation", o->activation ? "gelu_new" : "gelu"),
		TEXT("init", init[o->init]),
		REAL("init_scale", o->init_scale),
		INT("steps", o->steps),
		batch ? (struct setting)INT("batch", batch) : (struct setting)TEXT("batch", "full"),
		TEXT("schedule", o->schedule ? "cosine" : "constant"),
		REAL("lr", o->lr),
		REAL("min_lr", o->min_lr),
		INT("warmup", o->warmup),
		TEXT("betas", o->betas),
		REAL("weight_decay", o->weight_decay),
		TEXT("decay", o->decay ? "all" : "matrices"),
		REAL("clip", o->clip),
		INT("eval_every", o->eval_every),
		TEXT("save", o->save),
		REAL("stop_acc", o->stop_acc),
		INT("stop_after", o->stop_after),
	};

	memcpy(list, all, sizeof(all));
}
