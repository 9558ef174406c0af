/*
 * grok-train - train a GPT-2 style network on modular arithmetic and write the run as a stream
 *
 * Reads nothing.  Writes head, data.split, checkpoints (role param), metrics train.*, end.
 * With --state the stream grows in FILE.part, which a resumed run cuts back to where the state was
 * saved and continues; FILE appears when it is whole.  See grok-train(1).
 */
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "cli_checkpoint.h"
#include "list.h"
#include "number.h"
#include "train/kernel.h"
#include "train/session.h"

static struct train_choices o; /* as on the command line */
static int preset = TRAIN_DEMO, resume, any_processor;
static const char *kernel;
static const char *state, *from; /* files */
static int64_t from_step = -1;

static const struct opt opts[] = {
	{ 0, "preset", "NAME", "start from these settings: see below", OPT_CHOICE, &preset,
	  .choices = TRAIN_PRESET_NAMES, .early = 1 },
	{ 0, "from", "FILE", "start with the weights, network and data of a run in FILE", OPT_FILE,
	  .var = &from, .early = 1 },
	{ 0, "step", "N", "with --from: its checkpoint of this step; -1: the last", OPT_LONG,
	  &from_step, .min = -1, .max = 0x1p53 },
	{ 0, "op", "OP,...", "one operation, or several joined by commas", OPT_TEXT, .var = &o.op,
	  .choices = TASK_OP_NAMES },
	{ 'p', "modulus", "P", "modulus", OPT_INT, &o.modulus, .min = 2, .max = TASK_MODULUS_MAX },
	{ 0, "operands", "WHICH", "b runs over all residues, or over 1..P-1 (div: always)",
	  OPT_CHOICE, &o.operands, .choices = TRAIN_OPERANDS_NAMES },
	{ 0, "train-frac", "X", "fraction of the equations to train on", OPT_REAL, &o.train_frac,
	  .min = 0, .max = 1 },
	{ 0, "labels", "WHICH", "the operations' answers, or random ones", OPT_CHOICE, &o.labels,
	  .choices = TRAIN_LABELS_NAMES },
	{ 's', "seed", "N", "seed of split, weights and batches", OPT_LONG, &o.seed, .min = 0,
	  .max = 0x1p53 },
	{ 0, "split-seed", "N", "seed of split and random labels alone; -1: as --seed", OPT_LONG,
	  &o.split_seed, .min = -1, .max = 0x1p53 },
	{ 0, "layers", "N", "blocks", OPT_INT, &o.layers, .min = 1, .max = GPT_LAYERS_MAX },
	{ 0, "width", "N", "channels of the residual stream", OPT_INT, &o.width, .min = 1,
	  .max = GPT_WIDTH_MAX },
	{ 0, "heads", "N", "attention heads; divides the width", OPT_INT, &o.heads, .min = 1,
	  .max = GPT_WIDTH_MAX },
	{ 0, "mlp", "N", "hidden units of an MLP; 0: four times the width", OPT_INT, &o.mlp,
	  .min = 0, .max = 4 * GPT_WIDTH_MAX },
	{ 0, "tie", NULL, "use the token embedding as the head", OPT_FLAG, .var = &o.tie },
	{ 0, "activation", "NAME", "gelu (exact) or gelu_new (tanh)", OPT_CHOICE, &o.activation,
	  .choices = TRAIN_ACTIVATION_NAMES },
	{ 0, "init", "HOW", "first weights: as GPT-2, as PyTorch's layers, or all alike",
	  OPT_CHOICE, &o.init, .choices = TRAIN_INIT_NAMES },
	{ 0, "init-scale", "X", "standard deviation of the first weights (not of torch)", OPT_REAL,
	  &o.init_scale, .min = 0, .max = 10 },
	{ 0, "steps", "N", "steps of the optimiser", OPT_INT, &o.steps, .min = 0, .max = 1e9 },
	{ 0, "batch", "N", "equations in a step, or full", OPT_TEXT, .var = &o.batch },
	{ 0, "optimizer", "NAME", "adamw, adam (decay added to the gradient), sgd, or muon",
	  OPT_CHOICE, &o.optimizer, .choices = TRAIN_OPTIMIZER_NAMES },
	{ 0, "momentum", "X", "sgd: what stays of the last step", OPT_REAL, &o.momentum, .min = 0,
	  .max = 0.9999 },
	{ 0, "lr", "X", "learning rate", OPT_REAL, &o.lr, .min = 0, .max = 10 },
	{ 0, "schedule", "HOW", "after the warm-up: the rate stays, or falls to --min-lr",
	  OPT_CHOICE, &o.schedule, .choices = TRAIN_SCHEDULE_NAMES },
	{ 0, "min-lr", "X", "cosine: the rate of the last step", OPT_REAL, &o.min_lr, .min = 0,
	  .max = 10 },
	{ 0, "warmup", "N", "steps in which the rate rises linearly", OPT_INT, &o.warmup, .min = 0,
	  .max = 1e9 },
	{ 0, "betas", "A,B", "decay of the two moments of adamw, adam, muon", OPT_TEXT,
	  .var = &o.betas },
	{ 0, "weight-decay", "X", "weight decay; of adam and sgd, of the gradient", OPT_REAL,
	  &o.weight_decay, .min = 0, .max = 1000 },
	{ 0, "decay", "WHICH", "decay matrices (embeddings too) or all parameters", OPT_CHOICE,
	  &o.decay, .choices = TRAIN_DECAY_NAMES },
	{ 0, "clip", "X", "largest norm of the gradient; 0: no clipping", OPT_REAL, &o.clip,
	  .min = 0, .max = 1e9 },
	{ 0, "eval-every", "N", "steps between evaluations on all equations", OPT_INT,
	  &o.eval_every, .min = 1, .max = 1e9 },
	{ 0, "save", "STEPS", "checkpoints: steps, such as 100,1k..10k%1k,every:1k,log:10, or none",
	  OPT_TEXT, .var = &o.save },
	{ 0, "stop-acc", "X", "stop once test accuracy is X at an evaluation; 0: never", OPT_REAL,
	  &o.stop_acc, .min = 0, .max = 1 },
	{ 0, "stop-after", "N", "with --stop-acc: stop so many steps later", OPT_INT, &o.stop_after,
	  .min = 0, .max = 1e9 },
	{ 0, "state", "FILE", "keep what a resumed run needs in FILE (with -o)", OPT_FILE,
	  .var = &state },
	{ 0, "kernel", "NAME", "kernel of OpenBLAS to use, such as Haswell", OPT_TEXT,
	  .var = &kernel, .local = 1 },
	{ 0, "any-processor", NULL, "resume on a processor of another kind, too", OPT_FLAG,
	  .var = &any_processor, .local = 1 },
	{ 0, "resume", NULL, "continue from --state if it exists, else start", OPT_FLAG,
	  .var = &resume, .local = 1 },
	{ 0 }
};

