/* Round trips through pipes and files, forwarding, and damage of every sort. */
#include "check.h"
#include "rng.h"
#include "stream/tensor.h"

#include <fcntl.h>
#include <unistd.h>
#include <sys/stat.h>

enum { BIG = 400000 };

static char path[] = "/tmp/grok-stream-XXXXXX", path2[] = "/tmp/grok-stream-XXXXXX";
static float big[BIG], half[BIG];

static void write_run(struct stream_out *out, const char *run)
{
	const struct setting config[] = {
		{ "modulus", SETTING_INT, 97, 97, NULL },
		{ "lr", SETTING_REAL, 0, 1e-3, NULL },
		{ "op", SETTING_TEXT, 0, 0, "add" },
		{ "tie", SETTING_FLAG, 1, 1, NULL },
	};
	const struct value values[] = { { "train.test_acc", 0.25 }, { "train.lr", NAN } };
	struct record r = {
		.kind = RECORD_HEAD, .run = run, .seed = 5, .config = config, .nconfig = 4
	};
	const size_t shape[] = { 1000, 400 }, small[] = { 2, 3 }, none[] = { 0 };
	struct err e;
	int64_t step;

	must(stream_put(out, &r, NULL, &e), &e);
	for (step = 0; step < 3; step++) {
		must(tensor_put(out, run, step, "w", ROLE_PARAM,
				tensor_over(DTYPE_F4, 2, shape, big), &e),
		     &e);
		must(tensor_put(out, run, step, "b", ROLE_PARAM,
				tensor_over(DTYPE_F4, 2, small, big), &e),
		     &e);
		must(tensor_put(out, run, step, "none", ROLE_PARAM,
				tensor_over(DTYPE_F4, 1, none, big), &e),
		     &e);
		must(tensor_put(out, run, step, "scalar", ROLE_MEASURE,
				tensor_over(DTYPE_F8, 0, NULL, big), &e),
		     &e);
		r = (struct record){ .kind = RECORD_METRICS,
				     .run = run,
				     .step = step,
				     .tool = "train",
				     .of = step ? "layer 1" : NULL,
				     .values = values,
				     .nvalues = 2 };
		must(stream_put(out, &r, NULL, &e), &e);
		must(stream_flush(out, &e), &e);
	}
	r = (struct record){ .kind = RECORD_END, .run = run, .complete = 1 };
	must(stream_put(out, &r, NULL, &e), &e);
}

/* Read a whole run and compare; @skip leaves payloads unread. */
static void read_run(struct stream_in *in, const char *run, int skip)
{
	struct record r;
	struct tensor x;
	struct err e;
	int step, n = 0;

	must(stream_next(in, &r, &e), &e);
	check(r.kind == RECORD_HEAD && !strcmp(r.run, run) && r.seed == 5 && r.nconfig == 4);
	check(format_setting(&r, "modulus")->i == 97 && format_setting(&r, "lr")->x == 1e-3);
	check(!strcmp(format_setting(&r, "op")->text, "add") && format_setting(&r, "tie")->i == 1);
	check(!format_setting(&r, "width"));
	for (step = 0; step < 3; step++) {
		must(stream_next(in, &r, &e), &e);
		check(r.kind == RECORD_TENSOR && !strcmp(r.name, "w") && r.step == step);
		check(r.ndim == 2 && r.shape[0] == 1000 && r.shape[1] == 400 && r.bytes == 4 * BIG);
		if (!skip) {
			must(tensor_read(in, &r, &x, &e), &e);
			check(!memcmp(x.data, big, r.bytes));
			tensor_free(&x);
		}
		must(stream_next(in, &r, &e), &e);
		check(!strcmp(r.name, "b") && r.bytes == 24);
		must(tensor_read(in, &r, &x, &e), &e);
		check(x.n == 6 && !memcmp(x.data, big, 24));
		tensor_free(&x);
		must(stream_next(in, &r, &e), &e);
		check(!strcmp(r.name, "none") && r.bytes == 0);
		must(stream_next(in, &r, &e), &e);
		check(!strcmp(r.name, "scalar") && r.role == ROLE_MEASURE && r.ndim == 0);
		must(stream_next(in, &r, &e), &e);
		check(r.kind == RECORD_METRICS && !strcmp(r.tool, "train") && r.nvalues == 2);
		check(r.values[0].x == 0.25 && isnan(r.values[1].x));
		check(step ? !strcmp(r.of, "layer 1") : !r.of);
		n += 5;
	}
	must(stream_next(in, &r, &e), &e);
	check(r.kind == RECORD_END && r.complete && r.records == (uint64_t)n + 2);
}

