/* Records that no writer of ours would make, byte by byte. */
#include "check.h"
#include "stream/format.h"

/* Scan and decode a whole record; -1 with @e, or its kind. */
static int kind_of(const void *bytes, size_t n, struct record *r, struct format_arena *a,
		   struct err *e)
{
	size_t header, payload;
	uint8_t *copy = malloc(n ? n : 1); /* so that asan sees a read too far */
	int got;

	memcpy(copy, bytes, n);
	got = format_scan(copy, n, &header, &payload, e);
	if (got > 0)
		got = format_decode(copy, header, a, r, e) ? -1 : (int)r->kind;
	else if (!got)
		got = -2;
	free(copy);
	return got;
}

static void refuse(const void *bytes, size_t n, const char *text)
{
	struct format_arena a = { 0 };
	struct record r;
	struct err e = { 0 };

	if (kind_of(bytes, n, &r, &a, &e) != -1) {
		fprintf(stderr, "not refused, for '%s'\n", text);
		exit(1);
	}
	check_error(e, text);
	format_arena_free(&a);
}

#define REFUSE(s, text) refuse(s, sizeof(s) - 1, text)

/* A tensor of type @type with the given msgpack shape, claiming @size payload bytes. */
static size_t tensor(uint8_t *p, const char *type, const char *shape, size_t shape_n, unsigned size)
{
	static const char head[] = "\x86\xa4kind\xa6tensor\xa3run\xa1r\xa4step\x05\xa4name\xa1w"
				   "\xa4role\xa5param\xa5"
				   "array\x85\xc4\x02nd\xc3\xc4\x04type";
	static const char mid[] = "\xc4\x04kind\xc4\x00\xc4\x05shape", data[] = "\xc4\x04"
										"data\xc6";
	size_t n = 0;

	memcpy(p, head, sizeof(head) - 1);
	n += sizeof(head) - 1;
	p[n++] = (uint8_t)(0xa0 | strlen(type));
	memcpy(p + n, type, strlen(type));
	n += strlen(type);
	memcpy(p + n, mid, sizeof(mid) - 1);
	n += sizeof(mid) - 1;
	memcpy(p + n, shape, shape_n);
	n += shape_n;
	memcpy(p + n, data, sizeof(data) - 1);
	n += sizeof(data) - 1;
	p[n++] = (uint8_t)(size >> 24);
	p[n++] = (uint8_t)(size >> 16);
	p[n++] = (uint8_t)(size >> 8);
	p[n++] = (uint8_t)size;
	return n;
}

#define REFUSE_TENSOR(type, shape, size, text)                                                     \
	do {                                                                                       \
		uint8_t b_[512];                                                                   \
		refuse(b_, tensor(b_, type, shape, sizeof(shape) - 1, size), text);                \
	} while (0)

static void tensors(void)
{
	struct format_arena a = { 0 };
	struct record r;
	struct err e;
	uint8_t b[512];
	size_t n = tensor(b, "<f4", "\x92\x02\x03", 3, 24), i;

	check(kind_of(b, n, &r, &a, &e) == RECORD_TENSOR);
	check(r.bytes == 24 && r.ndim == 2 && r.shape[0] == 2 && r.shape[1] == 3 && r.step == 5);
	check(!strcmp(r.run, "r") && !strcmp(r.name, "w") && r.role == ROLE_PARAM);
	for (i = 0; i < n; i++) /* any part of it asks for more */
		check(kind_of(b, i, &r, &a, &e) == -2);
	format_arena_free(&a);

	REFUSE_TENSOR("<f4", "\x92\x02\x03", 20, "shape 2x3 of <f4 needs 24 bytes, found 20");
	REFUSE_TENSOR("<f4", "\x91\xcf\x40\0\0\0\0\0\0\0", 24, "outside 0..4294967295");
	REFUSE_TENSOR("<f4", "\x92\xce\xff\xff\xff\xff\xce\xff\xff\xff\xff", 24, "overflows");
	REFUSE_TENSOR("<f4", "\x91\xff", 24, "outside 0..4294967295");
	REFUSE_TENSOR("<f4", "\x99\1\1\1\1\1\1\1\1\1", 4, "9 dimensions");
	REFUSE_TENSOR("<f4", "\x91\xcb\0\0\0\0\0\0\0\0", 4, "dimension");
	REFUSE_TENSOR("<f4", "\x03", 4, "shape is not an array");
	REFUSE_TENSOR(">f4", "\x91\x01", 4, "dtype '>f4'");
	REFUSE_TENSOR("|O", "\x91\x01", 4, "dtype '|O'");
}

