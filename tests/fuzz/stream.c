/*
 * Fuzz target for the stream reader (libFuzzer): whatever the bytes, no crash and no leak.
 *
 * The first byte chooses how the rest is read: as a stream as it is, or, since a checksum stops
 * most mutations of compressed bytes, as plain records that are put into frames here.  The reader
 * forwards to /dev/null in both ways (payload read, payload left).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <zstd.h>

#include "tensor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void drain(char *name, int read_payload, int null)
{
	char *names[] = { name };
	struct stream_in *in = stream_open(names, 1, NULL);
	struct stream_out *out = stream_create(null, "null", NULL, NULL);
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
	int fd, null = open("/dev/null", O_WRONLY), mode;
	size_t room, size;
	char name[64];
	uint8_t *frame;

	if (!n)
		return 0;
	mode = *data++;
	n--;
	fd = memfd_create("fuzz", 0);
	if (mode & 1) {
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
	drain(name, mode & 2, null);
	close(fd);
	close(null);
	return 0;
}
