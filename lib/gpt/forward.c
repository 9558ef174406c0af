#include <string.h>

#include "gpt/acts.h"
#include "gpt/linalg.h"

/* One pass: what every step needs to know. */
struct pass {
	const struct gpt *g;
	const struct gpt_rows *t;
	struct gpt_acts *a;
	const struct gpt_edit *edit;
	int C;
	struct gpt_factors w; /* of the block at hand */
};

static size_t at(int row, int width)
{
	return (size_t)row * (size_t)width;
}

static const float *weight(const struct pass *f, int l, int tensor)
{
	return gpt_at(f->g, f->g->w, gpt_block(l) + tensor);
}

static void show(const struct pass *f, enum gpt_site site, int l, int from, int n, float *x)
{
	if (f->edit->hook)
		f->edit->hook(f->edit->arg, site, l, f->t, from, n, x);
}

/* y (n, ld) = x (n, K) W + bias */
static void linear(int n, const float *x, const struct linalg_right *W, const float *bias, float *y,
		   int ld)
{
	nn_fill(n, W->N, bias, y, ld);
	linalg_times(n, x, W->K, W, 1, y, ld);
}

static void embed(const struct pass *f, int n, const int *token, const int *pos, float *x)
{
	const float *wte = gpt_at(f->g, f->g->w, GPT_WTE), *wpe = gpt_at(f->g, f->g->w, GPT_WPE);
	int i;

	for (i = 0; i < n; i++)
		nn_add((size_t)f->C, wte + at(token[i], f->C), wpe + at(pos[i], f->C),
		       x + at(i, f->C));
}

/* Keys and values of rows [r, end) of x, and queries of those of them that are not below @from. */
static void project(const struct pass *f, int l, int r, int end, int from, const float *x,
		    struct gpt_kept *k)
{
	const float *b = weight(f, l, GPT_QKV_B);
	int C = f->C, low = from < r ? r : from < end ? from : end;
	float *ln = f->a->ln, *qkv = k->qkv + at(r, 3 * C);

	nn_norm(end - r, C, x + at(r, C), weight(f, l, GPT_LN1_W), weight(f, l, GPT_LN1_B), ln,
		k->stats1 + at(r, 2));
	linear(end - r, ln, &f->w.kv, b + C, qkv + C, 3 * C);
	linear(end - low, ln + at(low - r, C), &f->w.q, b, k->qkv + at(low, 3 * C), 3 * C);
}

/* Heads of rows [r, end). */
static void attend(const struct pass *f, int l, int pairs, int r, int end, struct gpt_kept *k)
{
	const struct gpt_rows *t = f->t;
	int H = f->g->config.heads, from = gpt_from(f->g, t, l), pos, begin, stop;

	for (pos = 0; pos < GPT_LENGTH; pos++) {
		begin = t->start[pos] > r ? t->start[pos] : r;
		stop = t->start[pos + 1] < end ? t->start[pos + 1] : end;
		if (begin < stop)
			nn_attend(stop - begin, pos, H, f->C / H, k->qkv,
				  (pairs ? t->pair_key : t->key)[begin],
				  k->p + at(begin - from, NN_KEYS * H),
				  k->heads + at(begin - from, f->C));
	}
}

/* What attention adds to the stream in rows [r, end): a->add (end - r, C). */
static void attention(const struct pass *f, int l, int pairs, int r, int end, struct gpt_kept *k)
{
	int skip = f->edit->skip ? f->edit->skip[l] : 0, n = end - r;
	int from = gpt_from(f->g, f->t, l);
	float *heads = k->heads + at(r - from, f->C), *add = f->a->add;

	if (skip & GPT_SKIP_ATTN) {
		memset(add, 0, at(n, f->C) * sizeof(float));
		return;
	}
	if (skip & GPT_SKIP_HEADS)
		memset(heads, 0, at(n, f->C) * sizeof(float));
	else
		attend(f, l, pairs, r, end, k);
	show(f, GPT_HEADS, l, r, n, heads);
	linear(n, heads, &f->w.proj, weight(f, l, GPT_PROJ_B), add, f->C);
	show(f, GPT_ATTN, l, r, n, add);
}

