/*
 * backward - the backward pass of one table, block by block: gradients at activations.  The
 * gradients of the weights are in weights.c
 */
#include <string.h>

#include "gpt/acts.h"

/* One block of one table: what its parts need to know. */
struct block {
	const struct gpt_pass *p;
	int l, C, F;
	int from; /* the first row on which the block does all its work */
	const struct gpt_kept *k;
	const struct gpt_flow *f;
	float *dnorm; /* (4 C) */
	int on_the_way; /* of act, dfc, ln2 and ln1 there is one piece only */
};

static struct block block(const struct gpt_pass *p, int l, int on_the_way)
{
	return (struct block){ .p = p,
			       .l = l,
			       .C = p->g->config.width,
			       .F = p->g->config.mlp,
			       .from = gpt_from(p->g, p->t, l),
			       .k = &p->a->layer[l],
			       .f = &p->a->flow[l % 2],
			       .dnorm = p->a->dnorm + at(l, 4 * p->g->config.width),
			       .on_the_way = on_the_way };
}

static int place(const struct block *b, int row)
{
	return b->on_the_way ? 0 : row;
}

void gpt_backward_head(const struct gpt_pass *p)
{
	const struct gpt *g = p->g;
	struct gpt_acts *a = p->a;
	int C = g->config.width, V = g->config.vocab, L = g->config.layers, B = p->t->B;
	struct nn_normed lnf = { B,        C,    a->layer[L].x, gpt_at(g, g->w, gpt_lnf(g)),
				 a->stats, NULL, NULL };

	memset(a->dnorm, 0, at(L + 1, 4 * C) * sizeof(float));
	linalg_times(B, a->dlogits, V, &p->w->m[GPT_UNEMBED], 0, a->s.ln, C);
	nn_norm_backward(&lnf, a->s.ln, NULL, a->dx[(L - 1) % 3], a->dnorm + at(L, 4 * C));
}

/*
 * From dx at the block's output to dmid, between its halves: rows i to i + n of those it works on.
 */
static void mlp(const struct block *b, int i, int n)
{
	struct gpt_acts *a = b->p->a;
	int C = b->C, F = b->F, j = place(b, i);
	const float *mid = b->k->mid + at(i, C), *stats = b->k->stats2 + at(i, 2);
	const float *gain = gpt_weight(b->p->g, b->l, GPT_LN2_W), *dx = a->dx[b->l % 3] + at(i, C);
	float *dfc = b->f->dfc + at(j, F);

	linalg_times(n, dx, C, &b->p->w->m[GPT_OUT], 0, dfc, F);
	nn_activate_backward(b->p->g->config.activation, at(n, F), b->k->fc + at(i, F), dfc, dfc,
			     b->f->act + at(j, F));
	linalg_times(n, dfc, F, &b->p->w->m[GPT_FC], 0, a->s.ln, C);
	nn_norm_backward(&(struct nn_normed){ n, C, mid, gain, stats,
					      gpt_weight(b->p->g, b->l, GPT_LN2_B),
					      b->f->ln2 + at(j, C) },
			 a->s.ln, dx, b->f->dmid + at(i, C), b->dnorm + 2 * C);
}

static int folds(const struct block *b)
{
	return b->l == 0 && gpt_folds(b->p->g);
}

/*
 * Rows of one position: from the gradient at the heads' outputs, @dout; where values are folded, at
 * the stream behind them.
 */
static void attend(const struct block *b, struct nn_attended *f, const float *dout)
{
	struct gpt_acts *a = b->p->a;

	if (folds(b)) {
		nn_fold_backward(&(struct nn_folded){ f->n, f->t, f->H, b->C, f->key,
						      a->shared_pair, f->p, a->shared->fold },
				 dout, a->s.add, b->f->dfold);
		f->dp = a->s.add;
	}
	nn_attend_backward(f, dout, b->l > 0, b->f->dqkv);
}

/* The gradient at queries, keys and values from rows [r, end).  Rows below them must be done. */
static void attention(const struct block *b, int r, int end)
{
	int C = b->C, H = b->p->g->config.heads, pos, begin, stop;
	const struct gpt_rows *t = b->p->t;
	struct gpt_acts *a = b->p->a;
	const float *dout = b->f->dmid + at(r - b->from, C);

	if (!folds(b)) {
		linalg_times(end - r, dout, C, &b->p->w->m[GPT_PROJ], 0, a->s.add, C);
		dout = a->s.add;
	}
	for (pos = 0; pos < GPT_LENGTH; pos++) {
		begin = t->start[pos] > r ? t->start[pos] : r;
		stop = t->start[pos + 1] < end ? t->start[pos + 1] : end;
		if (begin < stop)
			attend(b,
			       &(struct nn_attended){ stop - begin, pos, H, C / H, b->k->qkv,
						      (b->l ? t->key : t->pair_key)[begin],
						      b->k->p + at(begin - b->from, NN_KEYS * H),
						      NULL },
			       dout + at(begin - r, C));
	}
}

/*
 * From the gradient at queries, keys and values of rows [r, end) of @x to that at the LN's input,
 * dx + what goes past the block: @past, of the rows with all the block's work, or NULL.
 */
