/*
 * bdm_report - measure the matrices of a checkpoint, and write records; see formats/bdm.md
 *
 *     matrices of a checkpoint     rows                        metrics
 *     c_attn.weight of layer 0  -> row "transformer.h.0..." -> of the matrix
 *     c_proj.weight of layer 0  -> row "transformer.h.0..." -> of the matrix
 *                                  sum over a layer         -> of "layer 0"
 *                                  sum over all             -> of the whole
 */
#ifndef BDM_REPORT_H
#define BDM_REPORT_H

#include "bdm/bdm.h"
#include "bdm/quantise.h"
#include "stream/tensor.h"

enum { BDM_MEASURES = 16 };

/* What to measure: several codes, numbers of symbols and blocks; equal numbers are adjacent. */
struct bdm_plan {
	struct {
		struct bdm bdm;
		char suffix[16]; /* of the names of its metrics: "", "_gray", "_8x4" */
	} measure[BDM_MEASURES];
	int n;
	enum quantise how;
	int nulls; /* number of shuffles for null values */
	int zstd; /* compression level; 0: do not measure the compressed size */
	int map; /* write bdm_map of the first measure */
	uint64_t seed;
	struct pool *pool;
};

struct bdm_row; /* one matrix */

/* The matrices of a checkpoint; zero-initialise. */
struct bdm_rows {
	struct bdm_row *row;
	int n;
	uint64_t unique, found; /* blocks of the run so far, and those that are in the table */
	int too_small; /* matrices without a block */
};

/* bdm_plan_add - add a measure; arguments as for bdm_init; 0, or -1 with @e */
int bdm_plan_add(struct bdm_plan *plan, enum bdm_code code, int levels, int side,
		 enum bdm_boundary boundary, const char *suffix, struct err *e);
void bdm_plan_free(struct bdm_plan *plan);

/*
 * bdm_rows_add - measure a matrix
 *
 * @name: of the tensor; the seed of shuffles is made from the plan's seed, the name and @step
 * @x:    two dimensions, finite floats
 *
 * Returns 0, or -1 with @e if a number is not a symbol (QUANTISE_NONE) or memory runs out.
 */
int bdm_rows_add(struct bdm_rows *rows, struct bdm_plan *plan, const char *name, int64_t step,
		 const struct tensor *x, struct err *e);

/* bdm_rows_write - write the metrics of every matrix, every layer and the whole; empties @rows */
int bdm_rows_write(struct bdm_rows *rows, const struct bdm_plan *plan, struct stream_out *out,
		   const char *run, int64_t step, struct err *e);

void bdm_rows_free(struct bdm_rows *rows);

#endif
