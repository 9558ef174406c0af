/* Reading, checking and writing the JSON headers of safetensors files; see safetensors.h. */
#include "foreign/safetensors.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	char kind;
	unsigned char size;
} types[] = {
	{ "F32", 'f', 4 },
	{ "F64", 'f', 8 },
	{ "F16", 'f', 2 },
	{ "BF16", FOREIGN_BF16, 2 },
	{ "I8", 'i', 1 },
	{ "I16", 'i', 2 },
	{ "I32", 'i', 4 },
	{ "I64", 'i', 8 },
	{ "U8", 'u', 1 },
	{ "U16", 'u', 2 },
	{ "U32", 'u', 4 },
	{ "U64", 'u', 8 },
	{ "C64", 'c', 8 },
	{ "BOOL", 'b', 1 },
	{ "F8_E4M3", FOREIGN_E4M3, 1 },
	{ "F8_E5M2", FOREIGN_E5M2, 1 },
	{ "F8_E4M3FNUZ", FOREIGN_E4M3FNUZ, 1 },
	{ "F8_E5M2FNUZ", FOREIGN_E5M2FNUZ, 1 },
	{ "F8_E8M0", FOREIGN_E8M0, 1 },
};
enum { TYPES = sizeof(types) / sizeof(types[0]) };

void safetensors_free(struct safetensors *s)
{
	names_free(&s->names);
	names_free(&s->aliases);
	free(s->entry);
	free(s->next);
	*s = (struct safetensors){ 0 };
}

/* ---- reading ---- */

/* A JSON number that is a whole number below 2^53, where doubles are exact. */
static int whole(const cJSON *item, uint64_t *x)
{
	if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) || item->valuedouble > 0x1p53 ||
	    item->valuedouble != rint(item->valuedouble))
		return -1;
	*x = (uint64_t)item->valuedouble;
	return 0;
}

static int parse_dtype(const cJSON *item, struct safetensors_entry *t, struct err *e)
{
	int i;

	if (!cJSON_IsString(item))
		return err_set(e, "it has no dtype");
	snprintf(t->type, sizeof(t->type), "%s", item->valuestring);
	for (i = 0; i < TYPES; i++)
		if (!strcmp(types[i].name, item->valuestring)) {
			t->array.kind = types[i].kind;
			t->array.size = types[i].size;
			return 0;
		}
	t->array.kind = FOREIGN_OTHER;
	return 0;
}

static int parse_shape(const cJSON *shape, struct foreign *f, struct err *e)
{
	const cJSON *item;
	uint64_t x;

	if (!cJSON_IsArray(shape))
		return err_set(e, "it has no shape");
	cJSON_ArrayForEach(item, shape)
	{
		if (whole(item, &x))
			return err_set(e, "its shape is malformed");
		if (f->ndim == FORMAT_DIMS)
			return err_set(e, "more than %d dimensions", FORMAT_DIMS);
		f->shape[f->ndim++] = (size_t)x;
	}
	return f->kind == FOREIGN_OTHER ? 0 : foreign_check(f, e);
}

static int parse_entry(const cJSON *item, uint64_t data, struct safetensors_entry *t, struct err *e)
{
	const cJSON *child, *dtype = NULL, *shape = NULL, *offsets = NULL;
	uint64_t begin, end;

	if (!cJSON_IsObject(item))
		return err_set(e, "it is not described by an object");
	cJSON_ArrayForEach(child, item)
	{
		const cJSON **key = !strcmp(child->string, "dtype")          ? &dtype
				    : !strcmp(child->string, "shape")        ? &shape
				    : !strcmp(child->string, "data_offsets") ? &offsets
									     : NULL;

		if (!key || *key)
			return err_set(e, "it has the key '%.32s' %s", child->string,
				       key ? "twice" : "too many");
		*key = child;
	}
	if (parse_dtype(dtype, t, e) || parse_shape(shape, &t->array, e))
		return -1;
	if (cJSON_GetArraySize(offsets) != 2 || whole(offsets->child, &begin) ||
	    whole(offsets->child->next, &end))
		return err_set(e, "its data_offsets are malformed");
	if (begin > end || end > data)
		return err_set(e, "its bytes %llu..%llu are not within the file's %llu",
			       (unsigned long long)begin, (unsigned long long)end,
			       (unsigned long long)data);
	if (t->array.kind == FOREIGN_OTHER)
		t->array.bytes = (size_t)(end - begin);
	if (end - begin != t->array.bytes)
		return err_set(e, "its shape needs %zu bytes, its offsets give it %llu",
			       t->array.bytes, (unsigned long long)(end - begin));
	t->offset = begin;
	return 0;
}

