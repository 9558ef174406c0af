/* sfm_basis: against the defining sums, Parseval, and the gate's definition */
#include "sfm/basis.h"

#include "check.h"
#include "pool.h"
#include "rng.h"

static const int cases[][2] = { { 2, 0 }, { 3, 0 }, { 7, 0 },  { 8, 0 },  { 12, 0 },
				{ 3, 1 }, { 8, 1 }, { 13, 1 }, { 31, 0 }, { 30, 0 } };
enum { CASES = sizeof(cases) / sizeof(*cases), O = 3 };

/* chi_k(u) sqrt(D/M), or the indicator of the index that stands apart, of the same norm */
static double complex chi(int D, int M, int k, int u)
{
	if (k >= M || u >= M)
		return k == u ? sqrt(D) : 0;
	return sqrt((double)D / M) * cexp(2 * acos(-1) * I * (k * u % M) / M);
}

/* W_kl = sum x conj(chi_k chi_l) / D^2, and back */
static void test_definition(int D, int apart, struct pool *pool)
{
	int size = D * D, M = D - apart;
	double *x = malloc(sizeof(double) * O * size), *v = calloc(O * size, sizeof(double));
	double *back = malloc(sizeof(double) * O * size), *work = malloc(sizeof(double) * O * size);
	struct sfm_basis b;
	struct rng r;

	rng_seed(&r, 1, 0);
	for (int i = 0; i < O * size; i++)
		x[i] = rng_normal(&r);
	check(!sfm_basis_init(&b, D, apart, NULL));
	sfm_basis_analyse(&b, O, x, 0.5, 1, v, work, pool);
	for (int o = 0; o < O; o++) {
		double squares = 0, power = 0;

		for (int i = 0; i < size; i++)
			squares += x[o * size + i] * x[o * size + i];
		for (int k = 0; k < D; k++)
			for (int l = 0; l < D; l++) {
				double complex got = sfm_basis_coefficient(&b, v + o * size, k, l);
				double complex want = 0;

				for (int i = 0; D < 14 && i < size; i++)
					want += x[o * size + i] *
						conj(chi(D, M, k, i / D) * chi(D, M, l, i % D));
				if (D < 14)
					check_near(cabs(got - want / size), 0, 1e-14);
				power += got * conj(got);
			}
		check_near(power * size / squares, 1, 1e-13);
	}
	sfm_basis_synthesise(&b, O, v, back, work, pool);
	for (int i = 0; i < O * size; i++)
		check_near(back[i], x[i], 1e-13);
	/* v = keep v + step Q x Q' */
	sfm_basis_analyse(&b, O, x, 0.75, 0.25, v, work, pool);
	sfm_basis_synthesise(&b, O, v, back, work, pool);
	for (int i = 0; i < O * size; i++)
		check_near(back[i], x[i], 1e-13);
	sfm_basis_free(&b);
	free(x);
	free(v);
	free(back);
	free(work);
}

static void test_gate(int D, int apart, int outputs, int sign)
{
	int size = D * D, kept = 0, on = 0, diagonal, M = D - apart;
	double *v = malloc(sizeof(double) * O * size), *old = malloc(sizeof(double) * O * size);
	double *work = malloc(sizeof(double) * size), tau = 0.9 * sqrt(outputs) / D;
	struct sfm_basis b;
	struct rng r;

	rng_seed(&r, 2, 0);
	for (int i = 0; i < O * size; i++)
		v[i] = old[i] = rng_normal(&r);
	check(!sfm_basis_init(&b, D, apart, NULL));
	int got = sfm_basis_gate(&b, outputs, v, tau, work, sign, &diagonal);

	for (int k = 0; k < D; k++)
		for (int l = 0; l < D; l++) {
			double norm = 0;

			for (int o = 0; o < outputs; o++)
				norm += pow(cabs(sfm_basis_coefficient(&b, old + o * size, k, l)),
					    2);
			kept += sqrt(norm) > tau;
			if (k < M && l == (sign > 0 ? k : (M - k) % M))
				on += sqrt(norm) > tau;
			for (int o = 0; o < outputs; o++) {
				double complex want =
					sfm_basis_coefficient(&b, old + o * size, k, l);
				double complex is = sfm_basis_coefficient(&b, v + o * size, k, l);

				check_near(cabs(is - (sqrt(norm) > tau ? want : 0)), 0, 1e-15);
			}
		}
	check(got == kept);
	check(diagonal == on);
	check(D < 7 || (kept > size / 8 && kept < size));
	check(sfm_basis_gate(&b, outputs, v, 1e9, work, sign, NULL) == 0);
	for (int i = 0; i < outputs * size; i++)
		check(v[i] == 0);
	sfm_basis_free(&b);
	free(v);
	free(old);
	free(work);
}

int main(void)
{
	struct pool *pools[2] = { pool_create(1, NULL), pool_create(2, NULL) };

	for (int i = 0; i < CASES; i++) {
		test_definition(cases[i][0], cases[i][1], pools[i % 2]);
		for (int outputs = 1; outputs <= O; outputs += 2) {
			test_gate(cases[i][0], cases[i][1], outputs, 1);
			test_gate(cases[i][0], cases[i][1], outputs, -1);
		}
	}
	pool_free(pools[0]);
	pool_free(pools[1]);
	return 0;
}
