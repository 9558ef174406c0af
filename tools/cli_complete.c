/*
 * Completion of command lines, for bash, zsh and fish.
 *
 * --completion SHELL prints a short script for the shell.  At each Tab it runs
 *
 *     grok-X --complete N WORD...       N: number of the word at the cursor; word 0 is the program
 *
 * which prints a line for each possible word, "WORD" or "WORD<Tab>what it is", or ":files" where a
 * file name is expected.  So every shell uses the same table of options.  Of names in streams only
 * those are printed that consist of letters, digits and a few marks without meaning to a shell.
 */
#include "cli_internal.h"

#include <string.h>
#include <sys/stat.h>

#include "names.h"
#include "number.h"

enum {
	LOOK = 20000, /* records of a file, to find names in */
	SAFE = 200, /* longest name that is offered */
};

/* The words up to the one at the cursor, and what of this one stays as it is: "--name=", "a,b,". */
struct words {
	char **word;
	int n; /* of the one at the cursor */
	char *current;
	size_t kept;
};

static void offer(const struct words *w, const char *word, size_t n, const char *what)
{
	size_t typed = strlen(w->current + w->kept);

	if (n < typed || memcmp(word, w->current + w->kept, typed) != 0)
		return;
	printf("%.*s%.*s", (int)w->kept, w->current, (int)n, word);
	if (what)
		printf("\t%s", what);
	putchar('\n');
}

static void offer_choices(const struct words *w, const char *choices)
{
	size_t n;

	for (; *choices; choices += n + (choices[n] == '|')) {
		n = strcspn(choices, "|");
		offer(w, choices, n, NULL);
	}
}

/* ---- names out of streams ---- */

static int is_safe(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._/+-";

	return name[0] && name[0] != '-' && strspn(name, letters) == strlen(name) &&
	       strlen(name) <= SAFE;
}

static void offer_name(const struct words *w, struct names *seen, const char *name)
{
	size_t i;

	if (is_safe(name) && names_add(seen, name, &i, NULL) > 0)
		offer(w, name, strlen(name), NULL);
}

static void offer_names(const struct words *w, struct names *seen, const struct record *r,
			unsigned which)
{
	char step[32];
	int i;

	if (r->kind == RECORD_HEAD && which & OPT_RUNS)
		offer_name(w, seen, r->run);
	for (i = 0; r->kind == RECORD_HEAD && which & OPT_SETTINGS && i < r->nconfig; i++)
		offer_name(w, seen, r->config[i].key);
	if (r->kind == RECORD_TENSOR && which & OPT_TENSORS)
		offer_name(w, seen, r->name);
	for (i = 0; r->kind == RECORD_METRICS && which & OPT_METRICS && i < r->nvalues; i++)
		offer_name(w, seen, r->values[i].name);
	if (r->kind == RECORD_TENSOR && r->role == ROLE_PARAM && which & OPT_STEPS) {
		snprintf(step, sizeof(step), "%lld", (long long)r->step);
		offer_name(w, seen, step);
	}
}

/* Names of the streams among the words, before and behind the cursor. */
static void offer_from_files(const struct words *w, unsigned which)
{
	struct names seen = { 0 };
	struct record r;
	struct stat st;
	int i, n;

	for (i = 1; w->word[i]; i++) {
		struct stream_in *in;

		if (i == w->n || w->word[i][0] == '-' || stat(w->word[i], &st) ||
		    !S_ISREG(st.st_mode))
			continue;
		in = stream_open(&w->word[i], 1, NULL);
		for (n = 0; in && n < LOOK && stream_next(in, &r, NULL) > 0; n++)
			offer_names(w, &seen, &r, which);
		stream_free(in);
	}
	names_free(&seen);
}

/* ---- what belongs at the cursor ---- */

