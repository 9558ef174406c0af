/*
 * directions - averages of a function over lines of its square, and their frequencies; see
 * directions.h
 */
#include "spectrum/directions.h"

#include <stdlib.h>
#include <string.h>

#include "gpt/linalg.h"
#include "spectrum/spectrum.h"

int directions_init(struct directions *d, int n, int C, int sign, struct err *e)
{
	*d = (struct directions){ .n = n, .C = C, .sign = sign };
	d->table = calloc(DIRECTIONS_LINES * (size_t)n * (size_t)C, sizeof(*d->table));
	d->square = calloc((size_t)C, sizeof(*d->square));
	if (d->table && d->square)
		return 0;
	directions_free(d);
	return err_memory(e);
}

void directions_free(struct directions *d)
{
	free(d->table);
	free(d->square);
	d->table = d->square = NULL;
}

/* The line's number through (i, j) */
static int line_of(const struct directions *d, int line, int i, int j)
{
	switch (line) {
	case DIRECTIONS_FIRST:
		return i;
	case DIRECTIONS_SECOND:
		return j;
	case DIRECTIONS_ANSWER:
		return (i + (d->sign > 0 ? j : d->n - j)) % d->n;
	default:
		return (i + (d->sign > 0 ? d->n - j : j)) % d->n;
	}
}

void directions_add(struct directions *d, int i, const float *rows)
{
	size_t C = (size_t)d->C, plane = (size_t)d->n * C;

	for (int line = 0; line < DIRECTIONS_LINES; line++)
		for (int j = 0; j < d->n; j++) {
			double *mean = d->table + (size_t)line * plane +
				       (size_t)line_of(d, line, i, j) * C;
			const float *row = rows + (size_t)j * C;

			for (size_t c = 0; c < C; c++)
				mean[c] += (double)row[c] / d->n;
		}
	for (size_t k = 0; k < plane; k++)
		d->square[k % C] += (double)rows[k] * rows[k];
}

int directions_transform(const struct directions *d, enum directions_line line, double *coef,
			 struct err *e)
{
	int n = d->n, C = d->C;
	double *B = malloc(sizeof(*B) * (size_t)n * n);

	if (!B)
		return err_memory(e);
	spectrum_basis(n, B);
	linalg_dgemm(LINALG_N, LINALG_N, n, C, n, 1, B, n, d->table + (size_t)line * n * C, C, 0,
		     coef, C);
	if (n % 2 == 0 && line == DIRECTIONS_OPPOSITE)
		memset(coef + (size_t)(n - 1) * C, 0, sizeof(*coef) * (size_t)C);
	free(B);
	return 0;
}

/* A line's mean stands for n pairs. */
double directions_energy(const struct directions *d, const double *coef, int k, int c)
{
	double sum = 0;

	for (int row = 2 * k - 1; row <= 2 * k && row < d->n; row++)
		sum += coef[(size_t)row * d->C + c] * coef[(size_t)row * d->C + c];
	return d->n * sum;
}

double directions_total(const struct directions *d, int c)
{
	double mean = 0, total;

	for (int i = 0; i < d->n; i++)
		mean += d->table[(size_t)i * d->C + c] / d->n;
	total = d->square[c] - (double)d->n * d->n * mean * mean;
	/* what is left of a constant is rounding */
	return total > 1e-12 * d->square[c] ? total : 0;
}

int directions_shares(const struct directions *d, float *share, struct err *e)
{
	int K = d->n / 2 + 1;
	double *coef = malloc(sizeof(*coef) * (size_t)d->n * d->C), total = 0;

	if (!coef)
		return err_memory(e);
	for (int c = 0; c < d->C; c++)
		total += directions_total(d, c);
	for (int line = 0; line < DIRECTIONS_LINES; line++) {
		if (directions_transform(d, (enum directions_line)line, coef, e)) {
			free(coef);
			return -1;
		}
		for (int k = 0; k < K; k++) {
			double energy = 0;

			for (int c = 0; c < d->C && k; c++)
				energy += directions_energy(d, coef, k, c);
			share[line * K + k] = total > 0 ? (float)(energy / total) : 0;
		}
	}
	free(coef);
	return 0;
}
