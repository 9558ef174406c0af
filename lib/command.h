/*
 * command - run another program, with its input and its output in memory
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

#include "err.h"

/* What a program wrote; each text has a 0 byte after it.  Free with command_free. */
struct command {
	char *out, *said; /* standard output and standard error */
	size_t bytes; /* of out */
	int failed; /* 1: it did not exit with status 0 */
};

/*
 * command_run - run a program and wait for its end
 *
 * @argv:    its name, which is looked up in PATH, its arguments, and NULL; no shell is involved
 * @package: the Debian package that has it, for the message when it is missing
 * @in:      @n bytes for its standard input
 *
 * Input and output go through unnamed temporary files, so neither side can block the other.
 * Returns 0, whatever the program's exit status, or -1 with @e if it could not be run.
 */
int command_run(char *const argv[], const char *package, const void *in, size_t n,
		struct command *c, struct err *e);
void command_free(struct command *c); /* a zeroed struct is allowed */

#endif
