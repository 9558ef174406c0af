/*
 * format_field - convert the values of a record from msgpack objects to checked C values (private
 * to format)
 *
 * Each function returns 0, or -1 with the error of the format_field, which names the field.
 */
#ifndef STREAM_FORMAT_FIELD_H
#define STREAM_FORMAT_FIELD_H

#include <msgpack.h>

#include "stream/format.h"

/* A field that is being converted. */
struct format_field {
	const char *what; /* its name, for messages */
	const msgpack_object *o; /* its value */
	struct format_arena *a; /* receives its texts and lists */
	struct err *e;
};

/* format_unpack - parse one whole object; the caller destroys @u, also after an error */
int format_unpack(const uint8_t *p, size_t n, msgpack_unpacked *u, struct err *e);

void *format_arena_alloc(struct format_arena *a, size_t n); /* NULL when memory runs out */

/* Texts are checked to be UTF-8 without NUL, at most @limit bytes, and copied with a NUL. */
int format_get_slice(struct format_field *f, const char *s, size_t n, size_t limit,
		     const char **out);
int format_get_text(struct format_field *f, size_t limit, const char **out);
int format_get_int(struct format_field *f, int64_t min, int64_t max, int64_t *out);
int format_get_real(struct format_field *f, double *out);

/* format_get_choice - the place of the field's text among @choices, "a|b|c" (list.h) */
int format_get_choice(struct format_field *f, const char *choices, int *out);

int format_get_config(struct format_field *f, struct record *r);
int format_get_chain(struct format_field *f, struct record *r);

#endif
