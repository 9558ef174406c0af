/*
 * cli - what every tool shares: options, help, messages, opening and closing of streams
 *
 * A tool is a table of options and a main that reads as its summary:
 *
 *     static int keep = 8;
 *     static const struct opt opts[] = {
 *             { 'k', "keep", "N", "bins to keep", OPT_INT, &keep, .min = 1, .max = 4096 },
 *             { 0 }
 *     };
 *     static const struct cli cli = {
 *             .purpose = "keep the largest bins of a spectrum", .flags = CLI_FILTER, .opts = opts,
 *     };
 *     int main(int argc, char **argv)
 *     {
 *             cli_parse(&cli, argc, argv);
 *             in = cli_input();
 *             out = cli_output();
 *             while (cli_next(in, &r)) {
 *                     cli_pass(in, out, &r);
 *                     ...
 *             }
 *             return cli_close(in, out);
 *     }
 *
 * Parser, help, completion and the check of values all use the table.  Numbers may be written 1k,
 * 100k, 2M, 1e-3.  Help shows as default the value that a variable has before parsing.  Functions
 * here do not return errors: they print one sentence and exit, with status 1 when something failed
 * and 2 for a wrong command line.
 */
#ifndef CLI_H
#define CLI_H

#include <stdio.h>

#include "nearest.h"
#include "output.h"
#include "stream/stream.h"

enum opt_type {
	OPT_FLAG, /* int *, set to 1 */
	OPT_INT, /* int *, min..max */
	OPT_LONG, /* int64_t *, min..max */
	OPT_REAL, /* double *, min..max; finite */
	OPT_TEXT, /* const char ** */
	OPT_FILE, /* const char **, completed as a file name, kept out of the provenance */
	OPT_CHOICE, /* int *, index into choices */
};

/* Kinds of names in streams; completion finds those in the streams on the command line. */
enum { OPT_TENSORS = 1, OPT_METRICS = 2, OPT_RUNS = 4, OPT_STEPS = 8, OPT_SETTINGS = 16 };

struct opt {
	char letter; /* 0: none */
	const char *name; /* without dashes; NULL ends the table */
	const char *arg; /* what help calls the argument; NULL for a flag */
	const char *help; /* a few words; help adds the default */
	enum opt_type type;
	void *var;
	double min, max; /* both 0: only the type's own bounds */
	const char *choices; /* "auto|add|dlog"; of an OPT_TEXT: words that it may contain */
	int local; /* 1: does not change results, kept out of the provenance */
	unsigned names; /* OPT_TENSORS ...: kinds of names that an OPT_TEXT may be */
	int optional; /* 1: --name alone is allowed, and leaves the variable as it is */
	int early; /* 1: set before struct cli's prepare is called */
};

enum {
	CLI_FILTER = 1, /* has -t, --through: forward parameters too */
	CLI_GENERATOR = 2, /* takes no operands */
	CLI_TEXT = 4, /* writes text or pictures, not a stream: may write to a terminal */
	CLI_NAMES = 8, /* the first operand is the name of a tensor */
};

struct cli {
	const char *command; /* of a program with several commands: "ls"; else NULL */
	const char *purpose; /* one line, lower case, no full stop */
	const char *operands; /* what help calls them; NULL: "[FILE...]" */
	unsigned flags;
	const struct opt *opts;
	const char *notes; /* printed after the options, such as presets; may be NULL */
	int (*main)(void); /* of a program with several commands: what it does */
	int failure; /* exit status of a failure, if it is not 1 (0 stands for 1) */
	void (*prepare)(void); /* called between early and other options, to set defaults */
};

/*
 * cli_parse - parse the command line, or print help, version or completion and exit
 *
 * Options and operands may be mixed; "--" ends the options.
 */
void cli_parse(const struct cli *cli, int argc, char **argv);
char **cli_operands(int *n); /* what is left after the options; NULL-terminated */

/*
 * cli_dispatch - parse the command line of the command that argv[1] names; return what main does
 *
 * @purpose:  of the whole program
 * @commands: ends with NULL; one without command is what runs when argv[1] names none of the others
 */
int cli_dispatch(const char *purpose, const struct cli *const *commands, int argc, char **argv);
const char *cli_command(void); /* the name of the command that runs */

