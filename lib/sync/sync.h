/*
 * sync - when does a quantity change, and do quantities change at the same time?
 *
 *   x |            ________ after     On the axis t = log10(1 + step) a series is described by
 *     |           /                   plateaus joined by logistic steps:
 *     |   half __/                        x(t) = A + sum_j B_j / (1 + exp((c_j - t) / w_j))
 *     |         /|                    with one or two steps, fitted by least squares.
 *     |________/ |
 *     | before   c                    width: from 10 % to 90 %, 2 ln 9 w decades
 *     +------------------ t
 *
 * Two steps are allowed because many quantities change twice, the first time when the training set
 * is memorised.  A step that passes the tests of sync_find is called a transition.  Distances on
 * this axis are in decades: a lag of 0.3 is a factor of two in training steps.
 */
#ifndef SYNC_SYNC_H
#define SYNC_SYNC_H

#include "sync/series.h"

/* sync_axis - t = log10(1 + step); sync_step - the inverse */
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
	SYNC_DRIFT, /* a straight line in t fits as well */
	SYNC_UNFINISHED, /* the series begins or ends within its largest step */
	SYNC_LOW, /* for test accuracy as the reference: it never rises above a half */
};
const char *sync_status_name(enum sync_status s); /* "found", "few samples", "flat" ... */

/* One transition.  Steps are training steps, not logarithms. */
struct sync_change {
	double step; /* where the series crosses the middle between its plateaus */
	double fit; /* centre of the fitted logistic */
	double width; /* in decades, from 10 % to 90 % of the fitted logistic */
	double before, after; /* plateaus: medians of the samples before and after the width */
	double gap; /* decades between the two samples around the crossing: its resolution */
};

struct sync_changes {
	enum sync_status status;
	int n; /* number of transitions; 0 unless SYNC_FOUND */
	struct sync_change change[SYNC_CHANGES]; /* (n) in order of step */
	double r2; /* share of the variance that the fit explains */
	double p; /* probability that values in random order have neighbours as close */
};

/*
 * sync_find - the transitions of a series
 *
 * @step, @x: (n), steps rising, 0 or more; values that are not finite are ignored
 * @seed:     of the permutations; the same series and seed give the same result
 *
 * A sample's weight is the length of the axis t around it.  One or two steps are fitted by
 * logistic_fit (logistic.h).  They are transitions if
 *
 *     the sum of squared differences of neighbours is below that of 95 % of 199 permutations,
 *     the fit explains at least 0.6 of the variance,
 *     its squared error is at most 0.8 of that of a straight line in t, and
 *     the 10 % to 90 % of its largest step is within the series.
 *
 * Returns 0, or -1 with @e when memory runs out.
 */
int sync_find(const int64_t *step, const double *x, int n, uint64_t seed, struct sync_changes *c,
	      struct err *e);

/* ---- over runs ---- */

enum sync_verdict { SYNC_LEADS, SYNC_COINCIDES, SYNC_LAGS, SYNC_NONE, SYNC_REFERENCE };
const char *sync_verdict_name(enum sync_verdict v); /* "leads" ... "no transition", "reference" */

struct sync_plan {
	const char *against; /* the reference: lags are measured from its transition */
	double tolerance; /* transitions at most this many decades apart coincide */
	double level; /* of the intervals, such as 0.95 */
	int draws; /* samples of the bootstrap */
	int by_fit; /* measure lags between fitted centres instead of half-way steps */
	int pool; /* take all runs as one group */
	uint64_t seed;
};

/* What grok-sync and the report take unless they are told otherwise. */
/* clang-format off */
#define SYNC_PLAN \
	{ .against = "train.test_acc", .tolerance = 0.1, .level = 0.95, .draws = 2000, .seed = 1 }
/* clang-format on */

/* A quantity in a group of runs.  Means over runs are taken on the axis t. */
struct sync_row {
	const char *quantity, *of; /* held by the series set */
	int group;
	int runs; /* number of runs with this series */
	int found; /* runs with a transition in the direction `rising' */
	enum sync_status why; /* the most frequent status of the other runs */
	int rising; /* direction of the group's largest changes, relative to runs' ranges */
	double step, step_low, step_high; /* half-way step of the transition, and its interval */
	double fit, width, gap; /* gap: the largest of the runs */
	double before, after; /* means over runs */
	double lag, lag_low, lag_high; /* decades after the reference in the same run */
	int pairs; /* runs in which this and the reference have a transition */
	enum sync_verdict verdict;
	int certain; /* the whole interval of the lag agrees with the verdict */
};

/*
 * sync_rows - every quantity of every group, compared with the reference
 *
 * @s:    after series_group
 * @pick: is this series wanted?  NULL takes all
 * @rows: set to @n rows by group and in order of appearance, the reference first; free() them
 *
 * Of several transitions of a quantity in a run, the largest in the group's direction is used, not
 * the one nearest to the reference, so that coincidence is not built in.  A quantity has a
 * transition in a group if it has one in at least half of the group's runs.  If test accuracy is
 * the reference, a run that stays below a half after its rise does not generalise and has no
 * transition.  Intervals are percentiles of the bootstrapped mean over runs, NaN for a single run.
 * Returns 0, or -1 with @e if no run has the reference or memory runs out.
 */
int sync_rows(const struct series_set *s, const struct sync_plan *plan,
	      int (*pick)(const struct series *), struct sync_row **rows, int *n, struct err *e);

/* ---- phases ---- */

enum { SYNC_PHASES = 4 };
extern const char *const sync_phase_names[SYNC_PHASES]; /* "initialisation" ... */

/*
 * sync_phases - the steps of initialisation, memorisation, emergence and generalisation of a run
 *
 * They are: the first recorded step; the first with training accuracy of at least 0.99; the
 * half-way step of the largest rise of test accuracy; the first with test accuracy of at least
 * 0.99.  NaN: not reached.  Returns 0, or -1 with @e when memory runs out.
 */
int sync_phases(const struct series_set *s, int run, uint64_t seed, double step[SYNC_PHASES],
		struct err *e);

/*
 * sync_crossover - n* of the singular feature machine at the modulus of a run, from any run of
 * `grok-sfm crossover`; NaN if there is none
 */
double sync_crossover(const struct series_set *s, int run);

/* sync_reach - the first recorded step with a value of at least @level; NaN if there is none */
double sync_reach(const struct series *s, double level);

/* sync_nearest - the value recorded nearest to @step on the axis t; NaN if there is none */
double sync_nearest(const struct series *s, double step);

/*
 * sync_nearest_step - the step at which that value was recorded
 *
 * NaN if there is none, or if @step is outside the recorded steps, where nothing is known.
 */
double sync_nearest_step(const struct series *s, double step);

#endif
