/*
 * output - files that get their names when they are whole
 *
 *     struct output o;
 *
 *     if (output_open(&o, "run.gts", 0, &e)) ...
 *     write to o.fd
 *     output_keep(&o, &e) or output_drop(&o)
 *
 * What is no regular file is written as it is, not replaced: a pipe, a device, a descriptor by its
 * name (/dev/stdout, /dev/fd/3).  Of a symbolic link the target is written.  A file that is
 * replaced keeps its mode and, where that is allowed, its owner.  The temporary name, FILE.XXXXXX,
 * is made so that nobody can plant a link there.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <limits.h>
#include <sys/types.h>

#include "err.h"

/* Zero-initialise, or have output_open do it. */
struct output {
	int fd;
	char *name; /* that was asked for, for messages */
	char *target; /* where the file will be; NULL when fd is written as it is */
	char *part; /* where it is until then */
	int fresh; /* only if there is no file of this name (no clobber) */
	int replaces; /* there was a file of this name */
	dev_t device; /* of what will be replaced, or is written to */
	ino_t inode;
};

/*
 * output_open - begin to write @name
 *
 * @fresh: refuse to replace an existing file
 */
int output_open(struct output *o, const char *name, int fresh, struct err *e);

/*
 * output_is_named - would @name be a file that gets its name when it is whole? 0: it is written as
 * it is
 */
int output_is_named(const char *name);

/* output_standard - what stands open at @fd, under the name @name; it is not closed */
int output_standard(struct output *o, int fd, const char *name, struct err *e);

/* output_keep - close the file and give it its name; frees in any case */
int output_keep(struct output *o, struct err *e);

void output_drop(struct output *o); /* close and remove it; frees; does nothing twice */

/*
 * output_refuse - is @name, or standard input for "-", the regular file that @o writes or replaces?
 *
 * Then -1 with @e: what is written would be lost to the reader, or read again by it.  0 when it is
 * not, or cannot be found.
 */
int output_refuse(const struct output *o, const char *name, struct err *e);

/*
 * output_resolve - follow symbolic links from @name to what is no link, which need not exist, or to
 * a descriptor's name: 0 and the place found in @path, or -1 with errno
 */
int output_resolve(const char *name, char path[PATH_MAX]);

#endif
