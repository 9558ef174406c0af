/*
 * grok-ctm - the algorithmic complexity of small arrays, from running every small machine
 *
 * Reads nothing. Writes a run with a table ctm.bK.RxC for each rectangle, or the compact table that
 * grok-bdm carries. man/grok-ctm.1; both forms are described in formats/ctm.md.
 */
#include <stdlib.h>
#include <unistd.h>

#include "cli_checkpoint.h"
#include "cli_run.h"
#include "number.h"
#include "bdm/ctm.h"
#include "stream/tensor.h"

static struct ctm_space space = { .states = 5, .symbols = 2 };
static const char *box = "4x4";
static double halting;
static int compact;

static const struct opt opts[] = {
	{ 0, "states", "N", "states of the machines", OPT_INT, &space.states, .min = 1,
	  .max = CTM_STATES },
	{ 0, "symbols", "N", "symbols of a cell", OPT_INT, &space.symbols, .min = 2,
	  .max = CTM_SYMBOLS },
	{ 0, "box", "NxN", "largest output", OPT_TEXT, .var = &box },
	{ 0, "depth", "N", "instructions a counted machine may use; 0: as many as it has", OPT_INT,
	  &space.depth, .max = CTM_STATES * CTM_SYMBOLS },
	{ 0, "halting", "SHARE", "of machines that halt; 0: as published, else as counted",
	  OPT_REAL, &halting, .max = 1 },
	{ 0, "compact", NULL, "write the compact table instead of a stream", OPT_FLAG,
	  .var = &compact },
	{ 0 },
};
static const struct cli cli = {
	.purpose = "compute the algorithmic complexity of small arrays",
	.flags = CLI_GENERATOR,
	.opts = opts,
};

/* Share of the machines of five states and two symbols that halt: Zenil et al. 2015. */
static const double published = 0.128755;

static void check_space(void)
{
	struct err e;
	int width;

	if (number_pair(box, NUMBER_ALL, 0, 99, &space.side, &width) || width != space.side)
		cli_usage("--box: '%s' is not a square such as 4x4", box);
	if (!space.depth)
		space.depth = space.states * space.symbols;
	cli_check_usage(ctm_check(&space, &e), &e);
}

static void progress(double done)
{
	cli_progress(100 * done, 100, "%", "counting machines");
}

static uint64_t *count(void)
{
	size_t n = ctm_offset(space.symbols, space.side, space.side + 1, 1);
	uint64_t *sum = cli_alloc(n, sizeof(*sum));
	struct pool *pool;
	struct err e;

	pool = cli_pool(cli_threads());
	cli_check(ctm_count(&space, pool, sum, progress, &e), &e);
	cli_check(ctm_sum(space.symbols, space.side, sum, &e), &e);
	pool_free(pool);
	return sum;
}

static void write_compact(const uint64_t *sum)
{
	FILE *f = cli_text_output();
	uint8_t *bytes;
	struct err e;
	size_t n;

	cli_check(ctm_pack(&space, halting, sum, &bytes, &n, &e), &e);
	fwrite(bytes, 1, n, f); /* cli_close finds what went wrong */
	free(bytes);
}

static void write_stream(struct stream_out *out, const uint64_t *sum)
{
	size_t n = ctm_offset(space.symbols, space.side, space.side + 1, 1), unseen = 0, i;
	double *bits = cli_alloc(n, sizeof(*bits));
	struct run_settings s = { .n = 0 };
	struct cli_run run = { .out = out };
	char stem[32], name[32];
	struct err e;

	ctm_bits(&space, halting, sum, bits);
	run_set_int(&s, "states", space.states);
	run_set_int(&s, "symbols", space.symbols);
	run_set_text(&s, "box", box);
	run_set_int(&s, "depth", space.depth);
	run_set_real(&s, "halting", halting);
	snprintf(stem, sizeof(stem), "ctm-%d-%d", space.states, space.symbols);
	cli_run_open(&run, stem, 0, &s);
	for (int r = 1; r <= space.side; r++)
		for (int c = 1; c <= space.side; c++) {
			size_t arrays = ctm_cells(space.symbols, r, c);

			snprintf(name, sizeof(name), "ctm.b%d.%dx%d", space.symbols, r, c);
			cli_check(tensor_put(out, run.id, 0, name, ROLE_MEASURE,
					     tensor_over(DTYPE_F8, 1, &arrays,
							 bits + ctm_offset(space.symbols,
									   space.side, r, c)),
					     &e),
				  &e);
		}
	for (i = 0; i < n; i++)
		unseen += sum[i] == 0;
	cli_run_put(&run, 0,
		    (const struct value[]){ { "ctm.halting", halting },
					    { "ctm.counted", ctm_share(&space, sum) },
					    { "ctm.unseen", (double)unseen } },
		    3);
	cli_run_close(&run);
	free(bits);
}

int main(int argc, char **argv)
{
	struct stream_out *out = NULL;
	uint64_t *sum;

	cli_parse(&cli, argc, argv);
	check_space();
	if (!compact)
		out = cli_output();
	else if (!cli_output_name() && isatty(1))
		cli_usage("a compact table is binary: use -o FILE");
	sum = count();
	if (halting == 0)
		halting = space.states == 5 && space.symbols == 2 ? published
								  : ctm_share(&space, sum);
	if (compact)
		write_compact(sum);
	else
		write_stream(out, sum);
	free(sum);
	return cli_close(NULL, out);
}
