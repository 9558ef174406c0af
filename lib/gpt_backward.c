#include <string.h>

#include "gpt_acts.h"
#include "linalg.h"

static size_t at(int row, int width)
{
	return (size_t)row * (size_t)width;
}

/* dx (n, in) = beta dx + dy (n, columns of out) W^T, W (in, out) with its first column at @W */
static void through(int n, int in, int columns, int out, const float *dy, const float *W,
		    float beta, float *dx)
{
	linalg_gemm(LINALG_N, LINALG_T, n, in, columns, 1, dy, out, W, out, beta, dx, in);
}

void gpt_backward_head(const struct gpt *g, const struct gpt_rows *t, struct gpt_acts *a)
{
	int C = g->config.width, V = g->config.vocab, L = g->config.layers, B = t->B;
	float *dnorm = a->dnorm + at(L, 4 * C);

	memset(a->dnorm, 0, at(L + 1, 4 * C) * sizeof(float));
	linalg_gemm(LINALG_N, LINALG_N, B, C, V, 1, a->dlogits, V, gpt_at(g, g->w, gpt_head(g)), C,
		    0, a->ln, C);
	nn_norm_backward(B, C, a->ln, a->layer[L].x, gpt_at(g, g->w, gpt_lnf(g)), a->stats, NULL,
			 a->dx[(L - 1) % 3], dnorm, dnorm + C);
}

/* From dx at the block's output to dmid, between its halves. */
static void backward_mlp(const struct gpt *g, int n, struct gpt_acts *a, int l)
{
	const struct gpt_kept *k = &a->layer[l];
	struct gpt_flow *f = &a->flow[l % 2];
	int C = g->config.width, F = g->config.mlp, w = gpt_block(l);
	const float *gain = gpt_at(g, g->w, w + GPT_LN2_W), *bias = gpt_at(g, g->w, w + GPT_LN2_B);
	float *dnorm = a->dnorm + at(l, 4 * C) + 2 * C, *dx = a->dx[l % 3];

	through(n, F, C, C, dx, gpt_at(g, g->w, w + GPT_OUT_W), 0, f->dfc);
	nn_activate_backward(g->config.activation, at(n, F), k->fc, f->dfc, f->dfc, f->act);
	through(n, C, F, F, f->dfc, gpt_at(g, g->w, w + GPT_FC_W), 0, a->ln);
	nn_renorm(n, C, k->mid, gain, bias, k->stats2, f->ln2);
	nn_norm_backward(n, C, a->ln, k->mid, gain, k->stats2, dx, f->dmid, dnorm, dnorm + C);
}

/* The gradient at queries, keys and values. */
static void backward_attention(const struct gpt *g, const struct gpt_rows *t, struct gpt_acts *a,
			       int l)
{
	const struct gpt_kept *k = &a->layer[l];
	struct gpt_flow *f = &a->flow[l % 2];
	int C = g->config.width, H = g->config.heads, from = gpt_from(g, t, l), pos, r;

	through(t->N - from, C, C, C, f->dmid, gpt_at(g, g->w, gpt_block(l) + GPT_PROJ_W), 0,
		a->add);
	memset(f->dqkv, 0, at(l ? t->N : t->M, 3 * C) * sizeof(float));
	for (pos = from ? GPT_LENGTH - 1 : 0; pos < GPT_LENGTH; pos++) {
		r = t->start[pos];
		nn_attend_backward(t->start[pos + 1] - r, pos, H, C / H, k->qkv,
				   (l ? t->key : t->pair_key)[r], k->p + at(r - from, NN_KEYS * H),
				   a->add + at(r - from, C), f->dqkv);
	}
}

/*
 * The first row whose query was computed, in rows of qkv.  Pairs are numbered as they are met, so
 * those of the last position are the last ones.
 */
static int first_query(const struct gpt *g, const struct gpt_rows *t, int l)
{
	int from = gpt_from(g, t, l);

	return l || !from ? from : t->pair[from];
}

void gpt_backward_block(const struct gpt *g, const struct gpt_rows *t, struct gpt_acts *a, int l)
{
	const struct gpt_kept *k = &a->layer[l];
	struct gpt_flow *f = &a->flow[l % 2];
	int C = g->config.width, from = gpt_from(g, t, l), n = t->N - from, m = l ? t->N : t->M;
	int q = first_query(g, t, l), r, w = gpt_block(l);
	const float *gain = gpt_at(g, g->w, w + GPT_LN1_W), *bias = gpt_at(g, g->w, w + GPT_LN1_B);
	const float *W = gpt_at(g, g->w, w + GPT_QKV_W), *x = l ? k->x : a->pairs;
	float *dnorm = a->dnorm + at(l, 4 * C), *dx = l ? a->dx[(l - 1) % 3] : a->dpairs;

	backward_mlp(g, n, a, l);
	backward_attention(g, t, a, l);
	if (q == 0) {
		through(m, C, 3 * C, 3 * C, f->dqkv, W, 0, a->ln);
	} else {
		through(m, C, 2 * C, 3 * C, f->dqkv + C, W + C, 0, a->ln);
		through(m - q, C, C, 3 * C, f->dqkv + at(q, 3 * C), W, 1, a->ln + at(q, C));
	}
	nn_renorm(m, C, x, gain, bias, k->stats1, f->ln1);
	if (l) {
		nn_norm_backward(from, C, a->ln, x, gain, k->stats1, NULL, dx, dnorm, dnorm + C);
		nn_norm_backward(n, C, a->ln + at(from, C), x + at(from, C), gain,
				 k->stats1 + at(from, 2), f->dmid, dx + at(from, C), dnorm,
				 dnorm + C);
		return;
	}
	nn_norm_backward(m, C, a->ln, x, gain, k->stats1, NULL, dx, dnorm, dnorm + C);
	for (r = from; r < t->N; r++) {
		float *sum = dx + at(t->pair[r], C);

		nn_add((size_t)C, sum, f->dmid + at(r - from, C), sum);
	}
}

