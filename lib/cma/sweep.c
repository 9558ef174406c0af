/* sweep - see sweep.h; memory, rows of the examples, and one layer of everything. */
#include "cma/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "gpt/linalg.h"

static size_t at(int row, int width)
{
	return (size_t)row * (size_t)width;
}

/* ---- memory ---- */

static int examples(const struct cma_plan *plan, int n)
{
	return CMA_CHECKS + plan->net->g->config.layers * plan->per_layer * n;
}

/* Floats of x, mid, then what a block needs, then drift and scratch. */
static size_t floats(const struct cma_plan *plan, int n)
{
	const struct gpt_config *c = &plan->net->g->config;

	return at(plan->S * (examples(plan, n) + 2 * n), c->width) +
	       at(plan->net->piece, c->width + NN_KEYS * c->heads) + at(n, c->width / c->heads) +
	       at(2 * n, c->vocab) + 4 * (size_t)c->width;
}

size_t cma_sweep_bytes(const struct cma_plan *plan, int n)
{
	return cma_walk_bytes(plan->net, 2 * (n + 1), plan->net->piece) +
	       floats(plan, n + 1) * sizeof(float);
}

int cma_sweep_create(struct cma_sweep *s, const struct cma_plan *plan, struct err *e)
{
	const struct gpt_config *c = &plan->net->g->config;
	int n = plan->chunk + 1;

	*s = (struct cma_sweep){ .plan = plan, .most = examples(plan, n) };
	if (cma_walk_create(&s->w, plan->net, 2 * n, plan->net->piece, e))
		return -1;
	s->x = malloc(floats(plan, n) * sizeof(float));
	s->key = malloc((size_t)plan->net->piece * sizeof(*s->key));
	if (!s->x || !s->key) {
		cma_sweep_free(s);
		return err_memory(e);
	}
	s->mid = s->x + at(plan->S * s->most, c->width);
	s->heads = s->mid + at(plan->S * 2 * n, c->width);
	s->p = s->heads + at(plan->net->piece, c->width);
	s->delta = s->p + at(plan->net->piece, NN_KEYS * c->heads);
	s->logits = s->delta + at(n, c->width / c->heads);
	s->drift = s->logits + at(2 * n, c->vocab);
	s->scratch = s->drift + c->width;
	return 0;
}

void cma_sweep_free(struct cma_sweep *s)
{
	cma_walk_free(&s->w);
	free(s->x);
	free(s->key);
	*s = (struct cma_sweep){ 0 };
}

/* ---- rows ---- */

/* The row at `=' of the run on pair @i's base (0) or source (1). */
static int end_row(const struct cma_sweep *s, int run, int i)
{
	return s->w.rows.start[GPT_LENGTH - 1] + run * s->n + i;
}

float *cma_sweep_stream(const struct cma_sweep *s, int example, int pos)
{
	return s->x + at((pos - s->plan->T) * s->most + example, s->w.net->g->config.width);
}

const float *cma_sweep_clean(const struct cma_sweep *s, int run, int i, int pos)
{
	return s->w.x + at(s->w.rows.key[end_row(s, run, i)][pos], s->w.net->g->config.width);
}

/* The same between attention and MLP. */
static float *mid(const struct cma_sweep *s, int run, int i, int pos)
{
	return s->mid + at(((pos - s->plan->T) * 2 + run) * s->n + i, s->w.net->g->config.width);
}

/* The outputs of the heads. */
static const float *heads(const struct cma_sweep *s, int layer, int run, int i, int pos)
{
	int r = s->w.rows.key[end_row(s, run, i)][pos] - cma_from(s->w.net->g, &s->w.rows, layer);

	return s->w.heads + at(r, s->w.net->g->config.width);
}

static void copy(int n, int C, const float *from, float *to)
{
	memcpy(to, from, at(n, C) * sizeof(float));
}

static void subtract(int C, const float *a, const float *b, float *y)
{
	int c;

	for (c = 0; c < C; c++)
		y[c] = a[c] - b[c];
}

/* What the MLP has added to a clean run. */
static void added(const struct cma_sweep *s, int run, int i, int pos, float *y)
{
	subtract(s->w.net->g->config.width, cma_sweep_clean(s, run, i, pos), mid(s, run, i, pos),
		 y);
}

/* ---- one layer ---- */

/* Examples first .. first + n - 1 through attention. */
static void attend(struct cma_sweep *s, int layer, int from, int first, int n)
{
	const struct gpt_layers *net = s->plan->net;
	int C = net->g->config.width, H = net->g->config.heads, N = s->w.rows.N, T = s->plan->T,
	    pos, q, k;

	for (pos = T; pos < GPT_LENGTH; pos++)
		(pos < from ? gpt_kv : gpt_qkv)(net, layer, n, cma_sweep_stream(s, first, pos),
						s->w.work, s->w.qkv + at(N + (pos - T) * n, 3 * C));
	for (k = 0; k < n; k++) {
		int i = first ? (first - CMA_CHECKS + k) % s->n : 0;
		const int *base = cma_keys(&s->w, layer, end_row(s, 0, i));

		for (q = 0; q < GPT_LENGTH; q++)
			s->key[k][q] = q < T ? base[q] : N + (q - T) * n + k;
	}
	for (pos = from; pos < GPT_LENGTH; pos++) {
		float *out = s->heads + at((pos - from) * n, C);

		nn_attend(n, pos, H, C / H, s->w.qkv, s->key[0], s->p, out);
		gpt_attn(net, layer, n, out, cma_sweep_stream(s, first, pos));
	}
}

