/* Rings in noise: their R^2 in closed form, false positives, small chances, degenerate cases. */
#include "check.h"
#include "rng.h"
#include "spectrum/spectrum.h"

#define PI 3.14159265358979323846

enum { n = 97, C = 24, K = (n - 1) / 2 };

static struct err e;
static struct rng rng;
static float x[n * 512];
static struct spectrum_ring rings[K];

/* Add radius (cos, sin)(2 pi k at[i] / period) in channels c and c + 1, at NULL for i. */
static void add_ring(int rows, int channels, double radius, int k, int c, const int *at)
{
	for (int i = 0; i < rows; i++) {
		double phase = 2 * PI * k * (at ? at[i] : i) / rows;

		x[i * channels + c] += (float)(radius * cos(phase));
		x[i * channels + c + 1] += (float)(radius * sin(phase));
	}
}

static int found(int rows, int channels, int draws)
{
	int count = 0;

	check(!spectrum_rings(x, rows, channels, draws, &rng, rings, &e));
	for (int k = 0; k < (rows - 1) / 2; k++)
		count += rings[k].ring;
	return count;
}

/* A ring of every frequency in noise: r2 is (n r^2 + 2 C s^2) / (that + 2 (n - 3) s^2). */
static void one_ring(void)
{
	const double radius = 1, sd = 0.1;
	double signal = n * radius * radius + 2 * C * sd * sd;
	double expected = signal / (signal + 2 * (n - 3) * sd * sd);

	for (int k = 1; k <= K; k += 5) {
		float at[2 * n];
		double phase = 0;

		rng_fill_normal(&rng, x, n * C, sd);
		add_ring(n, C, radius, k, 3, NULL);
		check(found(n, C, 99) == 1 && rings[k - 1].ring);
		/* sd of the sum of 2 (n - 3) squares: sqrt(2 / 188) = 10 % of 1 - r2; 4 sd */
		check_near(rings[k - 1].r2, expected, 0.4 * (1 - expected));
		check(rings[k - 1].k == k && rings[k - 1].winding == 1 && rings[k - 1].p == 0.01);
		check_near(rings[k - 1].spread, sd / radius, 0.03);
		check_near(rings[k - 1].share, signal / (n * radius * radius + C * n * sd * sd),
			   0.02);
		check(!spectrum_ring_plane(x, n, C, k, at, &e));
		for (int i = 0; i < n; i++)
			phase += cos(atan2(at[2 * i + 1], at[2 * i]) - 2 * PI * k * i / n) / n;
		check_near(phase, 1, 0.02);
	}
	/* without noise everything is exact */
	memset(x, 0, sizeof(x));
	add_ring(n, C, 2, 7, 0, NULL);
	check(found(n, C, 0) == 1 && rings[6].ring);
	check_near(rings[6].r2, 1, 1e-10);
	check_near(rings[6].spread, 0, 1e-6);
	check(rings[6].monotone == 1);
	check_near(rings[6].share, 1, 1e-10);
}

static void several(void)
{
	int order[n], back[n];

	rng_fill_normal(&rng, x, n * C, 0.05);
	add_ring(n, C, 1, 11, 0, NULL);
	add_ring(n, C, 0.5, 40, 5, NULL);
	check(found(n, C, 99) == 2 && rings[10].ring && rings[39].ring);
	/* two frequencies in one plane: neither is a circle */
	rng_fill_normal(&rng, x, n * C, 0.05);
	add_ring(n, C, 1, 11, 0, NULL);
	add_ring(n, C, 1, 12, 0, NULL);
	check(found(n, C, 99) == 0);
	/* a wave along a line is no ring */
	memset(x, 0, sizeof(x));
	for (int i = 0; i < n; i++)
		x[i * C] = (float)cos(2 * PI * 5 * i / n);
	check(found(n, C, 99) == 0);
	/* shuffled: none in this order, one when the rows are put back */
	for (int i = 0; i < n; i++)
		order[i] = i;
	rng_shuffle(&rng, order, n);
	rng_fill_normal(&rng, x, n * C, 0.05);
	add_ring(n, C, 1, 3, 0, order);
	check(found(n, C, 99) == 0);
	for (int i = 0; i < n; i++)
		back[order[i]] = i;
	for (int i = 0; i < n; i++)
		memcpy(x + (n + i) * C, x + back[i] * C, sizeof(float) * C);
	memcpy(x, x + n * C, sizeof(float) * n * C);
	check(found(n, C, 99) == 1 && rings[2].ring);
}

