/*
 * Sites, attribution, single positions and paths against PyTorch: forward hooks for exact effects,
 * autograd for gradients, in two trained networks of 2 and 4 layers.  tests/ref/path.gts holds
 * double-precision figures; tests/ref/path.py made it.
 */
#include "reference.h"
#include "cma/edge.h"

/*
 * Single precision: 1e-4 of the value.  What is near zero is the difference of two log odds of
 * order 10, which single precision rounds to 1e-6: a few of these.
 */
static double tolerance(double want)
{
	return fmax(1e-4 * fabs(want), 5e-6);
}

static void compare(const struct cma_effect *got, const char *name)
{
	const struct tensor *x = get(name);
	const double *want = x->data;
	size_t i;

	for (i = 0; i < x->n; i += 2) {
		check_near(got[i / 2].mean, want[i], tolerance(want[i]));
		check_near(got[i / 2].se, want[i + 1], tolerance(want[i + 1]));
	}
}

static void check_sites(const struct cma_work *w, const struct cma_pair *pair, int n)
{
	static const char *const kind[] = { "resid", "head", "mlp", "q", "k", "v", "neuron" };
	static const char *const where[] = { "last", "all", "0", "1", "2" };
	struct cma_options o = { .sites = (1 << CMA_SITES) - 1,
				 .neurons = 3,
				 .neuron = get("ref.neurons")->data };
	struct cma_map map;
	char name[32];
	struct err e;
	int p, k, method;

	for (method = CMA_EXACT; method <= CMA_ATTRIBUTION; method++)
		for (p = 0; p < 5; p++) {
			o.positions = (enum cma_positions)p;
			o.method = (enum cma_method)method;
			must(cma_patch(w, pair, n, &o, &map, &e), &e);
			for (k = 0; k < CMA_SITES; k++) {
				snprintf(name, sizeof(name), "ref.%s%s.%s",
					 method == CMA_EXACT ? "" : "grad.", kind[k], where[p]);
				compare(map.site[k], name);
			}
			cma_map_free(&map);
		}
}

/* Every edge that the reference has, by both methods, and no other. */
static void check_edges(const struct cma_work *w, const struct cma_pair *pair, int n,
			struct cma_graph *g)
{
	struct cma_options o = { .metric = CMA_LOGIT };
	struct err e;
	int method, i, edge;

	check(g->S == (int)get("ref.edge")->shape[0] && g->R == (int)get("ref.edge")->shape[1]);
	for (method = CMA_ATTRIBUTION; method >= CMA_EXACT; method--) {
		const double *want = get(method == CMA_EXACT ? "ref.edge" : "ref.edge.grad")->data;

		o.method = (enum cma_method)method;
		must(cma_edges(w, pair, n, &o, g, &e), &e);
		for (i = 0; i < g->S * g->R; i++) {
			edge = g->edge[i];
			check((edge < 0) == isnan(want[i]));
			if (edge >= 0)
				check_near(g->effect[edge].mean, want[i], tolerance(want[i]));
			check(edge < 0 ||
			      (g->ends[edge][0] == i / g->R && g->ends[edge][1] == i % g->R));
		}
	}
}

/* Circuits of the exact effects. */
static void check_circuits(const struct cma_work *w, const struct cma_pair *pair, int n,
			   const struct cma_graph *g)
{
	const double *want = get("ref.circuit")->data;
	int count = (int)get("ref.circuit")->shape[0], i;
	struct cma_options o = { .metric = CMA_LOGIT };
	struct cma_circuit c[16] = { 0 };
	struct err e;

	check(count <= 16);
	for (i = 0; i < count; i++)
		c[i].threshold = want[4 * i];
	must(cma_circuits(w, pair, n, &o, g, c, count, &e), &e);
	for (i = 0; i < count; i++) {
		check(c[i].edges == (int)want[4 * i + 1]);
		check_near(c[i].acc, want[4 * i + 2], 1e-9);
		check_near(c[i].recovered, want[4 * i + 3], 1e-4);
	}
}

static void check_run(const struct checkpoint *c, struct pool *pool)
{
	const struct cma_work w = { &c->gpt, &c->task, pool, 1 << 30 };
	const int *ids = get("ref.pairs")->data, n = (int)get("ref.pairs")->shape[0];
	struct cma_pair *pair = calloc((size_t)n, sizeof(*pair));
	struct cma_graph g;
	struct err e;
	int i;

	check(pair);
	for (i = 0; i < n; i++)
		pair[i] = (struct cma_pair){ ids[2 * i], ids[2 * i + 1],
					     task_answer(&c->task, ids[2 * i + 1]), 0 };
	check_sites(&w, pair, n);
	must(cma_graph_create(&g, &c->gpt.config, &e), &e);
	check_edges(&w, pair, n, &g);
	check_circuits(&w, pair, n, &g);
	cma_graph_free(&g);
	free(pair);
}

int main(void)
{
	char file[] = "tests/ref/path.gts";

	check(each_run(file, check_run) == 2);
	return 0;
}
