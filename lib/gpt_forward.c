#include <string.h>

#include "gpt_acts.h"
#include "linalg.h"

/* One pass: what every step needs to know. */
struct pass {
	const struct gpt *g;
	const struct gpt_rows *t;
	struct gpt_acts *a;
	const struct gpt_edit *edit;
	int C;
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

/* y (n, out) = x (n, in) W (in, out) + b */
static void linear(const struct pass *f, int l, int tensor, int n, const float *x, float *y)
{
	const int *shape = f->g->param[gpt_block(l) + tensor].shape;

	nn_fill(n, shape[1], weight(f, l, tensor + 1), y,
		shape[1]); /* the bias follows its matrix */
	linalg_gemm(LINALG_N, LINALG_N, n, shape[1], shape[0], 1, x, shape[0], weight(f, l, tensor),
		    shape[1], 1, y, shape[1]);
}

static void embed(const struct pass *f, int n, const int *token, const int *pos, float *x)
{
	const float *wte = gpt_at(f->g, f->g->w, GPT_WTE), *wpe = gpt_at(f->g, f->g->w, GPT_WPE);
	int i;

	for (i = 0; i < n; i++)
		nn_add((size_t)f->C, wte + at(token[i], f->C), wpe + at(pos[i], f->C),
		       x + at(i, f->C));
}

/* Queries, keys and values of rows; of the last block's queries only those of the last position. */
static void project(const struct pass *f, int l, int pairs, struct gpt_kept *k)
{
	const struct gpt_rows *t = f->t;
	const float *W = weight(f, l, GPT_QKV_W), *b = weight(f, l, GPT_QKV_B);
	int C = f->C, m = pairs ? t->M : t->N, from = gpt_from(f->g, t, l);
	float *ln = f->a->ln;

	nn_norm(m, C, pairs ? f->a->pairs : k->x, weight(f, l, GPT_LN1_W), weight(f, l, GPT_LN1_B),
		ln, k->stats1);
	if (from == 0) {
		linear(f, l, GPT_QKV_W, m, ln, k->qkv);
		return;
	}
	from = pairs ? t->pair[from] : from;
	nn_fill(m, 2 * C, b + C, k->qkv + C, 3 * C);
	linalg_gemm(LINALG_N, LINALG_N, m, 2 * C, C, 1, ln, C, W + C, 3 * C, 1, k->qkv + C, 3 * C);
	nn_fill(m - from, C, b, k->qkv + at(from, 3 * C), 3 * C);
	linalg_gemm(LINALG_N, LINALG_N, m - from, C, C, 1, ln + at(from, C), C, W, 3 * C, 1,
		    k->qkv + at(from, 3 * C), 3 * C);
}

static void attend(const struct pass *f, int l, int pairs, struct gpt_kept *k)
{
	const struct gpt_rows *t = f->t;
	int H = f->g->config.heads, from = gpt_from(f->g, t, l), pos, r;

	for (pos = from ? GPT_LENGTH - 1 : 0; pos < GPT_LENGTH; pos++) {
		r = t->start[pos];
		nn_attend(t->start[pos + 1] - r, pos, H, f->C / H, k->qkv,
			  (pairs ? t->pair_key : t->key)[r], k->p + at(r - from, NN_KEYS * H),
			  k->heads + at(r - from, f->C));
	}
}

/* add (n, C): what the block's attention, then its MLP, adds to the stream */
static void block(const struct pass *f, int l)
{
	struct gpt_acts *a = f->a;
	struct gpt_kept *k = &a->layer[l];
	int C = f->C, F = f->g->config.mlp, from = gpt_from(f->g, f->t, l), n = f->t->N - from;
	int pairs = l == 0 && !f->edit->hook, skip = f->edit->skip ? f->edit->skip[l] : 0;

	show(f, GPT_RESID, l, 0, f->t->N, k->x);
	if (skip & GPT_SKIP_ATTN) {
		memset(a->add, 0, at(n, C) * sizeof(float));
	} else {
		if (skip & GPT_SKIP_HEADS) {
			memset(k->heads, 0, at(n, C) * sizeof(float));
		} else {
			project(f, l, pairs, k);
			attend(f, l, pairs, k);
		}
		show(f, GPT_HEADS, l, from, n, k->heads);
		linear(f, l, GPT_PROJ_W, n, k->heads, a->add);
		show(f, GPT_ATTN, l, from, n, a->add);
	}
	nn_add(at(n, C), k->x + at(from, C), a->add, k->mid);
	if (skip & GPT_SKIP_MLP) {
		memset(a->add, 0, at(n, C) * sizeof(float));
	} else {
		nn_norm(n, C, k->mid, weight(f, l, GPT_LN2_W), weight(f, l, GPT_LN2_B), a->ln,
			k->stats2);
		linear(f, l, GPT_FC_W, n, a->ln, k->fc);
		nn_activate(f->g->config.activation, at(n, F), k->fc, a->act);
		linear(f, l, GPT_OUT_W, n, a->act, a->add);
		show(f, GPT_MLP, l, from, n, a->add);
	}
	nn_add(at(n, C), k->mid, a->add, a->layer[l + 1].x);
}

void gpt_forward(const struct gpt *g, const struct gpt_rows *t, struct gpt_acts *a,
		 const struct gpt_edit *edit, float *logits)
{
	static const struct gpt_edit plain;
	struct pass f = { g, t, a, edit ? edit : &plain, g->config.width };
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
