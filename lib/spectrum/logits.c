#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gpt/linalg.h"
#include "gpt/nn.h"
#include "spectrum/spectrum.h"

/* Loss sums under way, by part of the data */
struct tally {
	double sum[3]; /* by split: unused, train, test */
	long count[3];
};

static void add(struct tally *t, int part, double loss)
{
	t->sum[part] += part ? loss : 0;
	t->count[part]++;
}

static struct spectrum_loss mean(const struct tally *t)
{
	return (struct spectrum_loss){ (t->sum[1] + t->sum[2]) /
					       (double)(t->count[1] + t->count[2]),
				       t->sum[1] / (double)t->count[1],
				       t->sum[2] / (double)t->count[2] };
}

/* Logits of one i and all j, and what becomes of them */
struct scratch {
	float *rows; /* (n, C) */
	int *target; /* (n) */
	double *loss; /* (n) */
};

static int scratch_init(struct scratch *s, int n, int C, struct err *e)
{
	s->rows = malloc(sizeof(*s->rows) * (size_t)n * C);
	s->target = malloc(sizeof(*s->target) * (size_t)n);
	s->loss = malloc(sizeof(*s->loss) * (size_t)n);
	return s->rows && s->target && s->loss ? 0 : err_memory(e);
}

static void scratch_free(struct scratch *s)
{
	free(s->rows);
	free(s->target);
	free(s->loss);
}

static int combine(const struct spectrum_task *task, int i, int j)
{
	return (i + (task->sign > 0 ? j : task->n - j)) % task->n;
}

/* Count the losses of s->rows, the logits of i. */
static void add_rows(struct tally *t, const struct spectrum_task *task, int i, struct scratch *s)
{
	for (int j = 0; j < task->n; j++)
		s->target[j] = task->answer[combine(task, i, j)];
	nn_loss(task->n, task->C, s->rows, s->target, 0, s->loss);
	for (int j = 0; j < task->n; j++)
		add(t, task->split[(size_t)i * task->n + j], s->loss[j]);
}

/* T (n, C), mean logits of the inputs of each s: all that lies in the sum directions */
static void fold(const float *logits, const struct spectrum_task *task, double *T)
{
	int n = task->n, C = task->C;

	memset(T, 0, sizeof(*T) * (size_t)n * C);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++) {
			const float *row = logits + ((size_t)i * n + j) * C;
			double *t = T + (size_t)combine(task, i, j) * C;

			for (int c = 0; c < C; c++)
				t[c] += (double)row[c] / n;
		}
}

/* The basis rows of the keys, copied to @P (at most 2 nkeys, n); returns how many */
static int key_rows(const double *B, int n, const int *keys, int nkeys, double *P)
{
	int rows = 0;

	for (int i = 0; i < nkeys; i++)
		for (int row = 2 * keys[i] - 1; row <= 2 * keys[i] && row < n; row++)
			memcpy(P + (size_t)rows++ * n, B + (size_t)row * n, sizeof(*B) * (size_t)n);
	return rows;
}

/* band (n, C) = P' P T: what the rows of P (R, n) hold of T; @W: (R, C), scratch */
static void project(const double *P, int R, const double *T, int n, int C, double *W, float *band)
{
	linalg_dgemm(LINALG_N, LINALG_N, R, C, n, 1, P, n, T, C, 0, W, C);
	for (int s = 0; s < n; s++)
		for (int c = 0; c < C; c++) {
			double sum = 0;

			for (int r = 0; r < R; r++)
				sum += P[(size_t)r * n + s] * W[(size_t)r * C + c];
			band[(size_t)s * C + c] = (float)sum;
		}
}

/* Loss of the logits without @band (n, C; NULL: nothing), the row of s off each input of that s */
static struct spectrum_loss without(const float *logits, const struct spectrum_task *task,
				    const float *band, struct scratch *scratch)
{
	int n = task->n, C = task->C;
	struct tally t = { 0 };

	for (int i = 0; i < n; i++) {
		memcpy(scratch->rows, logits + (size_t)i * n * C, sizeof(float) * (size_t)n * C);
		for (int j = 0; j < n && band; j++) {
			const float *minus = band + (size_t)combine(task, i, j) * C;

			for (int c = 0; c < C; c++)
				scratch->rows[(size_t)j * C + c] -= minus[c];
		}
		add_rows(&t, task, i, scratch);
	}
	return mean(&t);
}

