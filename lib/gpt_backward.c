#include <string.h>

#include "gpt_acts.h"
#include "linalg.h"

static size_t at(int row, int width)
{
	return (size_t)row * (size_t)width;
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

/* From dx at the block's output to dmid, between its halves: rows i to i + n of those it works on. */
static void backward_mlp(const struct gpt *g, const struct gpt_factors *w_t, int i, int n,
			 struct gpt_acts *a, int l)
{
	const struct gpt_kept *k = &a->layer[l];
	struct gpt_flow *f = &a->flow[l % 2];
	int C = g->config.width, F = g->config.mlp, w = gpt_block(l);
	const float *gain = gpt_at(g, g->w, w + GPT_LN2_W), *bias = gpt_at(g, g->w, w + GPT_LN2_B);
	float *dnorm = a->dnorm + at(l, 4 * C) + 2 * C, *dx = a->dx[l % 3] + at(i, C);
	float *dfc = f->dfc + at(i, F);

	linalg_times(n, dx, C, &w_t->out, 0, dfc, F);
	nn_multiply(at(n, F), dfc, k->slope + at(i, F), dfc);
	linalg_times(n, dfc, F, &w_t->fc, 0, a->ln, C);
	nn_renorm(n, C, k->mid + at(i, C), gain, bias, k->stats2 + at(i, 2), f->ln2 + at(i, C));
	nn_norm_backward(n, C, a->ln, k->mid + at(i, C), gain, k->stats2 + at(i, 2), dx,
			 f->dmid + at(i, C), dnorm, dnorm + C);
}

/* The gradient at queries, keys and values from rows [r, end).  Rows below them must be done. */
static void backward_attention(const struct gpt *g, const struct gpt_rows *t,
			       const struct gpt_factors *w_t, int r, int end, struct gpt_acts *a,
			       int l)
{
	const struct gpt_kept *k = &a->layer[l];
	struct gpt_flow *f = &a->flow[l % 2];
	int C = g->config.width, H = g->config.heads, from = gpt_from(g, t, l), pos, begin, stop;

	linalg_times(end - r, f->dmid + at(r - from, C), C, &w_t->proj, 0, a->add, C);
	for (pos = 0; pos < GPT_LENGTH; pos++) {
		begin = t->start[pos] > r ? t->start[pos] : r;
		stop = t->start[pos + 1] < end ? t->start[pos + 1] : end;
		if (begin < stop)
			nn_attend_backward(stop - begin, pos, H, C / H, k->qkv,
					   (l ? t->key : t->pair_key)[begin],
					   k->p + at(begin - from, NN_KEYS * H),
					   a->add + at(begin - r, C), l > 0, f->dqkv);
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

/* From the gradient at queries, keys and values of rows [r, end) to that at the LN's input. */
static void backward_input(const struct gpt *g, const struct gpt_rows *t,
			   const struct gpt_factors *w_t, int r, int end, struct gpt_acts *a, int l)
{
	const struct gpt_kept *k = &a->layer[l];
	struct gpt_flow *f = &a->flow[l % 2];
	int C = g->config.width, w = gpt_block(l), n = end - r, from = gpt_from(g, t, l);
	int q = first_query(g, t, l), low = q <= r ? 0 : q < end ? q - r : n;
	const float *gain = gpt_at(g, g->w, w + GPT_LN1_W), *bias = gpt_at(g, g->w, w + GPT_LN1_B);
	const float *x = (l ? k->x : a->pairs) + at(r, C), *dqkv = f->dqkv + at(r, 3 * C);
	const float *stats = k->stats1 + at(r, 2);
	float *dnorm = a->dnorm + at(l, 4 * C);
	float *dx = (l ? a->dx[(l - 1) % 3] : a->dpairs) + at(r, C);

	linalg_times(n, dqkv + C, 3 * C, &w_t->kv, 0, a->ln, C);
	linalg_times(n - low, dqkv + at(low, 3 * C), 3 * C, &w_t->q, 1, a->ln + at(low, C), C);
	nn_renorm(n, C, x, gain, bias, stats, f->ln1 + at(r, C));
	if (l == 0)
		low = n; /* pairs: what goes past the block is added by row */
	nn_norm_backward(low, C, a->ln, x, gain, stats, NULL, dx, dnorm, dnorm + C);
	nn_norm_backward(n - low, C, a->ln + at(low, C), x + at(low, C), gain, stats + at(low, 2),
			 f->dmid + at(r + low - from, C), dx + at(low, C), dnorm, dnorm + C);
}

/* Columns [first, end) of rows of the matrix dW (in, out) = x^T dy; dW is split by rows. */
static void product(const struct gpt *g, const struct gpt_slice *s, int tensor, int n,
		    const float *x, const float *dy, int first, int end)
{
	int in = g->param[tensor].shape[0], out = g->param[tensor].shape[1];
	size_t i, stop;

	pool_share((size_t)in, 16, s->part, s->parts, &i, &stop);
	linalg_gemm(LINALG_T, LINALG_N, (int)(stop - i), end - first, n, 1, x + i, in, dy + first,
		    out, s->beta, gpt_at(g, s->grad, tensor) + i * (size_t)out + first, out);
}

/* A vector: the sum of n rows of dy. */
static void rows_sum(const struct gpt *g, const struct gpt_slice *s, int tensor, int n,
		     const float *dy)
{
	int C = g->param[tensor].shape[0];
	float *sum = gpt_at(g, s->grad, tensor);
	size_t i, stop;

	pool_share((size_t)C, 16, s->part, s->parts, &i, &stop);
	if (s->beta == 0)
		memset(sum + i, 0, (stop - i) * sizeof(float));
	nn_column_sums(n, (int)(stop - i), dy + i, C, sum + i);
}

/* The weights of the block's second half and of attn.c_proj: rows i to i + n of those it works on. */
static void weigh_output(const struct gpt *g, const struct gpt_acts *a, int l, int i, int n,
			 const struct gpt_slice *s)
{
	const struct gpt_kept *k = &a->layer[l];
	const struct gpt_flow *f = &a->flow[l % 2];
	int C = g->config.width, F = g->config.mlp, w = gpt_block(l);
	const float *dx = a->dx[l % 3] + at(i, C), *dmid = f->dmid + at(i, C);
	const float *dfc = f->dfc + at(i, F);

	product(g, s, w + GPT_OUT_W, n, k->act + at(i, F), dx, 0, C);
	rows_sum(g, s, w + GPT_OUT_B, n, dx);
	product(g, s, w + GPT_FC_W, n, f->ln2 + at(i, C), dfc, 0, F);
	rows_sum(g, s, w + GPT_FC_B, n, dfc);
	product(g, s, w + GPT_PROJ_W, n, k->heads + at(i, C), dmid, 0, C);
	rows_sum(g, s, w + GPT_PROJ_B, n, dmid);
}

/* Those of attn.c_attn: rows [r, end) of qkv.  There are no queries below row @q. */
static void weigh_input(const struct gpt *g, const struct gpt_acts *a, int l, int r, int end, int q,
			const struct gpt_slice *s)
{
	const struct gpt_flow *f = &a->flow[l % 2];
	int C = g->config.width, w = gpt_block(l), low = q < r ? r : q < end ? q : end;
	const float *ln1 = f->ln1 + at(r, C), *dqkv = f->dqkv + at(r, 3 * C);

	product(g, s, w + GPT_QKV_W, end - low, f->ln1 + at(low, C), f->dqkv + at(low, 3 * C), 0,
		low == r ? 3 * C : C);
	if (low > r)
		product(g, s, w + GPT_QKV_W, end - r, ln1, dqkv, C, 3 * C);
	rows_sum(g, s, w + GPT_QKV_B, end - r, dqkv);
}

/* Those of the LNs, which backward has summed. */
static void weigh_norms(const struct gpt *g, const struct gpt_acts *a, int l,
			const struct gpt_slice *s)
{
	const float *dnorm = a->dnorm + at(l, 4 * g->config.width);
	int i;

	/* ln_f has the places of the next block's ln_1 */
	for (i = 0; i < (l < g->config.layers ? 4 : 2); i++)
		rows_sum(g, s, gpt_block(l) + (i < 2 ? GPT_LN1_W + i : GPT_LN2_W + i - 2), 1,
			 dnorm + at(i, g->config.width));
}

void gpt_backward_weights(const struct gpt *g, const struct gpt_rows *t, const struct gpt_acts *a,
			  int l, const struct gpt_slice *s)
{
	int C = g->config.width, V = g->config.vocab;
	size_t i, stop;

	weigh_norms(g, a, l, s);
	if (l < g->config.layers) {
		weigh_output(g, a, l, 0, t->N - gpt_from(g, t, l), s);
		weigh_input(g, a, l, 0, l ? t->N : t->M, first_query(g, t, l), s);
		return;
	}
	pool_share((size_t)V, 1, s->part, s->parts, &i, &stop);
	linalg_gemm(LINALG_T, LINALG_N, (int)(stop - i), C, t->B, 1, a->dlogits + i, V, a->final, C,
		    s->beta, gpt_at(g, s->grad, gpt_head(g)) + i * (size_t)C, C);
}

void gpt_backward_block(const struct gpt *g, const struct gpt_rows *t, struct gpt_acts *a, int l,
			const struct gpt_slice *now)
{
	struct gpt_flow *f = &a->flow[l % 2];
	int C = g->config.width, from = gpt_from(g, t, l), m = l ? t->N : t->M, r, end;
	int piece = gpt_piece(g);
	struct gpt_factors w_t;
	struct gpt_slice s = now ? *now : (struct gpt_slice){ 0 };

	gpt_factors(g, a, l, LINALG_T, &w_t);
	/* Rows with queries of their own are written first when they are met; the others, here. */
	memset(f->dqkv, 0, at(l ? from : m, 3 * C) * sizeof(float));
	for (r = from; r < t->N; r = end) {
		end = gpt_piece_end(r, t->N, piece);
		backward_mlp(g, &w_t, r - from, end - r, a, l);
		backward_attention(g, t, &w_t, r, end, a, l);
		if (now)
			weigh_output(g, a, l, r - from, end - r, &s);
		s.beta = 1;
	}
	s.beta = now ? now->beta : 0;
	for (r = 0; r < m; r = end) {
		end = gpt_piece_end(r, m, piece);
		backward_input(g, t, &w_t, r, end, a, l);
		if (now)
			weigh_input(g, a, l, r, end, first_query(g, t, l), &s);
		s.beta = 1;
	}
	if (now)
		weigh_norms(g, a, l, now);
	if (l)
		return;
	for (r = from; r < t->N; r++) {
		float *sum = a->dpairs + at(t->pair[r], C);

		nn_add((size_t)C, sum, f->dmid + at(r - from, C), sum);
	}
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
