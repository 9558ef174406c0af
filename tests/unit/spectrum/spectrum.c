/* Fourier measures of a matrix: waves, numpy's figures, null values, frozen axes. */
#include "check.h"
#include "rng.h"
#include "spectrum/spectrum.h"

#define PI 3.14159265358979323846

enum { MOST = 97 * 64 };

static struct err e;

/* The matrix of tests/ref/spectrum.py */
static void fill(float *x, int n, int C)
{
	for (long i = 0; i < n; i++)
		for (long j = 0; j < C; j++)
			x[i * C + j] = (float)((i * 131 + j * 71 + i * i * j * 13 + 7 * i * j * j) %
						       1009 / 1009.0 -
					       0.5);
}

static double energy(const float *x, size_t N)
{
	double sum = 0;

	for (size_t i = 0; i < N; i++)
		sum += (double)x[i] * x[i];
	return sum;
}

static void basis(void)
{
	double B[12 * 12];

	for (int n = 11; n <= 12; n++) {
		spectrum_basis(n, B);
		for (int a = 0; a < n; a++)
			for (int b = 0; b < n; b++) {
				double sum = 0;

				for (int i = 0; i < n; i++)
					sum += B[a * n + i] * B[b * n + i];
				check_near(sum, a == b, 1e-14);
			}
		check_near(B[3 * n + 1], sqrt(2.0 / n) * cos(4 * PI / n), 1e-15);
	}
}

/* A travelling wave: two bins that are mirror images; a constant: bin 0. */
static void waves(void)
{
	enum { n = 15, C = 8, k = 4, l = 3 };
	static float x[n * C], F[n * C], norm[n / 2 + 1];
	double gini;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < C; j++)
			x[i * C + j] = (float)cos(2 * PI * ((double)k * i / n + (double)l * j / C));
	check(!spectrum_dft2(x, n, C, F, &e));
	for (int i = 0; i < n; i++)
		for (int j = 0; j < C; j++) {
			int hit = (i == k && j == l) || (i == n - k && j == C - l);

			check_near(F[i * C + j], hit ? n * C / 2.0 : 0, 1e-4); /* float FFT */
		}
	check_near(spectrum_ipr(F, n * C), 0.5, 1e-6);
	check(!spectrum_gini(F, n * C, &gini, &e));
	check_near(gini, (n * C - 2.0) / (n * C), 1e-5);
	check(!spectrum_norms(x, n, C, norm, &e));
	for (int f = 0; f <= n / 2; f++)
		check_near(norm[f], f == k ? sqrt(n * C / 2.0) : 0, 1e-5);
}

static void coefficients(void)
{
	float equal[5] = { 2, 2, 2, 2, 2 }, single[4] = { 0, 3, 0, 0 }, none[3] = { 0 };
	float steps[4] = { 4, 1, 3, 2 }, bad[3] = { 1, NAN, 2 }, norm[6] = { 9, 4, 1, 1.1f, 0, 2 };
	int keys[5];
	double gini;

	check(!spectrum_gini(equal, 5, &gini, &e) && fabs(gini) < 1e-15);
	check(!spectrum_gini(single, 4, &gini, &e) && gini == 0.75);
	check(!spectrum_gini(steps, 4, &gini, &e) && gini == 0.25);
	check(!spectrum_gini(none, 3, &gini, &e) && gini == 0);
	check(!spectrum_gini(bad, 3, &gini, &e) && isnan(gini));
	check(spectrum_ipr(equal, 5) == 0.2 && spectrum_ipr(single, 4) == 1);
	check(isnan(spectrum_ipr(none, 3)));
	check(spectrum_keys(norm, 10, keys) == 3);
	check(keys[0] == 1 && keys[1] == 3 && keys[2] == 5);
}

/*
 * The coordinates on two axes: those of numpy, with the variance of their axes, and not correlated.
 */
static void coordinates(float *x, int n, int C, const float *mean, const float *axis,
			double variance, const double *want)
{
	static float at[2 * 128];
	double first = 0, both = 0;

	spectrum_project(x, n, C, mean, axis, 2, at);
	for (int i = 0; i < 6; i++) /* an axis has no sign of its own */
		check_near(at[i] * (at[i % 2] < 0 ? -1 : 1), want[i], 1e-5);
	for (int i = 0; i < n; i++) {
		first += (double)at[2 * i] * at[2 * i];
		both += (double)at[2 * i] * at[2 * i + 1];
	}
	for (int j = 0; j < C; j++)
		for (int i = 0; i < n; i++)
			x[i * C + j] -= mean[j];
	check_near(first, variance * energy(x, (size_t)n * C), 1e-4);
	check_near(both, 0, 1e-4);
}

