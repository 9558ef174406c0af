/*
 * gpt_layer - the steps of a forward pass one by one, on any rows
 *
 * For passes that gpt_forward has no table for: rows that come and go between layers, states put
 * together by hand.  x is the residual stream, (n, C); attention between the first two steps of a
 * block is nn_attend with keys of the caller's making:
 *
 *     gpt_embed    x = token + position
 *     gpt_qkv      LN, queries, keys, values          nn_attend
 *     gpt_attn     y = what attention adds to x
 *     gpt_mlp      y = what the MLP adds to x
 *     gpt_unembed  LN, logits
 *
 * One thread; @work has gpt_layer_floats(g) floats, for as many rows as there may be: long matrices
 * are done a piece at a time, which keeps what is between in the cache.
 */
#ifndef GPT_LAYER_H
#define GPT_LAYER_H

#include "gpt.h"

size_t gpt_layer_floats(const struct gpt *g);

/* gpt_embed - @token, @pos: (n) */
void gpt_embed(const struct gpt *g, int n, const int *token, const int *pos, float *x);

void gpt_qkv(const struct gpt *g, int layer, int n, const float *x, float *work,
	     float *qkv); /* (n, 3 C) */

/* gpt_attn - heads (n, C), the heads' outputs side by side, through c_proj with its bias */
void gpt_attn(const struct gpt *g, int layer, int n, const float *heads, float *y);
void gpt_mlp(const struct gpt *g, int layer, int n, const float *x, float *work, float *y);
void gpt_unembed(const struct gpt *g, int n, const float *x, float *work,
		 float *logits); /* (n, V) */

/* The rows of c_proj that head @head goes through, (C / H, C), and its bias, (C). */
const float *gpt_head_weight(const struct gpt *g, int layer, int head);
const float *gpt_attn_bias(const struct gpt *g, int layer);

#endif
