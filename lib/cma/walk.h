/*
 * walk - take a row table through the layers step by step; the caller may change x between steps
 * (private to this room)
 *
 *     attend   qkv, heads
 *     attn     x += c_proj(heads)
 *     mlp      x += MLP(x)
 *
 * In the last layer, heads and all that follows have only the rows of the last position, from
 * gpt_from on.  At layer 0 the rows of qkv are those of (token, position) pairs: see cma_keys.
 */
#ifndef CMA_WALK_H
#define CMA_WALK_H

#include "gpt/layer.h"

struct cma_walk {
	const struct gpt_layers *net;
	struct gpt_rows rows;
	float *x, *heads; /* (N, C) */
	float *qkv; /* (N + extra, 3 C); the extra rows are for the caller */
	float *p; /* (N, NN_KEYS, H) attention weights */
	float *work; /* scratch of the steps in gpt/layer.h */
	int *pos; /* (N) position of each row */
};

size_t cma_walk_bytes(const struct gpt_layers *net, int B, int extra); /* memory of a walk */
int cma_walk_create(struct cma_walk *w, const struct gpt_layers *net, int B, int extra,
		    struct err *e);
void cma_walk_free(struct cma_walk *w); /* leaves it empty */

/* cma_walk_start - build the table of @tokens (B, GPT_LENGTH); x becomes the embeddings */
void cma_walk_start(struct cma_walk *w, const int *tokens, int B);
void cma_walk_attend(struct cma_walk *w, int layer);
void cma_walk_attn(struct cma_walk *w, int layer);
void cma_walk_mlp(struct cma_walk *w, int layer);

/* cma_keys - the rows of qkv that row @r of the table attends to */
const int *cma_keys(const struct cma_walk *w, int layer, int r);

#endif
