/* Printing help from the tables of options. */
#include "cli_internal.h"
#include "list.h"

#include <math.h>

static void print_default(const struct opt *o)
{
	const char *chosen;
	size_t n;
	double x;

	switch (o->type) {
	case OPT_INT:
		printf(" [%d]", *(int *)o->var);
		break;
	case OPT_LONG:
		printf(" [%lld]", (long long)*(int64_t *)o->var);
		break;
	case OPT_REAL:
		x = *(double *)o->var;
		if (x >= 1e6 && fmod(x, 1e6) == 0)
			printf(" [%gM]", x / 1e6);
		else
			printf(" [%g]", x);
		break;
	case OPT_TEXT:
		if (*(const char **)o->var)
			printf(" [%s]", *(const char **)o->var);
		break;
	case OPT_CHOICE:
		chosen = list_chosen(o->choices, *(int *)o->var, &n);
		printf(" [%.*s]", (int)n, chosen);
		break;
	case OPT_FLAG:
	case OPT_FILE:
		break;
	}
}

/* Every word that the option takes. */
static void print_choices(const struct opt *o)
{
	const char *p;

	fputs(" (", stdout);
	for (p = o->choices; *p; p++)
		fputs(*p == '|' ? ", " : (const char[]){ *p, 0 }, stdout);
	putchar(')');
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
		if (o->var == &cli_output_file)
			printf("\n");
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s%s", o->letter ? '-' : ' ',
			 o->letter ? o->letter : ' ', o->letter ? "," : " ", o->name,
			 !o->arg       ? ""
			 : o->optional ? "[="
				       : " ",
			 o->arg ? o->arg : "", o->optional ? "]" : "");
		printf("  %-28s %s", left, o->help);
		if (o->choices)
			print_choices(o);
		print_default(o);
		printf("\n");
	}
	if (cli->notes)
		printf("\n%s", cli->notes);
	printf("\nManual: man %s.  Exit status: 0 done, 1 failed, 2 used wrongly.\n",
	       cli_program_name());
}

void cli_print_commands(const char *purpose, const struct cli *const *commands)
{
	const struct cli *c;

	printf("usage: %s COMMAND [options] [operands]\n%s\n\n", cli_name(), purpose);
	while ((c = *commands++))
		printf("  %-12s %s\n", c->command ? c->command : "(none)", c->purpose);
	printf("\n'%s COMMAND --help' tells the options of one.  Manual: man %s.\n", cli_name(),
	       cli_name());
}
