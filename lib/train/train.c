/* A training run, one step at a time; see train.h. */
#include "train/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RNG_INIT = 2, RNG_BATCHES = 3 }; /* purposes, see rng_seed; the task has 1 and 4 */
enum { BLOCK = 8192 }; /* equations evaluated at a time */

static void shuffle(struct train *t)
{
	struct rng r;

	memcpy(r.s, t->place.rng, sizeof(r.s));
	rng_shuffle(&r, t->order, (size_t)t->train_count);
	memcpy(t->place.rng, r.s, sizeof(r.s));
	t->place.used = 0;
}

static int allocate(struct train *t, struct err *e)
{
	size_t n = (size_t)(t->batch > BLOCK ? t->batch : BLOCK);

	t->order = malloc((size_t)t->train_count * sizeof(*t->order));
	t->grad = calloc(t->g.size, sizeof(*t->grad));
	t->ids = malloc(n * sizeof(*t->ids));
	t->tokens = malloc(n * GPT_LENGTH * sizeof(*t->tokens));
	t->target = malloc(n * sizeof(*t->target));
	t->logits = malloc(BLOCK * (size_t)t->g.config.vocab * sizeof(*t->logits));
	t->losses = malloc(BLOCK * sizeof(*t->losses));
	if (!t->order || !t->grad || !t->ids || !t->tokens || !t->target || !t->logits ||
	    !t->losses)
		return err_memory(e);
	return 0;
}

static void draw_weights(struct train *t, struct rng *r)
{
	switch (t->config.init) {
	case TRAIN_INIT_GPT2:
		gpt_init(&t->g, t->config.init_scale, r);
		break;
	case TRAIN_INIT_TORCH:
		gpt_init_torch(&t->g, r);
		break;
	case TRAIN_INIT_NORMAL:
		gpt_init_plain(&t->g, t->config.init_scale, r);
		break;
	}
}

int train_init(struct train *t, const struct train_config *config, struct pool *pool, struct err *e)
{
	struct rng r;

	memset(t, 0, sizeof(*t));
	t->config = *config;
	t->pool = pool;
	t->grad_norm = NAN;
	t->loss = NAN;
	if (task_init(&t->task, config->ops, config->modulus, config->nonzero, e) ||
	    task_divide(&t->task, config->fraction, (uint64_t)config->split_seed, e))
		goto out;
	if (config->random_labels && task_randomise(&t->task, (uint64_t)config->split_seed, e))
		goto out;
	t->train_count = task_list(&t->task, TASK_TRAIN, NULL);
	t->test_count = task_list(&t->task, TASK_TEST, NULL);
	t->batch = config->batch && config->batch < t->train_count ? config->batch : t->train_count;
	t->config.model.vocab = task_vocab(&t->task);
	if (gpt_create(&t->g, &t->config.model, e) ||
	    optim_init(&t->optim, &config->optim, &t->g, pool_threads(pool), e) || allocate(t, e))
		goto out;
	t->work = gpt_work_create(&t->g, config->modulus, t->task.ops, t->batch, pool, e);
	if (!t->work)
		goto out;
	rng_seed(&r, (uint64_t)config->seed, RNG_INIT);
	draw_weights(t, &r);
	if (config->from && checkpoint_fill(config->from, &t->g, e)) {
		err_prefix(e, "the weights to start from are another network's");
		goto out;
	}
	rng_seed(&r, (uint64_t)config->seed, RNG_BATCHES);
	memcpy(t->place.rng, r.s, sizeof(r.s));
	task_list(&t->task, TASK_TRAIN, t->order);
	t->place.used = t->train_count; /* the first batch starts an epoch */
	return 0;
out:
	train_free(t);
	return -1;
}

