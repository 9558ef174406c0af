/*
 * foreign - convert arrays of numpy and safetensors files to tensors
 *
 * These files have element types that a stream does not have.  Each is converted to the narrowest
 * type of a stream that holds its values:
 *
 *     bool            u1
 *     i1, i2, u2      i4
 *     u4, u8          i8 (a u8 of 2^63 or more is refused)
 *     bfloat16        f4 (of which it is the upper half), as are the 8-bit floats
 *
 * Big-endian and column-major arrays are converted to little-endian and row-major.
 */
#ifndef FOREIGN_FOREIGN_H
#define FOREIGN_FOREIGN_H

#include "stream/tensor.h"

/*
 * Element types that numpy has no letter for.  8-bit floats: Micikevicius et al., arXiv
 * 2209.05433.
 */
enum {
	FOREIGN_BF16 = 'B',
	FOREIGN_E4M3 = '4', /* no infinity; NaN has all bits of exponent and mantissa set */
	FOREIGN_E5M2 = '5', /* the upper 8 bits of a binary16 */
	FOREIGN_E4M3FNUZ = 'x', /* no infinity; the code of -0 is NaN; exponent bias 8 */
	FOREIGN_E5M2FNUZ = 'y', /* the same; exponent bias 16 */
	FOREIGN_E8M0 = '8', /* 2^(x - 127); NaN is all ones */
	FOREIGN_OTHER = 0, /* what cannot become a tensor */
};

/* An array in a file. */
struct foreign {
	char kind; /* 'f', 'i', 'u', 'b' (bool), 'c' as in numpy, or one of the above */
	size_t size; /* bytes of an element */
	int swap; /* big-endian */
	int fortran; /* column-major: the first index runs fastest */
	int ndim;
	size_t shape[FORMAT_DIMS];
	size_t n, bytes; /* elements and bytes in all, set by foreign_check */
};

int foreign_has_type(char kind, size_t size); /* can a stream hold this type? */

/*
 * foreign_check - is this an array that can become a tensor?
 *
 * Sets n and bytes.  Returns 0, or -1 with @e for a type that a stream cannot hold, and for a size
 * that overflows or reaches the 4 GiB limit of a stream's tensor, before or after conversion.
 */
int foreign_check(struct foreign *f, struct err *e);

/* foreign_dtype - the element type that a checked array gets */
enum dtype foreign_dtype(const struct foreign *f);

/*
 * Where an array's bytes come from.  read puts exactly @n bytes into @p; returns 0, or -1 with @e.
 */
struct foreign_source {
	int (*read)(void *arg, void *p, size_t n, struct err *e);
	void *arg;
};

/*
 * foreign_tensor - read a checked array into a new tensor, which the caller frees
 *
 * Needs 64 KiB of memory besides the tensor; for column-major order, memory for a second tensor.
 * Returns 0, or -1 with @e.
 */
int foreign_tensor(const struct foreign *f, const struct foreign_source *from, struct tensor *x,
		   struct err *e);

#endif
