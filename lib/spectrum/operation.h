/*
 * operation - one operation of a network, on all pairs of operands in the order that turns it into
 * addition or subtraction
 *
 *     add, sub   index i is the residue i,            n = P
 *     mul, div   index i is g^i mod P, g the least    n = P - 1, zero left out
 *                primitive root, P a prime
 *
 * so that the answer to indices (i, j) depends on i + j mod n (add, mul) or i - j mod n (sub, div).
 */
#ifndef SPECTRUM_OPERATION_H
#define SPECTRUM_OPERATION_H

#include "gpt/gpt.h"
#include "spectrum/spectrum.h"
#include "train/task.h"

struct operation {
	int op; /* its place in the run */
	int n;
	int *residue; /* (n), of each index */
	int *answer; /* (n), of each i + sign j mod n */
	unsigned char *split; /* (n, n) */
	int *label; /* (n, n) if the task has labels, 0 where there is no equation; else NULL */
	struct spectrum_task task; /* n, P classes, and the tables above */
};

/* operation_init - that at place @op of @task; -1 with @e when it needs a prime and P is none */
int operation_init(struct operation *o, const struct task *task, int op, struct err *e);
void operation_free(struct operation *o);

/*
 * operation_logits - the network's logits (n, n, P) for the residues as answers, less their mean
 * for each pair of inputs, on which no loss depends
 *
 * Returns an array for the caller to free, or NULL with @e set when memory runs out or a logit is
 * NaN or infinite.
 */
float *operation_logits(const struct operation *o, const struct task *task, struct gpt_work *work,
			const struct gpt *network, struct err *e);

/* operation_tokens - inputs (count, 4) of pairs first, first + 1, ...; i n + j is (i, j) */
void operation_tokens(const struct operation *o, const struct task *task, int first, int count,
		      int *tokens);

#endif
