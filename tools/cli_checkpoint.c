/* Reading checkpoints and starting threads, with exit on errors; see cli_checkpoint.h. */
#include "cli_checkpoint.h"

int cli_closes(struct checkpoint *c, struct stream_in *in, const struct record *r)
{
	struct err e;
	int got = checkpoint_close(c, in, r, &e);

	cli_check(got, &e);
	return got;
}

int cli_feed(struct checkpoint *c, struct stream_in *in, const struct record *r, struct tensor *x)
{
	struct err e;
	int got = checkpoint_feed(c, in, r, x, &e);

	cli_check(got, &e);
	return got;
}

struct pool *cli_pool(int threads)
{
	struct err e;
	struct pool *pool = pool_create(threads, &e);

	cli_check(pool ? 0 : -1, &e);
	return pool;
}

void cli_need_operation(const struct checkpoint *c)
{
	if (!c->task.ops)
		cli_die("run '%s': its head names no operation: "
			"'grok-ckpt import --config op=add,modulus=59' gives it one",
			c->run);
}

void cli_need_split(const struct checkpoint *c)
{
	if (!c->split)
		cli_die("run '%s': no data.split before its first checkpoint", c->run);
}

void cli_warn_no_network(const struct checkpoint *c)
{
	cli_warn("run '%s' has no checkpoint of a network%s", c->run,
		 c->network ? "" : ": its head has no 'layers'");
}
