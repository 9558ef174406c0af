/*
 * grok-cma - which heads and MLPs carry the answer, and which layers can be skipped
 *
 * A filter.  Holds one checkpoint, and when it is over emits the effects of patching each site and
 * the accuracy without chosen layers.  man/grok-cma.1; the records are described in formats/cma.md.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli_checkpoint.h"
#include "list.h"
#include "cma/pattern.h"
#include "cma/records.h"
#include "train/checkpoint.h"

enum { DRAW_ALL, DRAW_TRAIN, DRAW_TEST };
enum { POSITIONS_LAST, POSITIONS_ALL, POSITIONS_EACH };

static const char *sites_text = "heads,mlps", *skip_text = "thirds", *part_text = "attn,block";
static int pairs = 256, positions, metric, draw, mean, nulls, scan, sample, method, controls, edges,
	   patterns, neurons = 8;
static int64_t seed = 1;
static double threshold = 0.1, memory = 5e8;

static const struct opt opts[] = {
	{ 0, "pairs", "N", "pairs of equations", OPT_INT, .var = &pairs, .min = 1, .max = 1e6 },
	{ 's', "seed", "N", "seed of pairs, samples and random sets of layers", OPT_LONG,
	  .var = &seed, .min = 0, .max = 0x1p53 },
	{ 0, "draw", "PART", "equations that the pairs are made of", OPT_CHOICE, .var = &draw,
	  .choices = "all|train|test" },
	{ 0, "positions", "WHICH", "patch at '=' alone, at every position, or at each alone",
	  OPT_CHOICE, .var = &positions, .choices = "last|all|each" },
	{ 0, "method", "NAME", "run every patch, or attribute by one backward pass", OPT_CHOICE,
	  .var = &method, .choices = CMA_METHOD_NAMES },
	{ 0, "metric", "NAME", "log odds of the two answers, or log-probability of the source's",
	  OPT_CHOICE, .var = &metric, .choices = CMA_METRIC_NAMES },
	{ 0, "sites", "LIST", "what is patched: heads, mlps, q, k, v, resid, neurons; or none",
	  OPT_TEXT, .var = &sites_text },
	{ 0, "neurons", "N", "neurons of each MLP to patch, those of the largest effect", OPT_INT,
	  .var = &neurons, .min = 1, .max = 1024 },
	{ 0, "controls", NULL, "patch the heads with what should have no effect, too", OPT_FLAG,
	  .var = &controls },
	{ 0, "edges", NULL, "patch every path from a head or MLP to another, to the logits",
	  OPT_FLAG, .var = &edges },
	{ 0, "patterns", NULL, "attention weights of every head", OPT_FLAG, .var = &patterns },
	{ 0, "threshold", "X",
	  "heads are active and edges kept from this part of the largest effect up", OPT_REAL,
	  .var = &threshold, .min = 0, .max = 1 },
	{ 0, "skip", "LIST",
	  "what to skip: thirds, each, heads (each alone), layers 0-3,5, heads 3.2; or none",
	  OPT_TEXT, .var = &skip_text },
	{ 0, "part", "LIST", "what of a layer is skipped: attn, heads, mlp, block", OPT_TEXT,
	  .var = &part_text },
	{ 0, "ablate", "HOW", "what stands in for it: nothing, or its mean", OPT_CHOICE,
	  .var = &mean, .choices = "zero|mean" },
	{ 0, "null", "N", "random sets of as many layers to compare a range with", OPT_INT,
	  .var = &nulls, .min = 0, .max = 1e5 },
	{ 0, "scan", NULL, "skip every window of layers", OPT_FLAG, .var = &scan },
	{ 0, "sample", "N", "equations of each part to skip layers on; 0: all", OPT_INT,
	  .var = &sample, .min = 0, .max = 1e8 },
	{ 0, "memory", "BYTES", "memory for activations on each thread", OPT_REAL, .var = &memory,
	  1e4, 1e15, .local = 1 },
	{ 0 },
};
static const struct cli cli = {
	.purpose = "measure what heads and layers do in every checkpoint that passes",
	.flags = CLI_FILTER,
	.opts = opts,
};

/* What the options say, and what is the same for all checkpoints of a run. */
struct plan {
	struct pool *pool;
	unsigned sites;
	int part[CMA_PARTS], parts;
	struct cma_pair *pair, *control[CMA_CONTROLS]; /* NULL: the control cannot be made */
	int *ids, n; /* equations to skip on */
	struct cma_cuts cuts;
};