static const struct opt *find(const struct cli *cli, const char *word, size_t n)
{
	const struct opt *o;
	int i;

	for (i = 0; (o = cli_option(cli, i)); i++)
		if ((n > 2 && !strncmp(word, "--", 2) && strlen(o->name) == n - 2 &&
		     !memcmp(o->name, word + 2, n - 2)) ||
		    (n == 2 && o->letter && word[0] == '-' && word[1] == o->letter))
			return o;
	return NULL;
}

/* A value of @o; of a list, its last item. */
static void complete_value(struct words *w, const struct opt *o)
{
	const char *comma = strrchr(w->current + w->kept, ',');

	if (o->type == OPT_FILE) {
		puts(":files");
		return;
	}
	if (comma && o->type == OPT_TEXT)
		w->kept = (size_t)(comma - w->current) + 1;
	if (o->choices)
		offer_choices(w, o->choices);
	if (o->names)
		offer_from_files(w, o->names);
}

/* How many operands of the command stand before the cursor. */
static int operands_before(const struct cli *cli, const struct words *w)
{
	const struct opt *o;
	int i, n = 0;

	for (i = cli->command ? 2 : 1; i < w->n; i++) {
		o = find(cli, w->word[i], strlen(w->word[i]));
		i += o && o->arg && !o->optional; /* its value */
		n += !o && w->word[i][0] != '-';
	}
	return n;
}

static void complete(const struct cli *cli, struct words *w)
{
	char *equals = strchr(w->current, '='), option[128];
	const struct opt *o = NULL;
	int i;

	if (!strncmp(w->current, "--", 2) && equals) {
		w->kept = (size_t)(equals - w->current) + 1;
		o = find(cli, w->current, w->kept - 1);
	} else if (w->n > 2 && !strcmp(w->word[w->n - 1], "=")) { /* bash parts words there */
		o = find(cli, w->word[w->n - 2], strlen(w->word[w->n - 2]));
	} else if (w->n > 1 && !strcmp(w->current, "=")) {
		w->kept = 0;
		w->current += 1;
		o = find(cli, w->word[w->n - 1], strlen(w->word[w->n - 1]));
	} else if (w->n > 1) {
		o = find(cli, w->word[w->n - 1], strlen(w->word[w->n - 1]));
	}
	if (o && o->arg && !o->optional) {
		complete_value(w, o);
		return;
	}
	if (w->current[0] != '-') {
		if (cli->flags & CLI_NAMES && !operands_before(cli, w))
			offer_from_files(w, OPT_TENSORS);
		if (!(cli->flags & CLI_GENERATOR))
			puts(":files");
		return;
	}
	for (i = 0; (o = cli_option(cli, i)); i++) {
		snprintf(option, sizeof(option), "--%s", o->name);
		offer(w, option, strlen(option), o->help);
	}
}

/* From "N WORD..." as the shell's script gives them. */
static struct words parse_words(char **arg)
{
	static char nothing[] = "";
	struct words w = { .word = arg + 1, .current = nothing };
	int64_t n = 1;
	int words = 0;

	while (w.word[words])
		words++;
	number_whole(arg[0], NUMBER_ALL, 1, 1 << 20, &n, NULL);
	w.n = n < words ? (int)n : words;
	if (w.n < words)
		w.current = w.word[w.n];
	return w;
}

void cli_complete(const struct cli *cli, char **arg)
{
	struct words w = parse_words(arg);

	complete(cli, &w);
}

int cli_complete_command(const struct cli *const *commands, char **arg)
{
	static const char *const options[] = { "--help", "--version", "--completion" };
	struct words w = parse_words(arg);
	int has_plain = 0;
	size_t i;

	if (w.n != 1)
		return 0;
	for (; *commands; commands++)
		if ((*commands)->command)
			offer(&w, (*commands)->command, strlen((*commands)->command),
			      (*commands)->purpose);
		else
			has_plain = 1;
	if (w.current[0] != '-' || has_plain) /* the one without a name tells its options */
		return 1;
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		offer(&w, options[i], strlen(options[i]), NULL);
	return 1;
}

