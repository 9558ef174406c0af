/*
 * grok-ckpt - look into tensor streams, cut them to size, and carry them to and from Python
 *
 * Each command is a file of tools/ckpt/.  Manual: man/grok-ckpt.1.
 */
#include "ckpt/ckpt.h"

static const struct cli *const commands[] = {
	&ckpt_ls,   &ckpt_head, &ckpt_stat,   &ckpt_select, &ckpt_get,    &ckpt_diff,   &ckpt_table,
	&ckpt_tail, &ckpt_cast, &ckpt_verify, &ckpt_repair, &ckpt_export, &ckpt_import, NULL
};

int main(int argc, char **argv)
{
	return cli_dispatch(
		"look into tensor streams, cut them to size, carry them to and from Python",
		commands, argc, argv);
}
