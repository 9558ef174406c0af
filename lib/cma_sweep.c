#include "cma_sweep.h"

#include <stdlib.h>
#include <string.h>

#include "gpt_layer.h"
#include "linalg.h"

static size_t at(int row, int width)
{
	return (size_t)row * (size_t)width;
}

/* ---- memory ---- */

static size_t stream_floats(const struct cma_plan *plan, int n)
{
	size_t examples = CMA_CHECKS + at(plan->g->config.layers * plan->per_layer, n);

	return examples * at(plan->S, plan->g->config.width);
}

static size_t block_floats(const struct gpt_config *c)
{
	return at(CMA_ROWS, 4 * c->width + NN_KEYS * c->heads + c->vocab) + (size_t)c->width;
}

size_t cma_sweep_bytes(const struct cma_plan *plan, int n)
{
	return cma_walk_bytes(plan->g, 2 * (n + 1), CMA_ROWS) +
	       (stream_floats(plan, n + 1) + block_floats(&plan->g->config)) * sizeof(float);
}

int cma_sweep_create(struct cma_sweep *s, const struct cma_plan *plan, struct err *e)
{
	const struct gpt_config *c = &plan->g->config;

	*s = (struct cma_sweep){ .plan = plan };
	if (cma_walk_create(&s->w, plan->g, 2 * (plan->chunk + 1), CMA_ROWS, e))
		return -1;
	s->x = malloc(stream_floats(plan, plan->chunk + 1) * sizeof(float));
	s->in = malloc(block_floats(c) * sizeof(float));
	s->key = malloc(CMA_ROWS * sizeof(*s->key));
	if (!s->x || !s->in || !s->key) {
		cma_sweep_free(s);
		return err_memory(e);
	}
	s->heads = s->in + at(CMA_ROWS, c->width);
	s->out = s->heads + at(CMA_ROWS, c->width);
	s->delta = s->out + at(CMA_ROWS, c->width);
	s->p = s->delta + at(CMA_ROWS, c->width);
	s->logits = s->p + at(CMA_ROWS, NN_KEYS * c->heads);
	s->drift = s->logits + at(CMA_ROWS, c->vocab);
	return 0;
}

void cma_sweep_free(struct cma_sweep *s)
{
	cma_walk_free(&s->w);
	free(s->x);
	free(s->in);
	free(s->key);
	*s = (struct cma_sweep){ 0 };
}

/* ---- one layer ---- */

/* The row of position @pos in the run on pair @i's base (0) or source (1). */
static int row(const struct cma_sweep *s, int run, int i, int pos)
{
	const struct gpt_rows *t = &s->w.rows;

	return t->key[t->start[GPT_LENGTH - 1] + run * s->n + i][pos];
}

/* The same row's place in heads, attn and mlp, where the last layer has `=' only. */
static int out_row(const struct cma_sweep *s, int layer, int run, int i, int pos)
{
	return row(s, run, i, pos) - cma_from(s->w.g, &s->w.rows, layer);
}

int cma_sweep_pair(const struct cma_sweep *s, int example)
{
	return example < CMA_CHECKS ? 0 : (example - CMA_CHECKS) % s->n;
}

float *cma_sweep_stream(const struct cma_sweep *s, int example, int pos)
{
	return s->x + at(example * s->plan->S + pos - s->plan->T, s->w.g->config.width);
}

const float *cma_sweep_clean(const struct cma_sweep *s, int run, int i, int pos)
{
	return s->w.x + at(row(s, run, i, pos), s->w.g->config.width);
}

static void copy(int C, const float *from, float *to)
{
	memcpy(to, from, (size_t)C * sizeof(float));
}

static void add_product(const struct gpt *g, int layer, int h, int n, const float *delta, float *x)
{
	int C = g->config.width, D = C / g->config.heads;

	linalg_gemm(LINALG_N, LINALG_N, n, C, D, 1, delta, D, gpt_head_weight(g, layer, h), C, 1, x,
		    C);
}

