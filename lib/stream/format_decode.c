/* From the bytes of a record to its fields, each checked; see format.h. */
#include <string.h>

#include "list.h"
#include "stream/format_field.h"
#include "stream/format_walk.h"

static int get_values(struct format_field *f, struct record *r)
{
	const msgpack_object_map *m = &f->o->via.map;
	struct value *v;
	uint32_t i;

	if (f->o->type != MSGPACK_OBJECT_MAP)
		return err_set(f->e, "values is not a map");
	v = format_arena_alloc(f->a, sizeof(*v) * m->size);
	if (!v)
		return err_memory(f->e);
	for (i = 0; i < m->size; i++) {
		struct format_field key = { "a name in values", &m->ptr[i].key, f->a, f->e };
		struct format_field x = { "", &m->ptr[i].val, f->a, f->e };

		if (format_get_text(&key, FORMAT_NAME, &v[i].name))
			return -1;
		x.what = v[i].name;
		if (format_get_real(&x, &v[i].x))
			return -1;
	}
	r->values = v;
	r->nvalues = (int)m->size;
	return 0;
}

static int get_shape(struct format_field *f, struct record *r)
{
	const msgpack_object_array *list = &f->o->via.array;
	int64_t d;
	uint32_t i;

	if (f->o->type != MSGPACK_OBJECT_ARRAY)
		return err_set(f->e, "shape is not an array");
	if (list->size > FORMAT_DIMS)
		return err_set(f->e, "shape has %u dimensions, more than %d", list->size,
			       FORMAT_DIMS);
	for (i = 0; i < list->size; i++) {
		struct format_field x = { "shape", &list->ptr[i], f->a, f->e };

		if (format_get_int(&x, 0, UINT32_MAX, &d))
			return err_set(f->e, "shape has a dimension outside 0..%u", UINT32_MAX);
		r->shape[i] = (size_t)d;
	}
	r->ndim = (int)list->size;
	return 0;
}

static void shape_text(const struct record *r, char *s, size_t n)
{
	size_t at = 0;
	int i;

	snprintf(s, n, "()");
	for (i = 0; i < r->ndim && at < n; i++)
		at += (size_t)snprintf(s + at, n - at, "%s%zu", i ? "x" : "", r->shape[i]);
}

/* Fields by which a record is recognised as whole: a bit each. */
enum {
	HAS_RUN = 1,
	HAS_STEP = 2,
	HAS_NAME = 4,
	HAS_ROLE = 8,
	HAS_TOOL = 16,
	HAS_VALUES = 32,
	HAS_STATUS = 64,
	HAS_RECORDS = 128,
	HAS_VERSION = 256,
	HAS_SEED = 512,
	HAS_CONFIG = 1024,
	HAS_CHAIN = 2048,
	HAS_TYPE = 4096,
	HAS_SHAPE = 8192,
};

static const struct {
	const char *key;
	unsigned bit;
} fields[] = {
	{ "run", HAS_RUN },         { "step", HAS_STEP },         { "name", HAS_NAME },
	{ "role", HAS_ROLE },       { "tool", HAS_TOOL },         { "values", HAS_VALUES },
	{ "status", HAS_STATUS },   { "records", HAS_RECORDS },   { "version", HAS_VERSION },
	{ "seed", HAS_SEED },       { "config", HAS_CONFIG },     { "provenance", HAS_CHAIN },
	{ "array.type", HAS_TYPE }, { "array.shape", HAS_SHAPE },
};

static const unsigned needed[] = {
	[RECORD_HEAD] = HAS_RUN | HAS_VERSION | HAS_SEED | HAS_CONFIG | HAS_CHAIN,
	[RECORD_TENSOR] = HAS_RUN | HAS_STEP | HAS_NAME | HAS_ROLE | HAS_TYPE | HAS_SHAPE,
	[RECORD_METRICS] = HAS_RUN | HAS_STEP | HAS_TOOL | HAS_VALUES,
	[RECORD_END] = HAS_RUN | HAS_STATUS | HAS_RECORDS,
	[RECORD_OTHER] = 0,
};

