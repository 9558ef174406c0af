/*
 * residue - number theory modulo a small prime: primality, primitive roots, discrete logarithms
 *
 * The non-zero residues modulo a prime p are the powers g^0, g^1, ..., g^(p-2) of a primitive root
 * g, so e -> g^e turns addition in Z_(p-1) into multiplication modulo p, and the discrete logarithm
 * turns it back.  Hardy and Wright, "An Introduction to the Theory of Numbers", chapters 6 and 7.
 * Every function is exact for all int arguments in its stated range; none fails.
 */
#ifndef TRAIN_RESIDUE_H
#define TRAIN_RESIDUE_H

/* residue_prime - 1 if @n is a prime, else 0 (trial division) */
int residue_prime(int n);

/* residue_power - a^e mod p, in 0..p-1; a in 0..p-1, e >= 0, p >= 2 */
int residue_power(int a, int e, int p);

/* residue_inverse - the b in 1..p-1 with a b = 1 mod p; p prime, a in 1..p-1 */
int residue_inverse(int a, int p);

/* residue_root - the least primitive root of the prime @p (1 for p = 2) */
int residue_root(int p);

/*
 * residue_tables - logarithms and powers to the base of the least primitive root g of the prime p
 *
 * @p:    a prime
 * @log:  (p), log[g^e mod p] = e for e = 0..p-2, log[0] = -1; NULL: not wanted
 * @exp:  (p - 1), exp[e] = g^e mod p, in 1..p-1; NULL: not wanted
 */
void residue_tables(int p, int *log, int *exp);

/*
 * residue_legendre - the Legendre symbol (a|p): 0 if p divides a, 1 if a is a square, else -1;
 * p an odd prime, a >= 0 (Euler's criterion)
 */
int residue_legendre(int a, int p);

#endif
