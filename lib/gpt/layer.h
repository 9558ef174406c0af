/*
 * gpt_layer - the steps of a forward pass one by one, on any rows
 *
 * For passes that gpt_forward cannot do with a row table: rows are added or dropped between
 * layers, or the caller makes up states.  x is the residual stream, (n, C).  Attention, between the
 * first two steps of a block, is nn_attend with keys that the caller chooses:
 *
 *     gpt_embed    x = token + position
 *     gpt_qkv      LN, queries, keys, values          nn_attend
 *     gpt_attn     x += what attention adds
 *     gpt_mlp      x += what the MLP adds
 *     gpt_unembed  LN, logits
 *
 * Each call uses one thread.  Long matrices are computed in pieces of f->piece rows, which keeps
 * intermediate results in the cache; a caller that takes pieces of that size through all steps
 * keeps the stream there too.
 */
#ifndef GPT_LAYER_H
#define GPT_LAYER_H

#include "gpt/gpt.h"

struct gpt_packed;

/* A network whose matrices have been packed for many products.  Threads may share it. */
struct gpt_layers {
	const struct gpt *g; /* borrowed; its weights must not change while this is used */
	struct gpt_packed *packed; /* (L + 1) */
	float *room;
	int piece; /* rows of a piece */
	size_t floats; /* that @work of the steps below must hold */
	size_t back_floats; /* that @work of the steps backwards must hold */
};

int gpt_layers_create(struct gpt_layers *f, const struct gpt *g, struct err *e);
void gpt_layers_free(struct gpt_layers *f); /* leaves it empty */

/* gpt_embed - x (n, C) = wte[token] + wpe[pos], @token and @pos (n) */
void gpt_embed(const struct gpt *g, int n, const int *token, const int *pos, float *x);

/* gpt_qkv - fill qkv (n, 3 C); gpt_kv - the same, but the queries in it are not written */
void gpt_qkv(const struct gpt_layers *f, int layer, int n, const float *x, float *work, float *qkv);
void gpt_kv(const struct gpt_layers *f, int layer, int n, const float *x, float *work, float *qkv);

/* gpt_qkv_part - columns first .. first + count - 1 of qkv (n, 3 C) alone */
void gpt_qkv_part(const struct gpt_layers *f, int layer, int n, const float *x, int first,
		  int count, float *work, float *qkv);

/* gpt_attn - x += c_proj(heads) with its bias; @heads (n, C): the heads' outputs side by side */
void gpt_attn(const struct gpt_layers *f, int layer, int n, const float *heads, float *x);
void gpt_mlp(const struct gpt_layers *f, int layer, int n, float *x, float *work);
void gpt_unembed(const struct gpt_layers *f, int n, const float *x, float *work,
		 float *logits); /* (n, V) */

/*
 * gpt_contrast - y[i] = logit of token pair[i][0] minus logit of token pair[i][1]
 *
 * No other logits are computed.
 */
void gpt_contrast(const struct gpt_layers *f, int n, const float *x, int (*pair)[2], float *work,
		  float *y);

/*
 * The steps backwards: from the gradient at what a step computes (or adds to the stream), the
 * gradient at its input x through this step alone.  The caller adds the gradient that passes
 * through the residual connection.
 */
void gpt_unembed_back(const struct gpt_layers *f, int n, const float *x, const float *dlogits,
		      float *work, float *dx);
void gpt_mlp_back(const struct gpt_layers *f, int layer, int n, const float *x, const float *dy,
		  float *work, float *dx);
void gpt_attn_back(const struct gpt_layers *f, int layer, int n, const float *dy, float *dheads);

/*
 * gpt_qkv_back - from the gradient @dqkv (n, 3 C) at queries, keys and values
 *
 * @which: -1: all of it; h, H + h or 2 H + h: only the query, key or value of head h
 */
void gpt_qkv_back(const struct gpt_layers *f, int layer, int n, const float *x, const float *dqkv,
		  int which, float *work, float *dx);

/*
 * gpt_hidden - act (n, F), an MLP's hidden units after the activation
 * gpt_hidden_back - dact from dy, the gradient at what the MLP adds to the stream
 */
void gpt_hidden(const struct gpt_layers *f, int layer, int n, const float *x, float *work,
		float *act);
void gpt_hidden_back(const struct gpt_layers *f, int layer, int n, const float *dy, float *dact);

/* gpt_neuron_weight - (F, C), mlp.c_proj: row f is what hidden unit f adds to the stream at 1 */
const float *gpt_neuron_weight(const struct gpt *g, int layer);

/* gpt_head_weight - the rows of attn.c_proj that @head's output is multiplied by, (C / H, C) */
const float *gpt_head_weight(const struct gpt *g, int layer, int head);
/* gpt_attn_bias - the bias of attn.c_proj, (C) */
const float *gpt_attn_bias(const struct gpt *g, int layer);

#endif
