/*
 * In a linearised network attribution is exact: every effect of patching equals the one by
 * gradients.
 *
 * Linear to some 1e-6: most channels are constants of either sign, so large that no LN sees its
 * scale change; neurons work where GELU is the identity; attention, whose queries and keys are
 * zero, takes the mean.
 */
#include "check.h"
#include "cma/edge.h"

enum { L = 3, H = 2, C = 64, N = 24, LARGE = 24, F = 24, SMALL = 16 };

static struct gpt net;
static struct task task;
static struct cma_pair pair[N];
static struct cma_work work = { &net, &task, NULL, 1 << 30 };

/*
 * The named matrix or vector becomes normal numbers, its rows or columns of the large channels
 * zero.
 */
static void fill(const char *name, double sd, int rows, int columns, struct rng *r)
{
	const struct gpt_param *p = &net.param[gpt_find(&net, name)];
	int i, j;

	for (i = 0; i < p->shape[0]; i++)
		for (j = 0; j < p->shape[1]; j++)
			net.w[p->offset + (size_t)(i * p->shape[1] + j)] =
				i < rows && j < columns ? (float)(sd * rng_normal(r)) : 0;
}

static void set(const char *name, int first, int n, double x)
{
	float *w = net.w + net.param[gpt_find(&net, name)].offset;
	int i;

	for (i = first; i < first + n; i++)
		w[i] = (float)x;
}

/*
 * The bias of the MLP takes away what the neurons' own bias adds, so that the stream stays small.
 */
static void cancel(int l)
{
	const float *w;
	float *bias;
	char name[64];
	int i;

	snprintf(name, sizeof(name), "transformer.h.%d.mlp.c_proj.weight", l);
	w = net.w + net.param[gpt_find(&net, name)].offset;
	bias = net.w + net.param[gpt_find(&net, name) + 1].offset;
	for (i = 0; i < F * C; i++)
		bias[i % C] -= 6 * w[i];
}

static void fill_layer(int l, struct rng *r)
{
	char name[64];
	double gain = LARGE * sqrt((double)(C - SMALL) / C); /* undoes the LN */

#define NAME(rest) (snprintf(name, sizeof(name), "transformer.h.%d." rest, l), name)
	set(NAME("ln_1.weight"), 0, C, gain);
	set(NAME("ln_2.weight"), 0, C, gain);
	fill(NAME("attn.c_attn.weight"), 0.3, SMALL, 3 * C, r);
	{
		float *w = net.w + net.param[gpt_find(&net, name)].offset;
		int i, j;

		for (i = 0; i < C; i++)
			for (j = 0; j < 2 * C; j++)
				w[i * 3 * C + j] = 0; /* no queries, no keys */
	}
	fill(NAME("attn.c_proj.weight"), 0.1, C, SMALL, r);
	fill(NAME("mlp.c_fc.weight"), 0.5, SMALL, F, r);
	set(NAME("mlp.c_fc.bias"), 0, F, 6);
	fill(NAME("mlp.c_proj.weight"), 0.05, F, SMALL, r);
	cancel(l);
#undef NAME
}

static void open_net(void)
{
	struct gpt_config config = { .layers = L, .width = C, .heads = H, .mlp = F };
	struct rng r;
	struct err e;
	int l, c;

	work.pool = pool_create(1, &e);
	check(work.pool);
	must(task_init(&task, "add", 7, 0, &e), &e);
	must(cma_draw_pairs(&task, 1 << TASK_TEST, 2, N, pair, &e), &e);
	config.vocab = task_vocab(&task);
	must(gpt_create(&net, &config, &e), &e);
	rng_seed(&r, 1, 0);
	fill("transformer.wte.weight", 0.03, config.vocab, SMALL, &r);
	for (c = 0; c < GPT_LENGTH * C; c++)
		if (c % C >= SMALL)
			set("transformer.wpe.weight", c, 1, c % 2 ? LARGE : -LARGE);
	for (l = 0; l < L; l++)
		fill_layer(l, &r);
	set("transformer.ln_f.weight", 0, C, LARGE * sqrt((double)(C - SMALL) / C));
	fill("lm_head.weight", 1, config.vocab, SMALL, &r);
}

