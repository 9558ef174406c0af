/*
 * ctm - algorithmic complexity of small arrays, from running every small two-dimensional machine
 *
 * A Turing machine walks on a grid of cells, all blank at first.  It has n states and k symbols;
 * for each state and symbol one of b = 4nk + k instructions: write a symbol, step to one of four
 * neighbours and take a state, or write a symbol and halt where it stands.  There are b^(nk)
 * machines.  The output of one that halts is the smallest rectangle that holds every cell it
 * visited, the one it halts on included.  The coding theorem turns frequency into complexity:
 *
 *     K(s) = -log2 D(s),    D(s) = machines with output s / machines that halt
 *
 * averaged over the blank symbol, so that K does not change when s is turned, mirrored, or its
 * symbols are renamed.  Source: Zenil, Soler-Toscano, Delahaye, Gauvrit, "Two-dimensional
 * Kolmogorov complexity and an empirical validation of the coding theorem method by
 * compressibility", PeerJ Computer Science 1:e23, 2015.  They sampled the machines of five states;
 * here every machine is counted, and whether it halts is decided, not guessed from a step limit.
 *
 * An array is a number: its cells row by row are the digits of base k, the first the most
 * significant.  The arrays of all rectangles of 1..side rows and columns lie in one table,
 * rectangle by rectangle in the order of ctm_offset.
 */
#ifndef BDM_CTM_H
#define BDM_CTM_H

#include <stdint.h>

#include "pool.h"

enum { CTM_SIDE = 4, CTM_SYMBOLS = 4, CTM_STATES = 8 };

/*
 * struct ctm_space - which machines are run and which outputs are counted
 *
 * A machine that needs more than @depth of its instructions before it halts is not counted, so a
 * smaller depth takes less time and misses rare arrays.  depth = states * symbols counts all.
 */
struct ctm_space {
	int states, symbols;
	int side; /* outputs of up to side x side cells */
	int depth; /* instructions that a counted machine may use, the halting one included */
};

/*
 * ctm_check - can this space be enumerated?
 *
 * Symbols 2 to 4, sides to 4 with two symbols and to 3 with more, and 8 k! b^depth below 2^64, so
 * that the counts are exact.  Returns 0, or -1 with @e.
 */
int ctm_check(const struct ctm_space *space, struct err *e);

/* ctm_cells - arrays of a rectangle: symbols^(rows * cols) */
size_t ctm_cells(int symbols, int rows, int cols);

/* ctm_offset - where the arrays of a rectangle begin; the size of the table for rows > side */
size_t ctm_offset(int symbols, int side, int rows, int cols);

/* ctm_machines - machines told apart by the first @depth instructions they use: b^depth */
uint64_t ctm_machines(const struct ctm_space *space);

/*
 * ctm_count - count the outputs of all machines that start on a grid of symbol 0
 *
 * @count:    table of ctm_offset(..., side + 1, 1) numbers, out of ctm_machines; one of the eight
 *            turns and mirror images and of the renamings of the other symbols stands for all, so
 *            only sums over these mean anything (see ctm_sum)
 * @progress: called by the first thread with the share done, 0 to 1; may be NULL
 *
 * Depth-first over machines whose instructions are chosen when first needed.  The result does not
 * depend on the number of threads.  Returns 0, or -1 with @e.
 */
int ctm_count(const struct ctm_space *space, struct pool *pool, uint64_t *count,
	      void (*progress)(void *arg, double done), void *arg, struct err *e);

/*
 * ctm_sum - replace each number of a table by its sum over the 8 k! turns, mirror images and
 * renamings of its array; -1 with @e when memory runs out
 */
int ctm_sum(int symbols, int side, uint64_t *count, struct err *e);

/* ctm_share - machines counted in the table @sum of ctm_sum, as a share of all */
double ctm_share(const struct ctm_space *space, const uint64_t *sum);

/*
 * ctm_bits - complexities from the sums of ctm_sum
 *
 * @halting: share of the machines that halt; it shifts all values by its log2
 * @bits:    table like @sum, NaN where nothing was seen
 */
void ctm_bits(const struct ctm_space *space, double halting, const uint64_t *sum, double *bits);

/*
 * ctm_pack - the compact table of formats/ctm.md: the sums of ctm_sum, one for each class of arrays
 *
 * @bytes, @n: what to write; the caller frees @bytes
 */
int ctm_pack(const struct ctm_space *space, double halting, const uint64_t *sum, uint8_t **bytes,
	     size_t *n, struct err *e);

/*
 * ctm_unpack - the inverse of ctm_pack
 *
 * @sum: table of ctm_offset(..., side + 1, 1) numbers; the caller frees it
 */
int ctm_unpack(const uint8_t *bytes, size_t n, struct ctm_space *space, double *halting,
	       uint64_t **sum, struct err *e);

/* ctm_shipped - the compact table of 2 or 4 symbols that is part of this library */
const uint8_t *ctm_shipped(int symbols, size_t *n);

#endif