static void make_file(void)
{
	int fd = open(path, O_WRONLY | O_TRUNC);
	struct stream_out *out;
	struct err e;

	out = stream_create(fd, "a", NULL, &e);
	write_run(out, "run-a");
	write_run(out, "run-b");
	must(stream_close(out, &e), &e);
	close(fd);
}

static void round_trip(void)
{
	char *names[] = { path, path };
	struct stream_in *in;
	struct record r;
	struct err e;
	int skip;

	for (skip = 0; skip < 2; skip++) {
		in = stream_open(names, 2, &e);
		read_run(in, "run-a", skip);
		read_run(in, "run-b", !skip);
		read_run(in, "run-a", skip);
		read_run(in, "run-b", skip);
		check(stream_next(in, &r, &e) == 0);
		check(stream_next(in, &r, &e) == 0);
		stream_free(in);
	}
}

static size_t file_size(const char *name)
{
	struct stat st;

	check(!stat(name, &st));
	return (size_t)st.st_size;
}

/* Everything passes, unsigned: the bytes must be the same, whether payloads are read or not. */
static void verbatim(int read_payloads)
{
	char *names[] = { path };
	int fd = open(path2, O_WRONLY | O_TRUNC), a, b;
	struct stream_in *in;
	struct stream_out *out;
	struct record r;
	struct tensor x;
	struct err e;
	size_t n = file_size(path);
	char *p = malloc(n), *q = malloc(n);

	in = stream_open(names, 1, &e);
	out = stream_create(fd, "b", NULL, &e);
	while (stream_next(in, &r, &e) > 0) {
		must(stream_pass(in, out, &e), &e);
		if (read_payloads && r.kind == RECORD_TENSOR) {
			must(tensor_read(in, &r, &x, &e), &e);
			check(!memcmp(x.data, big, r.bytes));
			tensor_free(&x);
		}
	}
	must(stream_close(out, &e), &e);
	stream_free(in);
	close(fd);
	check(file_size(path2) == n);
	a = open(path, O_RDONLY);
	b = open(path2, O_RDONLY);
	check(read(a, p, n) == (ssize_t)n && read(b, q, n) == (ssize_t)n && !memcmp(p, q, n));
	close(a);
	close(b);
	free(p);
	free(q);
}

/* A filter that drops parameters, adds records of its own and signs. */
static void filter(void)
{
	static const char *const options[] = { "--keep=8" };
	static const struct program me = { "grok-test", "1.2", options, 1 };
	char *names[] = { path }, *names2[] = { path2 };
	int fd = open(path2, O_WRONLY | O_TRUNC), heads = 0, params = 0, ends = 0;
	const size_t shape[] = { 2 };
	struct stream_in *in;
	struct stream_out *out;
	struct record r;
	struct err e;

	in = stream_open(names, 1, &e);
	out = stream_create(fd, "b", &me, &e);
	while (stream_next(in, &r, &e) > 0) {
		if (r.kind == RECORD_TENSOR && !strcmp(r.name, "b")) /* amid a frame that passes */
			must(tensor_put(out, r.run, r.step, "mine", ROLE_MEASURE,
					tensor_over(DTYPE_F4, 1, shape, big), &e),
			     &e);
		if (r.kind != RECORD_TENSOR || strcmp(r.name, "w"))
			must(stream_pass(in, out, &e), &e);
	}
	must(stream_close(out, &e), &e);
	stream_free(in);
	close(fd);
	in = stream_open(names2, 1, &e);
	while (stream_next(in, &r, &e) > 0) {
		if (r.kind == RECORD_HEAD) {
			heads++;
			check(r.nchain == 1 && !strcmp(r.chain[0].name, "grok-test"));
			check(r.chain[0].noptions == 1 &&
			      !strcmp(r.chain[0].options[0], "--keep=8"));
		}
		params += r.kind == RECORD_TENSOR && r.role == ROLE_PARAM;
		ends += r.kind == RECORD_END && r.records == 17;
	}
	check(heads == 2 && ends == 2 && params == 12);
	stream_free(in);
}

