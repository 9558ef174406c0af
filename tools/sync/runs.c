/* grok-sync runs - a row for every transition of every run */
#include <math.h>

#include "sync/commands.h"

static const struct opt opts[] = { SYNC_QUANTITY, SYNC_SEED, SYNC_FORMAT, { 0 } };

static void change_row(struct table *t, const struct series_set *s, const struct series *x,
		       const struct sync_changes *c, int i)
{
	static const struct sync_change none = { NAN, NAN, NAN, NAN, NAN, NAN };
	const struct sync_change *change = i < c->n ? &c->change[i] : &none;
	const double numbers[] = { change->step,   change->fit,   change->width, change->gap,
				   change->before, change->after, c->r2,         c->p };

	cli_table_text(t, s->runs[x->run].name);
	cli_table_int(t, s->runs[x->run].seed);
	sync_name_cell(t, x->quantity, x->of);
	cli_table_text(t, sync_status_name(c->status));
	for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++)
		cli_table_number(t, numbers[k]);
	cli_table_end(t);
}

static int command(void)
{
	struct series_set s = { 0 };
	struct sync_changes c;
	struct table t;
	struct err e;

	sync_read(&s);
	t = sync_open_table();
	SYNC_HEADER(&t, "run", "seed", "quantity", "status", "step", "fit", "width", "gap",
		    "before", "after", "r2", "p");
	for (int i = 0; i < s.n; i++) {
		if (!sync_picked(&s.all[i]))
			continue;
		cli_check(sync_find(s.all[i].step, s.all[i].x, s.all[i].n, sync_options.plan.seed,
				    &c, &e),
			  &e);
		for (int k = 0; k < (c.n ? c.n : 1); k++)
			change_row(&t, &s, &s.all[i], &c, k);
	}
	series_free(&s);
	return cli_close(NULL, NULL);
}

const struct cli sync_runs = {
	.command = "runs",
	.purpose = "list every transition of every run",
	.flags = CLI_TEXT,
	.opts = opts,
	.main = command,
};
