/* grok-ckpt verify, repair - read every byte; save the undamaged part of a stream */
#include "ckpt.h"
#include "stream/run.h"
#include "names.h"

#include <stdio.h>

enum { CHUNK = 1 << 18 };

static const struct opt opts[] = { { 0 } };

/*
 * Read the payload of the current tensor, which checks it; returns -1 with @e when it is damaged.
 */
static int read_through(struct stream_in *in, const struct record *r, struct err *e)
{
	static uint8_t chunk[CHUNK];
	size_t left, n;

	for (left = r->bytes; left; left -= n) {
		n = left < CHUNK ? left : CHUNK;
		if (stream_payload(in, chunk, n, e))
			return -1;
	}
	return 0;
}

/* A run must not have two tensors of one name at one step. */
static void refuse_twice(struct names *seen, const struct stream_in *in, const struct record *r)
{
	char key[FORMAT_NAME + 32];
	struct err e;
	size_t i;
	int got;

	snprintf(key, sizeof(key), "%lld %s", (long long)r->step, r->name);
	got = names_add(seen, key, &i, &e);
	cli_check(got, &e);
	if (!got) {
		err_set(&e, "run '%.100s' has two tensors '%.100s' at step %lld", r->run, r->name,
			(long long)r->step);
		stream_reject(in, &e);
		cli_die("%s", e.msg);
	}
}

static int verify(void)
{
	struct names seen = { 0 };
	struct stream_in *in;
	struct record r;
	struct err e;

	in = cli_input();
	while (cli_next(in, &r)) {
		if (r.kind == RECORD_HEAD)
			names_free(&seen);
		if (r.kind != RECORD_TENSOR)
			continue;
		refuse_twice(&seen, in, &r);
		cli_check(read_through(in, &r, &e), &e);
	}
	names_free(&seen);
	return cli_close(in, NULL);
}

const struct cli ckpt_verify = {
	.command = "verify",
	.purpose = "check every byte",
	.flags = CLI_TEXT,
	.opts = opts,
	.main = verify,
};

/* The number of whole records; @e tells what ended them, its message empty when nothing did. */
static uint64_t count_whole(struct ckpt_source *s, struct err *e)
{
	uint64_t n = 0;
	struct record r;
	int got;

	e->msg[0] = 0;
	while ((got = stream_next(s->in, &r, e)) > 0) {
		if (r.kind == RECORD_TENSOR && read_through(s->in, &r, e))
			return n;
		n++;
	}
	return n;
}

static int repair(void)
{
	char run[FORMAT_NAME + 1] = "";
	struct stream_out *out;
	struct ckpt_source s;
	uint64_t whole, i;
	struct record r;
	struct err e, damage;

	ckpt_open(&s, NULL, 0);
	ckpt_reopenable(&s);
	ckpt_reopen(&s);
	whole = count_whole(&s, &damage);
	if (damage.msg[0] && (damage.kind == ERR_MEMORY || damage.kind == ERR_SYSTEM))
		cli_die("%s", damage.msg); /* nothing is known of the rest: it may be whole */
	if (!whole)
		cli_die("nothing can be kept: %s",
			damage.msg[0] ? damage.msg : "there are no records");
	ckpt_reopen(&s);
	out = cli_output();
	for (i = 0; i < whole; i++) {
		cli_check(ckpt_next(&s, &r) ? 0
					    : err_set(&e, "the input changed while it was read"),
			  &e);
		cli_check(stream_pass(s.in, out, &e), &e);
		if (r.kind == RECORD_TENSOR) /* its bytes are forwarded as they are read */
			cli_check(read_through(s.in, &r, &e), &e);
		if (r.kind == RECORD_HEAD)
			snprintf(run, sizeof(run), "%s", r.run);
		else if (r.kind == RECORD_END)
			run[0] = 0;
	}
	if (run[0]) {
		cli_check(run_put_end(out, run, 0, &e), &e);
	}
	if (damage.msg[0])
		cli_tell("kept %llu records%s%s%s; the rest is lost: %s", (unsigned long long)whole,
			 run[0] ? " and closed run '" : "", run, run[0] ? "' as interrupted" : "",
			 damage.msg);
	return ckpt_close(&s, out);
}

const struct cli ckpt_repair = {
	.command = "repair",
	.purpose = "keep the whole records of a damaged stream",
	.opts = opts,
	.main = repair,
};
