/*
 * forward - the forward pass of one table, block by block
 */
#include <string.h>

#include "gpt/acts.h"
#include "gpt/linalg.h"

static void show(const struct gpt_pass *f, enum gpt_site site, int l, int from, int n, float *x)
{
	if (f->edit)
		f->edit->hook(f->edit->arg, site, l, f->t, from, n, x);
}

/* The embedding of pairs [r, end). */
static void embed(const struct gpt_pass *f, int r, int end)
{
	const float *wte = gpt_at(f->g, f->g->w, GPT_WTE), *wpe = gpt_at(f->g, f->g->w, GPT_WPE);
	int C = f->g->config.width, i;

	for (i = r; i < end; i++)
		nn_add((size_t)C, wte + at(f->t->pair_token[i], C), wpe + at(f->t->pair_pos[i], C),
		       f->a->pairs + at(i, C));
}

/* Keys and values of rows [r, end) of x, and queries of those of them that are not below @from. */
static void project(const struct gpt_pass *f, int l, int r, int end, int from, const float *x,
		    struct gpt_kept *k)
{
	const float *b = gpt_weight(f->g, l, GPT_QKV_B);
	int C = f->g->config.width, low = from < r ? r : from < end ? from : end;
	float *ln = f->a->s.ln, *qkv = k->qkv + at(r, 3 * C);

	nn_norm(end - r, C, x + at(r, C), gpt_weight(f->g, l, GPT_LN1_W),
		gpt_weight(f->g, l, GPT_LN1_B), ln, k->stats1 + at(r, 2));
	linalg_affine(end - r, ln, C, &f->w->m[GPT_KEY_VALUE], b + C, NULL, qkv + C, 3 * C);
	linalg_affine(end - low, ln + at(low - r, C), C, &f->w->m[GPT_QUERY], b, NULL,
		      k->qkv + at(low, 3 * C), 3 * C);
}

static int folds(const struct gpt_pass *f, int l)
{
	return l == 0 && f->a->shared && gpt_folds(f->g);
}

/* Heads of rows [r, end); where values are folded, the stream behind attention. */
static void attend(const struct gpt_pass *f, int l, int pairs, int r, int end, struct gpt_kept *k)
{
	const struct gpt_rows *t = f->t;
	int H = f->g->config.heads, C = f->g->config.width, from = gpt_from(f->g, t, l), pos, n, i;
	struct nn_folded fold = { .H = H, .C = C, .row = f->a->shared_pair };

	for (pos = 0; pos < GPT_LENGTH; pos++) {
		int begin = t->start[pos] > r ? t->start[pos] : r;

		n = (t->start[pos + 1] < end ? t->start[pos + 1] : end) - begin;
		i = begin - from;
		if (n <= 0)
			continue;
		fold.n = n;
		fold.t = pos;
		fold.key = (pairs ? t->pair_key : t->key)[begin];
		fold.p = k->p + at(i, NN_KEYS * H);
		nn_attend(n, pos, H, C / H, k->qkv, fold.key, k->p + at(i, NN_KEYS * H),
			  folds(f, l) ? NULL : k->heads + at(i, C));
		if (!folds(f, l))
			continue;
		fold.v = f->a->shared->fold;
		nn_fold(&fold, k->x + at(begin, C), gpt_weight(f->g, l, GPT_PROJ_B),
			k->mid + at(i, C));
	}
}

/*
 * @to (n, C) = @x + @in (n, K) through matrix @i and its bias, rows from @r on.  What is added is
 * shown first: only then it has a place of its own.
 */
static void add(const struct gpt_pass *f, int l, enum gpt_matrix i, int r, int n, const float *in,
		const float *x, float *to)
{
	const struct linalg_packed *W = &f->w->m[i];
	const float *bias = gpt_weight(f->g, l, i == GPT_PROJ ? GPT_PROJ_B : GPT_OUT_B);
	int C = f->g->config.width;

	if (!f->edit) {
		linalg_affine(n, in, W->K, W, bias, x, to, C);
		return;
	}
	linalg_affine(n, in, W->K, W, bias, NULL, f->a->s.add, C);
	show(f, i == GPT_PROJ ? GPT_ATTN : GPT_MLP, l, r, n, f->a->s.add);
	nn_add(at(n, C), x, f->a->s.add, to);
}

/* The stream behind attention in rows [r, end). */
static void attention(const struct gpt_pass *f, int l, int pairs, int r, int end,
		      struct gpt_kept *k)
{
	int n = end - r, C = f->g->config.width, i = r - gpt_from(f->g, f->t, l);
	float *heads = k->heads + at(i, C);

	attend(f, l, pairs, r, end, k);
	if (folds(f, l))
		return;
	show(f, GPT_HEADS, l, r, n, heads);
	add(f, l, GPT_PROJ, r, n, heads, k->x + at(r, C), k->mid + at(i, C));
}

/* The stream behind the MLP, @to (n, C), in n rows from row r; i is r's place among the kept. */
static void mlp(const struct gpt_pass *f, int l, int r, int n, struct gpt_kept *k, int i, float *to)
{
	struct gpt_acts *a = f->a;
	int C = f->g->config.width, F = f->g->config.mlp;
	const float *mid = k->mid + at(i, C);

	nn_norm(n, C, mid, gpt_weight(f->g, l, GPT_LN2_W), gpt_weight(f->g, l, GPT_LN2_B), a->s.ln,
		k->stats2 + at(i, 2));
	linalg_affine(n, a->s.ln, C, &f->w->m[GPT_FC], gpt_weight(f->g, l, GPT_FC_B), NULL,
		      k->fc + at(i, F), F);
	nn_activate(f->g->config.activation, at(n, F), k->fc + at(i, F), a->s.act);
	add(f, l, GPT_OUT, r, n, a->s.act, mid, to);
}

