/*
 * grok-bdm - algorithmic complexity of quantised weights by block decomposition
 *
 * A filter.  Measures every matrix among the parameters as it passes; when a checkpoint is over,
 * emits metrics bdm.* of each matrix, each layer and the whole.  man/grok-bdm.1
 */
#include <stdio.h>
#include <string.h>

#include "bdm/report.h"
#include "cli_checkpoint.h"
#include "glob.h"
#include "list.h"
#include "number.h"
#include "train/checkpoint.h"

static const char *code_list = "planes", *variant_list, *include = "*", *exclude, *ctm_file;
static int block, levels = 4, quantise, boundary, nulls = 10, level = 19, perturb;
static int64_t seed = 1;

static const struct opt opts[] = {
	{ 0, "code", "CODE,...", "how symbols become complexity", OPT_TEXT, &code_list,
	  .choices = BDM_CODE_NAMES },
	{ 0, "block", "N", "side of a block, 2 to 8; 0: 4, and 3 for native", OPT_INT, &block,
	  .max = BDM_SIDE },
	{ 0, "levels", "N", "symbols: 2, 4 or 8", OPT_INT, &levels, .min = 2, .max = 8 },
	{ 0, "variants", "LxS,...",
	  "measure by the first code with L symbols and blocks of side S, too: 2x4,8x4,4x8",
	  OPT_TEXT, .var = &variant_list },
	{ 0, "quantise", "HOW", "from weights to symbols", OPT_CHOICE, &quantise,
	  .choices = "quartile|none|sign" },
	{ 0, "boundary", "HOW", "what to do with incomplete blocks", OPT_CHOICE, &boundary,
	  .choices = BDM_BOUNDARY_NAMES },
	{ 0, "null", "N", "shuffles to compare with", OPT_INT, &nulls, .max = 1000000 },
	{ 's', "seed", "N", "seed of the shuffles", OPT_LONG, .var = &seed },
	{ 0, "include", "GLOB,...", "measure only parameters with these names", OPT_TEXT, &include,
	  .names = OPT_TENSORS },
	{ 0, "exclude", "GLOB,...", "but not these", OPT_TEXT, &exclude, .names = OPT_TENSORS },
	{ 0, "ctm", "FILE", "take the complexities of blocks from this stream", OPT_FILE,
	  .var = &ctm_file },
	{ 0, "zstd", "LEVEL",
	  "level of zstd for the compressed size of the symbols; 0: leave it out", OPT_INT, &level,
	  .max = 19 },
	{ 0, "perturb", NULL, "write what each block carries as tensors", OPT_FLAG,
	  .var = &perturb },
	{ 0 },
};
static const struct cli cli = {
	.purpose = "measure the algorithmic complexity of quantised weights",
	.flags = CLI_FILTER,
	.opts = opts,
};

/* ---- what is measured ---- */

/*
 * The side of a code's blocks: as asked for, but native has tables to 3 only, among other codes too
 */
static int side_of(enum bdm_code code, int alone)
{
	int side = block ? block : 4;

	return code == BDM_NATIVE && side > 3 && (!block || !alone) ? 3 : side;
}

static enum bdm_code code_of(const char *word, size_t n)
{
	int code = list_choice(BDM_CODE_NAMES, word, n);

	if (code < 0)
		cli_usage("--code: '%.*s' is none of planes, gray, native, gzip-mix", (int)n, word);
	return (enum bdm_code)code;
}

static void add_codes(struct bdm_plan *plan)
{
	const char *list = code_list, *word;
	int alone = !strchr(code_list, ','), seen = 0;
	char suffix[16];
	struct err e;
	size_t n;

	while (list_next(&list, &word, &n)) {
		enum bdm_code code = code_of(word, n);

		if (seen & 1 << code)
			cli_usage("--code: '%.*s' is named twice", (int)n, word);
		seen |= 1 << code;
		snprintf(suffix, sizeof(suffix), "%s%.*s", plan->n ? "_" : "", plan->n ? (int)n : 0,
			 word);
		for (char *p = suffix; *p; p++)
			*p = *p == '-' ? '_' : *p;
		if (bdm_plan_add(plan, code, levels, side_of(code, alone),
				 (enum bdm_boundary)boundary, suffix, &e))
			cli_check_usage(err_prefix(&e, "--code %.*s", (int)n, word), &e);
	}
}

static void add_variants(struct bdm_plan *plan)
{
	const char *list = variant_list, *word;
	enum bdm_code code = plan->measure[0].bdm.code;
	int symbols, side;
	char suffix[16];
	struct err e;
	size_t n;

	while (list_next(&list, &word, &n)) {
		if (number_pair(word, n, 0, 9, &symbols, &side))
			cli_usage("--variants: '%.*s' is not symbols x side, such as 8x4", (int)n,
				  word);
		snprintf(suffix, sizeof(suffix), "_%dx%d", symbols, side);
		for (int i = 0; i < plan->n; i++)
			if (!strcmp(plan->measure[i].suffix, suffix))
				cli_usage("--variants: '%.*s' is named twice", (int)n, word);
		if (bdm_plan_add(plan, code, symbols, side, (enum bdm_boundary)boundary, suffix,
				 &e))
			cli_check_usage(err_prefix(&e, "--variants %s", word), &e);
	}
}

