/* Walking over msgpack objects; see format_walk.h. */
#include "stream/format_walk.h"

#include <string.h>

static size_t big_endian(const uint8_t *p, size_t n)
{
	size_t x = 0;

	while (n--)
		x = x << 8 | *p++;
	return x;
}

/* 1: the tag at @p is read; 0: it needs more bytes; -1: there is no such tag. */
int format_item(const uint8_t *p, size_t n, struct format_item *it)
{
	/* from 0xc0: type, bytes of the length field, bytes of a fixed body */
	static const struct {
		uint8_t type, length, body;
	} tags[] = {
		{ ITEM_SCALAR, 0, 0 },  { 255, 0, 0 },         { ITEM_SCALAR, 0, 0 },
		{ ITEM_SCALAR, 0, 0 },  { ITEM_BIN, 1, 0 },    { ITEM_BIN, 2, 0 },
		{ ITEM_BIN, 4, 0 },     { ITEM_SCALAR, 1, 1 }, { ITEM_SCALAR, 2, 1 },
		{ ITEM_SCALAR, 4, 1 },  { ITEM_SCALAR, 0, 4 }, { ITEM_SCALAR, 0, 8 },
		{ ITEM_SCALAR, 0, 1 },  { ITEM_SCALAR, 0, 2 }, { ITEM_SCALAR, 0, 4 },
		{ ITEM_SCALAR, 0, 8 },  { ITEM_SCALAR, 0, 1 }, { ITEM_SCALAR, 0, 2 },
		{ ITEM_SCALAR, 0, 4 },  { ITEM_SCALAR, 0, 8 }, { ITEM_SCALAR, 0, 2 },
		{ ITEM_SCALAR, 0, 3 },  { ITEM_SCALAR, 0, 5 }, { ITEM_SCALAR, 0, 9 },
		{ ITEM_SCALAR, 0, 17 }, { ITEM_TEXT, 1, 0 },   { ITEM_TEXT, 2, 0 },
		{ ITEM_TEXT, 4, 0 },    { ITEM_ARRAY, 2, 0 },  { ITEM_ARRAY, 4, 0 },
		{ ITEM_MAP, 2, 0 },     { ITEM_MAP, 4, 0 },
	};
	size_t length, t;

	if (!n)
		return 0;
	*it = (struct format_item){ .type = ITEM_SCALAR, .tag = 1 };
	if (p[0] < 0x80 || p[0] >= 0xe0)
		return 1; /* small integers */
	if (p[0] < 0x90) {
		it->type = ITEM_MAP;
		it->count = 2 * (p[0] & 15u);
		return 1;
	}
	if (p[0] < 0xa0) {
		it->type = ITEM_ARRAY;
		it->count = p[0] & 15u;
		return 1;
	}
	if (p[0] < 0xc0) {
		it->type = ITEM_TEXT;
		it->body = p[0] & 31u;
		return 1;
	}
	t = p[0] - 0xc0u;
	if (tags[t].type == 255)
		return -1;
	it->type = (enum format_type)tags[t].type;
	it->tag = 1u + tags[t].length;
	if (n < it->tag)
		return 0;
	length = big_endian(p + 1, tags[t].length);
	if (it->type == ITEM_ARRAY)
		it->count = length;
	else if (it->type == ITEM_MAP)
		it->count = 2 * length;
	else
		it->body = length + tags[t].body;
	return 1;
}

/* The length of the whole object at @p: 1 found, 0 more bytes are needed, -1 malformed. */
int format_skip(const uint8_t *p, size_t n, size_t *length, struct err *e)
{
	size_t left[FORMAT_DEPTH] = { 1 }, at = 0; /* objects still to come at each depth */
	int depth = 0, got;
	struct format_item it;

	if (format_item(p, n, &it) > 0 && !it.count && it.body <= n - it.tag &&
	    it.body <= FORMAT_RECORD) { /* as most are: a single item */
		*length = it.tag + it.body;
		return 1;
	}
	for (;;) {
		while (!left[depth])
			if (depth-- == 0) {
				*length = at;
				return 1;
			}
		left[depth]--;
		got = format_item(p + at, n - at, &it);
		if (got < 0)
			return err_set(e, "malformed msgpack (tag 0xc1)");
		if (!got)
			return 0;
		at += it.tag;
		if (it.body > FORMAT_RECORD || it.count > FORMAT_RECORD)
			return err_set(e, "an entry of more than %d bytes", FORMAT_RECORD);
		if (it.count) {
			if (++depth == FORMAT_DEPTH)
				return err_set(e, "nested deeper than %d", FORMAT_DEPTH);
			left[depth] = it.count;
		}
		if (it.body > n - at)
			return 0;
		at += it.body;
	}
}

int format_entries(struct format_entries *w, const uint8_t *p, size_t n, struct err *e)
{
	struct format_item it;
	int got = format_item(p, n, &it);

	*w = (struct format_entries){ .p = p, .n = n };
	if (got > 0 && it.type != ITEM_MAP)
		got = -1;
	if (got < 0)
		return err_set(e, "a msgpack map was expected");
	if (got > 0) {
		w->at = it.tag;
		w->left = it.count / 2;
	}
	return got;
}

/* Step over the next key; w->at is then where its value begins.  Other keys than text: no name. */
int format_key(struct format_entries *w, struct err *e)
{
	struct format_item it;
	size_t length;
	int got;

	got = format_item(w->p + w->at, w->n - w->at, &it);
	if (got <= 0)
		return got ? err_set(e, "malformed msgpack (tag 0xc1)") : 0;
	got = format_skip(w->p + w->at, w->n - w->at, &length, e);
	if (got <= 0)
		return got;
	w->key = w->p + w->at + it.tag;
	w->key_n = it.type == ITEM_TEXT || it.type == ITEM_BIN ? it.body : 0;
	w->at += length;
	w->left--;
	return 1;
}

int format_value(struct format_entries *w, const uint8_t **p, size_t *n, struct err *e)
{
	int got = format_skip(w->p + w->at, w->n - w->at, n, e);

	if (got > 0) {
		*p = w->p + w->at;
		w->at += *n;
	}
	return got;
}

int format_key_is(const struct format_entries *w, const char *name)
{
	return w->key_n == strlen(name) && !memcmp(w->key, name, w->key_n);
}
