/* Opening and closing of streams and files, and the closing line of -v. */
#include "cli_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "names.h"

static struct output output = { .fd = -1 }; /* -o FILE, or standard output */
static FILE *output_text;
static struct names others; /* files that are read and are no operands */
static int was_closed; /* a run that our producer left open */

/* Does a producer before us end the input, rather than the end of a file? */
static int is_pipe(const char *name)
{
	struct stat st;

	if (strcmp(name, "-") ? stat(name, &st) : fstat(0, &st))
		return 0;
	return S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode);
}

struct stream_in *cli_input(void)
{
	int n, i;
	char **operands = cli_operands(&n);
	struct stream_in *in;
	struct err e;

	if (!n && isatty(0))
		cli_usage("a stream was expected: name a file, or send one through a pipe");
	in = stream_open(operands, n, &e);
	if (!in)
		cli_die("%s", e.msg);
	for (i = 0; i < n || !i; i++)
		if (is_pipe(n ? operands[i] : "-")) {
			cli_wait_for_end();
			break;
		}
	return in;
}

void cli_reads(const char *name)
{
	struct err e;
	size_t i;

	cli_check(names_add(&others, name, &i, &e), &e);
}

struct stream_in *cli_input_file(const char *name)
{
	struct stream_in *in;
	struct err e;

	cli_reads(name);
	in = stream_open((char *const *)&name, 1, &e);
	if (!in)
		cli_die("%s", e.msg);
	return in;
}

void cli_refuse_input(const struct output *o, int first)
{
	int n, i;
	char **operands = cli_operands(&n);
	struct err e;
	size_t k;

	if (n <= first)
		cli_check(output_refuse(o, "-", &e), &e);
	for (i = first; i < n; i++)
		cli_check(output_refuse(o, operands[i], &e), &e);
	for (k = 0; k < others.n; k++)
		cli_check(output_refuse(o, names_text(&others, k), &e), &e);
}

void cli_create(struct output *o, const char *name)
{
	struct err e;

	/* The opening of a pipe may wait for a reader, and then a signal must end the tool. */
	if (output_is_named(name))
		cli_hold_signals(1);
	cli_check(output_open(o, name, cli_fresh, &e), &e);
	if (o->part)
		cli_guard(o->part);
	cli_hold_signals(0);
}

void cli_keep(struct output *o)
{
	const char *part = o->part, *name = o->name;
	struct err e;

	if (o->replaces)
		cli_note("'%s' is replaced", name);
	cli_hold_signals(1);
	cli_unguard(part);
	cli_check(output_keep(o, &e), &e);
	cli_hold_signals(0);
}

static void open_output(void)
{
	struct err e;

	if (cli_output_file && !strcmp(cli_output_file, "-"))
		cli_output_file = NULL;
	if (cli_output_file)
		cli_create(&output, cli_output_file);
	else
		cli_check(output_standard(&output, &e), &e);
	cli_refuse_input(&output, 0);
}

struct stream_out *cli_output(void)
{
	struct stream_out *out;
	struct err e;

	open_output();
	if (isatty(output.fd))
		cli_usage("a stream is binary and would not look good on a terminal: use -o FILE, "
			  "or a pipe such as '| grok-ckpt ls'");
	out = stream_create(output.fd, output.name, cli_unsigned ? NULL : cli_program(), &e);
	if (!out)
		cli_die("%s", e.msg);
	return out;
}

FILE *cli_text_output(void)
{
	open_output();
	output_text = output.fd == 1 ? stdout : fdopen(output.fd, "w");
	if (!output_text)
		cli_die("cannot write '%s': %s", output.name, strerror(errno));
	return output_text;
}

const char *cli_output_name(void)
{
	return cli_output_file && strcmp(cli_output_file, "-") ? cli_output_file : NULL;
}

/*
 * How far the input has been read; tools that count something better call cli_progress themselves.
 */
static void show_reading(const struct stream_in *in, const struct record *r)
{
	double unit;
	off_t size, at;

	if (!format_has_step(r->kind))
		return;
	if (cli_progress_when != 1 && (isatty(1) || cli_clock() - cli_started < 0.5))
		return; /* text on the same terminal, or done at once */
	at = stream_extent(in, &size);
	unit = size > 10000000 || (!size && at > 10000000) ? 1e6 : 1e3;
	cli_progress((double)at / unit, (double)size / unit, unit > 1e3 ? "MB" : "kB", "step %lld",
		     (long long)r->step);
}

int cli_next(struct stream_in *in, struct record *r)
{
	struct err e;
	int got = stream_next(in, r, &e);

	if (got < 0 && cli_was_interrupted() && e.kind == ERR_DATA) {
		stream_unfinished(in);
		got = stream_next(in, r, &e);
		if (got > 0) {
			cli_warn("interrupted: run '%s' is closed after %llu records", r->run,
				 (unsigned long long)r->records);
			was_closed = 1;
		}
	}
	cli_check(got, &e);
	if (got > 0)
		show_reading(in, r);
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

void cli_die_empty(struct stream_out *out, uint64_t params, const char *selection)
{
	struct err e;

	if (!cli_output_name()) /* who reads the pipe gets a whole stream */
		cli_check(stream_close(out, &e), &e);
	if (!params)
		cli_die("no parameters came: a filter before this one passes them on "
			"with --through (-t)");
	if (selection)
		cli_unmatched("no tensor matches %s", selection);
	cli_die("there is no checkpoint of a network");
}

static void close_text(void)
{
	int failed = fflush(output_text) || ferror(output_text);

	if (output.fd != 1) {
		failed |= fclose(output_text);
		output.fd = -1;
	}
	if (failed)
		cli_die("cannot write '%s': %s", output.name, strerror(errno));
	output_text = NULL;
}

static void closing_line(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	fprintf(stderr, "%s %s: %.2f s, %.2f s of CPU, %.1f MiB at most\n", cli_name(), VERSION,
		cli_clock() - cli_started,
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
	if (output.name)
		cli_keep(&output);
	if (cli_verbose)
		closing_line();
	return was_closed;
}
