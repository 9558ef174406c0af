/* The generator, and draws from distributions; see rng.h. */
#include "rng.h"

#include <math.h>

static uint64_t splitmix64(uint64_t *x)
{
	uint64_t z = *x += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static uint64_t rotl(uint64_t x, int k)
{
	return (x << k) | (x >> (64 - k));
}

void rng_seed(struct rng *r, uint64_t seed, uint64_t purpose)
{
	uint64_t x = seed, y = purpose ^ 0xd1b54a32d192ed03;
	int i;

	/* Mixing the purpose first keeps (seed, purpose) and (seed + 1, purpose - 1) apart. */
	x = splitmix64(&x) ^ rotl(splitmix64(&y), 17);
	for (i = 0; i < 4; i++)
		r->s[i] = splitmix64(&x);
}

uint64_t rng_u64(struct rng *r)
{
	uint64_t *s = r->s;
	uint64_t result = rotl(s[0] + s[3], 23) + s[0], t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return result;
}

uint64_t rng_below(struct rng *r, uint64_t n)
{
	uint64_t low = -n % n, x; /* 2^64 mod n: draws below it would favour small values */

	do
		x = rng_u64(r);
	while (x < low);
	return x % n;
}

double rng_uniform(struct rng *r)
{
	return (double)(rng_u64(r) >> 11) * 0x1p-53;
}

/* Box-Muller: the radius and the angle of a pair of independent normal values. */
static double polar(struct rng *r, double *angle)
{
	double u = 1 - rng_uniform(r); /* in (0, 1], so that the logarithm is finite */

	*angle = 2 * M_PI * rng_uniform(r);
	return sqrt(-2 * log(u));
}

double rng_normal(struct rng *r)
{
	double angle, radius = polar(r, &angle);

	return radius * cos(angle);
}

void rng_fill_normal(struct rng *r, float *x, size_t n, double sd)
{
	double angle, radius;
	size_t i;

	for (i = 0; i < n; i += 2) {
		radius = sd * polar(r, &angle);
		x[i] = (float)(radius * cos(angle));
		if (i + 1 < n)
			x[i + 1] = (float)(radius * sin(angle));
	}
}

void rng_shuffle(struct rng *r, int *x, size_t n)
{
	size_t i, j;
	int t;

	for (i = n; i > 1; i--) {
		j = (size_t)rng_below(r, i);
		t = x[i - 1];
		x[i - 1] = x[j];
		x[j] = t;
	}
}
