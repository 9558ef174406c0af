/* sweep - memory, rows of the examples, and one layer of all runs; see sweep.h */
#include "cma/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "gpt/at.h"
#include "gpt/linalg.h"

/* ---- memory ---- */

/* Rows that are at work together: of a piece, or one for each pair and position. */
static int rows(const struct cma_plan *plan, int n)
{
	return plan->net->piece > plan->S * n ? plan->net->piece : plan->S * n;
}

static int examples(const struct cma_plan *plan, int n)
{
	return CMA_CHECKS + plan->examples * n;
}

/* Floats of x, before, mid, heads and p, delta, logits. */
static size_t floats(const struct cma_plan *plan, int n)
{
	const struct gpt_config *c = &plan->net->g->config;

	return (size_t)plan->S * at(examples(plan, n) + 4 * n, c->width) +
	       at(rows(plan, n), c->width + NN_KEYS * c->heads) + at(n, c->width / c->heads) +
	       at(2 * n, c->vocab);
}

size_t cma_sweep_bytes(const struct cma_plan *plan, int n)
{
	return cma_walk_bytes(plan->net, 2 * n, rows(plan, n)) + floats(plan, n) * sizeof(float) +
	       (size_t)examples(plan, n);
}

int cma_sweep_create(struct cma_sweep *s, const struct cma_plan *plan, struct err *e)
{
	const struct gpt_config *c = &plan->net->g->config;
	int n = plan->chunk, S = plan->S;

	*s = (struct cma_sweep){ .plan = plan, .most = examples(plan, n) };
	if (cma_walk_create(&s->w, plan->net, 2 * n, rows(plan, n), e))
		return -1;
	s->x = malloc(floats(plan, n) * sizeof(float));
	s->key = malloc((size_t)rows(plan, n) * sizeof(*s->key));
	s->own = malloc((size_t)s->most);
	if (!s->x || !s->key || !s->own) {
		cma_sweep_free(s);
		return err_memory(e);
	}
	s->before = s->x + (size_t)S * at(s->most, c->width);
	s->mid = s->before + at(S * 2 * n, c->width);
	s->heads = s->mid + at(S * 2 * n, c->width);
	s->p = s->heads + at(rows(plan, n), c->width);
	s->delta = s->p + at(rows(plan, n), NN_KEYS * c->heads);
	s->logits = s->delta + at(n, c->width / c->heads);
	return 0;
}

void cma_sweep_free(struct cma_sweep *s)
{
	cma_walk_free(&s->w);
	free(s->x);
	free(s->key);
	free(s->own);
	*s = (struct cma_sweep){ 0 };
}

/* ---- rows ---- */

/* The row at `=' of the run on pair @i's base (0) or source (1). */
static int end_row(const struct cma_sweep *s, int run, int i)
{
	return s->w.rows.start[GPT_LENGTH - 1] + run * s->n + i;
}

int cma_sweep_from(const struct cma_sweep *s, int layer)
{
	return layer == s->w.net->g->config.layers - 1 ? GPT_LENGTH - 1 : s->plan->T;
}

float *cma_sweep_stream(const struct cma_sweep *s, int example, int pos)
{
	size_t first = (size_t)(pos - s->plan->T) * (size_t)s->most;

	return s->x + (first + (size_t)example) * (size_t)s->w.net->g->config.width;
}

const float *cma_sweep_clean(const struct cma_sweep *s, int run, int i, int pos)
{
	return s->w.x + at(s->w.rows.key[end_row(s, run, i)][pos], s->w.net->g->config.width);
}

static size_t kept(const struct cma_sweep *s, int run, int i, int pos)
{
	return at(((pos - s->plan->T) * 2 + run) * s->n + i, s->w.net->g->config.width);
}

const float *cma_sweep_before(const struct cma_sweep *s, int run, int i, int pos)
{
	return s->before + kept(s, run, i, pos);
}

const float *cma_sweep_mid(const struct cma_sweep *s, int run, int i, int pos)
{
	return s->mid + kept(s, run, i, pos);
}

const float *cma_sweep_heads(const struct cma_sweep *s, int layer, int run, int i, int pos)
{
	int r = s->w.rows.key[end_row(s, run, i)][pos] - gpt_from(s->w.net->g, &s->w.rows, layer);

	return s->w.heads + at(r, s->w.net->g->config.width);
}

const float *cma_sweep_qkv(const struct cma_sweep *s, int layer, int run, int i, int pos)
{
	return s->w.qkv +
	       at(cma_keys(&s->w, layer, end_row(s, run, i))[pos], 3 * s->w.net->g->config.width);
}

static void copy(int n, int C, const float *from, float *to)
{
	memcpy(to, from, at(n, C) * sizeof(float));
}

/* What both clean runs have at positions from @from on. */
static void keep(struct cma_sweep *s, int from, float *to)
{
	int pos, run, i;

	for (pos = from; pos < GPT_LENGTH; pos++)
		for (run = 0; run < 2; run++)
			for (i = 0; i < s->n; i++)
				copy(1, s->w.net->g->config.width, cma_sweep_clean(s, run, i, pos),
				     to + kept(s, run, i, pos));
}

/* ---- one layer ---- */

static int later(int a, int b)
{
	return a > b ? a : b;
}

/* Examples from @first on that are taken together: of a piece, with the same own positions. */
static int together(const struct cma_sweep *s, int first)
{
	int most = s->plan->net->piece / s->plan->S, n = 1;

	while (n < most && first + n < s->m && s->own[first + n] == s->own[first])
		n++;
	return n;
}

