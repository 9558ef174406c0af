/* batch - tokens, answers and metric of a few pairs; see batch.h */
#include "cma/batch.h"

#include <math.h>
#include <string.h>

#include "gpt/at.h"
#include "train/train.h"

static void set(struct cma_batch *b, const struct task *t, int i, struct cma_pair pair)
{
	task_tokens(t, pair.base, b->tokens[i]);
	task_tokens(t, pair.source, b->tokens[b->n + i]);
	b->answer[i][0] = b->target[i] = pair.toward;
	b->answer[i][1] = task_answer(t, pair.base);
	b->right[i] = task_answer(t, pair.source);
	b->shift[i] = pair.shift;
}

void cma_batch_load(struct cma_batch *b, const struct task *t, const struct cma_pair *pair, int n)
{
	int i;

	b->n = n;
	for (i = 0; i < n; i++)
		set(b, t, i, pair[i]);
}

void cma_batch_add(struct cma_batch *b, const struct task *t, struct cma_pair pair)
{
	memmove(b->tokens[b->n + 1], b->tokens[b->n], (size_t)b->n * sizeof(*b->tokens));
	b->n++;
	set(b, t, b->n - 1, pair);
}

void cma_batch_metric(const struct cma_batch *b, const struct gpt_layers *net,
		      enum cma_metric metric, const float *x, float *work, float *logits, float *y)
{
	double loss[CMA_BATCH];
	int i;

	if (metric == CMA_LOGIT) {
		gpt_contrast(net, b->n, x, (int(*)[2])b->answer, work, y);
		return;
	}
	gpt_unembed(net, b->n, x, work, logits);
	nn_loss(b->n, net->g->config.vocab, logits, b->target, 0, loss);
	for (i = 0; i < b->n; i++)
		y[i] = (float)-loss[i];
}

void cma_batch_gradient(const struct cma_batch *b, int V, enum cma_metric metric, float *logits)
{
	double loss[CMA_BATCH];
	int i;

	if (metric == CMA_LOGPROB) {
		nn_loss(b->n, V, logits, b->target, -1, loss);
		return;
	}
	memset(logits, 0, at(b->n, V) * sizeof(float));
	for (i = 0; i < b->n; i++) {
		logits[at(i, V) + (size_t)b->answer[i][0]] += 1;
		logits[at(i, V) + (size_t)b->answer[i][1]] -= 1;
	}
}

void cma_batch_total(const struct cma_batch *b, const struct gpt_layers *net,
		     enum cma_metric metric, const float *at_base, const float *at_source,
		     float *work, float *logits, float *total)
{
	float base[CMA_BATCH], source[CMA_BATCH];
	int i;

	cma_batch_metric(b, net, metric, at_base, work, logits, base);
	cma_batch_metric(b, net, metric, at_source, work, logits, source);
	for (i = 0; i < b->n; i++)
		total[i] = source[i] - base[i];
}

int cma_no_room(const struct cma_work *w, const char *what, size_t bytes, struct err *e)
{
	return err_set(e, "%s needs %.6g MB on each thread, more than the %.6g allowed", what,
		       (double)bytes / 1e6, (double)w->memory / 1e6);
}

void cma_batch_right(const struct cma_batch *b, int V, const float *logits, unsigned char *right)
{
	int i;

	for (i = 0; i < b->n; i++)
		right[i] = train_is_right(logits + at(i, V), V, b->answer[i][1]) &&
			   train_is_right(logits + at(b->n + i, V), V, b->right[i]);
}

struct cma_effect cma_summary(const float *x, size_t step, int n)
{
	double mean = 0, var = 0;
	int i;

	for (i = 0; i < n; i++)
		mean += x[(size_t)i * step] / n;
	for (i = 0; i < n; i++)
		var += (x[(size_t)i * step] - mean) * (x[(size_t)i * step] - mean);
	return (struct cma_effect){ mean, n > 1 ? sqrt(var / (n - 1) / n) : NAN };
}
