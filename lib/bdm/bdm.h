/*
 * bdm - block decomposition: the algorithmic complexity of a large array from that of small blocks
 *
 *     K = sum over the different blocks b of  CTM(b) + log2 n_b
 *
 * where n_b is how often b occurs: a block is described once, then counted.  CTM(b) comes from a
 * table (ctm.h).  Source: Zenil, Hernandez-Orozco, Kiani, Soler-Toscano, Rueda-Toicen, Tegner, "A
 * decomposition method for global evaluation of Shannon entropy and local estimations of
 * algorithmic complexity", Entropy 20(8):605, 2018.
 *
 * Tables of 4x4 blocks exist for two symbols only.  A code says how CTM of a block of four letters
 * is had.  A letter is two bits, hi and lo; a plane is the binary block of one bit of every letter.
 *
 *     planes    2/3 (CTM(hi) + CTM(lo) + CTM(hi xor lo)): the mean over the three ways to write a
 *               letter as a pair of these bits, so which letter has which bits does not matter.
 *               Of eight letters, three bits: 3/7 of the sum over all seven non-zero xors of
 *               planes; in general m / (2^m - 1) of the sum over 2^m - 1
 *     gray      CTM(hi) + CTM(hi xor lo): the bits of the Gray code of a letter, two or three
 *     native    CTM of the block itself, from the table of four symbols (blocks of up to 3x3)
 *     gzip-mix  CTM of a block that holds the letters 0 and 1 only; of any other the *bytes* that
 *               gzip needs for its cells, one byte each.  The units are mixed; it is here because
 *               published figures were computed so
 *
 * With two letters there is one plane, the block itself, and planes and gray are its CTM.  A block
 * of a side from 5 to 8 has no table: its CTM is K of the four pieces into which it is cut
 * (wide.c).  A block that is not in the table gets the largest value of its shape plus 1.
 */
#ifndef BDM_BDM_H
#define BDM_BDM_H

#include <stddef.h>
#include <stdint.h>

#include "bdm/ctm.h"
#include "pool.h"
#include "rng.h"

enum bdm_code { BDM_PLANES, BDM_GRAY, BDM_NATIVE, BDM_GZIP_MIX };

enum bdm_boundary {
	BDM_IGNORE, /* drop what does not fill a block */
	BDM_PAD, /* fill it with letter 0 */
	BDM_RECURSIVE, /* cut it into smaller squares, down to 2x2 */
	BDM_CORRELATED, /* every position of a sliding block */
};

enum { BDM_SIDE = 8 };

/* Values of blocks by number (ctm.h), for each shape of 1 to CTM_SIDE rows and columns. */
struct bdm_table {
	double *bits[CTM_SIDE + 1]
		    [CTM_SIDE + 1]; /* what is missing is imputed; NULL: none of that shape */
	double missing[CTM_SIDE + 1][CTM_SIDE + 1]; /* the imputed value, larger than all others */
};

struct bdm {
	enum bdm_code code;
	enum bdm_boundary boundary;
	int levels; /* letters: 2, 4 or 8 */
	int side; /* of a block */
	struct bdm_table table;
	struct bdm_ranges *ranges; /* what bdm_normalise has computed so far */
};

/* What a matrix is found to be; sums over matrices are meaningful, see bdm_add. */
struct bdm_result {
	double bits; /* K */
	uint64_t blocks; /* in all */
	uint64_t unique; /* different ones */
	uint64_t found; /* different ones whose values are in the table */
	double entropy; /* of the distribution of blocks, bits a block */
	double least, largest; /* K of the simplest and of the most complex matrix of this size */
	uint64_t of_side[BDM_SIDE + 1]; /* blocks by side */
};

/*
 * bdm_init - a measure with the tables that are built in
 *
 * @levels: 2, 4 or 8; native and gzip-mix need 4
 * @side:   2 to 8; gzip-mix to 4, native 2 or 3
 *
 * Returns 0, or -1 with @e.  bdm_free frees what it holds.
 */
int bdm_init(struct bdm *b, enum bdm_code code, int levels, int side, enum bdm_boundary boundary,
	     struct err *e);
void bdm_free(struct bdm *b);

int bdm_symbols(const struct bdm *b); /* of the table in use: 2, or 4 for native */

/*
 * bdm_set_table - use other values for blocks of side @side
 *
 * @bits: (symbols^(side^2)), copied; NaN where missing.  Returns 0, or -1 with @e.
 */
int bdm_set_table(struct bdm *b, int side, const double *bits, struct err *e);

/*
 * bdm_measure - K of a matrix of letters and what belongs to it, but its range
 *
 * @letter: (rows, cols), each below b->levels
 * @r:      least and largest are set to NaN (see bdm_normalise)
 *
 * A matrix too small for a block has K 0 and no blocks.  Several threads may use one @b.
 * Returns 0, or -1 with @e when memory runs out.
 */
int bdm_measure(const struct bdm *b, const uint8_t *letter, size_t rows, size_t cols,
		struct bdm_result *r, struct err *e);

/*
 * bdm_normalise - fill in the range of K of as many blocks as @r has: r->least, r->largest
 *
 * The least: all blocks the simplest one.  The largest: all different, the most complex ones, and
 * again from the top if there are more blocks than arrays.  NaN for gzip-mix, the correlated
 * boundary, eight letters and sides above 4.  Not for several threads at once.  Returns 0, or -1
 * with @e when memory runs out.
 */
int bdm_normalise(struct bdm *b, struct bdm_result *r, struct err *e);

/* bdm_share - where K lies in its range, 0 to 1 and a little beyond; NaN if the range is empty */
double bdm_share(const struct bdm_result *r);

/* bdm_add - add @r to a group: sums, the entropy as the mean over blocks; start with zeroes */
void bdm_add(struct bdm_result *group, const struct bdm_result *r);

/*
 * bdm_map - what each block carries: by how much K falls when it alone is left out
 *
 * @map: (rows / side, cols / side), with BDM_PAD rounded up, else down; bits
 *
 * Only for BDM_IGNORE and BDM_PAD, up to four letters and sides up to 4.  Returns 0, or -1 with @e.
 */
int bdm_map(const struct bdm *b, const uint8_t *letter, size_t rows, size_t cols, double *map,
	    struct err *e);

/* bdm_shuffle - permute @n letters at random: the null that keeps how many there are of each */
void bdm_shuffle(struct rng *rng, uint8_t *letter, size_t n);

/*
 * bdm_null - K of shuffles of a matrix, by some measures
 *
 * @K: (measures, draws), filled on success
 *
 * Shuffle j is drawn from rng_seed(seed, purpose + j); every measure sees the same.  The result
 * does not depend on the number of threads.  Returns 0, or -1 with @e when memory runs out.
 */
struct bdm_shuffles {
	int draws;
	uint64_t seed, purpose;
	const struct bdm *measure; /* (measures) */
	int measures;
	struct pool *pool;
};
int bdm_null(const struct bdm_shuffles *s, const uint8_t *letter, size_t rows, size_t cols,
	     double *K, struct err *e);

#endif
