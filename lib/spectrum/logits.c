/*
 * logits - the function that a network computes, in the Fourier basis of its two operands
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gpt/linalg.h"
#include "spectrum/spectrum.h"

void spectrum_by_answer(const float *logits, const struct spectrum_task *task, double *T)
{
	int n = task->n, C = task->C;

	memset(T, 0, sizeof(*T) * (size_t)n * C);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++) {
			const float *row = logits + ((size_t)i * n + j) * C;
			double *t = T + (size_t)spectrum_answer(task, i, j) * C;

			for (int c = 0; c < C; c++)
				t[c] += (double)row[c] / n;
		}
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
	double *F = malloc(sizeof(*F) * (size_t)n * C), total = 0;

	if (!B || !T || !F) {
		status = err_memory(e);
		goto out;
	}
	spectrum_basis(n, B);
	spectrum_by_answer(logits, task, T);
	linalg_dgemm(LINALG_N, LINALG_N, n, C, n, 1, B, n, T, C, 0, F, C);
	for (size_t i = 0; i < (size_t)n * n * C; i++)
		total += (double)logits[i] * logits[i];
	/* Row 0 is the constant times sqrt(n); each s stands for n inputs. */
	for (int c = 0; c < C; c++)
		total -= n * F[c] * F[c];
	share[0] = 0;
	for (int k = 1; k <= n / 2; k++)
		share[k] = total > 0 ? (float)(spectrum_energy(F, n, C, k, n) / total) : 0;
out:
	free(B);
	free(T);
	free(F);
	return status;
}
