/* Headers as numpy writes them (copied out of files), our own ones, and malformed ones. */
#include "check.h"
#include "bytes.h"
#include "foreign/npy.h"

/* A version 1 file that begins with this literal. */
static size_t file(uint8_t *p, const char *literal)
{
	size_t n = strlen(literal);

	memcpy(p, "\x93NUMPY\x01", 8);
	p[8] = (uint8_t)n;
	p[9] = (uint8_t)(n >> 8);
	memcpy(p + 10, literal, n);
	return 10 + n;
}

static void accepted(void)
{
	uint8_t p[512];
	struct foreign f;
	struct err e;
	size_t n, header, k;

	n = file(p, "{'descr': '<f4', 'fortran_order': False, 'shape': (97, 512), }       \n");
	check(npy_parse(p, n + 3, &f, &header, &e) == 1 && header == n);
	check(f.kind == 'f' && f.size == 4 && !f.swap && !f.fortran && f.ndim == 2);
	check(f.shape[0] == 97 && f.shape[1] == 512 && f.bytes == 97 * 512 * 4);
	check(foreign_dtype(&f) == DTYPE_F4);
	for (k = 0; k < n; k++)
		check(npy_parse(p, k, &f, &header, &e) == 0);

	n = file(p, "{'shape': (3L,), 'descr': '>c16', 'fortran_order': True}\n");
	check(npy_parse(p, n, &f, &header, &e) == 1 && f.swap && f.fortran && f.ndim == 1);
	check(foreign_dtype(&f) == DTYPE_C16 && f.bytes == 48);
	n = file(p, "{'descr': '|b1', 'fortran_order': False, 'shape': (), }\n");
	check(npy_parse(p, n, &f, &header, &e) == 1 && f.ndim == 0 && f.n == 1);
	check(foreign_dtype(&f) == DTYPE_U1);
	n = file(p, "{'descr': '<u4', 'fortran_order': False, 'shape': (5, 0, 4000000000), }\n");
	check(npy_parse(p, n, &f, &header, &e) == 1 && f.n == 0 && foreign_dtype(&f) == DTYPE_I8);

	/* version 2, whose length has 4 bytes */
	n = file(p, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }\n");
	memmove(p + 12, p + 10, n - 10);
	p[6] = 2;
	p[10] = p[11] = 0;
	check(npy_parse(p, n + 1, &f, &header, &e) == 0);
	check(npy_parse(p, n + 2, &f, &header, &e) == 1 && header == n + 2 && f.bytes == 32);
}

#define LITERAL(descr, shape) "{'descr': " descr ", 'fortran_order': False, 'shape': " shape ", }\n"
static const struct {
	const char *literal, *message;
} bad[] = {
	{ LITERAL("'<f4'", "(3)"), "malformed shape" },
	{ LITERAL("'<f4'", "(-3,)"), "malformed shape" },
	{ LITERAL("'<f4'", "(3 4)"), "malformed shape" },
	{ LITERAL("'<f4'", "(3.0,)"), "malformed" },
	{ LITERAL("'<f4'", "3"), "no shape" },
	{ LITERAL("'<f4'", "(1,2,3,4,5,6,7,8,9)"), "more than 8 dimensions" },
	{ LITERAL("'<f4'", "(4611686018427387904,)"), "4 GiB" },
	{ LITERAL("'<f4'", "(99999999999999999999999999,)"), "4 GiB" },
	{ LITERAL("'<f4'", "(65536, 65536, 65536, 65536)"), "4 GiB" },
	{ LITERAL("'<f4'", "(1073741824,)"), "4 GiB" },
	{ LITERAL("'<u2'", "(1200000000,)"), "4 GiB" },
	{ "{'descr': '<f4', 'shape': (3,)}", "malformed" },
	{ "{'descr': '<f4', 'descr': '<f4', 'shape': (3,)}", "twice" },
	{ "{'descr': '<f4', 'x': 1, 'shape': (3,)}", "'x' too many" },
	{ "{'descr': '<f4', 'fortran_order': 1, 'shape': (3,)}", "malformed order" },
	{ LITERAL("'<f4'", "(3,)") "x", "malformed" },
	{ "{'descr': '<f4", "malformed type" },
	{ "{", "malformed" },
	{ "", "not a dictionary" },
};
/* whole headers, of arrays that cannot become tensors */
static const struct {
	const char *literal, *message;
	char kind;
} others[] = {
	{ LITERAL("'|O'", "(3,)"), "pickled Python objects", FOREIGN_OTHER },
	{ LITERAL("'O'", "(3,)"), "pickled Python objects", FOREIGN_OTHER },
	{ LITERAL("[('x', '<f4')]", "(3,)"), "structured", FOREIGN_OTHER },
	{ LITERAL("'<U7'", "()"), "text", 'U' },
	{ LITERAL("'|S7'", "(3,)"), "text", 'S' },
	{ LITERAL("'<M8[ns]'", "(3,)"), "type '<M8[ns]'", FOREIGN_OTHER },
	{ LITERAL("'<f16'", "(3,)"), "type '<f16'", FOREIGN_OTHER },
	{ LITERAL("'<V2'", "(3,)"), "type '<V2'", FOREIGN_OTHER },
	{ LITERAL("'<f'", "(3,)"), "type '<f'", FOREIGN_OTHER },
	{ LITERAL("''", "(3,)"), "type ''", FOREIGN_OTHER },
	{ LITERAL("'<f4", "(3,)"), "type '<f4, '", FOREIGN_OTHER },
};

