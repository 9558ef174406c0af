/*
 * lock - one process at a time writes a file
 *
 * The lock lies on FILE.lock, not on FILE, since FILE may be replaced while it is held.  It ends
 * with the process that holds it, however that ends: a lock file that is left behind holds nobody
 * up.
 */
#ifndef TRAIN_LOCK_H
#define TRAIN_LOCK_H

#include "err.h"

/* Zero-initialise. */
struct lock {
	char *path; /* of the lock file; NULL: nothing is held */
	int fd;
};

/* lock_take - hold @file; -1 with @e, which names the process that holds it, if another one does */
int lock_take(struct lock *l, const char *file, struct err *e);
void lock_release(struct lock *l); /* removes the lock file; does nothing twice */

#endif
