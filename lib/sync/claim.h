/*
 * claim - the paper's claims, and the rules that turn the measures of runs into verdicts
 *
 *   measures of runs          a rule, for each run or over runs       a row
 *   48 x 64, seeds 0 1 2  \   value = accuracy without layers 16-31   C4  holds   .96 (.91 to .98)
 *   1 x 64, seeds 1 .. 5  /   yes when it is within .1 of the whole     3 of 3, 48 x 64, 100k
 *
 * A claim is asked of runs of one *scale* (layers, width, steps asked for) at a time.  It holds
 * when the rule says yes in at least four fifths of the runs that it can be asked of, it does not
 * when in at most one fifth, else in part.  The row of a claim is that of the scale nearest to the
 * paper's: most layers first, then the longest.  Below 48 layers or 100,000 steps the verdict is
 * about that scale alone, and says so.  Source of the claims: arXiv 2603.29262; numbers C1 to C25
 * are ours, in its order.
 */
#ifndef SYNC_CLAIM_H
#define SYNC_CLAIM_H

#include "sync/series.h"

enum { CLAIM_LAYERS = 48, CLAIM_STEPS = 100000 }; /* the paper's scale */

enum claim_verdict { CLAIM_HOLDS, CLAIM_FAILS, CLAIM_PARTLY, CLAIM_NOT_ASKED };

/* A claim: what the paper says, what is measured, and by which commands. */
struct claim {
	const char *id, *text;
	const char *rule; /* in words: the value, and when it is a yes */
	const char *by; /* what makes the measures that it needs */
};

enum { CLAIM_NOTE = 160 };

struct claim_row {
	const struct claim *claim;
	enum claim_verdict verdict;
	int yes, asked; /* runs, or comparisons of runs where the rule is over runs */
	int runs; /* that the row rests on */
	double value, low,
		high; /* mean over what was asked, and its interval; NaN for fewer than two */
	int machine; /* about the singular feature machine, which has no layers */
	int layers, width; /* the scale; 0 for the machine */
	double steps, last; /* asked for; and the least of the last recorded steps */
	char note[CLAIM_NOTE]; /* parts of the value, "0-15 .01, 32-47 .21"; why not asked; or "" */
};

/* claim_is_map - is a measure of this name, a map of heads, one that rules look into? */
int claim_is_map(const char *name);

/* "holds at this scale", and "48 x 64, 10000 of 100000 steps", empty for what was not asked */
enum { CLAIM_TEXT = 64 };
const char *claim_verdict_text(const struct claim_row *r, char text[CLAIM_TEXT]);
const char *claim_scale_text(const struct claim_row *r, char text[CLAIM_TEXT]);

/* claim_paper_scale - is the row of the paper's depth and length? */
int claim_paper_scale(const struct claim_row *r);

/*
 * claim_rows - the rows of every claim
 *
 * @s:    the measures, with heads
 * @all:  a row for every scale at which a claim could be asked, not only for the nearest to the
 *        paper's
 * @seed: of permutations and of the bootstrap
 * @rows: receives @n rows in the order of the claims, at least one for each; free() them
 *
 * Returns 0, or -1 with @e when memory runs out.
 */
int claim_rows(const struct series_set *s, int all, uint64_t seed, struct claim_row **rows, int *n,
	       struct err *e);

/* The @i-th claim, NULL behind the last. */
const struct claim *claim_get(int i);

#endif
