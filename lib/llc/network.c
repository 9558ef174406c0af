/*
 * llc network - loss, gradient and accuracy of a network, for weights in any array
 *
 * Everything is computed on one thread, so that the bits do not depend on how many chains run at
 * the same time.
 */
#include "llc/network.h"

#include <stdlib.h>
#include <string.h>

#include "gpt/optim.h"
#include "train/train.h"

enum { BLOCK = 1024 }; /* equations whose logits are held at a time */

struct llc_network {
	struct gpt g; /* the caller's layout with the weights at hand */
	const struct llc_data *data;
	struct pool *pool; /* of one */
	struct gpt_work *work;
	int batch;
	int *tokens, *target; /* (batch) */
	float *logits; /* (BLOCK, V) */
	double *losses; /* (BLOCK) */
};

int llc_data_init(struct llc_data *data, const struct task *t, const int *ids, int n, struct err *e)
{
	int *tokens = malloc((size_t)n * GPT_LENGTH * sizeof(*tokens));
	int *target = malloc((size_t)n * sizeof(*target));
	int i;

	if (!tokens || !target) {
		free(tokens);
		free(target);
		return err_memory(e);
	}
	for (i = 0; i < n; i++) {
		task_tokens(t, ids[i], tokens + (size_t)i * GPT_LENGTH);
		target[i] = task_answer(t, ids[i]);
	}
	*data = (struct llc_data){ n, t->modulus, t->ops, tokens, target };
	return 0;
}

void llc_data_free(struct llc_data *data)
{
	free(data->tokens);
	free(data->target);
	*data = (struct llc_data){ 0 };
}

struct llc_network *llc_network_open(const struct gpt *g, const struct llc_data *data, int batch,
				     struct err *e)
{
	struct llc_network *n = calloc(1, sizeof(*n));
	size_t room = (size_t)batch + 1;

	if (!n) {
		err_memory(e);
		return NULL;
	}
	n->g = *g;
	n->data = data;
	n->batch = batch;
	n->tokens = malloc(room * GPT_LENGTH * sizeof(*n->tokens));
	n->target = malloc(room * sizeof(*n->target));
	n->logits = malloc((size_t)BLOCK * (size_t)g->config.vocab * sizeof(*n->logits));
	n->losses = malloc(BLOCK * sizeof(*n->losses));
	if (!n->tokens || !n->target || !n->logits || !n->losses)
		err_memory(e);
	else if ((n->pool = pool_create(1, e)))
		n->work = gpt_work_create(g, data->P, data->ops, data->n, n->pool, e);
	if (n->work)
		return n;
	llc_network_free(n);
	return NULL;
}

void llc_network_free(struct llc_network *n)
{
	if (!n)
		return;
	gpt_work_free(n->work);
	pool_free(n->pool);
	free(n->tokens);
	free(n->target);
	free(n->logits);
	free(n->losses);
	free(n);
}

/* Mean loss of n equations at the weights at hand, and the share of right answers. */
static double evaluate(struct llc_network *n, const int *tokens, const int *target, int count,
		       double *accuracy)
{
	int V = n->g.config.vocab, i, from, m;
	double loss = 0;
	long right = 0;

	for (from = 0; from < count; from += m) {
		m = count - from < BLOCK ? count - from : BLOCK;
		gpt_logits(n->work, &n->g, tokens + (size_t)from * GPT_LENGTH, m, n->logits);
		for (i = 0; accuracy && i < m; i++)
			right += train_is_right(n->logits + (size_t)i * (size_t)V, V,
						target[from + i]);
		nn_loss(m, V, n->logits, target + from, 0, n->losses);
		for (i = 0; i < m; i++)
			loss += n->losses[i];
	}
	if (accuracy)
		*accuracy = (double)right / count;
	return loss / count;
}

static double loss(void *arg, const float *w, int all, float *grad)
{
	struct llc_network *n = arg;
	const int *tokens = all ? n->data->tokens : n->tokens;
	const int *target = all ? n->data->target : n->target;
	int count = all ? n->data->n : n->batch;

	n->g.w = (float *)w; /* read only */
	if (!grad)
		return evaluate(n, tokens, target, count, NULL);
	return gpt_gradient(n->work, &n->g, tokens, target, count, grad);
}

static double accuracy(void *arg, const float *w)
{
	struct llc_network *n = arg;
	double share;

	n->g.w = (float *)w;
	evaluate(n, n->data->tokens, n->data->target, n->data->n, &share);
	return share;
}

/*
 * A batch in the order of the data, whose neighbours share prefixes (Knuth's selection sampling).
 */
static void draw(void *arg, struct rng *r)
{
	struct llc_network *n = arg;
	int left = n->batch, i, to = 0;

	for (i = 0; left; i++) {
		if (rng_below(r, (uint64_t)(n->data->n - i)) >= (uint64_t)left)
			continue;
		memcpy(n->tokens + (size_t)to * GPT_LENGTH,
		       n->data->tokens + (size_t)i * GPT_LENGTH, GPT_LENGTH * sizeof(*n->tokens));
		n->target[to++] = n->data->target[i];
		left--;
	}
}

struct llc_potential llc_network_potential(struct llc_network *n)
{
	return (struct llc_potential){ n, loss, n->batch ? draw : NULL, accuracy };
}

int llc_polish(struct llc_network *n, struct gpt *g, int steps, struct err *e)
{
	const struct optim_config adam = {
		.lr = 1e-4, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .last = steps
	};
	float *grad = calloc(g->size, sizeof(*grad));
	struct optim optim;
	int i;

	if (!grad)
		return err_memory(e);
	if (optim_init(&optim, &adam, g, 1, e)) {
		free(grad);
		return -1;
	}
	for (i = 0; i < steps; i++) {
		loss(n, g->w, 1, grad);
		optim_step(&optim, g, grad, 0, n->pool);
	}
	optim_free(&optim);
	free(grad);
	return 0;
}
