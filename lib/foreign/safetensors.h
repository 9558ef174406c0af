/*
 * safetensors - headers of .safetensors files, and the config.json beside them
 *
 *     N (8 bytes, little-endian) | header: N bytes of JSON, padded with spaces | data
 *
 *     { "__metadata__": { "format": "pt" },
 *       "name": { "dtype": "F32", "shape": [97, 512], "data_offsets": [begin, end] }, ... }
 *
 * Offsets count from the first byte of data; regions follow each other without holes and end where
 * the file ends.  Source: the format's README, github.com/huggingface/safetensors.  Nothing in a
 * header is believed before it is checked.  The only user of cJSON.
 */
#ifndef FOREIGN_SAFETENSORS_H
#define FOREIGN_SAFETENSORS_H

#include "foreign/foreign.h"
#include "names.h"

enum {
	SAFETENSORS_HEADER = 100000000, /* longest header, as in the reference implementation */
	SAFETENSORS_CONFIG = 1 << 24, /* longest config.json */
};

struct safetensors_entry {
	size_t name; /* its number in names */
	struct foreign array; /* checked */
	uint64_t offset; /* of its first byte, from the first byte of data */
};

/* Zero-initialise; free with safetensors_free. */
struct safetensors {
	struct names names;
	struct safetensors_entry *entry; /* (n), in the order of the data */
	size_t n;
};

void safetensors_free(struct safetensors *s);

/*
 * safetensors_parse - a header of @n bytes, followed by @data bytes
 *
 * Fills the empty @s, or returns -1 with @e and leaves it empty: for JSON that is malformed or has a
 * name twice, unknown types, sizes that do not fit the shape, offsets that overlap, leave holes, or
 * do not end with the data.
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
 * tensor is aligned; their offsets become those of the new file.  *n is its length, a multiple of 8.
 */
char *safetensors_header(struct safetensors *s, size_t *n, struct err *e);

/*
 * safetensors_head - a head record as a JSON object: run, seed and configuration; to be freed,
 * NULL with @e
 */
char *safetensors_head(const struct record *head, struct err *e);

/*
 * safetensors_config - config.json of a model; to be freed, NULL with @e
 *
 * @head:  from safetensors_head; kept in the object "grok", with @step
 * @model: its tensors.  When they are those of a GPT-2, the keys by which Hugging Face transformers
 *         and TransformerLens know one are added: sizes from the shapes, heads and activation from
 *         the configuration.
 */
char *safetensors_config(const char *head, int64_t step, const struct safetensors *model,
			 struct err *e);

/* What config.json tells about a run.  Zero-initialise; free with safetensors_settings_free. */
struct safetensors_settings {
	char *run; /* NULL when it does not say */
	int64_t step, seed;
	struct setting *config;
	int nconfig;
	void *json; /* owns the texts */
};

void safetensors_settings_free(struct safetensors_settings *c);

/*
 * safetensors_settings - from the object "grok", or else from the keys of a GPT-2
 *
 * @n bytes at @json.  Returns -1 with @e for malformed JSON and for values out of range.
 */
int safetensors_settings(const char *json, size_t n, struct safetensors_settings *c, struct err *e);

#endif
