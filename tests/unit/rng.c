/* Known first outputs, moments, permutations. */
#include "check.h"
#include "rng.h"

/* xoshiro256++ from state 1, 2, 3, 4: the first outputs follow from its definition by hand. */
static void known_outputs(void)
{
	struct rng r = { { 1, 2, 3, 4 } };

	check(rng_u64(&r) == 41943041);
	check(rng_u64(&r) == 58720359);
	check(rng_u64(&r) == 3588806011781223);
}

static void moments(void)
{
	enum { N = 100001 };
	static float x[N];
	double m = 0, v = 0, k = 0, u = 0;
	struct rng r;
	int i;

	rng_seed(&r, 7, 0);
	rng_fill_normal(&r, x, N, 2);
	for (i = 0; i < N; i++)
		m += x[i];
	m /= N;
	for (i = 0; i < N; i++) {
		v += (x[i] - m) * (x[i] - m);
		k += pow(x[i] - m, 4);
	}
	v /= N;
	/* five standard errors: 2/sqrt(N), 4 sqrt(2/N), sqrt(96/N) */
	check_near(m, 0, 5 * 2 / sqrt(N));
	check_near(v, 4, 5 * 4 * sqrt(2.0 / N));
	check_near(k / N / (v * v), 3, 5 * sqrt(96.0 / N));
	for (i = 0; i < N; i++)
		u += rng_uniform(&r) + rng_normal(&r);
	check_near(u / N, 0.5, 5 * sqrt((1 + 1 / 12.0) / N));
}

static void shuffle_is_a_permutation(void)
{
	int x[100], seen[100] = { 0 }, i;
	struct rng r, q;

	rng_seed(&r, 1, 2);
	rng_seed(&q, 2, 1);
	check(rng_u64(&r) != rng_u64(&q));
	for (i = 0; i < 100; i++)
		x[i] = i;
	rng_shuffle(&r, x, 100);
	for (i = 0; i < 100; i++)
		seen[x[i]]++;
	for (i = 0; i < 100; i++)
		check(seen[i] == 1);
	for (i = 0; i < 1000; i++)
		check(rng_below(&r, 7) < 7);
}

int main(void)
{
	known_outputs();
	moments();
	shuffle_is_a_permutation();
	return 0;
}
