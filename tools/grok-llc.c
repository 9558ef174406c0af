/*
 * grok-llc - the local learning coefficient of every checkpoint, with the checks that it must pass
 *
 * A filter.  Holds one checkpoint, and when it is over samples the weights around it and emits an
 * estimate for each part and each set of equations.  man/grok-llc.1; the records are described in
 * formats/llc.md.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli_checkpoint.h"
#include "list.h"
#include "number.h"
#include "llc/network.h"
#include "llc/report.h"
#include "stream/steps.h"
#include "train/checkpoint.h"

enum { DATA_TRAIN, DATA_TEST, DATA_ALL, DATA_OP };
enum { LOSS_BATCH, LOSS_ALL };
enum { PARTS = LLC_PART_HEADS + 1 };

static const char *parts_text = "all", *nbeta_text = "auto", *batch_text = "full", *steps_text;
static int sampler, absolute, chains = 4, draws, burn_in = -1, leapfrog = 10, loss_on, data_of,
			      polish, probes, traces;
static int64_t seed = 1;
static double pull = 25, step_size;

static const struct opt opts[] = {
	{ 0, "sampler", "NAME", "how the weights are sampled", OPT_CHOICE, .var = &sampler,
	  .choices = LLC_SAMPLER_NAMES },
	{ 0, "coordinates", "NAME", "units of the weights: each tensor's own, or 1", OPT_CHOICE,
	  .var = &absolute, .choices = "relative|absolute" },
	{ 0, "gamma", "X", "strength of the pull towards the checkpoint", OPT_REAL, .var = &pull,
	  .min = 1e-9, .max = 1e12 },
	{ 0, "nbeta", "X", "inverse temperature; auto: n / ln n for n equations", OPT_TEXT,
	  .var = &nbeta_text },
	{ 0, "chains", "N", "chains, one a thread", OPT_INT, .var = &chains, .min = 1, .max = 1e4 },
	{ 0, "draws", "N", "draws of a chain; 0: 20 of hmc, 200 of baoab, 1000 of others", OPT_INT,
	  .var = &draws, .min = 0, .max = 1e8 },
	{ 0, "burn-in", "N", "steps before the first draw; -1: 60, or 500 of sgld", OPT_INT,
	  .var = &burn_in, .min = -1, .max = 1e8 },
	{ 0, "leapfrog", "N", "steps between two draws of hmc", OPT_INT, .var = &leapfrog, .min = 1,
	  .max = 1e5 },
	{ 0, "step-size", "X", "time of a step, or epsilon of sgld; 0: by gamma", OPT_REAL,
	  .var = &step_size, .min = 0, .max = 1e9 },
	{ 0, "batch", "N", "equations for a gradient of the other samplers, or full", OPT_TEXT,
	  .var = &batch_text },
	{ 0, "loss-on", "WHAT", "with a batch: equations for the loss of a draw", OPT_CHOICE,
	  .var = &loss_on, .choices = "batch|all" },
	{ 's', "seed", "N", "seed of the chains", OPT_LONG, .var = &seed, .min = 0, .max = 0x1p53 },
	{ 0, "step", "STEPS", "checkpoints to measure, such as 100,1k..10k,last; all", OPT_TEXT,
	  .var = &steps_text },
	{ 0, "part", "LIST", "weights that move: " LLC_PART_NAMES, OPT_TEXT, .var = &parts_text },
	{ 0, "data", "SET", "equations of the loss; op: the training set of each operation",
	  OPT_CHOICE, .var = &data_of, .choices = "train|test|all|op" },
	{ 0, "polish", "N", "steps of Adam from the checkpoint to a minimum", OPT_INT,
	  .var = &polish, .min = 0, .max = 1e8 },
	{ 0, "hessian", "N", "probes for the trace of the Hessian", OPT_INT, .var = &probes,
	  .min = 0, .max = 1e6 },
	{ 0, "traces", NULL, "write the loss of every draw", OPT_FLAG, .var = &traces },
	{ 0 },
};
static const struct cli cli = {
	.purpose = "estimate the local learning coefficient of every checkpoint that passes",
	.flags = CLI_FILTER,
	.opts = opts,
};

/* ---- options ---- */

