/*
 * sfm - an iteration at several moduli, and its transforms against KissFFT; target 0.5 ms at p = 97
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kiss_fftnd.h>

#include "bench.h"
#include "pool.h"
#include "sfm/sfm.h"

/*
 * Milliseconds of CPU time: the best of some repetitions, each of several calls and 20 ms or more.
 */
static double best(void (*run)(void *), void *arg)
{
	double least = 1e9;

	for (int i = 0; i < 5; i++) {
		double start = cpu(), took;
		int n = 0;

		do {
			run(arg);
			took = cpu() - start;
			n++;
		} while (took < 0.02);
		least = took / n < least ? took / n : least;
	}
	return 1e3 * least;
}

static void step(void *m)
{
	sfm_step(m);
}

struct transforms {
	struct sfm_basis basis;
	struct pool *pool;
	double *x, *v, *work;
	kiss_fftnd_cfg there, back;
	kiss_fft_cpx *fx, *fv;
};

static void by_product(void *arg)
{
	struct transforms *t = arg;

	sfm_basis_analyse(&t->basis, 1, t->x, 0, 1, t->v, t->work, t->pool);
	sfm_basis_synthesise(&t->basis, 1, t->v, t->x, t->work, t->pool);
}

static void by_kissfft(void *arg)
{
	struct transforms *t = arg;

	kiss_fftnd(t->there, t->fx, t->fv);
	kiss_fftnd(t->back, t->fv, t->fx);
}

static void bench_transforms(int p, struct pool *pool)
{
	size_t n = (size_t)p * (size_t)p;
	int dims[2] = { p, p };
	struct transforms t = { .pool = pool };

	if (sfm_basis_init(&t.basis, p, 0, NULL))
		exit(1);
	t.x = calloc(n, sizeof(*t.x));
	t.v = calloc(n, sizeof(*t.v));
	t.work = calloc(n, sizeof(*t.work));
	t.fx = calloc(n, sizeof(*t.fx));
	t.fv = calloc(n, sizeof(*t.fv));
	t.there = kiss_fftnd_alloc(dims, 2, 0, NULL, NULL);
	t.back = kiss_fftnd_alloc(dims, 2, 1, NULL, NULL);
	printf("sfm: transform of %d x %d there and back: product, double %.3f ms, "
	       "KissFFT, float %.3f ms\n",
	       p, p, best(by_product, &t), best(by_kissfft, &t));
	sfm_basis_free(&t.basis);
	free(t.x);
	free(t.v);
	free(t.work);
	free(t.fx);
	free(t.fv);
	free(t.there);
	free(t.back);
}

static void bench_step(int p, enum sfm_target target, struct pool *pool, const char *what)
{
	struct sfm_data_config dc = {
		.op = "add", .modulus = p, .train_frac = 0.5, .target = target, .dlog = 1, .seed = 1
	};
	struct sfm_config c = { .beta = 0.1 };
	struct sfm_data d;
	struct sfm m;

	if (sfm_data_init(&d, &dc, NULL) || sfm_init(&m, &d, &c, pool, NULL))
		exit(1);
	printf("sfm: one iteration, p = %d%s: %.3f ms\n", p, what, best(step, &m));
	sfm_free(&m);
	sfm_data_free(&d);
}

int main(void)
{
	static const int moduli[] = { 31, 97, 256, 499 };
	struct pool *pool = pool_create(1, NULL);

	for (int i = 0; i < 4; i++)
		bench_transforms(moduli[i], pool);
	bench_step(31, SFM_QR, pool, "");
	bench_step(97, SFM_QR, pool, " (target 0.5)");
	bench_step(499, SFM_QR, pool, "");
	bench_step(97, SFM_ONEHOT, pool, ", one-hot");
	pool_free(pool);
	return 0;
}
