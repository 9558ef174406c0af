/*
 * Fuzz target for everything that reads the files of other programs (libFuzzer): whatever the
 * bytes, no crash, no leak, no more memory than they deserve.
 *
 * The first byte chooses the reader: npy header, safetensors header, config.json, npz archive.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>

#include "foreign/npy.h"
#include "foreign/npz.h"
#include "foreign/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct bytes {
	const uint8_t *p;
	size_t n;
};

static int read_bytes(void *arg, void *p, size_t n, struct err *e)
{
	struct bytes *b = arg;

	if (n > b->n)
		return err_set(e, "cut short");
	memcpy(p, b->p, n);
	b->p += n;
	b->n -= n;
	return 0;
}

static void read_npy(const uint8_t *p, size_t n)
{
	struct foreign f;
	struct tensor x;
	struct err e;
	size_t header;

	if (npy_parse(p, n, &f, &header, &e) == 1 && f.bytes <= n - header) {
		struct bytes b = { p + header, n - header };
		const struct foreign_source from = { read_bytes, &b };

		if (!foreign_tensor(&f, &from, &x, &e))
			tensor_free(&x);
	}
}

/* What is accepted must come back the same when it is written. */
static void read_safetensors(const uint8_t *p, size_t n)
{
	struct safetensors s = { 0 }, copy = { 0 };
	struct err e;
	uint64_t data;
	size_t length;
	char *header;

	if (n < 2)
		return;
	data = p[0] | (uint64_t)p[1] << 8;
	if (safetensors_parse((const char *)p + 2, n - 2, data, &s, &e))
		return;
	for (size_t i = 0; i < s.n; i++)
		if (safetensors_add(&copy, names_text(&s.names, s.entry[i].name),
				    foreign_dtype(&s.entry[i].array), s.entry[i].array.ndim,
				    s.entry[i].array.shape, &e))
			abort();
	header = safetensors_header(&copy, &length, &e);
	if (!header)
		abort();
	data = 0;
	for (size_t i = 0; i < copy.n; i++)
		data += copy.entry[i].array.bytes;
	safetensors_free(&s);
	if (safetensors_parse(header + 8, length - 8, data, &s, &e) || s.n != copy.n)
		abort();
	free(header);
	safetensors_free(&s);
	safetensors_free(&copy);
}

static void read_config(const uint8_t *p, size_t n)
{
	struct safetensors_settings c = { 0 };
	struct err e;

	if (!safetensors_settings((const char *)p, n, &c, &e))
		safetensors_settings_free(&c);
}

static void read_npz(const uint8_t *p, size_t n)
{
	int fd = memfd_create("fuzz", 0);
	struct npz_entry entry;
	struct npz_in *in;
	struct tensor x;
	struct err e;
	char path[64], *text;

	if (write(fd, p, n) != (ssize_t)n)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	in = npz_open(path, &e);
	while (in && npz_next(in, &entry, &e) > 0) {
		if (entry.is_text) {
			text = npz_text(in, &e);
			if (!text)
				break;
			free(text);
		} else {
			if (npz_tensor(in, &x, &e))
				break;
			tensor_free(&x);
		}
	}
	npz_free(in);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static void (*const readers[])(const uint8_t *p, size_t n) = { read_npy, read_safetensors,
								       read_config, read_npz };

	if (n)
		readers[data[0] & 3](data + 1, n - 1);
	return 0;
}
