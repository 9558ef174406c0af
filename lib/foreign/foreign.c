#include "foreign/foreign.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	char kind;
	unsigned char size;
	enum dtype dtype;
} types[] = {
	{ 'f', 4, DTYPE_F4 }, { 'f', 8, DTYPE_F8 }, { 'f', 2, DTYPE_F2 }, { 'i', 4, DTYPE_I4 },
	{ 'i', 8, DTYPE_I8 }, { 'u', 1, DTYPE_U1 }, { 'c', 8, DTYPE_C8 }, { 'c', 16, DTYPE_C16 },
	{ 'b', 1, DTYPE_U1 }, { 'i', 1, DTYPE_I4 }, { 'i', 2, DTYPE_I4 }, { 'u', 2, DTYPE_I4 },
	{ 'u', 4, DTYPE_I8 }, { 'u', 8, DTYPE_I8 }, { 'B', 2, DTYPE_F4 },
};
enum { TYPES = sizeof(types) / sizeof(types[0]), SAME = 8 /* the first ones are ours */ };

static int find_type(const struct foreign *f)
{
	int i;

	for (i = 0; i < TYPES; i++)
		if (types[i].kind == f->kind && types[i].size == f->size)
			return i;
	return -1;
}

int foreign_check(struct foreign *f, struct err *e)
{
	int i, type = find_type(f), empty = 0;
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
	return types[find_type(f)].dtype;
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

/* Native elements at @p as our type at @q. */
static int widen(const struct foreign *f, const uint8_t *p, size_t n, void *q, struct err *e)
{
	int32_t *i4 = q;
	int64_t *i8 = q;
	uint16_t h;
	uint32_t w;
	uint64_t u;
	size_t i;

	for (i = 0; i < n; i++, p += f->size) {
		if (f->kind == 'b') {
			((uint8_t *)q)[i] = *p != 0;
		} else if (f->kind == 'i' && f->size == 1) {
			i4[i] = (int8_t)*p;
		} else if (f->size == 2) {
			memcpy(&h, p, 2);
			if (f->kind == 'B') {
				w = (uint32_t)h << 16;
				memcpy((float *)q + i, &w, 4);
			} else {
				i4[i] = f->kind == 'i' ? (int16_t)h : h;
			}
		} else if (f->size == 4) {
			memcpy(&w, p, 4);
			i8[i] = w;
		} else {
			memcpy(&u, p, 8);
			if (u > INT64_MAX)
				return err_set(e, "the unsigned value %llu does not fit in <i8",
					       (unsigned long long)u);
			i8[i] = (int64_t)u;
		}
	}
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

	if (find_type(f) < SAME) {
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
