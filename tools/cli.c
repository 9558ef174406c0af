/* Messages, values, parsing; see cli_help.c, cli_stream.c, cli_progress.c for the rest. */
#include "cli_internal.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cli_quiet, cli_verbose, cli_through;

static char name[64] = "grok"; /* "grok-ckpt ls" */
static char **operands;
static int noperands;
static const void **given; /* variables of the options on the command line */
static int ngiven;
static int failure = 1; /* exit status of cli_die */
static struct program me = { .version = VERSION };

enum { LETTERS = 256 }; /* long options are numbered from here, short ones are letters */

static int threads;
static int show_help, show_version, show_completion;

static const struct opt common[] = {
	{ 'o', "output", "FILE", "write to FILE instead of standard output", OPT_FILE,
	  &cli_output_file, .local = 1 },
	{ 0, "threads", "N", "threads; 0: OMP_NUM_THREADS, else every core, 1 under GNU parallel",
	  OPT_INT, &threads, .max = 1024, .local = 1 },
	{ 0, "progress", "WHEN", "show progress: auto, always or never", OPT_CHOICE,
	  &cli_progress_when, .choices = "auto|always|never", .local = 1 },
	{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &cli_quiet, .local = 1 },
	{ 'v', "verbose", NULL, "close with a line of times and memory", OPT_FLAG, &cli_verbose,
	  .local = 1 },
	{ 0, "no-provenance", NULL, "do not sign the streams that pass", OPT_FLAG, &cli_unsigned,
	  .local = 1 },
	{ 0, "help", NULL, "print this and exit", OPT_FLAG, &show_help, .local = 1 },
	{ 0, "version", NULL, "print the version and exit", OPT_FLAG, &show_version, .local = 1 },
	{ 0 }
};
static const struct opt through[] = { { 't', "through", NULL, "forward parameters too", OPT_FLAG,
					&cli_through, .local = 1 },
				      { 0 } };
static const struct opt hidden[] = {
	{ 0, "completion", NULL, NULL, OPT_FLAG, &show_completion, .local = 1 }, { 0 }
};

const struct opt *cli_option(const struct cli *cli, int i)
{
	const struct opt *tables[] = { cli->opts, cli->flags & CLI_FILTER ? through : NULL, common,
				       hidden };
	size_t t;
	int k;

	for (t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (k = 0; tables[t] && tables[t][k].name; k++)
			if (i-- == 0)
				return &tables[t][k];
	return NULL;
}

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

/* ---- messages ---- */

static void say(const char *fmt, va_list ap)
{
	char text[2048];
	char *p;

	cli_progress_end();
	fflush(stdout);
	vsnprintf(text, sizeof(text), fmt, ap);
	for (p = text; *p; p++) /* names come from streams: they must not command the terminal */
		if ((unsigned char)*p < 32 || *p == 127)
			*p = '?';
	fprintf(stderr, "%s: %s\n", name, text);
}

void cli_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	cli_remove_part();
	exit(failure);
}

void cli_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	fprintf(stderr, "%s: try '%s --help'\n", name, name);
	cli_remove_part();
	exit(2);
}

