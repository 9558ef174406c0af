/*
 * grok-cma - which heads and MLPs carry the answer, and which layers can be skipped
 *
 * A filter.  Holds one checkpoint, and when it is over emits the effects of patching each site and
 * the accuracy without chosen layers.  man/grok-cma.1; the records are described in formats/cma.md.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "train/checkpoint.h"
#include "cli.h"
#include "cma/cma.h"
#include "stream/tensor.h"

enum { DRAW_ALL, DRAW_TRAIN, DRAW_TEST };
enum { PART_BLOCK, PART_ATTN, PART_MLP, PART_HEADS };

static const char *sites_text = "heads,mlps", *skip_text = "thirds";
static int pairs = 256, positions, metric, draw, part, mean, nulls, scan, sample;
static int64_t seed = 1;
static double threshold = 0.1, memory = 1e9;

static const struct opt opts[] = {
	{ 'n', "pairs", "N", "pairs of equations", OPT_INT, .var = &pairs, .min = 1, .max = 1e6 },
	{ 's', "seed", "N", "seed of pairs, samples and random sets of layers", OPT_LONG,
	  .var = &seed, .min = 0, .max = 0x1p53 },
	{ 0, "draw", "PART", "equations that the pairs are made of", OPT_CHOICE, .var = &draw,
	  .choices = "all|train|test" },
	{ 0, "positions", "WHICH", "patch at `=' alone, or at every position", OPT_CHOICE,
	  .var = &positions, .choices = "last|all" },
	{ 0, "metric", "NAME", "log odds of the two answers, or log-probability of the source's",
	  OPT_CHOICE, .var = &metric, .choices = "logit|logprob" },
	{ 0, "sites", "LIST", "what is patched: heads, mlps, both, or none", OPT_TEXT,
	  .var = &sites_text },
	{ 0, "threshold", "X", "a head is active above this part of the largest effect", OPT_REAL,
	  .var = &threshold, .min = 0, .max = 1 },
	{ 0, "skip", "LIST", "layers to skip: thirds, each, ranges such as 0-3,5; or none",
	  OPT_TEXT, .var = &skip_text },
	{ 0, "part", "NAME", "what of a layer is skipped", OPT_CHOICE, .var = &part,
	  .choices = "block|attn|mlp|heads" },
	{ 0, "ablate", "HOW", "what stands in for it: nothing, or its mean", OPT_CHOICE,
	  .var = &mean, .choices = "zero|mean" },
	{ 0, "null", "N", "random sets of as many layers to compare a range with", OPT_INT,
	  .var = &nulls, .min = 0, .max = 1e5 },
	{ 0, "scan", NULL, "skip every window of layers", OPT_FLAG, .var = &scan },
	{ 0, "sample", "N", "equations of each part to skip layers on; 0: all", OPT_INT,
	  .var = &sample, .min = 0, .max = 1e8 },
	{ 0, "memory", "BYTES", "memory for activations", OPT_REAL, .var = &memory, 1e6, 1e15,
	  .local = 1 },
	{ 0 },
};
static const struct cli cli = {
	.purpose = "measure what heads and layers do in every checkpoint that passes",
	.flags = CLI_FILTER,
	.opts = opts,
};

static struct pool *pool;
static unsigned sites;

/* Layers first .. last. */
struct range {
	int first, last;
};

/* What is the same for all checkpoints of a run. */
struct plan {
	struct cma_pair *pair;
	int *ids, n; /* equations to skip layers on */
	struct range *range;
	int ranges, sets;
	unsigned char *set; /* (sets, L): none; the ranges; random ones; windows */
	int *size; /* (L + 1): where the random sets of so many layers begin, 0: there are none */
	int windows; /* where the windows begin */
};

static void *alloc(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	if (!p)
		cli_die("out of memory");
	return p;
}

/* ---- options ---- */

static unsigned parse_sites(void)
{
	const char *s = sites_text;
	unsigned found = 0;
	size_t n;

	if (!strcmp(s, "none"))
		return 0;
	for (;; s += n + 1) {
		n = strcspn(s, ",");
		if (n == 5 && !strncmp(s, "heads", n))
			found |= CMA_HEADS;
		else if (n == 4 && !strncmp(s, "mlps", n))
			found |= CMA_MLPS;
		else
			cli_usage("sites '%s' are not heads, mlps or none", sites_text);
		if (!s[n])
			return found;
	}
}

