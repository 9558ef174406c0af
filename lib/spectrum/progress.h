/*
 * progress - restricted and excluded losses of a run, checkpoint by checkpoint
 *
 * Key frequencies are those of the token embedding, in the order of each operation's grid.  If they
 * are to be those of the last checkpoint, nobody knows them before the run ends: until then the
 * logits of every checkpoint wait in a temporary file, since the losses are no function of anything
 * smaller; memory stays that of one checkpoint.
 *
 *     progress_init  progress_measure ...  progress_release  progress_free
 */
#ifndef SPECTRUM_PROGRESS_H
#define SPECTRUM_PROGRESS_H

#include <stdio.h>

#include "spectrum/grid.h"
#include "train/checkpoint.h"
#include "spectrum/report.h"

enum progress_rule {
	PROGRESS_LAST, /* keys of the run's last checkpoint: losses come with progress_release */
	PROGRESS_OWN, /* of each checkpoint */
	PROGRESS_GIVEN, /* of progress_give */
	PROGRESS_NONE /* no measures of the function: only of its neurons */
};
enum progress_order { PROGRESS_ADD, PROGRESS_DLOG, PROGRESS_ORDERS };

enum { PROGRESS_MODULUS_MAX = 512 }; /* logits of 512 MiB */

struct progress {
	const struct checkpoint *checkpoint; /* borrowed */
	enum progress_rule rule;
	bool neurons; /* set after progress_init: measure the hidden units of the last block, too */
	int draws; /* permutations of their ring test */
	struct gpt_work *work;
	int nkeys[PROGRESS_ORDERS], *keys[PROGRESS_ORDERS]; /* NULL: not known */
	FILE *spool; /* logits (n, n, P) of all held grids, one after another */
	struct progress_held {
		int64_t step;
		int op; /* its place in the run */
	} * held;
	int nheld;
};

/*
 * progress_init - for the run of which @c has taken in the head, at the level of networks
 *
 * @c and @pool are borrowed.  Returns -1 with @e when the run is no network or has no task.
 */
int progress_init(struct progress *p, const struct checkpoint *c, enum progress_rule rule,
		  struct pool *pool, struct err *e);
void progress_free(struct progress *p); /* zeroed is allowed */

/*
 * progress_give - set the key frequencies for operations of one order
 *
 * Returns -1 with @e when one is not 1 .. n/2, n the points of that order, or there twice.
 */
int progress_give(struct progress *p, enum progress_order order, const int *keys, int nkeys,
		  struct err *e);

/*
 * progress_measure - write the measures of the function of the checkpoint that is closed, with the
 * losses unless the rule is PROGRESS_LAST
 *
 * @r:   run, step and stream; `of' is set to the operation if the run has several
 * @dir: where a temporary file may be made
 */
int progress_measure(struct progress *p, struct spectrum_report *r, const char *dir, struct err *e);

/* progress_release - the run is over: write the losses that waited */
int progress_release(struct progress *p, struct spectrum_report *r, struct err *e);

#endif