/* ---- options ---- */

/* The data and the network of the run in --from, under the options that follow. */
static void take_from(void)
{
	static char ops[TASK_NAMES];
	struct stream_in *in;
	struct record r;
	struct stat st;
	struct err e;

	if (!strcmp(from, "-") ||
	    (!stat(from, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
		cli_usage("--from: '%s' would be read twice: it must be a file", from);
	in = cli_input_file(from);
	while (cli_next(in, &r) && r.kind != RECORD_HEAD)
		;
	if (r.kind != RECORD_HEAD)
		cli_die("'%s' has no run to start from", from);
	if (train_choices_take(&o, &r, ops, &e))
		cli_die("'%s': %s", from, e.msg);
	stream_free(in);
}

/* The defaults of the command line: those of the preset, then those of --from. */
static void prepare(void)
{
	o = train_presets[preset];
	if (from)
		take_from();
}

static void parse_betas(double *beta1, double *beta2)
{
	const char *list = o.betas, *item;
	size_t n;

	list_next(&list, &item, &n);
	if (number_parse(item, n, beta1, NULL) || !list_next(&list, &item, &n) || list ||
	    number_parse(item, n, beta2, NULL) || *beta1 < 0 || *beta1 >= 1 || *beta2 < 0 ||
	    *beta2 >= 1)
		cli_usage("--betas: '%s' is not two numbers from 0 to below 1", o.betas);
}

static struct train_config config(void)
{
	struct train_config c = {
		.ops = o.op,
		.modulus = o.modulus,
		.nonzero = o.operands,
		.fraction = o.train_frac,
		.random_labels = o.labels == TRAIN_LABELS_RANDOM,
		.seed = o.seed,
		.split_seed = o.split_seed == TRAIN_SEED ? o.seed : o.split_seed,
		.model = { .layers = o.layers,
			   .width = o.width,
			   .heads = o.heads,
			   .mlp = o.mlp ? o.mlp : 4 * o.width,
			   .tied = o.tie,
			   .activation = o.activation ? NN_GELU_NEW : NN_GELU },
		.init = (enum train_init)o.init,
		.init_scale = o.init_scale,
		.batch = cli_count("batch", o.batch, "full"),
		.optim = { .kind = (enum optim_kind)o.optimizer,
			   .momentum = o.momentum,
			   .lr = o.lr,
			   .eps = 1e-8,
			   .decay = o.weight_decay,
			   .decay_all = o.decay == TRAIN_ALL,
			   .warmup = o.warmup,
			   .last = o.schedule == TRAIN_COSINE ? o.steps : 0,
			   .min_lr = o.min_lr,
			   .clip = o.clip },
	};

	parse_betas(&c.optim.beta1, &c.optim.beta2);
	if (o.schedule == TRAIN_COSINE && o.min_lr > o.lr)
		cli_usage("--min-lr: %g is above --lr, %g", o.min_lr, o.lr);
	return c;
}

/* An option that would change nothing is a slip. */
static void refuse_idle(void)
{
	const struct {
		const void *var;
		int is_idle;
		const char *name, *reason;
	} rows[] = {
		{ &o.min_lr, o.schedule != TRAIN_COSINE, "min-lr", "without --schedule cosine" },
		{ &o.stop_after, !cli_given(&o.stop_acc), "stop-after", "without --stop-acc" },
		{ &o.momentum, o.optimizer != OPTIM_SGD, "momentum", "without --optimizer sgd" },
		{ &o.betas, o.optimizer == OPTIM_SGD, "betas", "with --optimizer sgd" },
		{ &o.init, from != NULL, "init", "with --from" },
		{ &o.init_scale, from != NULL, "init-scale", "with --from" },
		{ &o.init_scale, o.init == TRAIN_INIT_TORCH, "init-scale", "with --init torch" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].is_idle && cli_given(rows[i].var))
			cli_usage("--%s: it has no effect %s", rows[i].name, rows[i].reason);
}

/* The configuration as the head records it, and the run's name. */
static void describe(struct session *s, const struct checkpoint *start)
{
	char stem[96];
	struct err e;
	int i;

	if (start)
		snprintf(s->from, sizeof(s->from), "%s@%lld", start->run, (long long)start->step);
	task_op_names(&s->t.task, s->ops);
	train_settings(&o, &s->t, s->ops, start ? s->from : NULL, &s->settings);
	snprintf(stem, sizeof(stem), "%s-p%d-s%lld", s->ops, o.modulus, (long long)o.seed);
	for (i = 0; stem[i]; i++)
		if (stem[i] == ',')
			stem[i] = '+';
	cli_check(run_name(s->id, stem, s->settings.list, s->settings.n, &e), &e);
	/* After the name: that of a run is the same on every machine. */
	linalg_kernel(s->kernel);
	run_set_text(&s->settings, "kernel", s->kernel);
	s->head = run_head(s->id, o.seed, s->settings.list, s->settings.n, cli_program());
}

/* ---- help ---- */

/* An option with its present value, as it would be given. */
static void format_option(const struct opt *opt, char *text, size_t n)
{
	const char *choice;
	size_t length;

	switch (opt->type) {
	case OPT_REAL:
		snprintf(text, n, "--%s=%g", opt->name, *(const double *)opt->var);
		break;
	case OPT_LONG:
		snprintf(text, n, "--%s=%lld", opt->name, (long long)*(const int64_t *)opt->var);
		break;
	case OPT_TEXT:
		snprintf(text, n, "--%s=%s", opt->name, *(const char *const *)opt->var);
		break;
	case OPT_CHOICE:
		choice = list_chosen(opt->choices, *(const int *)opt->var, &length);
		snprintf(text, n, "--%s=%.*s", opt->name, (int)length, choice);
		break;
	case OPT_INT:
	case OPT_FLAG:
		snprintf(text, n, "--%s=%d", opt->name, *(const int *)opt->var);
		break;
	case OPT_FILE:
		text[0] = 0;
	}
}

enum { OPTIONS = sizeof(opts) / sizeof(*opts) - 1, VALUE = 64 };

/* What help says of presets: how each differs from the first. */
static const char *preset_notes(void)
{
	static char text[4096], usual[OPTIONS][VALUE];
	const char *name;
	char value[VALUE];
	size_t n = 0, column, length;
	int i, k;

#define SAY(...) (n += (size_t)snprintf(text + n, sizeof(text) - n, __VA_ARGS__))
	SAY("presets (options given beside a preset override it):\n");
	for (i = 0; i < TRAIN_PRESETS; i++) {
		name = list_chosen(TRAIN_PRESET_NAMES, i, &length);
		o = train_presets[i];
		column = n;
		SAY("  %-10.*s%s", (int)length, name, i ? "" : " the defaults");
		for (k = 0; k < OPTIONS; k++) {
			format_option(&opts[k], value, sizeof(value));
			if (!i)
				strcpy(usual[k], value);
			if (!strcmp(value, usual[k]))
				continue;
			if (n - column + strlen(value) > 92) {
				SAY("\n%12s", "");
				column = n - 12;
			}
			SAY(" %s", value);
		}
		SAY("\n");
	}
#undef SAY
	return text;
}

/* Options that say nothing without another. */
static void check_options(void)
{
	refuse_idle();
	if (from_step >= 0 && !from)
		cli_usage("--step: --from names no file");
	if (resume && !state)
		cli_usage("--resume: --state names no file to resume from");
}

/* The run, before it is written or resumed */
static void set_up(struct session *s, const struct train_config *c)
{
	struct err e;

	if (train_schedule_parse(&s->saves, o.save, o.steps, &e))
		cli_usage("--save: %s", e.msg);
	s->config = c;
	s->state = state;
	s->any_processor = any_processor;
	s->pool = cli_pool(cli_threads());
	if (train_init(&s->t, c, s->pool, &e)) {
		if (e.kind != ERR_DATA)
			cli_die("%s", e.msg);
		cli_usage("%s", e.msg);
	}
	describe(s, c->from);
}

int main(int argc, char **argv)
{
	struct cli cli = {
		.purpose = "train a network on modular arithmetic and write the run as a stream",
		.flags = CLI_GENERATOR,
		.opts = opts,
		.prepare = prepare,
	};
	static struct session s = { .choices = &o, .train_acc = NAN, .test_acc = NAN };
	struct checkpoint start = { .level = CHECKPOINT_NETWORK };
	struct train_config c;
	struct err e, why;
	int resumed, status;

	cli.notes = preset_notes();
	cli_parse(&cli, argc, argv);
	if (kernel)
		kernel_use(kernel, argv);
	c = config();
	check_options();
	if (from) {
		cli_check(checkpoint_load(&start, from, from_step, &e), &e);
		c.from = &start;
	}
	set_up(&s, &c);
	resumed = session_open(&s, resume);
	if (loop_run(&s, resumed, &why)) {
		status = session_end(&s);
		if (status)
			cli_die("%s", why.msg);
	} else {
		status = session_stop(&s);
	}
	checkpoint_free(&start);
	train_free(&s.t);
	part_free(&s.part);
	pool_free(s.pool);
	return status;
}
