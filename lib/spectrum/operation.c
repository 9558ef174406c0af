/*
 * operation - the tables of an operation (operation.h), and running a network on all its inputs
 */
#include "spectrum/operation.h"

#include <math.h>
#include <stdlib.h>

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
	const struct task_operation *o = task_operation(task->op[op]);
	int power = o->order == TASK_PRODUCTS;
	struct operation made = { .op = op, .n = power ? P - 1 : P };

	if (o->order == TASK_UNORDERED)
		return err_set(e, "'%s' is no addition in any order of the residues", o->name);
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
	made.task =
		(struct spectrum_task){ made.n, P, o->sign, made.answer, made.split, made.label };
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

void operation_tokens(const struct operation *g, const struct task *task, int first, int count,
		      int *tokens)
{
	for (int i = 0; i < count; i++) {
		int a = g->residue[(first + i) / g->n], b = g->residue[(first + i) % g->n];

		task_tokens(task, (g->op * task->modulus + a) * task->modulus + b,
			    tokens + GPT_LENGTH * (size_t)i);
	}
}

float *operation_logits(const struct operation *g, const struct task *task, struct gpt_work *work,
			const struct gpt *network, struct err *e)
{
	int P = task->modulus, V = network->config.vocab, pairs = g->n * g->n;
	int *tokens = malloc(sizeof(*tokens) * GPT_LENGTH * (size_t)pairs);
	float *logits = malloc(sizeof(*logits) * (size_t)pairs * V);

	if (!tokens || !logits) {
		free(tokens);
		free(logits);
		err_memory(e);
		return NULL;
	}
	operation_tokens(g, task, 0, pairs, tokens);
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
