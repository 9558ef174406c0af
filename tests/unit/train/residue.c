/* residue: known roots, and the definitions checked by brute force */
#include "train/residue.h"

#include "check.h"

static void test_primes(void)
{
	/* 1229 primes below 10^4 (OEIS A006880); 2^31 - 1 is prime, 46337^2 the largest square of a
	 * prime that an int holds */
	int n = 0;

	for (int i = -3; i < 10000; i++)
		n += residue_prime(i);
	check(n == 1229);
	check(residue_prime(2147483647) && !residue_prime(2147483646));
	check(!residue_prime(46337 * 46337));
}

static void test_roots(void)
{
	/* OEIS A001918: least positive primitive root of the n-th prime */
	static const int known[][2] = { { 2, 1 },  { 3, 2 },  { 5, 2 },   { 7, 3 },
					{ 23, 5 }, { 31, 3 }, { 41, 6 },  { 59, 2 },
					{ 71, 7 }, { 97, 5 }, { 113, 3 }, { 191, 19 } };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		check(residue_root(known[i][0]) == known[i][1]);
	check(residue_root(2147483647) == 7);
}

static void test_tables(void)
{
	int log[499], exp[498];

	for (int p = 2; p <= 499; p++) {
		if (!residue_prime(p))
			continue;
		residue_tables(p, log, exp);
		check(log[0] == -1);
		for (int e = 0; e < p - 1; e++) {
			check(exp[e] == residue_power(residue_root(p), e, p));
			check(log[exp[e]] == e); /* hence a bijection of 0..p-2 on 1..p-1 */
		}
		residue_tables(p, log, NULL);
		residue_tables(p, NULL, exp);
		check(p == 2 || log[p - 1] == (p - 1) / 2); /* -1 is g^((p-1)/2) */
		for (int a = 1; a < p; a++)
			check(a * residue_inverse(a, p) % p == 1);
	}
}

static void test_legendre(void)
{
	int square[113] = { 0 };

	for (int a = 1; a < 113; a++)
		square[a * a % 113] = 1;
	check(residue_legendre(0, 113) == 0 && residue_legendre(226, 113) == 0);
	for (int a = 1; a < 113; a++)
		check(residue_legendre(a, 113) == (square[a] ? 1 : -1));
	check(residue_legendre(2, 3) == -1 && residue_legendre(1, 3) == 1);
}

int main(void)
{
	test_primes();
	test_roots();
	test_tables();
	test_legendre();
	return 0;
}
