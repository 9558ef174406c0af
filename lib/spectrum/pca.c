/*
 * pca - principal components of the rows, and how many directions hold the variance
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gpt/linalg.h"
#include "spectrum/spectrum.h"

/* Turn @axis (C) to length one with its largest entry positive; zero stays zero. */
static void normalise(double *axis, int C)
{
	double square = 0, largest = 0;

	for (int j = 0; j < C; j++) {
		square += axis[j] * axis[j];
		if (fabs(axis[j]) > fabs(largest))
			largest = axis[j];
	}
	for (int j = 0; j < C && square > 0; j++)
		axis[j] *= (largest < 0 ? -1 : 1) / sqrt(square);
}

void spectrum_centre(const float *x, int n, int C, double *X, double *mean)
{
	/* From the first row on, so that equal rows have no residue of rounding. */
	for (int j = 0; j < C; j++)
		mean[j] = x[j];
	for (int i = 1; i < n; i++)
		for (int j = 0; j < C; j++)
			mean[j] += ((double)x[(size_t)i * C + j] - x[j]) / n;
	for (int i = 0; i < n; i++)
		for (int j = 0; j < C; j++)
			X[(size_t)i * C + j] = x[(size_t)i * C + j] - mean[j];
}

/*
 * Eigenvectors of the smaller of X X' (n, n) and X' X (C, C); in the first case the axis is X'
 * times the eigenvector.
 */
int spectrum_pca(const float *x, int n, int C, int axes, float *mean, float *axis, double *share,
		 struct err *e)
{
	int wide = C > n;
	int N = wide ? n : C, status = -1;
	double *X = malloc(sizeof(*X) * (size_t)n * C), *G = malloc(sizeof(*G) * (size_t)N * N);
	double *w = malloc(sizeof(*w) * (size_t)N), *v = malloc(sizeof(*v) * (size_t)C), sum = 0;

	if (!X || !G || !w || !v) {
		err_memory(e);
		goto out;
	}
	spectrum_centre(x, n, C, X, v);
	for (int j = 0; j < C; j++)
		mean[j] = (float)v[j];
	linalg_dgemm(wide ? LINALG_N : LINALG_T, wide ? LINALG_T : LINALG_N, N, N, wide ? C : n, 1,
		     X, C, X, C, 0, G, N);
	for (size_t i = 0; i < (size_t)N * N; i++)
		if (!isfinite(G[i])) {
			err_set(e, "principal components of a matrix with NaN or infinite entries");
			goto out;
		}
	if (linalg_eigh(G, N, w, e))
		goto out;
	for (int i = 0; i < N; i++)
		sum += w[i] > 0 ? w[i] : 0;
	for (int i = 0; i < N; i++) /* rounding can leave a zero eigenvalue negative */
		share[i] = sum > 0 && w[N - 1 - i] > 0 ? w[N - 1 - i] / sum : 0;
	for (int a = 0; a < axes; a++) {
		const double *u = G + (size_t)(N - 1 - a) * N;

		if (share[a] == 0)
			memset(v, 0, sizeof(*v) * (size_t)C);
		else if (wide)
			linalg_dgemm(LINALG_N, LINALG_N, 1, C, n, 1, u, n, X, C, 0, v, C);
		else
			memcpy(v, u, sizeof(*v) * (size_t)C);
		normalise(v, C);
		for (int j = 0; j < C; j++)
			axis[(size_t)a * C + j] = (float)v[j];
	}
	status = 0;
out:
	free(X);
	free(G);
	free(w);
	free(v);
	return status;
}

void spectrum_project(const float *x, int n, int C, const float *mean, const float *axis, int axes,
		      float *at)
{
	for (int i = 0; i < n; i++)
		for (int a = 0; a < axes; a++) {
			double sum = 0;

			for (int j = 0; j < C; j++)
				sum += ((double)x[(size_t)i * C + j] - mean[j]) *
				       axis[(size_t)a * C + j];
			at[(size_t)i * axes + a] = (float)sum;
		}
}

double spectrum_rank(const double *share, int N)
{
	double sum = 0, squares = 0;

	for (int i = 0; i < N; i++) {
		sum += share[i];
		squares += share[i] * share[i];
	}
	return squares > 0 ? sum * sum / squares : 0;
}

double spectrum_effective_rank(const double *share, int N)
{
	double sum = 0, entropy = 0;

	for (int i = 0; i < N; i++)
		sum += sqrt(share[i]);
	for (int i = 0; i < N; i++)
		if (share[i] > 0)
			entropy -= sqrt(share[i]) / sum * log(sqrt(share[i]) / sum);
	return sum > 0 ? exp(entropy) : 0;
}
