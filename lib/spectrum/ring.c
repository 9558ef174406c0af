/*
 * ring - is a frequency a circle?  See spectrum_rings in spectrum.h
 */
#include <math.h>
#include <stdlib.h>

#include "gpt/linalg.h"
#include "rng.h"
#include "spectrum/spectrum.h"
#include "stats.h"

/*
 * Let X (n, C) be the rows about their mean, G = X X' and U (2, n) the orthonormal cosine and sine
 * of frequency k.  Then c and s are the rows of U X, the places of the rows in their plane are
 *
 *     Y = X (U X)' M^-1/2 = (U G)' M^-1/2,   M = U G U',
 *
 * the energy of frequency k in the plane is |U Y|^2 = tr M, and the energy in the plane is |Y|^2.
 * So X is needed only through G, a permutation of the rows permutes G, and C plays no part in cost.
 */

/* Symmetric 2 x 2 matrix [a b; b d] */
struct sym2 {
	double a, b, d;
};

/* M^-1/2; a direction that carries nothing is left out, so that a line stays a line. */
static struct sym2 inverse_root(struct sym2 m)
{
	double middle = (m.a + m.d) / 2, gap = hypot((m.a - m.d) / 2, m.b);
	double large = middle + gap, small = middle - gap;
	double p = large > 0 ? 1 / sqrt(large) : 0, q = small > 1e-12 * large ? 1 / sqrt(small) : 0;
	double angle = atan2(m.b, (m.a - m.d) / 2) / 2, c = cos(angle), s = sin(angle);

	return (struct sym2){ p * c * c + q * s * s, (p - q) * c * s, p * s * s + q * c * c };
}

/* M and M^-1/2 from U (2, n) and Z = U G (2, n), then r2 = tr M / |Y|^2 */
static double plane(const double *U, const double *Z, int n, struct sym2 *m, struct sym2 *root)
{
	const double *V = U + n, *X = Z, *Y = Z + n;
	struct sym2 w = { 0, 0, 0 };
	double inside;

	*m = w;
	for (int i = 0; i < n; i++) {
		m->a += U[i] * X[i];
		m->b += U[i] * Y[i];
		m->d += V[i] * Y[i];
		w.a += X[i] * X[i];
		w.b += X[i] * Y[i];
		w.d += Y[i] * Y[i];
	}
	*root = inverse_root(*m);
	/* |Y|^2 = tr(root W root) = tr(root^2 W) */
	inside = (root->a * root->a + root->b * root->b) * w.a +
		 2 * root->b * (root->a + root->d) * w.b +
		 (root->b * root->b + root->d * root->d) * w.d;
	return inside > 0 ? (m->a + m->d) / inside : inside; /* NaN stays NaN */
}

/* Y (n, 2) from Z = U G */
static void places(const double *Z, int n, struct sym2 root, double *Y)
{
	for (int i = 0; i < n; i++) {
		Y[2 * i] = root.a * Z[i] + root.b * Z[n + i];
		Y[2 * i + 1] = root.b * Z[i] + root.d * Z[n + i];
	}
}

/* G = X X' of the rows about their mean */
static int gram(const float *x, int n, int C, double *G, struct err *e)
{
	double *X = malloc(sizeof(*X) * ((size_t)n + 1) * C);

	if (!X)
		return err_memory(e);
	spectrum_centre(x, n, C, X, X + (size_t)n * C);
	linalg_dgemm(LINALG_N, LINALG_T, n, n, C, 1, X, C, X, C, 0, G, n);
	free(X);
	return 0;
}

static int gcd(int a, int b)
{
	return b ? gcd(b, a % b) : a;
}

/* spread, monotone and winding of the places Y (n, 2); @path: (n, 2), scratch */
static void shape(const double *Y, int n, double *path, struct spectrum_ring *ring)
{
	int points = n / gcd(ring->k, n), forward = 0;
	double sum = 0, squares = 0, turn = 0, variance;

	for (int i = 0; i < 2 * points; i++)
		path[i] = 0;
	for (int i = 0; i < n; i++) {
		/* k i mod n runs through multiples of gcd: the point's number in ring order */
		int at = (int)((long)ring->k * i % n / (n / points));
		double radius = hypot(Y[2 * i], Y[2 * i + 1]);

		sum += radius;
		squares += radius * radius;
		path[2 * at] += Y[2 * i];
		path[2 * at + 1] += Y[2 * i + 1];
	}
	for (int i = 0; i < points; i++) {
		const double *p = path + 2 * i, *q = path + 2 * ((i + 1) % points);
		double step = atan2(p[0] * q[1] - p[1] * q[0], p[0] * q[0] + p[1] * q[1]);

		turn += step;
		forward += step > 0;
	}
	variance = squares / n - sum / n * (sum / n);
	ring->spread = sum > 0 ? sqrt(variance > 0 ? variance : 0) / (sum / n) : 0;
	ring->monotone = (double)(2 * forward < points ? points - forward : forward) / points;
	ring->winding = abs((int)lround(turn / (2 * M_PI)));
}

