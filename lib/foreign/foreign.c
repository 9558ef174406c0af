/*
 * Converting arrays of other programs: element types, byte order, order of indices; see foreign.h.
 */
#include "foreign/foreign.h"

#include <math.h>
#include <string.h>

static const struct {
	char kind;
	unsigned char size;
	enum dtype dtype;
} types[] = {
	{ 'f', 4, DTYPE_F4 },
	{ 'f', 8, DTYPE_F8 },
	{ 'f', 2, DTYPE_F2 },
	{ 'i', 4, DTYPE_I4 },
	{ 'i', 8, DTYPE_I8 },
	{ 'u', 1, DTYPE_U1 },
	{ 'c', 8, DTYPE_C8 },
	{ 'c', 16, DTYPE_C16 },
	{ 'b', 1, DTYPE_U1 },
	{ 'i', 1, DTYPE_I4 },
	{ 'i', 2, DTYPE_I4 },
	{ 'u', 2, DTYPE_I4 },
	{ 'u', 4, DTYPE_I8 },
	{ 'u', 8, DTYPE_I8 },
	{ FOREIGN_BF16, 2, DTYPE_F4 },
	{ FOREIGN_E4M3, 1, DTYPE_F4 },
	{ FOREIGN_E5M2, 1, DTYPE_F4 },
	{ FOREIGN_E4M3FNUZ, 1, DTYPE_F4 },
	{ FOREIGN_E5M2FNUZ, 1, DTYPE_F4 },
	{ FOREIGN_E8M0, 1, DTYPE_F4 },
};
enum { TYPES = sizeof(types) / sizeof(types[0]), SAME = 8 /* the first ones are ours */ };

static int find_type(char kind, size_t size)
{
	int i;

	for (i = 0; i < TYPES; i++)
		if (types[i].kind == kind && types[i].size == size)
			return i;
	return -1;
}

int foreign_has_type(char kind, size_t size)
{
	return find_type(kind, size) >= 0;
}

int foreign_check(struct foreign *f, struct err *e)
{
	int i, type = find_type(f->kind, f->size), empty = 0;
	size_t n = 1, bytes, ours;

	if (type < 0)
		return err_set(e, "elements of type '%c%zu' are not supported", f->kind, f->size);
	if (f->ndim < 0 || f->ndim > FORMAT_DIMS)
		return err_set(e, "%d dimensions, at most %d are supported", f->ndim, FORMAT_DIMS);
	for (i = 0; i < f->ndim; i++)
		empty |= f->shape[i] == 0;
	for (i = 0; i < f->ndim; i++)
		if (f->shape[i] > UINT32_MAX ||
		    __builtin_mul_overflow(n, empty ? 1 : f->shape[i], &n))
			return err_set(e, "its shape claims 4 GiB or more");
	n = empty ? 0 : n;
	if (__builtin_mul_overflow(n, f->size, &bytes) ||
	    __builtin_mul_overflow(n, format_dtype_size(types[type].dtype), &ours) ||
	    bytes > UINT32_MAX || ours > UINT32_MAX)
		return err_set(e, "its shape claims 4 GiB or more");
	f->n = n;
	f->bytes = bytes;
	return 0;
}

enum dtype foreign_dtype(const struct foreign *f)
{
	return types[find_type(f->kind, f->size)].dtype;
}

/* Reverse the bytes of @n numbers of @size bytes. */
static void swap_bytes(uint8_t *p, size_t n, size_t size)
{
	uint8_t t;
	size_t i;

	for (; n; n--, p += size)
		for (i = 0; i < size / 2; i++) {
			t = p[i];
			p[i] = p[size - 1 - i];
			p[size - 1 - i] = t;
		}
}

/* An 8-bit float of sign, exponent and @m bits of fraction: every value is a float. */
static float small_float(uint8_t b, int m, int bias)
{
	int exponent = b >> m & ((1 << (7 - m)) - 1), fraction = b & ((1 << m) - 1);
	double x = exponent ? ldexp(fraction + (1 << m), exponent - bias - m)
			    : ldexp(fraction, 1 - bias - m);

	return (float)(b >> 7 ? -x : x);
}