static void add_range(struct plan *p, int first, int last)
{
	int i;

	for (i = 0; i < p->ranges; i++)
		if (p->range[i].first == first && p->range[i].last == last)
			return;
	p->range = realloc(p->range, (size_t)(p->ranges + 1) * sizeof(*p->range));
	if (!p->range)
		cli_die("out of memory");
	p->range[p->ranges++] = (struct range){ first, last };
}

/* One item of --skip in a network of @L layers. */
static void add_item(struct plan *p, const char *s, size_t n, int L, const char *run)
{
	char text[24] = "", *end;
	long first, last;
	int i;

	if (n == 6 && !strncmp(s, "thirds", n)) {
		for (i = 0; i < 3; i++)
			if (i * L / 3 < (i + 1) * L / 3)
				add_range(p, i * L / 3, (i + 1) * L / 3 - 1);
		return;
	}
	if (n == 4 && !strncmp(s, "each", n)) {
		for (i = 0; i < L; i++)
			add_range(p, i, i);
		return;
	}
	if (n == 4 && !strncmp(s, "none", n))
		return;
	memcpy(text, s, n < sizeof(text) ? n : sizeof(text) - 1);
	if (n >= sizeof(text) || !n || strspn(text, "0123456789-") != n || text[0] == '-')
		cli_usage("'%.40s' is not thirds, each, none, a layer or a range of layers", s);
	first = last = strtol(text, &end, 10);
	if (*end == '-' && end[1])
		last = strtol(end + 1, &end, 10);
	if (*end || last < first || last >= GPT_LAYERS_MAX)
		cli_usage("'%s' is not a range of layers", text);
	if (L && last >= L)
		cli_die("run '%s' has layers 0-%d: cannot skip %s", run, L - 1, text);
	if (L)
		add_range(p, (int)first, (int)last);
}

/* With @L = 0 only the spelling is checked. */
static void parse_skip(struct plan *p, int L, const char *run)
{
	const char *s = skip_text;
	size_t n;

	for (;; s += n + 1) {
		n = strcspn(s, ",");
		add_item(p, s, n, L, run);
		if (!s[n])
			return;
	}
}

/* ---- a run ---- */

static void plan_free(struct plan *p)
{
	free(p->pair);
	free(p->ids);
	free(p->range);
	free(p->set);
	free(p->size);
	*p = (struct plan){ 0 };
}

static unsigned char *set_of(const struct plan *p, int i, int L)
{
	return p->set + (size_t)i * (size_t)L;
}

static void choose_sets(struct plan *p, int L)
{
	static const int bits_of[] = { [PART_BLOCK] = CMA_SKIP_ATTN | CMA_SKIP_MLP,
				       [PART_ATTN] = CMA_SKIP_ATTN,
				       [PART_MLP] = CMA_SKIP_MLP,
				       [PART_HEADS] = CMA_SKIP_ATTN };
	int bits = bits_of[part], i, k, first, last;

	p->size = alloc((size_t)L + 1, sizeof(*p->size));
	p->sets = 1 + p->ranges;
	for (i = 0; nulls && i < p->ranges; i++) {
		k = p->range[i].last - p->range[i].first + 1;
		if (p->size[k])
			continue;
		p->size[k] = p->sets;
		p->sets += nulls;
	}
	p->windows = p->sets;
	p->sets += scan ? L * (L + 1) / 2 : 0;
	p->set = alloc((size_t)p->sets * (size_t)L, 1);
	for (i = 0; i < p->ranges; i++)
		memset(set_of(p, 1 + i, L) + p->range[i].first, bits,
		       (size_t)(p->range[i].last - p->range[i].first + 1));
	for (k = 1; k <= L; k++)
		if (p->size[k])
			cma_draw_sets((uint64_t)seed, nulls, k, L, bits, set_of(p, p->size[k], L));
	for (i = p->windows, first = 0; scan && first < L; first++)
		for (last = first; last < L; last++)
			memset(set_of(p, i++, L) + first, bits, (size_t)(last - first + 1));
}

