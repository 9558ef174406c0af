/* The two-dimensional Fourier series, as products with an orthonormal matrix; see basis.h. */
#include "sfm/basis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gpt/linalg.h"
#include "pool.h"

int sfm_basis_init(struct sfm_basis *b, int D, int apart, struct err *e)
{
	int M = D - apart;
	double *Q = calloc((size_t)D * (size_t)D, sizeof(*Q));

	if (!Q)
		return err_memory(e);
	*b = (struct sfm_basis){ .D = D, .M = M, .pairs = (M - 1) / 2, .sine = M / 2, .Q = Q };
	for (int k = 0; k <= M / 2; k++) {
		double scale = sqrt((k >= 1 && k <= b->pairs ? 2.0 : 1.0) / M);

		for (int u = 0; u < M; u++) {
			/* k u mod M keeps the argument, and with it the error, small */
			double angle = 2 * M_PI * (double)((long)k * u % M) / M;

			Q[k * D + u] = scale * cos(angle);
			if (k >= 1 && k <= b->pairs)
				Q[(b->sine + k) * D + u] = scale * sin(angle);
		}
	}
	if (apart)
		Q[D * D - 1] = 1;
	return 0;
}

void sfm_basis_free(struct sfm_basis *b)
{
	free(b->Q);
	b->Q = NULL;
}

/*
 * Outputs are transformed a few at a time: so few that any number of threads has work, and bits
 * stay the same.
 */
enum { GROUP = 4 };

struct transform {
	const struct sfm_basis *b;
	int O;
	const double *from;
	double *to, *work, keep, step;
};

static size_t group_end(const struct transform *t, size_t begin)
{
	return begin + GROUP < (size_t)t->O ? begin + GROUP : (size_t)t->O;
}

static void analyse(void *arg, int thread, int i)
{
	const struct transform *t = arg;
	int D = t->b->D;
	size_t begin = (size_t)i * GROUP, end = group_end(t, begin), size = (size_t)D * (size_t)D;

	(void)thread;
	linalg_dgemm(LINALG_N, LINALG_T, (int)(end - begin) * D, D, D, 1, t->from + begin * size, D,
		     t->b->Q, D, 0, t->work + begin * size, D);
	for (size_t o = begin; o < end; o++)
		linalg_dgemm(LINALG_N, LINALG_N, D, D, D, t->step, t->b->Q, D, t->work + o * size,
			     D, t->keep, t->to + o * size, D);
}

static void synthesise(void *arg, int thread, int i)
{
	const struct transform *t = arg;
	int D = t->b->D;
	size_t begin = (size_t)i * GROUP, end = group_end(t, begin), size = (size_t)D * (size_t)D;

	(void)thread;
	linalg_dgemm(LINALG_N, LINALG_N, (int)(end - begin) * D, D, D, 1, t->from + begin * size, D,
		     t->b->Q, D, 0, t->work + begin * size, D);
	for (size_t o = begin; o < end; o++)
		linalg_dgemm(LINALG_T, LINALG_N, D, D, D, 1, t->b->Q, D, t->work + o * size, D, 0,
			     t->to + o * size, D);
}

void sfm_basis_analyse(const struct sfm_basis *b, int O, const double *x, double keep, double step,
		       double *v, double *work, struct pool *pool)
{
	struct transform t = { b, O, x, v, work, keep, step };

	pool_each(pool, (O - 1) / GROUP + 1, analyse, &t);
}

void sfm_basis_synthesise(const struct sfm_basis *b, int O, const double *v, double *P,
			  double *work, struct pool *pool)
{
	struct transform t = { b, O, v, P, work, 0, 1 };

	pool_each(pool, (O - 1) / GROUP + 1, synthesise, &t);
}

/* chi_k sqrt(M/D) = sum of weight[n] q_{row[n]}; returns the number of terms */
static int expand(const struct sfm_basis *b, int k, int row[2], double complex weight[2])
{
	int pair = k < b->M - k ? k : b->M - k;

	if (k >= b->M || pair < 1 || pair > b->pairs) {
		row[0] = k;
		weight[0] = 1;
		return 1;
	}
	row[0] = pair;
	weight[0] = sqrt(0.5);
	row[1] = b->sine + pair;
	weight[1] = (k == pair ? -I : I) * sqrt(0.5);
	return 2;
}