static void refused(void)
{
	struct foreign f = { .kind = 'x' };
	uint8_t p[512], huge[12] = "\x93NUMPY\x02";
	struct err e;
	size_t i, n, header;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		n = file(p, bad[i].literal);
		check(npy_parse(p, n, &f, &header, &e) == -1);
		check_error(e, bad[i].message);
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		n = file(p, others[i].literal);
		check(npy_parse(p, n, &f, &header, &e) == 2 && header == n);
		check_error(e, others[i].message);
		check(f.kind == others[i].kind);
	}
	check(npy_parse((const uint8_t *)"\x93NUMPX", 6, &f, &header, &e) == -1);
	p[6] = 9;
	check(npy_parse(p, n, &f, &header, &e) == -1);
	check_error(e, "unknown version");
	memset(huge + 8, 255, 4);
	check(npy_parse(huge, 12, &f, &header, &e) == -1);
	check_error(e, "claims 4294967295 bytes");
}

static void convert(struct foreign f, const void *p, size_t n, struct tensor *x)
{
	struct bytes b = { p, n };
	struct foreign_source from = { read_bytes, &b };
	struct err e;

	check(!foreign_check(&f, &e) && f.bytes == n);
	check(!foreign_tensor(&f, &from, x, &e) && b.n == 0);
}

static void converted(void)
{
	struct foreign f = { .kind = 'B', .size = 2, .ndim = 1, .shape = { 2 } };
	struct bytes b = { (const uint8_t *)"\xff\xff\xff\xff\xff\xff\xff\xff", 8 };
	struct foreign_source from = { read_bytes, &b };
	static uint8_t many[200000];
	struct tensor x;
	struct err e;
	size_t i;

	convert(f, "\x80\x3f\x40\xc0", 4, &x); /* 0x3f80, 0xc040 */
	check(x.dtype == DTYPE_F4 && ((float *)x.data)[0] == 1 && ((float *)x.data)[1] == -3);
	tensor_free(&x);
	f = (struct foreign){ .kind = 'i', .size = 2, .swap = 1, .ndim = 1, .shape = { 2 } };
	convert(f, "\xff\xfe\x01\x02", 4, &x);
	check(x.dtype == DTYPE_I4 && ((int32_t *)x.data)[0] == -2 && ((int32_t *)x.data)[1] == 258);
	tensor_free(&x);
	f = (struct foreign){ .kind = 'f', .size = 4, .swap = 1, .ndim = 0 };
	convert(f, "\x3f\x80\x00\x00", 4, &x);
	check(((float *)x.data)[0] == 1);
	tensor_free(&x);
	/* (2, 3) in column-major order: a[i][j] at i + 2 j */
	f = (struct foreign){ .kind = 'u', .size = 1, .fortran = 1, .ndim = 2, .shape = { 2, 3 } };
	convert(f, "\0\1\2\3\4\5", 6, &x);
	check(!memcmp(x.data, "\0\2\4\1\3\5", 6));
	tensor_free(&x);
	/* (2, 3, 4): a[i][j][k] at i + 2 j + 6 k */
	f = (struct foreign){
		.kind = 'u', .size = 1, .fortran = 1, .ndim = 3, .shape = { 2, 3, 4 }
	};
	for (i = 0; i < 24; i++)
		many[i] = (uint8_t)i;
	convert(f, many, 24, &x);
	for (i = 0; i < 24; i++)
		check(((uint8_t *)x.data)[i] == i / 12 + 2 * (i / 4 % 3) + 6 * (i % 4));
	tensor_free(&x);
	/* more than one chunk */
	memset(many, 254, sizeof(many));
	f = (struct foreign){ .kind = 'i', .size = 1, .ndim = 1, .shape = { sizeof(many) } };
	convert(f, many, sizeof(many), &x);
	for (i = 0; i < sizeof(many); i++)
		check(((int32_t *)x.data)[i] == -2);
	tensor_free(&x);
	f = (struct foreign){ .kind = 'u', .size = 8, .ndim = 1, .shape = { 1 } };
	check(!foreign_check(&f, &e) && foreign_tensor(&f, &from, &x, &e) == -1);
	check_error(e, "18446744073709551615 does not fit");
}