void train_free(struct train *t)
{
	gpt_work_free(t->work);
	optim_free(&t->optim);
	gpt_free(&t->g);
	task_free(&t->task);
	free(t->order);
	free(t->grad);
	free(t->ids);
	free(t->tokens);
	free(t->target);
	free(t->logits);
	free(t->losses);
	memset(t, 0, sizeof(*t));
}

static int ascending(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

/* The order in which neighbours share the longest beginnings: by a, then by operation. */
static void sort_batch(struct train *t)
{
	int P = t->task.modulus, ops = t->task.ops, i, id;

	for (i = 0; i < t->batch; i++) {
		id = t->ids[i];
		t->ids[i] = (id / P % P * ops + id / P / P) * P + id % P;
	}
	qsort(t->ids, (size_t)t->batch, sizeof(*t->ids), ascending);
	for (i = 0; i < t->batch; i++) {
		id = t->ids[i];
		t->ids[i] = (id / P % ops * P + id / P / ops) * P + id % P;
	}
}

/* The next batch of the shuffled epochs. */
static void next_batch(struct train *t)
{
	int n = 0, left, take;

	if (t->batch == t->train_count) {
		memcpy(t->ids, t->order, (size_t)t->batch * sizeof(*t->ids));
		return; /* never shuffled */
	}
	while (n < t->batch) {
		if (t->place.used == t->train_count)
			shuffle(t);
		left = t->train_count - (int)t->place.used;
		take = t->batch - n < left ? t->batch - n : left;
		memcpy(t->ids + n, t->order + t->place.used, (size_t)take * sizeof(*t->ids));
		t->place.used += take;
		n += take;
	}
	sort_batch(t);
}

static void look_up(struct train *t, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		task_tokens(&t->task, t->ids[i], t->tokens + (size_t)i * GPT_LENGTH);
		t->target[i] = task_answer(&t->task, t->ids[i]);
	}
}

int train_step(struct train *t, int want_norm, struct err *e)
{
	double norm;

	next_batch(t);
	look_up(t, t->batch);
	t->loss = gpt_gradient(t->work, &t->g, t->tokens, t->target, t->batch, t->grad);
	norm = optim_step(&t->optim, &t->g, t->grad, want_norm, t->pool);
	t->place.step++;
	if (want_norm)
		t->grad_norm = norm;
	if (!isfinite(t->loss) || !isfinite(norm))
		return err_set(e, "step %lld: the loss or its gradient is not finite",
			       (long long)t->place.step);
	return 0;
}

int train_is_right(const float *logits, int V, int target)
{
	int v;

	for (v = 0; v < V; v++)
		if (v != target && !(logits[v] < logits[target]))
			return 0;
	return 1;
}

void train_evaluate(struct train *t, struct train_metrics *m)
{
	double loss[TASK_TEST + 1] = { 0 };
	long right[TASK_TEST + 1] = { 0 };
	int V = t->g.config.vocab, id = 0, n, i, part;

	while (id < task_size(&t->task)) {
		for (n = 0; n < BLOCK && id < task_size(&t->task); id++)
			if (t->task.split[id] != TASK_ABSENT)
				t->ids[n++] = id;
		look_up(t, n);
		gpt_logits(t->work, &t->g, t->tokens, n, t->logits);
		nn_loss(n, V, t->logits, t->target, 0, t->losses);
		for (i = 0; i < n; i++) {
			part = t->task.split[t->ids[i]];
			loss[part] += t->losses[i];
			right[part] +=
				train_is_right(t->logits + (size_t)i * (size_t)V, V, t->target[i]);
		}
	}
	m->train_loss = loss[TASK_TRAIN] / t->train_count;
	m->train_acc = (double)right[TASK_TRAIN] / t->train_count;
	m->test_loss = t->test_count ? loss[TASK_TEST] / t->test_count : (double)NAN;
	m->test_acc = t->test_count ? (double)right[TASK_TEST] / t->test_count : (double)NAN;
	m->weight_norm = optim_norm(&t->optim, &t->g, t->g.w, t->pool);
}
