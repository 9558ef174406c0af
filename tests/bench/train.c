/*
 * bench train - a training step beside its own matrix products
 *
 * For each shape and number of threads: the median time of a step, that of the step's matrix
 * products alone (same shapes, same BLAS, factors made ready as there, turn by turn with the
 * steps), their ratio, and the rows that prefix sharing computes of four for each equation. Steps
 * follow one another, as in training, in short bursts. The last column is the process's peak
 * memory.
 *
 * On one core of an AMD Zen 4, whose peak is 117 Gflop/s, products take 16.8, 38.1, 43.2 and 157 ms
 * at shapes A to D, steps 1.24, 1.23, 1.19 and 1.29 times as long.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bench.h"
#include "gpt/linalg.h"
#include "train/train.h"

static const struct shape {
	char name;
	int layers, width, heads, batch; /* batch 0: full */
	int rounds, burst; /* rounds of so many steps, then so many times their products */
} shapes[] = {
	{ 'A', 2, 128, 4, 512, 15, 20 }, { 'B', 1, 128, 4, 0, 11, 8 },
	{ 'C', 4, 128, 4, 512, 11, 10 }, { 'D', 48, 64, 8, 512, 9, 3 },
	{ 'E', 48, 512, 8, 512, 3, 1 },
};

enum { VOCAB = 99 };

/* The products of one step, on matrices of any content. */
struct products {
	const struct shape *s;
	int tables, N, M, B; /* of one table; tables go round the threads */
	int threads;
	float *x, *w, *y, *room; /* large enough; y and room apart for each thread */
	size_t y_size;
};

/*
 * For each table of @thread: y (n, out) = x (n, in) W; backward, dx (n, in) = dy (n, out) W^T and
 * dW (in, out) = x^T dy.  As the trainer multiplies: W is packed once for all of them.
 */
static void products(const struct products *p, int thread, int n, int in, int out, int ldw)
{
	float *y = p->y + (size_t)thread * p->y_size, *room = p->room + (size_t)thread * p->y_size;
	struct linalg_packed W;
	int t;

	linalg_pack(&W, LINALG_N, in, out, p->w, ldw, room);
	for (t = thread; t < p->tables; t += p->threads)
		linalg_times(n, p->x, in, &W, 0, y, ldw);
	linalg_pack(&W, LINALG_T, out, in, p->w, ldw, room);
	for (t = thread; t < p->tables; t += p->threads)
		linalg_times(n, p->x, out, &W, 0, y, in);
	for (t = thread; t < p->tables; t += p->threads)
		linalg_gemm(LINALG_T, LINALG_N, in, out, n, 1, p->x, in, p->w, ldw, 1, y, ldw);
}

/* The pairs are multiplied once for all tables: here, by the first thread. */
static void run_products(void *arg, int thread)
{
	struct products once, *all = arg;
	const struct products *p = arg;
	int C = p->s->width, L = p->s->layers, l, n;
	int folds = 16 * p->s->heads <= C; /* the pairs' values go through the output matrix */

	once = *all;
	once.tables = 1;
	for (l = 0; l < L; l++) {
		n = l == L - 1 ? p->B : p->N;
		/* queries of the last layer: the last position only, in layer 0 one pair */
		products(l ? p : &once, thread, l ? p->N : p->M, C, 2 * C, 3 * C);
		products(l ? p : &once, thread, l ? n : L > 1 ? p->M : 1, C, C, 3 * C);
		products(l || !folds ? p : &once, thread, l || !folds ? n : p->M, C, C, C);
		products(p, thread, n, C, 4 * C, 4 * C);
		products(p, thread, n, 4 * C, C, C);
	}
	products(p, thread, p->B, C, VOCAB, VOCAB);
}

/* A run of the shape that has made its first step. */
static struct pool *start_run(const struct shape *s, int threads, struct train *t)
{
	struct train_config c = {
		.ops = "add",
		.modulus = 97,
		.fraction = 0.5,
		.seed = 1,
		.model = { .layers = s->layers,
			   .width = s->width,
			   .heads = s->heads,
			   .mlp = 4 * s->width },
		.init_scale = 0.02,
		.batch = s->batch,
		.optim = { .lr = 1e-4, .beta1 = 0.9, .beta2 = 0.98, .eps = 1e-8, .decay = 1 },
	};
	struct err e;
	struct pool *pool = pool_create(threads, &e);

	must(!pool || train_init(t, &c, pool, &e) || train_step(t, 0, &e) ? -1 : 0, &e);
	return pool;
}

static void bench(const struct shape *s, int threads)
{
	struct products p = { .s = s, .threads = threads };
	double step[64], alone[64], start, took, products_took;
	struct rusage use;
	struct train t;
	struct pool *pool = start_run(s, threads, &t);
	struct err e;
	size_t top;
	int i, j;

	p.tables = gpt_work_tables(t.work, t.batch);
	p.B = t.batch / p.tables;
	p.N = (int)(gpt_work_rows(t.work) / p.tables);
	p.M = 97 + 1 + 97 + 1;
	top = (size_t)linalg_padded(p.N > 4 * s->width ? p.N : 4 * s->width) * 4 * (size_t)s->width;
	p.y_size = top;
	p.x = calloc(top, sizeof(float));
	p.w = calloc(top, sizeof(float));
	p.y = calloc(top * (size_t)threads, sizeof(float));
	p.room = aligned_alloc(64, top * (size_t)threads * sizeof(float));
	if (!p.x || !p.w || !p.y || !p.room)
		must(err_memory(&e), &e);
	for (i = 0; i < s->rounds; i++) {
		start = wall();
		for (j = 0; j < s->burst; j++)
			must(train_step(&t, 0, &e), &e);
		step[i] = (wall() - start) / s->burst;
		start = wall();
		for (j = 0; j < s->burst; j++)
			pool_run(pool, run_products, &p);
		alone[i] = (wall() - start) / s->burst;
	}
	took = median(step, s->rounds);
	products_took = median(alone, s->rounds);
	getrusage(RUSAGE_SELF, &use);
	printf("train %c  %2d layers  width %3d  batch %4d  %d thread%s  %9.2f ms a step  %9.2f "
	       "ms products  ratio %.2f  rows %.2f of 4  %6.0f MiB (weights x 4: %.0f)\n",
	       s->name, s->layers, s->width, t.batch, threads, threads > 1 ? "s" : " ", 1e3 * took,
	       1e3 * products_took, took / products_took, (double)gpt_work_rows(t.work) / t.batch,
	       (double)use.ru_maxrss / 1024, 16 * (double)t.g.count / (1 << 20));
	fflush(stdout);
	free(p.x);
	free(p.w);
	free(p.y);
	free(p.room);
	train_free(&t);
	pool_free(pool);
}

/* bench train [SHAPES [THREADS]], "AC 1"; 1 and 2 threads by default */
int main(int argc, char **argv)
{
	int only = argc > 2 ? atoi(argv[2]) : 0, threads;
	size_t i;

	for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		for (threads = only ? only : 1; threads <= (only ? only : 2); threads++)
			if (argc < 2 || strchr(argv[1], shapes[i].name))
				bench(&shapes[i], threads);
	return 0;
}
