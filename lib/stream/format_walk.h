/*
 * format_walk - the structure of msgpack, walked without believing any count
 *
 * Internal to format.  Everything returns 1 for found, 0 when more bytes are needed, and -1 with
 * @e for what can never be part of a record.
 */
#ifndef STREAM_FORMAT_WALK_H
#define STREAM_FORMAT_WALK_H

#include "stream/format.h"

enum format_type { ITEM_SCALAR, ITEM_TEXT, ITEM_BIN, ITEM_ARRAY, ITEM_MAP };

struct format_item {
	enum format_type type;
	size_t tag; /* bytes of the tag and its length field */
	size_t body; /* bytes that follow, of a scalar, text or bin */
	size_t count; /* objects that follow, of an array or map (two for each entry) */
};

int format_item(const uint8_t *p, size_t n, struct format_item *it);

/* format_skip - the length of the whole object at @p */
int format_skip(const uint8_t *p, size_t n, size_t *length, struct err *e);

/* A walk over the entries of a map: a key, then its value at @at. */
struct format_entries {
	const uint8_t *p;
	size_t n, at, left; /* bytes at hand, place, entries still to come */
	const uint8_t *key; /* body of a text or bin key */
	size_t key_n; /* 0 for a key of another type */
};

/* format_entries - begin a walk at @p; @w is always initialised, to an empty map on failure */
int format_entries(struct format_entries *w, const uint8_t *p, size_t n, struct err *e);
int format_key(struct format_entries *w, struct err *e);
int format_value(struct format_entries *w, const uint8_t **p, size_t *n, struct err *e);
int format_key_is(const struct format_entries *w, const char *name);

#endif