static void open_plan(struct bdm_plan *plan)
{
	static const enum quantise how[] = { QUANTISE_RANK, QUANTISE_NONE, QUANTISE_SIGN };

	if (quantise == 2)
		levels = 2;
	*plan = (struct bdm_plan){ .how = how[quantise],
				   .nulls = nulls,
				   .zstd = level,
				   .map = perturb,
				   .seed = (uint64_t)seed };
	add_codes(plan);
	if (variant_list && plan->how != QUANTISE_RANK)
		cli_usage("--variants needs --quantise quartile");
	if (variant_list)
		add_variants(plan);
	if (perturb && boundary != BDM_IGNORE && boundary != BDM_PAD)
		cli_usage("--perturb needs --boundary ignore or pad");
	if (perturb && (levels > 4 || plan->measure[0].bdm.side > CTM_SIDE))
		cli_usage("--perturb needs at most 4 symbols and blocks of up to 4 x 4");
	plan->pool = cli_pool(cli_threads());
}

/* A tensor ctm.bK.SxS replaces the built-in values of that shape. */
static int take_table(struct bdm_plan *plan, struct stream_in *in, const struct record *r)
{
	struct tensor x, y;
	int symbols, side, width, used = 0;
	char end;
	struct err e;

	if (r->kind != RECORD_TENSOR ||
	    sscanf(r->name, "ctm.b%d.%dx%d%c", &symbols, &side, &width, &end) != 3 ||
	    side != width || side < 1 || side > CTM_SIDE)
		return 0;
	cli_check(tensor_read(in, r, &x, &e), &e);
	cli_check(tensor_convert(&x, DTYPE_F8, &y, &e), &e);
	for (int i = 0; i < plan->n; i++) {
		struct bdm *b = &plan->measure[i].bdm;

		if (bdm_symbols(b) != symbols || side > (symbols == 2 ? 4 : 3))
			continue;
		if (y.n != (size_t)1 << side * side * (symbols == 2 ? 1 : 2))
			cli_die("'%s': '%s' has %zu values", ctm_file, r->name, y.n);
		cli_check(bdm_set_table(b, side, y.data, &e), &e);
		used |= side == b->side;
	}
	tensor_free(&x);
	tensor_free(&y);
	return used;
}

static void read_tables(struct bdm_plan *plan)
{
	struct stream_in *in;
	struct record r;
	int used = 0;

	in = cli_input_file(ctm_file);
	while (cli_next(in, &r))
		used |= take_table(plan, in, &r);
	stream_free(in);
	if (!used)
		cli_die("'%s' has no table of the blocks that are measured", ctm_file);
}

/* ---- the stream ---- */

static int wanted(const struct record *r)
{
	return r->kind == RECORD_TENSOR && r->role == ROLE_PARAM && r->ndim == 2 && r->bytes &&
	       glob_matches(include, r->name) && !(exclude && glob_matches(exclude, r->name));
}

/* A matrix, after it has been passed on */
static void add(struct bdm_rows *rows, struct bdm_plan *plan, const char *run,
		const struct record *r, struct tensor *x, int first)
{
	int small = rows->too_small;
	struct err e;

	if (bdm_rows_add(rows, plan, r->name, r->step, x, &e))
		cli_die("run '%s', step %lld: '%s': %s", run, (long long)r->step, r->name, e.msg);
	if (rows->too_small > small && first)
		cli_warn("run '%s': '%s' is too small for a block: it is left out of the whole",
			 run, r->name);
	tensor_free(x);
}

/* The end of a run: blocks that the table lacks are told once. */
static void end_run(struct bdm_rows *rows, const char *run)
{
	if (rows->found < rows->unique)
		cli_warn("run '%s': %llu of %llu different blocks are not in the table", run,
			 (unsigned long long)(rows->unique - rows->found),
			 (unsigned long long)rows->unique);
	bdm_rows_free(rows);
}

/* Nothing was measured: which matrices were wanted? */
static void die_empty(struct stream_out *out, uint64_t params)
{
	char text[512];

	if (params && !cli_given(&include) && !exclude)
		cli_die("there is no matrix among the parameters");
	snprintf(text, sizeof(text), "--include '%.200s'%s%.200s%s", include,
		 exclude ? " --exclude '" : "", exclude ? exclude : "", exclude ? "'" : "");
	cli_die_empty(out, params, text);
}

int main(int argc, char **argv)
{
	struct checkpoint c = { .level = CHECKPOINT_MATRICES };
	struct bdm_rows rows = { .n = 0 };
	struct bdm_plan plan;
	struct stream_out *out;
	struct stream_in *in;
	struct tensor x;
	struct record r;
	struct err e;
	int got, any = 0;

	cli_parse(&cli, argc, argv);
	open_plan(&plan);
	if (ctm_file)
		read_tables(&plan);
	in = cli_input();
	out = cli_output();
	while (cli_next(in, &r)) {
		if (cli_closes(&c, in, &r))
			cli_check(bdm_rows_write(&rows, &plan, out, c.run, c.step, &e), &e);
		cli_pass(in, out, &r);
		got = cli_feed(&c, in, &r, wanted(&r) ? &x : NULL);
		any |= got;
		if (got)
			add(&rows, &plan, c.run, &r, &x, c.count == 0);
		if (r.kind == RECORD_END)
			end_run(&rows, c.run);
	}
	if (!any)
		die_empty(out, c.params);
	checkpoint_free(&c);
	pool_free(plan.pool);
	bdm_plan_free(&plan);
	return cli_close(in, out);
}