/* The corners of each 8-bit float, by its definition. */
static void float8(void)
{
	static const struct {
		char kind;
		uint8_t byte;
		double x;
	} values[] = {
		{ FOREIGN_E4M3, 0x38, 1 },
		{ FOREIGN_E4M3, 0xb9, -1.125 },
		{ FOREIGN_E4M3, 0x7e, 448 },
		{ FOREIGN_E4M3, 0x08, 0x1p-6 },
		{ FOREIGN_E4M3, 0x01, 0x1p-9 },
		{ FOREIGN_E4M3, 0x7f, NAN },
		{ FOREIGN_E4M3, 0xff, NAN },
		{ FOREIGN_E5M2, 0x3c, 1 },
		{ FOREIGN_E5M2, 0x7b, 57344 },
		{ FOREIGN_E5M2, 0x01, 0x1p-16 },
		{ FOREIGN_E5M2, 0xfc, -INFINITY },
		{ FOREIGN_E5M2, 0x7d, NAN },
		{ FOREIGN_E4M3FNUZ, 0x40, 1 },
		{ FOREIGN_E4M3FNUZ, 0x7f, 240 },
		{ FOREIGN_E4M3FNUZ, 0x01, 0x1p-10 },
		{ FOREIGN_E4M3FNUZ, 0x80, NAN },
		{ FOREIGN_E5M2FNUZ, 0x40, 1 },
		{ FOREIGN_E5M2FNUZ, 0xff, -57344 },
		{ FOREIGN_E5M2FNUZ, 0x01, 0x1p-17 },
		{ FOREIGN_E5M2FNUZ, 0x80, NAN },
		{ FOREIGN_E8M0, 127, 1 },
		{ FOREIGN_E8M0, 0, 0x1p-127 },
		{ FOREIGN_E8M0, 254, 0x1p127 },
		{ FOREIGN_E8M0, 255, NAN },
	};
	struct tensor x;
	float got;
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		convert((struct foreign){ .kind = values[i].kind, .size = 1 }, &values[i].byte, 1,
			&x);
		got = *(float *)x.data;
		check(x.dtype == DTYPE_F4 &&
		      (isnan(values[i].x) ? isnan(got) : got == values[i].x));
		tensor_free(&x);
	}
	convert((struct foreign){ .kind = FOREIGN_E5M2, .size = 1 }, "\x80", 1, &x);
	check(*(float *)x.data == 0 && signbit(*(float *)x.data));
	tensor_free(&x);
}

/* What we write, byte for byte as numpy 1.24 writes it. */
static void written(void)
{
	uint8_t out[NPY_WRITTEN];
	size_t shape[FORMAT_DIMS] = { 97, 512 }, n, header;
	struct foreign f;
	struct err e;

	n = npy_header(DTYPE_F4, 2, shape, out);
	check(n == 128);
	check(!memcmp(out,
		      "\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, "
		      "'shape': (97, 512), } ",
		      71) &&
	      out[127] == '\n' && out[126] == ' ');
	n = npy_header(DTYPE_U1, 0, shape, out);
	check(strstr((char *)out + 10, "'|u1', 'fortran_order': False, 'shape': (), }"));
	n = npy_header(DTYPE_C16, 1, shape, out);
	check(strstr((char *)out + 10, "'shape': (97,), }") && n == 128);
	for (n = 0; n < FORMAT_DIMS; n++)
		shape[n] = SIZE_MAX;
	check(npy_header(DTYPE_C16, FORMAT_DIMS, shape, out) <= NPY_WRITTEN);
	for (n = 0; n < FORMAT_DIMS; n++)
		shape[n] = n + 1;
	n = npy_header(DTYPE_I8, FORMAT_DIMS, shape, out);
	check(npy_parse(out, n, &f, &header, &e) == 1 && header == n && f.ndim == FORMAT_DIMS);
	check(!memcmp(f.shape, shape, sizeof(shape)) && foreign_dtype(&f) == DTYPE_I8);
}

int main(void)
{
	accepted();
	refused();
	converted();
	float8();
	written();
	return 0;
}
