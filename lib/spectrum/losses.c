/*
 * losses - the losses of logits from which some Fourier components were removed
 */
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

/* Count the losses of s->rows, the logits of i. */
static void add_rows(struct tally *t, const struct spectrum_task *task, int i, struct scratch *s)
{
	for (int j = 0; j < task->n; j++)
		s->target[j] = task->label ? task->label[(size_t)i * task->n + j]
					   : task->answer[spectrum_answer(task, i, j)];
	nn_loss(task->n, task->C, s->rows, s->target, 0, s->loss);
	for (int j = 0; j < task->n; j++)
		add(t, task->split[(size_t)i * task->n + j], s->loss[j]);
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
			const float *minus = band + (size_t)spectrum_answer(task, i, j) * C;

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
	size_t C = (size_t)task->C;
	struct tally t = { 0 };

	for (int i = 0; i < task->n && task->label; i++) {
		for (int j = 0; j < task->n; j++)
			memcpy(scratch->rows + j * C, table + spectrum_answer(task, i, j) * C,
			       C * sizeof(*table));
		add_rows(&t, task, i, scratch);
	}
	if (task->label)
		return mean(&t);
	nn_loss(task->n, task->C, table, task->answer, 0, scratch->loss);
	for (int i = 0; i < task->n; i++)
		for (int j = 0; j < task->n; j++)
			add(&t, task->split[(size_t)i * task->n + j],
			    scratch->loss[spectrum_answer(task, i, j)]);
	return mean(&t);
}

/* Rows 2m and 2m + 1 of the keys are cosine and sine of one frequency; n/2, the last, is alone. */
static int first_of_pair(int row)
{
	return row & ~1;
}

static int size_of_pair(int row, int R)
{
	return first_of_pair(row) + 1 < R ? 2 : 1;
}

/*
 * What product losses need: Q (R, n), the rows of the keys, and coef (R, 2, C) = Q L Q', of which
 * only the blocks of one key stay: coef[q, m] belongs to rows q and first_of_pair(q) + m.
 */
struct products {
	int R;
	float *Q, *coef;
	float *A; /* (R, n, C) = Q L */
	float *mixed; /* (R, C) */
};

static void products_free(struct products *p)
{
	free(p->Q);
	free(p->coef);
	free(p->A);
	free(p->mixed);
}

static int products_init(struct products *p, const float *logits, const struct spectrum_task *task,
			 const double *P, int R, struct err *e)
{
	int n = task->n, C = task->C;
	size_t plane = (size_t)n * C;

	p->R = R;
	p->Q = malloc(sizeof(*p->Q) * (size_t)(R + 1) * n);
	p->coef = malloc(sizeof(*p->coef) * 2 * (size_t)(R + 1) * C);
	p->A = malloc(sizeof(*p->A) * (size_t)(R + 1) * plane);
	p->mixed = malloc(sizeof(*p->mixed) * (size_t)(R + 1) * C);
	if (!p->Q || !p->coef || !p->A || !p->mixed)
		return err_memory(e);
	for (size_t i = 0; i < (size_t)R * n; i++)
		p->Q[i] = (float)P[i];
	linalg_gemm(LINALG_N, LINALG_N, R, (int)plane, n, 1, p->Q, n, logits, (int)plane, 0, p->A,
		    (int)plane);
	for (int q = 0; q < R; q++)
		linalg_gemm(LINALG_N, LINALG_N, size_of_pair(q, R), C, n, 1,
			    p->Q + (size_t)first_of_pair(q) * n, n, p->A + q * plane, C, 0,
			    p->coef + 2 * (size_t)q * C, C);
	return 0;
}

/* mixed (R, C): what the rows of the keys are multiplied by to give the logits of i and all j */
static void products_mix(const struct products *p, int i, int n, int C)
{
	for (int r = 0; r < p->R; r++) {
		int first = first_of_pair(r), end = first + size_of_pair(r, p->R);

		for (int c = 0; c < C; c++) {
			float sum = 0;

			for (int q = first; q < end; q++)
				sum += p->Q[(size_t)q * n + i] *
				       p->coef[(2 * (size_t)q + (r - first)) * C + c];
			p->mixed[(size_t)r * C + c] = sum;
		}
	}
}

