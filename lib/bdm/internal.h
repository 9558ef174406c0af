/*
 * bdm/internal - what the parts of bdm share (private to this room)
 *
 * The key of a block is its number: for native its cells are digits to base 4; else it is the
 * number of its plane hi, shifted by the cells of a block, plus that of its plane lo (of two
 * letters: of its cells).
 */
#ifndef BDM_INTERNAL_H
#define BDM_INTERNAL_H

#include "bdm/bdm.h"

/* bdm_value - CTM of the block @key of side @side; *found says if the table has it */
double bdm_value(const struct bdm *b, int side, uint32_t key, int *found);

/*
 * bdm_gzip_bytes - length of what gzip makes of the cells of a block of four letters, at level 9;
 * 0 when zlib fails
 */
int bdm_gzip_bytes(uint32_t key, int cells);

/* A part of a matrix of letters, row by row */
struct bdm_part {
	const uint8_t *letter;
	size_t stride, rows, cols;
};

/*
 * bdm_wide_measure - bdm_measure of blocks that do not fit a key of 32 bits: of eight letters, or
 * of sides above 4
 *
 * Adds to @r.  Returns 0, or -1 with @e when memory runs out.
 */
int bdm_wide_measure(const struct bdm *b, const struct bdm_part *matrix, struct bdm_result *r,
		     struct err *e);

void bdm_ranges_free(struct bdm_ranges *ranges); /* NULL is allowed */

#endif
