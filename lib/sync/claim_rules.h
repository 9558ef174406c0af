/*
 * claim_rules - what rules of claims are given and what they return (private to lib/sync/claim*.c)
 */
#ifndef SYNC_CLAIM_RULES_H
#define SYNC_CLAIM_RULES_H

#include "sync/claim.h"
#include "sync/sync.h"

/* A run, with the properties that most rules need. */
struct claim_run {
	int index; /* into the series set */
	const char *op;
	int machine; /* of the singular feature machine */
	int random; /* random labels */
	int layers, width, modulus;
	int constant; /* the rate is: a longer run goes on where a shorter one ends */
	double steps, last; /* steps asked for, of constant runs of this size the most; last step */
	double own; /* steps that this run was asked for */
	double decay; /* weight decay */
	double memorised, emerged, generalised; /* steps, see sync_phases; NaN: not reached */
};

/* The first error in a rule, such as lack of memory; then no verdicts are returned. */
struct claim_trouble {
	int failed;
	struct err err;
};

/* The runs that a rule is asked about, and the seed of its random numbers. */
struct claim_case {
	const struct series_set *s;
	const struct claim_run *const *run;
	int n;
	uint64_t seed;
	struct claim_trouble *trouble;
};

/* claim_fail - keep an error, which claim_rows will return */
void claim_fail(const struct claim_case *c, const struct err *e);

/*
 * The answer of a rule.  From CLAIM_SHALLOW on it is a "silence": why the claim cannot be asked of
 * this run.  If this is so for all runs, the last silence in this order is reported.
 */
enum claim_answer {
	CLAIM_READY, /* only from the functions of claim_silence.c: nothing is missing so far */
	CLAIM_NO,
	CLAIM_YES,
	CLAIM_SHALLOW, /* too few layers */
	CLAIM_UNOBSERVED, /* accuracies were not recorded */
	CLAIM_UNLEARNED, /* the run does not generalise */
	CLAIM_UNMEASURED, /* a measure was not recorded */
	CLAIM_SPARSE, /* measured, but at too few steps, or in too few runs */
};

/* The result of a rule over the runs of a scale; first fields as in struct claim_row. */
struct claim_found {
	int yes, asked, runs;
	double value, low, high;
	double last; /* the least last step of the runs behind the answers, see claim_count */
	const struct claim_run *scale; /* a run of the scale, if the rule chooses the scale */
	char note[CLAIM_NOTE];
	enum claim_answer silence; /* the last silence in the order above, with its reason in why */
	char why[CLAIM_NOTE];
};

/* Which runs a claim is about. */
enum claim_about {
	CLAIM_PLAIN, /* networks with decay and true labels */
	CLAIM_DECAYS, /* networks with true labels, with any decay */
	CLAIM_RANDOM, /* networks with random labels, and those with true ones */
	CLAIM_TWO, /* as CLAIM_PLAIN, with two layers */
	CLAIM_MODULI, /* as CLAIM_PLAIN, and machines; the rule chooses the scale */
	CLAIM_MACHINE, /* singular feature machines, all together */
};

/* A rule for one run: its answer, with the value and a note. */
typedef enum claim_answer claim_one(const struct claim_case *c, const struct claim_run *r,
				    double *value, char note[CLAIM_NOTE]);
/* A rule over all runs of a scale: fills @f and returns 0, or -1 with @e. */
typedef int claim_over(const struct claim_case *c, struct claim_found *f, struct err *e);

struct claim_rule {
	struct claim claim;
	enum claim_about about;
	claim_one *one; /* one of the two is NULL */
	claim_over *over;
};

/*
 * claim_each - ask a rule of each run, and join the answers (claim_each.c)
 *
 * Of networks only the answers of the setting with most answers count, of all operations.  Returns
 * 0, or -1 with @e.
 */
int claim_each(const struct claim_case *c, claim_one *one, struct claim_found *f, struct err *e);

/* The list of claims (claim_list.c). */
extern const struct claim_rule claim_rules[];
extern const int claim_nrules;

/* ---- measures of a run (claim_measure.c); NaN if there is none ---- */

