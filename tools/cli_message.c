/* Messages on standard error, and early exits. */
#include "cli_internal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

int cli_quiet, cli_verbose;

static char name[64] = "grok"; /* "grok-ckpt ls" */
static int failure = 1; /* exit status of cli_die */

const char *cli_name(void)
{
	return name;
}

const char *cli_program_name(void)
{
	static char program[sizeof(name)];

	snprintf(program, sizeof(program), "%.*s", (int)strcspn(name, " "), name);
	return program;
}

void cli_set_name(const char *argv0, const char *command)
{
	const char *base = strrchr(argv0, '/');

	base = base ? base + 1 : argv0;
	snprintf(name, sizeof(name), "%s%s%s", base, command ? " " : "", command ? command : "");
}

void cli_set_failure(int status)
{
	failure = status;
}

/* Names come from streams: they must not command the terminal. */
static void say(const char *fmt, va_list ap)
{
	char text[2048], safe[2048];

	cli_progress_end();
	fflush(stdout);
	vsnprintf(text, sizeof(text), fmt, ap);
	text_safe(text, safe, sizeof(safe));
	fprintf(stderr, "%s: %s\n", name, safe);
}

void cli_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	cli_remove_parts();
	exit(failure);
}

void cli_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	fprintf(stderr, "%s: try '%s --help'\n", name, name);
	cli_remove_parts();
	exit(2);
}

void cli_unmatched(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	cli_remove_parts();
	exit(2);
}

void cli_tell(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void cli_warn(const char *fmt, ...)
{
	va_list ap;

	if (cli_quiet)
		return;
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void cli_note(const char *fmt, ...)
{
	va_list ap;

	if (cli_quiet || (!cli_verbose && !isatty(2)))
		return;
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void cli_check(int result, const struct err *e)
{
	if (result < 0 && e->kind == ERR_UNMATCHED)
		cli_unmatched("%s", e->msg);
	if (result < 0)
		cli_die("%s", e->msg);
}

void cli_check_usage(int result, const struct err *e)
{
	if (result < 0 && e->kind == ERR_DATA)
		cli_usage("%s", e->msg);
	cli_check(result, e);
}