/* The stream that enters layer 0, as far as it is read. */
void gpt_forward_embed(const struct gpt_pass *f)
{
	const struct gpt_rows *t = f->t;
	const struct gpt_acts *a = f->a;
	const float *pairs = a->shared ? a->shared->pairs : a->pairs;
	int C = f->g->config.width, r, pair;

	if (!a->shared)
		embed(f, 0, t->M);
	for (r = a->shared ? gpt_from(f->g, t, 0) : 0; r < t->N; r++) {
		pair = a->shared ? a->shared_pair[t->pair[r]] : t->pair[r];
		memcpy(a->layer[0].x + at(r, C), pairs + at(pair, C), (size_t)C * sizeof(float));
	}
}

/* The values of pairs [r, end), each head's through its rows of c_proj. */
static void fold(const struct gpt_pass *f, int r, int end)
{
	int C = f->g->config.width, H = f->g->config.heads, D = C / H, h;
	const float *values = f->a->layer[0].qkv + at(r, 3 * C) + 2 * C;
	struct linalg_packed W;

	for (h = 0; h < H; h++) {
		linalg_pack(&W, LINALG_N, D, C, gpt_weight(f->g, 0, GPT_PROJ_W) + at(h * D, C), C,
			    f->a->s.room);
		linalg_times(end - r, values + h * D, 3 * C, &W, 0,
			     f->a->fold + at(r, H * C) + h * C, H * C);
	}
}

void gpt_forward_pairs(const struct gpt_pass *f, int r, int end)
{
	embed(f, r, end);
	project(f, 0, r, end, gpt_from(f->g, f->t, 0), f->a->pairs, &f->a->layer[0]);
	if (gpt_folds(f->g))
		fold(f, r, end);
}

/* Queries and keys of a table's pairs, and values that are not folded, from those of all tables. */
static void gather(const struct gpt_pass *f)
{
	const float *from = f->a->shared->layer[0].qkv;
	int C = f->g->config.width, n = folds(f, 0) ? 2 * C : 3 * C, i;

	for (i = 0; i < f->t->M; i++)
		memcpy(f->a->layer[0].qkv + at(i, 3 * C), from + at(f->a->shared_pair[i], 3 * C),
		       (size_t)n * sizeof(float));
}

/* Queries, keys and values of all rows, or pairs. */
static void project_all(const struct gpt_pass *f, int l, int pairs)
{
	struct gpt_acts *a = f->a;
	const struct gpt_rows *t = f->t;
	int m = pairs ? t->M : t->N, from = gpt_from(f->g, t, l);
	int piece = f->edit ? m : linalg_piece(m), r, end;

	if (pairs && a->shared) {
		gather(f);
		return;
	}
	for (r = 0; r < m; r = end) {
		end = gpt_piece_end(r, m, piece);
		project(f, l, r, end, pairs && from ? t->pair[from] : from,
			pairs ? a->pairs : a->layer[l].x, &a->layer[l]);
	}
}

/*
 * A block, piece by piece: attention looks back only, so a piece is carried to the block's end
 * while it is in the cache.  A hook sees all rows at once.
 */
void gpt_forward_block(const struct gpt_pass *f, int l)
{
	struct gpt_acts *a = f->a;
	struct gpt_kept *k = &a->layer[l];
	int C = f->g->config.width, N = f->t->N, from = gpt_from(f->g, f->t, l);
	int pairs = l == 0 && !f->edit;
	int piece = f->edit ? N : linalg_piece(N - from), r, end, i;

	show(f, GPT_RESID, l, 0, N, k->x);
	project_all(f, l, pairs);
	for (r = from; r < N; r = end) {
		end = gpt_piece_end(r, N, piece);
		i = r - from;
		attention(f, l, pairs, r, end, k);
		mlp(f, l, r, end - r, k, i, a->layer[l + 1].x + at(i, C));
	}
}

void gpt_forward_head(const struct gpt_pass *f, float *logits)
{
	const struct gpt *g = f->g;
	struct gpt_acts *a = f->a;
	int C = g->config.width, V = g->config.vocab, B = f->t->B, L = g->config.layers;

	show(f, GPT_FINAL, L, f->t->start[GPT_LENGTH - 1], B, a->layer[L].x);
	nn_norm(B, C, a->layer[L].x, gpt_at(g, g->w, gpt_lnf(g)), gpt_at(g, g->w, gpt_lnf(g) + 1),
		a->final, a->stats);
	linalg_times(B, a->final, C, &f->w->m[GPT_UNEMBED], 0, logits, V);
}

void gpt_forward(const struct gpt *g, const struct gpt_rows *t, struct gpt_acts *a,
		 const struct gpt_edit *edit, float *logits)
{
	struct gpt_packed w;
	struct gpt_pass f = { .g = g, .t = t, .a = a, .w = &w, .edit = edit };
	int L = g->config.layers, l;

	gpt_forward_embed(&f);
	for (l = 0; l < L; l++) {
		gpt_pack_block(g, l, LINALG_N, a->s.room, &w);
		gpt_forward_block(&f, l);
	}
	gpt_pack_block(g, L, LINALG_T, a->s.room, &w);
	gpt_forward_head(&f, logits);
}