/* claim_setting - a setting as a number */
double claim_setting(const struct claim_case *c, const struct claim_run *r, const char *key);
/* claim_first, _last, _at - the first, last, or nearest recorded value of a quantity */
double claim_first(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		   const char *of);
double claim_last(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		  const char *of);
double claim_at(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		const char *of, double step);

/* claim_lag - decades from the run's emergence to the transition of a quantity */
double claim_lag(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		 int rising);

/* claim_lag_text - "+0.12 decades", or "no change" for NaN, for a note */
enum { CLAIM_LAG = 24 };
const char *claim_lag_text(double lag, char text[CLAIM_LAG]);

/*
 * claim_third - the mean of a quantity of single layers over a third (0, 1 or 2) of the layers
 *
 * @step: NaN: the last step
 */
double claim_third(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		   int third, double step);

/* claim_layer_fall - by what share a layer's K falls from the first to the last checkpoint */
double claim_layer_fall(const struct claim_case *c, const struct claim_run *r, int layer);

/* ---- runs that may be compared (claim_class.c) ---- */

/*
 * claim_alike - do two runs differ only in seeds, in when they end, and in the settings @vary?
 *
 * @vary: at most CLAIM_VARY, ended by NULL; or NULL
 */
enum { CLAIM_VARY = 4 };
int claim_alike(const struct claim_case *c, const struct claim_run *a, const struct claim_run *b,
		const char *const *vary);

/* claim_repeats - are two runs the same, apart from what ends one early? */
int claim_repeats(const struct claim_case *c, const struct claim_run *a, const struct claim_run *b);

/* Is a run to be compared at all? */
typedef int claim_counts(const struct claim_case *c, const struct claim_run *r);

/*
 * claim_class - runs for a comparison over some settings
 *
 * Runs that count and differ only in the settings @vary form a class; a run that was made twice is
 * one.  The class with the most different values of @vary is taken, or that with the most runs of
 * these.
 *
 * @member: (c->n) set to its runs
 * @settings: set to the number of different values
 *
 * Returns the number of its runs.
 */
int claim_class(const struct claim_case *c, const char *const *vary, claim_counts *counts,
		const struct claim_run **member, int *settings);

/* claim_count - note how far a run goes that is behind the answers in @f */
void claim_count(struct claim_found *f, const struct claim_run *r);

/* ---- why a claim cannot be asked (claim_silence.c) ---- */

/* claim_unfinished - was the run stopped before it generalised, and before its last step? */
int claim_unfinished(const struct claim_run *r);

/* Each returns CLAIM_READY, or a silence with what is missing in @note. */

/* claim_ready - has the run @layers layers (0: any), accuracies, and does it generalise? */
enum claim_answer claim_ready(const struct claim_case *c, const struct claim_run *r, int layers,
			      char note[CLAIM_NOTE]);
/* claim_measured - has each of @quantities, a list ended by NULL, a value for some part? */
enum claim_answer claim_measured(const struct claim_case *c, const struct claim_run *r,
				 const char *const *quantities, char note[CLAIM_NOTE]);
/* claim_sampled - was a quantity recorded at enough steps to show a transition? */
enum claim_answer claim_sampled(const struct claim_case *c, const struct claim_run *r,
				const char *quantity, char note[CLAIM_NOTE]);

/* claim_silent - return @silence, and put a sentence into @note */
enum claim_answer claim_silent(char note[CLAIM_NOTE], enum claim_answer silence, const char *fmt,
			       ...) __attribute__((format(printf, 3, 4)));

/*
 * claim_keep_silence - note a silence in @f; the last in the order of enum claim_answer is kept
 */
void claim_keep_silence(struct claim_found *f, enum claim_answer silence, const char *why);

/* ---- the rules ---- */

claim_one claim_delay, claim_u_shape, claim_skip_thirds, claim_bypass, claim_position,
	claim_one_ring, claim_topology, claim_concentrates, claim_dlog, claim_collapse,
	claim_shuffled, claim_variants, claim_middle_falls, claim_contribution, claim_ranks,
	claim_together, claim_two_phases;
claim_over claim_decays, claim_seeds, claim_decay_gini, claim_random_labels, claim_exponent,
	claim_linear, claim_sweeps, claim_learning_coefficient;

#endif