/* cli_count - the value of an OPT_TEXT that is a whole number from 1, or @word, which is 0 */
int cli_count(const char *option, const char *text, const char *word);

int cli_given(const void *var); /* was the option with this variable on the command line? */

extern int cli_quiet, cli_verbose, cli_through, cli_fresh; /* -q, -v, -t, -n */
int cli_threads(void); /* --threads; else OMP_NUM_THREADS; else 1 under GNU parallel; else cores */

/* cli_program - this program's name, version and options that change results, for provenance */
const struct program *cli_program(void);

struct stream_in *cli_input(void); /* the operands, or standard input */
struct stream_in *cli_input_file(const char *name); /* a stream that an option names */
struct stream_out *cli_output(void); /* -o FILE under a temporary name, or standard output */
FILE *cli_text_output(void); /* the same for text and pictures */
const char *cli_output_name(void); /* FILE of -o or NULL: for tools that write it themselves */

/*
 * cli_create, cli_keep - write a file besides that of -o, under a temporary name until it is
 * complete
 *
 * It is removed when the tool fails or is stopped.  cli_refuse_input exits if the file is also an
 * input: an operand from number @first on, or a file that was given to cli_reads before.
 */
void cli_create(struct output *o, const char *name);
void cli_keep(struct output *o);
void cli_refuse_input(const struct output *o, int first);
void cli_reads(const char *name); /* note an input that is not an operand */

int cli_next(struct stream_in *in, struct record *r); /* stream_next; 1 a record, 0 the end */

/*
 * cli_pass - the common rule of filters: forward the current record, but parameters and optimiser
 * state only with --through; call before its payload is read
 */
void cli_pass(struct stream_in *in, struct stream_out *out, const struct record *r);

/*
 * cli_die_empty - exit from a filter that has measured nothing, with a sentence why
 *
 * @params:    number of parameters read; if 0, a filter before this one has not forwarded them
 * @selection: option that selects parameters, such as "--include 'x'": exit status 2; or NULL:
 *             there was no network, exit status 1
 */
void cli_die_empty(struct stream_out *out, uint64_t params, const char *selection)
	__attribute__((noreturn));

/*
 * cli_close - flush, rename -o FILE into place, print the closing line of -v
 *
 * Either may be NULL.  It also closes what cli_text_output has opened.  Returns the exit status: 0,
 * or 1 when Ctrl-C stopped the program that writes our input and cli_next has ended its run.
 */
int cli_close(struct stream_in *in, struct stream_out *out);

void cli_die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void cli_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
/* cli_unmatched - print which selection matches nothing of the input, and exit with 2 */
void cli_unmatched(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
/* cli_tell - print a message even with -q: about lost data */
void cli_tell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void cli_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* silent with -q */
/* cli_check - die of @e when @result is negative; with 2 where nothing matches the request */
void cli_check(int result, const struct err *e);

/*
 * cli_check_usage - the same for what the command line asks for: cli_usage, unless memory ran out
 */
void cli_check_usage(int result, const struct err *e);

/* cli_suggest - "; did you mean '--x'?" after @dashes, or nothing; lives until the next call */
const char *cli_suggest(const char *dashes, const struct nearest *near);

/* cli_note - print a message only on a terminal or with -v; never with -q */
void cli_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Memory, which the caller frees; the program ends when there is none. */
void *cli_alloc(size_t n, size_t size); /* @n elements of @size bytes, all zero; @n may be 0 */
void *cli_grow(void *p, size_t n, size_t size); /* @p, moved, with room for @n elements */
char *cli_copy(const char *text);

int cli_is_dumb(void); /* does TERM say that the terminal only knows plain text? */
double cli_clock(void); /* seconds, from any beginning */

/* cli_wait_for_end - let the first Ctrl-C stop only the program that writes our input */
void cli_wait_for_end(void);
int cli_was_interrupted(void);

/*
 * cli_progress - one line on standard error, redrawn at most six times a second, only on a
 * terminal or with --progress=always
 *
 * @done, @total: work so far and in all, from which rate and remaining time are computed; 0:
 *                unknown
 * @unit:         what is counted: "steps"
 * @fmt:          further text, such as loss and accuracies
 */
void cli_progress(double done, double total, const char *unit, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void cli_progress_end(void); /* erase the line; cli_die, cli_warn and cli_close do so too */

#endif
