/*
 * part - the stream of a run that can be resumed, while it grows
 *
 *     NAME.part    what there is of the run
 *     NAME         the run, once it is over: the part is renamed
 *     NAME.more    the part of a run that goes on for more steps, until the state knows of it
 *
 * The bytes that a state speaks of are known by their number and hash, so that no other bytes are
 * taken for them.
 */
#ifndef TRAIN_PART_H
#define TRAIN_PART_H

#include <stdint.h>

#include "err.h"

struct part {
	char *name, *path, *more;
	int fd; /* of what grows; -1 before */
	uint64_t hash, hashed; /* of its first bytes, so many */
};

/*
 * part_init - name the files of @name; symbolic links are followed
 *
 * Returns -1 with @e set if there is something that is no regular file.
 */
int part_init(struct part *p, const char *name, struct err *e);
void part_free(struct part *p); /* closes, removes nothing */

/* part_clashes - are any two of the files of @p, @state, STATE.part and the locks one file? */
int part_clashes(const struct part *p, const char *state);

/* part_is - does the file at @path begin with these bytes?  @whole: and end with them? */
int part_is(const char *path, uint64_t bytes, uint64_t hash, int whole);

int part_create(struct part *p, const char *path, struct err *e); /* empty, at @path */

/* part_resume - open NAME.part, which part_is, and cut it to its first @bytes */
int part_resume(struct part *p, uint64_t bytes, struct err *e);

/* part_hash - force the first @bytes, which have been written, to the disk, and hash them */
int part_hash(struct part *p, uint64_t bytes, uint64_t *hash, struct err *e);

/* part_keep - give the part, which is at @path, its name @name */
int part_keep(struct part *p, const char *path, const char *name, struct err *e);

#endif
