/* Writing the head, the metrics and the end of a run; see cli_run.h. */
#include "cli_run.h"

#include <assert.h>
#include <math.h>

#include "cli_internal.h"

void cli_run_open(struct cli_run *r, const char *stem, int64_t seed, const struct run_settings *s)
{
	struct record head;
	struct err e;

	cli_check(run_name(r->id, stem, s->list, s->n, &e), &e);
	head = run_head(r->id, seed, s->list, s->n, cli_program());
	cli_check(stream_put(r->out, &head, NULL, &e), &e);
}

void cli_run_put(struct cli_run *r, int64_t step, const struct value *list, int n)
{
	enum { MOST = 24 };
	struct value have[MOST];
	int have_n = 0;
	struct err e;

	assert(n <= MOST);
	for (int i = 0; i < n; i++)
		if (!isnan(list[i].x))
			have[have_n++] = list[i];
	cli_check(run_put_metrics(r->out, cli_program_name(), r->id, step, NULL, have, have_n, &e),
		  &e);
}

void cli_run_close(struct cli_run *r)
{
	struct err e;

	cli_check(run_put_end(r->out, r->id, 1, &e), &e);
}