/* What the MLP adds to the stream in n rows from row r: a->add (n, C); i is r's place among the kept. */
static void mlp(const struct pass *f, int l, int r, int n, struct gpt_kept *k, int i)
{
	struct gpt_acts *a = f->a;
	int C = f->C, F = f->g->config.mlp;

	if (f->edit->skip && f->edit->skip[l] & GPT_SKIP_MLP) {
		memset(a->add, 0, at(n, C) * sizeof(float));
		return;
	}
	nn_norm(n, C, k->mid + at(i, C), weight(f, l, GPT_LN2_W), weight(f, l, GPT_LN2_B), a->ln,
		k->stats2 + at(i, 2));
	linalg_times(n, a->ln, C, &f->w.fc, 0, a->fc, F);
	nn_activate_sum(f->g->config.activation, n, F, a->fc, weight(f, l, GPT_FC_B),
			k->fc + at(i, F), a->act);
	linear(n, a->act, &f->w.out, weight(f, l, GPT_OUT_B), a->add, C);
	show(f, GPT_MLP, l, r, n, a->add);
}

/*
 * A block, piece by piece: attention looks back only, so a piece is carried to the block's end while it
 * is in the cache.  A hook sees all rows at once.
 */
static void block(struct pass *f, int l)
{
	struct gpt_acts *a = f->a;
	struct gpt_kept *k = &a->layer[l];
	const struct gpt_rows *t = f->t;
	int C = f->C, N = t->N, from = gpt_from(f->g, t, l);
	int pairs = l == 0 && !f->edit->hook, skip = f->edit->skip ? f->edit->skip[l] : 0;
	int piece = f->edit->hook ? N : gpt_piece(f->g), m = pairs ? t->M : N, r, end, i;

	gpt_factors(f->g, a, l, LINALG_N, &f->w);
	show(f, GPT_RESID, l, 0, N, k->x);
	for (r = 0; r < m && !(skip & (GPT_SKIP_ATTN | GPT_SKIP_HEADS)); r = end) {
		end = gpt_piece_end(r, m, piece);
		project(f, l, r, end, pairs && from ? t->pair[from] : from, pairs ? a->pairs : k->x,
			k);
	}
	for (r = from; r < N; r = end) {
		end = gpt_piece_end(r, N, piece);
		i = r - from;
		attention(f, l, pairs, r, end, k);
		nn_add(at(end - r, C), k->x + at(r, C), a->add, k->mid + at(i, C));
		mlp(f, l, r, end - r, k, i);
		nn_add(at(end - r, C), k->mid + at(i, C), a->add, a->layer[l + 1].x + at(i, C));
	}
}

void gpt_forward(const struct gpt *g, const struct gpt_rows *t, struct gpt_acts *a,
		 const struct gpt_edit *edit, float *logits)
{
	static const struct gpt_edit plain;
	struct pass f = {
		.g = g, .t = t, .a = a, .edit = edit ? edit : &plain, .C = g->config.width
	};
	int C = f.C, V = g->config.vocab, B = t->B, L = g->config.layers, l, r;

	if (f.edit->first == 0) {
		embed(&f, t->M, t->pair_token, t->pair_pos, a->pairs);
		for (r = 0; r < t->N; r++)
			memcpy(a->layer[0].x + at(r, C), a->pairs + at(t->pair[r], C),
			       (size_t)C * sizeof(float));
	}
	for (l = f.edit->first; l < L; l++)
		block(&f, l);
	show(&f, GPT_FINAL, L, t->start[GPT_LENGTH - 1], B, a->layer[L].x);
	nn_norm(B, C, a->layer[L].x, gpt_at(g, g->w, gpt_lnf(g)), gpt_at(g, g->w, gpt_lnf(g) + 1),
		a->final, a->stats);
	linalg_gemm(LINALG_N, LINALG_T, B, V, C, 1, a->final, C, gpt_at(g, g->w, gpt_head(g)), C, 0,
		    logits, V);
}
