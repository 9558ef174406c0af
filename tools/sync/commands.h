/*
 * commands - what the commands of grok-sync share: their options, reading runs, cells of tables
 *
 * Every command reads all runs first and then writes one table.
 */
#ifndef SYNC_COMMANDS_H
#define SYNC_COMMANDS_H

#include "cli.h"
#include "cli_table.h"
#include "sync/sync.h"

extern const struct cli sync_table, sync_runs, sync_phase_table, sync_grok, sync_scaling,
	sync_layers, sync_claims;

/* Values of the options that several commands have. */
struct sync_options {
	struct sync_plan plan;
	const char *quantities; /* globs; NULL: those of quantity_followed */
	int format; /* enum table_format */
};
extern struct sync_options sync_options;

/* Their rows of an option table. */
/* clang-format off */
#define SYNC_QUANTITY \
	{ 0, "quantity", "GLOB,...", \
	  "series by name, or by name, blank and what they are of (default: the main ones)", \
	  OPT_TEXT, &sync_options.quantities, .names = OPT_METRICS }
#define SYNC_POOL \
	{ 0, "pool", NULL, "take all runs as one group", OPT_FLAG, .var = &sync_options.plan.pool }
#define SYNC_SEED \
	{ 's', "seed", "N", "seed of permutations and bootstrap", OPT_LONG, \
	  &sync_options.plan.seed, .max = 1e15 }
#define SYNC_DRAWS \
	{ 0, "draws", "N", "samples of the bootstrap", OPT_INT, &sync_options.plan.draws, \
	  .min = 1, .max = 1e6 }
#define SYNC_LEVEL \
	{ 0, "level", "X", "share of the bootstrap within an interval", OPT_REAL, \
	  &sync_options.plan.level, .min = 0.01, .max = 0.9999 }
#define SYNC_FORMAT \
	{ 0, "format", "NAME", "of the tables", OPT_CHOICE, &sync_options.format, \
	  .choices = TABLE_FORMAT_NAMES, .local = 1 }
/* clang-format on */

/*
 * sync_read - read the metrics of all operands, and maps of heads as a series for each head; exits
 * on errors
 */
void sync_read(struct series_set *s);

int sync_picked(const struct series *s); /* is it selected by --quantity? */

struct table sync_open_table(void);
#define SYNC_HEADER(t, ...)                                                                        \
	cli_table_header((t), (const char *const[]){ __VA_ARGS__ },                                \
			 sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

void sync_name_cell(struct table *t, const char *quantity, const char *of);

/* sync_group_name - the label of a group; "" with --pool */
const char *sync_group_name(const struct series_set *s, int group);
void sync_heading(struct table *t, const struct series_set *s, int group, int first);

/* sync_interval - write " (low to high)" within a cell; nothing if there is no interval */
void sync_interval(struct table *t, const char *fmt, double low, double high);

#endif
