/*
 * npy - headers of numpy's .npy files
 *
 *     "\x93NUMPY" major minor | header length | { 'descr': '<f4', 'fortran_order': False,
 *                                                 'shape': (97, 512), } padding "\n" | data
 *
 * The length is 2 bytes in version 1, 4 bytes in versions 2 and 3, little-endian; the header is a
 * Python literal.  Source: numpy/lib/format.py.  A stream cannot hold structured types, text, or
 * object arrays; the last are Python pickles, which can run programs when they are loaded.
 */
#ifndef FOREIGN_NPY_H
#define FOREIGN_NPY_H

#include "foreign/foreign.h"

enum {
	NPY_MAGIC = 6,
	NPY_HEADER = 1 << 16, /* longest header that is read */
	NPY_WRITTEN = 320, /* room for a header that is written, enough for 8 dimensions */
};

/*
 * npy_parse - the header at the beginning of @p
 *
 * @n:      bytes read so far, perhaps not the whole header
 * @f:      the array, checked (see foreign_check).  If a stream cannot hold it, its kind is 'S' or
 *          'U' for texts of f->size bytes each, FOREIGN_OTHER for anything else
 * @header: number of bytes before the data
 *
 * Returns 1; 2, with @e, when the header is complete but a stream cannot hold the array; 0 when
 * more bytes are needed (never more than NPY_HEADER); -1 with @e.
 */
int npy_parse(const uint8_t *p, size_t n, struct foreign *f, size_t *header, struct err *e);

/* npy_header - write a version 1 header; returns its length, a multiple of 64 */
size_t npy_header(enum dtype dtype, int ndim, const size_t *shape, uint8_t out[NPY_WRITTEN]);

#endif
