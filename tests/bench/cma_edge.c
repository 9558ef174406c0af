/*
 * cma_edge - what all edges of one checkpoint cost, on every core
 *
 * 4 layers of 4 heads, width 128, 256 pairs, receivers q, k, v, MLPs and logits: 2 s at most.  With
 * arguments LAYERS WIDTH HEADS PAIRS THREADS it prints the seconds of one such measurement for each
 * line that it reads, for cma_edge_torch.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cma/edge.h"
#include "rng.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(int result, const struct err *e)
{
	if (result < 0) {
		fprintf(stderr, "%s\n", e->msg);
		exit(1);
	}
}

struct bench {
	struct gpt g;
	struct task task;
	struct pool *pool;
	struct cma_pair *pair;
	struct cma_graph graph;
	int pairs;
};

static void set_up(struct bench *b, int layers, int width, int heads, int pairs, int threads)
{
	struct gpt_config c = {
		.layers = layers, .width = width, .heads = heads, .mlp = 4 * width
	};
	struct rng rng;
	struct err e;

	*b = (struct bench){ .pool = pool_create(threads, &e),
			     .pair = calloc((size_t)pairs, sizeof(*b->pair)),
			     .pairs = pairs };
	must(b->pool && b->pair ? 0 : -1, &e);
	must(task_init(&b->task, "add", 97, 0, &e), &e);
	must(cma_draw_pairs(&b->task, 1 << TASK_TEST, 1, pairs, b->pair, &e), &e);
	c.vocab = task_vocab(&b->task);
	must(gpt_create(&b->g, &c, &e), &e);
	rng_seed(&rng, 1, 0);
	gpt_init(&b->g, 0.02, &rng);
	must(cma_graph_create(&b->graph, &c, &e), &e);
}

static void tear_down(struct bench *b)
{
	cma_graph_free(&b->graph);
	gpt_free(&b->g);
	task_free(&b->task);
	pool_free(b->pool);
	free(b->pair);
}

static double seconds(struct bench *b, enum cma_method method)
{
	const struct cma_work w = { &b->g, &b->task, b->pool, 1u << 31 };
	const struct cma_options o = { .method = method };
	double start = now();
	struct err e;

	must(cma_edges(&w, b->pair, b->pairs, &o, &b->graph, &e), &e);
	return now() - start;
}

static void report(int layers, int width, int heads, int pairs, int threads, int exact,
		   double limit)
{
	double least[2] = { 0, 0 }, took;
	struct bench b;
	int method, k;

	set_up(&b, layers, width, heads, pairs, threads);
	for (method = exact ? CMA_EXACT : CMA_ATTRIBUTION; method <= CMA_ATTRIBUTION; method++)
		for (k = 0; k < 5; k++) {
			took = seconds(&b, (enum cma_method)method);
			least[method] = k && least[method] < took ? least[method] : took;
		}
	printf("%2d layers of width %3d, %d heads, %d pairs, %6d edges:", layers, width, heads,
	       pairs, b.graph.edges);
	if (exact)
		printf(" %.3f s,", least[CMA_EXACT]);
	printf(" by attribution %.3f s", least[CMA_ATTRIBUTION]);
	if (limit > 0)
		printf(", limit %g", limit);
	printf("\n");
	fflush(stdout);
	tear_down(&b);
}

int main(int argc, char **argv)
{
	int n[5], i, cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
	struct bench b;

	if (argc == 6) {
		for (i = 0; i < 5; i++)
			n[i] = (int)strtol(argv[i + 1], NULL, 10);
		set_up(&b, n[0], n[1], n[2], n[3], n[4]);
		while ((i = getchar()) != EOF)
			if (i == '\n') {
				printf("%.5f\n", seconds(&b, CMA_EXACT));
				fflush(stdout);
			}
		tear_down(&b);
		return 0;
	}
	report(4, 128, 4, 256, cores, 1, 2);
	report(2, 128, 4, 256, cores, 1, 0);
	report(12, 64, 4, 256, cores, 1, 0);
	report(48, 64, 8, 256, cores, 0, 0);
	return 0;
}