/* Largest r2 of all frequencies when the rows are permuted; @H, @Z: (n, n), scratch */
static double permuted(const double *B, const double *G, int n, const int *order, double *H,
		       double *Z)
{
	double largest = 0;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
			H[(size_t)i * n + j] = G[(size_t)order[i] * n + order[j]];
	linalg_dgemm(LINALG_N, LINALG_N, n, n, n, 1, B, n, H, n, 0, Z, n);
	for (int k = 1; k <= (n - 1) / 2; k++) {
		size_t row = (size_t)(2 * k - 1) * n;
		struct sym2 m, root;
		double r2 = plane(B + row, Z + row, n, &m, &root);

		if (r2 > largest)
			largest = r2;
	}
	return largest;
}

/*
 * That the largest of K independent r2, each Beta(C, n - 3), is at least @r2.  From the upper tail:
 * beside 1 a small one would be lost.
 */
static double chance(double r2, int n, int C)
{
	return -expm1((n - 1) / 2 * log1p(-stats_beta(1 - r2, n - 3, C)));
}

int spectrum_rings(const float *x, int n, int C, int draws, struct rng *rng,
		   struct spectrum_ring *rings, struct err *e)
{
	size_t square = (size_t)n * n;
	double *B = malloc(sizeof(*B) * 4 * square), *Y = malloc(sizeof(*Y) * 4 * n), total = 0;
	double *null = malloc(sizeof(*null) * (size_t)(draws + 1));
	int *order = malloc(sizeof(*order) * (size_t)n), K = (n - 1) / 2, status = -1;
	double *G = B + square, *H = G + square, *Z = H + square;

	if (!B || !Y || !null || !order) {
		err_memory(e);
		goto out;
	}
	if (gram(x, n, C, G, e))
		goto out;
	spectrum_basis(n, B);
	for (int i = 0; i < n; i++) {
		total += G[(size_t)i * n + i];
		order[i] = i;
	}
	for (int d = 0; d < draws; d++) {
		rng_shuffle(rng, order, (size_t)n);
		null[d] = permuted(B, G, n, order, H, Z);
	}
	linalg_dgemm(LINALG_N, LINALG_N, n, n, n, 1, B, n, G, n, 0, Z, n);
	for (int k = 1; k <= K; k++) {
		struct spectrum_ring *ring = rings + k - 1;
		size_t row = (size_t)(2 * k - 1) * n;
		struct sym2 m, root;
		int above = 0;

		*ring = (struct spectrum_ring){ .k = k };
		ring->r2 = plane(B + row, Z + row, n, &m, &root);
		ring->share = total > 0 ? (m.a + m.d) / total : total;
		places(Z + row, n, root, Y);
		shape(Y, n, Y + 2 * n, ring);
		for (int d = 0; d < draws; d++)
			above += !(null[d] < ring->r2);
		ring->p = draws ? (above + 1.0) / (draws + 1) : chance(ring->r2, n, C);
		ring->ring = ring->p <= SPECTRUM_RING_P && ring->r2 > 0.5 && ring->winding == 1 &&
			     ring->spread < SPECTRUM_RING_SPREAD;
	}
	status = 0;
out:
	free(B);
	free(Y);
	free(null);
	free(order);
	return status;
}

int spectrum_ring_plane(const float *x, int n, int C, int k, float *at, struct err *e)
{
	double *X = malloc(sizeof(*X) * ((size_t)n + 3) * C), *A = X ? X + (size_t)n * C : X;
	double *U = malloc(sizeof(*U) * 6 * (size_t)n), *Z = U ? U + 2 * n : U;
	double *Y = U ? Z + 2 * n : U;
	struct sym2 m, root;

	if (!X || !U) {
		free(X);
		free(U);
		return err_memory(e);
	}
	spectrum_centre(x, n, C, X, A);
	for (int i = 0; i < n; i++) {
		double phase = 2 * M_PI * ((long)k * i % n) / n;

		U[i] = sqrt(2.0 / n) * cos(phase);
		U[n + i] = sqrt(2.0 / n) * sin(phase);
	}
	/* Z = U G = (U X) X' */
	linalg_dgemm(LINALG_N, LINALG_N, 2, C, n, 1, U, n, X, C, 0, A, C);
	linalg_dgemm(LINALG_N, LINALG_T, 2, n, C, 1, A, C, X, C, 0, Z, n);
	plane(U, Z, n, &m, &root);
	places(Z, n, root, Y);
	for (int i = 0; i < 2 * n; i++)
		at[i] = (float)Y[i];
	free(X);
	free(U);
	return 0;
}
