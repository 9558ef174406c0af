/*
 * cma_edge - what all edges of one checkpoint cost, on every core
 *
 * 4 layers of 4 heads, width 128, 256 pairs, receivers q, k, v, MLPs and logits: 2 s at most.  With
 * arguments LAYERS WIDTH HEADS PAIRS THREADS it prints the seconds of one such measurement for each
 * line that it reads, for cma_edge.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cma_network.h"
#include "cma/edge.h"

struct bench {
	struct cma_network network;
	struct cma_graph graph;
};

static void set_up(struct bench *b, int layers, int width, int heads, int pairs, int threads)
{
	struct err e;

	cma_network_open(&b->network, layers, width, heads, pairs, threads);
	must(cma_graph_create(&b->graph, &b->network.g.config, &e), &e);
}

static void tear_down(struct bench *b)
{
	cma_graph_free(&b->graph);
	cma_network_close(&b->network);
}

static double seconds(struct bench *b, enum cma_method method)
{
	const struct cma_network *n = &b->network;
	const struct cma_work w = { &n->g, &n->task, n->pool, 1u << 31 };
	const struct cma_options o = { .method = method };
	double start = wall();
	struct err e;

	must(cma_edges(&w, n->pair, n->pairs, &o, &b->graph, &e), &e);
	return wall() - start;
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
