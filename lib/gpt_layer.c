#include "gpt_layer.h"

#include "gpt_acts.h"
#include "linalg.h"

enum { PIECE = 256 }; /* rows: enough for a product to be efficient */

static size_t at(int row, int width)
{
	return (size_t)row * (size_t)width;
}

static const float *weight(const struct gpt *g, int layer, int tensor)
{
	return gpt_at(g, g->w, gpt_block(layer) + tensor);
}

/* y (n, out) = x (n, in) W (in, out) + b */
static void linear(const struct gpt *g, int layer, int tensor, int n, const float *x, float *y)
{
	const int *shape = g->param[gpt_block(layer) + tensor].shape;

	nn_fill(n, shape[1], weight(g, layer, tensor + 1), y, shape[1]);
	linalg_gemm(LINALG_N, LINALG_N, n, shape[1], shape[0], 1, x, shape[0],
		    weight(g, layer, tensor), shape[1], 1, y, shape[1]);
}

/* work: LN's output (PIECE, C), its statistics (PIECE, 2), hidden units (PIECE, F) */
size_t gpt_layer_floats(const struct gpt *g)
{
	return at(PIECE, g->config.width + 2 + g->config.mlp);
}

void gpt_embed(const struct gpt *g, int n, const int *token, const int *pos, float *x)
{
	const float *wte = gpt_at(g, g->w, GPT_WTE), *wpe = gpt_at(g, g->w, GPT_WPE);
	int C = g->config.width, i;

	for (i = 0; i < n; i++)
		nn_add((size_t)C, wte + at(token[i], C), wpe + at(pos[i], C), x + at(i, C));
}

void gpt_qkv(const struct gpt *g, int layer, int n, const float *x, float *work, float *qkv)
{
	float *stats = work + at(PIECE, g->config.width);
	int C = g->config.width, m;

	for (; n > 0; n -= m, x += at(m, C), qkv += at(m, 3 * C)) {
		m = n < PIECE ? n : PIECE;
		nn_norm(m, C, x, weight(g, layer, GPT_LN1_W), weight(g, layer, GPT_LN1_B), work,
			stats);
		linear(g, layer, GPT_QKV_W, m, work, qkv);
	}
}

void gpt_attn(const struct gpt *g, int layer, int n, const float *heads, float *y)
{
	linear(g, layer, GPT_PROJ_W, n, heads, y);
}

void gpt_mlp(const struct gpt *g, int layer, int n, const float *x, float *work, float *y)
{
	int C = g->config.width, F = g->config.mlp, m;
	float *stats = work + at(PIECE, C), *hidden = stats + at(PIECE, 2);

	for (; n > 0; n -= m, x += at(m, C), y += at(m, C)) {
		m = n < PIECE ? n : PIECE;
		nn_norm(m, C, x, weight(g, layer, GPT_LN2_W), weight(g, layer, GPT_LN2_B), work,
			stats);
		linear(g, layer, GPT_FC_W, m, work, hidden);
		nn_activate(g->config.activation, at(m, F), hidden, hidden);
		linear(g, layer, GPT_OUT_W, m, hidden, y);
	}
}

void gpt_unembed(const struct gpt *g, int n, const float *x, float *work, float *logits)
{
	const float *gain = gpt_at(g, g->w, gpt_lnf(g)), *bias = gpt_at(g, g->w, gpt_lnf(g) + 1);
	int C = g->config.width, V = g->config.vocab, m;

	for (; n > 0; n -= m, x += at(m, C), logits += at(m, V)) {
		m = n < PIECE ? n : PIECE;
		nn_norm(m, C, x, gain, bias, work, work + at(PIECE, C));
		linalg_gemm(LINALG_N, LINALG_T, m, V, C, 1, work, C, gpt_at(g, g->w, gpt_head(g)),
			    C, 0, logits, V);
	}
}

const float *gpt_head_weight(const struct gpt *g, int layer, int head)
{
	return weight(g, layer, GPT_PROJ_W) +
	       at(head * (g->config.width / g->config.heads), g->config.width);
}

const float *gpt_attn_bias(const struct gpt *g, int layer)
{
	return weight(g, layer, GPT_PROJ_B);
}