int format_has_step(enum record_kind kind)
{
	return (needed[kind] & HAS_STEP) != 0;
}

static unsigned field_bit(const struct format_entries *w)
{
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (format_key_is(w, fields[i].key))
			return fields[i].bit;
	return 0;
}

static int get_field(struct format_field *f, unsigned bit, struct record *r)
{
	int i = 0, result = 0;
	int64_t x = 0;

	switch (bit) {
	case HAS_RUN:
		return format_get_text(f, FORMAT_NAME, &r->run);
	case HAS_STEP:
		return format_get_int(f, 0, INT64_MAX, &r->step);
	case HAS_NAME:
		return format_get_text(f, FORMAT_NAME, &r->name);
	case HAS_ROLE:
		result = format_get_choice(f, ROLE_NAMES, &i);
		if (!result)
			r->role = (enum role)i;
		return result;
	case HAS_TOOL:
		return format_get_text(f, FORMAT_NAME, &r->tool);
	case HAS_VALUES:
		return get_values(f, r);
	case HAS_STATUS:
		return format_get_choice(f, "interrupted|complete", &r->complete);
	case HAS_RECORDS:
		result = format_get_int(f, 0, INT64_MAX, &x);
		r->records = (uint64_t)x;
		return result;
	case HAS_VERSION:
		return format_get_int(f, 0, INT64_MAX, &r->version);
	case HAS_SEED:
		return format_get_int(f, INT64_MIN, INT64_MAX, &r->seed);
	case HAS_CONFIG:
		return format_get_config(f, r);
	default:
		return format_get_chain(f, r);
	}
}

/* One entry of the array map but its data: numpy's description of the elements. */
static int decode_array_entry(const struct format_entries *w, struct format_field *f,
			      struct record *r, unsigned *has)
{
	const msgpack_object *o = f->o;
	const char *type;

	if (format_key_is(w, "nd") && (o->type != MSGPACK_OBJECT_BOOLEAN || !o->via.boolean))
		return err_set(f->e, "array is not an n-dimensional one (nd is not true)");
	if (format_key_is(w, "kind") &&
	    (o->type == MSGPACK_OBJECT_BIN || o->type == MSGPACK_OBJECT_STR) && o->via.bin.size)
		return err_set(f->e, "array holds structured or pickled objects");
	if (format_key_is(w, "shape")) {
		*has |= HAS_SHAPE;
		return get_shape(f, r);
	}
	if (!format_key_is(w, "type"))
		return 0;
	*has |= HAS_TYPE;
	if (o->type == MSGPACK_OBJECT_BIN
		    ? format_get_slice(f, o->via.bin.ptr, o->via.bin.size, FORMAT_NAME, &type)
		    : format_get_text(f, FORMAT_NAME, &type))
		return -1;
	if (format_dtype(type, &r->dtype))
		return err_set(f->e, "dtype '%.20s' is not one of <f4 <f8 <f2 <i4 <i8 |u1 <c8 <c16",
			       type);
	return 0;
}

/* type and shape of the array map at @p, whose data may be missing */
static int decode_array(const uint8_t *p, size_t n, struct format_arena *a, struct record *r,
			unsigned *has, struct err *e)
{
	struct format_entries w;
	msgpack_unpacked u;
	const uint8_t *value;
	size_t length;
	int result = 0;

	if (format_entries(&w, p, n, e) < 1)
		return err_prefix(e, "array");
	while (!result && w.left && format_key(&w, e) > 0 && !format_key_is(&w, "data")) {
		struct format_field f = { "array.type", &u.data, a, e };

		if (format_value(&w, &value, &length, e) < 1)
			return err_set(e, "array is cut short");
		result = format_unpack(value, length, &u, e);
		if (!result)
			result = decode_array_entry(&w, &f, r, has);
		msgpack_unpacked_destroy(&u);
	}
	return result;
}

