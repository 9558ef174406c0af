/*
 * tensor - an array of a stream, in memory
 *
 * Functions that make a tensor return 0, or -1 with @e; the caller frees it with tensor_free.
 */
#ifndef STREAM_TENSOR_H
#define STREAM_TENSOR_H

#include "stream/stream.h"

struct tensor {
	enum dtype dtype;
	int ndim;
	size_t shape[FORMAT_DIMS];
	size_t n; /* elements: the product of shape, 1 for ndim = 0 */
	void *data; /* n elements, in C order (row-major), aligned to 64 bytes */
};

/* tensor_init - a new tensor of zeros */
int tensor_init(struct tensor *x, enum dtype dtype, int ndim, const size_t *shape, struct err *e);
void tensor_free(struct tensor *x); /* leaves it empty: freeing twice is harmless */

/*
 * tensor_read - read the payload of @in's current tensor record @r into a new tensor
 *
 * Errors name file and record.
 */
int tensor_read(struct stream_in *in, const struct record *r, struct tensor *x, struct err *e);

/* tensor_floats - the same, but converted to float32; complex types are refused */
int tensor_floats(struct stream_in *in, const struct record *r, struct tensor *x, struct err *e);

/* tensor_convert - @y, new, is @x as another dtype; complex to real and the reverse are refused */
int tensor_convert(const struct tensor *x, enum dtype dtype, struct tensor *y, struct err *e);

/*
 * tensor_over - a tensor whose data is the caller's array @data, in C order, for reading only
 *
 * @shape: (ndim)
 *
 * It must not be given to tensor_free.
 */
struct tensor tensor_over(enum dtype dtype, int ndim, const size_t *shape, const void *data);

/* tensor_put - write a tensor record */
int tensor_put(struct stream_out *out, const char *run, int64_t step, const char *name,
	       enum role role, struct tensor x, struct err *e);

/* tensor_element - element @i as a double (the real part of a complex one) */
double tensor_element(const struct tensor *x, size_t i);

/* tensor_part - number @i of the elements' parts: one of a real element, two of a complex one */
int tensor_is_complex(enum dtype d);
double tensor_part(const struct tensor *x, size_t i);

#endif
