/*
 * grok-sfm - train the singular feature machine; compute its crossover; map where it recovers
 *
 * Reads nothing.  Writes head, data.split, metrics sfm.* and tensors sfm.*, end: formats/sfm.md.
 * See grok-sfm(1).
 */
#include <math.h>
#include <stdlib.h>

#include "cli_checkpoint.h"
#include "cli_run.h"
#include "sfm/sfm.h"
#include "sfm/span.h"
#include "stream/tensor.h"
#include "train/schedule.h"

enum { INIT_AUTO }; /* then enum sfm_init + 1 */
enum { RECORD_LOG, RECORD_ALL };

#define INIT_NAMES "auto|" SFM_INIT_NAMES

static int op, modulus = 97, train_count, split, target, character = 1, schedule, init = INIT_AUTO,
	       zero, no_dlog, steps = 200, record = RECORD_ALL, seeds = 1;
static double train_frac = 0.5, beta = 0.1, weight_decay = 0.01, step_size, noise;
static int64_t seed = 1;
static const char *save = "log:4", *fractions = "0.1:0.9:9", *betas = "0.001:1:10";

extern const struct cli sfm_crossover_command; /* sfm/crossover.c */

/* Where several commands have an option, it is one option. */
/* clang-format off */
#define DATA_OPTIONS \
	{ 0, "op", "NAME", "operation", OPT_CHOICE, &op, .choices = TASK_OP_NAMES }, \
	{ 'p', "modulus", "P", "modulus", OPT_INT, &modulus, .min = 3, .max = SFM_MODULUS_MAX }, \
	{ 0, "split", "NAME", "how training equations are chosen", OPT_CHOICE, &split, \
	  .choices = SFM_SPLIT_NAMES }, \
	{ 0, "target", "NAME", "function of the answer that is learned", OPT_CHOICE, &target, \
	  .choices = SFM_TARGET_NAMES }, \
	{ 0, "character", "M", "frequency of the target character", OPT_INT, &character, .min = 0, \
	  .max = SFM_MODULUS_MAX - 1 }, \
	{ 0, "noise", "X", "fraction of training answers made random", OPT_REAL, &noise, .min = 0, \
	  .max = 1 }, \
	{ 0, "zero", NULL, "mul, div: zero operands too", OPT_FLAG, .var = &zero }, \
	{ 0, "no-dlog", NULL, "mul, div: do not relabel by the logarithm", OPT_FLAG, \
	  .var = &no_dlog }, \
	{ 's', "seed", "N", "seed of split, target, noise and weights", OPT_LONG, &seed, \
	  .min = 0, .max = 0x1p53 }
#define MACHINE_OPTIONS \
	{ 0, "schedule", "NAME", "how the gate changes", OPT_CHOICE, &schedule, \
	  .choices = SFM_SCHEDULE_NAMES }, \
	{ 0, "init", "NAME", "first weights; auto: random for decay, else zero", OPT_CHOICE, \
	  .var = &init, .choices = INIT_NAMES }, \
	{ 0, "weight-decay", "X", "decay of the weights in schedule decay", OPT_REAL, \
	  &weight_decay, .min = 0, .max = 1 }, \
	{ 0, "step-size", "X", "eta of the drift; 0: the training fraction", OPT_REAL, &step_size, \
	  .min = 0, .max = 1e6 }, \
	{ 0, "steps", "N", "iterations", OPT_INT, &steps, .min = 0, .max = 1e9 }
/* clang-format on */

static const struct opt run_opts[] = {
	DATA_OPTIONS,
	{ 0, "train-frac", "X", "fraction of the equations to train on", OPT_REAL, &train_frac,
	  .min = 0, .max = 1 },
	{ 0, "train-count", "N", "number of equations to train on; 0: by fraction", OPT_INT,
	  &train_count, .min = 0, .max = (double)SFM_MODULUS_MAX * SFM_MODULUS_MAX },
	MACHINE_OPTIONS,
	{ 0, "beta", "X", "price of a feature", OPT_REAL, &beta, .min = 0, .max = 1e9 },
	{ 0, "record", "WHICH", "iterations with metrics", OPT_CHOICE, &record,
	  .choices = "log|all" },
	{ 0, "save", "STEPS", "iterations with weights: a list, log:K, every:N, none", OPT_TEXT,
	  .var = &save },
	{ 0 }
};

static const struct opt phase_opts[] = {
	DATA_OPTIONS,
	{ 0, "train-frac", "LIST", "fractions: X,..., or FROM:TO:COUNT evenly", OPT_TEXT,
	  .var = &fractions },
	{ 0, "beta", "LIST", "prices: X,..., or FROM:TO:COUNT, geometric", OPT_TEXT,
	  .var = &betas },
	{ 0, "seeds", "N", "seeds of a cell, from --seed on", OPT_INT, &seeds, .min = 1,
	  .max = 1e6 },
	MACHINE_OPTIONS,
	{ 0 }
};

