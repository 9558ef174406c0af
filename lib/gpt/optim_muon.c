/*
 * optim_muon - Muon: the momentum of a matrix, orthogonalised
 *
 *     m <- .95 m + .05 g;  x = .95 m + .05 g              Nesterov's momentum
 *     x <- x / |x|                                        then five times, rows the shorter side:
 *     A = x x^T;  x <- a x + (b A + c A A) x              a, b, c = 3.4445, -4.7750, 2.0315
 *     w <- w (1 - lr decay) - lr sqrt(max(1, out / in)) x
 *
 * K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024.  The scale
 * sqrt(max(1, out / in)), for a matrix of in inputs and out outputs, is that of the paper and of
 * torch.optim.Muon, which both use bfloat16 where this uses single precision.  The iteration brings
 * every singular value near 1, but not exactly to 1.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gpt/acts.h"
#include "gpt/optim.h"

enum { ITERATIONS = 5 };
static const float momentum = 0.95f, least = 1e-7f;

/* The room of a thread for the largest matrix. */
struct optim_muon {
	int threads;
	size_t floats; /* a thread's */
	float *room;
};

/* One step. */
struct step {
	const struct optim *o;
	struct gpt *g;
	const float *grad;
	const struct optim_pass *p;
	double lr;
};

static const int of_block[] = { GPT_QKV_W, GPT_PROJ_W, GPT_FC_W, GPT_OUT_W };
enum { MATRICES = sizeof(of_block) / sizeof(*of_block) };

int optim_is_muon(const struct gpt *g, int tensor)
{
	return tensor >= gpt_block(0) && tensor < gpt_block(g->config.layers) &&
	       g->param[tensor].ndim == 2;
}

/* Two of the matrix, two of its shorter side squared. */
static size_t room_for(const struct gpt_param *m)
{
	int side = m->shape[0] < m->shape[1] ? m->shape[0] : m->shape[1];

	return 2 * m->size + 2 * at(side, side);
}

struct optim_muon *optim_muon_create(const struct gpt *g, int threads, struct err *e)
{
	struct optim_muon *u = calloc(1, sizeof(*u));
	int i;

	if (u) {
		u->threads = threads;
		for (i = 0; i < MATRICES; i++) {
			size_t n = room_for(&g->param[gpt_block(0) + of_block[i]]);

			u->floats = n > u->floats ? n : u->floats;
		}
		u->room = malloc((size_t)threads * u->floats * sizeof(float));
	}
	if (u && u->room)
		return u;
	optim_muon_free(u);
	err_memory(e);
	return NULL;
}

void optim_muon_free(struct optim_muon *u)
{
	if (u)
		free(u->room);
	free(u);
}

/* x (rows, columns), in place; @y as large, @A and @B of the shorter side squared. */
static void orthogonalise(int rows, int columns, float *x, float *y, float *A, float *B)
{
	const float a = 3.4445f, b = -4.7750f, c = 2.0315f;
	int wide = rows <= columns, n = wide ? rows : columns, k = wide ? columns : rows, i;
	enum linalg_op t = wide ? LINALG_T : LINALG_N, first = wide ? LINALG_N : LINALG_T;
	size_t size = at(rows, columns), side = at(n, n);
	double norm = sqrt(optim_sum_squares(size, x));
	float *from = x, *to = y, *swap;

	optim_scale(size, 1 / (float)(norm > (double)least ? norm : (double)least), x);
	for (i = 0; i < ITERATIONS; i++) {
		linalg_gemm(first, t, n, n, k, 1, from, columns, from, columns, 0, A, n);
		memcpy(B, A, side * sizeof(float));
		linalg_gemm(LINALG_N, LINALG_N, n, n, n, c, A, n, A, n, b, B, n);
		memcpy(to, from, size * sizeof(float));
		if (wide)
			linalg_gemm(LINALG_N, LINALG_N, n, k, n, 1, B, n, from, columns, a, to,
				    columns);
		else
			linalg_gemm(LINALG_N, LINALG_N, k, n, n, 1, from, columns, B, n, a, to,
				    columns);
		swap = from;
		from = to;
		to = swap;
	}
	if (from != x)
		memcpy(x, from, size * sizeof(float));
}

static void move(void *arg, int thread, int i)
{
	const struct step *s = arg;
	const struct optim_muon *u = s->o->muon;
	const struct gpt_param *m = &s->g->param[gpt_block(i / MATRICES) + of_block[i % MATRICES]];
	int in = m->shape[0], out = m->shape[1], side = in < out ? in : out;
	float *x = u->room + (size_t)thread * u->floats, *y = x + m->size, *A = y + m->size;
	double grow = out > in ? sqrt((double)out / in) : 1;

	optim_nesterov(m->size, s->grad + m->offset, s->o->m + m->offset, x, momentum, s->p->scale);
	orthogonalise(in, out, x, y, A, A + at(side, side));
	optim_move(m->size, s->g->w + m->offset, x, s->p->keep, (float)(s->lr * grow));
}

void optim_muon_step(const struct optim *o, struct gpt *g, const float *grad, double lr,
		     const struct optim_pass *p, struct pool *pool)
{
	struct step s = { o, g, grad, p, lr };

	pool_each(pool, g->config.layers * MATRICES, move, &s);
}
