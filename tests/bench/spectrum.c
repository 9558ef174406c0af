/* spectrum - one checkpoint's embedding, 97 x 512: all measures, 99 permutations; target 20 ms */
#include <stdio.h>
#include <stdlib.h>
#include <fcntl.h>
#include <time.h>

#include "rng.h"
#include "spectrum_report.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double best_of(int repeats, void (*run)(void))
{
	double best = 1e9;

	for (int i = 0; i < repeats; i++) {
		double start = now(), took;

		run();
		took = now() - start;
		best = took < best ? took : best;
	}
	return best;
}

static float x[97 * 512], logits[97 * 97 * 97];
static struct stream_out *out;

static void matrix(void)
{
	struct spectrum_report r = { .out = out, .run = "bench" };
	struct err e;

	if (spectrum_report_matrix(&r, x, 97, 512, 99, NULL, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		exit(1);
	}
}

static void losses(void)
{
	static const int keys[] = { 3, 11, 19, 25, 31, 44 };
	static int answer[97];
	static unsigned char split[97 * 97];
	static float norm[97 * 97];
	struct spectrum_task task = { 97, 97, 1, answer, split };
	struct spectrum_progress p;
	struct err e;

	for (int i = 0; i < 97 * 97; i++)
		split[i] = 1 + (i % 3 == 0);
	for (int s = 0; s < 97; s++)
		answer[s] = s;
	if (spectrum_progress(logits, &task, keys, 6, &p, &e) ||
	    spectrum_logit_norms(logits, 97, 97, norm, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		exit(1);
	}
}

int main(void)
{
	struct record head = { .kind = RECORD_HEAD, .run = "bench", .version = FORMAT_VERSION };
	struct rng rng;
	struct err e;

	out = stream_create(open("/dev/null", O_WRONLY), "/dev/null", NULL, &e);
	if (!out || stream_put(out, &head, NULL, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	rng_seed(&rng, 1, 0);
	rng_fill_normal(&rng, x, 97 * 512, 0.02);
	rng_fill_normal(&rng, logits, 97 * 97 * 97, 5);
	printf("spectrum: embedding 97 x 512, all measures: %.1f ms (target 20)\n",
	       1e3 * best_of(10, matrix));
	printf("spectrum: losses of 97 x 97 x 97 logits, 6 keys: %.1f ms\n",
	       1e3 * best_of(3, losses));
	stream_discard(out);
	return 0;
}