static void add_head(const struct cma_sweep *s, int layer, int h, int n, float *x)
{
	int C = s->plan->net->g->config.width, D = C / s->plan->net->g->config.heads;

	linalg_gemm(LINALG_N, LINALG_N, n, C, D, 1, s->delta, D,
		    gpt_head_weight(s->plan->net->g, layer, h), C, 1, x, C);
}

/* The two checks, with every site patched. */
static void pass_checks(struct cma_sweep *s, int layer, int from)
{
	const struct gpt_layers *net = s->plan->net;
	int C = net->g->config.width, H = net->g->config.heads, check, pos, h;
	float *own = s->scratch, *source = own + C, *before = source + C, *x;

	attend(s, layer, from, 0, CMA_CHECKS);
	for (pos = from; pos < GPT_LENGTH; pos++) {
		for (check = 0; check < CMA_CHECKS; check++)
			for (h = 0; h < H; h++) {
				s->plan->op->head(
					h, C / H,
					s->heads + at((pos - from) * CMA_CHECKS + check, C),
					heads(s, layer, check == CMA_EVERYTHING, 0, pos), s->delta);
				add_head(s, layer, h, 1, cma_sweep_stream(s, check, pos));
			}
		x = cma_sweep_stream(s, CMA_HELD, pos);
		copy(1, C, x, before);
		for (check = 0; check < CMA_CHECKS; check++)
			gpt_mlp(net, layer, 1, cma_sweep_stream(s, check, pos), s->w.work);
		subtract(C, x, before, own);
		added(s, 1, 0, pos, source);
		s->plan->op->mlp(C, own, source, own);
		nn_add((size_t)C, before, own, x);
	}
	added(s, 0, 0, GPT_LENGTH - 1, own);
	added(s, 1, 0, GPT_LENGTH - 1, source);
	subtract(C, source, own, own);
	nn_add((size_t)C, s->drift, own, s->drift);
}

/* Patched runs of all heads of the layer: the base's stream behind attention, corrected. */
static void append_heads(struct cma_sweep *s, int layer, int from)
{
	const struct gpt_layers *net = s->plan->net;
	int C = net->g->config.width, H = net->g->config.heads, D = C / H, pos, h, i;

	for (pos = from; pos < GPT_LENGTH; pos++)
		for (h = 0; h < H; h++) {
			float *x = cma_sweep_stream(s, s->m + h * s->n, pos);

			copy(s->n, C, mid(s, 0, 0, pos), x);
			for (i = 0; i < s->n; i++)
				s->plan->op->head(h, D, heads(s, layer, 0, i, pos),
						  heads(s, layer, 1, i, pos), s->delta + at(i, D));
			add_head(s, layer, h, s->n, x);
		}
	for (pos = from; pos < GPT_LENGTH; pos++)
		gpt_mlp(net, layer, H * s->n, cma_sweep_stream(s, s->m, pos), s->w.work);
	s->m += H * s->n;
}

static void append_mlps(struct cma_sweep *s, int from)
{
	int C = s->plan->net->g->config.width, i, pos;
	float *own = s->scratch, *source = own + C, *y = source + C;

	for (i = 0; i < s->n; i++)
		for (pos = from; pos < GPT_LENGTH; pos++) {
			added(s, 0, i, pos, own);
			added(s, 1, i, pos, source);
			s->plan->op->mlp(C, own, source, y);
			nn_add((size_t)C, mid(s, 0, i, pos), y, cma_sweep_stream(s, s->m + i, pos));
		}
	s->m += s->n;
}

/* Both clean runs through the layer; the streams between attention and MLP are kept. */
static void pass_clean(struct cma_sweep *s, int layer, int from)
{
	int pos, run, i;

	cma_walk_attend(&s->w, layer);
	cma_walk_attn(&s->w, layer);
	for (pos = from; pos < GPT_LENGTH; pos++)
		for (run = 0; run < 2; run++)
			for (i = 0; i < s->n; i++)
				copy(1, s->w.net->g->config.width, cma_sweep_clean(s, run, i, pos),
				     mid(s, run, i, pos));
	cma_walk_mlp(&s->w, layer);
}

void cma_sweep_layer(struct cma_sweep *s, int layer)
{
	const struct cma_plan *plan = s->plan;
	int from = layer == plan->net->g->config.layers - 1 ? GPT_LENGTH - 1 : plan->T;
	int piece = plan->net->piece, first, n, pos;

	pass_clean(s, layer, from);
	pass_checks(s, layer, from);
	for (first = CMA_CHECKS; first < s->m; first += n) {
		n = s->m - first < piece / plan->S ? s->m - first : piece / plan->S;
		attend(s, layer, from, first, n);
		for (pos = from; pos < GPT_LENGTH; pos++)
			gpt_mlp(plan->net, layer, n, cma_sweep_stream(s, first, pos), s->w.work);
	}
	if (plan->sites & CMA_HEADS)
		append_heads(s, layer, from);
	if (plan->sites & CMA_MLPS)
		append_mlps(s, from);
}

void cma_sweep_start(struct cma_sweep *s, const int *tokens, int n)
{
	int C = s->plan->net->g->config.width, i, pos;

	s->n = n;
	s->m = CMA_CHECKS;
	cma_walk_start(&s->w, tokens, 2 * n);
	for (i = 0; i < CMA_CHECKS; i++)
		for (pos = s->plan->T; pos < GPT_LENGTH; pos++)
			copy(1, C, cma_sweep_clean(s, 0, 0, pos), cma_sweep_stream(s, i, pos));
	memset(s->drift, 0, (size_t)C * sizeof(float));
}
