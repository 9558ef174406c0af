/*
 * bdm/internal - what the parts of bdm share (private to this room)
 *
 * The key of a block is a number of up to 32 bits.  For native, its cells are the digits in base 4.
 * For the other codes, the bits of plane hi (one for each cell) come before those of plane lo; with
 * two symbols there is one plane.
 */
#ifndef BDM_INTERNAL_H
#define BDM_INTERNAL_H

#include "bdm/bdm.h"

/* bdm_value - CTM of the square block @key of side @side; @found: set to 1 if the table has it */
double bdm_value(const struct bdm *b, int side, uint32_t key, int *found);

/*
 * bdm_gzip_bytes - bytes to which gzip at level 9 compresses the cells of a block of four symbols
 *
 * Returns 0 when zlib fails.
 */
int bdm_gzip_bytes(uint32_t key, int cells);

/* A part of a matrix of symbols; its rows are stride symbols apart. */
struct bdm_part {
	const uint8_t *symbol;
	size_t stride, rows, cols;
};

/*
 * bdm_wide_measure - bdm_measure for blocks that do not fit into a key: of eight symbols, or of
 * sides above 4
 *
 * Adds to @r.  Returns 0, or -1 with @e when memory runs out.
 */
int bdm_wide_measure(const struct bdm *b, const struct bdm_part *matrix, struct bdm_result *r,
		     struct err *e);

void bdm_ranges_free(struct bdm_ranges *ranges); /* NULL is allowed */

#endif
