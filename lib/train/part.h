/*
 * part - the output files of a run that can be resumed
 *
 *     NAME.part    the run so far
 *     NAME         the whole run: NAME.part is renamed when the run is over
 *     NAME.more    the new NAME.part of a run that is extended, until the state file refers to it
 *
 * A state file (state.h) refers to the first bytes of NAME.part by their number and hash, so a
 * resumed run never continues a file with other contents.
 */
#ifndef TRAIN_PART_H
#define TRAIN_PART_H

#include <stdint.h>

#include "err.h"

struct part {
	char *name, *path, *more; /* NAME, NAME.part, NAME.more */
	int fd; /* of the file that is written; -1 before it is open */
	uint64_t hash, hashed; /* hash of its first `hashed' bytes */
};

/*
 * part_init - name the files of @name; symbolic links are followed
 *
 * Returns 0, or -1 with @e set if @name exists and is not a regular file.
 */
int part_init(struct part *p, const char *name, struct err *e);
void part_free(struct part *p); /* closes, removes nothing */

/* part_clashes - is a file of @p, or its lock, the same as @state, STATE.part or STATE's lock? */
int part_clashes(const struct part *p, const char *state);

/*
 * part_is - do the first @bytes of the file at @path have this @hash?  @whole: is that all of it?
 */
int part_is(const char *path, uint64_t bytes, uint64_t hash, int whole);

/* part_create - create an empty file at @path, NAME.part or NAME.more */
int part_create(struct part *p, const char *path, struct err *e);

/* part_resume - open NAME.part, which part_is has checked, and cut it to its first @bytes */
int part_resume(struct part *p, uint64_t bytes, struct err *e);

/* part_hash - flush the first @bytes of what was written to the disk (fsync), and hash them */
int part_hash(struct part *p, uint64_t bytes, uint64_t *hash, struct err *e);

/* part_keep - rename the file, which is at @path, to @name */
int part_keep(struct part *p, const char *path, const char *name, struct err *e);

#endif