/* Read a damaged copy to its end; the error must come, and before it whole records only. */
static int damaged_records(const uint8_t *p, size_t n, struct err *e)
{
	char *names[] = { path2 };
	int fd = open(path2, O_WRONLY | O_TRUNC), count = 0, got;
	struct stream_in *in;
	struct record r;
	struct tensor x;

	check(write(fd, p, n) == (ssize_t)n);
	close(fd);
	in = stream_open(names, 1, e);
	while ((got = stream_next(in, &r, e)) > 0) {
		if (r.kind == RECORD_TENSOR) {
			if (tensor_read(in, &r, &x, e)) {
				got = -1;
				break;
			}
			check(!memcmp(x.data, big, r.bytes));
			tensor_free(&x);
		}
		count++;
	}
	stream_free(in);
	check(got == -1 || count == 34);
	return got < 0 ? count : -1;
}

static void damage(void)
{
	size_t n = file_size(path), i;
	uint8_t *p = malloc(n);
	int fd = open(path, O_RDONLY), k, records, last = 0;
	struct err e = { 0 };
	struct rng r;

	check(read(fd, p, n) == (ssize_t)n);
	close(fd);
	rng_seed(&r, 1, 0);
	for (i = 0; i < n; i += 1 + rng_below(&r, n / 40)) { /* cut short: anywhere is noticed */
		records = damaged_records(p, i, &e);
		/* between two whole runs there is nothing to notice */
		check(records >= last || (records == -1 && last <= 17));
		if (records >= 0)
			last = records;
	}
	check(damaged_records(p, n, &e) == -1);
	check(damaged_records(p, 0, &e) == 0);
	check_error(e, "empty");
	for (k = 0; k < 60;
	     k++) { /* one bit flipped: noticed, or in a frame header's hint of a size */
		i = (size_t)rng_below(&r, n);
		p[i] ^= 16;
		records = damaged_records(p, n, &e);
		check(records >= 0);
		p[i] ^= 16;
	}
	check(damaged_records((const uint8_t *)"hello, world", 12, &e) == 0);
	check_error(e, "not a grok tensor stream");
	free(p);
}

/* The records of @path2, payloads skipped; -1 when it is damaged. */
static int count_records(void)
{
	char *names[] = { path2 };
	struct stream_in *in;
	struct record r;
	struct err e;
	int n = 0, got;

	in = stream_open(names, 1, &e);
	while ((got = stream_next(in, &r, &e)) > 0)
		n++;
	stream_free(in);
	return got < 0 ? -1 : n;
}

/*
 * Frames are left by their last block's header where all blocks are raw, else block by block: some
 * of this tensor's blocks are raw and some are not, and other frames follow to mistake for its
 * own.
 */
