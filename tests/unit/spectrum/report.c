/* What a reader finds in the records of a matrix. */
#include <unistd.h>

#include "check.h"
#include "rng.h"
#include "spectrum/report.h"

static struct err e;

/* What a reader finds in the report of x (n, C); returns the metrics' values of one name. */
static int tensors, metrics;
static double report(const float *x, int n, int C, const struct frozen *frozen, const char *wanted)
{
	char name[] = "/tmp/spectrum_report-XXXXXX";
	char *const names[] = { name };
	struct record head = { .kind = RECORD_HEAD, .run = "r", .version = FORMAT_VERSION };
	struct record end = { .kind = RECORD_END, .run = "r", .complete = 1 }, r;
	int fd = mkstemp(name), got;
	struct stream_out *out = stream_create(fd, name, NULL, &e);
	struct spectrum_report report = { .out = out, .run = "r", .of = "wide", .step = 3 };
	struct stream_in *in;
	double value = -1;

	check(fd >= 0 && out && !stream_put(out, &head, NULL, &e));
	spectrum_report_add(&report, "before", 7);
	check(!spectrum_report_matrix(&report, x, n, C, 9, frozen, &e));
	check(report.n == 0);
	check(!stream_put(out, &end, NULL, &e) && !stream_close(out, &e));
	close(fd);
	in = stream_open(names, 1, &e);
	tensors = metrics = 0;
	while ((got = stream_next(in, &r, &e)) > 0) {
		tensors += r.kind == RECORD_TENSOR;
		if (r.kind == RECORD_TENSOR)
			check(r.step == 3 && strstr(r.name, " wide"));
		if (r.kind != RECORD_METRICS)
			continue;
		metrics++;
		check(!strcmp(r.of, "wide") && !strcmp(r.tool, "grok-spectrum"));
		check(r.values[0].x == 7);
		for (int i = 0; i < r.nvalues; i++)
			if (!strcmp(r.values[i].name, wanted))
				value = r.values[i].x;
	}
	check(got == 0);
	stream_free(in);
	unlink(name);
	return value;
}

int main(void)
{
	static float x[23 * 40], zero[23 * 40];
	struct frozen_set set = { .of = NULL };
	struct subject s = { .basis = SUBJECT_ADD, .n = 23, .C = 40, .x = x };
	const struct frozen *frozen;
	struct rng rng;

	rng_seed(&rng, 1, 1);
	rng_fill_normal(&rng, x, 23 * 40, 1);
	check(!frozen_take(&set, &s, &e) && !frozen_take(&set, &s, &e) && set.n == 1);
	check(!frozen_find(&set, &s, &frozen, &e));
	check(frozen->axes == 3 && frozen->nkeys == 11 && frozen->keys[0] == 1);
	s.n = 22;
	check(frozen_find(&set, &s, &frozen, &e) == -1);
	check_error(e, "23x40 there and 22x40 here");
	s.of = "other";
	check(!frozen_find(&set, &s, &frozen, &e) && !frozen);
	frozen = set.of;
	check(report(x, 23, 40, NULL, "spectrum.pca1_frozen") == -1);
	check(tensors == 6 && metrics == 1);
	/* on its own axes the variance is its own */
	check_near(report(x, 23, 40, frozen, "spectrum.pca2_frozen"),
		   report(x, 23, 40, frozen, "spectrum.pca2"), 1e-6);
	check(tensors == 7);
	/* of all shapes, and of nothing: always a whole report, with no ring */
	check(report(x, 5, 1, NULL, "spectrum.rings") == 0);
	check(report(x, 6, 2, NULL, "spectrum.pca3") == -1);
	check(report(zero, 23, 40, NULL, "spectrum.rings") == 0);
	check(tensors == 5); /* no key frequencies, no planes */
	check(report(zero, 23, 40, frozen, "spectrum.pca1_frozen") == 0);
	check(isnan(report(zero, 23, 40, NULL, "spectrum.ipr")));
	frozen_free(&set);
	frozen_free(&set);
	return 0;
}
