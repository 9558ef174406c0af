/*
 * bytes - a reader of the bytes in memory, as the readers of files expect one
 */
#ifndef BYTES_H
#define BYTES_H

#include <stdint.h>
#include <string.h>

#include "err.h"

struct bytes {
	const uint8_t *p;
	size_t n;
};

static inline int read_bytes(void *arg, void *p, size_t n, struct err *e)
{
	struct bytes *b = arg;

	if (n > b->n)
		return err_set(e, "cut short");
	memcpy(p, b->p, n);
	b->p += n;
	b->n -= n;
	return 0;
}

#endif
