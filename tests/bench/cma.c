/*
 * cma - what one checkpoint costs: every head patched, on every core
 *
 * 2 layers of width 128, 4 heads, 256 pairs: 0.3 s at most.  48 layers of width 512, 8 heads: 60 s at most;
 * measured with the pairs that take some seconds, and scaled.  With arguments LAYERS WIDTH HEADS PAIRS
 * POSITIONS THREADS it prints the seconds of one such measurement, for cma_torch.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cma.h"
#include "rng.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Best of @repeats, in seconds. */
static double measure(int layers, int width, int heads, int pairs, int positions, int threads,
		      int repeats)
{
	struct cma_options o = { CMA_HEADS, (enum cma_positions)positions, CMA_LOGIT, 1u << 31 };
	struct gpt_config c = {
		.layers = layers, .width = width, .heads = heads, .mlp = 4 * width
	};
	struct cma_pair *pair = calloc((size_t)pairs, sizeof(*pair));
	struct pool *pool;
	struct cma_map map;
	struct task task;
	struct gpt g;
	struct rng rng;
	struct err e;
	double best = 1e9;
	int i;

	pool = pool_create(threads, &e);
	if (!pair || !pool || task_init(&task, "add", 97, 0, &e) ||
	    cma_draw_pairs(&task, 1 << TASK_TEST, 1, pairs, pair, &e))
		exit(1);
	c.vocab = task_vocab(&task);
	if (gpt_create(&g, &c, &e))
		exit(1);
	rng_seed(&rng, 1, 0);
	gpt_init(&g, 0.02, &rng);
	for (i = 0; i < repeats; i++) {
		double start = now(), took;

		if (cma_patch(&g, &task, pair, pairs, &o, pool, &map, &e)) {
			fprintf(stderr, "%s\n", e.msg);
			exit(1);
		}
		took = now() - start;
		best = took < best ? took : best;
		cma_map_free(&map);
	}
	gpt_free(&g);
	task_free(&task);
	pool_free(pool);
	free(pair);
	return best;
}

static void report(int layers, int width, int heads, int pairs, int positions, int threads,
		   double limit)
{
	double s = measure(layers, width, heads, pairs, positions, threads, layers > 12 ? 1 : 5);
	/* 12 C^2 multiplications and additions a row and layer; half of all heads' rows are patched */
	double rows =
		(positions == CMA_ALL ? 4.0 : 1.0) * pairs * heads * layers * (layers + 1) / 2;
	double work = rows * 24 * (double)width * width;

	printf("%2d layers of width %3d, %d heads, positions %-4s %3d pairs: %8.3f s", layers,
	       width, heads, positions == CMA_ALL ? "all," : "last,", pairs, s);
	printf(", %.0f Gflop/s; 256 pairs: %.3f s", work / s * 1e-9, s * 256 / pairs);
	if (limit > 0)
		printf(", limit %g", limit);
	printf("\n");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	int n[6], i, cores = (int)sysconf(_SC_NPROCESSORS_ONLN);

	if (argc == 7) {
		for (i = 0; i < 6; i++)
			n[i] = (int)strtol(argv[i + 1], NULL, 10);
		n[4] = strcmp(argv[5], "all") ? CMA_LAST : CMA_ALL;
		printf("%.4f\n", measure(n[0], n[1], n[2], n[3], n[4], n[5], n[0] > 12 ? 1 : 5));
		return 0;
	}
	report(2, 128, 4, 256, CMA_LAST, cores, 0.3);
	report(2, 128, 4, 256, CMA_ALL, cores, 0.3);
	report(12, 64, 4, 256, CMA_LAST, cores, 0);
	report(48, 512, 8, 16 * cores, CMA_LAST, cores, 60);
	return 0;
}
