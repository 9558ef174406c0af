/*
 * grok-train - train a GPT-2 style network on modular arithmetic and write the run as a stream
 *
 * Reads nothing.  Writes head, data.split, checkpoints (role param), metrics train.*, end.
 * With --state the stream grows in FILE.part, which a resumed run cuts back to where the state was
 * saved and continues; FILE appears when it is whole.  See grok-train(1).
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "number.h"
#include "train/train.h"
#include "train/choices.h"
#include "train/schedule.h"
#include "train/state.h"
#include "train/stream.h"

enum { TRY_AGAIN = 75 }; /* EX_TEMPFAIL of sysexits.h */

static struct train_choices o; /* as on the command line */
static int preset = TRAIN_DEMO, resume;
static const char *state; /* file */

static const struct opt opts[] = {
	{ 0, "preset", "NAME", "start from these settings: see below", OPT_CHOICE, &preset,
	  .choices = TRAIN_PRESET_NAMES },
	{ 0, "op", "OPS", "add, sub, mul, div, or several joined by commas", OPT_TEXT,
	  .var = &o.op },
	{ 'p', "modulus", "P", "modulus", OPT_INT, &o.modulus, .min = 2, .max = TASK_MODULUS_MAX },
	{ 0, "operands", "WHICH", "b runs over all residues, or over 1..P-1 (div: always)",
	  OPT_CHOICE, &o.operands, .choices = "all|nonzero" },
	{ 0, "train-frac", "X", "fraction of the equations to train on", OPT_REAL, &o.train_frac,
	  .min = 0, .max = 1 },
	{ 0, "labels", "WHICH", "the operations' answers, or random ones", OPT_CHOICE, &o.labels,
	  .choices = "true|random" },
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
	  .choices = "gelu|gelu_new" },
	{ 0, "init", "HOW", "first weights: as GPT-2, as PyTorch's layers, or all alike",
	  OPT_CHOICE, &o.init, .choices = "gpt2|torch|normal" },
	{ 0, "init-scale", "X", "standard deviation of the first weights (not of torch)", OPT_REAL,
	  &o.init_scale, .min = 0, .max = 10 },
	{ 0, "steps", "N", "steps of the optimiser", OPT_INT, &o.steps, .min = 0, .max = 1e9 },
	{ 0, "batch", "N", "equations a step, or full", OPT_TEXT, .var = &o.batch },
	{ 0, "lr", "X", "learning rate of AdamW", OPT_REAL, &o.lr, .min = 0, .max = 10 },
	{ 0, "schedule", "HOW", "after the warm-up: the rate stays, or falls to --min-lr",
	  OPT_CHOICE, &o.schedule, .choices = "constant|cosine" },
	{ 0, "min-lr", "X", "cosine: the rate of the last step", OPT_REAL, &o.min_lr, .min = 0,
	  .max = 10 },
	{ 0, "warmup", "N", "steps in which the rate rises linearly", OPT_INT, &o.warmup, .min = 0,
	  .max = 1e9 },
	{ 0, "betas", "A,B", "decay of AdamW's two moments", OPT_TEXT, .var = &o.betas },
	{ 0, "weight-decay", "X", "decoupled weight decay", OPT_REAL, &o.weight_decay, .min = 0,
	  .max = 1000 },
	{ 0, "decay", "WHICH", "decay matrices (embeddings too) or all parameters", OPT_CHOICE,
	  &o.decay, .choices = "matrices|all" },
	{ 0, "clip", "X", "longest gradient; 0: no clipping", OPT_REAL, &o.clip, .min = 0,
	  .max = 1e9 },
	{ 0, "eval-every", "N", "steps between evaluations on all equations", OPT_INT,
	  &o.eval_every, .min = 1, .max = 1e9 },
	{ 0, "save", "STEPS", "checkpoints: a list of steps, log:K, every:N, none", OPT_TEXT,
	  .var = &o.save },
	{ 0, "stop-acc", "X", "stop once test accuracy is X at an evaluation; 0: never", OPT_REAL,
	  &o.stop_acc, .min = 0, .max = 1 },
	{ 0, "stop-after", "N", "with --stop-acc: so many steps later", OPT_INT, &o.stop_after,
	  .min = 0, .max = 1e9 },
	{ 0, "state", "FILE", "keep what a resumed run needs in FILE (with -o)", OPT_FILE,
	  .var = &state },
	{ 0, "resume", NULL, "continue from --state if it exists, else start", OPT_FLAG,
	  .var = &resume, .local = 1 },
	{ 0 }
};