/* Which parts --part names, by enum llc_part. */
static void parse_parts(int wanted[PARTS])
{
	const char *list = parts_text, *word;
	size_t n;
	int part;

	while (list_next(&list, &word, &n)) {
		part = list_choice(LLC_PART_NAMES, word, n);
		if (part < 0)
			cli_usage("--part: '%.*s' is none of %s", (int)n, word, LLC_PART_NAMES);
		wanted[part] = 1;
	}
}

static int batch_size(void)
{
	int batch = cli_count("batch", batch_text, "full");

	if (batch && sampler == LLC_HMC)
		cli_usage("--batch: hmc needs every equation for a gradient; "
			  "use another --sampler");
	return batch;
}

static double nbeta_given(void)
{
	double x;

	if (!strcmp(nbeta_text, "auto"))
		return 0;
	if (number_parse(nbeta_text, NUMBER_ALL, &x, NULL) || !(x > 0) || !isfinite(x))
		cli_usage("--nbeta: '%s' is neither a number above 0 nor auto", nbeta_text);
	return x;
}

static struct llc_settings settings(void)
{
	static const int draws_of[] = { 20, 200, 1000, 1000 }, burn_in_of[] = { 60, 60, 500, 500 };

	return (struct llc_settings){
		.sampler = (enum llc_sampler)sampler,
		.gamma = pull,
		.step = step_size,
		.chains = chains,
		.draws = draws ? draws : draws_of[sampler],
		.burn_in = burn_in >= 0 ? burn_in : burn_in_of[sampler],
		.leapfrog = leapfrog,
		.batch = batch_size(),
		.loss_all = loss_on == LOSS_ALL,
		.seed = (uint64_t)seed,
	};
}

/* ---- a run ---- */

/* Equations that a loss is of, with a network at work on them for each thread. */
struct set {
	const char *name; /* what `of' says of them; NULL: nothing, they are those for training */
	struct llc_data data;
	struct llc_network **network; /* (threads) */
	struct llc_potential *potential; /* (threads) */
};

enum { SETS = TASK_OPS + 1 };

struct plan {
	int wanted[PARTS];
	struct steps steps;
	struct pool *pool;
	struct llc_settings settings; /* but for nbeta and the batch of a small set */
	double nbeta; /* given; 0: by the number of equations */
	struct set set[SETS]; /* what is measured, then the training set, to polish on */
	int sets, threads;
	int estimates; /* of the run, that were not refused */
	struct steps_seen seen; /* of all runs */
	int measured; /* checkpoints of all runs */
	struct gpt g; /* the checkpoint's weights, copied */
	int is_pending; /* g has not been measured */
};

static void set_close(struct set *s, int threads)
{
	int i;

	for (i = 0; s->network && i < threads; i++)
		llc_network_free(s->network[i]);
	free(s->network);
	free(s->potential);
	llc_data_free(&s->data);
	*s = (struct set){ 0 };
}

static void plan_close(struct plan *p)
{
	int i;

	for (i = 0; i < SETS; i++)
		set_close(&p->set[i], p->threads);
	free(p->g.w);
	p->g = (struct gpt){ 0 };
	p->sets = p->estimates = p->is_pending = 0;
}

/*
 * The equations of @part, of operation number @op or, with -1, of all; returns 0 when there are
 * none.
 */
static int set_open(struct set *s, const struct plan *p, const struct checkpoint *c,
		    const char *name, int part, int op)
{
	int n = task_size(&c->task), each = n / c->task.ops,
	    *ids = cli_alloc((size_t)n, sizeof(*ids));
	int batch = p->settings.batch, count = 0, i;
	struct err e;

	for (i = 0; i < n; i++)
		if (c->task.split[i] != TASK_ABSENT && (part < 0 || c->task.split[i] == part) &&
		    (op < 0 || i / each == op))
			ids[count++] = i;
	s->name = name;
	if (count)
		cli_check(llc_data_init(&s->data, &c->task, ids, count, &e), &e);
	free(ids);
	s->network = cli_alloc((size_t)p->threads, sizeof(*s->network));
	s->potential = cli_alloc((size_t)p->threads, sizeof(*s->potential));
	for (i = 0; count && i < p->threads; i++) {
		s->network[i] = llc_network_open(&p->g, &s->data, batch < count ? batch : 0, &e);
		cli_check(s->network[i] ? 0 : -1, &e);
		s->potential[i] = llc_network_potential(s->network[i]);
	}
	return count;
}

