/* From the fields of a record to its bytes; heads signed and ends recounted; see format.h. */
#include "stream/format_field.h"

#include <string.h>

#include "hash.h"

/* Where a packer writes; msgpack stops at the first failure and returns it. */
struct sink {
	struct format_bytes *b;
	struct err *e;
};

static int sink_write(void *data, const char *p, size_t n)
{
	struct sink *s = data;

	return format_append(s->b, p, n, s->e);
}

static void put_text(msgpack_packer *m, const char *s)
{
	size_t n = strlen(s);

	msgpack_pack_str(m, n);
	msgpack_pack_str_body(m, s, n);
}

static void put_bin(msgpack_packer *m, const char *s)
{
	size_t n = strlen(s);

	msgpack_pack_bin(m, n);
	msgpack_pack_bin_body(m, s, n);
}

static void put_pair(msgpack_packer *m, const char *key, const char *value)
{
	put_text(m, key);
	put_text(m, value);
}

static void put_config(msgpack_packer *m, const struct setting *config, int n)
{
	int i;

	msgpack_pack_map(m, (size_t)n);
	for (i = 0; i < n; i++) {
		put_text(m, config[i].key);
		switch (config[i].type) {
		case SETTING_INT:
			msgpack_pack_int64(m, config[i].i);
			break;
		case SETTING_REAL:
			msgpack_pack_double(m, config[i].x);
			break;
		case SETTING_TEXT:
			put_text(m, config[i].text);
			break;
		case SETTING_FLAG:
			if (config[i].i)
				msgpack_pack_true(m);
			else
				msgpack_pack_false(m);
			break;
		}
	}
}

static void put_program(msgpack_packer *m, const struct program *p)
{
	int i;

	msgpack_pack_map(m, 3);
	put_pair(m, "program", p->name);
	put_pair(m, "version", p->version);
	put_text(m, "options");
	msgpack_pack_array(m, (size_t)p->noptions);
	for (i = 0; i < p->noptions; i++)
		put_text(m, p->options[i]);
}

static void put_head(msgpack_packer *m, const struct record *r)
{
	int i;

	msgpack_pack_map(m, 6);
	put_pair(m, "kind", "head");
	put_text(m, "version");
	msgpack_pack_int64(m, FORMAT_VERSION);
	put_pair(m, "run", r->run);
	put_text(m, "seed");
	msgpack_pack_int64(m, r->seed);
	put_text(m, "config");
	put_config(m, r->config, r->nconfig);
	put_text(m, "provenance");
	msgpack_pack_array(m, (size_t)r->nchain);
	for (i = 0; i < r->nchain; i++)
		put_program(m, &r->chain[i]);
}

static int put_tensor(msgpack_packer *m, const struct record *r, struct err *e)
{
	size_t bytes;
	int i;

	if (format_payload(r, &bytes) || bytes > UINT32_MAX)
		return err_set(e, "tensor '%.100s' has 4 GiB or more", r->name);
	msgpack_pack_map(m, 6);
	put_pair(m, "kind", "tensor");
	put_pair(m, "run", r->run);
	put_text(m, "step");
	msgpack_pack_int64(m, r->step);
	put_pair(m, "name", r->name);
	put_pair(m, "role", format_role_name(r->role));
	put_text(m, "array");
	/* msgpack-numpy's map: its keys are bytes, not text */
	msgpack_pack_map(m, 5);
	put_bin(m, "nd");
	msgpack_pack_true(m);
	put_bin(m, "type");
	put_text(m, format_dtype_name(r->dtype));
	put_bin(m, "kind");
	put_bin(m, "");
	put_bin(m, "shape");
	msgpack_pack_array(m, (size_t)r->ndim);
	for (i = 0; i < r->ndim; i++)
		msgpack_pack_uint64(m, r->shape[i]);
	put_bin(m, "data");
	return msgpack_pack_bin(m, bytes);
}

static void put_metrics(msgpack_packer *m, const struct record *r)
{
	int i;

	msgpack_pack_map(m, r->of ? 6 : 5);
	put_pair(m, "kind", "metrics");
	put_pair(m, "run", r->run);
	put_text(m, "step");
	msgpack_pack_int64(m, r->step);
	put_pair(m, "tool", r->tool);
	if (r->of)
		put_pair(m, "of", r->of);
	put_text(m, "values");
	msgpack_pack_map(m, (size_t)r->nvalues);
	for (i = 0; i < r->nvalues; i++) {
		put_text(m, r->values[i].name);
		msgpack_pack_double(m, r->values[i].x);
	}
}

