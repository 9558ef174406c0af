/* Writing the head, the metrics and the end of a run of grok-sfm; see write.h. */
#include "sfm/write.h"

#include <math.h>

void sfm_open(struct sfm_run *r, const char *stem, int64_t seed, const struct run_settings *s)
{
	struct record head;
	struct err e;

	cli_check(run_name(r->id, stem, s->list, s->n, &e), &e);
	head = run_head(r->id, seed, s->list, s->n, cli_program());
	cli_check(stream_put(r->out, &head, NULL, &e), &e);
}

void sfm_put(struct sfm_run *r, int64_t step, const struct value *list, int n)
{
	struct value have[24];
	int have_n = 0;
	struct err e;

	for (int i = 0; i < n; i++)
		if (!isnan(list[i].x))
			have[have_n++] = list[i];
	cli_check(run_put_metrics(r->out, "grok-sfm", r->id, step, NULL, have, have_n, &e), &e);
}

void sfm_close(struct sfm_run *r)
{
	struct err e;

	cli_check(run_put_end(r->out, r->id, 1, &e), &e);
}
