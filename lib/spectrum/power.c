/*
 * power - the paper's measures of a whole embedding: Gini and IPR of |F|^2, and its Gram matrix
 */
#include <math.h>
#include <stdlib.h>

#include "gpt/linalg.h"
#include "spectrum/spectrum.h"

/*
 * In a Gaussian matrix S is exponential, and every entry but a few comes twice, at its mirror
 * image: M = N/2 independent draws.  Their Gini coefficient is distributed as (M - 1)/M times the
 * mean of M - 1 uniform variables (Gail and Gastwirth, J. R. Statist. Soc. B 40, 1978).  The
 * moments k! of S give the IPR's mean 6/N (1 - 26/N) and relative variance 66/N to first order
 * (delta method).
 */
void spectrum_power_null(size_t N, struct spectrum_power *p)
{
	double n = (double)N, M = n / 2;

	p->gini_null = (1 - 1 / M) / 2;
	p->gini_null_sd = M > 1 ? (1 - 1 / M) / sqrt(12 * (M - 1)) : 0;
	p->ipr_null = 6 / (n + 26);
	p->ipr_null_sd = p->ipr_null * sqrt(66 / n);
}

int spectrum_power(const float *x, int V, int C, struct spectrum_power *p, struct err *e)
{
	size_t N = (size_t)V * C;
	float *S = malloc(sizeof(*S) * N), largest = 0;
	int status = -1;

	if (!S)
		return err_memory(e);
	spectrum_power_null(N, p);
	if (spectrum_dft2(x, V, C, S, e))
		goto out;
	for (size_t i = 0; i < N; i++)
		largest = S[i] > largest ? S[i] : largest;
	for (size_t i = 0; i < N; i++) /* neither measure sees a factor */
		S[i] = largest > 0 ? S[i] / largest * (S[i] / largest) : 0;
	p->ipr = spectrum_ipr(S, N);
	status = spectrum_gini(S, N, &p->gini, e);
out:
	free(S);
	return status;
}

int spectrum_gram(const float *x, int V, int C, struct spectrum_gram *g, struct err *e)
{
	int N = V < C ? V : C, status = -1;
	double *A = malloc(sizeof(*A) * (size_t)V * C), *s = malloc(sizeof(*s) * (size_t)N);
	double trace = 0, entropy = 0;

	if (!A || !s) {
		err_memory(e);
		goto out;
	}
	for (size_t i = 0; i < (size_t)V * C; i++)
		A[i] = x[i];
	if (linalg_singular(A, V, C, s, e))
		goto out;
	for (int i = 0; i < N; i++)
		trace += s[i] * s[i];
	for (int i = 0; i < N; i++) {
		s[i] *= s[i] / trace;
		entropy -= s[i] > 0 ? s[i] * log(s[i]) : 0;
	}
	/* Mean entropy of real matrices: ln N - (N + 1) / 2M to first order, M the longer side */
	g->concentration_null = N > 1 ? (N + 1) / (2.0 * (V > C ? V : C) * log(N)) : NAN;
	g->concentration = trace > 0 && N > 1 ? 1 - entropy / log(N) : NAN;
	g->eig1 = s[0];
	g->eig2 = N > 1 ? s[1] : 0;
	status = 0;
out:
	free(A);
	free(s);
	return status;
}
