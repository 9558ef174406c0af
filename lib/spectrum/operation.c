/*
 * operation - operands and answers of one operation in their order, and a network run on all of them
 */
#include "spectrum/operation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpt/linalg.h"
#include "train/residue.h"

/* The labels of the operation in its order. */
static int take_labels(struct operation *g, const struct task *task, struct err *e)
{
	int P = task->modulus;

	if (!task->label)
		return 0;
	g->label = malloc(sizeof(*g->label) * (size_t)g->n * g->n);
	if (!g->label)
		return err_memory(e);
	for (int i = 0; i < g->n; i++)
		for (int j = 0; j < g->n; j++) {
			int c = task_answer(task, (g->op * P + g->residue[i]) * P + g->residue[j]);

			g->label[(size_t)i * g->n + j] = c < 0 ? 0 : c;
		}
	return 0;
}

int operation_init(struct operation *g, const struct task *task, int op, struct err *e)
{
	int P = task->modulus;
	bool power = task->op[op] == TASK_MUL || task->op[op] == TASK_DIV;
	bool minus = task->op[op] == TASK_SUB || task->op[op] == TASK_DIV;
	struct operation made = { .op = op, .n = power ? P - 1 : P };

	if (power && !residue_prime(P))
		return err_set(e, "discrete logarithms need a prime modulus, not %d", P);
	made.residue = malloc(sizeof(*made.residue) * (size_t)P);
	made.answer = malloc(sizeof(*made.answer) * (size_t)P);
	made.split = malloc((size_t)P * P);
	if (!made.residue || !made.answer || !made.split) {
		operation_free(&made);
		return err_memory(e);
	}
	if (power)
		residue_tables(P, NULL, made.residue);
	for (int i = 0; i < made.n; i++) {
		if (!power)
			made.residue[i] = i;
		made.answer[i] = made.residue[i];
	}
	for (int i = 0; i < made.n; i++)
		for (int j = 0; j < made.n; j++)
			made.split[(size_t)i * made.n + j] =
				task->split[((size_t)op * P + made.residue[i]) * P +
					    made.residue[j]];
	if (take_labels(&made, task, e)) {
		operation_free(&made);
		return -1;
	}
	made.task = (struct spectrum_task){ made.n,      P,          minus ? -1 : 1,
					    made.answer, made.split, made.label };
	*g = made;
	return 0;
}

void operation_free(struct operation *g)
{
	free(g->residue);
	free(g->answer);
	free(g->split);
	free(g->label);
	*g = (struct operation){ 0 };
}

/* Tokens (count, 4) of pairs first, first + 1, ... */
static void pair_tokens(const struct operation *g, const struct task *task, int first, int count,
			int *tokens)
{
	for (int i = 0; i < count; i++) {
		int a = g->residue[(first + i) / g->n], b = g->residue[(first + i) % g->n];

		task_tokens(task, (g->op * task->modulus + a) * task->modulus + b,
			    tokens + TASK_LENGTH * (size_t)i);
	}
}

float *operation_logits(const struct operation *g, const struct task *task, struct gpt_work *work,
			const struct gpt *network, struct err *e)
{
	int P = task->modulus, V = network->config.vocab, pairs = g->n * g->n;
	int *tokens = malloc(sizeof(*tokens) * TASK_LENGTH * (size_t)pairs);
	float *logits = malloc(sizeof(*logits) * (size_t)pairs * V);

	if (!tokens || !logits) {
		free(tokens);
		free(logits);
		err_memory(e);
		return NULL;
	}
	pair_tokens(g, task, 0, pairs, tokens);
	gpt_logits(work, network, tokens, pairs, logits);
	free(tokens);
	/* The other tokens are no answers: rows move up from V to P. */
	for (size_t i = 0; i < (size_t)pairs; i++) {
		const float *from = logits + i * V;
		float *to = logits + i * P;
		double mean = 0;

		for (int c = 0; c < P; c++)
			mean += from[c] / P;
		if (!isfinite(mean)) {
			free(logits);
			err_set(e, "logits are NaN or infinite");
			return NULL;
		}
		for (int c = 0; c < P; c++)
			to[c] = (float)(from[c] - mean);
	}
	return logits;
}

