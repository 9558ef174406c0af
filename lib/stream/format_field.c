/* Values of a record as texts, numbers and lists; see format_field.h. */
#include "list.h"
#include "stream/format_field.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

struct format_block {
	struct format_block *next;
	size_t n, room;
	_Alignas(16) uint8_t p[];
};

void format_arena_free(struct format_arena *a)
{
	struct format_block *b;

	while ((b = a->blocks)) {
		a->blocks = b->next;
		free(b);
	}
}

void *format_arena_alloc(struct format_arena *a, size_t n)
{
	struct format_block *b = a->blocks;
	size_t room;

	n = (n + 15) & ~(size_t)15;
	if (!b || b->room - b->n < n) {
		room = n > 4096 ? n : 4096;
		b = malloc(sizeof(*b) + room);
		if (!b)
			return NULL;
		*b = (struct format_block){ .next = a->blocks, .room = room };
		a->blocks = b;
	}
	b->n += n;
	return b->p + b->n - n;
}

int format_unpack(const uint8_t *p, size_t n, msgpack_unpacked *u, struct err *e)
{
	size_t at = 0;

	msgpack_unpacked_init(u);
	switch (msgpack_unpack_next(u, (const char *)p, n, &at)) {
	case MSGPACK_UNPACK_SUCCESS:
		return 0;
	case MSGPACK_UNPACK_NOMEM_ERROR:
		return err_memory(e);
	default:
		return err_set(e, "malformed msgpack");
	}
}

int format_get_slice(struct format_field *f, const char *s, size_t n, size_t limit,
		     const char **out)
{
	char *copy;

	if (n > limit)
		return err_set(f->e, "%s has %zu bytes, more than %zu", f->what, n, limit);
	if (!text_is_utf8(s, n))
		return err_set(f->e, "%s is not UTF-8 text without NUL", f->what);
	copy = format_arena_alloc(f->a, n + 1);
	if (!copy)
		return err_memory(f->e);
	if (n) /* msgpack gives NULL for an empty text */
		memcpy(copy, s, n);
	copy[n] = 0;
	*out = copy;
	return 0;
}

int format_get_text(struct format_field *f, size_t limit, const char **out)
{
	if (f->o->type != MSGPACK_OBJECT_STR)
		return err_set(f->e, "%s is not a text", f->what);
	return format_get_slice(f, f->o->via.str.ptr, f->o->via.str.size, limit, out);
}

int format_get_int(struct format_field *f, int64_t min, int64_t max, int64_t *out)
{
	int64_t x = f->o->via.i64;

	if (f->o->type != MSGPACK_OBJECT_NEGATIVE_INTEGER &&
	    f->o->type != MSGPACK_OBJECT_POSITIVE_INTEGER)
		return err_set(f->e, "%s is not an integer", f->what);
	if ((f->o->type == MSGPACK_OBJECT_POSITIVE_INTEGER && f->o->via.u64 > INT64_MAX) ||
	    x < min || x > max)
		return err_set(f->e, "%s is out of bounds", f->what);
	*out = x;
	return 0;
}

int format_get_real(struct format_field *f, double *out)
{
	switch (f->o->type) {
	case MSGPACK_OBJECT_FLOAT32:
	case MSGPACK_OBJECT_FLOAT64:
		*out = f->o->via.f64;
		return 0;
	case MSGPACK_OBJECT_POSITIVE_INTEGER:
		*out = (double)f->o->via.u64;
		return 0;
	case MSGPACK_OBJECT_NEGATIVE_INTEGER:
		*out = (double)f->o->via.i64;
		return 0;
	default:
		return err_set(f->e, "%s is not a number", f->what);
	}
}

int format_get_choice(struct format_field *f, const char *choices, int *out)
{
	const char *s;
	int i;

	if (format_get_text(f, FORMAT_NAME, &s))
		return -1;
	i = list_choice(choices, s, strlen(s));
	if (i < 0)
		return err_set(f->e, "%s '%.40s' is not known", f->what, s);
	*out = i;
	return 0;
}

/* ---- of a head ---- */

