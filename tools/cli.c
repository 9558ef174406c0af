/* The command line; see cli.h, and cli_internal.h for the files beside this one. */
#include "cli_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "number.h"

enum {
	LETTERS = 256, /* long options are numbered from here, short ones are letters */
	THREADS = 1024, /* at most */
};

double cli_started;

static char **operands;
static int noperands;
static const void **given; /* variables of the options on the command line */
static int ngiven;
static const char *command_name; /* of the one that runs */
static struct program me = { .version = VERSION };

int cli_given(const void *var)
{
	int i;

	for (i = 0; i < ngiven; i++)
		if (given[i] == var)
			return 1;
	return 0;
}

/* Options as the provenance records them: --name=value of what changes results. */
static void record_option(const struct opt *o, const char *text)
{
	static char **list;
	char *s;
	size_t n;

	if (o->local || o->type == OPT_FILE)
		return;
	n = strlen(o->name) + (text ? strlen(text) : 0) + 4;
	s = cli_alloc(n, 1);
	list = cli_grow(list, (size_t)me.noptions + 1, sizeof(*list));
	snprintf(s, n, text ? "--%s=%s" : "--%s", o->name, text);
	list[me.noptions++] = s;
	me.options = (const char *const *)list;
}

/*
 * A file is opened under the least free number.  Were standard error closed, this could be its own,
 * and messages would be written into the file.  /dev/null the wrong way round takes the place:
 * to read or write there stays an error.
 */
static void reserve_standard(void)
{
	static const int useless[] = { O_WRONLY, O_RDONLY, O_RDONLY };
	int fd;

	for (fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/dev/null", useless[fd]);
}

/* The first that every tool does, whichever of its commands it is. */
static void start(const char *argv0, const char *command)
{
	signal(SIGPIPE, SIG_DFL); /* a parent may have ignored it: a closed pipe ends us quietly */
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of write, and is told */
	reserve_standard();
	cli_set_name(argv0, command);
	me.name = cli_name();
}

static void __attribute__((noreturn)) finish(void)
{
	if (fflush(stdout) || ferror(stdout))
		cli_die("cannot write 'standard output': %s", strerror(errno));
	exit(0);
}

/* The option table as getopt_long wants it. */
static void describe(const struct cli *cli, struct option *longs, char *shorts, size_t room)
{
	const struct opt *o;
	size_t n;
	int i;

	for (i = 0; (o = cli_option(cli, i)) && i < LETTERS - 1; i++) {
		longs[i] = (struct option){ o->name,
					    !o->arg       ? no_argument
					    : o->optional ? optional_argument
							  : required_argument,
					    NULL, LETTERS + i };
		n = strlen(shorts);
		if (o->letter)
			snprintf(shorts + n, room - n, "%c%s", o->letter, o->arg ? ":" : "");
	}
}

/* What getopt_long did not take, told in words. */
static void __attribute__((noreturn)) refuse_option(const struct cli *cli, int c, const char *word)
{
	const struct opt *o;
	struct nearest near;
	char text[NEAREST_LONGEST];
	int i;

	if (c == ':')
		cli_usage("'%s' needs a value", word);
	if (optopt >= LETTERS)
		cli_usage("'%s' takes no value", word);
	if (optopt)
		cli_usage("there is no option '-%c'", optopt);
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	near = nearest_to(text);
	for (i = 0; (o = cli_option(cli, i)); i++)
		nearest_offer(&near, o->name);
	cli_usage("there is no option '%s'%s", word, cli_suggest("--", &near));
}

static const struct opt *option_of(const struct cli *cli, int c)
{
	const struct opt *o;
	int i;

	if (c >= LETTERS)
		return cli_option(cli, c - LETTERS);
	for (i = 0; (o = cli_option(cli, i)); i++)
		if (o->letter == c)
			break;
	return o;
}

static void take_option(const struct cli *cli, const struct opt *o, const char *text)
{
	if (text || !o->optional)
		cli_set_option(o, text);
	given[ngiven++] = o->var;
	record_option(o, o->arg ? text : NULL);
	if (cli_show_help) {
		cli_show_help = 0;
		cli_print_help(cli);
		finish();
	}
	if (cli_show_version) {
		printf("%s %s\n", cli_program_name(), VERSION);
		finish();
	}
	if (cli_show_completion) {
		cli_print_completion(cli_show_completion);
		finish();
	}
}

/* Set the early options, and what they decide.  Whatever is wrong is told by the second pass. */
static void prepare(const struct cli *cli, int argc, char **argv, const struct option *longs,
		    const char *shorts)
{
	const struct opt *o;
	int c;

	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1)
		if (c != ':' && c != '?' && (o = option_of(cli, c))->early)
			cli_set_option(o, optarg);
	cli->prepare();
}

/* "--complete N WORD..." at @argv, which ends with NULL */
static int is_complete(char **argv)
{
	return argv[0] && !strcmp(argv[0], "--complete") && argv[1] && argv[2];
}