/* ---- options ---- */

static size_t size_of(const struct opt *opt)
{
	switch (opt->type) {
	case OPT_REAL:
	case OPT_LONG:
		return 8;
	case OPT_TEXT:
	case OPT_FILE:
		return sizeof(char *);
	default:
		return sizeof(int);
	}
}

/* The chosen preset, overridden by what the command line gives. */
static void apply_preset(void)
{
	struct train_choices chosen = train_presets[preset];
	const struct opt *opt;

	for (opt = opts + 1; opt->var != &state; opt++)
		if (cli_given(opt->var))
			memcpy((char *)&chosen + ((char *)opt->var - (char *)&o), opt->var,
			       size_of(opt));
	o = chosen;
}

static int batch_size(void)
{
	double x;

	if (!strcmp(o.batch, "full"))
		return 0;
	if (number_parse(o.batch, NUMBER_ALL, &x, NULL) || x < 1 || x > 1e9 || x != floor(x))
		cli_usage("--batch: '%s' is neither a number from 1 nor full", o.batch);
	return (int)x;
}

static void parse_betas(double *beta1, double *beta2)
{
	char first[32];
	size_t n = strcspn(o.betas, ",");

	snprintf(first, sizeof(first), "%.*s", (int)n, o.betas);
	if (!o.betas[n] || n >= sizeof(first) || number_parse(first, NUMBER_ALL, beta1, NULL) ||
	    number_parse(o.betas + n + 1, NUMBER_ALL, beta2, NULL) || *beta1 < 0 || *beta1 >= 1 ||
	    *beta2 < 0 || *beta2 >= 1)
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
		.batch = batch_size(),
		.optim = { .lr = o.lr,
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

/* ---- the stream ---- */

struct run {
	struct train t;
	struct train_schedule saves;
	struct stream_out *out;
	struct setting setting[TRAIN_SETTINGS];
	struct record head;
	char id[96], ops[24];
	int64_t stop_at; /* the last step, once --stop-acc is met; -1 before */
	char part[4096]; /* --state: where the stream grows */
	int fd;
	double saved_at, save_cost; /* seconds */
	double train_acc, test_acc; /* at the last evaluation, for the progress line */
};

/* The configuration as the head records it, and the run's name. */
static void describe(struct run *r, struct err *e)
{
	uint64_t hash;
	int i;

	task_op_names(&r->t.task, r->ops);
	train_settings(&o, &r->t, r->ops, r->setting);
	cli_check(format_hash(r->setting, TRAIN_SETTINGS, &hash, e), e);
	snprintf(r->id, sizeof(r->id), "%s-p%d-s%lld-%08x", r->ops, o.modulus, (long long)o.seed,
		 (unsigned)(hash >> 32));
	for (i = 0; r->id[i]; i++)
		if (r->id[i] == ',')
			r->id[i] = '+';
	r->head = (struct record){ .kind = RECORD_HEAD,
				   .run = r->id,
				   .version = FORMAT_VERSION,
				   .seed = o.seed,
				   .config = r->setting,
				   .nconfig = TRAIN_SETTINGS,
				   .chain = cli_program(),
				   .nchain = 1 };
}

/* ---- the state ---- */

enum { BYTES, RECORDS, STOP_AT, FINISHED }; /* our words in the state */

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void save_state(struct run *r, int finished, struct err *e)
{
	int64_t extra[TRAIN_STATE_EXTRA] = { [STOP_AT] = r->stop_at, [FINISHED] = finished };
	double start = seconds();
	struct stream_place at;

	if (!finished) {
		cli_check(stream_tell(r->out, &at, e), e);
		extra[BYTES] = (int64_t)at.bytes;
		extra[RECORDS] = (int64_t)at.records;
		if (fsync(r->fd))
			cli_die("cannot write '%s': %s", r->part, strerror(errno));
	}
	if (train_state_save(&r->t, state, &r->head, extra, e))
		cli_die("step %lld: %s%s", (long long)r->t.place.step, e->msg,
			access(state, F_OK) ? "" : "; the state saved before is still there");
	r->saved_at = seconds();
	r->save_cost = r->saved_at - start;
}

/* Often enough to lose little, seldom enough to take at most a twentieth of the time. */
static int is_save_due(const struct run *r)
{
	return state && seconds() - r->saved_at >= 20 * r->save_cost;
}

static void open_part(struct run *r, int flags, const struct stream_place *at, struct err *e)
{
	r->fd = open(r->part, O_WRONLY | O_CLOEXEC | flags, 0666);
	if (r->fd < 0)
		cli_die("cannot write '%s': %s", r->part, strerror(errno));
	if (lseek(r->fd, 0, SEEK_END) < (off_t)at->bytes)
		cli_die("cannot resume: '%s' is shorter than when the state was saved", r->part);
	if (ftruncate(r->fd, (off_t)at->bytes) || lseek(r->fd, 0, SEEK_END) < 0)
		cli_die("cannot write '%s': %s", r->part, strerror(errno));
	r->out = stream_create(r->fd, r->part, cli_program(), e);
	if (!r->out)
		cli_die("%s", e->msg);
	cli_check(stream_seek(r->out, at, e), e);
}

/* Returns 1 if a run goes on, 0 if it starts.  A finished one ends the program. */
static int open_with_state(struct run *r, struct err *e)
{
	const char *file = cli_output_name();
	int64_t extra[TRAIN_STATE_EXTRA];
	struct stream_place at = { 0, 0 };
	int got = 0, threads;

	if (!file)
		cli_usage("--state: name the stream's file with -o, so that it can be continued");
	if (snprintf(r->part, sizeof(r->part), "%s.part", file) >= (int)sizeof(r->part))
		cli_usage("-o: the name is too long");
	if (resume)
		got = train_state_load(&r->t, state, &r->head, extra, &threads, e);
	cli_check(got, e);
	if (!got) {
		open_part(r, O_CREAT | O_TRUNC, &at, e);
		return 0;
	}
	/* Killed after the stream was whole, at most the state's last word is missing. */
	if (extra[FINISHED] || (access(r->part, F_OK) && !access(file, F_OK)))
		exit(cli_close(NULL, NULL));
	if (threads != pool_threads(r->t.pool))
		cli_warn("the run had %d threads so far: with %d its sums round differently",
			 threads, pool_threads(r->t.pool));
	at.bytes = (uint64_t)extra[BYTES];
	at.records = (uint64_t)extra[RECORDS];
	r->stop_at = extra[STOP_AT];
	open_part(r, 0, &at, e);
	return 1;
}

static void close_with_state(struct run *r, struct err *e)
{
	if (fsync(r->fd) || close(r->fd))
		cli_die("cannot write '%s': %s", r->part, strerror(errno));
	if (rename(r->part, cli_output_name()))
		cli_die("cannot rename '%s' to '%s': %s", r->part, cli_output_name(),
			strerror(errno));
	save_state(r, 1, e);
}

/* ---- the run ---- */

static volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
	stopped = sig;
}

static int is_last(const struct run *r)
{
	int64_t step = r->t.place.step;

	return step >= o.steps || (r->stop_at >= 0 && step >= r->stop_at);
}

static int is_evaluated(const struct run *r)
{
	return r->t.place.step % o.eval_every == 0 || is_last(r) ||
	       train_schedule_has(&r->saves, r->t.place.step);
}

/* Checkpoint first, then the metrics record that closes it for the filters downstream. */
static void report(struct run *r, struct err *e)
{
	struct train_metrics m;
	int64_t step = r->t.place.step;

	if (train_schedule_has(&r->saves, step) || (is_last(r) && !r->saves.none))
		cli_check(train_put_weights(&r->t, r->out, r->id, e), e);
	train_evaluate(&r->t, &m);
	cli_check(train_put_metrics(&r->t, r->out, r->id, &m, e), e);
	if (o.stop_acc > 0 && r->stop_at < 0 && m.test_acc >= o.stop_acc)
		r->stop_at = step + o.stop_after;
	r->train_acc = m.train_acc;
	r->test_acc = m.test_acc;
}

/* Steps until the end or a signal; returns 1 at the end.  @reported: this step's report is out. */
static int train(struct run *r, int reported, struct err *e)
{
	int64_t next;

	for (;; reported = 0) {
		if (is_evaluated(r) && !reported) {
			report(r, e);
			if (!is_last(r) && is_save_due(r))
				save_state(r, 0, e);
		}
		if (is_last(r))
			return 1;
		if (stopped)
			return 0;
		next = r->t.place.step + 1;
		cli_check(train_step(&r->t,
				     next % o.eval_every == 0 || next == o.steps ||
					     next == r->stop_at ||
					     train_schedule_has(&r->saves, next),
				     e),
			  e);
		cli_progress((double)next, o.steps, "steps",
			     "loss %.3g  train %.2f %%  test %.2f %%", r->t.loss,
			     100 * r->train_acc, 100 * r->test_acc);
	}
}

/* The value of an option in a preset, as it would be given. */
static void format_option(const struct opt *opt, const struct train_choices *from, char *text,
			  size_t n)
{
	const void *p = (const char *)from + ((const char *)opt->var - (const char *)&o);
	const char *choice = opt->choices;
	int i;

	switch (opt->type) {
	case OPT_REAL:
		snprintf(text, n, "--%s=%g", opt->name, *(const double *)p);
		break;
	case OPT_LONG:
		snprintf(text, n, "--%s=%lld", opt->name, (long long)*(const int64_t *)p);
		break;
	case OPT_TEXT:
		snprintf(text, n, "--%s=%s", opt->name, *(const char *const *)p);
		break;
	case OPT_CHOICE:
		for (i = *(const int *)p; i > 0; i--)
			choice += strcspn(choice, "|") + 1;
		snprintf(text, n, "--%s=%.*s", opt->name, (int)strcspn(choice, "|"), choice);
		break;
	default:
		snprintf(text, n, "--%s=%d", opt->name, *(const int *)p);
	}
}

/* What help says of presets, from the table that sets them: how each differs from the first. */
static const char *preset_notes(void)
{
	static char text[4096];
	char value[128], usual[128];
	const char *name = TRAIN_PRESET_NAMES;
	const struct opt *opt;
	size_t n = 0, column;
	int i;

#define SAY(...) (n += (size_t)snprintf(text + n, sizeof(text) - n, __VA_ARGS__))
	SAY("presets (options given beside a preset override it):\n  %-10s the defaults above\n",
	    "demo");
	for (i = TRAIN_DEMO + 1; i < TRAIN_PRESETS; i++) {
		name += strcspn(name, "|") + 1;
		column = n;
		SAY("  %-10.*s", (int)strcspn(name, "|"), name);
		for (opt = opts + 1; opt->var != &state; opt++) {
			format_option(opt, &train_presets[i], value, sizeof(value));
			format_option(opt, &train_presets[TRAIN_DEMO], usual, sizeof(usual));
			if (!strcmp(value, usual))
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

int main(int argc, char **argv)
{
	struct cli cli = {
		.purpose = "train a network on modular arithmetic and write the run as a stream",
		.flags = CLI_GENERATOR,
		.opts = opts,
	};
	static struct run r = { .stop_at = -1, .train_acc = NAN, .test_acc = NAN };
	struct train_config c;
	struct pool *pool;
	struct err e;
	int resumed = 0, complete;

	o = train_presets[TRAIN_DEMO];
	cli.notes = preset_notes();
	cli_parse(&cli, argc, argv);
	apply_preset();
	c = config();
	if (train_schedule_parse(&r.saves, o.save, o.steps, &e))
		cli_usage("--save: %s", e.msg);
	if (resume && !state)
		cli_usage("--resume: --state names no file to resume from");
	pool = pool_create(cli_threads(), &e);
	if (!pool)
		cli_die("%s", e.msg);
	if (train_init(&r.t, &c, pool, &e))
		cli_usage("%s", e.msg);
	describe(&r, &e);
	if (state)
		resumed = open_with_state(&r, &e);
	else
		r.out = cli_output();
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	if (!resumed)
		cli_check(train_put_start(&r.t, r.out, &r.head, &e), &e);
	complete = train(&r, resumed, &e);
	if (!complete && state) {
		save_state(&r, 0, &e);
		cli_warn("stopped at step %lld: --resume continues", (long long)r.t.place.step);
		return TRY_AGAIN;
	}
	cli_check(train_put_end(r.out, r.id, complete, &e), &e);
	cli_close(NULL, r.out);
	if (state)
		close_with_state(&r, &e);
	if (!complete)
		cli_warn("interrupted at step %lld", (long long)r.t.place.step);
	train_free(&r.t);
	pool_free(pool);
	return complete ? 0 : 1;
}
