/*
 * work - logits of many equations, in tables of a size that does not depend on the threads
 */
#include "gpt/work.h"

#include <stdlib.h>

/* Equations of a table: sixteen tables or more, but with long products. */
enum { SHORT = 128, LONG = 512, PARTS = 16 };

struct gpt_work *gpt_work_create(const struct gpt *g, int P, int ops, int batch, struct pool *pool,
				 struct err *e)
{
	struct gpt_work *w = calloc(1, sizeof(*w));
	int i;

	if (!w)
		goto memory;
	w->pool = pool;
	w->threads = pool_threads(pool);
	w->P = P;
	w->ops = ops;
	w->infer_rows = calloc((size_t)w->threads, sizeof(*w->infer_rows));
	w->infer = calloc((size_t)w->threads, sizeof(*w->infer));
	if (!w->infer_rows || !w->infer)
		goto memory;
	for (i = 0; i < w->threads; i++) {
		if (gpt_rows_create(&w->infer_rows[i], LONG, e))
			goto out;
		w->infer[i] = gpt_acts_create(g, gpt_rows_bound(LONG, P, ops), LONG, e);
		if (!w->infer[i])
			goto out;
	}
	if (!batch || !work_for_gradient(w, g, batch, e))
		return w;
	goto out;
memory:
	err_memory(e);
out:
	gpt_work_free(w);
	return NULL;
}

void gpt_work_free(struct gpt_work *w)
{
	int i;

	if (!w)
		return;
	work_gradient_free(w);
	for (i = 0; i < w->threads; i++) {
		if (w->infer_rows)
			gpt_rows_free(&w->infer_rows[i]);
		if (w->infer)
			gpt_acts_free(w->infer[i]);
	}
	free(w->infer_rows);
	free(w->infer);
	free(w);
}

static void logits(void *arg, int thread, int i)
{
	struct gpt_work *w = arg;
	struct gpt_rows *t = &w->infer_rows[thread];
	int begin = i * w->size, B = w->n - begin < w->size ? w->n - begin : w->size;

	gpt_rows_build(t, w->tokens + at(begin, GPT_LENGTH), B, GPT_LENGTH - 1);
	gpt_forward(w->g, t, w->infer[thread], NULL, w->out + at(begin, w->g->config.vocab));
}

void gpt_logits(struct gpt_work *w, const struct gpt *g, const int *tokens, int n, float *out)
{
	int tables;

	w->g = g;
	w->tokens = tokens;
	w->n = n;
	w->out = out;
	w->size = (n + PARTS - 1) / PARTS;
	w->size = w->size < SHORT ? SHORT : w->size > LONG ? LONG : w->size;
	tables = (n + w->size - 1) / w->size;
	w->size = (n + tables - 1) / tables;
	pool_each(w->pool, tables, logits, w);
}
