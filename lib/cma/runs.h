/*
 * runs - the two runs that mediation compares, of a chunk of pairs, with their activations kept
 * (private to this room)
 *
 * The run on the bases may also have a backward pass; that on the sources never needs one.
 */
#ifndef CMA_RUNS_H
#define CMA_RUNS_H

#include "cma/batch.h"
#include "cma/tape.h"

struct cma_runs {
	struct cma_batch batch;
	struct cma_tape base, source;
};

/* cma_runs_bytes - memory for @most pairs; @gradients: 1: with a backward pass of the bases */
size_t cma_runs_bytes(const struct gpt_layers *net, int most, int gradients);
int cma_runs_create(struct cma_runs *r, const struct gpt_layers *net, int most, int gradients,
		    struct err *e);
void cma_runs_free(struct cma_runs *r); /* a zeroed struct is allowed */

/* cma_runs_do - run the network on both equations of @n pairs */
void cma_runs_do(struct cma_runs *r, const struct task *t, const struct cma_pair *pair, int n);

#endif
