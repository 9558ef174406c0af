/*
 * operation - one operation of a network on all pairs of operands, with the residues in the order
 * that turns the operation into addition or subtraction
 *
 *     add, sub   index i stands for the residue i,           n = P
 *     mul, div   index i stands for g^i mod P, where g is    n = P - 1; zero is left out
 *                the least primitive root of the prime P
 *
 * The answer for indices (i, j) then depends on i + j mod n (add, mul) or i - j mod n (sub, div).
 */
#ifndef SPECTRUM_OPERATION_H
#define SPECTRUM_OPERATION_H

#include "gpt/gpt.h"
#include "spectrum/spectrum.h"
#include "train/task.h"

struct operation {
	int op; /* its number in the run */
	int n;
	int *residue; /* (n) residue that each index stands for */
	int *answer; /* (n) answer for each value of i + sign j mod n */
	unsigned char *split; /* (n, n) of enum task_part */
	int *label; /* (n, n) if the task has labels, 0 where there is no equation; else NULL */
	struct spectrum_task task; /* n, P classes, and the tables above */
};

/*
 * operation_init - for operation number @op of @task; -1 with @e when it needs a prime P, or has no
 * order
 */
int operation_init(struct operation *o, const struct task *task, int op, struct err *e);
void operation_free(struct operation *o);

/*
 * operation_logits - the network's logits (n, n, P), of the residues, for all pairs of inputs
 *
 * For each pair the mean over residues is subtracted, on which no loss depends.  Returns an array
 * for the caller to free, or NULL with @e set when memory runs out or a logit is NaN or infinite.
 */
float *operation_logits(const struct operation *o, const struct task *task, struct gpt_work *work,
			const struct gpt *network, struct err *e);

/*
 * operation_tokens - fill @tokens (count, 4) for pairs @first, @first + 1, ...: (i, j) is i n + j
 */
void operation_tokens(const struct operation *o, const struct task *task, int first, int count,
		      int *tokens);

#endif
