/*
 * cli_internal - what the files of cli share (private to them); each uses only those above it
 *
 *     cli_progress   the progress line
 *     cli_signal     files to remove when a tool is stopped or fails; continuing after Ctrl-C
 *     cli_message    messages on standard error, and exit statuses
 *     cli_options    the table of a command's options; their values
 *     cli_help       help
 *     cli_complete   completion for bash, zsh and fish
 *     cli            the command line
 *     cli_stream     streams and files
 */
#ifndef CLI_INTERNAL_H
#define CLI_INTERNAL_H

#include "cli.h"

/* Option variables that more than one of the files uses. */
extern const char *cli_output_file;
extern int cli_progress_when; /* 0 auto, 1 always, 2 never */
extern int cli_unsigned; /* --no-provenance */
extern int cli_threads_wanted; /* --threads */
extern int cli_show_help, cli_show_version;
extern const char *cli_show_completion; /* the shell */

/* ---- cli_signal ---- */

void cli_guard(const char *part); /* remove this file if the tool ends before cli_unguard */
void cli_unguard(const char *part);
void cli_remove_parts(void); /* remove all guarded files */
void cli_hold_signals(int hold); /* 1: delay signals, while a file is renamed; 0: no longer */

/* ---- cli_message ---- */

const char *cli_name(void); /* "grok-ckpt ls" */
const char *cli_program_name(void); /* "grok-ckpt" */
void cli_set_name(const char *argv0, const char *command);
void cli_set_failure(int status); /* of cli_die */

/* ---- cli_options ---- */

/*
 * cli_option - option number @i of a program, first its own, then the shared ones; NULL at the end
 */
const struct opt *cli_option(const struct cli *cli, int i);
void cli_set_option(const struct opt *o, const char *text); /* exits on a wrong value */

/* ---- cli_help, cli_complete ---- */

void cli_print_help(const struct cli *cli);
void cli_print_commands(const char *purpose, const struct cli *const *commands);
void cli_print_completion(const char *shell);
/*
 * cli_complete - print completions of a command line
 *
 * @arg: the number of the word at the cursor, then the words
 *
 * cli_complete_command - the same for the name of a command; 0 if the cursor is elsewhere
 */
void cli_complete(const struct cli *cli, char **arg);
int cli_complete_command(const struct cli *const *commands, char **arg);

/* ---- cli ---- */

extern double cli_started; /* when the command line was parsed */

#endif
