/*
 * spectrum - Fourier transforms of a matrix, how concentrated they are (only user of KissFFT)
 */
#include "spectrum/spectrum.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <kiss_fft.h>

#include "gpt/linalg.h"

/* cos and sin of 2 pi m / n for m = 0 .. n-1; @table: (2, n) */
static void circle(int n, double *table)
{
	for (int m = 0; m < n; m++) {
		table[m] = cos(2 * M_PI * m / n);
		table[n + m] = sin(2 * M_PI * m / n);
	}
}

void spectrum_basis(int n, double *B)
{
	for (int row = 0; row < n; row++) {
		int k = (row + 1) / 2;
		int alone = 2 * k % n == 0; /* frequencies 0 and n/2 have no sine */
		double scale = sqrt((alone ? 1.0 : 2.0) / n);

		for (int i = 0; i < n; i++) {
			double phase = 2 * M_PI * ((long)k * i % n) / n;

			B[(size_t)row * n + i] =
				scale * (row % 2 || !row ? cos(phase) : sin(phase));
		}
	}
}

/* The DFT of each row, bins 0 .. C/2, real parts at column 2l and imaginary ones at 2l + 1. */
static int dft_rows(const float *x, int n, int C, double *Z, struct err *e)
{
	kiss_fft_cfg plan = kiss_fft_alloc(C, 0, NULL, NULL);
	kiss_fft_cpx *in = malloc(sizeof(*in) * (size_t)C), *out = malloc(sizeof(*out) * (size_t)C);
	int width = 2 * (C / 2 + 1), status = 0;

	if (!plan || !in || !out) {
		status = err_memory(e);
		goto out;
	}
	for (int i = 0; i < n; i++) {
		for (int j = 0; j < C; j++)
			in[j] = (kiss_fft_cpx){ x[(size_t)i * C + j], 0 };
		kiss_fft(plan, in, out);
		for (int l = 0; l <= C / 2; l++) {
			Z[(size_t)i * width + 2 * l] = out[l].r;
			Z[(size_t)i * width + 2 * l + 1] = out[l].i;
		}
	}
out:
	kiss_fft_free(plan);
	free(in);
	free(out);
	return status;
}

/*
 * The row DFT by FFT; that over the n rows, usually a prime, as a product with cosines and sines.
 * Rows k and n-k share both, and column C-l holds the mirror images of column l.
 */
int spectrum_dft2(const float *x, int n, int C, float *F, struct err *e)
{
	int half = n / 2 + 1, width = 2 * (C / 2 + 1), status = -1;
	double *Z = malloc(sizeof(*Z) * (size_t)n * width);
	double *D = malloc(sizeof(*D) * 2 * (size_t)half * n),
	       *table = malloc(sizeof(*table) * 2 * n);
	double *T = malloc(sizeof(*T) * 2 * (size_t)half * width);

	if (!Z || !D || !table || !T) {
		err_memory(e);
		goto out;
	}
	if (dft_rows(x, n, C, Z, e))
		goto out;
	circle(n, table);
	for (int k = 0; k < half; k++)
		for (int i = 0; i < n; i++) {
			size_t m = (size_t)k * i % n;

			D[(size_t)k * n + i] = table[m];
			D[(size_t)(half + k) * n + i] = table[n + m];
		}
	linalg_dgemm(LINALG_N, LINALG_N, 2 * half, width, n, 1, D, n, Z, width, 0, T, width);
	for (int k = 0; k < n; k++) {
		/* exp(-i t) (a + i b) = (a cos t + b sin t) + i (b cos t - a sin t) */
		const double *c = T + (size_t)(k < half ? k : n - k) * width;
		const double *s = c + (size_t)half * width;
		double sign = k < half ? 1 : -1;

		for (int l = 0; l <= C / 2; l++) {
			double re = c[2 * l] + sign * s[2 * l + 1];
			double im = c[2 * l + 1] - sign * s[2 * l];
			float size = (float)sqrt(re * re + im * im);

			F[(size_t)k * C + l] = size;
			if (l)
				F[(size_t)((n - k) % n) * C + C - l] = size;
		}
	}
	status = 0;
out:
	free(Z);
	free(D);
	free(table);
	free(T);
	return status;
}

double spectrum_energy(const double *F, int n, int C, int k, double scale)
{
	int from = k ? 2 * k - 1 : 0, to = 2 * k < n ? 2 * k : n - 1;
	double sum = 0;

	for (size_t i = (size_t)from * C; i < (size_t)(to + 1) * C; i++)
		sum += scale * F[i] * F[i];
	return sum;
}

int spectrum_norms(const float *x, int n, int C, float *norm, struct err *e)
{
	double *B = malloc(sizeof(*B) * (size_t)n * n), *X = malloc(sizeof(*X) * (size_t)n * C);
	double *T = malloc(sizeof(*T) * (size_t)n * C);
	int status = 0;

	if (!B || !X || !T) {
		status = err_memory(e);
		goto out;
	}
	/* The first row is taken off: only frequency 0 sees it; equal rows leave no rounding. */
	for (size_t i = 0; i < (size_t)n * C; i++)
		X[i] = (double)x[i] - x[i % (size_t)C];
	spectrum_basis(n, B);
	linalg_dgemm(LINALG_N, LINALG_N, n, C, n, 1, B, n, X, C, 0, T, C);
	for (int j = 0; j < C; j++)
		T[j] += sqrt(n) * x[j];
	for (int k = 0; k <= n / 2; k++)
		norm[k] = (float)sqrt(spectrum_energy(T, n, C, k, 1));
out:
	free(B);
	free(X);
	free(T);
	return status;
}

/* Non-negative floats sort as their bits do: three passes of 11 bits, least significant first. */
static void sort_bits(uint32_t *key, uint32_t *spare, size_t N)
{
	for (int shift = 0; shift < 33; shift += 11) {
		size_t start[2048] = { 0 }, sum = 0;
		uint32_t *swap = key;

		for (size_t i = 0; i < N; i++)
			start[key[i] >> shift & 2047]++;
		for (int bin = 0; bin < 2048; bin++) {
			size_t count = start[bin];

			start[bin] = sum;
			sum += count;
		}
		for (size_t i = 0; i < N; i++)
			spare[start[key[i] >> shift & 2047]++] = key[i];
		key = spare;
		spare = swap;
	}
}

int spectrum_gini(const float *s, size_t N, double *gini, struct err *e)
{
	uint32_t *key = malloc(sizeof(*key) * 2 * (N + 1));
	double sum = 0, weighted = 0;

	if (!key)
		return err_memory(e);
	memcpy(key, s, sizeof(*s) * N);
	sort_bits(key, key + N, N); /* three passes: the result is in the second half */
	for (size_t i = 0; i < N; i++) {
		float value;

		memcpy(&value, key + N + i, sizeof(value));
		sum += value;
		weighted += (2.0 * (double)i + 1 - (double)N) * value;
	}
	free(key);
	*gini = sum == 0 ? 0 : weighted / ((double)N * sum);
	return 0;
}

double spectrum_ipr(const float *s, size_t N)
{
	double second = 0, fourth = 0;

	for (size_t i = 0; i < N; i++) {
		double square = (double)s[i] * s[i];

		second += square;
		fourth += square * square;
	}
	return fourth / (second * second);
}

int spectrum_keys(const float *norm, int n, int *keys)
{
	float largest = 0;
	int count = 0;

	for (int k = 1; k <= n / 2; k++)
		if (norm[k] > largest)
			largest = norm[k];
	for (int k = 1; k <= n / 2; k++)
		if (norm[k] > largest / 4)
			keys[count++] = k;
	return count;
}
