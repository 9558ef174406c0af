/* grok-sfm crossover - the number of samples at which memoriser and generaliser cost the same */
#include <math.h>
#include <stdio.h>

#include "cli_run.h"
#include "sfm/sfm.h"
#include "stream/tensor.h"

enum { FORMAT_STREAM, FORMAT_TSV };

static int modulus = 97, format;
static double beta = 1, epsilon = 1;

static const struct opt opts[] = {
	{ 'p', "modulus", "P", "modulus", OPT_INT, &modulus, .min = 2, .max = 1e6 },
	{ 0, "beta", "X", "price of a feature", OPT_REAL, &beta, .min = 1e-9, .max = 1e9 },
	{ 0, "epsilon", "X", "residual of the generaliser, a sample", OPT_REAL, &epsilon,
	  .min = 1e-9, .max = 1e9 },
	{ 0, "format", "NAME", "a stream, or lines of quantity and value", OPT_CHOICE, &format,
	  .choices = "stream|tsv", .local = 1 },
	{ 0 }
};

static void put_curves(struct cli_run *r, const struct sfm_crossover *x)
{
	enum { POINTS = 200 };
	double curve[POINTS][4], last = (double)modulus * modulus;
	size_t shape[2] = { POINTS, 4 };
	struct err e;

	/* Evenly in ln n, from 2 to beyond all that is marked */
	if (x->crosses)
		last = fmax(last, 10 * x->high);
	for (int i = 0; i < POINTS; i++) {
		curve[i][0] = 2 * pow(last / 2, i / (POINTS - 1.0));
		sfm_crossover_energies(modulus, beta, epsilon, curve[i][0], curve[i] + 1);
	}
	cli_check(tensor_put(r->out, r->id, 0, "sfm.curves", ROLE_MEASURE,
			     tensor_over(DTYPE_F8, 2, shape, curve), &e),
		  &e);
}

static int command(void)
{
	struct run_settings s = { .n = 0 };
	struct sfm_crossover x;
	struct cli_run r = { .out = NULL };
	char stem[64];

	sfm_crossover_find(modulus, beta, epsilon, &x);
	const struct value list[] = {
		{ "sfm.crossover", x.high },
		{ "sfm.crossover_low", x.low },
		{ "sfm.crossover_counted", x.corrected },
		{ "sfm.crossover_ratio", x.ratio },
	};
	const int n = sizeof(list) / sizeof(*list);

	if (format == FORMAT_TSV) {
		FILE *f = cli_text_output();

		for (int i = 0; i < n; i++)
			fprintf(f, isnan(list[i].x) ? "%s\tNaN\n" : "%s\t%.12g\n", list[i].name,
				list[i].x);
		return cli_close(NULL, NULL);
	}
	r.out = cli_output();
	run_set_int(&s, "modulus", modulus);
	run_set_real(&s, "beta", beta);
	run_set_real(&s, "epsilon", epsilon);
	snprintf(stem, sizeof(stem), "crossover-p%d", modulus);
	cli_run_open(&r, stem, 1, &s);
	put_curves(&r, &x);
	cli_run_put(&r, 0, list, n);
	cli_run_close(&r);
	return cli_close(NULL, r.out);
}

const struct cli sfm_crossover_command = {
	.command = "crossover",
	.purpose = "sample sizes at which memoriser and generaliser cost the same",
	.flags = CLI_GENERATOR,
	.opts = opts,
	.main = command,
};
