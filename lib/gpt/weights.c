/*
 * weights - the gradient of the weights, matrices in tiles; each tile is a sum over rows in order
 *
 * One thread computes a tile, a piece of rows at a time: on the way (acts.h), or later over all
 * rows.  The products and their order are the same.
 */
#include <string.h>

#include "gpt/acts.h"

/* A matrix's gradient, dW (in, out) = x^T dy over rows from `begin' on. */
struct product {
	const float *x, *dy;
	int ldx, ldy;
	int x_piece, dy_piece; /* taken on the way, there is one piece only */
	int begin;
	int tensor, first; /* in the tensor, from this column on */
	int in, out;
};

/* One call: rows [r, end), on the way or not, of block l. */
struct part {
	const struct gpt_pass *p;
	int l, r, end, way;
	struct gpt_sum s;
};

static struct product product(const struct gpt_pass *p, int l, enum gpt_matrix i)
{
	const struct gpt_config *c = &p->g->config;
	const struct gpt_acts *a = p->a;
	const struct gpt_kept *k = &a->layer[l];
	const struct gpt_flow *f = &a->flow[l % 2];
	int C = c->width, F = c->mlp, V = c->vocab, w = gpt_block(l),
	    from = gpt_from(p->g, p->t, l);
	const float *dx = a->dx[l % 3];

	if (l == c->layers)
		return (struct product){ a->dlogits, a->final,       V, C, 0, 0,
					 0,          gpt_head(p->g), 0, V, C };
	switch (i) {
	case GPT_QUERY:
		return (struct product){ f->ln1, f->dqkv,       C, 3 * C, 1, 0,
					 from,   w + GPT_QKV_W, 0, C,     C };
	case GPT_KEY_VALUE:
		return (struct product){ f->ln1, f->dqkv + C,   C, 3 * C, 1,    0,
					 0,      w + GPT_QKV_W, C, C,     2 * C };
	case GPT_PROJ:
		return (struct product){
			k->heads, f->dmid, C, C, 0, 0, 0, w + GPT_PROJ_W, 0, C, C
		};
	case GPT_FC:
		return (struct product){ f->ln2, f->dfc, C, F, 1, 1, 0, w + GPT_FC_W, 0, C, F };
	default:
		return (struct product){ f->act, dx, F, C, 1, 0, 0, w + GPT_OUT_W, 0, F, C };
	}
}

/*
 * Tiles are small where they are taken on the way, from short pieces; else they are long enough for
 * the BLAS.
 */
static int side_of(const struct gpt *g)
{
	return g->config.width <= GPT_NARROW ? 128 : 512;
}

static int tiles(const struct gpt *g, int n)
{
	return (n - 1) / side_of(g) + 1;
}

/* Tile @k, by rows, of a product, @high rows high. */
static void tile(const struct part *t, const struct product *m, int high, int k)
{
	const struct gpt *g = t->p->g;
	int side = side_of(g), across = tiles(g, m->out);
	int i = k / across * high, j = k % across * side, ld = g->param[m->tensor].shape[1], row;
	int rows = m->in - i < high ? m->in - i : high,
	    cols = m->out - j < side ? m->out - j : side;
	int low = m->begin < t->r ? t->r : m->begin < t->end ? m->begin : t->end;
	float *to = gpt_at(g, t->s.arena, m->tensor) + at(i, ld) + m->first + j;

	if (low < t->end) {
		row = t->way ? low - t->r : low; /* its place where there is one piece only */
		linalg_gemm(LINALG_T, LINALG_N, rows, cols, t->end - low, 1,
			    m->x + at(m->x_piece ? row : low, m->ldx) + i, m->ldx,
			    m->dy + at(m->dy_piece ? row : low, m->ldy) + j, m->ldy, t->s.beta, to,
			    ld);
	} else if (t->s.beta == 0) {
		for (row = 0; row < rows; row++)
			memset(to + at(row, ld), 0, (size_t)cols * sizeof(float));
	}
}

