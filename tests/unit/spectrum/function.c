/* The key frequencies that each rule chooses, over the checkpoints of a run. */
#include <unistd.h>

#include "check.h"
#include "spectrum/function.h"

static struct err e;

static const struct setting config[] = {
	{ .key = "op", .type = SETTING_TEXT, .text = "sub" },
	{ .key = "modulus", .type = SETTING_INT, .i = 11 },
	{ .key = "layers", .type = SETTING_INT, .i = 1 },
	{ .key = "width", .type = SETTING_INT, .i = 8 },
	{ .key = "heads", .type = SETTING_INT, .i = 2 },
	{ .key = "mlp", .type = SETTING_INT, .i = 16 },
	{ .key = "activation", .type = SETTING_TEXT, .text = "gelu" },
};
static const struct record head = {
	.kind = RECORD_HEAD, .run = "r", .version = FORMAT_VERSION, .config = config, .nconfig = 7
};

static const struct record bare = { .kind = RECORD_HEAD, .run = "r", .version = FORMAT_VERSION };

/* The network of a step: random, with frequencies 2 and 4 + step in the embedding */
static void weights(struct gpt *g, int step)
{
	struct rng rng;

	rng_seed(&rng, (uint64_t)step, 0);
	gpt_init(g, 0.2, &rng);
	for (int i = 0; i < 11; i++) {
		g->w[8 * i] += (float)(9 * cos(2 * 3.14159265358979 * 2 * i / 11));
		g->w[8 * i + 1] += (float)(9 * cos(2 * 3.14159265358979 * (4 + step) * i / 11));
	}
}

/* As it is when the head has passed, with room for weights */
static void open_checkpoint(struct checkpoint *c)
{
	struct gpt_config g;

	check(!checkpoint_feed(c, NULL, &head, NULL, &e));
	g = c->gpt.config;
	gpt_free(&c->gpt);
	check(!gpt_create(&c->gpt, &g, &e));
}

/*
 * Two checkpoints through a run of the rule.  Fills excluded[step], and first, the number of the
 * record that has the losses of step 0.
 */
static double excluded[2];
static int first;
static void run(enum function_rule rule, const int *keys, int nkeys, struct pool *pool)
{
	char name[] = "/tmp/function-XXXXXX";
	char *const names[] = { name };
	struct record end = { .kind = RECORD_END, .run = "r", .complete = 1 }, r;
	int fd = mkstemp(name), got, number = 0;
	struct stream_out *out = stream_create(fd, name, NULL, &e);
	struct spectrum_report report = { .out = out, .run = "r" };
	struct checkpoint c = { .level = CHECKPOINT_NETWORK };
	struct stream_in *in;
	struct function p;

	open_checkpoint(&c);
	check(fd >= 0 && out && !stream_put(out, &head, NULL, &e));
	check(!function_init(&p, &c, rule, pool, &e));
	if (keys)
		check(!function_give(&p, FUNCTION_ADD, keys, nkeys, &e));
	for (int step = 0; step < 2; step++) {
		weights(&c.gpt, step);
		report.step = step;
		check(!function_measure(&p, &report, "/tmp", &e));
	}
	check(!function_release(&p, &report, &e));
	check(!stream_put(out, &end, NULL, &e) && !stream_close(out, &e));
	function_free(&p);
	checkpoint_free(&c);
	close(fd);
	first = 0;
	in = stream_open(names, 1, &e);
	while ((got = stream_next(in, &r, &e)) > 0) {
		number++;
		for (int i = 0; r.kind == RECORD_METRICS && i < r.nvalues; i++)
			if (!strcmp(r.values[i].name, "spectrum.excluded_loss")) {
				excluded[r.step] = r.values[i].x;
				first = r.step == 0 ? number : first;
			}
	}
	check(got == 0);
	stream_free(in);
	unlink(name);
}

int main(void)
{
	static const int last[] = { 5, 2 }, before[] = { 2, 4 }, twice[] = { 3, 3 }, six = 6;
	struct pool *pool = pool_create(1, &e);
	struct checkpoint c = { .level = CHECKPOINT_NETWORK };
	struct function p;
	double given[2];

	check(!checkpoint_feed(&c, NULL, &bare, NULL, &e));
	check(function_init(&p, &c, FUNCTION_GIVEN, pool, &e) == -1);
	check_error(e, "run 'r': the head has no 'layers'");
	check(!checkpoint_feed(&c, NULL, &head, NULL, &e));
	check(pool && !function_init(&p, &c, FUNCTION_GIVEN, pool, &e));
	check(function_give(&p, FUNCTION_ADD, &six, 1, &e) == -1);
	check_error(e, "6 is not a frequency of 11 points, 1 to 5");
	check(function_give(&p, FUNCTION_ADD, twice, 2, &e) == -1);
	check_error(e, "twice");
	function_free(&p);
	checkpoint_free(&c);

	/* the last checkpoint's keys, 2 and 5, come late; given, they come at once, and agree */
	run(FUNCTION_GIVEN, last, 2, pool);
	check(first == 4); /* head, two tensors, metrics */
	memcpy(given, excluded, sizeof(given));
	run(FUNCTION_LAST, NULL, 0, pool);
	check(first == 8); /* head, two steps of two tensors and metrics, then this */
	check(excluded[0] == given[0] && excluded[1] == given[1]);
	/* each its own: step 1 the same, step 0 with 2 and 4 */
	run(FUNCTION_OWN, NULL, 0, pool);
	check(excluded[0] != given[0] && excluded[1] == given[1]);
	memcpy(given, excluded, sizeof(given));
	run(FUNCTION_GIVEN, before, 2, pool);
	check(excluded[0] == given[0]);
	pool_free(pool);
	return 0;
}
