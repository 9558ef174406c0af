/*
 * safetensors - headers of .safetensors files, and the index of a model in several of them
 *
 *     N (8 bytes, little-endian) | header: N bytes of JSON, padded with spaces | data
 *
 *     { "__metadata__": { "format": "pt" },
 *       "name": { "dtype": "F32", "shape": [97, 512], "data_offsets": [begin, end] }, ... }
 *
 * Offsets count from the first byte of data; regions follow each other without holes and end where
 * the file ends.  Source: the format's README, github.com/huggingface/safetensors.  Nothing in a
 * header is believed before it is checked.
 */
#ifndef FOREIGN_SAFETENSORS_H
#define FOREIGN_SAFETENSORS_H

#include "foreign/foreign.h"
#include "names.h"

enum { SAFETENSORS_HEADER = 100000000 }; /* longest header, as in the reference implementation */

struct safetensors_entry {
	size_t name; /* its number in names */
	char type[16]; /* as the header has it */
	struct foreign array; /* checked; FOREIGN_OTHER for a type that a stream cannot hold */
	uint64_t offset; /* of its first byte, from the first byte of data */
	size_t alias; /* 0, or one more than the number of another name of it in aliases */
};

/* Zero-initialise; free with safetensors_free. */
struct safetensors {
	struct names names;
	struct safetensors_entry *entry; /* (n), in the order of the data */
	size_t n;
	struct names aliases; /* other names of tensors, from the metadata */
	size_t *next; /* (aliases.n), further names of the same tensor, as entry.alias */
};

void safetensors_free(struct safetensors *s);

/*
 * safetensors_parse - a header of @n bytes, followed by @data bytes
 *
 * Fills the empty @s, or returns -1 with @e and leaves it empty: for JSON that is malformed or has
 * a name twice, sizes that do not fit the shape, offsets that overlap, leave holes, or do not end
 * with the data.
 */
int safetensors_parse(const char *json, size_t n, uint64_t data, struct safetensors *s,
		      struct err *e);

/*
 * safetensors_add - one more tensor of a file to be written, behind the others
 *
 * -1 with @e if its name is there already or its type has no counterpart (c16).
 */
int safetensors_add(struct safetensors *s, const char *name, enum dtype dtype, int ndim,
		    const size_t *shape, struct err *e);

/*
 * safetensors_header - everything that comes before the data of @s, to be freed; NULL with @e
 *
 * The entries are sorted by element size, the largest first, else left in order, so that every
 * tensor is aligned; their offsets become those of the new file.  *n is its length, a multiple of
 * 8.
 */
char *safetensors_header(struct safetensors *s, size_t *n, struct err *e);

/*
 * The index of a model in several files, model.safetensors.index.json: which file has which tensor.
 * Zero-initialise; free with safetensors_index_free.
 */
struct safetensors_index {
	struct names files, tensors;
	size_t *file; /* (tensors.n), the number of its file */
};

/* safetensors_index - -1 with @e for malformed JSON, and for files outside of the directory */
int safetensors_index(const char *json, size_t n, struct safetensors_index *x, struct err *e);
void safetensors_index_free(struct safetensors_index *x);

#endif