static void mixed_blocks(void)
{
	const struct setting config = { "op", SETTING_TEXT, 0, 0, "add" };
	struct record r = { .kind = RECORD_HEAD, .run = "r", .config = &config, .nconfig = 1 };
	int fd = open(path2, O_WRONLY | O_TRUNC), zeros, n = 2;
	struct stream_out *out;
	struct err e;
	size_t size, all = BIG;

	out = stream_create(fd, "b", NULL, &e);
	must(stream_put(out, &r, NULL, &e), &e);
	for (zeros = 0; zeros < 4; zeros++) { /* behind, amid, before */
		memcpy(half, big, sizeof(half));
		if (zeros)
			memset(half + (3 - zeros) * (BIG / 4), 0, BIG);
		must(tensor_put(out, "r", 1, "half", ROLE_PARAM,
				tensor_over(DTYPE_F4, 1, &all, half), &e),
		     &e);
		must(tensor_put(out, "r", 0, "whole", ROLE_PARAM,
				tensor_over(DTYPE_F4, 1, &all, big), &e),
		     &e);
		n += 2;
	}
	r = (struct record){ .kind = RECORD_END, .run = "r", .complete = 1 };
	must(stream_put(out, &r, NULL, &e), &e);
	must(stream_close(out, &e), &e);
	close(fd);
	check(count_records() == n);
	/* cut behind the last large frame, and in it */
	size = file_size(path2);
	check(!truncate(path2, (off_t)size - 20) && count_records() == -1);
	check(!truncate(path2, (off_t)size - 200) && count_records() == -1);
	check(!truncate(path2, (off_t)size - BIG) && count_records() == -1);
}

/* A walk marks each step's parameters; then step 0 is passed over and step 1 sent on as it is. */
static void jump(int threads)
{
	char *names[] = { path, path }, *names2[] = { path2 };
	int fd = open(path2, O_WRONLY | O_TRUNC), n = 0, i = 0, w[3] = { 0 }, open_mark = 0;
	struct stream_mark from[12], to[12];
	struct stream_in *in;
	struct stream_out *out;
	struct record r;
	struct tensor x;
	struct err e;

	in = stream_open(names, 2, &e);
	while (stream_next(in, &r, &e) > 0) {
		if (open_mark) {
			check(stream_mark(in, &to[n]));
			check(to[n].at > from[n].at && to[n].record == from[n].record + 1);
			n++;
		}
		open_mark = r.kind == RECORD_TENSOR && !strcmp(r.name, "w");
		if (open_mark)
			check(n < 12 && stream_mark(in, &from[n]));
	}
	check(n == 12 && from[0].file == 1 && from[6].file == 2 && from[0].record == 2);
	stream_free(in);

	in = stream_open(names, 2, &e);
	out = stream_create(fd, "b", NULL, &e);
	stream_threads(out, threads);
	for (;;) {
		if (i < n && i % 3 < 2) {
			int got = stream_jump(in, &from[i], &to[i], i % 3 ? out : NULL, &e);

			must(got, &e);
			i += got;
		}
		if (stream_next(in, &r, &e) <= 0)
			break;
		i += r.kind == RECORD_TENSOR && !strcmp(r.name, "w");
		must(stream_pass(in, out, &e), &e);
	}
	check(i == 12);
	check(stream_jump(in, &from[0], &to[0], NULL, &e) == 0);
	must(stream_close(out, &e), &e);
	stream_free(in);
	close(fd);

	in = stream_open(names2, 1, &e);
	while ((i = stream_next(in, &r, &e)) > 0) {
		if (r.kind != RECORD_TENSOR || strcmp(r.name, "w"))
			continue;
		w[r.step]++;
		must(tensor_read(in, &r, &x, &e), &e);
		check(!memcmp(x.data, big, r.bytes));
		tensor_free(&x);
	}
	must(i, &e);
	check(w[0] == 0 && w[1] == 4 && w[2] == 4);
	stream_free(in);
}

int main(void)
{
	struct rng r;

	close(mkstemp(path));
	close(mkstemp(path2));
	rng_seed(&r, 1, 1);
	rng_fill_normal(&r, big, BIG, 1);
	make_file();
	round_trip();
	verbatim(0);
	verbatim(1);
	filter();
	damage();
	mixed_blocks();
	jump(1);
	jump(2);
	unlink(path);
	unlink(path2);
	return 0;
}
