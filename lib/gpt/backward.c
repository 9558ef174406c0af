#include <string.h>

#include "gpt/acts.h"

static size_t at(int row, int width)
{
	return (size_t)row * (size_t)width;
}

/* One block of one table: what its parts need to know. */
struct pass {
	const struct gpt *g;
	const struct gpt_rows *t;
	struct gpt_acts *a;
	int l, C, F;
	int from; /* the first row on which the block does all its work */
	int first; /* the first row of qkv with a query */
	const struct gpt_kept *k;
	const struct gpt_flow *f;
	float *dnorm; /* (4 C) */
	struct gpt_factors w; /* transposed matrices */
	const struct gpt_slice *now;
};

static struct pass pass(const struct gpt *g, const struct gpt_rows *t, struct gpt_acts *a, int l,
			const struct gpt_slice *now)
{
	struct pass b = { .g = g,
			  .t = t,
			  .a = a,
			  .l = l,
			  .C = g->config.width,
			  .F = g->config.mlp,
			  .from = gpt_from(g, t, l),
			  .k = &a->layer[l],
			  .f = &a->flow[l % 2],
			  .dnorm = a->dnorm + at(l, 4 * g->config.width),
			  .now = now };

	/* Pairs are numbered as they are met, so those of the last position are the last ones. */
	b.first = l || !b.from ? b.from : t->pair[b.from];
	return b;
}

static const float *weight(const struct pass *b, int tensor)
{
	return gpt_at(b->g, b->g->w, gpt_block(b->l) + tensor);
}

