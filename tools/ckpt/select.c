/* grok-ckpt select - copy some of the records unchanged */
#include "ckpt.h"

static struct ckpt_pick picked;
static const struct opt opts[] = { CKPT_PICK(picked), { 0 } };

/* Heads and ends are the frame of a run: only --run drops them. */
static int passes(struct ckpt_source *s, const struct record *r)
{
	const struct pick runs = { .runs = s->pick.runs };
	int meant = ckpt_picked(s, r);

	if (r->kind == RECORD_HEAD || r->kind == RECORD_END)
		return pick_has(&runs, r, 0);
	return meant;
}

static int command(void)
{
	struct ckpt_source s;
	struct stream_out *out;
	struct record r;
	struct err e;

	ckpt_open(&s, &picked, 0);
	out = cli_output();
	stream_threads(out, cli_threads());
	s.to = out;
	while (ckpt_next(&s, &r)) {
		if (!passes(&s, &r))
			continue;
		cli_check(stream_pass(s.in, out, &e), &e);
		if (r.kind == RECORD_METRICS) /* who watches a live run sees them at once */
			cli_check(stream_flush(out, &e), &e);
	}
	return ckpt_close(&s, out);
}

const struct cli ckpt_select = {
	.command = "select",
	.purpose = "pass some of the records",
	.opts = opts,
	.main = command,
};