static int by_offset(const void *pa, const void *pb)
{
	const struct safetensors_entry *a = pa, *b = pb;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	if (a->array.bytes != b->array.bytes) /* an empty one stands before its neighbour */
		return a->array.bytes < b->array.bytes ? -1 : 1;
	return a->name < b->name ? -1 : 1;
}

/* No holes, no overlaps, nothing left over. */
static int check_regions(struct safetensors *s, uint64_t data, struct err *e)
{
	uint64_t at = 0;
	size_t i;

	if (s->n)
		qsort(s->entry, s->n, sizeof(*s->entry), by_offset);
	for (i = 0; i < s->n; i++) {
		if (s->entry[i].offset != at)
			return err_set(e, "the bytes of tensor '%.100s' %s",
				       names_text(&s->names, s->entry[i].name),
				       s->entry[i].offset < at ? "overlap those of another"
							       : "follow a hole");
		at += s->entry[i].array.bytes;
	}
	if (at != data)
		return err_set(e, "its tensors have %llu bytes, the file has %llu",
			       (unsigned long long)at, (unsigned long long)data);
	return 0;
}

/*
 * Of tensors that share their memory safetensors' save_model keeps one; the metadata has an entry
 * "name of another": "name of the one".
 */
static int read_aliases(const cJSON *metadata, struct safetensors *s, struct err *e)
{
	const cJSON *item;
	size_t of, i;
	int got;

	cJSON_ArrayForEach(item, metadata)
	{
		if (!cJSON_IsString(item) || names_find(&s->names, item->valuestring, &of) ||
		    !names_find(&s->names, item->string, &i))
			continue;
		if (strlen(item->string) > FORMAT_NAME)
			return err_set(e, "a tensor's name is longer than %d bytes", FORMAT_NAME);
		got = names_add(&s->aliases, item->string, &i, e);
		if (got < 0)
			return -1;
		if (!got)
			return err_set(e, "it has two tensors '%.100s'", item->string);
		if ((i & (i + 1)) == 0) { /* full at each power of two less one */
			size_t *next = realloc(s->next, 2 * (i + 1) * sizeof(*next));

			if (!next)
				return err_memory(e);
			s->next = next;
		}
		/* Entries are still in the order of their names' numbers. */
		s->next[i] = s->entry[of].alias;
		s->entry[of].alias = i + 1;
	}
	return 0;
}

static int read_entries(const cJSON *root, uint64_t data, struct safetensors *s, struct err *e)
{
	const cJSON *item;
	size_t name, count = 0;
	int got;

	cJSON_ArrayForEach(item, root) count++;
	s->entry = calloc(count + 1, sizeof(*s->entry));
	if (!s->entry)
		return err_memory(e);
	cJSON_ArrayForEach(item, root)
	{
		if (!strcmp(item->string, "__metadata__"))
			continue;
		if (strlen(item->string) > FORMAT_NAME)
			return err_set(e, "a tensor's name is longer than %d bytes", FORMAT_NAME);
		got = names_add(&s->names, item->string, &name, e);
		if (got < 0)
			return -1;
		if (!got)
			return err_set(e, "it has two tensors '%.100s'", item->string);
		if (parse_entry(item, data, &s->entry[s->n], e))
			return err_prefix(e, "tensor '%.100s'", item->string);
		s->entry[s->n++].name = name;
	}
	if (read_aliases(cJSON_GetObjectItemCaseSensitive(root, "__metadata__"), s, e))
		return -1;
	return check_regions(s, data, e);
}

/*
 * Each value of a JSON text costs cJSON some 70 bytes of memory.  A tensor has at most 12 commas in
 * at least 60 bytes, so a header that is denser is no header.
 */
static int too_dense(const char *json, size_t n)
{
	size_t i, commas = 0;
	int quoted = 0;

	for (i = 0; i < n; i++) {
		if (quoted && json[i] == '\\')
			i++;
		else if (json[i] == '"')
			quoted = !quoted;
		else
			commas += !quoted && json[i] == ',';
	}
	return commas > n / 4 + 16;
}

int safetensors_parse(const char *json, size_t n, uint64_t data, struct safetensors *s,
		      struct err *e)
{
	struct safetensors found = { 0 };
	const char *end = NULL;
	cJSON *root;
	int result;

	if (!n || json[0] != '{')
		return err_set(e, "its header is not a JSON object");
	/* cJSON would end a name at a NUL. */
	if (memchr(json, 0, n) || memmem(json, n, "\\u0000", 6))
		return err_set(e, "its header holds a NUL");
	if (too_dense(json, n))
		return err_set(e, "its header is malformed");
	root = cJSON_ParseWithLengthOpts(json, n, &end, 0);
	while (root && end < json + n && *end == ' ')
		end++;
	if (!root || end != json + n || !cJSON_IsObject(root)) {
		cJSON_Delete(root);
		return err_set(e, "its header is malformed JSON at byte %zu",
			       end ? (size_t)(end - json) : n);
	}
	result = read_entries(root, data, &found, e);
	cJSON_Delete(root);
	if (result)
		safetensors_free(&found);
	else
		*s = found;
	return result;
}

