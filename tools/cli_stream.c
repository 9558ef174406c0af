/* Opening and closing of streams and files, and the closing line of -v. */
#include "cli_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/stat.h>

const char *cli_output_file;
int cli_unsigned;

static char output_part[4096]; /* where -o FILE is written until it is whole; "" when nowhere */
static int output_fd = -1;
static FILE *output_text;
static struct timespec started;

void cli_start_clock(void)
{
	clock_gettime(CLOCK_MONOTONIC, &started);
}

void cli_remove_part(void)
{
	if (output_part[0])
		unlink(output_part);
	output_part[0] = 0;
}

static void on_signal(int sig)
{
	cli_remove_part();
	signal(sig, SIG_DFL);
	raise(sig);
}

struct stream_in *cli_input(void)
{
	int n;
	char **operands = cli_operands(&n);
	struct stream_in *in;
	struct err e;

	if (!n && isatty(0))
		cli_usage("a stream was expected: name a file, or send one through a pipe");
	in = stream_open(operands, n, &e);
	if (!in)
		cli_die("%s", e.msg);
	return in;
}

/* Standard output, or a temporary file beside -o FILE. */
static int open_output(void)
{
	struct stat st;
	mode_t mask;
	int fd;

	if (!cli_output_file || !strcmp(cli_output_file, "-")) {
		cli_output_file = NULL;
		return 1;
	}
	/* A device or a pipe is written as it is; there is nothing to rename. */
	if (!stat(cli_output_file, &st) && !S_ISREG(st.st_mode)) {
		fd = open(cli_output_file, O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			cli_die("cannot write '%s': %s", cli_output_file, strerror(errno));
		return fd;
	}
	if (snprintf(output_part, sizeof(output_part), "%s.XXXXXX", cli_output_file) >=
	    (int)sizeof(output_part))
		cli_die("cannot write '%s': its name is too long", cli_output_file);
	fd = mkstemp(output_part);
	if (fd < 0) {
		output_part[0] = 0;
		cli_die("cannot write '%s': %s", cli_output_file, strerror(errno));
	}
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	signal(SIGHUP, on_signal);
	mask = umask(0);
	umask(mask);
	fchmod(fd, 0666 & ~mask); /* mkstemp made it private */
	return fd;
}

struct stream_out *cli_output(void)
{
	struct stream_out *out;
	struct err e;

	output_fd = open_output();
	if (isatty(output_fd))
		cli_usage(
			"a stream is binary and would not look good on a terminal: use -o FILE, or "
			"a pipe such as '| grok-ckpt ls'");
	out = stream_create(output_fd, cli_output_file ? cli_output_file : "standard output",
			    cli_unsigned ? NULL : cli_program(), &e);
	if (!out)
		cli_die("%s", e.msg);
	return out;
}

FILE *cli_text_output(void)
{
	output_fd = open_output();
	output_text = output_fd == 1 ? stdout : fdopen(output_fd, "w");
	if (!output_text)
		cli_die("cannot write '%s': %s", cli_output_file, strerror(errno));
	return output_text;
}

const char *cli_output_name(void)
{
	return cli_output_file && strcmp(cli_output_file, "-") ? cli_output_file : NULL;
}

int cli_next(struct stream_in *in, struct record *r)
{
	struct err e;
	int got = stream_next(in, r, &e);

	cli_check(got, &e);
	return got;
}

void cli_pass(struct stream_in *in, struct stream_out *out, const struct record *r)
{
	struct err e;

	if (r->kind == RECORD_TENSOR && r->role != ROLE_MEASURE && !cli_through)
		return;
	cli_check(stream_pass(in, out, &e), &e);
	if (r->kind == RECORD_METRICS)
		cli_check(stream_flush(out, &e), &e);
}

static void close_text(void)
{
	int failed = fflush(output_text) || ferror(output_text);

	if (output_fd != 1)
		failed |= fclose(output_text);
	if (failed)
		cli_die("cannot write '%s': %s",
			cli_output_file ? cli_output_file : "standard output", strerror(errno));
	output_text = NULL;
}

static void closing_line(void)
{
	struct rusage use;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	getrusage(RUSAGE_SELF, &use);
	fprintf(stderr, "%s %s: %.2f s, %.2f s of CPU, %.1f MiB at most\n", cli_name(), VERSION,
		(double)(now.tv_sec - started.tv_sec) +
			1e-9 * (double)(now.tv_nsec - started.tv_nsec),
		(double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
			1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec),
		(double)use.ru_maxrss / 1024);
}

int cli_close(struct stream_in *in, struct stream_out *out)
{
	struct err e;

	cli_progress_end();
	if (out)
		cli_check(stream_close(out, &e), &e);
	stream_free(in);
	if (output_text)
		close_text();
	else if (output_fd > 1 && close(output_fd))
		cli_die("cannot write '%s': %s", cli_output_file, strerror(errno));
	if (output_part[0] && rename(output_part, cli_output_file))
		cli_die("cannot rename '%s' to '%s': %s", output_part, cli_output_file,
			strerror(errno));
	output_part[0] = 0;
	if (cli_verbose)
		closing_line();
	return 0;
}