static int get_setting(struct format_field *f, struct setting *s)
{
	f->what = s->key;
	switch (f->o->type) {
	case MSGPACK_OBJECT_BOOLEAN:
		s->type = SETTING_FLAG;
		s->i = f->o->via.boolean;
		s->x = (double)s->i;
		return 0;
	case MSGPACK_OBJECT_STR:
		s->type = SETTING_TEXT;
		return format_get_text(f, FORMAT_TENSOR_HEADER, &s->text);
	case MSGPACK_OBJECT_FLOAT32:
	case MSGPACK_OBJECT_FLOAT64:
		s->type = SETTING_REAL;
		return format_get_real(f, &s->x);
	default:
		s->type = SETTING_INT;
		if (format_get_int(f, INT64_MIN, INT64_MAX, &s->i))
			return -1;
		s->x = (double)s->i;
		return 0;
	}
}

int format_get_config(struct format_field *f, struct record *r)
{
	const msgpack_object_map *m = &f->o->via.map;
	struct setting *s;
	uint32_t i;

	if (f->o->type != MSGPACK_OBJECT_MAP)
		return err_set(f->e, "config is not a map");
	s = format_arena_alloc(f->a, sizeof(*s) * m->size);
	if (!s)
		return err_memory(f->e);
	memset(s, 0, sizeof(*s) * m->size);
	for (i = 0; i < m->size; i++) {
		struct format_field key = { "a key of config", &m->ptr[i].key, f->a, f->e };
		struct format_field x = { "", &m->ptr[i].val, f->a, f->e };

		if (format_get_text(&key, FORMAT_NAME, &s[i].key) || get_setting(&x, &s[i]))
			return -1;
	}
	r->config = s;
	r->nconfig = (int)m->size;
	return 0;
}

static int get_options(struct format_field *f, struct program *p)
{
	const msgpack_object_array *list = &f->o->via.array;
	const char **options;
	uint32_t i;

	if (f->o->type != MSGPACK_OBJECT_ARRAY)
		return err_set(f->e, "options of provenance is not an array");
	options = format_arena_alloc(f->a, sizeof(*options) * list->size);
	if (!options)
		return err_memory(f->e);
	for (i = 0; i < list->size; i++) {
		struct format_field x = { f->what, &list->ptr[i], f->a, f->e };

		if (format_get_text(&x, FORMAT_TENSOR_HEADER, &options[i]))
			return -1;
	}
	p->options = options;
	p->noptions = (int)list->size;
	return 0;
}

static int get_program(struct format_field *f, struct program *p)
{
	const msgpack_object_map *m = &f->o->via.map;
	int result = 0;
	uint32_t i;

	*p = (struct program){ "", "", NULL, 0 };
	if (f->o->type != MSGPACK_OBJECT_MAP)
		return err_set(f->e, "provenance holds something else than maps");
	for (i = 0; i < m->size && !result; i++) {
		struct format_field key = { "a key of provenance", &m->ptr[i].key, f->a, f->e };
		struct format_field x = { "", &m->ptr[i].val, f->a, f->e };

		if (format_get_text(&key, FORMAT_NAME, &x.what))
			return -1;
		if (!strcmp(x.what, "program"))
			result = format_get_text(&x, FORMAT_NAME, &p->name);
		else if (!strcmp(x.what, "version"))
			result = format_get_text(&x, FORMAT_NAME, &p->version);
		else if (!strcmp(x.what, "options"))
			result = get_options(&x, p);
	}
	return result;
}

int format_get_chain(struct format_field *f, struct record *r)
{
	const msgpack_object_array *list = &f->o->via.array;
	struct program *chain;
	uint32_t i;

	if (f->o->type != MSGPACK_OBJECT_ARRAY)
		return err_set(f->e, "provenance is not an array");
	chain = format_arena_alloc(f->a, sizeof(*chain) * list->size);
	if (!chain)
		return err_memory(f->e);
	for (i = 0; i < list->size; i++) {
		struct format_field x = { "provenance", &list->ptr[i], f->a, f->e };

		if (get_program(&x, &chain[i]))
			return -1;
	}
	r->chain = chain;
	r->nchain = (int)list->size;
	return 0;
}