double complex sfm_basis_coefficient(const struct sfm_basis *b, const double *v, int k, int l)
{
	int row[2], col[2], rows, cols;
	double complex x[2], y[2], sum = 0;

	rows = expand(b, k, row, x);
	cols = expand(b, l, col, y);
	for (int i = 0; i < rows; i++)
		for (int j = 0; j < cols; j++)
			sum += x[i] * y[j] * v[row[i] * b->D + col[j]];
	return sum / b->D;
}

/* The four entries of a group; squares are |W|^2 times 4 D^2. */
static void measure_pairs(int n, const double *c, const double *s, int sine, double *plus,
			  double *minus)
{
	for (int l = 1; l <= n; l++) {
		double cc = c[l], cs = c[sine + l], sc = s[l], ss = s[sine + l];

		plus[l] += (cc - ss) * (cc - ss) + (cs + sc) * (cs + sc);
		minus[l] += (cc + ss) * (cc + ss) + (cs - sc) * (cs - sc);
	}
}

static int gate_pairs(int n, double *c, double *s, int sine, const double *plus,
		      const double *minus, double limit)
{
	int kept = 0;

	for (int l = 1; l <= n; l++) {
		double cc = c[l], cs = c[sine + l], sc = s[l], ss = s[sine + l];
		double p = plus[l] > limit, m = minus[l] > limit;
		double half = 0.5 * (p + m), turn = 0.5 * (p - m);

		kept += 2 * (plus[l] > limit) + 2 * (minus[l] > limit);
		c[l] = half * cc - turn * ss;
		s[sine + l] = half * ss - turn * cc;
		c[sine + l] = half * cs + turn * sc;
		s[l] = half * sc + turn * cs;
	}
	return kept;
}

/* A group of one entry, or of two, whose axis is single in one direction: n entries @apart. */
static double measure_few(int O, const double *v, size_t size, int n, int apart)
{
	double sum = 0;

	for (int o = 0; o < O; o++)
		for (int i = 0; i < n; i++)
			sum += v[(size_t)o * size + (size_t)(i * apart)] *
			       v[(size_t)o * size + (size_t)(i * apart)];
	return 4 * sum / n;
}

static int gate_few(int O, double *v, size_t size, int n, int apart, double limit)
{
	if (measure_few(O, v, size, n, apart) > limit)
		return n;
	for (int o = 0; o < O; o++)
		for (int i = 0; i < n; i++)
			v[(size_t)o * size + (size_t)(i * apart)] = 0;
	return 0;
}

int sfm_basis_gate(const struct sfm_basis *b, int O, double *v, double tau, double *work, int sign,
		   int *diagonal)
{
	int D = b->D, singles[3], ns = 0, kept = 0, on = 0;
	size_t size = (size_t)D * (size_t)D;
	double limit = 4 * tau * tau * D * D, *plus = work, *minus = work + b->pairs + 1;

	singles[ns++] = 0;
	if (b->M % 2 == 0)
		singles[ns++] = b->M / 2;
	if (b->M < D)
		singles[ns++] = D - 1;

	for (int i = 0; i < ns; i++) {
		int k = singles[i];

		for (int j = 0; j < ns; j++) {
			int few = gate_few(O, v + k * D + singles[j], size, 1, 0, limit);

			kept += few;
			on += i == j && k < b->M ? few : 0;
		}
		for (int l = 1; l <= b->pairs; l++) {
			kept += gate_few(O, v + k * D + l, size, 2, b->sine, limit);
			kept += gate_few(O, v + l * D + k, size, 2, b->sine * D, limit);
		}
	}
	for (int k = 1; k <= b->pairs; k++) {
		int row = k * D, sines = (b->sine + k) * D;

		memset(work, 0, sizeof(*work) * 2 * (size_t)(b->pairs + 1));
		for (size_t o = 0; o < (size_t)O; o++)
			measure_pairs(b->pairs, v + o * size + row, v + o * size + sines, b->sine,
				      plus, minus);
		for (size_t o = 0; o < (size_t)O; o++) {
			int n = gate_pairs(b->pairs, v + o * size + row, v + o * size + sines,
					   b->sine, plus, minus, limit);

			kept += o ? 0 : n;
		}
		on += 2 * ((sign > 0 ? plus : minus)[k] > limit);
	}
	if (diagonal)
		*diagonal = on;
	return kept;
}
