/*
 * format_walk - walk over msgpack objects without trusting their counts (private to format)
 *
 * Functions take the @n bytes at @p that have been read so far.  They return 1 for success, 0 when
 * more bytes are needed, and -1 with @e for bytes that cannot be part of a record.
 */
#ifndef STREAM_FORMAT_WALK_H
#define STREAM_FORMAT_WALK_H

#include "stream/format.h"

enum format_type { ITEM_SCALAR, ITEM_TEXT, ITEM_BIN, ITEM_ARRAY, ITEM_MAP };

/* One msgpack object without the objects inside it. */
struct format_item {
	enum format_type type;
	size_t tag; /* bytes of the type byte and the length field */
	size_t body; /* of a scalar, text or bin: bytes that follow the tag */
	size_t count; /* of an array or map: objects that follow (two for each entry of a map) */
};

/* format_item - the object at @p; 1, 0 when more bytes are needed, -1 for an unknown type */
int format_item(const uint8_t *p, size_t n, struct format_item *it);

/* format_skip - the length of the whole object at @p */
int format_skip(const uint8_t *p, size_t n, size_t *length, struct err *e);

/* A walk over the entries of a map: format_key and format_value in turn, while left is above 0. */
struct format_entries {
	const uint8_t *p;
	size_t n; /* bytes read so far */
	size_t at; /* offset of the next key or value */
	size_t left; /* entries still to come */
	const uint8_t *key; /* body of the present key, if it is a text or bin */
	size_t key_n; /* its length; 0 for a key of another type */
};

/* format_entries - begin a walk at @p; @w is always initialised, to an empty map on failure */
int format_entries(struct format_entries *w, const uint8_t *p, size_t n, struct err *e);
int format_key(struct format_entries *w, struct err *e); /* read a key */
/* format_value - skip a value and say where it is */
int format_value(struct format_entries *w, const uint8_t **p, size_t *n, struct err *e);
int format_key_is(const struct format_entries *w, const char *name); /* is the present key @name? */

#endif
