/*
 * cli_internal - what the files of cli share
 */
#ifndef CLI_INTERNAL_H
#define CLI_INTERNAL_H

#include "cli.h"

/* Option variables that belong to more than one of the files. */
extern const char *cli_output_file;
extern int cli_progress_when; /* 0 auto, 1 always, 2 never */
extern int cli_unsigned; /* --no-provenance */

const char *cli_name(void); /* "grok-ckpt ls" */
const char *cli_program_name(void); /* "grok-ckpt" */

/* cli_option - every option of a program, its own and the shared ones, by number; NULL ends */
const struct opt *cli_option(const struct cli *cli, int i);

void cli_print_help(const struct cli *cli);
void cli_print_commands(const char *purpose, const struct cli *commands);
void cli_print_completion(const struct cli *cli);
void cli_print_commands_completion(const struct cli *commands, char *program);

void cli_start_clock(void);
void cli_remove_part(void); /* unlink the temporary output, if there is one */

#endif