/* ---- what commands share ---- */

static void data_init(struct sfm_data *d)
{
	const struct sfm_data_config c = { .op = task_operation((enum task_op)op)->name,
					   .modulus = modulus,
					   .train_count = train_count,
					   .train_frac = train_frac,
					   .split = (enum sfm_split)split,
					   .target = (enum sfm_target)target,
					   .character = target == SFM_CHARACTER ? character : 0,
					   .noise = noise,
					   .zero = zero,
					   .dlog = !no_dlog,
					   .seed = seed };
	struct err e;

	cli_check_usage(sfm_data_init(d, &c, &e), &e);
}

static struct sfm_config machine_config(void)
{
	int first = init == INIT_AUTO ? (schedule == SFM_DECAY ? SFM_NORMAL : SFM_ZERO) : init - 1;

	if (cli_given(&weight_decay) && schedule != SFM_DECAY)
		cli_usage("--weight-decay needs --schedule=decay");
	return (struct sfm_config){ .schedule = (enum sfm_schedule)schedule,
				    .init = (enum sfm_init)first,
				    .beta = beta,
				    .weight_decay = schedule == SFM_DECAY ? weight_decay : 0,
				    .step = step_size,
				    .seed = seed };
}

static void describe(struct run_settings *s, const struct sfm_data *d, const struct sfm_config *c)
{
	run_set_text(s, "op", task_operation((enum task_op)op)->name);
	run_set_int(s, "modulus", modulus);
	run_set_int(s, "train_count", d->train);
	run_set_real(s, "train_frac", (double)d->train / (d->train + d->test));
	run_set_choice(s, "split", SFM_SPLIT_NAMES, split);
	run_set_choice(s, "target", SFM_TARGET_NAMES, target);
	if (target == SFM_CHARACTER)
		run_set_int(s, "character", character);
	run_set_real(s, "noise", noise);
	run_set_flag(s, "zero", zero);
	run_set_flag(s, "no_dlog", no_dlog);
	run_set_int(s, "seed", seed);
	run_set_choice(s, "schedule", SFM_SCHEDULE_NAMES, schedule);
	run_set_choice(s, "init", SFM_INIT_NAMES, (int)c->init);
	run_set_real(s, "beta", c->beta);
	run_set_real(s, "weight_decay", c->weight_decay);
	run_set_real(s, "step_size", c->step);
	run_set_int(s, "steps", steps);
}

/* Write the head of a run, which is named after its operation, modulus and seed. */
static void open_run(struct cli_run *r, const struct run_settings *s)
{
	char stem[64];

	snprintf(stem, sizeof(stem), "%s-p%d-s%lld", task_operation((enum task_op)op)->name,
		 modulus, (long long)seed);
	cli_run_open(r, stem, seed, s);
}

/* ---- grok-sfm ---- */

static void put_row(struct cli_run *r, const struct sfm_row *row)
{
	const struct value list[] = {
		{ "sfm.train_loss", row->train_loss },
		{ "sfm.test_loss", row->test_loss },
		{ "sfm.train_acc", row->train_acc },
		{ "sfm.test_acc", row->test_acc },
		{ "sfm.support", row->support },
		{ "sfm.diagonal", row->diagonal },
		{ "sfm.lambda", row->lambda },
		{ "sfm.complexity", row->complexity },
		{ "sfm.free_energy", row->free_energy },
		{ "sfm.objective", row->objective },
		{ "sfm.tau", row->tau },
		{ "sfm.beta", row->beta },
		{ "sfm.phase", row->phase },
	};

	cli_run_put(r, row->t, list, sizeof(list) / sizeof(*list));
}

static void put_weights(struct cli_run *r, const struct sfm *m, float *w)
{
	size_t D = (size_t)m->data->D, shape[2] = { D, D };
	struct err e;

	sfm_weights(m, w);
	cli_check(tensor_put(r->out, r->id, m->row.t, "sfm.weights", ROLE_MEASURE,
			     tensor_over(DTYPE_C8, 2, shape, w), &e),
		  &e);
}

static void iterate(struct cli_run *r, struct sfm *m, const struct train_schedule *saves)
{
	size_t D = (size_t)m->data->D;
	float *w = cli_alloc(2 * D * D, sizeof(*w));
	struct train_schedule rows;
	struct err e;

	cli_check(train_schedule_parse(&rows, "log:40", steps, &e), &e);
	for (;;) {
		int64_t t = m->row.t;

		if (!isfinite(m->row.objective)) {
			cli_warn("the weights overflowed at iteration %lld: "
				 "the step size %g is too large",
				 (long long)t, m->config.step);
			break;
		}
		if (train_schedule_has(saves, t))
			put_weights(r, m, w);
		if (record == RECORD_ALL || train_schedule_has(&rows, t))
			put_row(r, &m->row);
		cli_progress((double)t, steps, "iterations", "loss %.3g %.3g, %d features",
			     m->row.train_loss, m->row.test_loss, m->row.support);
		if (t == steps)
			break;
		sfm_step(m);
	}
	free(w);
}