/* Powers of a primitive root of 97 order the residues 1..96; period 96, not every k is coprime. */
static void multiplicative(void)
{
	int power = 1, logarithm[97] = { 0 };

	for (int i = 0; i < 96; i++, power = power * 5 % 97)
		logarithm[power] = i;
	for (int k = 4; k <= 45; k += 41) {
		rng_fill_normal(&rng, x, 96 * C, 0.1);
		add_ring(96, C, 1, k, 0, logarithm + 1); /* row i is the residue i + 1 */
		check(found(96, C, 99) == 0);
		for (int i = 0; i < 96; i++)
			memcpy(x + (97 + logarithm[i + 1]) * C, x + i * C, sizeof(float) * C);
		memcpy(x, x + 97 * C, sizeof(float) * 96 * C);
		check(found(96, C, 99) == 1 && rings[k - 1].ring);
	}
}

/*
 * 1000 matrices without order.  By permutation, p <= 0.01 must come up in 1 % of them for any
 * distribution of the entries: 10 expected, and 2..21 is 99.8 % of the binomial distribution.  The
 * closed form has the same rate on Gaussian matrices.
 */
static void false_positives(void)
{
	enum { rows = 23, channels = 6 };
	int wide = 0;

	for (int kind = 0; kind < 3; kind++) {
		int hits = 0, verdicts = 0;

		for (int d = 0; d < 1000; d++) {
			int hit = 0;

			rng_fill_normal(&rng, x, rows * channels, 1);
			for (int i = 0; i < rows * channels && kind == 2; i++)
				x[i] *= i % channels ? 0.2f : x[i] * x[i]; /* skew and stretched */
			verdicts += found(rows, channels, kind ? 99 : 0) > 0;
			for (int k = 0; k < (rows - 1) / 2; k++)
				hit |= rings[k].p <= SPECTRUM_RING_P;
			hits += hit;
		}
		check(hits >= 2 && hits <= 21);
		check(verdicts <= hits);
	}
	/*
	 * wide matrices, where r2 is high by chance alone: three of 20 would be one in a thousand
	 */
	for (int d = 0; d < 20; d++) {
		rng_fill_normal(&rng, x, n * 512, 1);
		wide += found(n, 512, 0) > 0;
		check(rings[0].r2 > 0.75);
	}
	check(wide < 3);
}

/* The ring of the first two components: a matrix of two columns has one plane. */
static void given_plane(void)
{
	memset(x, 0, sizeof(x));
	add_ring(n, 2, 1, 9, 0, NULL);
	check(found(n, 2, 99) == 1 && rings[8].ring);
	rng_fill_normal(&rng, x, 2 * n, 1);
	check(found(n, 2, 0) == 0);
}

/*
 * The closed form of clear rings: of two columns the upper tail of Beta(2, n - 3) is
 * (1 - r2)^(n - 3) (1 + (n - 3) r2), and K of them where it is tiny.  Below the least number it is
 * 0, not -0.
 */
static void small_chances(void)
{
	for (double sd = 0.3; sd > 0.05; sd /= 2) {
		double r2, expected;

		rng_fill_normal(&rng, x, 2 * n, sd);
		add_ring(n, 2, 1, 9, 0, NULL);
		check(found(n, 2, 0) == 1);
		r2 = rings[8].r2;
		expected = K * pow(1 - r2, n - 3) * (1 + (n - 3) * r2);
		check(expected < 1e-20 && rings[8].p > 0);
		/* 1 - r2 is exact; what is left is the error of stats_beta */
		check_near(rings[8].p / expected, 1, 1e-10);
	}
	memset(x, 0, sizeof(x));
	add_ring(n, 2, 1, 9, 0, NULL);
	check(found(n, 2, 0) == 1 && rings[8].p < 1e-300 && !signbit(rings[8].p));
}

static void degenerate(void)
{
	memset(x, 0, sizeof(x));
	check(found(n, C, 99) == 0 && rings[0].r2 == 0 && rings[0].p == 1);
	for (int i = 0; i < n * C; i++)
		x[i] = 3;
	check(found(n, C, 0) == 0);
}

int main(void)
{
	rng_seed(&rng, 1, 1);
	one_ring();
	several();
	multiplicative();
	false_positives();
	given_plane();
	small_chances();
	degenerate();
	return 0;
}
