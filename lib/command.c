/*
 * command - run a child process whose standard streams are temporary files; see command.h
 */
#include "command.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

/* All of a file, with a 0 byte after it. */
static char *read_back(FILE *f, size_t *n)
{
	char *p = NULL;
	long size;

	if (fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0)
		return NULL;
	rewind(f);
	p = malloc((size_t)size + 1);
	if (p && fread(p, 1, (size_t)size, f) != (size_t)size) {
		free(p);
		return NULL;
	}
	if (p)
		p[size] = 0;
	*n = (size_t)size;
	return p;
}

/* The program's wait status, or -1 with @e. */
static int spawn(char *const argv[], const char *package, int in, int out, int said, struct err *e)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	pid_t pid;
	int failed, status;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_adddup2(&actions, said, 2);
	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	failed = posix_spawnp(&pid, argv[0], &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (failed) {
		errno = failed;
		return err_system(e, "cannot run '%s' (Debian package %s)", argv[0], package);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_system(e, "cannot wait for %s", argv[0]);
	return status;
}

int command_run(char *const argv[], const char *package, const void *in, size_t n,
		struct command *c, struct err *e)
{
	FILE *input = tmpfile(), *output = tmpfile(), *messages = tmpfile();
	struct command done = { .out = NULL };
	int status, result = -1;
	size_t length;

	if (!input || !output || !messages || fwrite(in, 1, n, input) != n || fflush(input)) {
		err_system(e, "cannot write a temporary file for %s", argv[0]);
		goto out;
	}
	rewind(input);
	status = spawn(argv, package, fileno(input), fileno(output), fileno(messages), e);
	if (status < 0)
		goto out;
	done.failed = status != 0;
	done.out = read_back(output, &done.bytes);
	done.said = read_back(messages, &length);
	if (!done.out || !done.said) {
		command_free(&done);
		err_memory(e);
		goto out;
	}
	*c = done;
	result = 0;
out:
	if (input)
		fclose(input);
	if (output)
		fclose(output);
	if (messages)
		fclose(messages);
	return result;
}

void command_free(struct command *c)
{
	free(c->out);
	free(c->said);
	*c = (struct command){ .out = NULL };
}
