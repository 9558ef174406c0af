/* Measures of the algorithm in closed form: irrelevance, directions, shares of noise. */
#include "check.h"
#include "rng.h"
#include "spectrum/algorithm.h"
#include "spectrum/directions.h"
#include "stats.h"

#define PI 3.14159265358979323846

enum { MOST = 31 };

static struct err e;
static double right[MOST * MOST];

static double turn(int k, int x, int n)
{
	return 2 * PI * k * x / n;
}

/*
 * Lookups: a clock's right logits are one number, a pizza's go by the distance, and both have
 * irrelevance 0; logits that go by the answer have 1; by chance, the mean deviation of n of n^2
 * numbers.
 */
static void irrelevance(void)
{
	struct rng rng;

	rng_seed(&rng, 1, 1);
	for (int n = 30; n <= MOST; n++)
		for (int sign = -1; sign <= 1; sign += 2) {
			for (int i = 0; i < n * n; i++)
				right[i] = 1 + 1 + 1e-7 * rng_normal(&rng);
			check(algorithm_irrelevance(right, n, sign) == 0);
			for (int i = 0; i < n * n; i++)
				right[i] = fabs(cos(turn(3, i / n - sign * (i % n), n) / 2));
			check_near(algorithm_irrelevance(right, n, sign), 0, 1e-7);
			for (int i = 0; i < n * n && n % 2; i++)
				right[i] = cos(turn(4, i / n + sign * (i % n), n)) + 5;
			if (n % 2) /* else a distance has every other answer only */
				check_near(algorithm_irrelevance(right, n, sign), 1, 1e-12);
			for (int i = 0; i < n * n; i++)
				right[i] = rng_normal(&rng);
			check_near(algorithm_irrelevance(right, n, sign), 1 - 0.75 / n, 0.02);
			right[7] = NAN;
			check(isnan(algorithm_irrelevance(right, n, sign)));
		}
}

/* Products of one frequency: (1 + cos) by parts, of sums and differences */
static void directions(void)
{
	static float row[MOST * 2], share[DIRECTIONS_LINES * (MOST / 2 + 1)];
	static double coef[MOST * 2];

	for (int n = 30; n <= MOST; n++)
		for (int sign = -1; sign <= 1; sign += 2) {
			int K = n / 2 + 1;
			struct directions d;

			check(!directions_init(&d, n, 2, sign, &e));
			for (int i = 0; i < n; i++) {
				for (int j = 0; j < n; j++) {
					double a = turn(4, i, n) + 0.5, b = turn(4, j, n) + 0.9;

					/* cos cos = (cos(a + b) + cos(a - b)) / 2 */
					row[2 * j] =
						(float)(7 + 2 * cos(a) + cos(b) + cos(a) * cos(b));
					row[2 * j + 1] = (float)cos(turn(5, i + sign * j, n));
				}
				directions_add(&d, i, row);
			}
			/* variances: 2, 1/2, 1/8, 1/8, and 1/2 of the other channel */
			check_near(directions_total(&d, 0), 2.75 * n * n, 1e-3 * n);
			check(!directions_shares(&d, share, &e));
			check_near(share[DIRECTIONS_FIRST * K + 4], 2 / 3.25, 1e-6);
			check_near(share[DIRECTIONS_SECOND * K + 4], 0.5 / 3.25, 1e-6);
			check_near(share[DIRECTIONS_ANSWER * K + 4], 0.125 / 3.25, 1e-6);
			check_near(share[DIRECTIONS_OPPOSITE * K + 4], 0.125 / 3.25, 1e-6);
			check_near(share[DIRECTIONS_ANSWER * K + 5], 0.5 / 3.25, 1e-6);
			check_near(share[DIRECTIONS_OPPOSITE * K + 5], 0, 1e-9);
			check(!directions_transform(&d, DIRECTIONS_FIRST, coef, &e));
			/* a cos(4 i) + b sin(4 i) = 2 cos(4 i + .5) */
			check_near(atan2(-coef[2 * 8], coef[2 * 7]), 0.5, 1e-6);
			directions_free(&d);
			directions_free(&d);
		}
}

/* (-1)^(i + j) is (-1)^(i - j): counted once.  A constant has no share of anything. */
static void even(void)
{
	enum { n = 6 };
	static float row[n], share[DIRECTIONS_LINES * (n / 2 + 1)];
	struct directions d;
	float sum;

	for (int constant = 0; constant <= 1; constant++) {
		check(!directions_init(&d, n, 1, 1, &e));
		for (int i = 0; i < n; i++) {
			for (int j = 0; j < n; j++)
				row[j] = constant ? 0.1f : (i + j) % 2 ? -1 : 1;
			directions_add(&d, i, row);
		}
		check(!directions_shares(&d, share, &e));
		sum = 0;
		for (int i = 0; i < DIRECTIONS_LINES * (n / 2 + 1); i++)
			sum += share[i];
		check_near(sum, !constant, 1e-7);
		check_near(share[DIRECTIONS_ANSWER * (n / 2 + 1) + 3], !constant, 1e-7);
		directions_free(&d);
	}
}

/* The best share of a unit of noise, drawn */
static void share_null(void)
{
	enum { n = 23, units = 400 };
	static float row[n * units];
	static double coef[DIRECTIONS_LINES][n * units];
	struct directions d;
	struct rng rng;
	double mean = 0;

	rng_seed(&rng, 1, 2);
	check(!directions_init(&d, n, units, 1, &e));
	for (int i = 0; i < n; i++) {
		rng_fill_normal(&rng, row, n * units, 1);
		directions_add(&d, i, row);
	}
	for (int line = 0; line < DIRECTIONS_LINES; line++)
		check(!directions_transform(&d, (enum directions_line)line, coef[line], &e));
	for (int u = 0; u < units; u++) {
		double best = 0;

		for (int k = 1; k <= n / 2; k++) {
			double energy = 0;

			for (int line = 0; line < DIRECTIONS_LINES; line++)
				energy += directions_energy(&d, coef[line], k, u);
			best = energy > best ? energy : best;
		}
		mean += best / directions_total(&d, u) / units;
	}
	/* the best of 11 has a deviation of a fifth; of 400, a hundredth */
	check_near(mean / algorithm_share_null(n), 1, 0.04);
	directions_free(&d);
}

int main(void)
{
	irrelevance();
	directions();
	even();
	share_null();
	return 0;
}
