/*
 * series - the metrics of many runs as series over steps
 *
 *   metrics records                     struct series_set
 *   run a, step 0,  spectrum.gini  \     runs    a (group 0), b (group 0), ...
 *   run a, step 10, spectrum.gini   >->  series  (spectrum.gini, a, of): step[], x[]
 *   run b, step 0,  spectrum.gini  /     groups  "op=add", "op=sub"
 *
 * A series is one quantity of one run, about one thing (@of, NULL for the whole).  Runs that differ
 * in nothing but their seeds form a group: their series can be joined to a mean with a band.
 */
#ifndef SYNC_SERIES_H
#define SYNC_SERIES_H

#include "stream/format.h"

struct series {
	const char *quantity; /* tool.quantity */
	const char *of; /* NULL: about the whole */
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
	struct series_setting *sorted; /* (nconfig) the same by key; see series_setting */
};

/* Zero-initialise; series_free empties it. */
struct series_set {
	struct series *all; /* (n), in order of first appearance */
	int n, room;
	struct series_run *runs; /* (nruns), in order of first appearance */
	int nruns;
	char **groups; /* (ngroups), what tells each from the others: "op=sub weight_decay=1" */
	int ngroups;
	int *slots, nslots; /* hash table over all */
};

/*
 * series_add - take what a record says: the run of a head, the values of a metrics record
 *
 * Other kinds are ignored.  A second value for the same step replaces the first, so that streams
 * which carry the same metrics can be read together.  Returns -1 with @e when memory runs out.
 */
int series_add(struct series_set *s, const struct record *r, struct err *e);

/*
 * series_add_map - a tensor record about heads, as one series for each element
 *
 * @x: its elements; shape [L, H] gives series of "head l.h", [P, L, H] of "position p head l.h",
 *     all under the tensor's name
 *
 * Other shapes are ignored.  Returns -1 with @e when memory runs out.
 */
int series_add_map(struct series_set *s, const struct record *r, const float *x, struct err *e);

void series_free(struct series_set *s);

/* series_find - the series of a quantity in a run; @of may be NULL.  NULL when there is none. */
const struct series *series_find(const struct series_set *s, const char *quantity, int run,
				 const char *of);

/* series_run - the index of a run by name, or -1 */
int series_run(const struct series_set *s, const char *name);

/* series_setting - a setting of a run as text; NULL when its head has none of that name */
const char *series_setting(const struct series_run *run, const char *key);
double series_number(const struct series_run *run, const char *key); /* NaN when it is no number */

/*
 * series_group - sort the runs into groups; call when all is read
 *
 * Runs are of one group when their configurations agree in all but the seed, the kernel, `save',
 * `eval_every' and the seed of the split, and either each splits by its own seed (split_seed equals
 * seed, or the head has none), or all have one split_seed.  Without `labels' they count as true.
 * A run whose split_seed equals its seed may be either: it counts to the runs of one split if a run
 * that is alike in all else has that split_seed and another seed.
 *
 * A group's label names the settings in which it differs from other groups that have the same
 * settings, as runs of one program have; it is empty when there is no other.
 */
int series_group(struct series_set *s, struct err *e);

/*
 * series_shared - setting @i of a run as all of its group have it: "seed" for a split_seed that is
 * each
 *     run's seed, NULL for what differs within the group; call after series_group
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
	int *count; /* (n) series that have a finite value at the step */
};

/*
 * series_join - mean, extremes and standard deviation over series, at every step that any has
 *
 * A series counts at the steps between its first and last, by series_at.  The standard deviation
 * is that of a sample (divisor count - 1), 0 for a count of 1; where nothing counts all are NaN.
 * Returns 0, or -1 with @e; the caller frees @b with series_band_free.
 */
int series_join(const struct series *const *list, int n, struct series_band *b, struct err *e);
void series_band_free(struct series_band *b);

#endif