/* Loss of logits that are a function of s: @table (n, C), overwritten */
static struct spectrum_loss tabled(const struct spectrum_task *task, float *table,
				   struct scratch *scratch)
{
	struct tally t = { 0 };

	nn_loss(task->n, task->C, table, task->answer, 0, scratch->loss);
	for (int i = 0; i < task->n; i++)
		for (int j = 0; j < task->n; j++)
			add(&t, task->split[(size_t)i * task->n + j],
			    scratch->loss[combine(task, i, j)]);
	return mean(&t);
}

/*
 * Loss of the constant and the products of each key: with coef (R, R, C) = P L P', of which only
 * the blocks of one key stay, row (i, j) is constant + sum_r P[r, j] sum_q P[q, i] coef[q, r].
 */
static int products(const float *logits, const struct spectrum_task *task, const double *P, int R,
		    const double *constant, struct scratch *scratch, struct spectrum_loss *loss,
		    struct err *e)
{
	int n = task->n, C = task->C, status = -1;
	size_t plane = (size_t)n * C;
	float *A = malloc(sizeof(*A) * R * plane), *Q = malloc(sizeof(*Q) * (size_t)R * n);
	float *coef = malloc(sizeof(*coef) * 2 * (size_t)R * C);
	float *mixed = malloc(sizeof(*mixed) * (size_t)R * C), *rows = scratch->rows;
	struct tally t = { 0 };

	if (!A || !Q || !coef || !mixed) {
		err_memory(e);
		goto out;
	}
	for (size_t i = 0; i < (size_t)R * n; i++)
		Q[i] = (float)P[i];
	linalg_gemm(LINALG_N, LINALG_N, R, (int)plane, n, 1, Q, n, logits, (int)plane, 0, A,
		    (int)plane);
	/* A frequency n/2 has one row, and is the last: pairs of rows 0-1, 2-3, ... else. */
	for (int q = 0; q < R; q++) {
		int first = q & ~1, count = first + 1 < R ? 2 : 1;

		linalg_gemm(LINALG_N, LINALG_N, count, C, n, 1, Q + (size_t)first * n, n,
			    A + q * plane, C, 0, coef + 2 * (size_t)q * C, C);
	}
	for (int i = 0; i < n; i++) {
		for (int r = 0; r < R; r++) {
			int first = r & ~1, count = first + 1 < R ? 2 : 1;

			for (int c = 0; c < C; c++) {
				float sum = 0;

				for (int q = first; q < first + count; q++)
					sum += Q[(size_t)q * n + i] *
					       coef[(2 * (size_t)q + (r - first)) * C + c];
				mixed[(size_t)r * C + c] = sum;
			}
		}
		for (int j = 0; j < n; j++)
			for (int c = 0; c < C; c++)
				rows[(size_t)j * C + c] = (float)constant[c];
		linalg_gemm(LINALG_T, LINALG_N, n, C, R, 1, Q, n, mixed, C, 1, rows, C);
		add_rows(&t, task, i, scratch);
	}
	*loss = mean(&t);
	status = 0;
out:
	free(A);
	free(Q);
	free(coef);
	free(mixed);
	return status;
}

