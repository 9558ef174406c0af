/*
 * function - the function that the network of a run computes, checkpoint by checkpoint
 *
 * Runs the network on all pairs of operands and writes what of its logits lies in which
 * frequency, and the restricted and excluded losses.  Their key frequencies are those of the token
 * embedding, in the order of each operation.  Those of the last checkpoint are not known before
 * the run ends: until then the logits of every checkpoint wait in a temporary file, since the
 * losses are no function of anything smaller.  Memory stays that of one checkpoint.
 *
 *     function_init  function_measure ...  function_release  function_free
 */
#ifndef SPECTRUM_FUNCTION_H
#define SPECTRUM_FUNCTION_H

#include <stdio.h>

#include "spectrum/operation.h"
#include "spectrum/report.h"
#include "train/checkpoint.h"

enum function_rule {
	FUNCTION_LAST, /* keys of the run's last checkpoint: losses come with function_release */
	FUNCTION_OWN, /* of each checkpoint */
	FUNCTION_GIVEN, /* of function_give */
	FUNCTION_NONE /* no losses */
};
enum function_order { FUNCTION_ADD, FUNCTION_DLOG, FUNCTION_ORDERS };

enum { FUNCTION_MODULUS_MAX = 512 }; /* logits of 512 MiB */

struct function {
	const struct checkpoint *checkpoint; /* borrowed */
	enum function_rule rule;
	bool algorithm; /* set after function_init: say which algorithm the network runs */
	bool neurons; /* set after function_init: measure the hidden units of the last block, too */
	int draws; /* permutations behind null values */
	struct gpt_work *work;
	int nkeys[FUNCTION_ORDERS], *keys[FUNCTION_ORDERS]; /* NULL: not known */
	FILE *spool; /* logits (n, n, P) of all that is held, one after another */
	struct function_held {
		int64_t step;
		int op; /* its place in the run */
	} * held;
	int nheld;
};

/*
 * function_init - for the run of which @c has taken in the head, at the level of networks
 *
 * @c and @pool are borrowed.  Returns -1 with @e when the run is no network or has no task.
 */
int function_init(struct function *f, const struct checkpoint *c, enum function_rule rule,
		  struct pool *pool, struct err *e);
void function_free(struct function *f); /* zeroed is allowed */

/* function_order - that of the operation at place @op of the run */
enum function_order function_order(const struct function *f, int op);

/*
 * function_give - set the key frequencies for operations of one order
 *
 * Returns -1 with @e when one is not 1 .. n/2, n the points of that order, or there twice.
 */
int function_give(struct function *f, enum function_order order, const int *keys, int nkeys,
		  struct err *e);

/*
 * function_measure - write the measures of the function of the checkpoint that is closed, with the
 * losses unless the rule is FUNCTION_LAST
 *
 * @r:   run, step and stream; `of' is set to the operation if the run has several
 * @dir: where a temporary file may be made
 */
int function_measure(struct function *f, struct spectrum_report *r, const char *dir, struct err *e);

/* function_release - the run is over: write the losses that waited */
int function_release(struct function *f, struct spectrum_report *r, struct err *e);

#endif
