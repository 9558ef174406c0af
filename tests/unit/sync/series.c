/* series: points in order, one series per (quantity, run, of), groups, interpolation, bands. */
#include "sync/series.h"
#include "check.h"

static struct err e;

static void head(struct series_set *s, const char *run, int64_t seed, const char *op)
{
	struct setting config[] = {
		{ .key = "op", .type = SETTING_TEXT, .text = op },
		{ .key = "seed", .type = SETTING_INT, .i = seed, .x = (double)seed },
		{ .key = "lr", .type = SETTING_REAL, .x = 1e-3 },
	};
	struct record r = {
		.kind = RECORD_HEAD, .run = run, .seed = seed, .config = config, .nconfig = 3
	};

	check(series_add(s, &r, &e) == 0);
}

static void metric(struct series_set *s, const char *run, int64_t step, const char *of, double x)
{
	struct value values[] = { { "t.a", x }, { "t.b", 10 * x } };
	struct record r = { .kind = RECORD_METRICS,
			    .run = run,
			    .step = step,
			    .of = of,
			    .values = values,
			    .nvalues = 2 };

	check(series_add(s, &r, &e) == 0);
}

static void test_points(void)
{
	struct series_set s = { 0 };
	struct record other = { .kind = RECORD_END, .run = "x" };
	const struct series *x;
	char of[16];
	int i;

	check(series_add(&s, &other, &e) == 0 && s.nruns == 0);
	check(!series_find(&s, "t.a", 0, NULL));
	head(&s, "r", 1, "add");
	metric(&s, "r", 10, NULL, 1);
	metric(&s, "r", 30, NULL, 3);
	metric(&s, "r", 20, NULL, 2);
	metric(&s, "r", 10, NULL, 5); /* replaces */
	metric(&s, "r", 10, "layer 0", 7);
	x = series_find(&s, "t.a", 0, NULL);
	check(x && x->n == 3 && x->step[0] == 10 && x->step[1] == 20 && x->step[2] == 30);
	check(x->x[0] == 5 && x->x[1] == 2 && x->x[2] == 3);
	x = series_find(&s, "t.b", 0, "layer 0");
	check(x && x->n == 1 && x->x[0] == 70);
	check(!series_find(&s, "t.b", 0, "layer 1"));
	check(!series_find(&s, "t.b", 1, NULL));
	/* Many, so that the tables grow. */
	for (i = 0; i < 1000; i++) {
		snprintf(of, sizeof(of), "%d", i);
		metric(&s, "r", 1, of, i);
	}
	for (i = 0; i < 1000; i++) {
		snprintf(of, sizeof(of), "%d", i);
		x = series_find(&s, "t.a", 0, of);
		check(x && x->n == 1 && x->x[0] == i);
	}
	check(s.n == 2004);
	series_free(&s);
}

static void test_groups(void)
{
	struct series_set s = { 0 };

	check(series_group(&s, &e) == 0 && s.ngroups == 0);
	head(&s, "a1", 1, "add");
	head(&s, "s1", 1, "sub");
	head(&s, "a2", 2, "add");
	check(series_group(&s, &e) == 0);
	check(s.nruns == 3 && s.ngroups == 2);
	check(s.runs[0].group == 0 && s.runs[1].group == 1 && s.runs[2].group == 0);
	check(!strcmp(s.groups[0], "op=add") && !strcmp(s.groups[1], "op=sub"));
	check(series_run(&s, "s1") == 1 && series_run(&s, "z") == -1);
	/* A run of another program is told apart, but by no long list. */
	metric(&s, "other", 0, NULL, 1);
	check(series_group(&s, &e) == 0 && s.ngroups == 3);
	check(!strcmp(s.groups[0], "op=add") && !*s.groups[2]);
	series_free(&s);
	head(&s, "a1", 1, "add");
	head(&s, "a2", 2, "add");
	check(series_group(&s, &e) == 0 && s.ngroups == 1 && !*s.groups[0]);
	series_free(&s);
}

static void three(struct series_set *s, const char *run, const char *a, const char *b,
		  const char *c)
{
	struct setting config[] = {
		{ .key = "alpha", .type = SETTING_TEXT, .text = a },
		{ .key = "beta", .type = SETTING_TEXT, .text = b },
		{ .key = "gamma", .type = SETTING_TEXT, .text = c },
	};
	struct record r = { .kind = RECORD_HEAD, .run = run, .config = config, .nconfig = 3 };

	check(series_add(s, &r, &e) == 0);
}

/* Long labels keep the fewest settings that tell all groups apart, in their order. */
static void test_brief(void)
{
	struct series_set s = { 0 };

	three(&s, "a", "1", "1", "1");
	three(&s, "b", "1", "2", "2");
	three(&s, "c", "2", "3", "3");
	check(series_group(&s, &e) == 0 && s.ngroups == 3);
	check(series_brief(&s, 100, &e) == 0 && !strcmp(s.groups[0], "alpha=1 beta=1 gamma=1"));
	check(series_brief(&s, 10, &e) == 0 && s.ngroups == 3);
	check(!strcmp(s.groups[0], "beta=1") && !strcmp(s.groups[2], "beta=3"));
	three(&s, "d", "2", "1", "1"); /* now no single one does */
	check(series_group(&s, &e) == 0 && series_brief(&s, 10, &e) == 0 && s.ngroups == 4);
	check(!strcmp(s.groups[0], "alpha=1 beta=1") && !strcmp(s.groups[3], "alpha=2 beta=1"));
	series_free(&s);
}