/* ---- writing ---- */

static const char *type_name(const struct foreign *f)
{
	int i;

	for (i = 0; i < TYPES; i++)
		if (types[i].kind == f->kind && types[i].size == f->size)
			return types[i].name;
	return NULL;
}

int safetensors_add(struct safetensors *s, const char *name, enum dtype dtype, int ndim,
		    const size_t *shape, struct err *e)
{
	const char *type = format_dtype_name(dtype); /* "<f4" */
	struct safetensors_entry t = { 0 };
	void *p;
	int got;

	t.array.kind = type[1];
	t.array.size = format_dtype_size(dtype);
	t.array.ndim = ndim;
	if (ndim)
		memcpy(t.array.shape, shape, (size_t)ndim * sizeof(*shape));
	if (!type_name(&t.array))
		return err_set(e, "tensor '%.100s': safetensors has no type for %s", name, type);
	if (foreign_check(&t.array, e))
		return err_prefix(e, "tensor '%.100s'", name);
	if ((s->n & (s->n - 1)) == 0) { /* full at each power of two */
		p = realloc(s->entry, (s->n ? 2 * s->n : 1) * sizeof(*s->entry));
		if (!p)
			return err_memory(e);
		s->entry = p;
	}
	got = names_add(&s->names, name, &t.name, e);
	if (got < 0)
		return -1;
	if (!got)
		return err_set(e, "two tensors '%.100s'", name);
	if (s->n)
		t.offset = s->entry[s->n - 1].offset + s->entry[s->n - 1].array.bytes;
	s->entry[s->n++] = t;
	return 0;
}

static int by_size(const void *pa, const void *pb)
{
	const struct safetensors_entry *a = pa, *b = pb;

	if (a->array.size != b->array.size)
		return a->array.size > b->array.size ? -1 : 1;
	return a->name < b->name ? -1 : a->name > b->name;
}

static int add_entry(cJSON *root, const char *name, const struct safetensors_entry *t)
{
	cJSON *o = cJSON_CreateObject(), *shape = cJSON_CreateArray();
	const double offsets[] = { (double)t->offset, (double)(t->offset + t->array.bytes) };
	int i, failed = !o || !shape;

	for (i = 0; i < t->array.ndim && !failed; i++)
		failed =
			!cJSON_AddItemToArray(shape, cJSON_CreateNumber((double)t->array.shape[i]));
	failed = failed || !cJSON_AddStringToObject(o, "dtype", type_name(&t->array));
	if (failed || !cJSON_AddItemToObject(o, "shape", shape)) {
		cJSON_Delete(shape);
		cJSON_Delete(o);
		return -1;
	}
	if (!cJSON_AddItemToObject(o, "data_offsets", cJSON_CreateDoubleArray(offsets, 2)) ||
	    !cJSON_AddItemToObject(root, name, o)) {
		cJSON_Delete(o);
		return -1;
	}
	return 0;
}

char *safetensors_header(struct safetensors *s, size_t *n, struct err *e)
{
	cJSON *root = cJSON_CreateObject(), *meta;
	char *text = NULL, *out = NULL;
	uint64_t at = 0;
	size_t i, length;
	int failed;

	if (s->n)
		qsort(s->entry, s->n, sizeof(*s->entry), by_size);
	meta = cJSON_AddObjectToObject(root, "__metadata__");
	/* transformers refuses files without it */
	failed = !meta || !cJSON_AddStringToObject(meta, "format", "pt");
	for (i = 0; i < s->n && !failed; i++) {
		s->entry[i].offset = at;
		at += s->entry[i].array.bytes;
		failed = add_entry(root, names_text(&s->names, s->entry[i].name), &s->entry[i]);
	}
	if (!failed)
		text = cJSON_PrintUnformatted(root);
	cJSON_Delete(root);
	length = text ? (strlen(text) + 7) / 8 * 8 : 0;
	if (length > SAFETENSORS_HEADER)
		err_set(e, "a header of %zu bytes is more than safetensors allows", length);
	else if (text && (out = malloc(8 + length + 1)))
		snprintf(out + 8, length + 1, "%-*s", (int)length, text);
	else
		err_memory(e);
	free(text);
	for (i = 0; out && i < 8; i++)
		out[i] = (char)(length >> 8 * i);
	*n = 8 + length;
	return out;
}
