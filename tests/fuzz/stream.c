/*
 * Fuzz target for the stream reader (libFuzzer): whatever the bytes, no crash and no leak.
 *
 * The first byte chooses how the rest is read: as a stream as it is, or, since a checksum stops
 * most mutations of compressed bytes, as plain records that are put into frames here, or as patches
 * (places and new bytes) of a stream with tensors too large to be an input.  The reader
 * forwards to another file in both ways (payload read, payload left).
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

/* Nine blocks of zstd, so that block headers stand at multiples of BLOCK and a little more. */
enum { FLOATS = 9 << 15, TENSORS = 3, BLOCK = (1 << 17) + 3, NEAR = 1 << 9 };

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
		failed |= tensor_put(out, "r", i, "x", ROLE_PARAM, DTYPE_F4, 1, &shape, x, &e);
	}
	r = (struct record){ .kind = RECORD_END, .run = "r", .complete = 1 };
	failed |= stream_put(out, &r, NULL, &e) || stream_close(out, &e);
	if (failed)
		abort();
	return (size_t)lseek(fd, 0, SEEK_CUR);
}

/* The large run with bytes changed, each by a place near a block's header and a value. */
static void patch(int fd, const uint8_t *data, size_t n)
{
	static uint8_t *plain; /* the same for all inputs */
	static size_t size;
	size_t at;

	if (!plain) {
		size = large_run(fd);
		plain = malloc(size);
		if (pread(fd, plain, size, 0) != (ssize_t)size)
			abort();
	} else if (write(fd, plain, size) != (ssize_t)size) {
		abort();
	}
	for (; n >= 3; n -= 3, data += 3) {
		at = data[0] | (size_t)data[1] << 8;
		at = (at / NEAR * BLOCK + at % NEAR) % size;
		if (pwrite(fd, data + 2, 1, (off_t)at) != 1)
			abort();
	}
	if (n == 2 && ftruncate(fd, (off_t)((data[0] | (size_t)data[1] << 8) * 61 % size)))
		abort();
}

static void drain(char *name, int read_payload, int to)
{
	char *names[] = { name };
	struct stream_in *in = stream_open(names, 1, NULL);
	struct stream_out *out = stream_create(to, "to", NULL, NULL);
	struct record r;
	struct tensor x;
	struct err e;

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	int fd, to = memfd_create("to", 0), mode;
	size_t room, size;
	char name[64];
	uint8_t *frame;

	if (!n)
		return 0;
	mode = *data++;
	n--;
	fd = memfd_create("fuzz", 0);
	if (mode & 4) {
		patch(fd, data, n);
	} else if (mode & 1) {
		room = ZSTD_compressBound(n);
		frame = malloc(room);
		size = ZSTD_compress(frame, room, data, n, 1);
		if (write(fd, frame, size) != (ssize_t)size)
			abort();
		free(frame);
	} else if (write(fd, data, n) != (ssize_t)n) {
		abort();
	}
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	drain(name, mode & 2, to);
	close(fd);
	close(to);
	return 0;
}
