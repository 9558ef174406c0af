/*
 * command - run another program on bytes in memory, and take what it writes
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

#include "err.h"

/* What a program wrote; each text has a 0 byte after it.  Free with command_free. */
struct command {
	char *out, *said; /* standard output and standard error */
	size_t bytes; /* of out */
	int failed; /* it did not end with status 0 */
};

/*
 * command_run - run a program and wait for its end
 *
 * @argv:    its name, found by PATH, and its arguments, ended by NULL; no shell sees them
 * @package: the Debian package that has it, for the message when it is missing
 * @in:      @n bytes for its standard input
 *
 * Bytes go through temporary files without a name, so that neither side waits for the
 * other.  Returns 0, whatever the program's status, or -1 with @e if it could not be run.
 */
int command_run(char *const argv[], const char *package, const void *in, size_t n,
		struct command *c, struct err *e);
void command_free(struct command *c); /* zeroed is allowed */

#endif