/* Loss of the constant and the products cos, sin (i) times cos, sin (j) of each key */
static int product_loss(const float *logits, const struct spectrum_task *task, const double *P,
			int R, const double *constant, struct scratch *scratch,
			struct spectrum_loss *loss, struct err *e)
{
	int n = task->n, C = task->C;
	float *rows = scratch->rows;
	struct tally t = { 0 };
	struct products p;
	int status = products_init(&p, logits, task, P, R, e);

	for (int i = 0; i < n && !status; i++) {
		products_mix(&p, i, n, C);
		for (int j = 0; j < n; j++)
			for (int c = 0; c < C; c++)
				rows[(size_t)j * C + c] = (float)constant[c];
		linalg_gemm(LINALG_T, LINALG_N, n, C, R, 1, p.Q, n, p.mixed, C, 1, rows, C);
		add_rows(&t, task, i, scratch);
	}
	if (!status)
		*loss = mean(&t);
	products_free(&p);
	return status;
}

/* Arrays of spectrum_losses */
struct bands {
	double *B; /* (n, n) the Fourier basis */
	double *P; /* (2 n, n) its rows of the keys */
	double *T; /* (n, C) mean logits of each answer */
	double *W; /* (n, C) */
	double *constant; /* (C) */
	float *band; /* (n, C) what the rows of the keys hold of T */
};

static int bands_init(struct bands *b, int n, int C, struct err *e)
{
	b->B = malloc(sizeof(*b->B) * 3 * (size_t)n * n);
	b->T = malloc(sizeof(*b->T) * (size_t)(2 * n + 1) * C);
	b->band = malloc(sizeof(*b->band) * (size_t)n * C);
	if (!b->B || !b->T || !b->band)
		return err_memory(e);
	b->P = b->B + (size_t)n * n;
	b->W = b->T + (size_t)n * C;
	b->constant = b->W + (size_t)n * C;
	spectrum_basis(n, b->B);
	return 0;
}

static void bands_free(struct bands *b)
{
	free(b->B);
	free(b->T);
	free(b->band);
}

/* Excluded losses, of every key alone and of all; leaves all keys in b->P and b->band. */
static int excluded(const float *logits, const struct spectrum_task *task, const int *keys,
		    int nkeys, struct bands *b, struct scratch *scratch, struct spectrum_losses *q)
{
	int n = task->n, C = task->C, R;

	for (int i = 0; i < nkeys; i++) {
		struct spectrum_loss one;

		R = key_rows(b->B, n, keys + i, 1, b->P);
		project(b->P, R, b->T, n, C, b->W, b->band);
		one = without(logits, task, b->band, scratch);
		q->each.all += one.all / nkeys;
		q->each.train += one.train / nkeys;
		q->each.test += one.test / nkeys;
	}
	if (!nkeys)
		q->each = q->full;
	R = key_rows(b->B, n, keys, nkeys, b->P);
	project(b->P, R, b->T, n, C, b->W, b->band);
	q->excluded = without(logits, task, b->band, scratch);
	return R;
}

int spectrum_losses(const float *logits, const struct spectrum_task *task, const int *keys,
		    int nkeys, struct spectrum_losses *losses, struct err *e)
{
	int n = task->n, C = task->C, R, status = -1;
	struct spectrum_losses q = { .each = { 0, 0, 0 } };
	struct bands b = { .B = NULL };
	struct scratch scratch;

	if (scratch_init(&scratch, n, C, e) || bands_init(&b, n, C, e))
		goto out;
	spectrum_by_answer(logits, task, b.T);
	q.full = without(logits, task, NULL, &scratch);
	R = excluded(logits, task, keys, nkeys, &b, &scratch, &q);
	for (int c = 0; c < C; c++) {
		b.constant[c] = 0;
		for (int s = 0; s < n; s++)
			b.constant[c] += b.T[(size_t)s * C + c] / n;
		for (int s = 0; s < n; s++)
			b.band[(size_t)s * C + c] += (float)b.constant[c];
	}
	q.restricted = tabled(task, b.band, &scratch);
	status = product_loss(logits, task, b.P, R, b.constant, &scratch, &q.product, e);
	if (!status)
		*losses = q;
out:
	scratch_free(&scratch);
	bands_free(&b);
	return status;
}