static void plan_open(struct plan *p, const struct checkpoint *c)
{
	const unsigned parts[] = { [DRAW_ALL] = 1 << TASK_TRAIN | 1 << TASK_TEST,
				   [DRAW_TRAIN] = 1 << TASK_TRAIN,
				   [DRAW_TEST] = 1 << TASK_TEST };
	struct err e;

	plan_free(p);
	if (!c->task.ops)
		cli_die("run '%s': its head names no operation", c->run);
	if (draw != DRAW_ALL && !c->split)
		cli_die("run '%s': no data.split before its first checkpoint", c->run);
	p->pair = alloc((size_t)pairs, sizeof(*p->pair));
	if (sites && cma_draw_pairs(&c->task, parts[draw], (uint64_t)seed, pairs, p->pair, &e))
		cli_die("run '%s': %s", c->run, e.msg);
	parse_skip(p, c->gpt.config.layers, c->run);
	p->ids = alloc((size_t)task_size(&c->task), sizeof(*p->ids));
	p->n = cma_draw_equations(&c->task, (uint64_t)seed, sample, p->ids, &e);
	cli_check(p->n, &e);
	choose_sets(p, c->gpt.config.layers);
}

/* ---- records ---- */

static void put_array(struct stream_out *out, const struct checkpoint *c, const char *name,
		      enum dtype dtype, size_t rows, size_t columns, const void *x)
{
	const size_t shape[] = { rows, columns };
	struct err e;

	cli_check(tensor_put(out, c->run, c->step, name, ROLE_MEASURE, dtype, columns ? 2 : 1,
			     shape, x, &e),
		  &e);
}

static void put_metrics(struct stream_out *out, const struct checkpoint *c, const char *of,
			const struct value *values, int n)
{
	const struct record r = { .kind = RECORD_METRICS,
				  .run = c->run,
				  .step = c->step,
				  .tool = "cma",
				  .of = of,
				  .values = values,
				  .nvalues = n };
	struct err e;

	cli_check(stream_put(out, &r, NULL, &e), &e);
}

static void put_pairs(struct stream_out *out, const struct checkpoint *c, const struct plan *p)
{
	int P = c->task.modulus, *row = alloc((size_t)pairs * 4, sizeof(*row)), i;
	int *op = alloc((size_t)pairs, sizeof(*op));

	for (i = 0; i < pairs; i++) {
		int s1 = p->pair[i].base, s2 = p->pair[i].source;

		op[i] = s1 / P / P;
		row[4 * i] = s1 / P % P;
		row[4 * i + 1] = s1 % P;
		row[4 * i + 2] = s2 / P % P;
		row[4 * i + 3] = s2 % P;
	}
	put_array(out, c, "cma.pairs", DTYPE_I4, (size_t)pairs, 4, row);
	if (c->task.ops > 1)
		put_array(out, c, "cma.pair_op", DTYPE_I4, (size_t)pairs, 0, op);
	free(row);
	free(op);
}

/* Means, standard errors, and means as parts of the total effect, where that is not lost in noise. */
static void put_effects(struct stream_out *out, const struct checkpoint *c, const char *name,
			const struct cma_effect *effect, size_t rows, size_t columns,
			struct cma_effect total)
{
	size_t n = rows * (columns ? columns : 1), i;
	float *x = alloc(3 * n, sizeof(*x));
	int known = fabs(total.mean) > 2 * total.se;
	char text[32];

	for (i = 0; i < n; i++) {
		x[i] = (float)effect[i].mean;
		x[n + i] = (float)effect[i].se;
		x[2 * n + i] = known ? (float)(effect[i].mean / total.mean) : NAN;
	}
	put_array(out, c, name, DTYPE_F4, rows, columns, x);
	snprintf(text, sizeof(text), "%s_se", name);
	put_array(out, c, text, DTYPE_F4, rows, columns, x + n);
	snprintf(text, sizeof(text), "%s_share", name);
	put_array(out, c, text, DTYPE_F4, rows, columns, x + 2 * n);
	free(x);
}