int spectrum_progress(const float *logits, const struct spectrum_task *task, const int *keys,
		      int nkeys, struct spectrum_progress *p, struct err *e)
{
	int n = task->n, C = task->C, R, status = -1;
	double *B = malloc(sizeof(*B) * 3 * (size_t)n * n), *P = B ? B + (size_t)n * n : NULL;
	double *T = malloc(sizeof(*T) * (size_t)(2 * n + 1) * C), *W = T ? T + (size_t)n * C : T;
	double *constant = T ? W + (size_t)n * C : T;
	float *band = malloc(sizeof(*band) * (size_t)n * C);
	struct spectrum_progress q = { .each = { 0, 0, 0 } };
	struct scratch scratch;

	if (scratch_init(&scratch, n, C, e))
		goto out;
	if (!B || !T || !band) {
		err_memory(e);
		goto out;
	}
	spectrum_basis(n, B);
	fold(logits, task, T);
	q.full = without(logits, task, NULL, &scratch);
	for (int i = 0; i < nkeys; i++) {
		struct spectrum_loss one;

		R = key_rows(B, n, keys + i, 1, P);
		project(P, R, T, n, C, W, band);
		one = without(logits, task, band, &scratch);
		q.each.all += one.all / nkeys;
		q.each.train += one.train / nkeys;
		q.each.test += one.test / nkeys;
	}
	if (!nkeys)
		q.each = q.full;
	R = key_rows(B, n, keys, nkeys, P);
	project(P, R, T, n, C, W, band);
	q.excluded = without(logits, task, band, &scratch);
	for (int c = 0; c < C; c++) {
		constant[c] = 0;
		for (int s = 0; s < n; s++)
			constant[c] += T[(size_t)s * C + c] / n;
		for (int s = 0; s < n; s++)
			band[(size_t)s * C + c] += (float)constant[c];
	}
	q.restricted = tabled(task, band, &scratch);
	if (products(logits, task, P, R, constant, &scratch, &q.product, e))
		goto out;
	*p = q;
	status = 0;
out:
	scratch_free(&scratch);
	free(B);
	free(T);
	free(band);
	return status;
}

int spectrum_logit_norms(const float *logits, int n, int C, float *norm, struct err *e)
{
	size_t plane = (size_t)n * C;
	double *B = malloc(sizeof(*B) * (size_t)n * n);
	float *b = malloc(sizeof(*b) * (size_t)n * n), *A = malloc(sizeof(*A) * n * plane);
	float *row = malloc(sizeof(*row) * plane);
	int status = 0;

	if (!B || !b || !A || !row) {
		status = err_memory(e);
		goto out;
	}
	spectrum_basis(n, B);
	for (size_t i = 0; i < (size_t)n * n; i++)
		b[i] = (float)B[i];
	linalg_gemm(LINALG_N, LINALG_N, n, (int)plane, n, 1, b, n, logits, (int)plane, 0, A,
		    (int)plane);
	for (int u = 0; u < n; u++) {
		linalg_gemm(LINALG_N, LINALG_N, n, C, n, 1, b, n, A + u * plane, C, 0, row, C);
		for (int v = 0; v < n; v++) {
			double sum = 0;

			for (int c = 0; c < C; c++)
				sum += (double)row[(size_t)v * C + c] * row[(size_t)v * C + c];
			norm[(size_t)u * n + v] = (float)sqrt(sum);
		}
	}
out:
	free(B);
	free(b);
	free(A);
	free(row);
	return status;
}

int spectrum_logit_share(const float *logits, const struct spectrum_task *task, float *share,
			 struct err *e)
{
	int n = task->n, C = task->C, status = 0;
	double *B = malloc(sizeof(*B) * (size_t)n * n), *T = malloc(sizeof(*T) * (size_t)n * C);
	double *F = malloc(sizeof(*F) * (size_t)n * C), total = 0, energy = 0;

	if (!B || !T || !F) {
		status = err_memory(e);
		goto out;
	}
	spectrum_basis(n, B);
	fold(logits, task, T);
	linalg_dgemm(LINALG_N, LINALG_N, n, C, n, 1, B, n, T, C, 0, F, C);
	for (size_t i = 0; i < (size_t)n * n * C; i++)
		total += (double)logits[i] * logits[i];
	/* Row 0 is the constant times sqrt(n); each s stands for n inputs. */
	for (int c = 0; c < C; c++)
		total -= n * F[c] * F[c];
	share[0] = 0;
	for (int row = 1; row < n; row++) {
		for (int c = 0; c < C; c++)
			energy += n * F[(size_t)row * C + c] * F[(size_t)row * C + c];
		if (row % 2 == 0 || row == n - 1) { /* the frequency is complete */
			share[(row + 1) / 2] = total > 0 ? (float)(energy / total) : 0;
			energy = 0;
		}
	}
out:
	free(B);
	free(T);
	free(F);
	return status;
}