/* ---- options ---- */

static unsigned parse_sites(void)
{
	const char *list = sites_text, *word;
	unsigned found = 0;
	size_t n;
	int site;

	if (!strcmp(list, "none"))
		return 0;
	while (list_next(&list, &word, &n)) {
		site = list_choice(CMA_SITE_NAMES, word, n);
		if (site < 0)
			cli_usage("sites '%s' are not heads, mlps, q, k, v, resid, neurons or none",
				  sites_text);
		found |= 1u << site;
	}
	return found;
}

static void parse_parts(struct plan *p)
{
	const char *list = part_text, *word;
	size_t n;
	int part;

	while (list_next(&list, &word, &n)) {
		part = list_choice(CMA_PART_NAMES, word, n);
		for (int i = 0; i < p->parts; i++)
			if (part == p->part[i])
				part = -1;
		if (part < 0)
			cli_usage("parts '%s' are not attn, heads, mlp, block, each once",
				  part_text);
		p->part[p->parts++] = part;
	}
}

static void parse_options(struct plan *p)
{
	struct err e;

	p->sites = parse_sites();
	parse_parts(p);
	if (!p->sites && controls)
		cli_usage("--controls: it has no effect with --sites none");
	if (!p->sites && cli_given(&positions))
		cli_usage("--positions: it has no effect with --sites none");
	if (!(p->sites & 1u << CMA_NEURON) && cli_given(&neurons))
		cli_usage("--neurons: it has no effect unless --sites names neurons");
	cli_check_usage(cma_cuts_parse(&p->cuts, skip_text, 0, 0, &e), &e);
}

/* ---- a run ---- */

static void plan_close(struct plan *p)
{
	int k;

	free(p->pair);
	free(p->ids);
	cma_cuts_free(&p->cuts);
	p->pair = NULL;
	p->ids = NULL;
	for (k = 0; k < CMA_CONTROLS; k++) {
		free(p->control[k]);
		p->control[k] = NULL;
	}
}

static void draw_pairs(struct plan *p, const struct checkpoint *c)
{
	const unsigned of[] = { [DRAW_ALL] = 1 << TASK_TRAIN | 1 << TASK_TEST,
				[DRAW_TRAIN] = 1 << TASK_TRAIN,
				[DRAW_TEST] = 1 << TASK_TEST };
	struct err e;
	int k;

	p->pair = cli_alloc((size_t)pairs, sizeof(*p->pair));
	if (!p->sites && !edges)
		return;
	if (cma_draw_pairs(&c->task, of[draw], (uint64_t)seed, pairs, p->pair, &e))
		cli_die("run '%s': %s", c->run, e.msg);
	for (k = 0; controls && k < CMA_CONTROLS; k++) {
		if (k == CMA_OTHER && c->gpt.config.heads == 1)
			continue;
		p->control[k] = cli_alloc((size_t)pairs, sizeof(*p->pair));
		memcpy(p->control[k], p->pair, (size_t)pairs * sizeof(*p->pair));
		if (cma_draw_control(&c->task, of[draw], (uint64_t)seed, (enum cma_control)k,
				     c->gpt.config.heads, p->control[k], pairs, &e))
			cli_die("run '%s': controls: %s", c->run, e.msg);
	}
}

static void plan_open(struct plan *p, const struct checkpoint *c)
{
	struct err e;

	plan_close(p);
	cli_need_operation(c);
	if (draw != DRAW_ALL)
		cli_need_split(c);
	draw_pairs(p, c);
	p->ids = cli_alloc((size_t)task_size(&c->task), sizeof(*p->ids));
	p->n = cma_draw_equations(&c->task, (uint64_t)seed, sample, p->ids, &e);
	cli_check(p->n, &e);
	if (cma_cuts_parse(&p->cuts, skip_text, c->gpt.config.layers, c->gpt.config.heads, &e)) {
		if (e.kind == ERR_DATA)
			cli_unmatched("--skip: run '%s': %s", c->run, e.msg);
		cli_die("%s", e.msg);
	}
	if (cma_cuts_plan(&p->cuts, p->part, p->parts, nulls, scan, (uint64_t)seed, &e))
		cli_die("run '%s': %s", c->run, e.msg);
}

