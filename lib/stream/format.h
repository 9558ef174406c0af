/*
 * format - one record of a grok tensor stream, to and from bytes (the only user of msgpack)
 *
 *   zstd frame | record record ... |     record = msgpack map, "kind" first
 *                  |
 *                  +-- tensor: { kind run step name role array: { nd type kind shape data } }
 *                              |<------------- header ------------------------->|<payload>|
 *
 * The payload of a tensor is its data bytes.  It comes last, so that a reader knows everything
 * about a tensor before it reads the first byte of data; the rest of the record is called its
 * header.  Every other record is all header.  formats/gts.md is the normative description.
 *
 * The input is not trusted: everything is checked before it is used, and no memory is allocated for
 * a count of objects that the bytes read so far cannot hold.
 */
#ifndef STREAM_FORMAT_H
#define STREAM_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

enum {
	FORMAT_VERSION = 1,
	FORMAT_DIMS = 8, /* most dimensions of a tensor */
	FORMAT_NAME = 1024, /* longest name, run or other text key, in bytes */
	FORMAT_TENSOR_HEADER = 1 << 16, /* longest header of a tensor */
	FORMAT_RECORD = 1 << 24, /* longest other record */
	FORMAT_DEPTH = 16, /* deepest nesting of maps and arrays */
};

enum dtype { DTYPE_F4, DTYPE_F8, DTYPE_F2, DTYPE_I4, DTYPE_I8, DTYPE_U1, DTYPE_C8, DTYPE_C16 };

size_t format_dtype_size(enum dtype d); /* bytes of one element */
const char *format_dtype_name(enum dtype d); /* numpy's: "<f4" ... "|u1" ... "<c16" */
int format_dtype(const char *name, enum dtype *d); /* "<f4" or "f4"; -1 for an unknown name */

enum record_kind { RECORD_HEAD, RECORD_TENSOR, RECORD_METRICS, RECORD_END, RECORD_OTHER };
#define RECORD_KINDS "head|tensor|metrics|end" /* in this order, without RECORD_OTHER */
enum role { ROLE_PARAM, ROLE_STATE, ROLE_MEASURE };
#define ROLE_NAMES "param|state|measure" /* in this order */

int format_has_step(enum record_kind kind); /* is a record of this kind about a step? */

const char *format_role_name(enum role role); /* "param" "state" "measure" */
int format_role(const char *name, size_t n, enum role *role); /* of @n bytes; -1: unknown */

double format_half(uint16_t h); /* the value of an f2 element, IEEE 754 binary16 */

/* An entry of a head's configuration.  Keys are option names with underscores. */
enum setting_type { SETTING_INT, SETTING_REAL, SETTING_TEXT, SETTING_FLAG };

struct setting {
	const char *key;
	enum setting_type type;
	int64_t i; /* SETTING_INT, SETTING_FLAG (0 or 1) */
	double x; /* SETTING_REAL; also the value of a SETTING_INT */
	const char *text; /* SETTING_TEXT */
};

/* A link of the provenance chain: a program that wrote or forwarded the run. */
struct program {
	const char *name, *version;
	const char *const *options; /* as given, without file names and numbers of threads */
	int noptions;
};

/* One value of a metrics record. */
struct value {
	const char *name; /* tool.quantity */
	double x;
};

/* A record; the comments say which kinds have a field. */
struct record {
	enum record_kind kind;
	const char *kind_name; /* of RECORD_OTHER as in the stream; else the name of the kind */
	const char *run; /* id of the run; NULL for a RECORD_OTHER without one */
	int64_t step; /* tensor, metrics: 0 or more */

	int64_t version, seed; /* head */
	const struct setting *config;
	int nconfig;
	const struct program *chain;
	int nchain;

	const char *name; /* tensor */
	enum role role;
	enum dtype dtype;
	int ndim;
	size_t shape[FORMAT_DIMS];
	size_t bytes; /* of the payload: product of the shape times the element size */

	const char *tool, *of; /* metrics; of: the part that they describe, NULL: the whole */
	const struct value *values;
	int nvalues;

	int complete; /* end: 1 complete, 0 interrupted */
	uint64_t records; /* end: number of the run's records, head and end included */
};

/* Grows by realloc; zero-initialise, free() the bytes. */
struct format_bytes {
	uint8_t *p;
	size_t n, room;
};

/* format_append - n more bytes; returns -1 with @e when memory runs out */
int format_append(struct format_bytes *b, const void *p, size_t n, struct err *e);

/* Memory for decoded texts and lists; zero-initialise. */
struct format_arena {
	struct format_block *blocks;
};
void format_arena_free(struct format_arena *a); /* empties it; may be used again */

/*
 * format_scan - find the length of the record that begins at @p
 *
 * @p, @n:     the bytes read so far, perhaps not all of the record
 * @header:    length of its header, set when 1 is returned
 * @payload:   length of its payload, 0 unless it is a tensor
 *
 * Returns 1 when the whole header is there, 0 when more bytes are needed, -1 with @e when this can
 * not become a record, whatever follows (malformed msgpack, no kind, a limit exceeded, array not
 * last).
 */
int format_scan(const uint8_t *p, size_t n, size_t *header, size_t *payload, struct err *e);

/*
 * format_decode - the fields of a record
 *
 * @p, @n: its header as format_scan found it
 * @a:     receives the texts and lists that @r points to
 *
 * Returns 0, or -1 with @e naming the field that is missing, wrong or out of bounds.
 */
int format_decode(const uint8_t *p, size_t n, struct format_arena *a, struct record *r,
		  struct err *e);

/*
 * format_payload - bytes of a tensor's payload, from dtype and shape; -1 when they overflow size_t
 */
int format_payload(const struct record *r, size_t *bytes);

/*
 * format_encode - append a record's header; a tensor's payload of r->bytes bytes must follow
 *
 * @r: any kind but RECORD_OTHER; r->bytes is computed here, r->kind_name ignored
 */
int format_encode(struct format_bytes *b, const struct record *r, struct err *e);

/*
 * format_sign - append to @b the head record at @p (@n bytes), with @me added to its provenance
 * chain
 *
 * Everything else in it, unknown keys too, is copied unchanged.
 */
int format_sign(struct format_bytes *b, const uint8_t *p, size_t n, const struct program *me,
		struct err *e);

/* format_recount - append to @b the end record at @p (@n bytes), with another number of records */
int format_recount(struct format_bytes *b, const uint8_t *p, size_t n, uint64_t records,
		   struct err *e);

/* format_setting - an entry of a head's configuration; NULL when the key is absent */
const struct setting *format_setting(const struct record *head, const char *key);

/*
 * format_hash - 64-bit FNV-1a hash of a configuration's encoded bytes; its first 8 hex digits are
 * the end of a run id
 */
int format_hash(const struct setting *config, int n, uint64_t *hash, struct err *e);

#endif