void cli_parse(const struct cli *cli, int argc, char **argv)
{
	struct option longs[LETTERS] = { 0 };
	char shorts[2 * LETTERS] = ":";
	const int first = cli->command ? 2 : 1;
	int c;

	cli_started = cli_clock();
	command_name = cli->command;
	start(argv[0], cli->command);
	cli_set_failure(cli->failure ? cli->failure : 1);
	if (argc > first && is_complete(argv + first)) {
		cli_complete(cli, argv + first + 1);
		finish();
	}
	given = cli_alloc((size_t)argc + 1, sizeof(*given));
	describe(cli, longs, shorts, sizeof(shorts));
	opterr = 0;
	optind = first;
	if (cli->prepare)
		prepare(cli, argc, argv, longs, shorts);
	optind = first;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == ':' || c == '?')
			refuse_option(cli, c, argv[optind - 1]);
		take_option(cli, option_of(cli, c), optarg);
	}
	operands = argv + optind;
	noperands = argc - optind;
	if (cli->flags & CLI_GENERATOR && noperands)
		cli_usage("'%s': no operand was expected", operands[0]);
}

const char *cli_command(void)
{
	return command_name;
}

char **cli_operands(int *n)
{
	*n = noperands;
	return operands;
}

/*
 * The command that a word names; the one without a name when none is; NULL when neither is there.
 */
static const struct cli *command_of(const struct cli *const *commands, const char *word)
{
	const struct cli *c, *plain = NULL;

	while ((c = *commands++)) {
		if (!c->command)
			plain = c;
		else if (word && !strcmp(word, c->command))
			return c;
	}
	return plain;
}

static void __attribute__((noreturn))
refuse_command(const struct cli *const *commands, const char *word)
{
	struct nearest near = nearest_to(word);
	const struct cli *c;

	if (*word == '-')
		cli_usage("'%s' stands where a command was expected: options come after it", word);
	while ((c = *commands++))
		if (c->command)
			nearest_offer(&near, c->command);
	cli_usage("there is no command '%s'%s", word, cli_suggest("", &near));
}

/*
 * Before @word is taken for a file: there is none of that name, but a command of nearly that name.
 */
static void refuse_slip(const struct cli *const *commands, const char *word)
{
	struct nearest near = nearest_to(word);
	const struct cli *c;

	if (word[0] == '-' || !access(word, F_OK))
		return;
	while ((c = *commands++))
		if (c->command)
			nearest_offer(&near, c->command);
	if (nearest_word(&near))
		cli_usage("'%s' is neither a command nor a file%s", word, cli_suggest("", &near));
}

/* The words of a command line being typed: the commands, or what the command on it says. */
static void __attribute__((noreturn))
dispatch_complete(const struct cli *const *commands, int argc, char **argv)
{
	const struct cli *c = command_of(commands, argc > 4 ? argv[4] : NULL);
	char **words;

	if (cli_complete_command(commands, argv + 2)) /* the program's own options besides */
		c = command_of(commands, NULL);
	if (c && !c->command)
		cli_parse(c, argc, argv);
	if (c) {
		words = cli_alloc((size_t)argc + 2, sizeof(*words));
		words[0] = argv[0];
		words[1] = cli_copy(c->command);
		memcpy(words + 2, argv + 1, (size_t)(argc - 1) * sizeof(*words));
		cli_parse(c, argc + 1, words);
	}
	finish();
}

int cli_dispatch(const char *purpose, const struct cli *const *commands, int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;
	const struct cli *c;

	start(argv[0], NULL);
	if (word && is_complete(argv + 1))
		dispatch_complete(commands, argc, argv);
	c = command_of(commands, word);
	if (c && !c->command && word)
		refuse_slip(commands, word);
	if (c) {
		cli_parse(c, argc, argv);
		return c->main();
	}
	if (!word)
		cli_usage("a command was expected");
	if (!strcmp(word, "--completion")) {
		cli_print_completion(argc > 2 ? argv[2] : "");
		finish();
	}
	if (!strcmp(word, "--version")) {
		printf("%s %s\n", cli_name(), VERSION);
		finish();
	}
	if (!strcmp(word, "--help") || !strcmp(word, "-h")) {
		cli_print_commands(purpose, commands);
		finish();
	}
	refuse_command(commands, word);
}

/* The number of threads that the environment asks for; 0 when it says nothing that can be used. */
static int threads_of_environment(void)
{
	static int is_told;
	const char *omp = getenv("OMP_NUM_THREADS");
	int64_t n;

	if (!omp || !omp[0])
		return 0;
	/* OpenMP allows a list, a number for each level of nesting */
	if (!number_whole(omp, strcspn(omp, ","), 1, THREADS, &n, NULL))
		return (int)n;
	if (!is_told++)
		cli_warn("OMP_NUM_THREADS='%s' is no number of threads from 1 to %d: ignored", omp,
			 THREADS);
	return 0;
}

int cli_threads(void)
{
	static int is_told;
	int cores = (int)sysconf(_SC_NPROCESSORS_ONLN), n = cli_threads_wanted;

	if (!n)
		n = threads_of_environment();
	if (!n)
		n = getenv("PARALLEL_SEQ") || cores < 1 ? 1 : cores;
	if (n > cores && cores > 0 && !is_told++)
		cli_note("%d threads on %d cores: more than can run at once", n, cores);
	return n;
}

const struct program *cli_program(void)
{
	return &me;
}
