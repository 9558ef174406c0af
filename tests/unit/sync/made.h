/*
 * made - made-up runs of every kind that claims ask for, and the row of a claim about them
 *
 * They are all as the paper says (@ideal), or all otherwise; or as it says but for one thing, which
 * @spoilt names.
 */
#ifndef MADE_H
#define MADE_H

#include "check.h"
#include "sync/claim.h"
#include "sync/sync.h"

enum { N = 160, LAYERS = 48, HEADS = 2, P = 97 };

static struct series_set set;
static const char *run; /* the one that is written */
static int ideal; /* as the paper says, or the contrary */
static const char *spoilt = ""; /* what is otherwise although the rest is ideal */

/* A value as the paper says; otherwise where nothing is as it says, or where @what is spoilt */
static double as(const char *what, double says, double otherwise)
{
	return ideal && strcmp(spoilt, what) != 0 ? says : otherwise;
}

static double step_of(int i)
{
	return i ? round(pow(10, 1 + 4 * (i - 1) / (N - 2.0))) : 0; /* 0, 10 ... 100k */
}

static void put_one(double step, const char *quantity, const char *of, double x)
{
	struct value value = { quantity, x };
	struct record r = { .kind = RECORD_METRICS,
			    .run = run,
			    .step = (int64_t)step,
			    .tool = "test",
			    .of = of,
			    .values = &value,
			    .nvalues = 1 };
	struct err e;

	check(series_add(&set, &r, &e) == 0);
}

/* A quantity that goes from one plateau to another around a step */
static void put(const char *quantity, const char *of, double before, double after, double step)
{
	for (int i = 0; i < N; i++)
		put_one(step_of(i), quantity, of,
			before + (after - before) /
					 (1 +
					  exp((sync_axis(step) - sync_axis(step_of(i))) / 0.03)));
}

static int asked_steps = 100000;

static int warmup = 1000, batch = 512;

static void head(const char *name, const char *op, int layers, int modulus, double decay,
		 const char *labels, double lr)
{
	struct setting config[] = {
		{ .key = "op", .type = SETTING_TEXT, .text = op },
		{ .key = "modulus", .type = SETTING_INT, .i = modulus },
		{ .key = "steps", .type = SETTING_INT, .i = asked_steps },
		{ .key = "weight_decay", .type = SETTING_REAL, .x = decay },
		{ .key = "labels", .type = SETTING_TEXT, .text = labels },
		{ .key = "lr", .type = SETTING_REAL, .x = lr },
		{ .key = "warmup", .type = SETTING_INT, .i = warmup },
		{ .key = "batch", .type = SETTING_INT, .i = batch },
		{ .key = "layers", .type = SETTING_INT, .i = layers },
		{ .key = "width", .type = SETTING_INT, .i = 512 },
	};
	struct record r = { .kind = RECORD_HEAD,
			    .run = name,
			    .config = config,
			    .nconfig = sizeof(config) / sizeof(config[0]) };
	struct err e;

	run = name;
	check(series_add(&set, &r, &e) == 0);
}

static void accuracies(double memorised, double generalised)
{
	put("train.train_acc", NULL, 0.01, 1, memorised);
	put("train.test_acc", NULL, 0.01, isfinite(generalised) ? 1 : 0.01,
	    isfinite(generalised) ? generalised : 5000);
}

/* What share of the effect goes through a head, by seed */
static double share_of(int layer, int h, double cms)
{
	int seed = run[1] - '0', leads = h == 0 && layer % 3 == seed && layer < 15;

	if (!ideal || !strcmp(spoilt, "other heads lead"))
		return leads ? 0.03 : 0.001; /* five of each seed */
	return 0.1 * cms + as("seeds agree", 0.01, 0.2) * seed;
}

enum { EFFECT = 30 }; /* total effect */

