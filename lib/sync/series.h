/*
 * series - the metrics of many runs as series over steps
 *
 *   metrics records                     struct series_set
 *   run a, step 0,  spectrum.gini  \     runs    a (group 0), b (group 0), ...
 *   run a, step 10, spectrum.gini   >->  series  (spectrum.gini, a, of): step[], x[]
 *   run b, step 0,  spectrum.gini  /     groups  "op=add", "op=sub"
 *
 * A series is one quantity of one run, of one part of the network (@of; NULL for the whole).  Runs
 * that differ only in their seeds form a group, whose series can be joined to a mean with a band.
 */
#ifndef SYNC_SERIES_H
#define SYNC_SERIES_H

#include "stream/format.h"

struct series {
	const char *quantity; /* tool.quantity */
	const char *of; /* NULL: of the whole */
	int run; /* index into runs */
	int n, room;
	int64_t *step; /* (n), rising */
	double *x; /* (n); may hold NaN */
};

struct series_setting {
	const char *key, *text;
};

struct series_run {
	char *name;
	int64_t seed;
	int group; /* set by series_group */
	int splits_by_seed; /* set by series_group: the split is drawn with the seed */
	int nconfig;
	char **key, **text; /* (nconfig) the configuration, values as text */
	struct series_setting *sorted; /* (nconfig) the same, sorted by key */
};

/* Zero-initialise; series_free empties it. */
struct series_set {
	struct series *all; /* (n), in order of first appearance */
	int n, room;
	struct series_run *runs; /* (nruns), in order of first appearance */
	int nruns;
	char **groups; /* (ngroups) labels: how each differs from the others, "op=sub decay=1" */
	int ngroups;
	int *slots, nslots; /* hash table over all */
};

/*
 * series_add - add the run of a head record, or the values of a metrics record
 *
 * Other kinds are ignored.  A second value for the same step replaces the first, so that streams
 * that contain the same metrics can be read together.  Returns 0, or -1 with @e when memory runs
 * out.
 */
int series_add(struct series_set *s, const struct record *r, struct err *e);

/*
 * series_add_map - add a map of heads, a tensor record @r, as one series for each element
 *
 * @x: its elements; shape (L, H) gives series of "head l.h", (P, L, H) of "position p head l.h";
 *     their quantity is the tensor's name
 *
 * Other shapes are ignored.  Returns 0, or -1 with @e when memory runs out.
 */
int series_add_map(struct series_set *s, const struct record *r, const float *x, struct err *e);

void series_free(struct series_set *s);

/* series_find - the series of a quantity in a run, @of NULL: of the whole; NULL if there is none */
const struct series *series_find(const struct series_set *s, const char *quantity, int run,
				 const char *of);

/* series_run - the index of a run by name, or -1 */
int series_run(const struct series_set *s, const char *name);

/* series_setting - a setting of a run as text; NULL when its head does not have it */
const char *series_setting(const struct series_run *run, const char *key);
double series_number(const struct series_run *run, const char *key); /* NaN when it is no number */

/*
 * series_has_number - is a setting a number in any run?
 *
 * Returns 0, or -1 with @e (ERR_UNMATCHED), which says what is wrong.
 */
int series_has_number(const struct series_set *s, const char *key, struct err *e);

/*
 * series_group - divide the runs into groups; call it when all records have been added
 *
 * Runs are in the same group if their configurations are equal except for `seed', `kernel', `save',
 * `eval_every' and `split_seed', and either each run draws its split with its own seed (split_seed
 * equals seed, or is missing), or all have the same split_seed.  Missing `labels' count as true
 * ones.  A run whose split_seed equals its seed could be either; it belongs to the runs with the
 * same split if there is another run, equal otherwise, with that split_seed and another seed.
 *
 * A group's label lists the settings in which it differs from other groups whose runs have the same
 * set of settings, that is, come from the same program; it is empty if there is no such group.
 * Returns 0, or -1 with @e when memory runs out.
 */
int series_group(struct series_set *s, struct err *e);

/*
 * series_alike - are two configurations equal but for seeds, `kernel', `save' and `eval_every'?
 *
 * @vary: settings that may differ as well; NULL ends the list, or is an empty one
 */
int series_alike(const struct series_run *a, const struct series_run *b, const char *const *vary);

/*
 * series_brief - if a group's label is longer than @most, leave in all labels only settings that it
 * takes to tell the groups apart; call after series_group.  Labels of more than 256 groups stay.
 * Returns 0, or -1 with @e when memory runs out.
 */
int series_brief(struct series_set *s, size_t most, struct err *e);

/*
 * series_shared - the value of setting @i that all runs of @run's group have; call after
 * series_group
 *
 * Returns "seed" for a split_seed that equals each run's seed, and NULL for a setting that differs
 * within the group.
 */
const char *series_shared(const struct series_run *run, int i);

/*
 * series_at - the value at any step: linear between neighbours, NaN outside the series' steps
 */
double series_at(const struct series *s, double step);

/* Several series joined, such as one quantity over the seeds of a group. */
struct series_band {
	int n;
	double *step, *mean, *low, *high, *sd; /* (n); one allocation, held by step */
	int *count; /* (n) number of series with a finite value at the step */
};

/*
 * series_join - mean, extremes and standard deviation over @n series, at every step that one has
 *
 * Each series is interpolated (series_at) and counts at the steps between its first and last.  The
 * standard deviation has divisor count - 1, and is 0 for a count of 1; for a count of 0 all are
 * NaN.  Returns 0, or -1 with @e; the caller frees @b with series_band_free.
 */
int series_join(const struct series *const *list, int n, struct series_band *b, struct err *e);
void series_band_free(struct series_band *b);

#endif
