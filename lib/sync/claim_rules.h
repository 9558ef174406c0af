/*
 * claim_rules - what the rules of claims see and return (private to lib/sync/claim*.c)
 */
#ifndef SYNC_CLAIM_RULES_H
#define SYNC_CLAIM_RULES_H

#include "sync/claim.h"
#include "sync/sync.h"

/* A run with what rules ask of it most. */
struct claim_run {
	int index; /* into the series set */
	const char *op;
	int machine; /* of the singular feature machine */
	int random; /* labels drawn at random */
	int layers, width, modulus;
	double steps, last; /* asked for; last recorded */
	double decay; /* of the weights */
	double memorised, emerged, generalised; /* phases, see sync_phases; NaN: not reached */
};

/* What kept a rule from its answer: no verdict is made of it.  The first error stays. */
struct claim_trouble {
	int failed;
	struct err err;
};

/* Runs that a rule is asked about, and where chance comes from. */
struct claim_case {
	const struct series_set *s;
	const struct claim_run *const *run;
	int n;
	uint64_t seed;
	struct claim_trouble *trouble;
};

/* Keep an error for claim_rows, which then returns it. */
void claim_fail(const struct claim_case *c, const struct err *e);

/*
 * From CLAIM_SHALLOW on: it cannot be asked of this.  What is told of many runs is why it is not
 * of the last.
 */
enum claim_answer {
	CLAIM_READY, /* of helpers alone: nothing is missing yet */
	CLAIM_NO,
	CLAIM_YES,
	CLAIM_SHALLOW, /* too few layers */
	CLAIM_UNOBSERVED, /* no accuracies */
	CLAIM_UNLEARNED, /* does not generalise */
	CLAIM_UNMEASURED,
	CLAIM_SPARSE, /* measured, but at too few steps, or in too few runs */
};

struct claim_found {
	int yes, asked, runs;
	double value, low, high;
	double last; /* the least of the last steps of runs that were asked; 0: of all of the scale */
	const struct claim_run *scale; /* a run of the scale, where the rule has chosen one */
	char note[CLAIM_NOTE];
	enum claim_answer silence; /* the furthest of those that could not be asked, and why */
	char why[CLAIM_NOTE];
};

/* Which runs a claim is about */
enum claim_about {
	CLAIM_PLAIN, /* networks with decay and true labels */
	CLAIM_DECAYS, /* networks with true labels, whatever their decay */
	CLAIM_RANDOM, /* networks of which some have random labels */
	CLAIM_TWO, /* as PLAIN, of two layers */
	CLAIM_MODULI, /* as PLAIN, and machines; the rule chooses the scale */
	CLAIM_MACHINE, /* singular feature machines, all at once */
};

typedef enum claim_answer claim_one(const struct claim_case *c, const struct claim_run *r,
				    double *value, char note[CLAIM_NOTE]);
typedef int claim_over(const struct claim_case *c, struct claim_found *f, struct err *e);

struct claim_rule {
	struct claim claim;
	enum claim_about about;
	claim_one *one; /* asked of each run, or */
	claim_over *over; /* of all of a scale */
};

/* The list of claims (claim_list.c) */
extern const struct claim_rule claim_rules[];
extern const int claim_nrules;

/* ---- what rules measure (claim_measure.c); NaN where there is nothing ---- */

double claim_setting(const struct claim_case *c, const struct claim_run *r, const char *key);
double claim_first(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		   const char *of);
double claim_last(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		  const char *of);
double claim_at(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		const char *of, double step);

/* The largest transition of a quantity upwards or downwards; 0 when there is none. */
int claim_change(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		 int rising, struct sync_change *change);

/* Decades from the emergence to the transition of a quantity; NaN without either. */
double claim_lag(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		 int rising);

/* "+0.12", or "no change" for NaN: a lag in decades, for a note */
const char *claim_lag_text(double lag, char text[16]);

/*
 * Mean of a quantity `of` "layer l" over a third (0, 1, 2) of the layers, at a step; NaN: the
 * last.
 */
double claim_third(const struct claim_case *c, const struct claim_run *r, const char *quantity,
		   int third, double step);

/* The relative fall of a layer's K from the first to the last checkpoint. */
double claim_layer_fall(const struct claim_case *c, const struct claim_run *r, int layer);

/* ---- why a claim cannot be asked (claim_silence.c) ---- */

/* Each leaves in @note what is missing and returns a silence, or CLAIM_READY. */

/* Is it a run of so many layers, 0 for any, with accuracies, that generalises? */
enum claim_answer claim_ready(const struct claim_case *c, const struct claim_run *r, int layers,
			      char note[CLAIM_NOTE]);
/* Has each quantity of a list that ends in NULL a value, of whatever part? */
enum claim_answer claim_measured(const struct claim_case *c, const struct claim_run *r,
				 const char *const *quantities, char note[CLAIM_NOTE]);
/* Is a quantity known at enough steps to show a transition? */
enum claim_answer claim_sampled(const struct claim_case *c, const struct claim_run *r,
				const char *quantity, char note[CLAIM_NOTE]);

/* claim_silent - @silence, with a sentence in @note */
enum claim_answer claim_silent(char note[CLAIM_NOTE], enum claim_answer silence, const char *fmt,
			       ...) __attribute__((format(printf, 3, 4)));

/*
 * claim_keep_silence - why the runs so far, or their comparison, tell nothing: the furthest is kept
 */
void claim_keep_silence(struct claim_found *f, enum claim_answer silence, const char *why);
int claim_nothing(
	struct claim_found *f); /* what was found is too little to be compared: forget it; 0 */

/* ---- the rules ---- */

claim_one claim_delay, claim_u_shape, claim_skip_thirds, claim_bypass, claim_position,
	claim_one_ring, claim_topology, claim_concentrates, claim_dlog, claim_collapse,
	claim_shuffled, claim_variants, claim_middle_falls, claim_contribution, claim_ranks,
	claim_together, claim_two_phases;
claim_over claim_decays, claim_seeds, claim_decay_gini, claim_random_labels, claim_exponent,
	claim_linear, claim_sweeps, claim_learning_coefficient;

#endif