/* MLP over n rows of s->in, added to them. */
static void finish_block(struct cma_sweep *s, int layer, int n)
{
	gpt_mlp(s->w.g, layer, n, s->in, s->w.work, s->out);
	nn_add(at(n, s->w.g->config.width), s->in, s->out, s->in);
}

/* Patched runs of all heads of the layer: the base's stream behind attention, corrected. */
static void append_heads(struct cma_sweep *s, int layer, int from)
{
	const struct gpt *g = s->plan->g;
	int C = g->config.width, H = g->config.heads, D = C / H;
	int most = CMA_ROWS / (GPT_LENGTH - from), first, n, k, pos, next;

	for (first = 0; first < H * s->n; first += n) {
		n = H * s->n - first < most ? H * s->n - first : most;
		for (pos = from; pos < GPT_LENGTH; pos++) {
			float *x = s->in + at((pos - from) * n, C);

			for (k = 0; k < n; k++) {
				int h = (first + k) / s->n, i = (first + k) % s->n;

				copy(C, cma_sweep_clean(s, 0, i, pos), x + at(k, C));
				s->plan->op->head(h, D,
						  s->w.heads + at(out_row(s, layer, 0, i, pos), C),
						  s->w.heads + at(out_row(s, layer, 1, i, pos), C),
						  s->delta + at(k, D));
			}
			for (k = 0; k < n; k = next) {
				int h = (first + k) / s->n;

				next = (h + 1) * s->n - first < n ? (h + 1) * s->n - first : n;
				add_product(g, layer, h, next - k, s->delta + at(k, D),
					    x + at(k, C));
			}
		}
		finish_block(s, layer, (GPT_LENGTH - from) * n);
		for (pos = from; pos < GPT_LENGTH; pos++)
			for (k = 0; k < n; k++)
				copy(C, s->in + at((pos - from) * n + k, C),
				     cma_sweep_stream(s, s->m + first + k, pos));
	}
	s->m += H * s->n;
}

static void append_mlps(struct cma_sweep *s, int layer, int from)
{
	int C = s->plan->g->config.width, i, pos;

	for (i = 0; i < s->n; i++)
		for (pos = from; pos < GPT_LENGTH; pos++) {
			s->plan->op->mlp(C, s->w.mlp + at(out_row(s, layer, 0, i, pos), C),
					 s->w.mlp + at(out_row(s, layer, 1, i, pos), C), s->out);
			nn_add((size_t)C, cma_sweep_clean(s, 0, i, pos), s->out,
			       cma_sweep_stream(s, s->m + i, pos));
		}
	s->m += s->n;
}

/* Every head of the two checks, row @k of its block and @step further on for the next position. */
static void check_heads(struct cma_sweep *s, int layer, int from, int step)
{
	int C = s->plan->g->config.width, H = s->plan->g->config.heads, check, pos, h;

	for (pos = from; pos < GPT_LENGTH; pos++)
		for (check = 0; check < CMA_CHECKS; check++) {
			int run = check == CMA_EVERYTHING, r = (pos - from) * step + check;

			for (h = 0; h < H; h++) {
				s->plan->op->head(h, C / H, s->heads + at(r, C),
						  s->w.heads +
							  at(out_row(s, layer, run, 0, pos), C),
						  s->delta);
				add_product(s->plan->g, layer, h, 1, s->delta, s->in + at(r, C));
			}
		}
}

static void check_mlps(struct cma_sweep *s, int layer, int from, int step)
{
	int C = s->plan->g->config.width, pos;

	for (pos = from; pos < GPT_LENGTH; pos++) {
		float *y = s->out + at((pos - from) * step + CMA_HELD, C);

		s->plan->op->mlp(C, y, s->w.mlp + at(out_row(s, layer, 1, 0, pos), C), y);
	}
}

