/*
 * tensor - an array of a stream, in memory
 */
#ifndef STREAM_TENSOR_H
#define STREAM_TENSOR_H

#include "stream/stream.h"

struct tensor {
	enum dtype dtype;
	int ndim;
	size_t shape[FORMAT_DIMS];
	size_t n; /* elements: the product of shape, 1 for ndim = 0 */
	void *data; /* n elements, C order, aligned to 64 bytes */
};

/* tensor_init - allocate a zeroed tensor; the caller frees it with tensor_free */
int tensor_init(struct tensor *x, enum dtype dtype, int ndim, const size_t *shape, struct err *e);
void tensor_free(struct tensor *x); /* leaves it empty: freeing twice is harmless */

/*
 * tensor_read - the payload of @in's current tensor record @r into a new tensor
 *
 * Returns 0, or -1 with @e (naming file and record); the caller frees @x.
 */
int tensor_read(struct stream_in *in, const struct record *r, struct tensor *x, struct err *e);

/* tensor_floats - the same, converted to a new float32 tensor; complex types are refused */
int tensor_floats(struct stream_in *in, const struct record *r, struct tensor *x, struct err *e);

/* tensor_convert - @x as another dtype in @y (complex from or to real is refused) */
int tensor_convert(const struct tensor *x, enum dtype dtype, struct tensor *y, struct err *e);

/*
 * tensor_over - a tensor on @data that the caller keeps: to read and to write to a stream
 *
 * @shape has @ndim entries, @data is in C order.  Not for tensor_free, and not to be changed.
 */
struct tensor tensor_over(enum dtype dtype, int ndim, const size_t *shape, const void *data);

/* tensor_put - write a tensor record of role measure, param or state */
int tensor_put(struct stream_out *out, const char *run, int64_t step, const char *name,
	       enum role role, struct tensor x, struct err *e);

/* tensor_element - element @i as a double (the real part of a complex one) */
double tensor_element(const struct tensor *x, size_t i);

#endif