/* The place of a row in those parts of the flow that may hold one piece only. */
static int place(const struct pass *b, int row)
{
	return b->now ? 0 : row;
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
static void mlp(const struct pass *b, int i, int n)
{
	int C = b->C, F = b->F, j = place(b, i);
	const float *mid = b->k->mid + at(i, C), *stats = b->k->stats2 + at(i, 2);
	const float *gain = weight(b, GPT_LN2_W), *dx = b->a->dx[b->l % 3] + at(i, C);
	float *dfc = b->f->dfc + at(j, F), *dgain = b->dnorm + 2 * C;

	linalg_times(n, dx, C, &b->w.out, 0, dfc, F);
	nn_activate_backward(b->g->config.activation, at(n, F), b->k->fc + at(i, F), dfc, dfc,
			     b->f->act + at(j, F));
	linalg_times(n, dfc, F, &b->w.fc, 0, b->a->ln, C);
	nn_renorm(n, C, mid, gain, weight(b, GPT_LN2_B), stats, b->f->ln2 + at(j, C));
	nn_norm_backward(n, C, b->a->ln, mid, gain, stats, dx, b->f->dmid + at(i, C), dgain,
			 dgain + C);
}

/* The gradient at queries, keys and values from rows [r, end).  Rows below them must be done. */
static void attention(const struct pass *b, int r, int end)
{
	int C = b->C, H = b->g->config.heads, pos, begin, stop;
	const struct gpt_rows *t = b->t;

	linalg_times(end - r, b->f->dmid + at(r - b->from, C), C, &b->w.proj, 0, b->a->add, C);
	for (pos = 0; pos < GPT_LENGTH; pos++) {
		begin = t->start[pos] > r ? t->start[pos] : r;
		stop = t->start[pos + 1] < end ? t->start[pos + 1] : end;
		if (begin < stop)
			nn_attend_backward(stop - begin, pos, H, C / H, b->k->qkv,
					   (b->l ? t->key : t->pair_key)[begin],
					   b->k->p + at(begin - b->from, NN_KEYS * H),
					   b->a->add + at(begin - r, C), b->l > 0, b->f->dqkv);
	}
}

/* From the gradient at queries, keys and values of rows [r, end) to that at the LN's input. */
static void input(const struct pass *b, int r, int end)
{
	int C = b->C, l = b->l, n = end - r, low;
	const float *x = (l ? b->k->x : b->a->pairs) + at(r, C), *stats = b->k->stats1 + at(r, 2);
	const float *dqkv = b->f->dqkv + at(r, 3 * C), *gain = weight(b, GPT_LN1_W);
	float *dx = (l ? b->a->dx[(l - 1) % 3] : b->a->dpairs) + at(r, C), *ln = b->a->ln;

	low = b->first <= r ? 0 : b->first < end ? b->first - r : n; /* so many have no query */
	linalg_times(n, dqkv + C, 3 * C, &b->w.kv, 0, ln, C);
	linalg_times(n - low, dqkv + at(low, 3 * C), 3 * C, &b->w.q, 1, ln + at(low, C), C);
	nn_renorm(n, C, x, gain, weight(b, GPT_LN1_B), stats, b->f->ln1 + at(place(b, r), C));
	if (l == 0)
		low = n; /* pairs: what goes past the block is added by row */
	nn_norm_backward(low, C, ln, x, gain, stats, NULL, dx, b->dnorm, b->dnorm + C);
	nn_norm_backward(n - low, C, ln + at(low, C), x + at(low, C), gain, stats + at(low, 2),
			 b->f->dmid + at(r + low - b->from, C), dx + at(low, C), b->dnorm,
			 b->dnorm + C);
}

/* Columns [first, end) of rows of the matrix dW (in, out) = x^T dy; dW is split by rows. */
static void product(const struct pass *b, const struct gpt_slice *s, int tensor, int n,
		    const float *x, const float *dy, int first, int end)
{
	const struct gpt_param *p = &b->g->param[gpt_block(b->l) + tensor];
	int in = p->shape[0], out = p->shape[1];
	size_t i, stop;

	pool_share((size_t)in, 16, s->part, s->parts, &i, &stop);
	linalg_gemm(LINALG_T, LINALG_N, (int)(stop - i), end - first, n, 1, x + i, in, dy + first,
		    out, s->beta, s->grad + p->offset - s->origin + i * (size_t)out + first, out);
}

/* A vector: the sum of n rows of dy. */
static void rows_sum(const struct pass *b, const struct gpt_slice *s, int tensor, int n,
		     const float *dy)
{
	const struct gpt_param *p = &b->g->param[gpt_block(b->l) + tensor];
	float *sum = s->grad + p->offset - s->origin;
	int C = p->shape[0];
	size_t i, stop;

	pool_share((size_t)C, 16, s->part, s->parts, &i, &stop);
	if (s->beta == 0)
		memset(sum + i, 0, (stop - i) * sizeof(float));
	nn_column_sums(n, (int)(stop - i), dy + i, C, sum + i);
}

/* The weights of the MLP and of attn.c_proj, from rows i to i + n of those the block works on. */
static void weigh_output(const struct pass *b, const struct gpt_slice *s, int i, int n)
{
	int C = b->C, F = b->F, j = place(b, i);
	const float *dx = b->a->dx[b->l % 3] + at(i, C), *dmid = b->f->dmid + at(i, C);
	const float *dfc = b->f->dfc + at(j, F);

	product(b, s, GPT_OUT_W, n, b->f->act + at(j, F), dx, 0, C);
	rows_sum(b, s, GPT_OUT_B, n, dx);
	product(b, s, GPT_FC_W, n, b->f->ln2 + at(j, C), dfc, 0, F);
	rows_sum(b, s, GPT_FC_B, n, dfc);
	product(b, s, GPT_PROJ_W, n, b->k->heads + at(i, C), dmid, 0, C);
	rows_sum(b, s, GPT_PROJ_B, n, dmid);
}

/* Those of attn.c_attn, from rows [r, end) of qkv. */
static void weigh_input(const struct pass *b, const struct gpt_slice *s, int r, int end)
{
	int C = b->C, low = b->first < r ? r : b->first < end ? b->first : end;
	const float *ln1 = b->f->ln1 + at(place(b, r), C), *dqkv = b->f->dqkv + at(r, 3 * C);

	product(b, s, GPT_QKV_W, end - low, ln1 + at(low - r, C), dqkv + at(low - r, 3 * C), 0,
		low == r ? 3 * C : C);
	if (low > r)
		product(b, s, GPT_QKV_W, end - r, ln1, dqkv, C, 3 * C);
	rows_sum(b, s, GPT_QKV_B, end - r, dqkv);
}

/* Those of the LNs, which backward has summed.  ln_f has the places of the next block's ln_1. */
static void weigh_norms(const struct pass *b, const struct gpt_slice *s)
{
	int i;

	for (i = 0; i < (b->l < b->g->config.layers ? 4 : 2); i++)
		rows_sum(b, s, i < 2 ? GPT_LN1_W + i : GPT_LN2_W + i - 2, 1,
			 b->dnorm + at(i, b->C));
}

void gpt_backward_weights(const struct gpt *g, const struct gpt_rows *t, struct gpt_acts *a, int l,
			  const struct gpt_slice *s)
{
	const struct pass b = pass(g, t, a, l, NULL);
	int V = g->config.vocab;
	size_t i, stop;

	weigh_norms(&b, s);
	if (l < g->config.layers) {
		weigh_output(&b, s, 0, t->N - b.from);
		weigh_input(&b, s, 0, l ? t->N : t->M);
		return;
	}
	pool_share((size_t)V, 1, s->part, s->parts, &i, &stop);
	linalg_gemm(LINALG_T, LINALG_N, (int)(stop - i), b.C, t->B, 1, a->dlogits + i, V, a->final,
		    b.C, s->beta, gpt_at(g, s->grad, gpt_head(g)) + at((int)i, b.C), b.C);
}

void gpt_backward_block(const struct gpt *g, const struct gpt_rows *t, struct gpt_acts *a, int l,
			const struct gpt_slice *now)
{
	struct pass b = pass(g, t, a, l, now);
	struct gpt_slice s = now ? *now : (struct gpt_slice){ 0 };
	int C = b.C, m = l ? t->N : t->M, piece = gpt_piece(g), r, end;

	gpt_factors(g, a, l, LINALG_T, &b.w);
	/* Rows with queries of their own are written first when they are met; the others, here. */
	memset(b.f->dqkv, 0, at(l ? b.from : m, 3 * C) * sizeof(float));
	for (r = b.from; r < t->N; r = end) {
		end = gpt_piece_end(r, t->N, piece);
		mlp(&b, r - b.from, end - r);
		attention(&b, r, end);
		if (now)
			weigh_output(&b, &s, r - b.from, end - r);
		s.beta = 1;
	}
	s.beta = now ? now->beta : 0;
	for (r = 0; r < m; r = end) {
		end = gpt_piece_end(r, m, piece);
		input(&b, r, end);
		if (now)
			weigh_input(&b, &s, r, end);
		s.beta = 1;
	}
	if (now)
		weigh_norms(&b, now);
	if (l)
		return;
	for (r = b.from; r < t->N; r++) {
		float *sum = a->dpairs + at(t->pair[r], C);

		nn_add((size_t)C, sum, b.f->dmid + at(r - b.from, C), sum);
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
