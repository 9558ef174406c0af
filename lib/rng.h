/*
 * rng - seeded pseudo-random numbers with explicit state: the only source of chance in the project
 *
 * xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS
 * 47(4), 2021), its state filled by splitmix64.  The four words are the whole state: a copy of the
 * struct is a saved generator.
 */
#ifndef RNG_H
#define RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t s[4];
};

/*
 * rng_seed - start a generator
 *
 * @seed, @purpose: generators with the same seed and different purposes are independent; so, for
 *                  example, the split does not change when the initialisation draws more numbers
 */
void rng_seed(struct rng *r, uint64_t seed, uint64_t purpose);

uint64_t rng_u64(struct rng *r); /* uniform over all 2^64 values */
uint64_t rng_below(struct rng *r, uint64_t n); /* uniform over 0..n-1 without bias; n >= 1 */
double rng_uniform(struct rng *r); /* uniform over [0, 1), 53 bits */
double rng_normal(struct rng *r); /* mean 0, variance 1 (Box-Muller) */

/*
 * rng_fill_normal - fill x with n draws of mean 0 and standard deviation @sd (Box-Muller, using
 * both values of each pair)
 */
void rng_fill_normal(struct rng *r, float *x, size_t n, double sd);

/* rng_shuffle - put @n ints into random order (Fisher-Yates) */
void rng_shuffle(struct rng *r, int *x, size_t n);

#endif
