/*
 * ckpt - grok-ckpt on a stream of 2 GB (16 checkpoints of 32 tensors of 4 MB) in $TMPDIR
 *
 * Targets: ls 0.2 s; select --step last no slower than copying the bytes it writes; verify and stat
 * 1 GB/s of CPU time; memory of each below the largest tensor + 64 MB.  The file is in the page
 * cache, as it is after training.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "bench.h"
#include "rng.h"
#include "stream/tensor.h"

enum { STEPS = 16, TENSORS = 32, ROWS = 1024, COLUMNS = 1024, REPEATS = 5, PAIRS = 15 };

static const double gigabytes = 4e-9 * STEPS * TENSORS * ROWS * COLUMNS;
static char path[4000], last[4096], copied[4096];

static void check(int result, const struct err *e)
{
	if (result < 0) {
		fprintf(stderr, "ckpt: %s\n", e->msg);
		unlink(path);
		exit(1);
	}
}

/* Each tensor is a window of the same noise: frames do not see each other. */
static void make_stream(void)
{
	const size_t shape[] = { ROWS, COLUMNS };
	const struct setting config = { .key = "op", .type = SETTING_TEXT, .text = "add" };
	struct record r = { .kind = RECORD_HEAD, .run = "bench", .config = &config, .nconfig = 1 };
	int fd = mkstemp(path), step, i;
	size_t n = ROWS * COLUMNS + STEPS * TENSORS;
	float *x = malloc(n * sizeof(*x));
	struct stream_out *out;
	struct rng rng;
	char name[64];
	struct err e;

	if (fd < 0 || !x) {
		fprintf(stderr, "ckpt: cannot make '%s': %s\n", path, strerror(errno));
		exit(1);
	}
	rng_seed(&rng, 1, 0);
	rng_fill_normal(&rng, x, n, 0.02);
	out = stream_create(fd, path, NULL, &e);
	check(out ? 0 : -1, &e);
	check(stream_put(out, &r, NULL, &e), &e);
	for (step = 0; step < STEPS; step++)
		for (i = 0; i < TENSORS; i++) {
			snprintf(name, sizeof(name), "transformer.h.%d.mlp.c_fc.weight", i);
			check(tensor_put(out, r.run, step, name, ROLE_PARAM,
					 tensor_over(DTYPE_F4, 2, shape, x + step * TENSORS + i),
					 &e),
			      &e);
		}
	r = (struct record){ .kind = RECORD_END, .run = "bench", .complete = 1 };
	check(stream_put(out, &r, NULL, &e), &e);
	check(stream_close(out, &e), &e);
	close(fd);
	free(x);
}

struct cost {
	double seconds, cpu, megabytes;
};

/* Run a command, its output in the new file @to, or through a pipe when it is NULL. */
static struct cost run_once(char *const *command, const char *to)
{
	static char buffer[1 << 18];
	int fd, status, ends[2] = { -1, -1 };
	struct rusage use;
	struct cost c;
	double start;
	pid_t child;

	if (to && strncmp(to, "/dev/", 5))
		unlink(to);
	if (!to && pipe(ends))
		exit(1);
	start = wall();
	child = fork();
	if (!child) {
		fd = to ? open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600) : ends[1];
		dup2(fd, 1);
		close(ends[0]);
		execvp(command[0], command);
		_exit(127);
	}
	if (!to) {
		close(ends[1]);
		while (read(ends[0], buffer, sizeof(buffer)) > 0)
			;
		close(ends[0]);
	}
	if (wait4(child, &status, 0, &use) < 0 || status) {
		fprintf(stderr, "ckpt: '%s %s' failed\n", command[0], command[1]);
		unlink(path);
		unlink(last);
		exit(1);
	}
	c.seconds = wall() - start;
	c.cpu = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
		1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
	c.megabytes = (double)use.ru_maxrss / 1024;
	return c;
}

/* The best of some runs. */
static struct cost run(char *const *command)
{
	struct cost best = { 1e9, 1e9, 0 }, c;
	int i;

	for (i = 0; i < REPEATS; i++) {
		c = run_once(command, "/dev/null");
		best.seconds = c.seconds < best.seconds ? c.seconds : best.seconds;
		best.cpu = c.cpu < best.cpu ? c.cpu : best.cpu;
		best.megabytes = c.megabytes;
	}
	return best;
}

static int ascending(const void *pa, const void *pb)
{
	const double *a = pa, *b = pb;

	return *a < *b ? -1 : *a > *b;
}

/* select against cat of what it writes, one after the other: medians, and that of the ratios. */
static void compare(char *const *select, char *const *cat, const char *to, const char *where)
{
	double a[PAIRS], b[PAIRS], ratio[PAIRS];
	struct cost c = { 0 };
	int i;

	for (i = 0; i < PAIRS; i++) {
		if (i % 2)
			b[i] = run_once(cat, to).seconds;
		c = run_once(select, to);
		a[i] = c.seconds;
		if (i % 2 == 0)
			b[i] = run_once(cat, to).seconds;
		ratio[i] = a[i] / b[i];
	}
	qsort(a, PAIRS, sizeof(*a), ascending);
	qsort(b, PAIRS, sizeof(*b), ascending);
	qsort(ratio, PAIRS, sizeof(*ratio), ascending);
	printf("ckpt select  to a %s: %.4f s, cat of what it writes %.4f s: %.2f times, "
	       "quartiles %.2f and %.2f (target 1), %.0f MB\n",
	       where, a[PAIRS / 2], b[PAIRS / 2], ratio[PAIRS / 2], ratio[PAIRS / 4],
	       ratio[3 * PAIRS / 4], c.megabytes);
}

int main(void)
{
	const char *dir = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
	char *ls[] = { "grok-ckpt", "ls", path, NULL };
	char *verify[] = { "grok-ckpt", "verify", path, NULL };
	char *stats[] = { "grok-ckpt", "stat", path, NULL };
	char *pick[] = { "grok-ckpt", "select", "--step", "last", path, NULL };
	char *copy[] = { "cat", last, NULL };
	struct cost c;

	snprintf(path, sizeof(path), "%s/grok-bench-XXXXXX", dir);
	make_stream();
	snprintf(last, sizeof(last), "%s.last", path);
	c = run(ls);
	printf("ckpt ls      %.3f s (target 0.2), %.0f MB\n", c.seconds, c.megabytes);
	c = run(verify);
	printf("ckpt verify  %.2f GB/s of CPU time (target 1), %.0f MB\n", gigabytes / c.cpu,
	       c.megabytes);
	c = run(stats);
	printf("ckpt stat    %.2f GB/s of CPU time (target 1), %.0f MB\n", gigabytes / c.cpu,
	       c.megabytes);
	run_once(pick, last);
	snprintf(copied, sizeof(copied), "%s.copy", path);
	compare(pick, copy, copied, "file");
	compare(pick, copy, NULL, "pipe");
	unlink(copied);
	unlink(path);
	unlink(last);
	return 0;
}
