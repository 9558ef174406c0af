#include "grid.h"

#include <math.h>
#include <stdlib.h>

#include "residue.h"

int grid_init(struct grid *g, const struct task *task, int op, struct err *e)
{
	int P = task->modulus;
	bool power = task->op[op] == TASK_MUL || task->op[op] == TASK_DIV;
	bool minus = task->op[op] == TASK_SUB || task->op[op] == TASK_DIV;
	struct grid new = { .op = op, .n = power ? P - 1 : P };

	if (power && !residue_prime(P))
		return err_set(e, "discrete logarithms need a prime modulus, not %d", P);
	new.residue = malloc(sizeof(*new.residue) * (size_t)P);
	new.answer = malloc(sizeof(*new.answer) * (size_t)P);
	new.split = malloc((size_t)P * P);
	if (!new.residue || !new.answer || !new.split) {
		grid_free(&new);
		return err_memory(e);
	}
	if (power)
		residue_tables(P, NULL, new.residue);
	for (int i = 0; i < new.n; i++) {
		if (!power)
			new.residue[i] = i;
		new.answer[i] = new.residue[i];
	}
	for (int i = 0; i < new.n; i++)
		for (int j = 0; j < new.n; j++)
			new.split[(size_t)i * new.n + j] =
				task->split[((size_t)op * P + new.residue[i]) * P + new.residue[j]];
	new.task = (struct spectrum_task){ new.n, P, minus ? -1 : 1, new.answer, new.split };
	*g = new;
	return 0;
}

void grid_free(struct grid *g)
{
	free(g->residue);
	free(g->answer);
	free(g->split);
	*g = (struct grid){ 0 };
}

float *grid_logits(const struct grid *g, const struct task *task, struct gpt_work *work,
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
	for (int i = 0; i < pairs; i++)
		task_tokens(task, (g->op * P + g->residue[i / g->n]) * P + g->residue[i % g->n],
			    tokens + TASK_LENGTH * (size_t)i);
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
