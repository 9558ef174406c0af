/*
 * grok-sync - when does each quantity change, and what does that say of the paper's claims?
 *
 * Reads the metrics of one or many runs, from any number of streams, and writes a table.  Each
 * command is a file of tools/sync/; without one, table.c.  Manual: man/grok-sync.1.
 */
#include "sync/commands.h"

static const struct cli *const commands[] = { &sync_table,  &sync_runs,    &sync_phase_table,
					      &sync_grok,   &sync_scaling, &sync_layers,
					      &sync_claims, NULL };

int main(int argc, char **argv)
{
	return cli_dispatch("tell when each quantity changes, and whether they change together",
			    commands, argc, argv);
}
