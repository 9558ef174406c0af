/* Help and completion, from the option tables. */
#include "cli_internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

static void print_default(const struct opt *o)
{
	const char *p = o->choices;
	int i;

	switch (o->type) {
	case OPT_INT:
		printf(" [%d]", *(int *)o->var);
		break;
	case OPT_LONG:
		printf(" [%lld]", (long long)*(int64_t *)o->var);
		break;
	case OPT_REAL:
		printf(" [%g]", *(double *)o->var);
		break;
	case OPT_TEXT:
		if (*(const char **)o->var)
			printf(" [%s]", *(const char **)o->var);
		break;
	case OPT_CHOICE:
		for (i = *(int *)o->var; i > 0; i--)
			p += strcspn(p, "|") + 1;
		printf(" [%.*s]", (int)strcspn(p, "|"), p);
		break;
	case OPT_FLAG:
	case OPT_FILE:
		break;
	}
}

static void print_usage(const struct cli *cli)
{
	const char *what = cli->operands ? cli->operands : "[FILE...]";

	printf("usage: %s [options]%s%s\n%s\n", cli_name(), cli->flags & CLI_GENERATOR ? "" : " ",
	       cli->flags & CLI_GENERATOR ? "" : what, cli->purpose);
}

void cli_print_help(const struct cli *cli)
{
	const struct opt *o;
	char left[64];
	int i;

	print_usage(cli);
	printf("\n");
	for (i = 0; (o = cli_option(cli, i)); i++) {
		if (!o->help)
			continue;
		if (o->var == &cli_output_file)
			printf("\n");
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s", o->letter ? '-' : ' ',
			 o->letter ? o->letter : ' ', o->letter ? "," : " ", o->name,
			 o->arg ? " " : "", o->arg ? o->arg : "");
		printf("  %-28s %s", left, o->help);
		print_default(o);
		printf("\n");
	}
	if (cli->notes)
		printf("\n%s", cli->notes);
	printf("\nManual: man %s.  Exit status: 0 done, 1 failed, 2 used wrongly.\n",
	       cli_program_name());
}

/* The words of a command: its long options, choices after those that have some. */
static void print_command_completion(const struct cli *cli)
{
	const struct opt *o;
	const char *p;
	int i;

	printf("    case \"$previous\" in\n");
	for (i = 0; (o = cli_option(cli, i)); i++) {
		if (!o->arg)
			continue;
		if (o->type == OPT_CHOICE) {
			printf("    --%s) COMPREPLY=($(compgen -W \"", o->name);
			for (p = o->choices; *p; p++)
				putchar(*p == '|' ? ' ' : *p);
			printf("\" -- \"$word\")); return ;;\n");
		} else if (o->type != OPT_FILE) {
			printf("    --%s) return ;;\n", o->name);
		}
	}
	printf("    esac\n    words=\"");
	for (i = 0; (o = cli_option(cli, i)); i++)
		if (o->help)
			printf("%s--%s", i ? " " : "", o->name);
	printf("\"\n");
}

/* The shell function of a program: its name with dashes made legal. */
static void function_name(char *s, size_t n)
{
	snprintf(s, n, "_%s", cli_program_name());
	for (; *s; s++)
		if (*s == '-')
			*s = '_';
}

static void print_open(void)
{
	char function[64];

	function_name(function, sizeof(function));
	printf("# bash completion for %s\n%s()\n{\n"
	       "    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
	       "    local words=\n",
	       cli_program_name(), function);
}

static void print_close(void)
{
	char function[64];

	function_name(function, sizeof(function));
	printf("    if [[ $word == -* ]]; then\n"
	       "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
	       "    else\n        COMPREPLY+=($(compgen -f -- \"$word\"))\n    fi\n}\n"
	       "complete -o filenames -F %s %s\n",
	       function, cli_program_name());
}

static int part; /* of the completion of a program with commands */

void cli_print_completion(const struct cli *cli)
{
	if (part) {
		print_command_completion(cli);
		return;
	}
	print_open();
	print_command_completion(cli);
	print_close();
}

void cli_print_commands(const char *purpose, const struct cli *commands)
{
	const struct cli *c;

	printf("usage: %s COMMAND [options] [operands]\n%s\n\n", cli_name(), purpose);
	for (c = commands; c->main; c++)
		printf("  %-12s %s\n", c->command ? c->command : "(none)", c->purpose);
	printf("\n'%s COMMAND --help' tells the options of one.  Manual: man %s.\n", cli_name(),
	       cli_name());
}

/* The table of a command's options is known to its main alone, which prints and exits: in a child. */
static void print_part(const struct cli *c, char *program)
{
	char command[64], completion[] = "--completion";
	char *argv[] = { program, completion, NULL, NULL };
	int status;
	pid_t child;

	if (c->command) {
		snprintf(command, sizeof(command), "%s", c->command);
		argv[1] = command;
		argv[2] = completion;
	}
	fflush(stdout);
	child = fork();
	if (!child) {
		part = 1;
		exit(c->main(c->command ? 3 : 2, argv));
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || status)
		cli_die("cannot tell the options of '%s'", c->command ? c->command : program);
}

void cli_print_commands_completion(const struct cli *commands, char *program)
{
	const struct cli *c, *plain = NULL;

	print_open();
	printf("    case ${COMP_WORDS[COMP_CWORD > 1]} in\n"); /* of the first word: the program */
	for (c = commands; c->main; c++) {
		if (!c->command) {
			plain = c;
			continue;
		}
		printf("    %s)\n", c->command);
		print_part(c, program);
		printf("    ;;\n");
	}
	printf("    *)\n");
	if (plain)
		print_part(plain, program);
	else
		printf("    [ \"$COMP_CWORD\" = 1 ] || return\n    words=\"--help --version\"\n");
	printf("    [ \"$COMP_CWORD\" -gt 1 ] || COMPREPLY=($(compgen -W \"");
	for (c = commands; c->main; c++)
		if (c->command)
			printf("%s ", c->command);
	printf("\" -- \"$word\"))\n");
	if (!plain)
		printf("    [[ $word == -* ]] || return\n");
	printf("    ;;\n    esac\n");
	print_close();
}