/* The sets of a run, at its first checkpoint. */
static void plan_open(struct plan *p, const struct checkpoint *c)
{
	static const int part_of[] = { TASK_TRAIN, TASK_TEST, -1 };
	static const char *const name_of[] = { NULL, "test", "all" };
	int i, n;

	cli_need_operation(c);
	if (data_of != DATA_ALL)
		cli_need_split(c);
	p->g = c->gpt;
	p->g.w = cli_alloc(c->gpt.size, sizeof(*p->g.w));
	p->sets = data_of == DATA_OP ? c->task.ops : 1;
	for (i = 0; i < p->sets; i++) {
		n = data_of == DATA_OP
			    ? set_open(&p->set[i], p, c, task_operation(c->task.op[i])->name,
				       TASK_TRAIN, i)
			    : set_open(&p->set[i], p, c, name_of[data_of], part_of[data_of], -1);
		if (n < 2)
			cli_die("run '%s': too few equations for --data: %d", c->run, n);
	}
	if (polish && !set_open(&p->set[p->sets], p, c, NULL, TASK_TRAIN, -1))
		cli_die("run '%s': no equations to --polish on", c->run);
}

/* ---- a checkpoint ---- */

static void tell(const struct llc_report *r)
{
	fprintf(stderr, "grok-llc: step %lld%s%s: lambda %.4g +- %.2g: %s\n", (long long)r->step,
		r->of ? " " : "", r->of ? r->of : "", r->s.raw, r->s.se,
		llc_status_text(r->s.status));
}

/* The estimate in @space of @set, whose loss is set here. */
static void estimate(struct stream_out *out, struct plan *p, const struct set *set,
		     struct llc_space *space, struct llc_report *r)
{
	const struct llc_potential *one = set->potential;
	struct llc_chain *chain = cli_alloc((size_t)chains, sizeof(*chain));
	struct err e;

	r->settings = p->settings;
	r->settings.nbeta = p->nbeta > 0 ? p->nbeta : set->data.n / log(set->data.n);
	if (r->settings.batch >= set->data.n)
		r->settings.batch = 0;
	r->d = space->d;
	r->equations = set->data.n;
	r->vocab = p->g.config.vocab;
	r->polish = polish;
	r->probes = probes;
	space->loss = r->loss = one->loss(one->arg, p->g.w, 1, NULL);
	r->accuracy = one->accuracy(one->arg, p->g.w);
	cli_check(llc_run(&r->settings, space, set->potential, p->pool, chain, &e), &e);
	llc_summary(&r->settings, chain, r->accuracy, &r->s);
	if (probes)
		cli_check(
			llc_trace(space, one, probes, (uint64_t)seed, &r->trace, &r->trace_se, &e),
			&e);
	cli_check(llc_put_metrics(r, out, &e), &e);
	if (traces)
		cli_check(llc_put_traces(r, chain, out, &e), &e);
	if (cli_verbose)
		tell(r);
	p->estimates += r->s.status < LLC_HOT;
	llc_chains_free(chain, chains);
	free(chain);
}

