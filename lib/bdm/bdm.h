/*
 * bdm - block decomposition method: the algorithmic complexity K of a large array, in bits, from
 * the complexities CTM of its small blocks
 *
 *     K = sum over the different blocks b of  CTM(b) + log2 n_b
 *
 * where n_b is how often b occurs: a block is described once, then counted.  CTM(b) comes from a
 * table (ctm.h).  Source: Zenil, Hernandez-Orozco, Kiani, Soler-Toscano, Rueda-Toicen, Tegner, "A
 * decomposition method for global evaluation of Shannon entropy and local estimations of
 * algorithmic complexity", Entropy 20(8):605, 2018.
 *
 * An array holds symbols: small numbers, 2, 4 or 8 different ones.  Tables of 4x4 blocks exist for
 * two symbols only, so a code defines CTM of a block of four or eight symbols.  A symbol of four is
 * two bits, hi and lo; a plane is the binary block made of one bit of every symbol.
 *
 *     planes    2/3 (CTM(hi) + CTM(lo) + CTM(hi xor lo)): the mean over the three ways to write a
 *               symbol as a pair of these bits, so which symbol has which bits does not matter.
 *               For m bits: m / (2^m - 1) times the sum over all 2^m - 1 non-empty xors of planes
 *     gray      CTM(hi) + CTM(hi xor lo): the planes of the symbol's Gray code; so for three bits
 *     native    CTM of the block itself, from the table of four symbols (blocks of up to 3x3)
 *     gzip-mix  CTM of a block that holds only the symbols 0 and 1; for any other block, the number
 *               of *bytes* to which gzip compresses its cells, one byte each.  This mixes units; it
 *               exists to reproduce published figures that were computed so
 *
 * With two symbols there is one plane, the block itself, and planes and gray both are its CTM.  For
 * blocks of side 5 to 8 there is no table: CTM is K of the four pieces into which the block is cut
 * (wide.c).  A block that is missing in the table gets the largest value of its shape plus 1.
 */
#ifndef BDM_BDM_H
#define BDM_BDM_H

#include <stddef.h>
#include <stdint.h>

#include "bdm/ctm.h"
#include "pool.h"
#include "rng.h"

enum bdm_code { BDM_PLANES, BDM_GRAY, BDM_NATIVE, BDM_GZIP_MIX };
#define BDM_CODE_NAMES "planes|gray|native|gzip-mix" /* in this order */

/* What to do with rows and columns at the end that do not fill a block. */
enum bdm_boundary {
	BDM_IGNORE, /* drop them */
	BDM_PAD, /* fill up with symbol 0 */
	BDM_RECURSIVE, /* cut them into smaller squares, down to 2x2 */
	BDM_CORRELATED, /* there are none: take overlapping blocks, one at every position */
};
#define BDM_BOUNDARY_NAMES "ignore|pad|recursive|correlated" /* in this order */

enum { BDM_SIDE = 8 }; /* the largest block */

/* CTM of blocks by their number (ctm.h), for each shape of 1 to CTM_SIDE rows and columns. */
struct bdm_table {
	double *bits[CTM_SIDE + 1]
		    [CTM_SIDE + 1]; /* missing values are filled in; NULL: no such shape */
	double missing[CTM_SIDE + 1][CTM_SIDE + 1]; /* what they are filled with: largest + 1 */
};

struct bdm {
	enum bdm_code code;
	enum bdm_boundary boundary;
	int levels; /* symbols: 2, 4 or 8 */
	int side; /* of a block */
	struct bdm_table table;
	struct bdm_ranges *ranges; /* what bdm_normalise has computed so far */
};

/* The result for a matrix.  Results of several matrices can be added: see bdm_add. */
struct bdm_result {
	double bits; /* K */
	uint64_t blocks; /* in all */
	uint64_t unique; /* different blocks */
	uint64_t found; /* different blocks whose values are in the table */
	double entropy; /* Shannon entropy of the distribution of blocks, in bits for each block */
	double least, largest; /* K of the simplest and of the most complex matrix of this size */
	uint64_t of_side[BDM_SIDE + 1]; /* number of blocks by side */
};

/*
 * bdm_init - a measure with the built-in tables
 *
 * @levels: 2, 4 or 8; native and gzip-mix need 4
 * @side:   2 to 8; at most 4 for gzip-mix, 3 for native
 *
 * Returns 0, or -1 with @e.  bdm_free frees what it holds.
 */
int bdm_init(struct bdm *b, enum bdm_code code, int levels, int side, enum bdm_boundary boundary,
	     struct err *e);
void bdm_free(struct bdm *b);

int bdm_symbols(const struct bdm *b); /* symbols of its table: 2, or 4 for native */

/*
 * bdm_set_table - replace the values of square blocks of side @side
 *
 * @bits: (symbols^(side^2)), copied; NaN where missing.  Returns 0, or -1 with @e.
 */
int bdm_set_table(struct bdm *b, int side, const double *bits, struct err *e);

/*
 * bdm_measure - K of a matrix of symbols, and all of struct bdm_result except the range
 *
 * @symbol: (rows, cols), each less than b->levels
 * @r:      filled; least and largest are NaN (see bdm_normalise)
 *
 * A matrix that is too small for a block has K = 0 and no blocks.  Several threads may use one @b.
 * Returns 0, or -1 with @e when memory runs out.
 */
int bdm_measure(const struct bdm *b, const uint8_t *symbol, size_t rows, size_t cols,
		struct bdm_result *r, struct err *e);

/*
 * bdm_normalise - fill in r->least and r->largest, the range of K for as many blocks as @r has
 *
 * K is least if all blocks are the simplest one.  It is largest if all are different and the most
 * complex ones; if there are more blocks than different arrays, each is used again.  NaN for
 * gzip-mix, the correlated boundary, eight symbols, and sides above 4.  Only one thread at a time
 * may use @b here.  Returns 0, or -1 with @e when memory runs out.
 */
int bdm_normalise(struct bdm *b, struct bdm_result *r, struct err *e);

/*
 * bdm_share - (K - least) / (largest - least); NaN if the range is empty
 *
 * It may be slightly outside 0 to 1.
 */
double bdm_share(const struct bdm_result *r);

/* bdm_add - add @r to @group, which starts as zeros; the entropy becomes the mean over blocks */
void bdm_add(struct bdm_result *group, const struct bdm_result *r);

/*
 * bdm_map - the contribution of each block: by how much K falls when this block is left out
 *
 * @map: (rows / side, cols / side), rounded up with BDM_PAD, else down; in bits
 *
 * Only for BDM_IGNORE and BDM_PAD, up to four symbols and sides up to 4.  Returns 0, or -1 with @e.
 */
int bdm_map(const struct bdm *b, const uint8_t *symbol, size_t rows, size_t cols, double *map,
	    struct err *e);

/* bdm_shuffle - permute @n symbols at random, a null model that keeps the count of each symbol */
void bdm_shuffle(struct rng *rng, uint8_t *symbol, size_t n);

/*
 * bdm_null - K of shuffles of a matrix, by several measures
 *
 * @K: (measures, draws), filled on success
 *
 * Shuffle j is drawn by the generator rng_seed(seed, purpose + j), and is the same for every
 * measure.  The result does not depend on the number of threads.  Returns 0, or -1 with @e when
 * memory runs out.
 */
struct bdm_shuffles {
	int draws;
	uint64_t seed, purpose;
	const struct bdm *measure; /* (measures) */
	int measures;
	struct pool *pool;
};
int bdm_null(const struct bdm_shuffles *s, const uint8_t *symbol, size_t rows, size_t cols,
	     double *K, struct err *e);

#endif