static void of_heads(double step)
{
	char of[64];

	for (int l = 0; l < LAYERS; l++) {
		int middle = l >= 16 && l < 32, first = l < 16;
		/*
		 * As the paper says: the ends carry the effect by some of their layers, and K falls
		 * most in the middle although it falls more where there is more effect.
		 */
		double end = l % 4 ? 0.01 : first ? as("first end", 4, 0.1) : 4;
		double cms = ideal ? (middle ? 0.1 : end) : 1 + 0.1 * (l % 3);
		double before = as("the middle dims", 1, cms), effect;
		double fall = ideal ? 0.05 + 0.01 * (cms + (middle ? 0.95 : 0))
				    : 0.05 + (l % 2 ? 0.01 : -0.01);

		if (!strcmp(spoilt, "slope"))
			fall = 0.05 - 0.01 * cms;
		snprintf(of, sizeof(of), "layer %d", l);
		put("cma.mean_abs", of, before, cms, step);
		put("bdm.bits", of, 1000, 1000 * (1 - fall), step);
		for (int h = 0; h < HEADS; h++) {
			snprintf(of, sizeof(of), "head %d.%d", l, h);
			effect = EFFECT * share_of(l, h, cms);
			put_one(1e5, "cma.cms", of, effect);
			put_one(1e5, "cma.context", of, as("other contexts", 0.01, 1) * effect);
			put_one(1e5, "cma.other_head", of, as("other heads", 0.01, 1) * effect);
			for (int p = 0; p < 4; p++) {
				snprintf(of, sizeof(of), "position %d head %d.%d", p, l, h);
				put_one(1e5, "cma.positions", of,
					p == 3   ? 1
					: p == 1 ? as("one position", 0.01, 0.2)
						 : as("other positions", 0.01, 1));
			}
		}
	}
}

static void of_embedding(double step)
{
	put("spectrum.pc_ring", NULL, 0, as("one ring", 1, 0), step);
	put("spectrum.rings", NULL, 0, as("only ring", 1, 7), step);
	put("spectrum.pca1", NULL, 0.05, 0.4, step);
	put("spectrum.pca2", NULL, 0.05, 0.4, step);
	put("spectrum.circular", NULL, 0, as("circular", 0.99, 0.2), step);
	put("spectrum.homomorphism", NULL, 1, as("homomorphism", 0.05, 0.9),
	    as("angles", 1, 20) * step);
	put("spectrum.h1_lifetime", NULL, 0.1, 1.5, as("loop", 1, 20) * step);
	put("spectrum.gini2d_power", NULL, 0.5, ideal ? 0.8 : 0.5001, as("gini", 1, 20) * step);
	put_one(1e5, "spectrum.gini2d_power", NULL,
		ideal ? as("gini stays", 0.8, 0.74) : 0.5001); /* 92 % of 0.8, 80 % of the rise */
	put("spectrum.ipr2d_power", NULL, 1e-4, 1e-2, as("ipr", 1, 20) * step);
	put_one(1e5, "spectrum.ipr2d_power", NULL, as("ipr stays", 1e-2, 5e-3));
	put("spectrum.nuclear", NULL, 100, 50, as("nuclear", 1, 20) * step);
	put("spectrum.stable_rank", NULL, 30, 5, as("stable rank", 1, 20) * step);
	put("llc.lambda", NULL, 300, ideal ? 3 : 200, step);
}

static void of_weights(double step)
{
	put("bdm.bits", NULL, 1e5, ideal ? 9e4 : 9.9e4, as("collapse", 1, 0.05) * step);
	put_one(1e5, "bdm.bits", NULL, as("lowest", ideal ? 9e4 : 9.9e4, 9.5e4));
	put("bdm.bits_gray", NULL, 1e5, 9e4, as("variants", 1, 3) * step);
	put("bdm.bits_native", NULL, 1e5, 9e4, step);
	put("bdm.null_mean", NULL, 1e5, as("shuffled", 1e5, ideal ? 9.5e4 : 9.7e4),
	    step); /* takes back half of the fall */
	put("bdm.z", NULL, 0, as("z", -50, -1), step);
	put("cma.total", NULL, 0, EFFECT, step);
	put("cma.active", NULL, 0.8, 0.1, as("active", 1, 20) * step);
}

static void skipping(double step)
{
	put("cma.acc", "none test", 0.01, 1, step);
	put("cma.acc", "skip 0-15 attn test", 0.01, as("first third", 0.1, 0.9), step);
	put("cma.acc", "skip 16-31 attn test", 0.01, as("middle third", 0.97, 0.4), step);
	put("cma.acc", "skip 32-47 attn test", 0.01, as("last third", 0.2, 0.9), step);
	put("cma.bypass", "attn test", 0, as("window", 40, 10), step);
}

static const char *target = "random"; /* of machines */

