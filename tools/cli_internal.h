/*
 * cli_internal - what the files of cli share; each uses only those above it
 *
 *     cli_progress   the progress line
 *     cli_signal     what a signal, or a death, must remove; whether a tool goes on after Ctrl-C
 *     cli_message    what is said on standard error, and with which status a tool ends
 *     cli_options    the table of a command's options; their values
 *     cli_help       help
 *     cli_complete   completion for bash, zsh and fish
 *     cli            the command line
 *     cli_stream     streams and files
 */
#ifndef CLI_INTERNAL_H
#define CLI_INTERNAL_H

#include <time.h>

#include "cli.h"

/* Option variables that belong to more than one of the files. */
extern const char *cli_output_file;
extern int cli_progress_when; /* 0 auto, 1 always, 2 never */
extern int cli_unsigned; /* --no-provenance */
extern int cli_threads_wanted; /* --threads */
extern int cli_show_help, cli_show_version;
extern const char *cli_show_completion; /* the shell */

/* ---- cli_signal ---- */

void cli_guard(const char *part); /* this file is removed if we end before cli_unguard */
void cli_unguard(const char *part);
void cli_remove_parts(void);
void cli_hold_signals(int hold); /* while a part gets its name */

/* ---- cli_message ---- */

const char *cli_name(void); /* "grok-ckpt ls" */
const char *cli_program_name(void); /* "grok-ckpt" */
void cli_set_name(const char *argv0, const char *command);
void cli_set_failure(int status); /* of cli_die */

/* ---- cli_options ---- */

/* cli_option - every option of a program, its own and the shared ones, by number; NULL ends */
const struct opt *cli_option(const struct cli *cli, int i);
void cli_set_option(const struct opt *o, const char *text); /* exits on a wrong value */

/* ---- cli_help, cli_complete ---- */

void cli_print_help(const struct cli *cli);
void cli_print_commands(const char *purpose, const struct cli *commands);
void cli_print_completion(const char *shell);
/*
 * What fits a command line being typed: @arg is the number of the word at the cursor, then the
 * words.
 */
void cli_complete(const struct cli *cli, char **arg);
int cli_complete_command(const struct cli *commands, char **arg); /* 1: at the command's place */

/* ---- cli ---- */

extern struct timespec cli_started; /* when the command line was parsed */

#endif