/* One part of the products and sums that make a gradient; grad = beta * grad + them. */
struct slice {
	const struct gpt *g;
	int part, parts;
	float beta, *grad;
};

/* Columns [first, end) of rows of the matrix dW (in, out) = x^T dy; dW is split by rows. */
static void product(const struct slice *s, int tensor, int n, const float *x, const float *dy,
		    int first, int end)
{
	int in = s->g->param[tensor].shape[0], out = s->g->param[tensor].shape[1];
	size_t i, stop;

	pool_share((size_t)in, 16, s->part, s->parts, &i, &stop);
	linalg_gemm(LINALG_T, LINALG_N, (int)(stop - i), end - first, n, 1, x + i, in, dy + first,
		    out, s->beta, gpt_at(s->g, s->grad, tensor) + i * (size_t)out + first, out);
}

/* A vector: the sum of n rows of dy. */
static void rows_sum(const struct slice *s, int tensor, int n, const float *dy)
{
	int C = s->g->param[tensor].shape[0];
	float *sum = gpt_at(s->g, s->grad, tensor);
	size_t i, stop;

	pool_share((size_t)C, 16, s->part, s->parts, &i, &stop);
	if (s->beta == 0)
		memset(sum + i, 0, (stop - i) * sizeof(float));
	nn_column_sums(n, (int)(stop - i), dy + i, C, sum + i);
}

void gpt_backward_weights(const struct gpt *g, const struct gpt_rows *t, const struct gpt_acts *a,
			  int l, int part, int parts, float beta, float *grad)
{
	const struct slice s = { g, part, parts, beta, grad };
	const float *dnorm = a->dnorm + at(l, 4 * g->config.width);
	int C = g->config.width, w = gpt_block(l), n = t->N - gpt_from(g, t, l), q, m;
	const struct gpt_flow *f = &a->flow[l % 2];

	rows_sum(&s, w + GPT_LN1_W, 1, dnorm);
	rows_sum(&s, w + GPT_LN1_B, 1, dnorm + C);
	if (l == g->config.layers) {
		/* ln_f has the places of the next block's ln_1 */
		int V = g->config.vocab;
		size_t i, stop;

		pool_share((size_t)V, 1, part, parts, &i, &stop);
		linalg_gemm(LINALG_T, LINALG_N, (int)(stop - i), C, t->B, 1, a->dlogits + i, V,
			    a->final, C, beta, gpt_at(g, grad, gpt_head(g)) + i * (size_t)C, C);
		return;
	}
	rows_sum(&s, w + GPT_LN2_W, 1, dnorm + 2 * C);
	rows_sum(&s, w + GPT_LN2_B, 1, dnorm + 3 * C);
	product(&s, w + GPT_OUT_W, n, f->act, a->dx[l % 3], 0, C);
	rows_sum(&s, w + GPT_OUT_B, n, a->dx[l % 3]);
	product(&s, w + GPT_FC_W, n, f->ln2, f->dfc, 0, g->config.mlp);
	rows_sum(&s, w + GPT_FC_B, n, f->dfc);
	product(&s, w + GPT_PROJ_W, n, a->layer[l].heads, f->dmid, 0, C);
	rows_sum(&s, w + GPT_PROJ_B, n, f->dmid);
	q = first_query(g, t, l);
	m = l ? t->N : t->M;
	product(&s, w + GPT_QKV_W, m - q, f->ln1 + at(q, C), f->dqkv + at(q, 3 * C), 0,
		q ? C : 3 * C);
	if (q)
		product(&s, w + GPT_QKV_W, m, f->ln1, f->dqkv, C, 3 * C);
	rows_sum(&s, w + GPT_QKV_B, m, f->dqkv);
}

void gpt_backward_embedding(const struct gpt *g, const struct gpt_rows *t, const struct gpt_acts *a,
			    float beta, float *grad)
{
	float *wte = gpt_at(g, grad, GPT_WTE), *wpe = gpt_at(g, grad, GPT_WPE), *sum;
	int C = g->config.width, i;

	if (beta == 0) {
		memset(wpe, 0, g->param[GPT_WPE].size * sizeof(float));
		if (!g->config.tied) /* else the head's gradient is there */
			memset(wte, 0, g->param[GPT_WTE].size * sizeof(float));
	}
	for (i = 0; i < t->M; i++) {
		sum = wte + at(t->pair_token[i], C);
		nn_add((size_t)C, sum, a->dpairs + at(i, C), sum);
		sum = wpe + at(t->pair_pos[i], C);
		nn_add((size_t)C, sum, a->dpairs + at(i, C), sum);
	}
}