/* Examples first .. first + n - 1 through the layer. */
static void pass_block(struct cma_sweep *s, int layer, int from, int first, int n)
{
	const struct gpt *g = s->plan->g;
	int C = g->config.width, H = g->config.heads, N = s->w.rows.N;
	int rows = (GPT_LENGTH - from) * n, pos, q, k;

	for (pos = s->plan->T; pos < GPT_LENGTH; pos++)
		for (k = 0; k < n; k++)
			copy(C, cma_sweep_stream(s, first + k, pos),
			     s->in + at((pos - s->plan->T) * n + k, C));
	gpt_qkv(g, layer, s->plan->S * n, s->in, s->w.work, s->w.qkv + at(N, 3 * C));
	if (from > s->plan->T)
		memmove(s->in, s->in + at((from - s->plan->T) * n, C), at(rows, C) * sizeof(float));
	for (pos = from; pos < GPT_LENGTH; pos++) {
		for (k = 0; k < n; k++)
			for (q = 0; q < GPT_LENGTH; q++)
				s->key[k][q] = q < s->plan->T
						       ? row(s, 0, cma_sweep_pair(s, first + k), q)
						       : N + (q - s->plan->T) * n + k;
		nn_attend(n, pos, H, C / H, s->w.qkv, s->key[0], s->p,
			  s->heads + at((pos - from) * n, C));
	}
	gpt_attn(g, layer, rows, s->heads, s->out);
	nn_add(at(rows, C), s->in, s->out, s->in);
	if (first == 0)
		check_heads(s, layer, from, n);
	gpt_mlp(g, layer, rows, s->in, s->w.work, s->out);
	if (first == 0)
		check_mlps(s, layer, from, n);
	nn_add(at(rows, C), s->in, s->out, s->in);
	for (pos = from; pos < GPT_LENGTH; pos++)
		for (k = 0; k < n; k++)
			copy(C, s->in + at((pos - from) * n + k, C),
			     cma_sweep_stream(s, first + k, pos));
}

void cma_sweep_layer(struct cma_sweep *s, int layer)
{
	struct cma_walk *w = &s->w;
	int C = s->plan->g->config.width, behind = cma_from(s->plan->g, &w->rows, layer);
	int from = behind ? GPT_LENGTH - 1 : s->plan->T, first, n, c;
	const float *mlp[2];

	cma_walk_attend(w, layer);
	cma_walk_attn(w, layer);
	nn_add(at(w->rows.N - behind, C), w->x + at(behind, C), w->attn, w->x + at(behind, C));
	cma_walk_mlp(w, layer);
	for (first = 0; first < s->m; first += n) {
		n = s->m - first < CMA_ROWS / s->plan->S ? s->m - first : CMA_ROWS / s->plan->S;
		pass_block(s, layer, from, first, n);
	}
	if (s->plan->sites & CMA_HEADS)
		append_heads(s, layer, from);
	if (s->plan->sites & CMA_MLPS)
		append_mlps(s, layer, from);
	mlp[0] = w->mlp + at(out_row(s, layer, 0, 0, GPT_LENGTH - 1), C);
	mlp[1] = w->mlp + at(out_row(s, layer, 1, 0, GPT_LENGTH - 1), C);
	for (c = 0; c < C; c++)
		s->drift[c] += mlp[1][c] - mlp[0][c];
	nn_add(at(w->rows.N - behind, C), w->x + at(behind, C), w->mlp, w->x + at(behind, C));
}

void cma_sweep_start(struct cma_sweep *s, const int *tokens, int n)
{
	int C = s->plan->g->config.width, i, pos;

	s->n = n;
	s->m = CMA_CHECKS;
	cma_walk_start(&s->w, tokens, 2 * n);
	for (i = 0; i < CMA_CHECKS; i++)
		for (pos = s->plan->T; pos < GPT_LENGTH; pos++)
			copy(C, cma_sweep_clean(s, 0, 0, pos), cma_sweep_stream(s, i, pos));
	memset(s->drift, 0, (size_t)C * sizeof(float));
}