/* Every estimate of one part on one set: for layers and heads there are many, and a map of them. */
static void measure_part(struct stream_out *out, const struct checkpoint *c, struct plan *p,
			 const struct set *set, enum llc_part part)
{
	static const char *const name[] = { "",     "embeddings", "attention", "mlp",
					    "head", "layer",      "head" };
	int rows = part >= LLC_PART_LAYER ? p->g.config.layers : 1, l;
	int columns = part == LLC_PART_HEADS ? p->g.config.heads : 1, h;
	struct llc_summary *s = cli_alloc((size_t)rows * (size_t)columns, sizeof(*s));
	struct llc_report r = { .run = c->run, .step = c->step };
	char number[32] = "", of[64];
	struct llc_space space;
	struct err e;

	for (l = 0; l < rows; l++)
		for (h = 0; h < columns; h++) {
			if (part == LLC_PART_LAYER)
				snprintf(number, sizeof(number), " %d", l);
			if (part == LLC_PART_HEADS)
				snprintf(number, sizeof(number), " %d.%d", l, h);
			snprintf(of, sizeof(of), "%s%s%s%s", name[part], number,
				 part && set->name ? " " : "", set->name ? set->name : "");
			r.of = *of ? of : NULL;
			cli_check(llc_part_space(&p->g, part, l, h, absolute, &space, &e), &e);
			estimate(out, p, set, &space, &r);
			llc_part_free(&space);
			s[l * columns + h] = r.s;
		}
	r.of = set->name;
	if (part == LLC_PART_LAYER)
		cli_check(llc_put_map(&r, "llc.layers", s, (size_t)rows, 0, out, &e), &e);
	if (part == LLC_PART_HEADS)
		cli_check(llc_put_map(&r, "llc.heads", s, (size_t)rows, (size_t)columns, out, &e),
			  &e);
	free(s);
}

static void measure(struct stream_out *out, const struct checkpoint *c, struct plan *p)
{
	struct err e;
	int i, part;

	p->is_pending = 0;
	p->measured++;
	if (polish)
		cli_check(llc_polish(p->set[p->sets].network[0], &p->g, polish, &e), &e);
	for (i = 0; i < p->sets; i++)
		for (part = 0; part < PARTS; part++)
			if (p->wanted[part])
				measure_part(out, c, p, &p->set[i], (enum llc_part)part);
	cli_check(stream_flush(out, &e), &e);
}

/*
 * A checkpoint is whole: measure it now, unless only the end of the run can tell whether it is
 * meant.
 */
static void take(struct stream_out *out, const struct checkpoint *c, struct plan *p)
{
	if (c->count == 1) {
		plan_close(p);
		plan_open(p, c);
	}
	memcpy(p->g.w, c->gpt.w, p->g.size * sizeof(*p->g.w));
	p->is_pending = 1;
	steps_see(&p->seen, c->step);
	if (steps_has(&p->steps, c->step, INT64_MAX))
		measure(out, c, p);
}

static void finish(struct stream_out *out, const struct checkpoint *c, struct plan *p)
{
	if (!c->count)
		cli_warn_no_network(c);
	else if (p->is_pending && steps_has(&p->steps, c->step, c->step))
		measure(out, c, p);
	if (p->measured && c->count && !p->estimates)
		cli_warn("run '%s' has no checkpoint with an estimate: -v says why", c->run);
}

/* No checkpoint is of a step that was asked for. */
static void __attribute__((noreturn))
die_unmatched(struct stream_out *out, const struct steps_seen *seen)
{
	char text[256];
	struct err e;

	if (!cli_output_name()) /* who reads the pipe gets a whole stream */
		cli_check(stream_close(out, &e), &e);
	cli_unmatched("no checkpoint matches --step '%s'; there are %s", steps_text,
		      steps_told(seen, text));
}

int main(int argc, char **argv)
{
	struct checkpoint c = { .level = CHECKPOINT_NETWORK };
	struct plan p = { 0 };
	struct stream_in *in;
	struct stream_out *out;
	struct record r;
	struct err e;
	int got, any = 0;

	cli_parse(&cli, argc, argv);
	parse_parts(p.wanted);
	p.nbeta = nbeta_given();
	p.settings = settings();
	if (steps_text && steps_parse(steps_text, &p.steps, &e))
		cli_usage("--step: %s", e.msg);
	p.threads = cli_threads() < chains ? cli_threads() : chains;
	p.pool = cli_pool(p.threads);
	in = cli_input();
	out = cli_output();
	while (cli_next(in, &r)) {
		got = cli_closes(&c, in, &r);
		any |= got;
		if (got)
			take(out, &c, &p);
		if (r.kind == RECORD_END)
			finish(out, &c, &p);
		cli_pass(in, out, &r);
		cli_feed(&c, in, &r, NULL);
	}
	if (!any)
		cli_die_empty(out, c.params, NULL);
	if (!p.measured)
		die_unmatched(out, &p.seen);
	plan_close(&p);
	checkpoint_free(&c);
	pool_free(p.pool);
	return cli_close(in, out);
}
