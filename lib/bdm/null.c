/* K of the same symbols in random order: null values; see bdm_null in bdm.h. */
#include "bdm/bdm.h"

#include <stdlib.h>
#include <string.h>

struct null {
	const struct bdm_shuffles *s;
	int threads;
	const uint8_t *symbol;
	size_t rows, cols;
	double *K;
	int *status; /* by thread, as @e */
	struct err *e;
};

/* Shuffle the symbols afresh for draw @j, so that it does not matter who did the one before. */
static int draw(const struct null *w, int j, uint8_t *shuffled, struct err *e)
{
	size_t n = w->rows * w->cols;
	struct bdm_result r;
	struct rng rng;
	int i;

	memcpy(shuffled, w->symbol, n);
	rng_seed(&rng, w->s->seed, w->s->purpose + (uint64_t)j);
	bdm_shuffle(&rng, shuffled, n);
	for (i = 0; i < w->s->measures; i++) {
		if (bdm_measure(&w->s->measure[i], shuffled, w->rows, w->cols, &r, e))
			return -1;
		w->K[i * w->s->draws + j] = r.bits;
	}
	return 0;
}

static void task(void *arg, int thread)
{
	const struct null *w = arg;
	uint8_t *shuffled = malloc(w->rows * w->cols + 1);
	int j, status = shuffled ? 0 : err_memory(&w->e[thread]);

	for (j = thread; j < w->s->draws && !status; j += w->threads)
		status = draw(w, j, shuffled, &w->e[thread]);
	free(shuffled);
	w->status[thread] = status;
}

int bdm_null(const struct bdm_shuffles *s, const uint8_t *symbol, size_t rows, size_t cols,
	     double *K, struct err *e)
{
	int threads = pool_threads(s->pool), t, status = 0;
	struct null w = { s, threads, symbol, rows, cols, K, NULL, NULL };

	w.status = calloc((size_t)threads, sizeof(*w.status));
	w.e = calloc((size_t)threads, sizeof(*w.e));
	if (!w.status || !w.e) {
		status = err_memory(e);
		goto out;
	}
	pool_run(s->pool, task, &w);
	for (t = 0; t < threads && !status; t++)
		if (w.status[t])
			status = err_copy(e, &w.e[t]);
out:
	free(w.status);
	free(w.e);
	return status;
}