/* ---- a checkpoint ---- */

static void check(const struct checkpoint *c, int result, const struct err *e)
{
	if (result < 0)
		cli_die("run '%s' step %lld: %s", c->run, (long long)c->step, e->msg);
}

static struct cma_options options(unsigned sites, enum cma_positions where)
{
	return (struct cma_options){ .sites = sites,
				     .positions = where,
				     .metric = (enum cma_metric)metric,
				     .method = (enum cma_method)method };
}

/* Every site that was asked for. */
static void patch(const struct cma_records *to, const struct checkpoint *c,
		  const struct cma_work *w, const struct plan *p)
{
	struct cma_options o = options(p->sites, positions == POSITIONS_ALL ? CMA_ALL : CMA_LAST);
	int N = neurons < c->gpt.config.mlp ? neurons : c->gpt.config.mlp, *chosen = NULL;
	struct cma_map map;
	struct err e;

	if (p->sites & 1u << CMA_NEURON) {
		chosen = cli_alloc((size_t)c->gpt.config.layers * (size_t)N, sizeof(*chosen));
		check(c, cma_choose_neurons(w, p->pair, pairs, &o, N, chosen, &e), &e);
		o.neurons = N;
		o.neuron = chosen;
	}
	check(c, cma_patch(w, p->pair, pairs, &o, &map, &e), &e);
	if (c->count == 1)
		cli_check(cma_put_pairs(to, &c->task, p->pair, pairs, &e), &e);
	cli_check(cma_put_map(to, &o, &map, threshold, &e), &e);
	cma_map_free(&map);
	free(chosen);
}

static void patch_positions(const struct cma_records *to, const struct checkpoint *c,
			    const struct cma_work *w, const struct plan *p)
{
	struct cma_map map[GPT_LENGTH];
	struct err e;
	int pos;

	for (pos = 0; pos < GPT_LENGTH; pos++) {
		const struct cma_options o = options(CMA_HEADS, (enum cma_positions)(CMA_AT + pos));

		check(c, cma_patch(w, p->pair, pairs, &o, &map[pos], &e), &e);
	}
	cli_check(cma_put_positions(to, map, &e), &e);
	while (pos)
		cma_map_free(&map[--pos]);
}

static void patch_controls(const struct cma_records *to, const struct checkpoint *c,
			   const struct cma_work *w, const struct plan *p)
{
	const struct cma_options o =
		options(CMA_HEADS, positions == POSITIONS_ALL ? CMA_ALL : CMA_LAST);
	struct cma_map map;
	struct err e;
	int k;

	for (k = 0; k < CMA_CONTROLS; k++) {
		if (!p->control[k])
			continue;
		check(c, cma_patch(w, p->control[k], pairs, &o, &map, &e), &e);
		cli_check(cma_put_control(to, (enum cma_control)k, &map, &e), &e);
		cma_map_free(&map);
	}
}

/* Every edge, and circuits of those from a threshold on; the last threshold is the option's. */
static void patch_edges(const struct cma_records *to, const struct checkpoint *c,
			const struct cma_work *w, const struct plan *p)
{
	enum { PER_DECADE = 6, DECADES = 4, CURVE = PER_DECADE * DECADES + 2 };
	const struct cma_options o = options(0, CMA_ALL);
	struct cma_circuit circuit[CURVE + 1] = { 0 }; /* the first keeps all */
	struct cma_graph g;
	struct err e;
	int i;

	for (i = 1; i < CURVE; i++)
		circuit[i].threshold = pow(10, (double)(i - 1) / PER_DECADE - DECADES);
	circuit[CURVE].threshold = threshold;
	check(c, cma_graph_create(&g, &c->gpt.config, &e), &e);
	check(c, cma_edges(w, p->pair, pairs, &o, &g, &e), &e);
	check(c, cma_circuits(w, p->pair, pairs, &o, &g, circuit, CURVE + 1, &e), &e);
	if (c->count == 1 && !p->sites)
		cli_check(cma_put_pairs(to, &c->task, p->pair, pairs, &e), &e);
	cli_check(cma_put_edges(to, &g, threshold, &e), &e);
	cli_check(cma_put_circuits(to, circuit, CURVE + 1, &e), &e);
	cma_graph_free(&g);
}

