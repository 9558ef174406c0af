/*
 * claim - the paper's claims, and the rules that turn the measures of runs into verdicts
 *
 *   measures of runs          a rule, for each run or over runs       a row
 *   48 x 64, seeds 0 1 2  \   value = accuracy without layers 16-31   C4  holds   .96 (.91 to .98)
 *   1 x 64, seeds 1 .. 5  /   yes if it is within .1 of the whole       3 of 3, 48 x 64, 100k
 *
 * A claim is judged for runs of one *scale* at a time: number of layers, width, number of steps
 * that was asked for (with a constant rate, any number).  A rule answers yes or no for each run
 * that has the measures it needs.  The claim holds if at least four fifths of the answers are yes,
 * does not hold if at most one fifth are, and holds in part otherwise.  Claims about seeds, decays,
 * labels, moduli, rates or batches compare only runs that differ in nothing else.  The row of a
 * claim is that of the scale nearest to the paper's: the one with most layers, then the longest.
 * Below 48 layers or 100,000 steps the verdict is about that scale only, and says so.  Source of
 * the claims: arXiv 2603.29262. The numbers C1 to C25 are not from the paper; they follow its
 * order, and X1 is beyond it.
 */
#ifndef SYNC_CLAIM_H
#define SYNC_CLAIM_H

#include "sync/series.h"

enum { CLAIM_LAYERS = 48, CLAIM_STEPS = 100000 }; /* the paper's scale */
enum { CLAIM_MODULUS = 97 };

enum claim_verdict { CLAIM_HOLDS, CLAIM_FAILS, CLAIM_PARTLY, CLAIM_NOT_ASKED };

/* A claim: what the paper says, what is measured, and by which commands. */
struct claim {
	const char *id, *text;
	const char *measure; /* what the value is, in words */
	const char *yes; /* for which values, and under what else, the answer is yes */
	const char *by; /* the commands that make the measures it needs */
};

enum { CLAIM_NOTE = 240 };

struct claim_row {
	const struct claim *claim;
	enum claim_verdict verdict;
	int yes, asked; /* answers: one for each run, or each comparison of runs */
	int runs; /* number of runs behind the row */
	double value, low,
		high; /* mean of the answers' values, and its interval; NaN for fewer than two */
	int machine; /* about the singular feature machine, which has no layers */
	int layers, width; /* the scale; 0 for the machine */
	double steps; /* asked for; at a constant rate as last */
	double last; /* the least of the runs' last recorded steps */
	/* where the answer is yes, "add 1/1, sub 0/3"; parts of the value; why not asked; or "" */
	char note[CLAIM_NOTE];
};

/* claim_is_map - do rules use the measure of this name, a map of heads? */
int claim_is_map(const char *name);

/*
 * claim_verdict_text - "holds at this scale", into @text, which is returned
 * claim_scale_text   - "48 x 64, 10000 of 100000 steps"; empty if nothing was asked
 */
enum { CLAIM_TEXT = 64 };
const char *claim_verdict_text(const struct claim_row *r, char text[CLAIM_TEXT]);
const char *claim_scale_text(const struct claim_row *r, char text[CLAIM_TEXT]);

/* claim_paper_scale - does the row have the paper's number of layers and of steps? */
int claim_paper_scale(const struct claim_row *r);

/*
 * claim_rows - the rows of every claim
 *
 * @s:    the measures, including maps of heads (series_add_map)
 * @all:  1: a row for every scale at which a claim could be judged; 0: for the nearest to the
 *        paper's
 * @seed: of permutations and of the bootstrap
 * @rows: set to @n rows in the order of the claims, at least one for each; free() them
 *
 * Returns 0, or -1 with @e when memory runs out.
 */
int claim_rows(const struct series_set *s, int all, uint64_t seed, struct claim_row **rows, int *n,
	       struct err *e);

/* claim_get - claim number @i, from 0; NULL after the last */
const struct claim *claim_get(int i);

#endif
