/*
 * batch - the tokens and answers of a few pairs, and the metric M of runs on them (private to this
 * room)
 */
#ifndef CMA_BATCH_H
#define CMA_BATCH_H

#include "cma/cma.h"
#include "gpt/layer.h"

enum { CMA_BATCH = 65 }; /* the most pairs */

struct cma_batch {
	int n;
	int tokens[2 * CMA_BATCH][GPT_LENGTH]; /* n bases, then n sources */
	int answer[CMA_BATCH][2]; /* y2 and y1: `toward' of the pair, and the base's answer */
	int target[CMA_BATCH]; /* answer[i][0] */
	int right[CMA_BATCH]; /* the source's answer */
	int shift[CMA_BATCH]; /* see cma_pair */
};

/* cma_batch_load - fill @b with @n pairs */
void cma_batch_load(struct cma_batch *b, const struct task *t, const struct cma_pair *pair, int n);

/* cma_batch_add - add one pair */
void cma_batch_add(struct cma_batch *b, const struct task *t, struct cma_pair pair);

/*
 * cma_batch_metric - the metric M of n runs: M(y2) - M(y1), or M(y2) with CMA_LOGPROB
 *
 * @x:      (n, C), their residual streams at `=' after the last layer
 * @work:   net->floats floats of scratch
 * @logits: (n, V), scratch
 * @y:      (n), filled
 */
void cma_batch_metric(const struct cma_batch *b, const struct gpt_layers *net,
		      enum cma_metric metric, const float *x, float *work, float *logits, float *y);

/* cma_batch_total - @total (n): the metric of the sources minus that of the bases */
void cma_batch_total(const struct cma_batch *b, const struct gpt_layers *net,
		     enum cma_metric metric, const float *at_base, const float *at_source,
		     float *work, float *logits, float *total);

/*
 * cma_batch_gradient - replace the logits (n, V) of the bases by the gradient of the metric there
 */
void cma_batch_gradient(const struct cma_batch *b, int V, enum cma_metric metric, float *logits);

/*
 * cma_batch_right - @right (n): are both equations of a pair answered correctly?  @logits: (2 n, V)
 */
void cma_batch_right(const struct cma_batch *b, int V, const float *logits, unsigned char *right);

/*
 * cma_no_room - set @e: @what needs @bytes on every thread, more than w->memory; returns -1
 */
int cma_no_room(const struct cma_work *w, const char *what, size_t bytes, struct err *e);

/* cma_summary - mean and standard error of the n values x[0], x[step], ..., x[(n - 1) step] */
struct cma_effect cma_summary(const float *x, size_t step, int n);

#endif
