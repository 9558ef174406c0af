/* Element types, roles, arrays of bytes that grow, and settings of a head; see format.h. */
#include "stream/format.h"

#include <stdlib.h>
#include <math.h>
#include <string.h>

#include "list.h"

static const struct {
	const char *name;
	size_t size;
} dtypes[] = {
	[DTYPE_F4] = { "<f4", 4 }, [DTYPE_F8] = { "<f8", 8 },    [DTYPE_F2] = { "<f2", 2 },
	[DTYPE_I4] = { "<i4", 4 }, [DTYPE_I8] = { "<i8", 8 },    [DTYPE_U1] = { "|u1", 1 },
	[DTYPE_C8] = { "<c8", 8 }, [DTYPE_C16] = { "<c16", 16 },
};
enum { DTYPES = sizeof(dtypes) / sizeof(dtypes[0]) };

static const char *const roles[] = { "param", "state", "measure" };

size_t format_dtype_size(enum dtype d)
{
	return dtypes[d].size;
}

const char *format_dtype_name(enum dtype d)
{
	return dtypes[d].name;
}

int format_dtype(const char *name, enum dtype *d)
{
	int i;

	for (i = 0; i < DTYPES; i++)
		if (!strcmp(name, dtypes[i].name) || !strcmp(name, dtypes[i].name + 1)) {
			*d = (enum dtype)i;
			return 0;
		}
	return -1;
}

const char *format_role_name(enum role role)
{
	return roles[role];
}

int format_role(const char *name, size_t n, enum role *role)
{
	int i = list_choice(ROLE_NAMES, name, n);

	if (i < 0)
		return -1;
	*role = (enum role)i;
	return 0;
}

/* binary16 as a double: its exponent and fraction in the place of a float's, rescaled. */
double format_half(uint16_t h)
{
	uint32_t w = (uint32_t)(h & 0x7fff) << 13;
	float x;

	if ((h & 0x7c00) == 0x7c00)
		return h & 0x3ff ? NAN : h >> 15 ? -INFINITY : INFINITY;
	memcpy(&x, &w, 4);
	x *= 0x1p112f;
	return h >> 15 ? -x : x;
}

int format_payload(const struct record *r, size_t *bytes)
{
	size_t n = format_dtype_size(r->dtype);
	int i;

	for (i = 0; i < r->ndim; i++)
		if (__builtin_mul_overflow(n, r->shape[i], &n))
			return -1;
	*bytes = n;
	return 0;
}

int format_append(struct format_bytes *b, const void *p, size_t n, struct err *e)
{
	size_t room = b->room ? b->room : 256;
	uint8_t *q;

	while (room - b->n < n)
		room *= 2;
	if (room != b->room) {
		q = realloc(b->p, room);
		if (!q)
			return err_memory(e);
		b->p = q;
		b->room = room;
	}
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	return 0;
}

const struct setting *format_setting(const struct record *head, const char *key)
{
	int i;

	for (i = 0; i < head->nconfig; i++)
		if (!strcmp(head->config[i].key, key))
			return &head->config[i];
	return NULL;
}