static int get_kind(struct format_field *f, struct record *r)
{
	int kind;

	f->what = "kind";
	if (format_get_text(f, FORMAT_NAME, &r->kind_name))
		return -1;
	kind = list_choice(RECORD_KINDS, r->kind_name, strlen(r->kind_name));
	if (kind >= 0)
		r->kind = (enum record_kind)kind;
	return 0;
}

/* The entry at whose value @f points; what @r's kind does not ask for is left alone. */
static int decode_entry(const struct format_entries *w, struct format_field *f, struct record *r,
			unsigned *has)
{
	unsigned bit = field_bit(w);
	int i;

	if (!r->kind_name)
		return get_kind(f, r);
	if (format_key_is(w, "of") && r->kind == RECORD_METRICS) {
		f->what = "of";
		return format_get_text(f, FORMAT_NAME, &r->of);
	}
	if (!(bit & needed[r->kind]) && bit != HAS_RUN)
		return 0;
	if (*has & bit)
		return err_set(f->e, "%s has two entries '%.*s'", r->kind_name, (int)w->key_n,
			       (const char *)w->key);
	*has |= bit;
	for (i = 0; fields[i].bit != bit; i++)
		;
	f->what = fields[i].key;
	return get_field(f, bit, r);
}

/* Every entry of the record in order; a tensor's array is the last. */
static int decode_entries(struct format_entries *w, struct format_arena *a, struct record *r,
			  unsigned *has, struct err *e)
{
	const uint8_t *value;
	msgpack_unpacked u;
	size_t length;
	int result;

	while (w->left) {
		struct format_field f = { NULL, &u.data, a, e };

		if (format_key(w, e) < 1)
			return err_set(e, "record is cut short");
		if (r->kind == RECORD_TENSOR && format_key_is(w, "array"))
			return decode_array(w->p + w->at, w->n - w->at, a, r, has, e);
		if (format_value(w, &value, &length, e) < 1)
			return err_set(e, "record is cut short");
		if (r->kind == RECORD_OTHER && r->kind_name && field_bit(w) != HAS_RUN)
			continue; /* only a known kind's entries mean something */
		result = format_unpack(value, length, &u, e) || decode_entry(w, &f, r, has);
		msgpack_unpacked_destroy(&u);
		if (result)
			return -1;
	}
	return 0;
}

static int check_payload(struct record *r, size_t found, struct err *e)
{
	char shape[128];

	shape_text(r, shape, sizeof(shape));
	if (format_payload(r, &r->bytes))
		return err_set(e, "tensor '%.100s': shape %s of %s overflows", r->name, shape,
			       format_dtype_name(r->dtype));
	if (r->bytes != found)
		return err_set(e, "tensor '%.100s': shape %s of %s needs %zu bytes, found %zu",
			       r->name, shape, format_dtype_name(r->dtype), r->bytes, found);
	return 0;
}

int format_decode(const uint8_t *p, size_t n, struct format_arena *a, struct record *r,
		  struct err *e)
{
	struct record got = { .kind = RECORD_OTHER };
	size_t header, payload, i;
	unsigned has = 0, missing;
	struct format_entries w;

	if (format_scan(p, n, &header, &payload, e) < 1)
		return err_set(e, "record is cut short");
	format_entries(&w, p, n, e);
	if (decode_entries(&w, a, &got, &has, e))
		return -1;
	missing = needed[got.kind] & ~has;
	for (i = 0; missing; i++)
		if (missing & fields[i].bit)
			return err_set(e, "%s has no '%s'", got.kind_name, fields[i].key);
	if (got.kind == RECORD_TENSOR && check_payload(&got, payload, e))
		return -1;
	if (got.kind == RECORD_HEAD && got.version > FORMAT_VERSION)
		return err_set(e, "format version %lld, newer than %d", (long long)got.version,
			       FORMAT_VERSION);
	*r = got;
	return 0;
}
