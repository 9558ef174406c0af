/*
 * gpt_layer - the steps of a forward pass one by one, on any rows
 *
 * For passes that gpt_forward has no table for: rows that come and go between layers, states put
 * together by hand.  x is the residual stream, (n, C); attention between the first two steps of a
 * block is nn_attend with keys of the caller's making:
 *
 *     gpt_embed    x = token + position
 *     gpt_qkv      LN, queries, keys, values          nn_attend
 *     gpt_attn     x += what attention adds
 *     gpt_mlp      x += what the MLP adds
 *     gpt_unembed  LN, logits
 *
 * One thread.  Long matrices are done a piece at a time, which keeps what is between in the cache;
 * a caller that carries pieces of so many rows through all the steps keeps the rest there too.
 */
#ifndef GPT_LAYER_H
#define GPT_LAYER_H

#include "gpt/gpt.h"

struct gpt_packed;

/* A network whose weights have been made ready for many products.  Threads may share it. */
struct gpt_layers {
	const struct gpt *g; /* borrowed; its weights may not change meanwhile */
	struct gpt_packed *packed; /* (L + 1) */
	float *room;
	int piece; /* rows */
	size_t floats; /* of @work in what follows */
	size_t back_floats; /* of @work in the steps backwards */
};

int gpt_layers_create(struct gpt_layers *f, const struct gpt *g, struct err *e);
void gpt_layers_free(struct gpt_layers *f); /* leaves it empty */

/* gpt_embed - @token, @pos: (n) */
void gpt_embed(const struct gpt *g, int n, const int *token, const int *pos, float *x);

/* gpt_qkv - qkv (n, 3 C); gpt_kv - the same, but queries are left as they are */
void gpt_qkv(const struct gpt_layers *f, int layer, int n, const float *x, float *work, float *qkv);
void gpt_kv(const struct gpt_layers *f, int layer, int n, const float *x, float *work, float *qkv);

/* gpt_qkv_part - columns first .. first + count - 1 of qkv (n, 3 C) alone */
void gpt_qkv_part(const struct gpt_layers *f, int layer, int n, const float *x, int first,
		  int count, float *work, float *qkv);

/* gpt_attn - @heads (n, C), the heads' outputs side by side, go through c_proj with its bias */
void gpt_attn(const struct gpt_layers *f, int layer, int n, const float *heads, float *x);
void gpt_mlp(const struct gpt_layers *f, int layer, int n, float *x, float *work);
void gpt_unembed(const struct gpt_layers *f, int n, const float *x, float *work,
		 float *logits); /* (n, V) */

/*
 * gpt_contrast - y[i] = logit of token pair[i][0] less that of token pair[i][1]; no others are made
 */
void gpt_contrast(const struct gpt_layers *f, int n, const float *x, int (*pair)[2], float *work,
		  float *y);

/*
 * The steps backwards: from the gradient at what a step has made or added, the gradient at its
 * input x, by way of this step alone.  What passes beside it in the stream is for the caller to
 * add.
 */
void gpt_unembed_back(const struct gpt_layers *f, int n, const float *x, const float *dlogits,
		      float *work, float *dx);
void gpt_mlp_back(const struct gpt_layers *f, int layer, int n, const float *x, const float *dy,
		  float *work, float *dx);
void gpt_attn_back(const struct gpt_layers *f, int layer, int n, const float *dy, float *dheads);

/*
 * gpt_qkv_back - @dqkv (n, 3 C)
 *
 * @which: -1: all of it; h, H + h, 2 H + h: the query, the key, the value of head h alone
 */
void gpt_qkv_back(const struct gpt_layers *f, int layer, int n, const float *x, const float *dqkv,
		  int which, float *work, float *dx);

/* gpt_hidden - act (n, F), an MLP's neurons after the activation; _back: dy at what the MLP adds */
void gpt_hidden(const struct gpt_layers *f, int layer, int n, const float *x, float *work,
		float *act);
void gpt_hidden_back(const struct gpt_layers *f, int layer, int n, const float *dy, float *dact);

/* gpt_neuron_weight - (F, C): what a neuron of 1 adds to the stream */
const float *gpt_neuron_weight(const struct gpt *g, int layer);

/* The rows of c_proj that head @head goes through, (C / H, C), and its bias, (C). */
const float *gpt_head_weight(const struct gpt *g, int layer, int head);
const float *gpt_attn_bias(const struct gpt *g, int layer);

#endif
