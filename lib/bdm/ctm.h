/*
 * ctm - coding theorem method: the algorithmic complexity of small arrays, from running all small
 * two-dimensional Turing machines
 *
 * A machine moves on a grid of cells, which are all blank at first.  It has n states and k symbols.
 * For each state and symbol it has one of b = 4nk + k instructions: write a symbol, move to one of
 * four neighbours and change to a state; or write a symbol and halt.  So there are b^(nk) machines.
 * The output of a machine that halts is the smallest rectangle that contains every cell it was on.
 * The coding theorem relates the frequency of an output s to its complexity:
 *
 *     K(s) = -log2 D(s),    D(s) = machines with output s / machines that halt
 *
 * averaged over the choice of the blank symbol, so that K does not change when s is rotated,
 * mirrored, or its symbols are renamed.  Source: Zenil, Soler-Toscano, Delahaye, Gauvrit,
 * "Two-dimensional Kolmogorov complexity and an empirical validation of the coding theorem method
 * by compressibility", PeerJ Computer Science 1:e23, 2015.  They sampled the machines of five
 * states and used a limit on steps; here every machine is counted, and whether it halts is decided
 * exactly.
 *
 * An array is identified by a number: its cells, row by row, are the digits in base k, the most
 * significant first.  One table holds the arrays of all rectangles of 1..side rows and columns,
 * rectangle by rectangle; ctm_offset says where each begins.
 */
#ifndef BDM_CTM_H
#define BDM_CTM_H

#include <stdint.h>

#include "pool.h"

enum { CTM_SIDE = 4, CTM_SYMBOLS = 4, CTM_STATES = 8 };

/*
 * struct ctm_space - which machines are run and which outputs are counted
 *
 * A machine that uses more than @depth different instructions before it halts is not counted.  A
 * smaller depth takes less time but misses rare arrays; depth = states * symbols counts all.
 */
struct ctm_space {
	int states, symbols;
	int side; /* outputs of up to side x side cells */
	int depth; /* instructions that a counted machine may use, the halting one included */
};

/*
 * ctm_check - can this space be enumerated?
 *
 * It can with 2 to 4 symbols, sides up to 4 (two symbols) or 3 (more), and 8 k! b^depth < 2^64, so
 * that the counts are exact.  Returns 0, or -1 with @e.
 */
int ctm_check(const struct ctm_space *space, struct err *e);

/* ctm_cells - number of arrays of a rectangle: symbols^(rows * cols) */
size_t ctm_cells(int symbols, int rows, int cols);

/* ctm_offset - where the arrays of a rectangle begin in the table; rows > side: its size */
size_t ctm_offset(int symbols, int side, int rows, int cols);

/* ctm_machines - number of machines that differ in the first `depth' instructions used: b^depth */
uint64_t ctm_machines(const struct ctm_space *space);

/*
 * ctm_count - count the outputs of all machines that start on a grid of symbol 0
 *
 * @count:    table of ctm_offset(..., side + 1, 1) numbers, out of ctm_machines.  Of machines that
 *            differ by a rotation, a reflection or the names of symbols other than 0, one is run
 *            and counts for all, so only the sums of ctm_sum are meaningful
 * @progress: called by the first thread with the share done, 0 to 1; may be NULL
 *
 * A depth-first search, in which an instruction of the machine is chosen when it is first needed.
 * The result does not depend on the number of threads.  Returns 0, or -1 with @e.
 */
int ctm_count(const struct ctm_space *space, struct pool *pool, uint64_t *count,
	      void (*progress)(double done), struct err *e);

/*
 * ctm_sum - replace each number of a table by its sum over the 8 k! rotations, reflections and
 * renamings of symbols of its array
 *
 * Returns 0, or -1 with @e when memory runs out.
 */
int ctm_sum(int symbols, int side, uint64_t *count, struct err *e);

/* ctm_share - the share of all machines that are counted in the table @sum of ctm_sum */
double ctm_share(const struct ctm_space *space, const uint64_t *sum);

/*
 * ctm_bits - complexities from the sums of ctm_sum
 *
 * @halting: share of the machines that halt; adds log2 of it to all values
 * @bits:    table like @sum; NaN for arrays that no machine has written
 */
void ctm_bits(const struct ctm_space *space, double halting, const uint64_t *sum, double *bits);

/*
 * ctm_pack - the compact table of formats/ctm.md: the sums of ctm_sum, one for each class of arrays
 * that are equal but for rotation, reflection and renaming
 *
 * @bytes, @n: set to the table's bytes; the caller frees @bytes
 *
 * Returns 0, or -1 with @e.
 */
int ctm_pack(const struct ctm_space *space, double halting, const uint64_t *sum, uint8_t **bytes,
	     size_t *n, struct err *e);

/*
 * ctm_unpack - the inverse of ctm_pack
 *
 * @sum: set to a table of ctm_offset(..., side + 1, 1) numbers; the caller frees it
 *
 * Returns 0, or -1 with @e.
 */
int ctm_unpack(const uint8_t *bytes, size_t n, struct ctm_space *space, double *halting,
	       uint64_t **sum, struct err *e);

/* ctm_shipped - the built-in compact table of 2 or 4 symbols, and its length @n */
const uint8_t *ctm_shipped(int symbols, size_t *n);

#endif
