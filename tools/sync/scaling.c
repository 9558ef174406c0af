/*
 * grok-sync scaling - how the step of the transition depends on a setting of the runs: the exponent
 * of a power law; or a straight line against n* of the singular feature machine
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sync/commands.h"
#include "sync/fit.h"

static const char *against = "modulus";
static int at;

static const struct opt opts[] = {
	{ 0, "against", "SETTING",
	  "of the head, such as modulus, weight_decay, lr, batch, layers; or crossover", OPT_TEXT,
	  .var = &against, .names = OPT_SETTINGS },
	{ 0, "at", "STEP", "99 % test accuracy, or half-way of its rise", OPT_CHOICE, &at,
	  .choices = "generalised|half" },
	SYNC_LEVEL,
	SYNC_DRAWS,
	SYNC_SEED,
	SYNC_FORMAT,
	{ 0 },
};

/* One point for each run that generalises */
struct points {
	double *x, *y; /* (nruns) logarithms, but for crossover */
	int n, without; /* runs that do not generalise, or lack the setting */
	int runs, never; /* runs of a network; those that do not generalise */
	int first, mixed; /* the first of the others; those that differ from it in other settings */
};

static int is_machine(void)
{
	return !strcmp(against, "crossover");
}

static void find_points(const struct series_set *s, struct points *p)
{
	int machine = is_machine();
	const char *const vary[] = { machine ? "modulus" : against, "steps", "stop_acc",
				     "stop_after", NULL };
	double phase[SYNC_PHASES], step, x;
	struct err e;

	p->x = cli_alloc(2 * (size_t)s->nruns, sizeof(*p->x));
	p->y = p->x + s->nruns;
	for (int run = 0; run < s->nruns; run++) {
		if (!series_find(s, "train.test_acc", run, NULL))
			continue; /* not a network */
		cli_check(sync_phases(s, run, sync_options.plan.seed, phase, &e), &e);
		step = phase[at ? 2 : 3];
		x = machine ? sync_crossover(s, run) : log(series_number(&s->runs[run], against));
		p->runs++;
		p->never += !isfinite(step);
		if (!isfinite(x) || !isfinite(step)) {
			p->without++;
			continue;
		}
		if (!p->n)
			p->first = run;
		p->mixed += !series_alike(&s->runs[p->first], &s->runs[run], vary);
		p->x[p->n] = machine ? step : x;
		p->y[p->n++] = machine ? x : log(step);
	}
}

static int command(void)
{
	const struct sync_plan *plan = &sync_options.plan;
	struct series_set s = { 0 };
	struct points p = { .n = 0 };
	struct table t;
	struct fit f;
	struct err e;

	sync_read(&s);
	if (cli_given(&against) && !is_machine())
		cli_check(series_has_number(&s, against, &e), &e);
	find_points(&s, &p);
	cli_check(fit_line(p.x, p.y, p.n, plan->draws, plan->level, plan->seed, &f, &e), &e);
	if (!p.runs)
		cli_die("no run has 'train.test_acc'");
	if (isnan(f.slope))
		cli_die("runs that generalise: %d of %d, with fewer than two different values of "
			"'%s' above 0",
			p.runs - p.never, p.runs, against);
	if (p.mixed)
		cli_warn("the runs differ in more than '%s': what the fit shows may be due to that",
			 is_machine() ? "modulus" : against);
	t = sync_open_table();
	SYNC_HEADER(&t, "against", "runs", "left_out", "slope", "low", "high", "intercept", "r2");
	cli_table_text(&t, against);
	cli_table_int(&t, f.n);
	cli_table_int(&t, p.without);
	cli_table_number(&t, f.slope);
	cli_table_number(&t, f.low);
	cli_table_number(&t, f.high);
	cli_table_number(&t, f.intercept);
	cli_table_number(&t, f.r2);
	cli_table_end(&t);
	free(p.x);
	series_free(&s);
	return cli_close(NULL, NULL);
}

const struct cli sync_scaling = {
	.command = "scaling",
	.purpose = "fit the step of generalisation against a setting over runs",
	.flags = CLI_TEXT,
	.opts = opts,
	.main = command,
};
