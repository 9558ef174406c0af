/* The runs on the bases and on the sources of a chunk of pairs; see runs.h. */
#include "cma/runs.h"

size_t cma_runs_bytes(const struct gpt_layers *net, int most, int gradients)
{
	return cma_tape_bytes(net, most, gradients) + cma_tape_bytes(net, most, 0);
}

int cma_runs_create(struct cma_runs *r, const struct gpt_layers *net, int most, int gradients,
		    struct err *e)
{
	return cma_tape_create(&r->base, net, most, gradients, e) ||
			       cma_tape_create(&r->source, net, most, 0, e)
		       ? -1
		       : 0;
}

void cma_runs_free(struct cma_runs *r)
{
	cma_tape_free(&r->base);
	cma_tape_free(&r->source);
}

void cma_runs_do(struct cma_runs *r, const struct task *t, const struct cma_pair *pair, int n)
{
	cma_batch_load(&r->batch, t, pair, n);
	cma_tape_run(&r->base, r->batch.tokens[0], n);
	cma_tape_run(&r->source, r->batch.tokens[n], n);
}