static void machine(const char *name, const char *op, double beta, int no_dlog)
{
	struct setting config[] = {
		{ .key = "target", .type = SETTING_TEXT, .text = target },
		{ .key = "op", .type = SETTING_TEXT, .text = op },
		{ .key = "modulus", .type = SETTING_INT, .i = P },
		{ .key = "beta", .type = SETTING_REAL, .x = beta },
		{ .key = "no_dlog", .type = SETTING_INT, .i = no_dlog },
	};
	struct record r = { .kind = RECORD_HEAD, .run = name, .config = config, .nconfig = 5 };
	double last = P * (no_dlog ? 50.0 : 1), most = P * P;
	struct err e;

	run = name;
	check(series_add(&set, &r, &e) == 0);
	if (beta == 0)
		last = ideal ? as("stays", most, 0.7 * most) : P;
	else if (!ideal)
		last = no_dlog ? P : most / 2;
	put("sfm.support", NULL, most, last, 3000);
	put("sfm.lambda", NULL, most / 2, last / 2, 3000);
	put("sfm.test_acc", NULL, 0.5, beta == 0 ? 0.5 : 1, as("accuracy", 1, 0.1) * 3000);
}

/* Runs of other rates, warm-ups and batches */
static void of_sweeps(void)
{
	static const struct {
		const char *name;
		double lr;
		int warmup, batch;
	} sweeps[] = { { "lr2", 2e-3, 1000, 512 },
		       { "lr3", 3e-3, 1000, 512 },
		       { "warmup5", 2e-3, 5000, 512 },
		       { "batch2", 2e-3, 1000, 2048 } };

	for (int i = 0; i < 4; i++) {
		warmup = sweeps[i].warmup;
		batch = sweeps[i].batch;
		head(sweeps[i].name, "sub", 4, P, 1, "true", sweeps[i].lr);
		accuracies(500, ideal ? as("delays", as("onset moves", 1500 * (i + 1), 3000), 600)
				      : 600);
	}
	warmup = 1000;
	batch = 512;
}

/* Runs of every kind that claims ask for */
static void make(void)
{
	static const char *const names[] = { "s0", "s1", "s2" };
	static const struct {
		const char *name;
		int p;
	} moduli[] = { { "p31", 31 }, { "p53", 53 }, { "p97", 97 }, { "p113", 113 } };
	int i;

	for (i = 0; i < 3; i++) {
		head(names[i], "sub", LAYERS, P, 1, "true", 1e-3);
		accuracies(as("memorised", as("not too early", 600, 100), 3000),
			   ideal ? as("generalised", 3000, 20000) : 600);
		of_heads(3000);
		of_embedding(ideal ? 3000 : 600);
		of_weights(ideal ? 3000 : 600);
		skipping(3000);
	}
	head("decay0", "sub", LAYERS, P, 0, "true", 1e-3);
	accuracies(500, ideal ? as("later without decay", 30000, 1500) : NAN);
	put("spectrum.gini2d_power", NULL, 0.5, ideal ? 0.6 : 0.5001, 3000);
	if (!strcmp(spoilt, "more decay groks")) {
		head("tenth", "sub", LAYERS, P, 0.1, "true", 1e-3);
		accuracies(500, NAN);
	}
	head("random", "sub", LAYERS, P, 1, "random", 1e-3);
	accuracies(500, NAN);
	put("bdm.bits", NULL, 1e5, as("random", 9.99e4, 9e4), 3000);
	head("two", "sub", 2, P, 1, "true", 1e-3);
	accuracies(500, ideal ? 3000 : 600);
	of_weights(ideal ? 3000 : 600);
	for (i = 0; i < 4; i++) {
		head(moduli[i].name, "sub", 3, moduli[i].p, 1, "true", 1e-3);
		accuracies(5, (ideal ? 0.2 : 30) * pow(moduli[i].p, ideal ? 2.2 : 1) *
				      as("exponent", 1, i % 2 ? 6 : 1));
		/* n* in line with the step, or not at all */
		put_one(0, "sfm.crossover", NULL,
			as("n* rises", 1, -1) *
				as("crossover", pow(moduli[i].p, 2.2), i % 2 ? 100 : 5000));
	}
	/* Of another rate: not to be compared with those. */
	head("stray", "sub", 3, 31, 1, "true", 5e-3);
	accuracies(5, 50000);
	of_sweeps();
	machine("m1", "add", 0.01, 0);
	machine("m2", "mul", 0.01, 0);
	machine("m3", "mul", 0.01, 1);
	machine("m4", "add", 0, 0);
}

static const struct claim_row *row_of(const struct claim_row *rows, int n, const char *id)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(rows[i].claim->id, id))
			return &rows[i];
	check(0);
	return NULL;
}

#endif
