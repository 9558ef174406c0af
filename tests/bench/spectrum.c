/*
 * spectrum - what one checkpoint costs, on one thread
 *
 * Its embedding, 97 x 512, all measures with 99 permutations: 20 ms at most.  Its function, 2
 * layers of width 128, with the losses of 6 key frequencies: 0.3 s at most.  Topology with 99
 * permutations, without the time of ripser, and the algorithm of that function: no bound.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>

#include "bench.h"
#include "rng.h"
#include "spectrum/algorithm.h"
#include "spectrum/function.h"
#include "spectrum/topology.h"

static double best_of(int repeats, void (*run)(void))
{
	double best = 1e9;

	for (int i = 0; i < repeats; i++) {
		double start = cpu(), took;

		run();
		took = cpu() - start;
		best = took < best ? took : best;
	}
	return best;
}

static float x[97 * 512];
static struct spectrum_report report = { .run = "bench" };
static struct checkpoint checkpoint = { .level = CHECKPOINT_NETWORK };
static struct function function;

static void matrix(void)
{
	struct err e;

	report.step++; /* a stream has a measure of a step once */
	must(spectrum_report_matrix(&report, x, 97, 512, 99, NULL, &e), &e);
}

/* Circles with 99 permutations, and 20 runs of ripser, of which its own time is not counted */
static void circles(void)
{
	struct err e;

	report.step++;
	must(topology_report(&report, x, 97, 512, 99, &e), &e);
}

static void algorithm(void)
{
	struct operation o;
	struct err e;

	report.step++;
	must(operation_init(&o, &checkpoint.task, 0, &e), &e);
	must(algorithm_report(&report, &o, &checkpoint.task, &checkpoint.gpt, NULL, 0, 99, &e), &e);
	operation_free(&o);
}

static void losses(void)
{
	struct err e;

	report.step++;
	must(function_measure(&function, &report, "/tmp", &e), &e);
}

int main(void)
{
	static const int keys[] = { 3, 11, 19, 25, 31, 44 };
	static const struct setting config[] = {
		{ .key = "op", .type = SETTING_TEXT, .text = "add" },
		{ .key = "modulus", .type = SETTING_INT, .i = 97 },
		{ .key = "layers", .type = SETTING_INT, .i = 2 },
		{ .key = "width", .type = SETTING_INT, .i = 128 },
		{ .key = "heads", .type = SETTING_INT, .i = 4 },
		{ .key = "mlp", .type = SETTING_INT, .i = 512 },
		{ .key = "activation", .type = SETTING_TEXT, .text = "gelu" },
	};
	struct record head = { .kind = RECORD_HEAD, .run = "bench", .version = FORMAT_VERSION };
	struct gpt_config layout;
	struct pool *pool;
	struct rng rng;
	struct err e;

	head.config = config;
	head.nconfig = sizeof(config) / sizeof(*config);
	pool = pool_create(1, &e);
	report.out = stream_create(open("/dev/null", O_WRONLY), "/dev/null", NULL, &e);
	must(pool && report.out ? 0 : -1, &e);
	must(stream_put(report.out, &head, NULL, &e), &e);
	must(checkpoint_feed(&checkpoint, NULL, &head, NULL, &e), &e);
	layout = checkpoint.gpt.config;
	gpt_free(&checkpoint.gpt);
	must(gpt_create(&checkpoint.gpt, &layout, &e), &e); /* with room for weights */
	must(function_init(&function, &checkpoint, FUNCTION_GIVEN, pool, &e), &e);
	must(function_give(&function, FUNCTION_ADD, keys, 6, &e), &e);
	rng_seed(&rng, 1, 0);
	rng_fill_normal(&rng, x, 97 * 512, 0.02);
	gpt_init(&checkpoint.gpt, 0.05, &rng);
	printf("spectrum: embedding 97 x 512, all measures: %.1f ms of CPU (at most 20)\n",
	       1e3 * best_of(10, matrix));
	printf("spectrum: function of 2 layers of width 128, losses: "
	       "%.0f ms of CPU (at most 300)\n",
	       1e3 * best_of(3, losses));
	printf("spectrum: embedding 97 x 512, topology: %.0f ms of CPU\n",
	       1e3 * best_of(2, circles));
	printf("spectrum: function of 2 layers of width 128, algorithm: %.0f ms of CPU\n",
	       1e3 * best_of(3, algorithm));
	function_free(&function);
	checkpoint_free(&checkpoint);
	pool_free(pool);
	stream_discard(report.out);
	return 0;
}