/* ---- the scripts ---- */

/* @P stands for the program, @F for the same with its dashes made legal in a name. */
static const char bash[] =
	"# bash completion for @P\n"
	"_@F()\n"
	"{\n"
	"    local word=${COMP_WORDS[COMP_CWORD]} line files\n"
	"    COMPREPLY=()\n"
	"    while IFS= read -r line; do\n"
	"        if [ \"$line\" = :files ]; then\n"
	"            mapfile -t files < <(compgen -f -X '!*.gts' -- \"$word\"; compgen -d -- "
	"\"$word\")\n"
	"            [ ${#files[@]} -gt 0 ] || mapfile -t files < <(compgen -f -- \"$word\")\n"
	"            COMPREPLY+=(\"${files[@]}\")\n"
	"            compopt -o filenames 2>/dev/null\n"
	"        else\n"
	"            COMPREPLY+=(\"${line%%$'\\t'*}\")\n"
	"        fi\n"
	"    done < <(\"$1\" --complete \"$COMP_CWORD\" \"${COMP_WORDS[@]}\" 2>/dev/null)\n"
	"}\n"
	"complete -F _@F @P\n";
static const char zsh[] = "#compdef @P\n"
			  "_@F()\n"
			  "{\n"
			  "    local line files\n"
			  "    local -a found shown\n"
			  "    while IFS= read -r line; do\n"
			  "        if [[ $line == :files ]]; then\n"
			  "            files=1\n"
			  "        else\n"
			  "            found+=(\"${line%%$'\\t'*}\")\n"
			  "            shown+=(\"${line/$'\\t'/  }\")\n"
			  "        fi\n"
			  "    done < <(command \"${words[1]}\" --complete $((CURRENT - 1)) "
			  "\"${words[@]}\" 2>/dev/null)\n"
			  "    (( ${#found} )) && compadd -l -d shown -- \"${found[@]}\"\n"
			  "    [[ -z $files ]] || _files -g '*.gts' || _files\n"
			  "}\n"
			  "if [[ ${funcstack[1]} == _@P ]]; then\n"
			  "    _@F \"$@\"\n"
			  "else\n"
			  "    compdef _@F @P\n"
			  "fi\n";
static const char fish[] = "# fish completion for @P\n"
			   "function __@F\n"
			   "    set -l all (commandline -op)\n"
			   "    set -l words (commandline -opc)\n"
			   "    set -l n (count $words)\n"
			   "    set -l word (commandline -ct)\n"
			   "    set -a words \"$word\" $all[(math $n + (test -n \"$word\"; and "
			   "echo 2; or echo 1))..]\n"
			   "    for line in (command $words[1] --complete $n $words 2>/dev/null)\n"
			   "        if test \"$line\" = :files\n"
			   "            __fish_complete_suffix (commandline -ct) .gts\n"
			   "        else\n"
			   "            echo $line\n"
			   "        end\n"
			   "    end\n"
			   "end\n"
			   "complete -c @P -k -f -a '(__@F)'\n";

/* @script with the two names put in. */
static void fill(const char *script, const char *program, const char *function)
{
	for (; *script; script++) {
		if (script[0] == '@' && script[1] == 'P')
			fputs(program, stdout), script++;
		else if (script[0] == '@' && script[1] == 'F')
			fputs(function, stdout), script++;
		else
			putchar(*script);
	}
}

void cli_print_completion(const char *shell)
{
	static const struct {
		const char *name, *script;
	} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };
	char program[64], function[64], *p;
	size_t i;

	snprintf(program, sizeof(program), "%s", cli_program_name());
	snprintf(function, sizeof(function), "%s", program);
	for (p = function; *p; p++)
		if (*p == '-')
			*p = '_';
	for (i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (!strcmp(shell, shells[i].name)) {
			fill(shells[i].script, program, function);
			return;
		}
	cli_usage("--completion: '%s' is not one of bash, zsh, fish", shell);
}