/* About all sites, with what the heads do on the whole when they were patched. */
static void put_whole(struct stream_out *out, const struct checkpoint *c, const struct cma_map *map,
		      double largest)
{
	int heads = map->head ? c->gpt.config.layers * c->gpt.config.heads : 0;
	const struct value values[] = {
		{ "cma.total", map->total.mean },
		{ "cma.total_se", map->total.se },
		{ "cma.right", map->right },
		{ "cma.identity", map->breach },
		{ "cma.mean_abs", heads ? cma_mean_abs(map->head, heads) : NAN },
		{ "cma.active", heads ? cma_active(map->head, heads, threshold, largest) : NAN },
	};

	put_metrics(out, c, NULL, values, heads ? 6 : 4);
}

static void put_layers(struct stream_out *out, const struct checkpoint *c,
		       const struct cma_map *map, double largest)
{
	int L = c->gpt.config.layers, H = c->gpt.config.heads, l;
	char of[32];

	for (l = 0; l < L; l++) {
		const struct cma_effect *row = map->head + (size_t)l * (size_t)H;
		const struct value values[] = {
			{ "cma.mean_abs", cma_mean_abs(row, H) },
			{ "cma.active", cma_active(row, H, threshold, largest) },
		};

		snprintf(of, sizeof(of), "layer %d", l);
		put_metrics(out, c, of, values, 2);
	}
}

static void patch(struct stream_out *out, const struct checkpoint *c, const struct plan *p)
{
	const struct cma_options o = { sites, (enum cma_positions)positions,
				       (enum cma_metric)metric, (size_t)memory };
	size_t L = (size_t)c->gpt.config.layers, H = (size_t)c->gpt.config.heads;
	struct cma_map map;
	double largest = 0;
	struct err e;
	size_t i;

	if (cma_patch(&c->gpt, &c->task, p->pair, pairs, &o, pool, &map, &e))
		cli_die("run '%s' step %lld: %s", c->run, (long long)c->step, e.msg);
	if (c->count == 1)
		put_pairs(out, c, p);
	if (map.head)
		put_effects(out, c, "cma.cms", map.head, L, H, map.total);
	if (map.mlp)
		put_effects(out, c, "cma.mlp", map.mlp, L, 0, map.total);
	for (i = 0; map.head && i < L * H; i++)
		largest = fmax(largest, fabs(map.head[i].mean));
	put_whole(out, c, &map, largest);
	if (map.head)
		put_layers(out, c, &map, largest);
	cma_map_free(&map);
}

/* How a range compares with the random sets of its size. */
static int compare(const struct plan *p, struct range r, int which, double acc,
		   struct cma_score (*score)[2], struct value *values)
{
	int first = p->size[r.last - r.first + 1], i;
	double mean_acc = 0, var = 0, loss = 0, below = 0;

	if (!nulls)
		return 0;
	for (i = first; i < first + nulls; i++) {
		mean_acc += score[i][which].acc / nulls;
		loss += score[i][which].loss / nulls;
		below += score[i][which].acc <= acc;
	}
	for (i = first; i < first + nulls; i++)
		var += (score[i][which].acc - mean_acc) * (score[i][which].acc - mean_acc);
	values[0] = (struct value){ "cma.acc_null", mean_acc };
	values[1] = (struct value){ "cma.acc_null_sd", nulls > 1 ? sqrt(var / (nulls - 1)) : NAN };
	values[2] = (struct value){ "cma.acc_rank", below / nulls };
	values[3] = (struct value){ "cma.loss_null", loss };
	return 4;
}

static void put_scores(struct stream_out *out, const struct checkpoint *c, const struct plan *p,
		       struct cma_score (*score)[2])
{
	static const char *const part_name[] = { "block", "attn", "mlp", "heads" };
	static const char *const set_name[] = { "train", "test" };
	struct value values[6];
	char of[64], layers[24];
	int which, i, n;

