/*
 * output - files that appear under their names only when they are complete
 *
 *     struct output o;
 *
 *     if (output_open(&o, "run.gts", 0, &e)) ...
 *     write to o.fd
 *     output_keep(&o, &e) or output_drop(&o)
 *
 * The file is written under a temporary name, FILE.part-XXXXXX (mkstemp), and renamed at the end;
 * what has this name when nobody writes was left by a process that was killed.  A file that is
 * replaced keeps its mode and, where that is allowed, its owner.  Symbolic links are followed: the
 * file they point to is replaced.  Anything but a regular file is written in place: a pipe, a
 * device, or a descriptor that is named by a path (/dev/stdout, /dev/fd/3).
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

#include "err.h"

/* Zero-initialise, or have output_open do it. */
struct output {
	int fd;
	char *name; /* as it was asked for, for messages */
	char *target; /* path that the file will have; NULL when fd is written in place */
	char *part; /* its temporary path */
	int fresh; /* fail if there is a file of this name (--no-clobber) */
	int replaces; /* there was a file of this name */
	dev_t device; /* with inode: the file that will be replaced, or is written in place */
	ino_t inode;
};

/*
 * output_open - begin to write @name
 *
 * @fresh: refuse to replace an existing file
 *
 * Returns 0, or -1 with @e and nothing to free.
 */
int output_open(struct output *o, const char *name, int fresh, struct err *e);

/*
 * output_is_named - would @name be written under a temporary name (1) or in place (0)?
 */
int output_is_named(const char *name);

/* output_standard - write in place to standard output, which is not closed */
int output_standard(struct output *o, struct err *e);

/* output_keep - close the file and give it its name; frees @o also when it fails, with -1 and @e */
int output_keep(struct output *o, struct err *e);

void output_drop(struct output *o); /* close and remove it, free; a second call does nothing */

/* output_write - write all @n bytes at @p to the descriptor @fd; 0, or -1 with errno */
int output_write(int fd, const void *p, size_t n);

/*
 * output_refuse - refuse an input @name ("-": standard input) that is the file @o writes or
 * replaces
 *
 * Reading it would lose data, or read again what is being written.  Returns -1 with @e if so, and 0
 * if not or if there is no such file.
 */
int output_refuse(const struct output *o, const char *name, struct err *e);

/*
 * output_resolve - follow symbolic links from @name
 *
 * @path: filled with the first path that is not a link, which need not exist, or that names a
 *        descriptor
 *
 * Returns 0, or -1 with errno.
 */
int output_resolve(const char *name, char path[PATH_MAX]);

#endif
