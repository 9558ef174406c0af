/*
 * safetensors - headers of .safetensors files, and the index of a model in several of them
 *
 *     N (8 bytes, little-endian) | header: N bytes of JSON, padded with spaces | data
 *
 *     { "__metadata__": { "format": "pt" },
 *       "name": { "dtype": "F32", "shape": [97, 512], "data_offsets": [begin, end] }, ... }
 *
 * Offsets count from the first byte of data; the tensors follow each other without gaps, up to the
 * end of the file.  Source: the format's README, github.com/huggingface/safetensors.  Headers are
 * not trusted: everything is checked before it is used.
 */
#ifndef FOREIGN_SAFETENSORS_H
#define FOREIGN_SAFETENSORS_H

#include "foreign/foreign.h"
#include "names.h"

enum { SAFETENSORS_HEADER = 100000000 }; /* longest header, as in the reference implementation */

struct safetensors_entry {
	size_t name; /* its number in names */
	char type[16]; /* as in the header: "F32" */
	struct foreign array; /* checked; FOREIGN_OTHER for a type that a stream cannot hold */
	uint64_t offset; /* of its first byte, from the first byte of data */
	size_t alias; /* 1 + the number in aliases of another name for it; 0: there is none */
};

/* Zero-initialise; free with safetensors_free. */
struct safetensors {
	struct names names;
	struct safetensors_entry *entry; /* (n), in the order of the data */
	size_t n;
	struct names aliases; /* other names of tensors, from the metadata */
	size_t *next; /* (aliases.n) a further name of the same tensor, coded as entry.alias */
};

void safetensors_free(struct safetensors *s);

/*
 * safetensors_parse - parse a header of @n bytes, which @data bytes follow
 *
 * Fills the empty @s and returns 0; or returns -1 with @e and leaves it empty: for JSON that is
 * malformed or repeats a name, sizes that do not fit the shape, and offsets that overlap, leave
 * gaps or do not end with the data.
 */
int safetensors_parse(const char *json, size_t n, uint64_t data, struct safetensors *s,
		      struct err *e);

/*
 * safetensors_add - append a tensor to a file that is to be written
 *
 * Returns 0, or -1 with @e if the name is there already or the format has no such type (c16).
 */
int safetensors_add(struct safetensors *s, const char *name, enum dtype dtype, int ndim,
		    const size_t *shape, struct err *e);

/*
 * safetensors_header - everything that comes before the data of @s, for the caller to free
 *
 * @n: set to its length, a multiple of 8
 *
 * The entries are sorted by element size, the largest first, so that every tensor is aligned; those
 * of equal size stay in order.  Their offsets become those in the new file.  NULL with @e when
 * memory runs out.
 */
char *safetensors_header(struct safetensors *s, size_t *n, struct err *e);

/*
 * The index of a model in several files, model.safetensors.index.json: which file has which tensor.
 * Zero-initialise; free with safetensors_index_free.
 */
struct safetensors_index {
	struct names files, tensors;
	size_t *file; /* (tensors.n) the number of the tensor's file in files */
};

/*
 * safetensors_index - parse an index of @n bytes
 *
 * Returns 0, or -1 with @e for malformed JSON, and for names of files outside the directory.
 */
int safetensors_index(const char *json, size_t n, struct safetensors_index *x, struct err *e);
void safetensors_index_free(struct safetensors_index *x);

#endif
