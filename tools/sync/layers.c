/* grok-sync layers - each layer's fall of complexity against its causal effect, for each run */
#include <stdio.h>
#include <stdlib.h>

#include "sync/commands.h"
#include "sync/fit.h"

static const char *effect = "cma.mean_abs";

static const struct opt opts[] = {
	{ 0, "effect", "NAME", "the quantity of each layer that stands for its contribution",
	  OPT_TEXT, .var = &effect },
	SYNC_LEVEL,
	SYNC_DRAWS,
	SYNC_SEED,
	SYNC_FORMAT,
	{ 0 },
};

static const struct series *of_layer(const struct series_set *s, const char *quantity, int run,
				     int layer)
{
	char of[32];

	snprintf(of, sizeof(of), "layer %d", layer);
	return series_find(s, quantity, run, of);
}

/* Fits a run; 0 when it has no layers with both measures. */
static int fit_run(const struct series_set *s, int run, struct fit *f)
{
	const struct sync_plan *plan = &sync_options.plan;
	double *x = NULL, *y = NULL;
	struct err e;
	int n = 0;

	for (;; n++) {
		const struct series *bits = of_layer(s, "bdm.bits", run, n);
		const struct series *cms = of_layer(s, effect, run, n);

		if (!bits || !cms || !bits->n || !cms->n)
			break;
		x = cli_grow(x, (size_t)n + 1, sizeof(*x));
		y = cli_grow(y, (size_t)n + 1, sizeof(*y));
		x[n] = cms->x[cms->n - 1];
		y[n] = (bits->x[0] - bits->x[bits->n - 1]) / bits->x[0];
	}
	if (n)
		cli_check(fit_line(x, y, n, plan->draws, plan->level, plan->seed, f, &e), &e);
	free(x);
	free(y);
	return n;
}

static void write_row(struct table *t, const struct series_run *run, const struct fit *f)
{
	cli_table_text(t, run->name);
	cli_table_int(t, f->n);
	cli_table_number(t, f->r2);
	cli_table_number(t, f->slope);
	cli_table_number(t, f->low);
	cli_table_number(t, f->high);
	cli_table_end(t);
}

static int command(void)
{
	struct series_set s = { 0 };
	struct table t;
	struct fit *f;
	int run, *layers, rows = 0;

	sync_read(&s);
	f = cli_alloc((size_t)s.nruns, sizeof(*f));
	layers = cli_alloc((size_t)s.nruns, sizeof(*layers));
	for (run = 0; run < s.nruns; run++)
		rows += (layers[run] = fit_run(&s, run, &f[run])) > 0;
	if (!rows)
		cli_die("no run has both 'bdm.bits' and '%s' of layers", effect);
	t = sync_open_table();
	SYNC_HEADER(&t, "run", "layers", "r2", "slope", "low", "high");
	for (run = 0; run < s.nruns; run++)
		if (layers[run])
			write_row(&t, &s.runs[run], &f[run]);
	free(f);
	free(layers);
	series_free(&s);
	return cli_close(NULL, NULL);
}

const struct cli sync_layers = {
	.command = "layers",
	.purpose = "fit each layer's fall of complexity against its causal effect",
	.flags = CLI_TEXT,
	.opts = opts,
	.main = command,
};