static void input(const struct block *b, int r, int end, const float *x, const float *past,
		  float *dx)
{
	int C = b->C, n = end - r, low;
	const float *stats = b->k->stats1 + at(r, 2), *dqkv = b->f->dqkv + at(r, 3 * C);
	const float *gain = gpt_weight(b->p->g, b->l, GPT_LN1_W), *at_x = x + at(r, C);
	float *ln = b->p->a->s.ln, *to = dx + at(r, C);
	struct nn_normed f;

	low = b->from <= r ? 0 : b->from < end ? b->from - r : n; /* so many have no query */
	linalg_times(n, dqkv + C, 3 * C, &b->p->w->m[GPT_KEY_VALUE], 0, ln, C);
	linalg_times(n - low, dqkv + at(low, 3 * C), 3 * C, &b->p->w->m[GPT_QUERY], 1,
		     ln + at(low, C), C);
	if (!past)
		low = n;
	f = (struct nn_normed){ low,
				C,
				at_x,
				gain,
				stats,
				gpt_weight(b->p->g, b->l, GPT_LN1_B),
				b->f->ln1 + at(place(b, r), C) };
	nn_norm_backward(&f, ln, NULL, to, b->dnorm);
	f.n = n - low;
	f.x += at(low, C);
	f.y += at(low, C);
	f.stats += at(low, 2);
	nn_norm_backward(&f, ln + at(low, C), past ? past + at(r + low - b->from, C) : NULL,
			 to + at(low, C), b->dnorm);
}

/* Layer 0: what goes past the block, of all rows of a pair. */
static void past_pairs(const struct block *b)
{
	const struct gpt_rows *t = b->p->t;
	float *sum;
	int r;

	memset(b->p->a->dpairs, 0, at(t->M, b->C) * sizeof(float));
	for (r = b->from; r < t->N; r++) {
		sum = b->p->a->dpairs + at(t->pair[r], b->C);
		nn_add((size_t)b->C, sum, b->f->dmid + at(r - b->from, b->C), sum);
	}
}

void gpt_backward_block(const struct gpt_pass *p, int l, const struct gpt_sum *now)
{
	struct block b = block(p, l, now != NULL);
	struct gpt_sum s = now ? *now : (struct gpt_sum){ 0 };
	int N = p->t->N, piece = linalg_piece(N - b.from), r, end;

	/* Rows with queries of their own are written first when they are met; the others, here. */
	memset(b.f->dqkv, 0, at(l ? b.from : p->t->M, 3 * b.C) * sizeof(float));
	if (folds(&b))
		memset(b.f->dfold, 0, at(p->t->M * p->g->config.heads, b.C) * sizeof(float));
	for (r = b.from; r < N; r = end) {
		end = gpt_piece_end(r, N, piece);
		mlp(&b, r - b.from, end - r);
		attention(&b, r, end);
		if (now)
			gpt_weights_output(p, l, r - b.from, end - r, &s);
		s.beta = 1;
	}
	s.beta = now ? now->beta : 0;
	piece = linalg_piece(N);
	for (r = 0; l && r < N; r = end) {
		end = gpt_piece_end(r, N, piece);
		input(&b, r, end, b.k->x, b.f->dmid, p->a->dx[(l - 1) % 3]);
		if (now)
			gpt_weights_input(p, l, r, end, &s);
		s.beta = 1;
	}
	if (now)
		gpt_weights_norms(p, l, now);
	if (!l)
		past_pairs(&b);
}

/* The gradient at the values of pairs [r, end), from that at what they are folded to. */
static void unfold(const struct block *b, int r, int end)
{
	int C = b->C, H = b->p->g->config.heads, D = C / H, h;
	float *values = b->f->dqkv + at(r, 3 * C) + 2 * C;
	struct linalg_packed W;

	for (h = 0; h < H; h++) {
		linalg_pack(&W, LINALG_T, C, D,
			    gpt_weight(b->p->g, b->l, GPT_PROJ_W) + at(h * D, C), C,
			    b->p->a->s.room);
		linalg_times(end - r, b->f->dfold + at(r, H * C) + h * C, H * C, &W, 0,
			     values + h * D, 3 * C);
	}
}

void gpt_backward_pairs(const struct gpt_pass *p, int r, int end, float *dnorm)
{
	struct block b = block(p, 0, 0);
	float *dx = p->a->dx[0], *past = p->a->dpairs;

	b.dnorm = dnorm;
	if (folds(&b))
		unfold(&b, r, end);
	input(&b, r, end, p->a->pairs, NULL, dx);
	nn_add(at(end - r, b.C), past + at(r, b.C), dx + at(r, b.C), past + at(r, b.C));
}

void gpt_backward_embedding(const struct gpt *g, const struct gpt_rows *t, const struct gpt_acts *a,
			    float *grad)
{
	float *wte = gpt_at(g, grad, GPT_WTE), *wpe = gpt_at(g, grad, GPT_WPE), *sum;
	int C = g->config.width, i;

	memset(wpe, 0, g->param[GPT_WPE].size * sizeof(float));
	if (!g->config.tied) /* else the head's gradient is there */
		memset(wte, 0, g->param[GPT_WTE].size * sizeof(float));
	for (i = 0; i < t->M; i++) {
		sum = wte + at(t->pair_token[i], C);
		nn_add((size_t)C, sum, a->dpairs + at(i, C), sum);
		sum = wpe + at(t->pair_pos[i], C);
		nn_add((size_t)C, sum, a->dpairs + at(i, C), sum);
	}
}