static float float8(char kind, uint8_t b)
{
	switch (kind) {
	case FOREIGN_E4M3:
		return (b & 0x7f) == 0x7f ? NAN : small_float(b, 3, 7);
	case FOREIGN_E5M2:
		if ((b & 0x7c) == 0x7c)
			return b & 3 ? NAN : b >> 7 ? -INFINITY : INFINITY;
		return small_float(b, 2, 15);
	case FOREIGN_E4M3FNUZ:
		return b == 0x80 ? NAN : small_float(b, 3, 8);
	case FOREIGN_E5M2FNUZ:
		return b == 0x80 ? NAN : small_float(b, 2, 16);
	}
	return b == 0xff ? NAN : ldexpf(1, b - 127);
}

/* One native element at @p as element @i of our type at @q. */
static int widen_one(const struct foreign *f, const uint8_t *p, void *q, size_t i, struct err *e)
{
	uint16_t h;
	uint32_t w;
	uint64_t u;

	switch (f->size) {
	case 1:
		if (f->kind == 'b')
			((uint8_t *)q)[i] = *p != 0;
		else if (f->kind == 'i')
			((int32_t *)q)[i] = (int8_t)*p;
		else
			((float *)q)[i] = float8(f->kind, *p);
		return 0;
	case 2:
		memcpy(&h, p, 2);
		w = (uint32_t)h << 16;
		if (f->kind == FOREIGN_BF16)
			memcpy((float *)q + i, &w, 4);
		else
			((int32_t *)q)[i] = f->kind == 'i' ? (int16_t)h : h;
		return 0;
	case 4:
		memcpy(&w, p, 4);
		((int64_t *)q)[i] = w;
		return 0;
	}
	memcpy(&u, p, 8);
	if (u > INT64_MAX)
		return err_set(e, "the unsigned value %llu does not fit in <i8",
			       (unsigned long long)u);
	((int64_t *)q)[i] = (int64_t)u;
	return 0;
}

/* Native elements at @p as our type at @q. */
static int widen(const struct foreign *f, const uint8_t *p, size_t n, void *q, struct err *e)
{
	size_t i;

	for (i = 0; i < n; i++, p += f->size)
		if (widen_one(f, p, q, i, e))
			return -1;
	return 0;
}

/* Column-major elements at @p, row-major at @q: an odometer over the row-major index. */
static void reorder(const struct foreign *f, size_t size, const uint8_t *p, uint8_t *q)
{
	size_t index[FORMAT_DIMS] = { 0 }, stride[FORMAT_DIMS], from = 0, i, s = size;
	int d;

	for (d = 0; d < f->ndim; d++) {
		stride[d] = s;
		s *= f->shape[d];
	}
	for (i = 0; i < f->n; i++, q += size) {
		memcpy(q, p + from, size);
		for (d = f->ndim - 1; d >= 0; d--) {
			from += stride[d];
			if (++index[d] < f->shape[d])
				break;
			from -= stride[d] * index[d];
			index[d] = 0;
		}
	}
}

/* All elements in the order of the file, as our type, into @q. */
static int fill(const struct foreign *f, const struct foreign_source *from, uint8_t *q,
		struct err *e)
{
	uint8_t chunk[1 << 16];
	size_t n, done, size = format_dtype_size(foreign_dtype(f));
	size_t number = f->kind == 'c' ? f->size / 2 : f->size; /* what swaps */

	if (find_type(f->kind, f->size) < SAME) {
		if (from->read(from->arg, q, f->bytes, e))
			return -1;
		if (f->swap)
			swap_bytes(q, f->bytes / number, number);
		return 0;
	}
	for (done = 0; done < f->n; done += n) {
		n = sizeof(chunk) / f->size;
		n = n < f->n - done ? n : f->n - done;
		if (from->read(from->arg, chunk, n * f->size, e))
			return -1;
		if (f->swap)
			swap_bytes(chunk, n, f->size);
		if (widen(f, chunk, n, q + done * size, e))
			return -1;
	}
	return 0;
}

int foreign_tensor(const struct foreign *f, const struct foreign_source *from, struct tensor *x,
		   struct err *e)
{
	struct tensor y, z = { 0 };
	int result;

	if (tensor_init(&y, foreign_dtype(f), f->ndim, f->shape, e))
		return -1;
	result = fill(f, from, y.data, e);
	if (!result && f->fortran && f->ndim > 1) {
		result = tensor_init(&z, y.dtype, y.ndim, y.shape, e);
		if (!result) {
			reorder(f, format_dtype_size(y.dtype), y.data, z.data);
			tensor_free(&y);
			y = z;
		}
	}
	if (result)
		tensor_free(&y);
	else
		*x = y;
	return result;
}