static void others(void)
{
	struct format_arena a = { 0 };
	struct record r;
	struct err e;
	static const char unknown[] = "\x82\xa4kind\xa5novel\xa1x\x93\x01\xc0\xcb\0\0\0\0\0\0\0\0";
	static const char end[] = "\x84\xa4kind\xa3"
				  "end\xa3run\xa1r\xa6status\xa8"
				  "complete\xa7records"
				  "\x02";

	check(kind_of(unknown, sizeof(unknown) - 1, &r, &a, &e) == RECORD_OTHER && !r.run);
	check(kind_of(end, sizeof(end) - 1, &r, &a, &e) == RECORD_END && r.complete &&
	      r.records == 2);
	format_arena_free(&a);

	REFUSE("\x93\x01\x02\x03", "map was expected");
	REFUSE("\x80", "no entries");
	REFUSE("\x81\xa3run\xa1r", "first entry is not 'kind'");
	REFUSE("\x81\xa4kind\x01", "kind is not a text");
	REFUSE("\x81\xa4kind\xa2\xff\xfe", "not UTF-8");
	REFUSE("\x81\xa4kind\xa2"
	       "a\0",
	       "without NUL");
	REFUSE("\x81\xa4kind\xa3"
	       "end",
	       "has no 'run'");
	REFUSE("\x82\xa4kind\xa6tensor\xa3run\xa1r", "no array");
	REFUSE("\x83\xa4kind\xa6tensor\xa5"
	       "array\x81\xc4\x04"
	       "data\xc4\x00\xa1x\x01",
	       "last entry");
	REFUSE("\x82\xa4kind\xa6tensor\xa5"
	       "array\x01",
	       "map was expected");
	REFUSE("\x82\xa4kind\xa6tensor\xa5"
	       "array\x81\xc4\x04"
	       "data\xa1x",
	       "data is not bin");
	REFUSE("\x83\xa4kind\xa3"
	       "end\xa3run\xa1r\xa3run\xa1r",
	       "two entries 'run'");
	REFUSE("\x82\xa4kind\xa3"
	       "end\xa3run\x07",
	       "run is not a text");
	REFUSE("\x82\xa4kind\xa3"
	       "end\xa6status\xa4gone",
	       "'gone' is not known");
	REFUSE("\x82\xa4kind\xa7metrics\xa4step\xff", "out of bounds");
	REFUSE("\x82\xa4kind\xa7metrics\xa6values\x81\xa1x\xa1y", "x is not a number");
	REFUSE("\x82\xa4kind\xa1x\xa1y\xc1", "0xc1");
	REFUSE("\x82\xa4kind\xa1x\xa1y\xdd\xff\xff\xff\xff", "an entry of more than");
	REFUSE("\x82\xa4kind\xa1x\xa1y\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91"
	       "\x91",
	       "nested deeper");
}

/* What we encode we decode, and msgpack-numpy's bytes are what its documentation says. */
static void encode(void)
{
	static const char want[] =
		"\x85\xc4\x02nd\xc3\xc4\x04type\xa3<f4\xc4\x04kind\xc4\0\xc4\x05shape"
		"\x92\x02\x03\xc4\x04"
		"data\xc4\x18";
	struct format_bytes b = { 0 };
	struct record r = { .kind = RECORD_TENSOR,
			    .run = "r",
			    .name = "w",
			    .dtype = DTYPE_F4,
			    .ndim = 2,
			    .shape = { 2, 3 } };
	struct setting s[2] = { { "a", SETTING_INT, 1, 1, NULL },
				{ "b", SETTING_REAL, 0, 2, NULL } };
	uint64_t h1, h2;
	struct err e;

	check(!format_encode(&b, &r, &e));
	check(b.n > sizeof(want) &&
	      !memcmp(b.p + b.n - (sizeof(want) - 1), want, sizeof(want) - 1));
	r.shape[0] = r.shape[1] = 1 << 20;
	check(format_encode(&b, &r, &e) == -1);
	check_error(e, "4 GiB");
	free(b.p);
	check(!format_hash(s, 2, &h1, &e));
	s[1].x = 3;
	check(!format_hash(s, 2, &h2, &e) && h1 != h2);
}

int main(void)
{
	tensors();
	others();
	encode();
	return 0;
}