static void measure_patterns(const struct cma_records *to, const struct checkpoint *c,
			     const struct cma_work *w, const struct plan *p)
{
	size_t n = (size_t)(c->gpt.config.layers * c->gpt.config.heads) * GPT_LENGTH * GPT_LENGTH;
	float *x = cli_alloc(2 * n, sizeof(*x));
	struct err e;

	check(c, cma_patterns(w, p->ids, p->n, x, x + n, &e), &e);
	cli_check(cma_put_patterns(to, x, x + n, &e), &e);
	free(x);
}

/* Means are over the training equations among those to skip on, or over all if there are none. */
static int substitute(const struct cma_work *w, const struct plan *p, struct cma_substitute *s,
		      struct err *e)
{
	int *ids = cli_alloc((size_t)p->n, sizeof(*ids)), n = 0, i, failed;

	for (i = 0; i < p->n; i++)
		if (w->t->split[p->ids[i]] == TASK_TRAIN)
			ids[n++] = p->ids[i];
	if (!mean)
		failed = cma_zero(w->g, s, e);
	else
		failed = n ? cma_means(w, ids, n, s, e) : cma_means(w, p->ids, p->n, s, e);
	free(ids);
	return failed;
}

static void skip(const struct cma_records *to, const struct checkpoint *c, const struct cma_work *w,
		 const struct plan *p)
{
	struct cma_score(*score)[2] = cli_alloc((size_t)p->cuts.sets, sizeof(*score));
	struct cma_substitute s;
	struct err e;

	check(c, substitute(w, p, &s, &e), &e);
	check(c, cma_skip(w, p->ids, p->n, p->cuts.set, p->cuts.sets, &s, score, &e), &e);
	cli_check(cma_put_scores(to, &p->cuts, p->part, mean, score, &e), &e);
	cma_substitute_free(&s);
	free(score);
}

static void measure(struct stream_out *out, const struct checkpoint *c, struct plan *p)
{
	const struct cma_work w = { &c->gpt, &c->task, p->pool, (size_t)memory };
	const struct cma_records to = { out, c->run, c->step, &c->gpt.config };
	struct err e;

	if (c->count == 1)
		plan_open(p, c);
	if (p->sites)
		patch(&to, c, &w, p);
	if (p->sites && positions == POSITIONS_EACH)
		patch_positions(&to, c, &w, p);
	if (p->sites && controls)
		patch_controls(&to, c, &w, p);
	if (edges)
		patch_edges(&to, c, &w, p);
	if (patterns)
		measure_patterns(&to, c, &w, p);
	skip(&to, c, &w, p);
	cli_check(stream_flush(out, &e), &e);
}

int main(int argc, char **argv)
{
	struct plan plan = { 0 };
	struct checkpoint c = { .level = CHECKPOINT_NETWORK };
	struct stream_in *in;
	struct stream_out *out;
	struct record r;
	int got, any = 0;

	cli_parse(&cli, argc, argv);
	parse_options(&plan);
	plan.pool = cli_pool(cli_threads());
	in = cli_input();
	out = cli_output();
	while (cli_next(in, &r)) {
		got = cli_closes(&c, in, &r);
		if (got)
			measure(out, &c, &plan);
		any |= got;
		if (r.kind == RECORD_END && !c.count)
			cli_warn_no_network(&c);
		cli_pass(in, out, &r);
		cli_feed(&c, in, &r, NULL);
	}
	if (!any)
		cli_die_empty(out, c.params, NULL);
	plan_close(&plan);
	checkpoint_free(&c);
	pool_free(plan.pool);
	return cli_close(in, out);
}