/* The size of single effects: the root of their mean square over pairs. */
static double size_of(struct cma_effect effect)
{
	return sqrt(effect.mean * effect.mean + (N - 1) * effect.se * effect.se);
}

/*
 * What rounding leaves, as a part of a pair's total effect: a LN takes the mean of channels of 24
 * off a signal of some 0.05, and single precision knows that mean to some 1e-7; seven LNs follow
 * one another.  The root mean square over sites and over edges is 1.3e-6 to 2.1e-6, whatever the
 * compiler and the kernel of BLAS; the largest of hundreds may be five times as much, and a wrong
 * edge is off by 1e-2.
 */
static const double rounding = 2e-6;

static void test_sites(enum cma_positions positions)
{
	static int neuron[L * 4];
	struct cma_options o = { .sites = (1 << CMA_SITES) - 1,
				 .positions = positions,
				 .neurons = 4,
				 .neuron = neuron };
	struct cma_map exact, attributed;
	double size;
	struct err e;
	int k, i;

	must(cma_choose_neurons(&work, pair, N, &o, 4, neuron, &e), &e);
	must(cma_patch(&work, pair, N, &o, &exact, &e), &e);
	o.method = CMA_ATTRIBUTION;
	must(cma_patch(&work, pair, N, &o, &attributed, &e), &e);
	size = size_of(exact.total);
	check(size > 0.1);
	for (k = 0; k < CMA_SITES; k++) {
		int count = L * cma_site_count((enum cma_site)k, &net.config, 4);
		double most = 0;

		for (i = 0; i < count; i++) {
			check_near(attributed.site[k][i].mean, exact.site[k][i].mean,
				   10 * rounding * size);
			most = fmax(most, size_of(exact.site[k][i]));
		}
		/* Queries and keys are zero. */
		check(k == CMA_QUERY || k == CMA_KEY || most > 1e-2 * size);
	}
	check_near(attributed.total.mean, exact.total.mean, 1e-6 * size);
	check(attributed.right == exact.right);
	/* The chosen neurons come in falling order, each once */
	for (i = 0; i < L * 4; i++)
		check(i % 4 == 0 || fabs(attributed.site[CMA_NEURON][i].mean) <=
					    fabs(attributed.site[CMA_NEURON][i - 1].mean));
	cma_map_free(&exact);
	cma_map_free(&attributed);
}

/*
 * Edges: attribution is exact; all senders into one receiver add up to what the receiver does with
 * the source's stream, which is patching what it makes of it; and all into the logits to the
 * total.
 */
static void test_edges(void)
{
	struct cma_options o = { .sites = CMA_MLPS | 1u << CMA_VALUE, .positions = CMA_ALL };
	struct cma_graph exact, first;
	struct cma_map map;
	double size, sum, want;
	struct err e;
	int i, r, l, h;

	must(cma_graph_create(&exact, &net.config, &e), &e);
	must(cma_graph_create(&first, &net.config, &e), &e);
	must(cma_patch(&work, pair, N, &o, &map, &e), &e);
	must(cma_edges(&work, pair, N, &o, &exact, &e), &e);
	o.method = CMA_ATTRIBUTION;
	must(cma_edges(&work, pair, N, &o, &first, &e), &e);
	size = size_of(exact.total);
	for (i = 0; i < exact.edges; i++)
		check_near(first.effect[i].mean, exact.effect[i].mean, 10 * rounding * size);
	for (r = 0; r < exact.R; r++) {
		l = r / (3 * H + 1);
		h = r % (3 * H + 1);
		if (l < L && h < 2 * H)
			continue; /* queries and keys do nothing */
		for (sum = i = 0; i < exact.edges; i++)
			sum += exact.ends[i][1] == r ? exact.effect[i].mean : 0;
		want = l == L       ? map.total.mean
		       : h == 3 * H ? map.site[CMA_MLP][l].mean
				    : map.site[CMA_VALUE][l * H + h - 2 * H].mean;
		check_near(sum, want, 10 * sqrt(10) * rounding * size); /* of up to 10 effects */
	}
	cma_graph_free(&exact);
	cma_graph_free(&first);
	cma_map_free(&map);
}

int main(void)
{
	open_net();
	test_sites(CMA_LAST);
	test_sites(CMA_ALL);
	test_edges();
	gpt_free(&net);
	task_free(&task);
	pool_free(work.pool);
	return 0;
}
