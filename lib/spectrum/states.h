/*
 * states - the residual stream and hidden units at `=', for all pairs of operands of an operation
 */
#ifndef SPECTRUM_STATES_H
#define SPECTRUM_STATES_H

#include "spectrum/operation.h"

/*
 * For one i and all j, indices in the order of the operation (operation.h):
 *
 * @stream:  (2 L, n, C), the residual stream after attention and after the MLP of each block
 * @before:  (n, F), hidden units of the last MLP before the activation
 * @units:   (n, F), after it
 * @logits:  (n, V)
 */
struct states {
	int i, vocab;
	const float *stream, *before, *units, *logits;
};

/*
 * states_walk - run the network on all pairs, and call @visit for i = 0, 1, ..., n-1
 *
 * Returns 0, or -1 with @e when memory runs out or a hidden unit is NaN or infinite.
 */
int states_walk(const struct operation *o, const struct task *task, const struct gpt *network,
		void (*visit)(void *arg, const struct states *s), void *arg, struct err *e);

/*
 * states_neurons - the last block's hidden units as a matrix with a row for each answer
 *
 * @x: (n, F), filled; row s is the mean, after the activation, over the pairs (i, j) with
 *     i + sign j = s mod n
 *
 * Returns 0, or -1 with @e as states_walk.
 */
int states_neurons(const struct operation *o, const struct task *task, const struct gpt *network,
		   float *x, struct err *e);

#endif
