/* Tensors in memory: read, convert, write; see tensor.h. */
#include "stream/tensor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

/*
 * A size that a stream claims costs address space only: memory is touched when data come.
 */
static int allocate(struct tensor *x, enum dtype dtype, int ndim, const size_t *shape,
		    struct err *e)
{
	struct tensor y = { .dtype = dtype, .ndim = ndim, .n = 1 };
	size_t bytes;
	int i;

	for (i = 0; i < ndim; i++) {
		y.shape[i] = shape[i];
		if (__builtin_mul_overflow(y.n, shape[i], &y.n))
			return err_set(e, "a tensor too large for memory");
	}
	if (__builtin_mul_overflow(y.n, format_dtype_size(dtype), &bytes) ||
	    bytes > SIZE_MAX - 2 * ALIGNMENT)
		return err_set(e, "a tensor too large for memory");
	bytes = (bytes + ALIGNMENT) / ALIGNMENT * ALIGNMENT; /* never 0 */
	y.data = aligned_alloc(ALIGNMENT, bytes);
	if (!y.data)
		return err_memory(e);
	*x = y;
	return 0;
}

int tensor_init(struct tensor *x, enum dtype dtype, int ndim, const size_t *shape, struct err *e)
{
	if (allocate(x, dtype, ndim, shape, e))
		return -1;
	memset(x->data, 0, x->n * format_dtype_size(dtype));
	return 0;
}

void tensor_free(struct tensor *x)
{
	free(x->data);
	*x = (struct tensor){ 0 };
}

int tensor_read(struct stream_in *in, const struct record *r, struct tensor *x, struct err *e)
{
	struct tensor y;

	if (allocate(&y, r->dtype, r->ndim, r->shape, e))
		return stream_reject(in, e);
	if (stream_payload(in, y.data, r->bytes, e)) {
		tensor_free(&y);
		return -1;
	}
	*x = y;
	return 0;
}

int tensor_floats(struct stream_in *in, const struct record *r, struct tensor *x, struct err *e)
{
	struct tensor y;
	int result;

	if (tensor_read(in, r, &y, e))
		return -1;
	if (y.dtype == DTYPE_F4) {
		*x = y;
		return 0;
	}
	result = tensor_convert(&y, DTYPE_F4, x, e);
	tensor_free(&y);
	if (result) {
		err_prefix(e, "tensor '%.100s'", r->name);
		return stream_reject(in, e);
	}
	return 0;
}

/* The nearest half, ties to even; too large becomes infinite. */
static uint16_t half_nearest(double x)
{
	uint16_t sign = signbit(x) ? 0x8000 : 0;
	int exponent;
	double scaled;

	x = fabs(x);
	if (isnan(x))
		return sign | 0x7e00;
	if (x >= 65520)
		return sign | 0x7c00;
	if (x < 0x1p-24 / 2)
		return sign;
	frexp(x, &exponent);
	exponent = exponent < -13 ? -13 : exponent; /* subnormal halves share an exponent */
	scaled = rint(ldexp(x, 11 - exponent)); /* 1024..2048, or less when subnormal */
	return (uint16_t)(sign | (unsigned)((exponent + 13) * 1024 + (int)scaled));
}

double tensor_element(const struct tensor *x, size_t i)
{
	switch (x->dtype) {
	case DTYPE_F4:
		return ((const float *)x->data)[i];
	case DTYPE_F8:
		return ((const double *)x->data)[i];
	case DTYPE_F2:
		return format_half(((const uint16_t *)x->data)[i]);
	case DTYPE_I4:
		return ((const int32_t *)x->data)[i];
	case DTYPE_I8:
		return (double)((const int64_t *)x->data)[i];
	case DTYPE_U1:
		return ((const uint8_t *)x->data)[i];
	case DTYPE_C8:
		return ((const float *)x->data)[2 * i];
	case DTYPE_C16:
		return ((const double *)x->data)[2 * i];
	}
	return NAN;
}

int tensor_is_complex(enum dtype d)
{
	return d == DTYPE_C8 || d == DTYPE_C16;
}

double tensor_part(const struct tensor *x, size_t i)
{
	if (x->dtype == DTYPE_C8)
		return ((const float *)x->data)[i];
	if (x->dtype == DTYPE_C16)
		return ((const double *)x->data)[i];
	return tensor_element(x, i);
}

/* Out of range for an integer type: the nearest end of it; NaN: 0. */
static double clamp(double x, double min, double max)
{
	return isnan(x) ? 0 : x < min ? min : x > max ? max : x;
}

static void set_part(struct tensor *x, size_t i, double v)
{
	switch (x->dtype) {
	case DTYPE_F4:
	case DTYPE_C8:
		((float *)x->data)[i] = (float)v;
		break;
	case DTYPE_F8:
	case DTYPE_C16:
		((double *)x->data)[i] = v;
		break;
	case DTYPE_F2:
		((uint16_t *)x->data)[i] = half_nearest(v);
		break;
	case DTYPE_I4:
		((int32_t *)x->data)[i] = (int32_t)clamp(rint(v), INT32_MIN, INT32_MAX);
		break;
	case DTYPE_I8:
		v = clamp(rint(v), -0x1p63, 0x1p63);
		((int64_t *)x->data)[i] = v >= 0x1p63 ? INT64_MAX : (int64_t)v;
		break;
	case DTYPE_U1:
		((uint8_t *)x->data)[i] = (uint8_t)clamp(rint(v), 0, 255);
		break;
	}
}

int tensor_convert(const struct tensor *x, enum dtype dtype, struct tensor *y, struct err *e)
{
	size_t i, parts = x->n * (tensor_is_complex(dtype) ? 2 : 1);

	if (tensor_is_complex(x->dtype) != tensor_is_complex(dtype))
		return err_set(e, "%s cannot become %s", format_dtype_name(x->dtype),
			       format_dtype_name(dtype));
	if (tensor_init(y, dtype, x->ndim, x->shape, e))
		return -1;
	if (x->dtype == dtype)
		memcpy(y->data, x->data, x->n * format_dtype_size(dtype));
	else
		for (i = 0; i < parts; i++)
			set_part(y, i, tensor_part(x, i));
	return 0;
}

struct tensor tensor_over(enum dtype dtype, int ndim, const size_t *shape, const void *data)
{
	struct tensor x = { .dtype = dtype, .ndim = ndim, .n = 1, .data = (void *)data };
	int i;

	for (i = 0; i < ndim; i++) {
		x.shape[i] = shape[i];
		x.n *= shape[i];
	}
	return x;
}

int tensor_put(struct stream_out *out, const char *run, int64_t step, const char *name,
	       enum role role, struct tensor x, struct err *e)
{
	struct record r = {
		.kind = RECORD_TENSOR,
		.run = run,
		.step = step,
		.name = name,
		.role = role,
		.dtype = x.dtype,
		.ndim = x.ndim,
	};

	memcpy(r.shape, x.shape, sizeof(r.shape));
	return stream_put(out, &r, x.data, e);
}
