/*
 * lock - one process at a time writes a file
 *
 * The lock is on FILE.lock, not on FILE, because FILE may be replaced while the lock is held.  The
 * kernel releases it when the process that holds it ends in any way, so a lock file that is left
 * behind blocks nobody.
 */
#ifndef TRAIN_LOCK_H
#define TRAIN_LOCK_H

#include "err.h"

/* Zero-initialise. */
struct lock {
	char *path; /* of the lock file; NULL: nothing is held */
	int fd;
};

/* lock_take - lock @file; -1 with @e if another process has locked it, which @e names */
int lock_take(struct lock *l, const char *file, struct err *e);
void lock_release(struct lock *l); /* removes the lock file; a second call does nothing */

#endif
