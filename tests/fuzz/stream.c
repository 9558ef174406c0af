/*
 * Fuzz target for the stream reader (libFuzzer): whatever the bytes, no crash and no leak.
 *
 * The first byte chooses how the rest is read: as a stream as it is, or, since a checksum stops
 * most mutations of compressed bytes, as plain records that are put into frames here, or as patches
 * (places and new bytes) of a stream with tensors too large to be an input.  The reader
 * forwards to another file in both ways (payload read, payload left).
 *
 * One input takes a fraction of a millisecond: its files are made once, in memory, and a patch is
 * undone afterwards.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <zstd.h>

#include "rng.h"
#include "stream/tensor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
const char *__asan_default_options(void);

/* Memory that was freed is not kept long: the buffers of a reader are a megabyte. */
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=4:malloc_context_size=4";
}

/* Two blocks of zstd, so that block headers stand at multiples of BLOCK and a little more. */
enum { FLOATS = 2 << 15, TENSORS = 3, BLOCK = (1 << 17) + 3, NEAR = 1 << 9, PATCHES = 256 };

struct file {
	int fd;
	char name[64];
};

static struct file file(void)
{
	struct file f = { .fd = memfd_create("fuzz", 0) };

	snprintf(f.name, sizeof(f.name), "/proc/self/fd/%d", f.fd);
	return f;
}

static void put(int fd, const void *p, size_t n)
{
	if (ftruncate(fd, 0) || pwrite(fd, p, n, 0) != (ssize_t)n)
		abort();
}

/* A run with three large tensors in @fd: stored, half of it zeros, stored; returns its size. */
static size_t large_run(int fd)
{
	static float x[FLOATS];
	const struct setting config = { "op", SETTING_TEXT, 0, 0, "add" };
	struct record r = { .kind = RECORD_HEAD, .run = "r", .config = &config, .nconfig = 1 };
	struct stream_out *out = stream_create(fd, "large", NULL, NULL);
	const size_t shape = FLOATS;
	struct rng rng;
	struct err e;
	int i, failed = stream_put(out, &r, NULL, &e);

	rng_seed(&rng, 1, 0);
	for (i = 0; i < TENSORS; i++) {
		rng_fill_normal(&rng, x, FLOATS, 1);
		if (i == 1)
			memset(x + FLOATS / 2, 0, sizeof(x) / 2);
		failed |= tensor_put(out, "r", i, "x", ROLE_PARAM,
				     tensor_over(DTYPE_F4, 1, &shape, x), &e);
	}
	r = (struct record){ .kind = RECORD_END, .run = "r", .complete = 1 };
	failed |= stream_put(out, &r, NULL, &e) || stream_close(out, &e);
	if (failed)
		abort();
	return (size_t)lseek(fd, 0, SEEK_CUR);
}

static void drain(char *name, int read_payload)
{
	static struct file to;
	char *names[] = { name };
	struct stream_in *in = stream_open(names, 1, NULL);
	struct stream_out *out;
	struct record r;
	struct tensor x;
	struct err e;

	if (!to.fd)
		to = file();
	if (ftruncate(to.fd, 0) || lseek(to.fd, 0, SEEK_SET))
		abort();
	out = stream_create(to.fd, "to", NULL, NULL);
	while (stream_next(in, &r, &e) > 0) {
		if (stream_pass(in, out, &e))
			break;
		if (r.kind == RECORD_TENSOR && read_payload && r.bytes < 1 << 24) {
			if (tensor_floats(in, &r, &x, &e))
				break;
			tensor_free(&x);
		}
	}
	stream_discard(out);
	stream_free(in);
}

/* The large run with bytes changed, each by a place near a block's header and a value. */
static void read_patched(const uint8_t *data, size_t n, int read_payload)
{
	static struct file f;
	static uint8_t *plain; /* the same for all inputs */
	static size_t size;
	size_t at[PATCHES];
	int i, patches = 0;

	if (!plain) {
		f = file();
		size = large_run(f.fd);
		plain = malloc(size);
		if (pread(f.fd, plain, size, 0) != (ssize_t)size)
			abort();
	}
	for (; n >= 3 && patches < PATCHES; n -= 3, data += 3) {
		at[patches] = data[0] | (size_t)data[1] << 8;
		at[patches] = (at[patches] / NEAR * BLOCK + at[patches] % NEAR) % size;
		if (pwrite(f.fd, data + 2, 1, (off_t)at[patches++]) != 1)
			abort();
	}
	if (n == 2 && ftruncate(f.fd, (off_t)((data[0] | (size_t)data[1] << 8) * 61 % size)))
		abort();
	drain(f.name, read_payload);
	if (n == 2)
		put(f.fd, plain, size);
	for (i = 0; i < patches; i++)
		if (pwrite(f.fd, plain + at[i], 1, (off_t)at[i]) != 1)
			abort();
}

/* @data as the content of one frame. */
static void read_plain(const uint8_t *data, size_t n, int read_payload)
{
	static struct file f;
	static ZSTD_CCtx *z;
	size_t room = ZSTD_compressBound(n), size;
	uint8_t *frame = malloc(room);

	if (!z) {
		f = file();
		z = ZSTD_createCCtx();
	}
	size = ZSTD_compressCCtx(z, frame, room, data, n, 1);
	put(f.fd, frame, size);
	free(frame);
	drain(f.name, read_payload);
}

static void read_raw(const uint8_t *data, size_t n, int read_payload)
{
	static struct file f;

	if (!f.fd)
		f = file();
	put(f.fd, data, n);
	drain(f.name, read_payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	int mode;

	if (!n)
		return 0;
	mode = *data;
	if (mode & 4)
		read_patched(data + 1, n - 1, mode & 2);
	else if (mode & 1)
		read_plain(data + 1, n - 1, mode & 2);
	else
		read_raw(data + 1, n - 1, mode & 2);
	return 0;
}