/* A vector: the sum of rows of dy (n, C), C the vector's size. */
static void rows_sum(const struct part *t, int tensor, int n, const float *dy)
{
	const struct gpt_param *param = &t->p->g->param[tensor];
	float *sum = t->s.arena + param->offset;

	if (t->s.beta == 0)
		memset(sum, 0, param->size * sizeof(float));
	nn_column_sums(n, param->shape[0], dy, param->shape[0], sum);
}

static void output_biases(const struct part *t)
{
	const struct gpt_acts *a = t->p->a;
	const struct gpt_flow *f = &a->flow[t->l % 2];
	int C = t->p->g->config.width, F = t->p->g->config.mlp, n = t->end - t->r;

	rows_sum(t, gpt_block(t->l) + GPT_OUT_B, n, a->dx[t->l % 3] + at(t->r, C));
	rows_sum(t, gpt_block(t->l) + GPT_FC_B, n, f->dfc + (t->way ? 0 : at(t->r, F)));
	rows_sum(t, gpt_block(t->l) + GPT_PROJ_B, n, f->dmid + at(t->r, C));
}

static void input_bias(const struct part *t)
{
	rows_sum(t, gpt_block(t->l) + GPT_QKV_B, t->end - t->r,
		 t->p->a->flow[t->l % 2].dqkv + at(t->r, 3 * t->p->g->config.width));
}

/* Those of the LNs, which backward has summed.  ln_f has the places of the next block's ln_1. */
static void norms(const struct part *t)
{
	int L = t->p->g->config.layers, C = t->p->g->config.width, w = gpt_block(t->l);
	const float *dnorm = t->p->a->dnorm + at(t->l, 4 * C);
	int i;

	for (i = t->l ? 0 : 2; i < (t->l < L ? 4 : 2); i++)
		rows_sum(t, w + (i < 2 ? GPT_LN1_W + i : GPT_LN2_W + i - 2), 1, dnorm + at(i, C));
}

/* All tiles of a matrix, from the rows of a part: high ones, whose factor is packed once. */
static void whole(const struct part *t, enum gpt_matrix i)
{
	enum { HIGH = 512 };
	struct product m = product(t->p, t->l, i);
	int k, n = ((m.in - 1) / HIGH + 1) * tiles(t->p->g, m.out);

	for (k = 0; k < n; k++)
		tile(t, &m, HIGH, k);
}

void gpt_weights_output(const struct gpt_pass *p, int l, int i, int n, const struct gpt_sum *s)
{
	struct part t = { p, l, i, i + n, 1, *s };

	whole(&t, GPT_OUT);
	whole(&t, GPT_FC);
	if (l || !gpt_folds(p->g))
		whole(&t, GPT_PROJ);
	output_biases(&t);
}

void gpt_weights_input(const struct gpt_pass *p, int l, int r, int end, const struct gpt_sum *s)
{
	struct part t = { p, l, r, end, 1, *s };

	whole(&t, GPT_QUERY);
	whole(&t, GPT_KEY_VALUE);
	input_bias(&t);
}

void gpt_weights_norms(const struct gpt_pass *p, int l, const struct gpt_sum *s)
{
	struct part t = { p, l, 0, 0, 1, *s };

	norms(&t);
}

/* The next of the pieces that backward takes of n rows; 0 when there is none. */
static int next(struct part *t, int n)
{
	int piece = linalg_piece(n);

	if (t->end == n)
		return 0;
	t->r = t->end;
	t->end = gpt_piece_end(t->r, n, piece);
	return 1;
}

static void vectors(struct part *t, int output, int input)
{
	const float beta = t->s.beta;

	for (t->end = 0; next(t, output); t->s.beta = 1)
		output_biases(t);
	for (t->s.beta = beta, t->end = 0; next(t, input); t->s.beta = 1)
		input_bias(t);
	t->s.beta = beta;
	norms(t);
}

/*
 * The matrix that unit @unit is of, and in *unit its tile there; the number of matrices if it is
 * behind all.
 */
