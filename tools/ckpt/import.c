/*
 * grok-ckpt import - files of other programs as a run
 *
 * A directory as export writes it or as transformers saves a model (model.c); a .safetensors, .npz
 * or .npy file (arrays.c).  Files are recognised by their first bytes, not by their names.  They
 * are not trusted: everything is checked, and Python pickles are refused.
 */
#include "import.h"

#include <string.h>
#include <sys/stat.h>

#include "hash.h"

static const char *name, *run_id, *config;
static int64_t step;
static const struct opt opts[] = {
	{ 0, "name", "GLOB,...",
	  "tensors of these names only; of a .npy file: what to call the tensor", OPT_TEXT,
	  .var = &name },
	{ 0, "config", "KEY=VALUE,...", "settings of the run, such as op=add,modulus=59", OPT_TEXT,
	  .var = &config },
	{ 0, "run", "ID", "of the run; default: what the file says, or its name and a hash",
	  OPT_TEXT, .var = &run_id },
	{ 0, "step", "N", "of the checkpoint; default: what the file says, or 0", OPT_LONG,
	  .var = &step, .max = 0x1p53 },
	{ 0 }
};

/* What the first bytes say. */
static void import_any(struct import *im, const char *path)
{
	struct import_file f = import_open(NULL, path);
	uint8_t p[16] = { 0 };
	size_t n = f.size < sizeof(p) ? (size_t)f.size : sizeof(p);
	struct err e;

	if (import_read(&f, 0, p, n, &e))
		cli_die("cannot read '%s': %s", path, e.msg);
	im->is_pipe = f.is_copy || !f.fd;
	if (n >= 6 && !memcmp(p, "\x93NUMPY", 6))
		import_npy(im, &f);
	else if (n >= 4 && (!memcmp(p, "PK\3\4", 4) || !memcmp(p, "PK\5\6", 4)))
		import_npz(im, &f);
	else if (n > 8 && p[8] == '{')
		import_safetensors(im, &f);
	else if (n >= 2 && p[0] == 0x80 && p[1] >= 2 && p[1] <= 5)
		cli_die("cannot read '%s': it is a Python pickle, "
			"which is refused because a pickle can run programs; "
			"save the model as safetensors",
			path);
	else if (n >= 4 && !memcmp(p, "\x28\xb5\x2f\xfd", 4))
		cli_die("cannot read '%s': it is a stream already, which needs no import", path);
	else
		cli_die("cannot read '%s': %s", path,
			stream_foreign(p, n) ? stream_foreign(p, n)
					     : "it is no safetensors, npz or npy file");
	import_close(&f);
}

static int command(void)
{
	struct import im = { .hash = HASH_START };
	char **operands;
	struct stat st;
	int n;

	operands = cli_operands(&n);
	if (n != 1)
		cli_usage("one directory or file was expected");
	if (run_id)
		import_check_text("--run", run_id);
	im.path = operands[0];
	im.names = name;
	im.given = config;
	im.named = run_id;
	im.at = cli_given(&step) ? step : -1;
	if (!stat(operands[0], &st) && S_ISDIR(st.st_mode))
		import_directory(&im, operands[0]);
	else
		import_any(&im, operands[0]);
	return cli_close(NULL, im.out);
}

const struct cli ckpt_import = {
	.command = "import",
	.purpose = "from safetensors, npz or npy",
	.operands = "DIRECTORY|FILE",
	.opts = opts,
	.main = command,
};
