/*
 * sync - when does a quantity change, and do quantities change together?
 *
 *   x |            ________ after     On the axis t = log10(1 + step) a series is described by
 *     |           /                   plateaus joined by logistic steps:
 *     |   half __/                        x(t) = A + sum_j B_j / (1 + exp((c_j - t) / w_j))
 *     |         /|                    with one or two steps, fitted by least squares.
 *     |________/ |
 *     | before   c                    width: from 10 % to 90 %, 2 ln 9 w decades
 *     +------------------ t
 *
 * Two steps are allowed because many quantities move twice, a first time when the training set is
 * memorised.  Distances on this axis are decades: a lag of 0.3 is a factor of two in steps.
 */
#ifndef SYNC_SYNC_H
#define SYNC_SYNC_H

#include "sync/series.h"

/* The axis: decades of 1 + step, and back */
double sync_axis(double step);
double sync_step(double t);

enum {
	SYNC_SAMPLES = 8, /* fewest samples of a series that can show a transition */
	SYNC_CHANGES = 2, /* most transitions of a series */
};

enum sync_status {
	SYNC_FOUND,
	SYNC_FEW, /* fewer samples than SYNC_SAMPLES */
	SYNC_FLAT, /* noise: neighbours no closer than in random order, or a poor fit */
	SYNC_DRIFT, /* a straight line in t does as well */
	SYNC_UNFINISHED, /* the series begins or ends within its largest step */
	SYNC_LOW, /* of test accuracy as the reference: it never rises beyond a half */
};
const char *sync_status_name(enum sync_status s); /* "found", "few samples", "flat" ... */

/* One transition.  Steps are training steps, not logarithms. */
struct sync_change {
	double step; /* where the series itself crosses half-way between its plateaus */
	double fit; /* centre of the fitted logistic */
	double width; /* decades, 10 % to 90 % of the fitted logistic */
	double before, after; /* plateaus: medians of the samples beyond the width */
	double gap; /* decades between the two samples around the crossing: the resolution */
};

struct sync_changes {
	enum sync_status status;
	int n; /* of change; 0 unless SYNC_FOUND */
	struct sync_change change[SYNC_CHANGES]; /* in order of step */
	double r2; /* share of the variance that the fit explains */
	double p; /* that values in random order have neighbours as close */
};

/*
 * sync_find - the transitions of a series
 *
 * @step, @x: (n) rising, 0 or more; values that are not finite are left out
 * @seed:     of the permutations; the same series and seed give the same result
 *
 * Samples count by the length of axis around them.  A second step is taken when it halves the
 * squared error, is at least a tenth of the series' range, and does not overlap a first one of the
 * same direction from 10 % to 90 %.  It is a transition when the squared differences of neighbours
 * sum to less than in 95 % of 199 permutations of the values, the fit explains at least 0.6 of the
 * variance and leaves at most 0.8 of what a straight line leaves, and its largest step goes from
 * 10 % to 90 % within the series.  Returns 0, or -1 with @e when memory runs out.
 */
int sync_find(const int64_t *step, const double *x, int n, uint64_t seed, struct sync_changes *c,
	      struct err *e);

/* ---- over runs ---- */

enum sync_verdict { SYNC_LEADS, SYNC_COINCIDES, SYNC_LAGS, SYNC_NONE, SYNC_REFERENCE };
const char *sync_verdict_name(enum sync_verdict v); /* "leads" ... "no transition", "reference" */

struct sync_plan {
	const char *against; /* the quantity that lags are measured from */
	double tolerance; /* decades within which two transitions coincide */
	double level; /* of the intervals, 0.95 */
	int draws; /* of the bootstrap */
	int by_fit; /* lags between fitted centres instead of half-way steps */
	int pool; /* all runs are one group */
	uint64_t seed;
};

/* A quantity in a group of runs.  Means over runs are taken on the axis t. */
struct sync_row {
	const char *quantity, *of; /* held by the series set */
	int group;
	int runs; /* that have the series */
	int found; /* in which it changes in this direction */
	enum sync_status why; /* what most of the other runs suffer from */
	int rising; /* direction in which the group changes most, in units of each run's range */
	double step, step_low, step_high; /* half-way */
	double fit, width, gap; /* gap: the widest of the runs */
	double before, after; /* means over runs */
	double lag, lag_low, lag_high; /* decades, positive: after the reference, same run */
	int pairs; /* runs in which both change */
	enum sync_verdict verdict;
	int certain; /* the whole interval of the lag agrees with the verdict */
};

/*
 * sync_rows - every quantity of every group beside the reference
 *
 * @s:    grouped by series_group
 * @pick: which series to take; NULL takes all
 * @rows: receives @n rows by group and order of appearance, the reference first; free() them
 *
 * In a run, a quantity's transition is its largest in the group's direction, never the one nearest
 * to the reference, which would beg the question.  A quantity changes in a group when it does in at
 * least half of the group's runs.  Where test accuracy is the reference, a run whose plateau after
 * its rise is below a half has no transition: it does not generalise.  Intervals are percentiles of
 * the bootstrapped mean over runs, NaN for a single run.  Returns 0, or -1 with @e: no run has the
 * reference, or memory.
 */
int sync_rows(const struct series_set *s, const struct sync_plan *plan,
	      int (*pick)(const struct series *, void *), void *arg, struct sync_row **rows, int *n,
	      struct err *e);

/* ---- phases ---- */

enum { SYNC_PHASES = 4 };

/*
 * sync_phases - the steps of initialisation, memorisation, emergence and generalisation of a run
 *
 * First recorded step; first with train accuracy of at least 0.99; the half-way step of the largest
 * rise of test accuracy; first with test accuracy of at least 0.99.  NaN: not reached.
 */
int sync_phases(const struct series_set *s, int run, uint64_t seed, double step[SYNC_PHASES],
		struct err *e);

/* sync_reach - the first recorded step with a value of at least @level; NaN where there is none */
double sync_reach(const struct series *s, double level);

/* sync_nearest - the recorded value nearest to a step on the axis t; NaN where there is none */
double sync_nearest(const struct series *s, double step);

/*
 * sync_nearest_step - the recorded step whose value that is
 *
 * NaN where there is none, and where the series has no record on one side of @step: nothing is
 * known there.
 */
double sync_nearest_step(const struct series *s, double step);

#endif
