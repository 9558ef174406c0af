/*
 * Fuzz target for everything that reads the files of other programs (libFuzzer): whatever the
 * bytes, no crash, no leak, no more memory than they deserve.
 *
 * The first byte chooses the reader: npy header, safetensors header, config.json, npz archive,
 * safetensors index.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>

#include "../unit/foreign/bytes.h"
#include "foreign/npy.h"
#include "foreign/npz.h"
#include "foreign/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

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
		if (s.entry[i].array.kind == FOREIGN_OTHER) {
			safetensors_free(&s);
			safetensors_free(&copy);
			return;
		} else if (safetensors_add(&copy, names_text(&s.names, s.entry[i].name),
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
	struct config c = { 0 };
	struct err e;
	char given[64];
	size_t length = n < sizeof(given) ? n : sizeof(given) - 1;

	if (!config_read((const char *)p, n, NULL, &c, &e))
		config_free(&c);
	memcpy(given, p, length);
	given[length] = 0;
	if (!config_read(NULL, 0, given, &c, &e))
		config_free(&c);
}

static void read_index(const uint8_t *p, size_t n)
{
	struct safetensors_index x = { 0 };
	struct err e;

	if (!safetensors_index((const char *)p, n, &x, &e))
		safetensors_index_free(&x);
}

static void read_npz(const uint8_t *p, size_t n)
{
	int fd = memfd_create("fuzz", 0);
	struct npz_entry entry;
	struct npz_in *in;
	struct tensor x;
	struct err e;
	char *text;

	if (write(fd, p, n) != (ssize_t)n)
		abort();
	in = npz_open(fd, "fuzz", &e);
	while (in && npz_next(in, &entry, &e) > 0) {
		if (entry.kind == NPZ_TEXT) {
			text = npz_text(in, &n, &e);
			if (!text)
				break;
			free(text);
		} else if (entry.kind == NPZ_ARRAY) {
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
	static void (*const readers[])(const uint8_t *p, size_t n) = {
		read_npy, read_safetensors, read_config, read_npz, read_index,
	};

	if (n)
		readers[data[0] % 5](data + 1, n - 1);
	return 0;
}
