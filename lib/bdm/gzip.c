/* The size of a block compressed by gzip, for the code gzip-mix of bdm.h. */
#include "bdm/internal.h"

#include <zlib.h>

enum {
	WRAPPER = 18, /* the header and the trailer of gzip (RFC 1952) without a file name */
	MEMORY = 1 << 19, /* many times what zlib needs for such a window */
};

/*
 * Memory for one block's state, on the stack: a block has a length whether or not memory runs out.
 */
struct memory {
	size_t used;
	_Alignas(64) unsigned char p[MEMORY];
};

static voidpf take(voidpf opaque, uInt items, uInt size)
{
	struct memory *m = opaque;
	size_t n = ((size_t)items * size + 63) & ~(size_t)63;

	if (n > MEMORY - m->used)
		return Z_NULL;
	m->used += n;
	return m->p + m->used - n;
}

static void give(voidpf opaque, voidpf p)
{
	(void)opaque, (void)p;
}

/*
 * A window and hash of the smallest size: of so short a text the matches found are the same, and
 * the state is quick to set up.
 */
int bdm_gzip_bytes(uint32_t key, int cells)
{
	uint8_t text[BDM_SIDE * BDM_SIDE], out[64];
	struct memory memory;
	z_stream z = { .zalloc = take, .zfree = give, .opaque = &memory };
	int i, bytes = 0;

	memory.used = 0;
	for (i = 0; i < cells; i++)
		text[i] = (uint8_t)((key >> (2 * cells - 1 - i) & 1) << 1 |
				    (key >> (cells - 1 - i) & 1));
	if (deflateInit2(&z, 9, Z_DEFLATED, -9, 1, Z_DEFAULT_STRATEGY) != Z_OK)
		return 0;
	z.next_in = text;
	z.avail_in = (uInt)cells;
	z.next_out = out;
	z.avail_out = sizeof(out);
	if (deflate(&z, Z_FINISH) == Z_STREAM_END)
		bytes = (int)z.total_out + WRAPPER;
	deflateEnd(&z);
	return bytes;
}