static void network(struct series_set *s, const char *run, const char *save, const char *labels)
{
	struct setting config[] = {
		{ .key = "save", .type = SETTING_TEXT, .text = save },
		{ .key = "eval_every", .type = SETTING_TEXT, .text = save },
		{ .key = "labels", .type = SETTING_TEXT, .text = labels },
	};
	struct record r = {
		.kind = RECORD_HEAD, .run = run, .config = config, .nconfig = labels ? 3 : 2
	};

	check(series_add(s, &r, &e) == 0);
}

/* When a run was recorded makes no group, random labels do. */
static void test_manners(void)
{
	struct series_set s = { 0 };

	network(&s, "a", "10", "true");
	network(&s, "b", "20", "true");
	network(&s, "c", "30", NULL);
	network(&s, "d", "10", "random");
	check(series_group(&s, &e) == 0 && s.ngroups == 2);
	check(s.runs[2].group == 0 && s.runs[3].group == 1);
	check(!strcmp(s.groups[0], "labels=true") && !strcmp(s.groups[1], "labels=random"));
	series_free(&s);
}

/* A head as grok-train writes it; split NULL: the head does not tell. */
static void split_head(struct series_set *s, const char *run, int64_t seed, const char *split,
		       const char *op, const char *kernel)
{
	struct setting config[] = {
		{ .key = "op", .type = SETTING_TEXT, .text = op },
		{ .key = "seed", .type = SETTING_INT, .i = seed },
		{ .key = "kernel", .type = SETTING_TEXT, .text = kernel },
		{ .key = "split_seed", .type = SETTING_TEXT, .text = split },
	};
	struct record r = { .kind = RECORD_HEAD,
			    .run = run,
			    .seed = seed,
			    .config = config,
			    .nconfig = split ? 4 : 3 };

	check(series_add(s, &r, &e) == 0);
}

static void test_splits(void)
{
	struct series_set s = { 0 };

	/* Each splits by its own seed, on whatever processor. */
	split_head(&s, "1", 1, "1", "add", "Haswell");
	split_head(&s, "2", 2, "2", "add", "SkylakeX");
	split_head(&s, "3", 3, "3", "add", "Haswell");
	check(series_group(&s, &e) == 0 && s.ngroups == 1 && !*s.groups[0]);
	check(!strcmp(series_shared(&s.runs[0], 3), "seed"));
	check(!series_shared(&s.runs[0], 1) && !series_shared(&s.runs[0], 2));
	/*
	 * One split for all, of which one has the seed: a group of its own, even where it comes
	 * last.
	 */
	split_head(&s, "10", 1, "0", "add", "Haswell");
	split_head(&s, "20", 2, "0", "add", "Haswell");
	split_head(&s, "00", 0, "0", "add", "Haswell");
	check(series_group(&s, &e) == 0 && s.ngroups == 2);
	check(s.runs[2].group == 0 && s.runs[3].group == 1 && s.runs[5].group == 1);
	check(!strcmp(s.groups[0], "split_seed=seed") && !strcmp(s.groups[1], "split_seed=0"));
	check(!strcmp(series_shared(&s.runs[5], 3), "0"));
	/* Another split is another setting; and whose task differs says nothing of the split. */
	split_head(&s, "17", 1, "7", "add", "Haswell");
	split_head(&s, "s0", 0, "0", "sub", "Haswell");
	check(series_group(&s, &e) == 0 && s.ngroups == 4);
	check(s.runs[6].group == 2 && s.runs[7].group == 3 && s.runs[7].splits_by_seed);
	series_free(&s);
	/* A run of each task, and more seeds of one: the same split is no difference. */
	split_head(&s, "a0", 0, "0", "add", "Haswell");
	split_head(&s, "s0", 0, "0", "sub", "Haswell");
	split_head(&s, "s1", 1, "0", "sub", "Haswell");
	check(series_group(&s, &e) == 0 && s.ngroups == 2);
	check(!strcmp(s.groups[0], "op=add") && !strcmp(s.groups[1], "op=sub"));
	series_free(&s);
	/* Heads of before split_seed. */
	split_head(&s, "1", 1, NULL, "add", "Haswell");
	split_head(&s, "2", 2, NULL, "add", "Haswell");
	check(series_group(&s, &e) == 0 && s.ngroups == 1);
	series_free(&s);
}

static void test_band(void)
{
	struct series_set s = { 0 };
	const struct series *list[3];
	struct series_band b;

	metric(&s, "a", 0, NULL, 1);
	metric(&s, "a", 10, NULL, 3);
	metric(&s, "b", 0, NULL, 3);
	metric(&s, "b", 5, NULL, 8);
	metric(&s, "b", 10, NULL, NAN);
	list[0] = series_find(&s, "t.a", 0, NULL);
	list[1] = series_find(&s, "t.a", 1, NULL);
	check(series_at(list[0], 5) == 2 && series_at(list[0], 10) == 3);
	check(isnan(series_at(list[0], -1)) && isnan(series_at(list[0], 11)));
	check(series_at(list[1], 5) == 8 && isnan(series_at(list[1], 7)));
	check(series_join(list, 2, &b, &e) == 0);
	check(b.n == 3 && b.step[1] == 5);
	check(b.mean[0] == 2 && b.low[0] == 1 && b.high[0] == 3 && b.count[0] == 2);
	check_near(b.sd[0], sqrt(2), 1e-15); /* of 1 and 3, divisor 1 */
	check(b.mean[1] == 5 && b.low[1] == 2 && b.high[1] == 8);
	check(b.mean[2] == 3 && b.count[2] == 1 && b.sd[2] == 0); /* NaN does not count */
	series_band_free(&b);
	check(series_join(list, 0, &b, &e) == 0 && b.n == 0);
	series_band_free(&b);
	series_free(&s);
}

int main(void)
{
	test_points();
	test_groups();
	test_brief();
	test_manners();
	test_splits();
	test_band();
	return 0;
}