	for (i = 0; i <= p->ranges; i++)
		for (which = 0; which < 2; which++) {
			const struct cma_score s = score[i][which];

			if (!s.n)
				continue;
			values[0] = (struct value){ "cma.acc", s.acc };
			values[1] = (struct value){ "cma.loss", s.loss };
			n = 2;
			if (i) {
				const struct range r = p->range[i - 1];

				snprintf(layers, sizeof(layers), r.first == r.last ? "%d" : "%d-%d",
					 r.first, r.last);
				snprintf(of, sizeof(of), "skip %s %s%s %s", layers, part_name[part],
					 mean ? "-mean" : "", set_name[which]);
				n += compare(p, r, which, s.acc, score, values + n);
			} else {
				snprintf(of, sizeof(of), "none %s", set_name[which]);
			}
			put_metrics(out, c, of, values, n);
		}
}

static void put_windows(struct stream_out *out, const struct checkpoint *c, const struct plan *p,
			struct cma_score (*score)[2], int which, const char *name)
{
	int L = c->gpt.config.layers, first, last, i = p->windows;
	size_t n = (size_t)L;
	float *x = alloc(n * n, sizeof(*x));

	for (first = 0; first < L; first++)
		for (last = 0; last < L; last++)
			x[(size_t)first * n + (size_t)last] =
				last < first ? NAN : (float)score[i++][which].acc;
	if (score[0][which].n)
		put_array(out, c, name, DTYPE_F4, n, n, x);
	free(x);
}

static void substitute(const struct checkpoint *c, const struct plan *p, struct cma_substitute *s)
{
	int *ids = alloc((size_t)p->n, sizeof(*ids)), n = 0, i;
	struct err e;

	for (i = 0; i < p->n; i++)
		if (c->task.split[p->ids[i]] == TASK_TRAIN)
			ids[n++] = p->ids[i];
	if (!mean)
		cli_check(cma_zero(&c->gpt, part == PART_HEADS, s, &e), &e);
	else if (n)
		cli_check(cma_means(&c->gpt, &c->task, ids, n, pool, (size_t)memory, s, &e), &e);
	else
		cli_check(cma_means(&c->gpt, &c->task, p->ids, p->n, pool, (size_t)memory, s, &e),
			  &e);
	free(ids);
}

static void skip(struct stream_out *out, const struct checkpoint *c, const struct plan *p)
{
	struct cma_score(*score)[2] = alloc((size_t)p->sets, sizeof(*score));
	struct cma_substitute s;
	struct err e;

	substitute(c, p, &s);
	if (cma_skip(&c->gpt, &c->task, p->ids, p->n, p->set, p->sets, &s, pool, (size_t)memory,
		     score, &e))
		cli_die("run '%s' step %lld: %s", c->run, (long long)c->step, e.msg);
	put_scores(out, c, p, score);
	if (scan) {
		put_windows(out, c, p, score, 1, "cma.window");
		put_windows(out, c, p, score, 0, "cma.window_train");
	}
	cma_substitute_free(&s);
	free(score);
}

static void measure(struct stream_out *out, const struct checkpoint *c, struct plan *p)
{
	struct err e;

	if (c->count == 1)
		plan_open(p, c);
	if (sites)
		patch(out, c, p);
	if (p->ranges || scan)
		skip(out, c, p);
	cli_check(stream_flush(out, &e), &e);
}

int main(int argc, char **argv)
{
	struct plan plan = { 0 };
	struct checkpoint c = { .level = CHECKPOINT_NETWORK };
	struct stream_in *in;
	struct stream_out *out;
	struct record r;
	struct err e;
	int got;

	cli_parse(&cli, argc, argv);
	sites = parse_sites();
	parse_skip(&plan, 0, NULL);
	pool = pool_create(cli_threads(), &e);
	if (!pool)
		cli_die("%s", e.msg);
	in = cli_input();
	out = cli_output();
	while (cli_next(in, &r)) {
		got = checkpoint_close(&c, in, &r, &e);
		cli_check(got, &e);
		if (got)
			measure(out, &c, &plan);
		if (r.kind == RECORD_END && !c.count)
			cli_warn("run '%s' has no checkpoint of a network", r.run);
		cli_pass(in, out, &r);
		cli_check(checkpoint_feed(&c, in, &r, NULL, &e), &e);
	}
	plan_free(&plan);
	checkpoint_free(&c);
	pool_free(pool);
	return cli_close(in, out);
}