void cli_unmatched(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	cli_remove_part();
	exit(2);
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

void cli_check(int result, const struct err *e)
{
	if (result < 0)
		cli_die("%s", e->msg);
}

/* ---- values ---- */

int cli_number(const char *text, double *x)
{
	double v, scale = 1;
	char *end;

	/* strtod would also take leading blanks, hexadecimals, "inf" and "nan" */
	if (!text[0] || strspn(text, "0123456789+-.eEkMG") != strlen(text))
		return -1;
	errno = 0;
	v = strtod(text, &end);
	if (end == text || (errno == ERANGE && fabs(v) > 1))
		return -1;
	if (*end == 'k')
		scale = 1e3;
	else if (*end == 'M')
		scale = 1e6;
	else if (*end == 'G')
		scale = 1e9;
	if (scale > 1)
		end++;
	if (*end || !isfinite(v * scale))
		return -1;
	*x = v * scale;
	return 0;
}

static void bounds(const struct opt *o, double *min, double *max)
{
	static const struct {
		double min, max;
	} types[] = {
		[OPT_INT] = { -2147483648.0, 2147483647.0 },
		[OPT_LONG] = { -9007199254740992.0, 9007199254740992.0 },
		[OPT_REAL] = { -HUGE_VAL, HUGE_VAL },
	};

	*min = o->min;
	*max = o->max;
	if (o->min == 0 && o->max == 0) {
		*min = types[o->type].min;
		*max = types[o->type].max;
	}
}

static void set_number(const struct opt *o, const char *text)
{
	double x, min, max;

	bounds(o, &min, &max);
	if (cli_number(text, &x))
		cli_usage("--%s: '%s' is not a number", o->name, text);
	if (o->type != OPT_REAL && x != rint(x))
		cli_usage("--%s: '%s' is not a whole number", o->name, text);
	if (x < min && max == HUGE_VAL)
		cli_usage("--%s: %s is less than %.10g", o->name, text, min);
	if (x < min || x > max)
		cli_usage("--%s: %s is outside %.10g..%.10g", o->name, text, min, max);
	if (o->type == OPT_INT)
		*(int *)o->var = (int)x;
	else if (o->type == OPT_LONG)
		*(int64_t *)o->var = (int64_t)x;
	else
		*(double *)o->var = x;
}

static void set_choice(const struct opt *o, const char *text)
{
	const char *p = o->choices;
	size_t n;
	int i;

	for (i = 0; *p; i++) {
		n = strcspn(p, "|");
		if (strlen(text) == n && !memcmp(p, text, n)) {
			*(int *)o->var = i;
			return;
		}
		p += n + (p[n] == '|');
	}
	cli_usage("--%s: '%s' is not one of %s", o->name, text, o->choices);
}

static void set_option(const struct opt *o, const char *text)
{
	switch (o->type) {
	case OPT_FLAG:
		*(int *)o->var = 1;
		break;
	case OPT_INT:
	case OPT_LONG:
	case OPT_REAL:
		set_number(o, text);
		break;
	case OPT_TEXT:
	case OPT_FILE:
		*(const char **)o->var = text;
		break;
	case OPT_CHOICE:
		set_choice(o, text);
		break;
	}
	given[ngiven++] = o->var;
}

int cli_given(const void *var)
{
	int i;

	for (i = 0; i < ngiven; i++)
		if (given[i] == var)
			return 1;
	return 0;
}

/* ---- the command line ---- */

/* Options as the provenance records them: --name=value of what changes results. */
static void record_option(const struct opt *o, const char *text)
{
	static char **list;
	char *s;
	size_t n;

	if (o->local || o->type == OPT_FILE)
		return;
	n = strlen(o->name) + (text ? strlen(text) : 0) + 4;
	s = malloc(n);
	list = realloc(list, sizeof(*list) * (size_t)(me.noptions + 1));
	if (!s || !list)
		cli_die("out of memory");
	snprintf(s, n, text ? "--%s=%s" : "--%s", o->name, text);
	list[me.noptions++] = s;
	me.options = (const char *const *)list;
}

static void set_name(const char *argv0, const char *command)
{
	const char *base = strrchr(argv0, '/');

	base = base ? base + 1 : argv0;
	snprintf(name, sizeof(name), "%s%s%s", base, command ? " " : "", command ? command : "");
	me.name = name;
}

static void __attribute__((noreturn)) finish(void)
{
	if (fflush(stdout) || ferror(stdout))
		cli_die("cannot write 'standard output': %s", strerror(errno));
	exit(0);
}

void cli_parse(const struct cli *cli, int argc, char **argv)
{
	struct option longs[LETTERS] = { 0 };
	char shorts[2 * LETTERS] = ":";
	const struct opt *o;
	int c, i, n = 0, index;

	cli_start_clock();
	signal(SIGPIPE, SIG_DFL); /* a parent may have ignored it: a closed pipe ends us quietly */
	set_name(argv[0], cli->command);
	failure = cli->failure ? cli->failure : 1;
	given = calloc((size_t)argc + 1, sizeof(*given));
	if (!given)
		cli_die("out of memory");
	for (i = 0; (o = cli_option(cli, i)) && i < LETTERS - 1; i++) {
		longs[i] = (struct option){ o->name, o->arg ? required_argument : no_argument, NULL,
					    LETTERS + i };
		if (o->letter) {
			n = (int)strlen(shorts);
			snprintf(shorts + n, sizeof(shorts) - (size_t)n, "%c%s", o->letter,
				 o->arg ? ":" : "");
		}
	}
	opterr = 0;
	optind = cli->command ? 2 : 1;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == ':')
			cli_usage("'%s' needs a value", argv[optind - 1]);
		if (c == '?' && optopt >= LETTERS)
			cli_usage("'%s' takes no value", argv[optind - 1]);
		if (c == '?' && optopt)
			cli_usage("there is no option '-%c'", optopt);
		if (c == '?')
			cli_usage("there is no option '%s'", argv[optind - 1]);
		index = c - LETTERS;
		for (i = 0; c < LETTERS && (o = cli_option(cli, i)); i++)
			if (o->letter == c)
				index = i;
		o = cli_option(cli, index);
		if (o->var == &show_help) {
			cli_print_help(cli);
			finish();
		}
		if (o->var == &show_version) {
			printf("%s %s\n", cli_program_name(), VERSION);
			finish();
		}
		if (o->var == &show_completion) {
			cli_print_completion(cli);
			finish();
		}
		set_option(o, optarg);
		record_option(o, o->arg ? optarg : NULL);
	}
	operands = argv + optind;
	noperands = argc - optind;
	if (cli->flags & CLI_GENERATOR && noperands)
		cli_usage("'%s': no operand was expected", operands[0]);
}

char **cli_operands(int *n)
{
	*n = noperands;
	return operands;
}

int cli_dispatch(const char *purpose, const struct cli *commands, int argc, char **argv)
{
	const struct cli *c, *plain = NULL;

	set_name(argv[0], NULL);
	for (c = commands; c->main; c++) {
		if (!c->command)
			plain = c;
		else if (argc > 1 && !strcmp(argv[1], c->command))
			return c->main(argc, argv);
	}
	if (argc > 1 && !strcmp(argv[1], "--completion")) {
		cli_print_commands_completion(commands, argv[0]);
		finish();
	}
	if (plain)
		return plain->main(argc, argv);
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		printf("%s %s\n", name, VERSION);
		finish();
	}
	if (argc > 1 && !strcmp(argv[1], "--help")) {
		cli_print_commands(purpose, commands);
		finish();
	}
	if (argc > 1)
		cli_usage("there is no command '%s'", argv[1]);
	cli_usage("a command was expected");
}

int cli_threads(void)
{
	const char *omp = getenv("OMP_NUM_THREADS");
	double x;
	long cores;

	if (threads)
		return threads;
	if (omp && !cli_number(omp, &x) && x >= 1 && x <= 1024)
		return (int)x;
	if (getenv("PARALLEL_SEQ"))
		return 1;
	cores = sysconf(_SC_NPROCESSORS_ONLN);
	return cores > 0 ? (int)cores : 1;
}

const struct program *cli_program(void)
{
	return &me;
}
