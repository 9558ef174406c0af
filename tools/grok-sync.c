/*
 * grok-sync - when does each quantity change, and what does that say of the paper's claims?
 *
 * Reads the metrics of one or many runs, from any number of streams, and writes a table.  Each
 * command is a file of tools/sync/; without one, table.c.  Manual: man/grok-sync.1.
 */
#include "sync/commands.h"

int main(int argc, char **argv)
{
	static const struct cli commands[] = {
		{ .main = sync_table },
		{ .command = "runs", .main = sync_runs },
		{ .command = "phases", .main = sync_phase_table },
		{ .command = "grok", .main = sync_grok },
		{ .command = "scaling", .main = sync_scaling },
		{ .command = "layers", .main = sync_layers },
		{ .command = "claims", .main = sync_claims },
		{ 0 },
	};

	return cli_dispatch("tell when each quantity changes, and whether they change together",
			    commands, argc, argv);
}
