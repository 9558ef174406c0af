/*
 * cma - what one checkpoint costs: every head patched, on every core
 *
 * 2 layers of width 128, 4 heads, 256 pairs: 0.3 s at most.  48 layers of width 512, 8 heads: 60 s
 * at most; measured with the pairs that take some seconds, and scaled.  Beside the median time:
 * the operations that the matrix products of exact patching need, their rate, and the rate of large
 * products alone (sgemm), measured just before.  With arguments LAYERS WIDTH HEADS PAIRS POSITIONS
 * THREADS it prints the seconds of one such measurement for each line that it reads, for
 * cma_torch.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cma_network.h"
#include "gpt/linalg.h"

static double seconds(const struct cma_network *b, enum cma_positions positions)
{
	const struct cma_work w = { &b->g, &b->task, b->pool, 1u << 31 };
	const struct cma_options o = { .sites = CMA_HEADS, .positions = positions };
	double start = wall();
	struct cma_map map;
	struct err e;

	must(cma_patch(&w, b->pair, b->pairs, &o, &map, &e), &e);
	cma_map_free(&map);
	return wall() - start;
}

/*
 * Multiplications and additions that patching every head needs, in rows of 2 C^2: a row goes
 * through 3 of queries, keys and values, 1 of c_proj, 8 of the MLP.  Both clean runs, with every
 * prefix that two equations share done once and queries in the last layer at `=' alone; a patched
 * run begins at the MLP of its layer, with the rows from the first that is patched.
 */
static double operations(const struct cma_network *b, enum cma_positions positions)
{
	int L = b->g.config.layers, H = b->g.config.heads, n = b->pairs, i;
	int(*tokens)[GPT_LENGTH] = calloc(2 * (size_t)n, sizeof(*tokens));
	double own = positions == CMA_ALL ? GPT_LENGTH : 1, C = b->g.config.width;
	double one, clean, above;
	struct gpt_rows t;
	struct err e;

	must(tokens ? gpt_rows_create(&t, 2 * n, &e) : -1, &e);
	for (i = 0; i < n; i++) {
		task_tokens(&b->task, b->pair[i].base, tokens[i]);
		task_tokens(&b->task, b->pair[i].source, tokens[n + i]);
	}
	gpt_rows_build(&t, tokens[0], 2 * n, GPT_LENGTH - 1);
	one = t.start[GPT_LENGTH] - t.start[GPT_LENGTH - 1];
	clean = L == 1 ? 3 * t.M + 9 * one
		       : 3 * t.M + 9 * t.N + (L - 2) * 12.0 * t.N + 2 * (t.N - one) + 12 * one;
	/* Layers above the patch: all but the last; the last. */
	above = 12 * own * (L - 1) * (L - 2) / 2 + (12 + 2 * (own - 1)) * (L - 1);
	gpt_rows_free(&t);
	free(tokens);
	return 2 * C * C * (clean + (double)n * H * (above + (8 + 1.0 / H) * (own * (L - 1) + 1)));
}

/* ---- the rate of products ---- */

enum { ROWS = 960, TIMES = 8 };

struct products {
	int C;
	double rate[64]; /* of each thread */
};

static void multiply(void *arg, int thread)
{
	struct products *p = arg;
	size_t C = (size_t)p->C;
	size_t floats = C * (ROWS + 8 * C) + 4 * C * ROWS;
	float *x = aligned_alloc(64, floats * sizeof(float)), *w = x + C * ROWS;
	float *y = w + 8 * C * C;
	struct linalg_packed right;
	int way, k, times = 1 + (int)(2e8 / (double)(C * C) / ROWS);

	memset(x, 0, floats * sizeof(float));
	linalg_pack(&right, LINALG_N, p->C, 4 * p->C, w, 4 * p->C, w + 4 * C * C);
	for (way = 0; way < 2 * TIMES; way++) {
		double start = wall(), rate;

		for (k = 0; k < times; k++)
			if (way % 2)
				linalg_gemm(LINALG_N, LINALG_N, ROWS, 4 * p->C, p->C, 1, x, p->C, w,
					    4 * p->C, 0, y, 4 * p->C);
			else
				linalg_times(ROWS, x, p->C, &right, 0, y, 4 * p->C);
		rate = 8.0 * ROWS * (double)(C * C) * times / (wall() - start);
		p->rate[thread] = rate > p->rate[thread] ? rate : p->rate[thread];
	}
	free(x);
}

/* The best rate of (ROWS, C) times (C, 4 C), all threads together. */
static double limit(struct pool *pool, int C)
{
	struct products p = { .C = C };
	double sum = 0;
	int i;

	pool_run(pool, multiply, &p);
	for (i = 0; i < pool_threads(pool); i++)
		sum += p.rate[i];
	return sum;
}

/* ---- reports ---- */

static void report(int layers, int width, int heads, int pairs, enum cma_positions positions,
		   int threads, double most)
{
	double took[99], total = 0, middle, rate, work;
	struct cma_network b;
	int n = 0;

	cma_network_open(&b, layers, width, heads, pairs, threads);
	rate = limit(b.pool, width);
	while (n < 3 || (n < 99 && total < 2)) {
		took[n] = seconds(&b, positions);
		total += took[n++];
	}
	middle = median(took, n);
	work = operations(&b, positions);
	printf("%2d layers of width %3d, %d heads, positions %-4s %3d pairs: %8.4f s", layers,
	       width, heads, positions == CMA_ALL ? "all," : "last,", pairs, middle);
	printf(", %.3g Gflop at %.0f Gflop/s, %.0f %% of sgemm; 256 pairs: %.4f s", work * 1e-9,
	       work / middle * 1e-9, 100 * work / middle / rate, middle * 256 / pairs);
	if (most > 0)
		printf(", limit %g", most);
	printf("\n");
	fflush(stdout);
	cma_network_close(&b);
}

int main(int argc, char **argv)
{
	int n[6], i, cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
	enum cma_positions positions;
	struct cma_network b;

	if (argc == 7) {
		for (i = 0; i < 6; i++)
			n[i] = (int)strtol(argv[i + 1], NULL, 10);
		positions = strcmp(argv[5], "all") ? CMA_LAST : CMA_ALL;
		cma_network_open(&b, n[0], n[1], n[2], n[3], n[5]);
		while ((i = getchar()) != EOF)
			if (i == '\n') {
				printf("%.5f\n", seconds(&b, positions));
				fflush(stdout);
			}
		cma_network_close(&b);
		return 0;
	}
	cores = cores < 64 ? cores : 64;
	report(2, 128, 4, 256, CMA_LAST, cores, 0.3);
	report(2, 128, 4, 256, CMA_ALL, cores, 0.3);
	report(12, 64, 4, 256, CMA_LAST, cores, 0);
	report(24, 64, 4, 256, CMA_LAST, cores, 0);
	report(48, 512, 8, 16 * cores, CMA_LAST, cores, 60);
	return 0;
}
