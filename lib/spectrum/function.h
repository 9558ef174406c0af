/*
 * function - the function that the network of a run computes, checkpoint by checkpoint
 *
 * Runs the network on all pairs of operands and writes how its logits are distributed over
 * frequencies, and the restricted and excluded losses.  These depend on key frequencies, which are
 * those of the token embedding, in the order of each operation.  If they are to be taken from the
 * last checkpoint, they are not known before the run ends: until then the logits of every
 * checkpoint are kept in a temporary file, so that memory stays that of one checkpoint.
 *
 *     function_init  function_measure ...  function_release  function_free
 */
#ifndef SPECTRUM_FUNCTION_H
#define SPECTRUM_FUNCTION_H

#include <stdio.h>

#include "spectrum/report.h"
#include "train/checkpoint.h"

/* Which key frequencies the losses of a checkpoint use. */
enum function_rule {
	FUNCTION_LAST, /* those of the run's last checkpoint; function_release writes the losses */
	FUNCTION_OWN, /* its own */
	FUNCTION_GIVEN, /* those of function_give */
	FUNCTION_NONE /* none: no losses are written */
};
/* The order of residues: as they are (add, sub), or by discrete logarithm (mul, div). */
enum function_order { FUNCTION_ADD, FUNCTION_DLOG, FUNCTION_ORDERS };

enum { FUNCTION_MODULUS_MAX = 512 }; /* its logits take 512 MiB */

struct function {
	const struct checkpoint *checkpoint; /* borrowed */
	enum function_rule rule;
	int algorithm; /* set by the caller after function_init: also write algorithm_report */
	int neurons; /* set by the caller after function_init: also measure hidden units */
	int draws; /* number of permutations for null values */
	struct gpt_work *work;
	int nkeys[FUNCTION_ORDERS], *keys[FUNCTION_ORDERS]; /* NULL: not known */
	FILE *spool; /* logits (n, n, P) of each entry of held, one after another */
	struct function_held {
		int64_t step;
		int op; /* its place in the run */
	} * held;
	int nheld;
};

/*
 * function_init - for a run whose head has been given to @c, at level CHECKPOINT_NETWORK
 *
 * @c and @pool are borrowed.  Returns 0, or -1 with @e when the run is not a network or has no
 * task.
 */
int function_init(struct function *f, const struct checkpoint *c, enum function_rule rule,
		  struct pool *pool, struct err *e);
void function_free(struct function *f); /* zeroed is allowed */

/* function_order - the order of residues for operation number @op of the run */
enum function_order function_order(const struct function *f, int op);

/*
 * function_give - set the key frequencies for operations of one order
 *
 * Returns 0, or -1 with @e when one is outside 1 .. n/2, where n is the number of residues in that
 * order, or is repeated.
 */
int function_give(struct function *f, enum function_order order, const int *keys, int nkeys,
		  struct err *e);

/*
 * function_measure - write the measures of the closed checkpoint's function
 *
 * @r:   run, step and stream; `of' is set to the operation if the run has several
 * @dir: directory for a temporary file
 *
 * With FUNCTION_LAST the losses are not written yet.  Returns 0, or -1 with @e.
 */
int function_measure(struct function *f, struct spectrum_report *r, const char *dir, struct err *e);

/* function_release - at the end of the run: write the losses that FUNCTION_LAST has held back */
int function_release(struct function *f, struct spectrum_report *r, struct err *e);

#endif