static int find(const struct gpt *g, int l, int pairs, int *unit)
{
	int C = g->config.width, F = g->config.mlp, own, i, n;
	const int size[GPT_MATRICES][2] = { [GPT_QUERY] = { C, C },
					    [GPT_KEY_VALUE] = { C, 2 * C },
					    [GPT_PROJ] = { C, C },
					    [GPT_FC] = { C, F },
					    [GPT_OUT] = { F, C } };

	if (l == g->config.layers) {
		n = tiles(g, g->config.vocab) * tiles(g, C);
		if (*unit < n)
			return GPT_UNEMBED;
		*unit -= n;
		return GPT_MATRICES;
	}
	own = gpt_own_matrices(g, l);
	for (i = pairs ? 0 : own; i < (pairs ? own : GPT_MATRICES); i++) {
		n = tiles(g, size[i][0]) * tiles(g, size[i][1]);
		if (*unit < n)
			return i;
		*unit -= n;
	}
	return GPT_MATRICES;
}

static int count(const struct gpt *g, int l, int pairs)
{
	enum { MANY = 1 << 30 };
	int unit = MANY;

	find(g, l, pairs, &unit);
	return MANY - unit + 1; /* and the vectors */
}

int gpt_weight_units(const struct gpt *g, int l)
{
	return count(g, l, 0);
}

int gpt_pair_units(const struct gpt *g)
{
	return count(g, 0, 1);
}

void gpt_weights(const struct gpt_pass *p, int l, int unit, const struct gpt_sum *s)
{
	struct part t = { p, l, 0, 0, 0, *s };
	int L = p->g->config.layers, i = find(p->g, l, 0, &unit), n;
	struct product m;

	n = l == L ? p->t->B : p->t->N - gpt_from(p->g, p->t, l);
	if (i == GPT_MATRICES) {
		vectors(&t, l == L ? 0 : n, l == 0 || l == L ? 0 : p->t->N);
		return;
	}
	m = product(p, l, (enum gpt_matrix)i);
	if (l < L && (i == GPT_QUERY || i == GPT_KEY_VALUE))
		n = p->t->N;
	if (l == L) {
		t.end = n;
		tile(&t, &m, side_of(p->g), unit);
		return;
	}
	for (; next(&t, n); t.s.beta = 1)
		tile(&t, &m, side_of(p->g), unit);
}

/* Tile @k of what values are folded by: of each head's rows there, a product of its own. */
static void folded(const struct part *t, int k)
{
	const struct gpt *g = t->p->g;
	const struct gpt_flow *f = &t->p->a->flow[0];
	int C = g->config.width, H = g->config.heads, D = C / H, side = side_of(g);
	int i = k / tiles(g, C) * side, j = k % tiles(g, C) * side;
	int end = C - i < side ? C : i + side, cols = C - j < side ? C - j : side, h, stop;
	const float *values = t->p->a->layer[0].qkv + 2 * C;

	for (; i < end; i = stop) {
		h = i / D;
		stop = (h + 1) * D < end ? (h + 1) * D : end;
		linalg_gemm(LINALG_T, LINALG_N, stop - i, cols, t->p->t->M, 1, values + i, 3 * C,
			    f->dfold + at(h, C) + j, H * C, t->s.beta,
			    gpt_at(g, t->s.arena, gpt_block(0) + GPT_PROJ_W) + at(i, C) + j, C);
	}
}

void gpt_pair_weights(const struct gpt_pass *p, int unit, const struct gpt_sum *s)
{
	struct part t = { p, 0, 0, 0, 0, *s };
	int i = find(p->g, 0, 1, &unit), w = gpt_block(0), C = p->g->config.width;
	struct product m;

	if (i == GPT_MATRICES) {
		for (; next(&t, p->t->M); t.s.beta = 1)
			input_bias(&t);
		t.s = *s;
		rows_sum(&t, w + GPT_LN1_W, 1, p->a->dnorm);
		rows_sum(&t, w + GPT_LN1_B, 1, p->a->dnorm + C);
		return;
	}
	if (i == GPT_PROJ) {
		folded(&t, unit);
		return;
	}
	m = product(p, 0, (enum gpt_matrix)i);
	for (; next(&t, p->t->M); t.s.beta = 1)
		tile(&t, &m, side_of(p->g), unit);
}
