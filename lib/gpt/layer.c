/*
 * layer - the steps of a forward pass one by one; see layer.h
 */
#include "gpt/layer.h"

#include <limits.h>
#include <stdlib.h>

#include "gpt/acts.h"
#include "gpt/linalg.h"

/* Rows of a piece where products want long matrices: hidden units of the narrow fit the cache, */
enum { NARROW_PIECE = 240, WIDE_PIECE = 960, WIDE = 256 }; /* weights of the wide do not */

static const struct linalg_packed *factor(const struct gpt_layers *f, int layer, enum gpt_matrix i)
{
	return &f->packed[layer].m[i];
}

int gpt_layers_create(struct gpt_layers *f, const struct gpt *g, struct err *e)
{
	int C = g->config.width, F = g->config.mlp, L = g->config.layers, l;
	size_t each = gpt_room(g), all = ((size_t)L + 1) * each;

	*f = (struct gpt_layers){ .g = g, .piece = linalg_piece(INT_MAX) };
	if (f->piece > WIDE_PIECE)
		f->piece = C < WIDE ? NARROW_PIECE : WIDE_PIECE;
	f->floats = at(f->piece, C + 2 + F);
	f->back_floats = at(f->piece, C + 2 + 2 * F) + at(2, C);
	f->packed = malloc(((size_t)L + 1) * sizeof(*f->packed));
	f->room = aligned_alloc(64, all * sizeof(float));
	if (!f->packed || !f->room) {
		gpt_layers_free(f);
		return err_memory(e);
	}
	for (l = 0; l < L; l++)
		gpt_pack_block(g, l, LINALG_N, f->room + (size_t)l * each, &f->packed[l]);
	gpt_pack_block(g, L, LINALG_T, f->room + (size_t)L * each, &f->packed[L]);
	return 0;
}

void gpt_layers_free(struct gpt_layers *f)
{
	free(f->packed);
	free(f->room);
	*f = (struct gpt_layers){ 0 };
}

void gpt_embed(const struct gpt *g, int n, const int *token, const int *pos, float *x)
{
	const float *wte = gpt_at(g, g->w, GPT_WTE), *wpe = gpt_at(g, g->w, GPT_WPE);
	int C = g->config.width, i;

	for (i = 0; i < n; i++)
		nn_add((size_t)C, wte + at(token[i], C), wpe + at(pos[i], C), x + at(i, C));
}

static void project(const struct gpt_layers *f, int layer, int queries, int n, const float *x,
		    float *work, float *qkv)
{
	const float *bias = gpt_weight(f->g, layer, GPT_QKV_B);
	int C = f->g->config.width, m;

	for (; n > 0; n -= m, x += at(m, C), qkv += at(m, 3 * C)) {
		m = n < f->piece ? n : f->piece;
		nn_norm(m, C, x, gpt_weight(f->g, layer, GPT_LN1_W),
			gpt_weight(f->g, layer, GPT_LN1_B), work, work + at(f->piece, C));
		if (queries)
			linalg_affine(m, work, C, factor(f, layer, GPT_QUERY), bias, NULL, qkv,
				      3 * C);
		linalg_affine(m, work, C, factor(f, layer, GPT_KEY_VALUE), bias + C, NULL, qkv + C,
			      3 * C);
	}
}

void gpt_qkv(const struct gpt_layers *f, int layer, int n, const float *x, float *work, float *qkv)
{
	project(f, layer, 1, n, x, work, qkv);
}

void gpt_kv(const struct gpt_layers *f, int layer, int n, const float *x, float *work, float *qkv)
{
	project(f, layer, 0, n, x, work, qkv);
}

void gpt_qkv_part(const struct gpt_layers *f, int layer, int n, const float *x, int first,
		  int count, float *work, float *qkv)
{
	int C = f->g->config.width, m;

	for (; n > 0; n -= m, x += at(m, C), qkv += at(m, 3 * C)) {
		m = n < f->piece ? n : f->piece;
		nn_norm(m, C, x, gpt_weight(f->g, layer, GPT_LN1_W),
			gpt_weight(f->g, layer, GPT_LN1_B), work, work + at(f->piece, C));
		nn_fill(m, count, gpt_weight(f->g, layer, GPT_QKV_B) + first, qkv + first, 3 * C);
		linalg_gemm(LINALG_N, LINALG_N, m, count, C, 1, work, C,
			    gpt_weight(f->g, layer, GPT_QKV_W) + first, 3 * C, 1, qkv + first,
			    3 * C);
	}
}

void gpt_attn(const struct gpt_layers *f, int layer, int n, const float *heads, float *x)
{
	int C = f->g->config.width, m;

	for (; n > 0; n -= m, heads += at(m, C), x += at(m, C)) {
		m = n < f->piece ? n : f->piece;
		linalg_affine(m, heads, C, factor(f, layer, GPT_PROJ),
			      gpt_weight(f->g, layer, GPT_PROJ_B), x, x, C);
	}
}

void gpt_mlp(const struct gpt_layers *f, int layer, int n, float *x, float *work)
{
	const struct gpt_config *c = &f->g->config;
	int C = c->width, F = c->mlp, m;
	float *stats = work + at(f->piece, C), *hidden = stats + at(f->piece, 2);

	for (; n > 0; n -= m, x += at(m, C)) {
		m = n < f->piece ? n : f->piece;
		nn_norm(m, C, x, gpt_weight(f->g, layer, GPT_LN2_W),
			gpt_weight(f->g, layer, GPT_LN2_B), work, stats);
		linalg_affine(m, work, C, factor(f, layer, GPT_FC),
			      gpt_weight(f->g, layer, GPT_FC_B), NULL, hidden, F);
		nn_activate(c->activation, at(m, F), hidden, hidden);
		linalg_affine(m, hidden, F, factor(f, layer, GPT_OUT),
			      gpt_weight(f->g, layer, GPT_OUT_B), x, x, C);
	}
}

static void final_norm(const struct gpt_layers *f, int n, const float *x, float *work)
{
	const struct gpt *g = f->g;

	nn_norm(n, g->config.width, x, gpt_at(g, g->w, gpt_lnf(g)), gpt_at(g, g->w, gpt_lnf(g) + 1),
		work, work + at(f->piece, g->config.width));
}

void gpt_unembed(const struct gpt_layers *f, int n, const float *x, float *work, float *logits)
{
	int C = f->g->config.width, V = f->g->config.vocab, m;

	for (; n > 0; n -= m, x += at(m, C), logits += at(m, V)) {
		m = n < f->piece ? n : f->piece;
		final_norm(f, m, x, work);
		linalg_times(m, work, C, factor(f, f->g->config.layers, GPT_UNEMBED), 0, logits, V);
	}
}

void gpt_contrast(const struct gpt_layers *f, int n, const float *x, int (*pair)[2], float *work,
		  float *y)
{
	int C = f->g->config.width, m;

	for (; n > 0; n -= m, x += at(m, C), pair += m, y += m) {
		m = n < f->piece ? n : f->piece;
		final_norm(f, m, x, work);
		nn_contrast(m, C, work, gpt_at(f->g, f->g->w, gpt_head(f->g)), pair, y);
	}
}

const float *gpt_head_weight(const struct gpt *g, int layer, int head)
{
	return gpt_weight(g, layer, GPT_PROJ_W) +
	       at(head * (g->config.width / g->config.heads), g->config.width);
}

const float *gpt_attn_bias(const struct gpt *g, int layer)
{
	return gpt_weight(g, layer, GPT_PROJ_B);
}