/* Figures of numpy; the matrices are equal, so only the float FFT and float results differ: 1e-6 */
static void reference(void)
{
	static float x[MOST], F[MOST], norm[64], mean[64], axis[2 * 64];
	static double share[64];
	static struct spectrum_ring rings[64];
	FILE *f = fopen("tests/ref/spectrum.txt", "r");
	int n, C, lines = 0;

	check(f);
	while (fscanf(f, "%d %d", &n, &C) == 2) {
		double want[24], gini;
		struct spectrum_power power;
		struct spectrum_gram gram;
		int N = n < C ? n : C;

		for (int i = 0; i < 24; i++)
			check(fscanf(f, "%lf", want + i) == 1);
		fill(x, n, C);
		check(!spectrum_dft2(x, n, C, F, &e));
		check_near(energy(F, (size_t)n * C) / (n * C), energy(x, (size_t)n * C), 1e-5);
		check(!spectrum_gini(F, (size_t)n * C, &gini, &e));
		check_near(gini, want[0], 1e-6);
		check_near(spectrum_ipr(F, (size_t)n * C), want[1], 1e-6);
		check(!spectrum_norms(x, n, C, norm, &e));
		check_near(energy(norm, (size_t)n / 2 + 1), energy(x, (size_t)n * C), 1e-5);
		check(!spectrum_gini(norm + 1, (size_t)n / 2, &gini, &e));
		check_near(gini, want[2], 1e-6);
		check_near(spectrum_ipr(norm + 1, (size_t)n / 2), want[3], 1e-6);
		check_near(norm[2], want[4], 1e-6);
		check(!spectrum_pca(x, n, C, 2, mean, axis, share, &e));
		check_near(share[0], want[5], 1e-9);
		check_near(share[1], want[6], 1e-9);
		check_near(spectrum_rank(share, N), want[7], 1e-7);
		check_near(spectrum_effective_rank(share, N), want[8], 1e-5);
		check(!spectrum_rings(x, n, C, 0, NULL, rings, &e));
		for (int k = 1; k <= 2; k++) {
			check_near(rings[k - 1].r2, want[7 + 2 * k], 1e-8);
			check_near(rings[k - 1].spread, want[8 + 2 * k], 1e-8);
		}
		check(!spectrum_power(x, n, C, &power, &e) && !spectrum_gram(x, n, C, &gram, &e));
		check_near(power.gini, want[19], 1e-6);
		check_near(power.ipr / want[20], 1, 1e-5);
		check_near(gram.concentration, want[21], 1e-9);
		check_near(gram.eig1, want[22], 1e-9);
		check_near(gram.eig2, want[23], 1e-9);
		coordinates(x, n, C, mean, axis, share[0], want + 13);
		lines++;
	}
	fclose(f);
	check(lines == 4);
}

/* Expected values of spectrum_null against means over Gaussian draws */
static void null_values(void)
{
	enum { draws = 300 };
	static const int shapes[][2] = { { 97, 64 }, { 96, 24 }, { 23, 40 } };
	static float x[MOST], F[MOST], norm[64], mean[64], axis[64];
	static double share[64];
	static struct spectrum_ring rings[64];
	struct rng rng;

	rng_seed(&rng, 1, 1);
	for (int s = 0; s < 3; s++) {
		int n = shapes[s][0], C = shapes[s][1], N = n < C ? n : C;
		double sum[7] = { 0 }, g;
		struct spectrum_null null;

		for (int d = 0; d < draws; d++) {
			rng_fill_normal(&rng, x, (size_t)n * C, 2);
			check(!spectrum_dft2(x, n, C, F, &e));
			check(!spectrum_gini(F, (size_t)n * C, &g, &e));
			sum[0] += g / draws;
			sum[1] += spectrum_ipr(F, (size_t)n * C) / draws;
			check(!spectrum_norms(x, n, C, norm, &e));
			check(!spectrum_gini(norm + 1, (size_t)n / 2, &g, &e));
			sum[2] += g / draws;
			sum[3] += spectrum_ipr(norm + 1, (size_t)n / 2) / draws;
			check(!spectrum_pca(x, n, C, 1, mean, axis, share, &e));
			sum[4] += share[0] / draws;
			sum[5] += spectrum_rank(share, N) / draws;
			check(!spectrum_rings(x, n, C, 0, NULL, rings, &e));
			for (int k = 0; k < (n - 1) / 2; k++)
				sum[6] += rings[k].r2 / ((n - 1) / 2) / draws;
		}
		spectrum_null(n, C, &null);
		/* standard errors over 300 draws are below a third of each bound */
		check_near(sum[0] / null.gini2d, 1, 0.003);
		check_near(sum[1] / null.ipr2d, 1, 0.004);
		check_near(sum[2] / null.gini, 1, 0.03);
		check_near(sum[3] / null.ipr, 1, 0.001);
		check_near(sum[4] / null.pca1, 1, 0.02);
		check_near(sum[5] / null.rank, 1, 0.003);
		check_near(sum[6] / null.ring_r2, 1, 0.02);
	}
	/* the closed form itself: two degrees of freedom are a Rayleigh distribution */
	{
		struct spectrum_null null;

		spectrum_null(10001, 1, &null);
		check_near(null.gini, (1 - sqrt(0.5)) * (1 - 1 / 5000.0), 1e-12);
	}
}