static void put_end(msgpack_packer *m, const struct record *r)
{
	msgpack_pack_map(m, 4);
	put_pair(m, "kind", "end");
	put_pair(m, "run", r->run);
	put_pair(m, "status", r->complete ? "complete" : "interrupted");
	put_text(m, "records");
	msgpack_pack_uint64(m, r->records);
}

int format_encode(struct format_bytes *b, const struct record *r, struct err *e)
{
	struct err failed = { 0 };
	struct sink sink = { b, &failed };
	size_t n = b->n;
	msgpack_packer m;

	msgpack_packer_init(&m, &sink, sink_write);
	switch (r->kind) {
	case RECORD_HEAD:
		put_head(&m, r);
		break;
	case RECORD_TENSOR:
		if (put_tensor(&m, r, &failed) && !failed.msg[0])
			err_memory(&failed);
		break;
	case RECORD_METRICS:
		put_metrics(&m, r);
		break;
	case RECORD_END:
		put_end(&m, r);
		break;
	case RECORD_OTHER:
		err_set(&failed, "a record of kind '%.40s' cannot be made", r->kind_name);
		break;
	}
	if (!failed.msg[0])
		return 0;
	b->n = n;
	return err_copy(e, &failed);
}

/*
 * Append the record at @p again with the value of one entry changed: @put writes the new value,
 * given the old one.  Everything else stays as it is.
 */
static int repack(struct format_bytes *b, const uint8_t *p, size_t n, const char *name,
		  void (*put)(msgpack_packer *, const msgpack_object *, const void *),
		  const void *arg, struct err *e)
{
	struct err failed = { 0 };
	struct sink sink = { b, &failed };
	size_t before = b->n;
	msgpack_unpacked u;
	msgpack_packer m;
	uint32_t i;

	if (format_unpack(p, n, &u, e)) {
		msgpack_unpacked_destroy(&u);
		return -1;
	}
	msgpack_packer_init(&m, &sink, sink_write);
	msgpack_pack_map(&m, u.data.via.map.size);
	for (i = 0; i < u.data.via.map.size; i++) {
		const msgpack_object *key = &u.data.via.map.ptr[i].key;
		const msgpack_object *value = &u.data.via.map.ptr[i].val;

		msgpack_pack_object(&m, *key);
		if (key->type == MSGPACK_OBJECT_STR && key->via.str.size == strlen(name) &&
		    !memcmp(key->via.str.ptr, name, key->via.str.size))
			put(&m, value, arg);
		else
			msgpack_pack_object(&m, *value);
	}
	msgpack_unpacked_destroy(&u);
	if (!failed.msg[0])
		return 0;
	b->n = before;
	return err_copy(e, &failed);
}

static void put_longer_chain(msgpack_packer *m, const msgpack_object *chain, const void *me)
{
	uint32_t k, n = chain->type == MSGPACK_OBJECT_ARRAY ? chain->via.array.size : 0;

	msgpack_pack_array(m, n + 1);
	for (k = 0; k < n; k++)
		msgpack_pack_object(m, chain->via.array.ptr[k]);
	put_program(m, me);
}

int format_sign(struct format_bytes *b, const uint8_t *p, size_t n, const struct program *me,
		struct err *e)
{
	return repack(b, p, n, "provenance", put_longer_chain, me, e);
}

static void put_count(msgpack_packer *m, const msgpack_object *old, const void *records)
{
	(void)old;
	msgpack_pack_uint64(m, *(const uint64_t *)records);
}

int format_recount(struct format_bytes *b, const uint8_t *p, size_t n, uint64_t records,
		   struct err *e)
{
	return repack(b, p, n, "records", put_count, &records, e);
}

int format_hash(const struct setting *config, int n, uint64_t *hash, struct err *e)
{
	struct err failed = { 0 };
	struct format_bytes b = { 0 };
	struct sink sink = { &b, &failed };
	msgpack_packer m;
	uint64_t h;

	msgpack_packer_init(&m, &sink, sink_write);
	put_config(&m, config, n);
	h = hash_bytes(HASH_START, b.p, b.n);
	free(b.p);
	if (failed.msg[0])
		return err_copy(e, &failed);
	*hash = h;
	return 0;
}
