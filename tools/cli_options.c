/* The table of a command's options, and setting and checking their values. */
#include "cli_internal.h"

#include <math.h>
#include <string.h>

#include "list.h"
#include "number.h"

int cli_through;
const char *cli_output_file;
int cli_unsigned, cli_fresh;
int cli_threads_wanted;
int cli_show_help, cli_show_version;
const char *cli_show_completion;

static const struct opt common[] = {
	{ 'o', "output", "FILE", "write to FILE instead of standard output", OPT_FILE,
	  &cli_output_file, .local = 1 },
	{ 'n', "no-clobber", NULL, "with -o, never replace a file", OPT_FLAG, &cli_fresh,
	  .local = 1 },
	{ 0, "threads", "N", "threads; 0: OMP_NUM_THREADS, else every core, 1 under GNU parallel",
	  OPT_INT, &cli_threads_wanted, .max = 1024, .local = 1 },
	{ 0, "progress", "WHEN", "show progress", OPT_CHOICE, &cli_progress_when,
	  .choices = "auto|always|never", .local = 1 },
	{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &cli_quiet, .local = 1 },
	{ 'v', "verbose", NULL, "close with a line of times and memory", OPT_FLAG, &cli_verbose,
	  .local = 1 },
	{ 0, "no-provenance", NULL, "do not sign the streams that pass", OPT_FLAG, &cli_unsigned,
	  .local = 1 },
	{ 0, "completion", "SHELL", "print completion for a shell", OPT_TEXT, &cli_show_completion,
	  .choices = "bash|zsh|fish", .local = 1 },
	{ 'h', "help", NULL, "print this and exit", OPT_FLAG, &cli_show_help, .local = 1 },
	{ 0, "version", NULL, "print the version and exit", OPT_FLAG, &cli_show_version,
	  .local = 1 },
	{ 0 }
};
static const struct opt through[] = { { 't', "through", NULL, "forward parameters too", OPT_FLAG,
					&cli_through, .local = 1 },
				      { 0 } };

const struct opt *cli_option(const struct cli *cli, int i)
{
	const struct opt *tables[] = { cli->opts, cli->flags & CLI_FILTER ? through : NULL,
				       common };
	size_t t;
	int k;

	for (t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (k = 0; tables[t] && tables[t][k].name; k++)
			if (i-- == 0)
				return &tables[t][k];
	return NULL;
}

const char *cli_suggest(const char *dashes, const struct nearest *near)
{
	static char text[NEAREST_LONGEST + 32];
	const char *word = nearest_word(near);

	text[0] = 0;
	if (word)
		snprintf(text, sizeof(text), "; did you mean '%s%s'?", dashes, word);
	return text;
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
	struct err e;

	bounds(o, &min, &max);
	if (number_parse(text, NUMBER_ALL, &x, &e))
		cli_usage("--%s: %s", o->name, e.msg);
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
	struct nearest near = nearest_to(text);
	char word[NEAREST_LONGEST];
	int i = list_choice(o->choices, text, strlen(text));
	const char *p;
	size_t n;

	if (i >= 0) {
		*(int *)o->var = i;
		return;
	}
	for (p = o->choices; *p; p += n + (p[n] == '|')) {
		n = strcspn(p, "|");
		snprintf(word, sizeof(word), "%.*s", (int)n, p);
		nearest_offer(&near, word);
	}
	cli_usage("--%s: '%s' is not one of %s%s", o->name, text, o->choices,
		  cli_suggest("", &near));
}

int cli_count(const char *option, const char *text, const char *word)
{
	int64_t n;

	if (!strcmp(text, word))
		return 0;
	if (number_whole(text, NUMBER_ALL, 1, 1000000000, &n, NULL))
		cli_usage("--%s: '%s' is neither a number from 1 nor %s", option, text, word);
	return (int)n;
}

void cli_set_option(const struct opt *o, const char *text)
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
	case OPT_FILE:
		if (!*text)
			cli_usage("--%s: the name of a file is empty", o->name);
		*(const char **)o->var = text;
		break;
	case OPT_TEXT:
		*(const char **)o->var = text;
		break;
	case OPT_CHOICE:
		set_choice(o, text);
		break;
	}
}
