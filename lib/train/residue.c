/* Number theory modulo a prime; see residue.h. */
#include "train/residue.h"

#include <assert.h>
#include <stdint.h>

int residue_prime(int n)
{
	if (n < 4)
		return n > 1;
	if (n % 2 == 0)
		return 0;
	for (int d = 3; d <= n / d; d += 2)
		if (n % d == 0)
			return 0;
	return 1;
}

int residue_power(int a, int e, int p)
{
	int64_t r = 1, b = a % p;

	for (; e > 0; e >>= 1) {
		if (e & 1)
			r = r * b % p;
		b = b * b % p;
	}
	return (int)r;
}

int residue_inverse(int a, int p)
{
	return residue_power(a, p - 2, p); /* Fermat */
}

/* g is a primitive root when g^((p-1)/q) != 1 for every prime q that divides p - 1 */
static int is_root(int g, int p)
{
	int m = p - 1;

	for (int q = 2; q <= m / q; q++) {
		if (m % q)
			continue;
		if (residue_power(g, (p - 1) / q, p) == 1)
			return 0;
		while (m % q == 0)
			m /= q;
	}
	return m == 1 || residue_power(g, (p - 1) / m, p) != 1;
}

int residue_root(int p)
{
	int g = 1;

	assert(residue_prime(p));
	while (!is_root(g, p))
		g++;
	return g;
}

void residue_tables(int p, int *log, int *exp)
{
	int64_t g = residue_root(p), a = 1;

	if (log)
		log[0] = -1;
	for (int e = 0; e < p - 1; e++, a = a * g % p) {
		if (log)
			log[a] = e;
		if (exp)
			exp[e] = (int)a;
	}
}

int residue_legendre(int a, int p)
{
	int r = residue_power(a % p, (p - 1) / 2, p);

	return r == p - 1 ? -1 : r;
}
