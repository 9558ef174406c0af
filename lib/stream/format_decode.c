#include <string.h>

#include "stream/format_field.h"
#include "stream/format_walk.h"

static const char *const kinds[] = { "head", "tensor", "metrics", "end" };
enum { KINDS = 4 };

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

/* Bytes that dtype and shape ask for; -1 when they overflow. */
static int payload_size(const struct record *r, size_t *bytes)
{
	size_t n = format_dtype_size(r->dtype);
	int i;

	for (i = 0; i < r->ndim; i++)
		if (__builtin_mul_overflow(n, r->shape[i], &n))
			return -1;
	*bytes = n;
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
	static const char *const statuses[] = { "interrupted", "complete" };
	static const char *const roles[] = { "param", "state", "measure" };
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
		result = format_get_choice(f, roles, 3, &i);
		if (!result)
			r->role = (enum role)i;
		return result;
	case HAS_TOOL:
		return format_get_text(f, FORMAT_NAME, &r->tool);
	case HAS_VALUES:
		return get_values(f, r);
	case HAS_STATUS:
		return format_get_choice(f, statuses, 2, &r->complete);
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

/* Parse one whole object; the caller destroys @u. */
static int unpack(const uint8_t *p, size_t n, msgpack_unpacked *u, struct err *e)
{
	size_t at = 0;

	msgpack_unpacked_init(u);
	if (msgpack_unpack_next(u, (const char *)p, n, &at) != MSGPACK_UNPACK_SUCCESS)
		return err_set(e, "malformed msgpack");
	return 0;
}

/* type and shape of the array map at @p, whose data may be missing */
static int decode_array(const uint8_t *p, size_t n, struct format_arena *a, struct record *r,
			unsigned *has, struct err *e)
{
	struct format_entries w;
	msgpack_unpacked u;
	const uint8_t *value;
	const char *type;
	size_t length;
	int result = 0;

	if (format_entries(&w, p, n, e) < 1)
		return err_prefix(e, "array");
	while (!result && w.left && format_key(&w, e) > 0 && !format_key_is(&w, "data")) {
		struct format_field f = { "array.type", &u.data, a, e };

		if (format_value(&w, &value, &length, e) < 1)
			return err_set(e, "array is cut short");
		result = unpack(value, length, &u, e);
		if (!result && format_key_is(&w, "nd") &&
		    (u.data.type != MSGPACK_OBJECT_BOOLEAN || !u.data.via.boolean)) {
			result = err_set(e, "array is not an n-dimensional one (nd is not true)");
		} else if (!result && format_key_is(&w, "kind") &&
			   (u.data.type == MSGPACK_OBJECT_BIN ||
			    u.data.type == MSGPACK_OBJECT_STR) &&
			   u.data.via.bin.size) {
			result = err_set(e, "array holds structured or pickled objects");
		} else if (!result && format_key_is(&w, "type")) {
			*has |= HAS_TYPE;
			if (u.data.type == MSGPACK_OBJECT_BIN)
				result = format_get_slice(&f, u.data.via.bin.ptr,
							  u.data.via.bin.size, FORMAT_NAME, &type);
			else
				result = format_get_text(&f, FORMAT_NAME, &type);
			if (!result && format_dtype(type, &r->dtype))
				result = err_set(e,
						 "dtype '%.20s' is not one of <f4 <f8 <f2 <i4 "
						 "<i8 |u1 <c8 <c16",
						 type);
		} else if (!result && format_key_is(&w, "shape")) {
			*has |= HAS_SHAPE;
			result = get_shape(&f, r);
		}
		msgpack_unpacked_destroy(&u);
	}
	return result;
}

static int check_payload(struct record *r, size_t found, struct err *e)
{
	char shape[128];

	shape_text(r, shape, sizeof(shape));
	if (payload_size(r, &r->bytes))
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
	size_t length, header, payload, i;
	unsigned has = 0, bit, missing;
	const uint8_t *value;
	struct format_entries w;
	msgpack_unpacked u;
	int result;

	if (format_scan(p, n, &header, &payload, e) < 1)
		return err_set(e, "record is cut short");
	format_entries(&w, p, n, e);
	while (w.left) {
		struct format_field f = { NULL, &u.data, a, e };

		if (format_key(&w, e) < 1)
			return err_set(e, "record is cut short");
		if (got.kind == RECORD_TENSOR && format_key_is(&w, "array")) {
			if (decode_array(p + w.at, n - w.at, a, &got, &has, e))
				return -1;
			break; /* the last entry; its data follow the header */
		}
		if (format_value(&w, &value, &length, e) < 1)
			return err_set(e, "record is cut short");
		bit = field_bit(&w);
		if (got.kind == RECORD_OTHER && got.kind_name && bit != HAS_RUN)
			continue; /* only a known kind's entries mean something */
		if (unpack(value, length, &u, e)) {
			msgpack_unpacked_destroy(&u);
			return -1;
		}
		result = 0;
		if (!got.kind_name) {
			f.what = "kind";
			result = format_get_text(&f, FORMAT_NAME, &got.kind_name);
			for (i = 0; !result && i < KINDS; i++)
				if (!strcmp(got.kind_name, kinds[i]))
					got.kind = (enum record_kind)i;
		} else if (format_key_is(&w, "of") && got.kind == RECORD_METRICS) {
			f.what = "of";
			result = format_get_text(&f, FORMAT_NAME, &got.of);
		} else if (bit & needed[got.kind] || bit == HAS_RUN) {
			if (has & bit)
				result = err_set(e, "%s has two entries '%.*s'", got.kind_name,
						 (int)w.key_n, (const char *)w.key);
			has |= bit;
			for (i = 0; fields[i].bit != bit; i++)
				;
			f.what = fields[i].key;
			if (!result)
				result = get_field(&f, bit, &got);
		}
		msgpack_unpacked_destroy(&u);
		if (result)
			return -1;
	}
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