/* The stream before the last block's MLP, caught as it passes: (n, C) of one table's equations */
struct caught {
	int last, C;
	float *mid;
};

static void catch_mid(void *arg, enum gpt_site site, int layer, const struct gpt_rows *t, int from,
		      int n, float *x)
{
	struct caught *c = arg;
	size_t offset = (size_t)(t->start[GPT_LENGTH - 1] - from) * c->C;

	if (layer != c->last || n < t->B)
		return;
	if (site == GPT_RESID)
		memcpy(c->mid, x + offset, sizeof(*x) * (size_t)t->B * c->C);
	if (site == GPT_ATTN)
		nn_add((size_t)t->B * c->C, c->mid, x + offset, c->mid);
}

/* units (n, F) = activation(LN(mid) W + b); @ln: (n, C), @stats: (n, 2), scratch */
static void hidden_units(const struct gpt *g, int n, const float *mid, float *ln, float *stats,
			 float *units)
{
	static const char *const names[] = { "ln_2.weight", "ln_2.bias", "mlp.c_fc.weight",
					     "mlp.c_fc.bias" };
	int C = g->config.width, F = g->config.mlp;
	const float *w[4];
	char name[64];

	for (int i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "transformer.h.%d.%s", g->config.layers - 1, names[i]);
		w[i] = g->w + g->param[gpt_find(g, name)].offset;
	}
	nn_norm(n, C, mid, w[0], w[1], ln, stats);
	nn_fill(n, F, w[3], units, F);
	linalg_gemm(LINALG_N, LINALG_N, n, F, C, 1, ln, C, w[2], F, 1, units, F);
	nn_activate(g->config.activation, (size_t)n * F, units, units);
}

int operation_neurons(const struct operation *g, const struct task *task, const struct gpt *network,
		      float *x, struct err *e)
{
	int n = g->n, C = network->config.width, F = network->config.mlp, status = -1;
	size_t floats = (size_t)n * (2 * (size_t)C + 2 + F + network->config.vocab);
	float *mid = malloc(sizeof(*mid) * floats), *ln = mid ? mid + (size_t)n * C : mid;
	float *stats = mid ? ln + (size_t)n * C : mid, *units = mid ? stats + 2 * n : mid;
	float *logits = mid ? units + (size_t)n * F : mid;
	int *tokens = malloc(sizeof(*tokens) * TASK_LENGTH * (size_t)n);
	struct caught mid_of_last = { network->config.layers - 1, C, mid };
	const struct gpt_edit edit = { .hook = catch_mid, .arg = &mid_of_last };
	struct gpt_acts *acts = gpt_acts_create(network, GPT_LENGTH * n, n, e);
	struct gpt_rows rows = { .capacity = 0 };
	bool finite = true;

	if (!acts)
		goto out;
	if (!mid || !tokens) {
		err_memory(e);
		goto out;
	}
	if (gpt_rows_create(&rows, n, e))
		goto out;
	memset(x, 0, sizeof(*x) * (size_t)n * F);
	for (int i = 0; i < n; i++) {
		pair_tokens(g, task, i * n, n, tokens);
		gpt_rows_build(&rows, tokens, n, GPT_LENGTH - 1);
		gpt_forward(network, &rows, acts, &edit, logits);
		hidden_units(network, n, mid, ln, stats, units);
		for (int j = 0; j < n; j++) {
			float *sum = x + (size_t)((i + g->task.sign * j + n) % n) * F;

			for (int f = 0; f < F; f++)
				sum[f] += units[(size_t)j * F + f] / (float)n;
		}
	}
	for (size_t i = 0; i < (size_t)n * F; i++)
		finite &= (bool)isfinite(x[i]);
	status = finite ? 0 : err_set(e, "activations are NaN or infinite");
out:
	gpt_rows_free(&rows);
	gpt_acts_free(acts);
	free(mid);
	free(tokens);
	return status;
}
