/*
 * forward - the forward pass of one table, block by block
 */
#include <string.h>

#include "gpt/acts.h"
#include "gpt/linalg.h"

static const float *weight(const struct gpt_pass *f, int l, int tensor)
{
	return gpt_at(f->g, f->g->w, gpt_block(l) + tensor);
}

static void show(const struct gpt_pass *f, enum gpt_site site, int l, int from, int n, float *x)
{
	if (f->edit->hook)
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
	const float *b = weight(f, l, GPT_QKV_B);
	int C = f->g->config.width, low = from < r ? r : from < end ? from : end;
	float *ln = f->a->s.ln, *qkv = k->qkv + at(r, 3 * C);

	nn_norm(end - r, C, x + at(r, C), weight(f, l, GPT_LN1_W), weight(f, l, GPT_LN1_B), ln,
		k->stats1 + at(r, 2));
	linalg_affine(end - r, ln, C, &f->w->m[GPT_KEY_VALUE], b + C, NULL, qkv + C, 3 * C);
	linalg_affine(end - low, ln + at(low - r, C), C, &f->w->m[GPT_QUERY], b, NULL,
		      k->qkv + at(low, 3 * C), 3 * C);
}

/* Heads of rows [r, end). */
static void attend(const struct gpt_pass *f, int l, int pairs, int r, int end, struct gpt_kept *k)
{
	const struct gpt_rows *t = f->t;
	int H = f->g->config.heads, from = gpt_from(f->g, t, l), pos, begin, stop;

	for (pos = 0; pos < GPT_LENGTH; pos++) {
		begin = t->start[pos] > r ? t->start[pos] : r;
		stop = t->start[pos + 1] < end ? t->start[pos + 1] : end;
		if (begin < stop)
			nn_attend(stop - begin, pos, H, f->g->config.width / H, k->qkv,
				  (pairs ? t->pair_key : t->key)[begin],
				  k->p + at(begin - from, NN_KEYS * H),
				  k->heads + at(begin - from, f->g->config.width));
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
	const float *bias = weight(f, l, i == GPT_PROJ ? GPT_PROJ_B : GPT_OUT_B);
	int C = f->g->config.width;

	if (!f->edit->hook) {
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
	int skip = f->edit->skip ? f->edit->skip[l] : 0, n = end - r, C = f->g->config.width;
	int i = r - gpt_from(f->g, f->t, l);
	float *heads = k->heads + at(i, C);

	if (skip & GPT_SKIP_ATTN) {
		memcpy(k->mid + at(i, C), k->x + at(r, C), at(n, C) * sizeof(float));
		return;
	}
	if (skip & GPT_SKIP_HEADS)
		memset(heads, 0, at(n, C) * sizeof(float));
	else
		attend(f, l, pairs, r, end, k);
	show(f, GPT_HEADS, l, r, n, heads);
	add(f, l, GPT_PROJ, r, n, heads, k->x + at(r, C), k->mid + at(i, C));
}

/* The stream behind the MLP, @to (n, C), in n rows from row r; i is r's place among the kept. */
static void mlp(const struct gpt_pass *f, int l, int r, int n, struct gpt_kept *k, int i, float *to)
{
	struct gpt_acts *a = f->a;
	int C = f->g->config.width, F = f->g->config.mlp;
	const float *mid = k->mid + at(i, C);

	if (f->edit->skip && f->edit->skip[l] & GPT_SKIP_MLP) {
		memcpy(to, mid, at(n, C) * sizeof(float));
		return;
	}
	nn_norm(n, C, mid, weight(f, l, GPT_LN2_W), weight(f, l, GPT_LN2_B), a->s.ln,
		k->stats2 + at(i, 2));
	linalg_affine(n, a->s.ln, C, &f->w->m[GPT_FC], weight(f, l, GPT_FC_B), NULL,
		      k->fc + at(i, F), F);
	nn_activate(f->g->config.activation, at(n, F), k->fc + at(i, F), a->s.act);
	add(f, l, GPT_OUT, r, n, a->s.act, mid, to);
}

/* Row i of @to is the row of @from that belongs to pair i, among the shared. */
static void gather(const struct gpt_pass *f, int width, const float *from, float *to)
{
	int i;

	for (i = 0; i < f->t->M; i++)
		memcpy(to + at(i, width), from + at(f->a->shared_pair[i], width),
		       (size_t)width * sizeof(float));
}

void gpt_forward_embed(const struct gpt_pass *f)
{
	const struct gpt_rows *t = f->t;
	struct gpt_acts *a = f->a;
	int C = f->g->config.width, r;

	if (a->shared)
		gather(f, C, a->shared->pairs, a->pairs);
	else
		embed(f, 0, t->M);
	for (r = 0; r < t->N; r++)
		memcpy(a->layer[0].x + at(r, C), a->pairs + at(t->pair[r], C),
		       (size_t)C * sizeof(float));
}

void gpt_forward_pairs(const struct gpt_pass *f, int r, int end)
{
	embed(f, r, end);
	project(f, 0, r, end, gpt_from(f->g, f->t, 0), f->a->pairs, &f->a->layer[0]);
}

/* Queries, keys and values of all rows, or pairs. */
static void project_all(const struct gpt_pass *f, int l, int pairs)
{
	struct gpt_acts *a = f->a;
	const struct gpt_rows *t = f->t;
	int m = pairs ? t->M : t->N, from = gpt_from(f->g, t, l);
	int piece = f->edit->hook ? m : linalg_piece(m), r, end;

	if (f->edit->skip && f->edit->skip[l] & (GPT_SKIP_ATTN | GPT_SKIP_HEADS))
		return;
	if (pairs && a->shared) {
		gather(f, 3 * f->g->config.width, a->shared->layer[0].qkv, a->layer[0].qkv);
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
	int pairs = l == 0 && !f->edit->hook;
	int piece = f->edit->hook ? N : linalg_piece(N - from), r, end, i;

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
	static const struct gpt_edit plain;
	struct gpt_packed w;
	struct gpt_pass f = { .g = g, .t = t, .a = a, .w = &w, .edit = edit ? edit : &plain };
	int L = g->config.layers, l;

	if (f.edit->first == 0)
		gpt_forward_embed(&f);
	for (l = f.edit->first; l < L; l++) {
		gpt_pack_block(g, l, LINALG_N, a->s.room, &w);
		gpt_forward_block(&f, l);
	}
	gpt_pack_block(g, L, LINALG_T, a->s.room, &w);
	gpt_forward_head(&f, logits);
}
