/*
 * tape - runs with all their activations kept, and gradients back through them
 *
 * Nothing is shared: row pos B + i is position pos of run i, in every array.
 *
 *     x[l] --LN, qkv[l], p[l]--> heads[l] --c_proj--> + x[l] = mid[l] --MLP--> + mid[l] = x[l + 1]
 */
#ifndef CMA_TAPE_H
#define CMA_TAPE_H

#include "gpt/layer.h"

struct cma_tape {
	const struct gpt_layers *net;
	int B, most; /* runs; room for so many */
	float *room;
	float *x; /* (L + 1, N, C) */
	float *qkv; /* (L, N, 3 C) */
	float *p; /* (L, N, NN_KEYS, H) */
	float *heads, *mid; /* (L, N, C) */
	/*
	 * Gradients of one layer, if wanted: at its output, its middle, heads, query, key and
	 * value, input.
	 */
	float *dout, *dmid, *dheads; /* (N, C) */
	float *dqkv; /* (N, 3 C) */
	float *din; /* (N, C) */
	float *work, *spare; /* for the steps; (N, C) */
	int (*key)[GPT_LENGTH]; /* (N) */
};

/* Of layer @l. */
static inline size_t cma_tape_at(const struct cma_tape *t, int l, int width)
{
	return (size_t)l * (size_t)(GPT_LENGTH * t->B) * (size_t)width;
}

size_t cma_tape_bytes(const struct gpt_layers *net, int most, int gradients);
int cma_tape_create(struct cma_tape *t, const struct gpt_layers *net, int most, int gradients,
		    struct err *e);
void cma_tape_free(struct cma_tape *t); /* zeroed is fine */

/* cma_tape_run - @tokens (B, GPT_LENGTH), at most `most' runs */
void cma_tape_run(struct cma_tape *t, const int *tokens, int B);

/* cma_tape_end - the streams at `=' behind the last layer, (B, C) */
float *cma_tape_end(const struct cma_tape *t);

/*
 * cma_tape_start_back - din = the gradient at x[L], from that at the logits (B, V); then, for l
 * from L - 1 down to 0, cma_tape_back makes what was din the dout of layer @l and finds the rest
 */
void cma_tape_start_back(struct cma_tape *t, const float *dlogits);
void cma_tape_back(struct cma_tape *t, int l);

#endif