/*
 * The paper's conventions on Gaussian matrices: mean and deviation of both measures are as told,
 * and so is the mean of the concentration.
 */
static void power_null(void)
{
	enum { n = 97, C = 64, draws = 200 };
	static float x[n * C];
	double gini = 0, ipr = 0, gini2 = 0, ipr2 = 0, concentration = 0;
	struct spectrum_power p;
	struct spectrum_gram g;
	struct rng rng;

	rng_seed(&rng, 2, 1);
	for (int d = 0; d < draws; d++) {
		rng_fill_normal(&rng, x, n * C, 1);
		check(!spectrum_power(x, n, C, &p, &e) && !spectrum_gram(x, n, C, &g, &e));
		gini += p.gini / draws;
		gini2 += p.gini * p.gini / draws;
		ipr += p.ipr / draws;
		ipr2 += p.ipr * p.ipr / draws;
		concentration += g.concentration / draws;
	}
	/* four standard errors of a mean over 200 draws; a deviation is known to 5 % */
	check_near(gini, p.gini_null, 4 * p.gini_null_sd / sqrt(draws));
	check_near(sqrt(gini2 - gini * gini) / p.gini_null_sd, 1, 0.2);
	check_near(ipr, p.ipr_null, 4 * p.ipr_null_sd / sqrt(draws));
	check_near(sqrt(ipr2 - ipr * ipr) / p.ipr_null_sd, 1, 0.2);
	check_near(concentration / g.concentration_null, 1, 0.02);
	spectrum_power_null(1000000, &p);
	check_near(p.gini_null, 0.5, 2e-6);
	check_near(p.ipr_null * 1e6, 6, 1e-3);
	/* equal eigenvalues, and a single one */
	memset(x, 0, sizeof(x));
	for (int i = 0; i < 5; i++)
		x[i * 5 + i] = 3;
	check(!spectrum_gram(x, 5, 5, &g, &e));
	check_near(g.concentration, 0, 1e-12);
	check_near(g.eig2, 0.2, 1e-12);
	for (int i = 0; i < 25; i++)
		x[i] = 2;
	check(!spectrum_gram(x, 5, 5, &g, &e));
	check_near(g.concentration, 1, 1e-12);
	check_near(g.eig1, 1, 1e-12);
	memset(x, 0, sizeof(x));
	check(!spectrum_gram(x, 5, 5, &g, &e) && isnan(g.concentration) && isnan(g.eig1));
}

/* Frozen axes: the axes of one matrix, the rows of another turned by 90 degrees */
static void frozen(void)
{
	const float x[] = { 3, 0, -3, 0, 0, 1, 0, -1 }, y[] = { 0, 3, 0, -3, -1, 0, 1, 0 };
	float mean[2], axis[4], at[8];
	double share[2];

	check(!spectrum_pca(x, 4, 2, 2, mean, axis, share, &e));
	check_near(share[0], 0.9, 1e-15);
	check_near(axis[0], 1, 1e-7);
	check_near(axis[3], 1, 1e-7);
	spectrum_project(y, 4, 2, mean, axis, 2, at);
	for (int i = 0; i < 8; i++)
		check_near(at[i], y[i], 1e-6);
}

static void not_finite(void)
{
	float x[] = { 1, NAN, 2, 3, 4, 5 }, mean[2], axis[2];
	double share[2];

	check(spectrum_pca(x, 3, 2, 1, mean, axis, share, &e) == -1);
	check_error(e, "NaN");
}

/*
 * Equal rows have no frequency but 0: no rounding is taken for one. 0.1 is no sum of few powers of
 * 2.
 */
static void constant(void)
{
	enum { n = 31, C = 16 };
	static float x[n * C], norm[n / 2 + 1], mean[C], axis[C];
	double share[C], gini, square = 0;
	int keys[n / 2];

	for (int i = 0; i < n * C; i++)
		x[i] = 0.1f + (float)(i % C) / 3;
	check(!spectrum_norms(x, n, C, norm, &e));
	check(isnan(spectrum_ipr(norm + 1, n / 2)) && !spectrum_keys(norm, n, keys));
	check(!spectrum_gini(norm + 1, n / 2, &gini, &e) && gini == 0);
	for (int i = 0; i < C; i++)
		square += n * (double)x[i] * x[i];
	check_near(norm[0], sqrt(square), 1e-5 * sqrt(square));
	check(!spectrum_pca(x, n, C, 1, mean, axis, share, &e));
	check(share[0] == 0 && mean[5] == x[5]);
}

int main(void)
{
	basis();
	waves();
	constant();
	coefficients();
	reference();
	null_values();
	power_null();
	frozen();
	not_finite();
	return 0;
}
