/*
 * batch - the tokens and answers of a few pairs, and the metric of runs on them
 */
#ifndef CMA_BATCH_H
#define CMA_BATCH_H

#include "cma/cma.h"
#include "gpt/layer.h"

enum { CMA_BATCH = 65 }; /* the most pairs */

struct cma_batch {
	int n;
	int tokens[2 * CMA_BATCH][GPT_LENGTH]; /* n bases, then n sources */
	int answer[CMA_BATCH][2]; /* the one the effect is on; that of the base */
	int target[CMA_BATCH]; /* answer[i][0] */
	int right[CMA_BATCH]; /* that of the source */
	int shift[CMA_BATCH]; /* see cma_pair */
};

void cma_batch_load(struct cma_batch *b, const struct task *t, const struct cma_pair *pair, int n);

/* cma_batch_add - one pair more */
void cma_batch_add(struct cma_batch *b, const struct task *t, struct cma_pair pair);

/*
 * cma_batch_metric - y (n), M of runs from their streams @x (n, C) at `='; @logits: room for (n, V)
 */
void cma_batch_metric(const struct cma_batch *b, const struct gpt_layers *net,
		      enum cma_metric metric, const float *x, float *work, float *logits, float *y);

/* cma_batch_total - M of the sources less that of the bases, (n): the total effects; as above */
void cma_batch_total(const struct cma_batch *b, const struct gpt_layers *net,
		     enum cma_metric metric, const float *at_base, const float *at_source,
		     float *work, float *logits, float *total);

/* cma_batch_gradient - the logits (n, V) of the bases become dM/dlogits */
void cma_batch_gradient(const struct cma_batch *b, int V, enum cma_metric metric, float *logits);

/* cma_batch_right - is answered rightly: both equations of each pair, from logits (2 n, V) */
void cma_batch_right(const struct cma_batch *b, int V, const float *logits, unsigned char *right);

/*
 * cma_no_room - the error that @what on every thread needs @bytes, more than is allowed; returns -1
 */
int cma_no_room(const struct cma_work *w, const char *what, size_t bytes, struct err *e);

/* cma_summary - mean and standard error of x[0], x[step] ... x[(n - 1) step] */
struct cma_effect cma_summary(const float *x, size_t step, int n);

#endif
