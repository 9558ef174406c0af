/*
 * layer_back - the steps of layer.h backwards: gradients at activations, not of weights
 */
#include <string.h>

#include "gpt/acts.h"
#include "gpt/layer.h"
#include "gpt/linalg.h"

static int piece_of(const struct gpt_layers *f, int n)
{
	return n < f->piece ? n : f->piece;
}

/* dx = the gradient behind an LN, @dy, taken to its input; @spare: (2 C + 2 piece). */
static void norm_back(const struct gpt_layers *f, int n, int tensor, const float *x,
		      const float *dy, float *spare, float *dx)
{
	int C = f->g->config.width;
	const float *gain = gpt_at(f->g, f->g->w, tensor),
		    *bias = gpt_at(f->g, f->g->w, tensor + 1);
	float *stats = spare + at(2, C);

	memset(spare, 0, at(2, C) * sizeof(float));
	nn_norm(n, C, x, gain, bias, dx, stats);
	nn_norm_backward(&(struct nn_normed){ n, C, x, gain, stats, NULL, NULL }, dy, NULL, dx,
			 spare);
}

void gpt_unembed_back(const struct gpt_layers *f, int n, const float *x, const float *dlogits,
		      float *work, float *dx)
{
	int C = f->g->config.width, V = f->g->config.vocab, m;
	float *dy = work, *spare = dy + at(f->piece, C);

	for (; n > 0; n -= m, x += at(m, C), dlogits += at(m, V), dx += at(m, C)) {
		m = piece_of(f, n);
		linalg_gemm(LINALG_N, LINALG_N, m, C, V, 1, dlogits, V,
			    gpt_at(f->g, f->g->w, gpt_head(f->g)), C, 0, dy, C);
		norm_back(f, m, gpt_lnf(f->g), x, dy, spare, dx);
	}
}

void gpt_hidden(const struct gpt_layers *f, int layer, int n, const float *x, float *work,
		float *act)
{
	const struct gpt_config *c = &f->g->config;
	int C = c->width, F = c->mlp, m;

	for (; n > 0; n -= m, x += at(m, C), act += at(m, F)) {
		m = piece_of(f, n);
		nn_norm(m, C, x, gpt_weight(f->g, layer, GPT_LN2_W),
			gpt_weight(f->g, layer, GPT_LN2_B), work, work + at(m, C));
		linalg_gemm(LINALG_N, LINALG_N, m, F, C, 1, work, C,
			    gpt_weight(f->g, layer, GPT_FC_W), F, 0, act, F);
		nn_bias_activate(c->activation, m, F, gpt_weight(f->g, layer, GPT_FC_B), act);
	}
}

void gpt_hidden_back(const struct gpt_layers *f, int layer, int n, const float *dy, float *dact)
{
	int C = f->g->config.width, F = f->g->config.mlp;

	linalg_gemm(LINALG_N, LINALG_T, n, F, C, 1, dy, C, gpt_weight(f->g, layer, GPT_OUT_W), C, 0,
		    dact, F);
}

void gpt_mlp_back(const struct gpt_layers *f, int layer, int n, const float *x, const float *dy,
		  float *work, float *dx)
{
	const struct gpt_config *c = &f->g->config;
	int C = c->width, F = c->mlp, m;
	float *ln = work, *spare = ln + at(f->piece, C), *sum = spare + at(2, C + f->piece);
	float *dact = sum + at(f->piece, F);

	for (; n > 0; n -= m, x += at(m, C), dy += at(m, C), dx += at(m, C)) {
		m = piece_of(f, n);
		nn_norm(m, C, x, gpt_weight(f->g, layer, GPT_LN2_W),
			gpt_weight(f->g, layer, GPT_LN2_B), ln, spare);
		linalg_gemm(LINALG_N, LINALG_N, m, F, C, 1, ln, C,
			    gpt_weight(f->g, layer, GPT_FC_W), F, 0, sum, F);
		nn_activate_sum(c->activation, m, F, sum, gpt_weight(f->g, layer, GPT_FC_B), sum,
				dact);
		gpt_hidden_back(f, layer, m, dy, dact);
		nn_activate_backward(c->activation, at(m, F), sum, dact, dact, sum);
		linalg_gemm(LINALG_N, LINALG_T, m, C, F, 1, dact, F,
			    gpt_weight(f->g, layer, GPT_FC_W), F, 0, ln, C);
		norm_back(f, m, gpt_block(layer) + GPT_LN2_W, x, ln, spare, dx);
	}
}

void gpt_attn_back(const struct gpt_layers *f, int layer, int n, const float *dy, float *dheads)
{
	int C = f->g->config.width;

	linalg_gemm(LINALG_N, LINALG_T, n, C, C, 1, dy, C, gpt_weight(f->g, layer, GPT_PROJ_W), C,
		    0, dheads, C);
}

void gpt_qkv_back(const struct gpt_layers *f, int layer, int n, const float *x, const float *dqkv,
		  int which, float *work, float *dx)
{
	int C = f->g->config.width, D = C / f->g->config.heads, m;
	int first = which < 0 ? 0 : which * D, count = which < 0 ? 3 * C : D;
	float *dy = work, *spare = dy + at(f->piece, C);

	for (; n > 0; n -= m, x += at(m, C), dqkv += at(m, 3 * C), dx += at(m, C)) {
		m = piece_of(f, n);
		linalg_gemm(LINALG_N, LINALG_T, m, C, count, 1, dqkv + first, 3 * C,
			    gpt_weight(f->g, layer, GPT_QKV_W) + first, 3 * C, 0, dy, C);
		norm_back(f, m, gpt_block(layer) + GPT_LN1_W, x, dy, spare, dx);
	}
}

const float *gpt_neuron_weight(const struct gpt *g, int layer)
{
	return gpt_weight(g, layer, GPT_OUT_W);
}
