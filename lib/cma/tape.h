/*
 * tape - runs whose activations are all kept, and backward passes through them (private to this
 * room)
 *
 * Prefixes are not shared: in every array, row pos B + i is position pos of run i.
 *
 *     x[l] --LN, qkv[l], p[l]--> heads[l] --c_proj--> + x[l] = mid[l] --MLP--> + mid[l] = x[l + 1]
 */
#ifndef CMA_TAPE_H
#define CMA_TAPE_H

#include "gpt/layer.h"

struct cma_tape {
	const struct gpt_layers *net;
	int B, most; /* number of runs, and the most there is room for */
	float *room;
	float *x; /* (L + 1, N, C) */
	float *qkv; /* (L, N, 3 C) */
	float *p; /* (L, N, NN_KEYS, H) */
	float *heads, *mid; /* (L, N, C) */
	/* Gradients of one layer, NULL unless wanted: at x[l + 1], mid, heads, qkv and x[l]. */
	float *dout, *dmid, *dheads; /* (N, C) */
	float *dqkv; /* (N, 3 C) */
	float *din; /* (N, C) */
	float *work, *spare; /* scratch: of the steps of gpt/layer.h; (N, C) */
	int (*key)[GPT_LENGTH]; /* (N) */
};

/* Offset of layer @l in an array of @width floats a row. */
static inline size_t cma_tape_at(const struct cma_tape *t, int l, int width)
{
	return (size_t)l * (size_t)(GPT_LENGTH * t->B) * (size_t)width;
}

/* cma_tape_bytes - memory for @most runs; @gradients: 1: with gradients */
size_t cma_tape_bytes(const struct gpt_layers *net, int most, int gradients);
int cma_tape_create(struct cma_tape *t, const struct gpt_layers *net, int most, int gradients,
		    struct err *e);
void cma_tape_free(struct cma_tape *t); /* a zeroed struct is allowed */

/* cma_tape_run - run the network on @tokens (B, GPT_LENGTH), B up to `most' */
void cma_tape_run(struct cma_tape *t, const int *tokens, int B);

/* cma_tape_end - the streams at `=' after the last layer, (B, C) */
float *cma_tape_end(const struct cma_tape *t);

/*
 * cma_tape_start_back - begin a backward pass: din is the gradient at x[L], from @dlogits (B, V)
 *
 * cma_tape_back - then, for l = L - 1 down to 0: the gradients of layer @l; dout is the former din
 */
void cma_tape_start_back(struct cma_tape *t, const float *dlogits);
void cma_tape_back(struct cma_tape *t, int l);

#endif