/* Keys of @n examples with rows of their own from @own on, behind the table. */
static void set_keys(struct cma_sweep *s, int layer, int own, int first, int n)
{
	int T = s->plan->T, N = s->w.rows.N, k, q;

	for (k = 0; k < n; k++) {
		int i = first ? (first - CMA_CHECKS + k) % s->n : 0;
		const int *base = cma_keys(&s->w, layer, end_row(s, 0, i));

		for (q = 0; q < GPT_LENGTH; q++)
			s->key[k][q] = q < own ? base[q] : N + (q - T) * n + k;
	}
}

void cma_sweep_attend(struct cma_sweep *s, int layer, int first, int n)
{
	const struct gpt_layers *net = s->plan->net;
	int C = net->g->config.width, H = net->g->config.heads, N = s->w.rows.N, T = s->plan->T;
	int own = s->own[first], from = later(own, cma_sweep_from(s, layer)), pos;

	for (pos = own; pos < GPT_LENGTH; pos++)
		(pos < from ? gpt_kv : gpt_qkv)(net, layer, n, cma_sweep_stream(s, first, pos),
						s->w.work, s->w.qkv + at(N + (pos - T) * n, 3 * C));
	set_keys(s, layer, own, first, n);
	for (pos = from; pos < GPT_LENGTH; pos++) {
		float *out = s->heads + at((pos - from) * n, C);

		nn_attend(n, pos, H, C / H, s->w.qkv, s->key[0], s->p, out);
		gpt_attn(net, layer, n, out, cma_sweep_stream(s, first, pos));
	}
}

void cma_sweep_layer(struct cma_sweep *s, int layer)
{
	int from = cma_sweep_from(s, layer), first, n, pos;

	keep(s, s->plan->T, s->before);
	cma_walk_attend(&s->w, layer);
	cma_walk_attn(&s->w, layer);
	keep(s, from, s->mid);
	cma_walk_mlp(&s->w, layer);
	for (first = CMA_CHECKS; first < s->m; first += n) {
		n = together(s, first);
		cma_sweep_attend(s, layer, first, n);
		for (pos = later(from, s->own[first]); pos < GPT_LENGTH; pos++)
			gpt_mlp(s->plan->net, layer, n, cma_sweep_stream(s, first, pos), s->w.work);
	}
}

void cma_sweep_add_head(const struct cma_sweep *s, int layer, int h, int n, float *x)
{
	int C = s->plan->net->g->config.width, D = C / s->plan->net->g->config.heads;

	linalg_gemm(LINALG_N, LINALG_N, n, C, D, 1, s->delta, D,
		    gpt_head_weight(s->plan->net->g, layer, h), C, 1, x, C);
}

void cma_sweep_add_mlp(struct cma_sweep *s, int layer, int own, int count)
{
	int pos;

	for (pos = later(own, cma_sweep_from(s, layer)); pos < GPT_LENGTH; pos++)
		gpt_mlp(s->plan->net, layer, count, cma_sweep_stream(s, s->m, pos), s->w.work);
	memset(s->own + s->m, own, (size_t)count);
	s->m += count;
}

/* The base's rows of qkv with one third exchanged, behind the table. */
static void exchange(struct cma_sweep *s, int layer, int kind, const float *alt)
{
	int C = s->plan->net->g->config.width, T = s->plan->T, N = s->w.rows.N, pos, i;

	for (pos = T; pos < GPT_LENGTH; pos++)
		for (i = 0; i < s->n; i++) {
			int k = (pos - T) * s->n + i;
			float *row = s->w.qkv + at(N + k, 3 * C);

			copy(1, 3 * C, cma_sweep_qkv(s, layer, 0, i, pos), row);
			if (pos < s->plan->until)
				copy(1, C, alt + at(k, 3 * C) + kind * C, row + kind * C);
		}
}

void cma_sweep_append_qkv(struct cma_sweep *s, int layer, int kind, const float *alt)
{
	int C = s->plan->net->g->config.width, H = s->plan->net->g->config.heads, D = C / H;
	int n = s->n, T = s->plan->T, own = T, pos, h, i, d;

	/* The first position attends to itself alone, whatever its query and key are. */
	if (T == 0 && kind < 2)
		own = 1;
	exchange(s, layer, kind, alt);
	set_keys(s, layer, T, CMA_CHECKS, n);
	for (pos = later(own, cma_sweep_from(s, layer)); pos < GPT_LENGTH; pos++) {
		nn_attend(n, pos, H, D, s->w.qkv, s->key[0], s->p, s->heads);
		for (h = 0; h < H; h++) {
			float *x = cma_sweep_stream(s, s->m + h * n, pos);

			for (i = 0; i < n; i++) {
				const float *base = cma_sweep_heads(s, layer, 0, i, pos) + h * D;
				const float *patched = s->heads + at(i, C) + h * D;

				for (d = 0; d < D; d++)
					s->delta[i * D + d] = patched[d] - base[d];
			}
			copy(n, C, cma_sweep_mid(s, 0, 0, pos), x);
			cma_sweep_add_head(s, layer, h, n, x);
		}
	}
	cma_sweep_add_mlp(s, layer, own, H * n);
}

void cma_sweep_start(struct cma_sweep *s, const int *tokens, int n)
{
	int C = s->plan->net->g->config.width, i, pos;

	s->n = n;
	s->m = CMA_CHECKS;
	memset(s->own, s->plan->T, (size_t)s->most);
	cma_walk_start(&s->w, tokens, 2 * n);
	for (i = 0; i < CMA_CHECKS; i++)
		for (pos = s->plan->T; pos < GPT_LENGTH; pos++)
			copy(1, C, cma_sweep_clean(s, 0, 0, pos), cma_sweep_stream(s, i, pos));
}