static int train(void)
{
	struct sfm_config c;
	struct run_settings s = { .n = 0 };
	struct train_schedule saves;
	struct sfm_data d;
	struct sfm m;
	struct cli_run r;
	struct pool *pool;
	struct err e;
	size_t shape[2];

	c = machine_config();
	if (train_schedule_parse(&saves, save, steps, &e) < 0)
		cli_usage("--save: %s", e.msg);
	data_init(&d);
	pool = cli_pool(d.outputs > 1 ? cli_threads() : 1);
	cli_check(sfm_init(&m, &d, &c, pool, &e), &e);

	r.out = cli_output();
	describe(&s, &d, &m.config);
	run_set_text(&s, "record", record == RECORD_ALL ? "all" : "log");
	run_set_text(&s, "save", save);
	open_run(&r, &s);
	shape[0] = shape[1] = (size_t)modulus;
	cli_check(tensor_put(r.out, r.id, 0, "data.split", ROLE_MEASURE,
			     tensor_over(DTYPE_U1, 2, shape, d.task.split), &e),
		  &e);
	iterate(&r, &m, &saves);
	cli_run_close(&r);
	sfm_free(&m);
	sfm_data_free(&d);
	pool_free(pool);
	return cli_close(NULL, r.out);
}

static const struct cli train_command = {
	.purpose = "train the singular feature machine and write its trajectory",
	.flags = CLI_GENERATOR,
	.opts = run_opts,
	.notes = "commands, each with its own --help:\n"
		 "  crossover  samples at which memoriser and generaliser cost the same\n"
		 "  phase      map where the machine recovers the function\n",
	.main = train,
};

/* ---- grok-sfm phase ---- */

static void parse_axis(const char *name, const char *text, int geometric, double max,
		       struct span *g)
{
	struct err e;

	if (span_parse(text, geometric, 0, max, g, &e))
		cli_usage("--%s: %s", name, e.msg);
}

/* One machine, trained to the end: a run of two numbers and their consequences */
static void phase_cell(struct stream_out *out, struct pool *pool)
{
	struct sfm_config c = machine_config();
	struct run_settings s = { .n = 0 };
	struct cli_run r = { .out = out };
	struct sfm_data d;
	struct sfm m;
	struct err e;
	int features;

	data_init(&d);
	cli_check(sfm_features(&d, pool, &features, &e), &e);
	cli_check(sfm_init(&m, &d, &c, pool, &e), &e);
	describe(&s, &d, &m.config);
	while (m.row.t < steps && isfinite(m.row.objective))
		sfm_step(&m);
	open_run(&r, &s);
	const struct value list[] = {
		{ "sfm.recovered", m.row.phase == SFM_GENERALISING },
		{ "sfm.train_loss", isfinite(m.row.train_loss) ? m.row.train_loss : NAN },
		{ "sfm.test_loss", isfinite(m.row.test_loss) ? m.row.test_loss : NAN },
		{ "sfm.support", m.row.support },
		{ "sfm.diagonal", m.row.diagonal },
		{ "sfm.phase", m.row.phase },
		{ "sfm.samples", d.train },
		{ "sfm.samples_bound", sfm_recovery_bound(features, d.D) },
	};

	cli_run_put(&r, m.row.t, list, sizeof(list) / sizeof(*list));
	cli_run_close(&r);
	sfm_free(&m);
	sfm_data_free(&d);
}

static void phase_defaults(void)
{
	modulus = 31;
	schedule = SFM_CONSTANT;
}

static int phase(void)
{
	struct stream_out *out;
	struct span f, b;
	struct pool *pool;
	int64_t first;
	double done = 0;

	parse_axis("train-frac", fractions, 0, 1, &f);
	parse_axis("beta", betas, 1, 1e9, &b);
	out = cli_output();
	pool = cli_pool(target == SFM_ONEHOT ? cli_threads() : 1);
	first = seed;
	for (int i = 0; i < f.n; i++)
		for (int j = 0; j < b.n; j++)
			for (seed = first; seed < first + seeds; seed++) {
				train_frac = f.x[i];
				beta = b.x[j];
				phase_cell(out, pool);
				cli_progress(++done, (double)f.n * b.n * seeds, "cells",
					     "fraction %g", f.x[i]);
			}
	pool_free(pool);
	return cli_close(NULL, out);
}

static const struct cli phase_command = {
	.command = "phase",
	.purpose = "map where the machine recovers the function from a part of its values",
	.flags = CLI_GENERATOR,
	.opts = phase_opts,
	.prepare = phase_defaults,
	.main = phase,
};

int main(int argc, char **argv)
{
	static const struct cli *const commands[] = { &train_command, &sfm_crossover_command,
						      &phase_command, NULL };

	return cli_dispatch("the singular feature machine", commands, argc, argv);
}
