/*
 * grok-ckpt - look into tensor streams, cut them to size, and carry them to and from Python
 *
 * Each command is a file of tools/ckpt/.  Manual: man/grok-ckpt.1.
 */
#include "ckpt/ckpt.h"

static const struct cli commands[] = {
	{ .command = "ls", .purpose = "list the records", .main = ckpt_ls },
	{ .command = "head", .purpose = "show heads in full", .main = ckpt_head },
	{ .command = "stat",
	  .purpose = "range, moments and norms of each tensor",
	  .main = ckpt_stat },
	{ .command = "select", .purpose = "pass some of the records", .main = ckpt_select },
	{ .command = "get", .purpose = "one tensor as npy or text", .main = ckpt_get },
	{ .command = "diff", .purpose = "compare two streams", .main = ckpt_diff },
	{ .command = "table", .purpose = "metrics as a table", .main = ckpt_table },
	{ .command = "tail",
	  .purpose = "pass what there is of a stream that is being written",
	  .main = ckpt_tail },
	{ .command = "cast", .purpose = "change the element type", .main = ckpt_cast },
	{ .command = "verify", .purpose = "check every byte", .main = ckpt_verify },
	{ .command = "repair",
	  .purpose = "keep the whole records of a damaged stream",
	  .main = ckpt_repair },
	{ .command = "export", .purpose = "to safetensors or npz", .main = ckpt_export },
	{ .command = "import", .purpose = "from safetensors, npz or npy", .main = ckpt_import },
	{ 0 },
};

int main(int argc, char **argv)
{
	return cli_dispatch(
		"look into tensor streams, cut them to size, carry them to and from Python",
		commands, argc, argv);
}
