/*
 * npy - headers of numpy's .npy files
 *
 *     "\x93NUMPY" major minor | header length | { 'descr': '<f4', 'fortran_order': False,
 *                                                 'shape': (97, 512), } padding "\n" | data
 *
 * The length is 2 bytes in version 1, 4 in 2 and 3, little-endian; the header is a Python literal.
 * Source: numpy/lib/format.py.  A stream cannot hold structured types, text, and object arrays,
 * which are Python pickles and can run programs.
 */
#ifndef FOREIGN_NPY_H
#define FOREIGN_NPY_H

#include "foreign/foreign.h"

enum {
	NPY_MAGIC = 6,
	NPY_HEADER = 1 << 16, /* longest header that is read */
	NPY_WRITTEN = 320, /* room for a header that is written: 8 dimensions need less */
};

/*
 * npy_parse - the header at the beginning of @p
 *
 * @n:      bytes at hand, perhaps not all of it
 * @f:      the array, checked (see foreign_check); kind 'S' or 'U' for text of @f->size bytes each;
 *          FOREIGN_OTHER for what else a stream cannot hold
 * @header: bytes before the data
 *
 * Returns 1; 2 for a whole header of an array that a stream cannot hold, with @e; 0 when more bytes
 * are needed (never beyond NPY_HEADER); -1 with @e.
 */
int npy_parse(const uint8_t *p, size_t n, struct foreign *f, size_t *header, struct err *e);

/* npy_header - write a version 1 header; returns its length, a multiple of 64 */
size_t npy_header(enum dtype dtype, int ndim, const size_t *shape, uint8_t out[NPY_WRITTEN]);

#endif
