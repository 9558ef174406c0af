/* Reading and writing the headers of npy files, which are a Python dictionary; see npy.h. */
#include "foreign/npy.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A Python literal being read. */
struct text {
	const char *p, *end;
};

static void skip_space(struct text *t)
{
	while (t->p < t->end && (*t->p == ' ' || *t->p == '\n' || *t->p == '\t' || *t->p == '\r'))
		t->p++;
}

/* Step over @word if it comes next. */
static int take(struct text *t, const char *word)
{
	size_t n = strlen(word);

	skip_space(t);
	if ((size_t)(t->end - t->p) < n || memcmp(t->p, word, n) != 0)
		return 0;
	t->p += n;
	return 1;
}

/* A quoted string without escapes. */
static int take_string(struct text *t, char *s, size_t room)
{
	size_t n = 0;
	char quote;

	skip_space(t);
	if (t->p == t->end || (*t->p != '\'' && *t->p != '"'))
		return 0;
	quote = *t->p++;
	while (t->p < t->end && *t->p != quote && *t->p != '\\' && *t->p && n + 1 < room)
		s[n++] = *t->p++;
	s[n] = 0;
	if (t->p == t->end || *t->p != quote)
		return 0;
	t->p++;
	return 1;
}

/* (), (3,), (3, 4): also with Python 2's long integers, 3L. */
static int parse_shape(struct text *t, struct foreign *f, struct err *e)
{
	size_t x;
	int comma = 1;

	f->ndim = 0;
	if (!take(t, "("))
		return err_set(e, "its header has no shape");
	while (!take(t, ")")) {
		if (!comma || t->p == t->end || !isdigit((unsigned char)*t->p))
			return err_set(e, "its header has a malformed shape");
		if (f->ndim == FORMAT_DIMS)
			return err_set(e, "more than %d dimensions", FORMAT_DIMS);
		for (x = 0; t->p < t->end && isdigit((unsigned char)*t->p); t->p++)
			if (__builtin_mul_overflow(x, (size_t)10, &x) ||
			    __builtin_add_overflow(x, (size_t)(*t->p - '0'), &x))
				return err_set(e, "its shape claims 4 GiB or more");
		take(t, "L");
		f->shape[f->ndim++] = x;
		comma = take(t, ",");
	}
	if (f->ndim == 1 && !comma)
		return err_set(e, "its header has a malformed shape");
	return 0;
}

/* No tensor can be made of elements of type @s: why. */
static int unsupported(const char *s, struct err *e)
{
	const char *p = *s && strchr("<>|=", *s) ? s + 1 : s;

	if (*p == 'O')
		err_set(e,
			"it holds pickled Python objects (type '%s'), "
			"which are refused because a pickle can run programs",
			s);
	else if (*p == 'S' || *p == 'U')
		err_set(e, "it holds text, which a stream cannot hold");
	else
		err_set(e, "elements of type '%s' are not supported", s);
	return 2;
}

/* The type of the elements: 0, 2 with @e for one that a stream cannot hold, -1 with @e. */
static int parse_descr(struct text *t, struct foreign *f, struct err *e)
{
	char s[24], *end;
	const char *p = s;
	unsigned long size;

	f->kind = FOREIGN_OTHER;
	if (take(t, "["))
		return err_set(e, "it is a structured array, which a stream cannot hold"), 2;
	if (!take_string(t, s, sizeof(s)))
		return err_set(e, "its header has a malformed type");
	f->swap = *p == '>';
	if (*p && strchr("<>|=", *p))
		p++;
	size = *p && isdigit((unsigned char)p[1]) ? strtoul(p + 1, &end, 10) : 0;
	if (!size || *end || size > UINT32_MAX / 4)
		return unsupported(s, e);
	f->size = *p == 'U' ? 4 * size : size;
	if (*p == 'S' || *p == 'U') {
		f->kind = *p;
		return unsupported(s, e);
	}
	if (!foreign_has_type(*p, size))
		return unsupported(s, e);
	f->kind = *p;
	return 0;
}

/* Returns as parse_descr.  Behind a type of which nothing is known the rest is not read. */
static int parse_dict(struct text *t, struct foreign *f, struct err *e)
{
	enum { DESCR = 1, ORDER = 2, SHAPE = 4 };
	int seen = 0, key, comma = 1, type = 0;
	char s[32];

	if (!take(t, "{"))
		return err_set(e, "its header is not a dictionary");
	while (!take(t, "}")) {
		if (!comma || !take_string(t, s, sizeof(s)) || !take(t, ":"))
			return err_set(e, "its header is malformed");
		key = !strcmp(s, "descr")           ? DESCR
		      : !strcmp(s, "shape")         ? SHAPE
		      : !strcmp(s, "fortran_order") ? ORDER
						    : 0;
		if (!key || seen & key)
			return err_set(e, "its header has the key '%s' %s", s,
				       key ? "twice" : "too many");
		seen |= key;
		if (key == DESCR)
			type = parse_descr(t, f, e);
		if (type < 0 || (type && f->kind == FOREIGN_OTHER))
			return type;
		if (key == SHAPE && parse_shape(t, f, e))
			return -1;
		if (key == ORDER) {
			f->fortran = take(t, "True");
			if (!f->fortran && !take(t, "False"))
				return err_set(e, "its header has a malformed order");
		}
		comma = take(t, ",");
	}
	skip_space(t);
	if (seen != (DESCR | ORDER | SHAPE) || t->p != t->end)
		return err_set(e, "its header is malformed");
	return type;
}

int npy_parse(const uint8_t *p, size_t n, struct foreign *f, size_t *header, struct err *e)
{
	static const uint8_t magic[] = "\x93NUMPY";
	struct foreign found = { 0 };
	size_t length, begin;
	struct text t;
	int type;

	if (memcmp(p, magic, n < NPY_MAGIC ? n : NPY_MAGIC) != 0)
		return err_set(e, "it is not an npy file");
	if (n < 8)
		return 0;
	if (p[6] < 1 || p[6] > 3 || p[7] != 0)
		return err_set(e, "it is an npy file of the unknown version %d.%d", p[6], p[7]);
	begin = p[6] == 1 ? 10 : 12;
	if (n < begin)
		return 0;
	length = p[8] | (size_t)p[9] << 8;
	if (p[6] > 1)
		length |= (size_t)p[10] << 16 | (size_t)p[11] << 24;
	if (length > NPY_HEADER - begin)
		return err_set(e, "its header claims %zu bytes", length);
	if (n < begin + length)
		return 0;
	t.p = (const char *)p + begin;
	t.end = t.p + length;
	type = parse_dict(&t, &found, e);
	if (type < 0 || (!type && foreign_check(&found, e)))
		return -1;
	*f = found;
	*header = begin + length;
	return type ? type : 1;
}

size_t npy_header(enum dtype dtype, int ndim, const size_t *shape, uint8_t out[NPY_WRITTEN])
{
	char *text = (char *)out + 10;
	int n, i;
	size_t all;

	n = sprintf(text, "{'descr': '%s', 'fortran_order': False, 'shape': (",
		    format_dtype_name(dtype));
	for (i = 0; i < ndim; i++)
		n += sprintf(text + n, "%zu%s", shape[i],
			     i + 1 < ndim ? ", "
			     : ndim == 1  ? ","
					  : "");
	n += sprintf(text + n, "), }");
	all = (10 + (size_t)n + 1 + 63) / 64 * 64;
	memset(text + n, ' ', all - 10 - (size_t)n);
	out[all - 1] = '\n';
	memcpy(out, "\x93NUMPY\x01", 8); /* with the NUL of the minor version */
	out[8] = (uint8_t)((all - 10) & 255);
	out[9] = (uint8_t)((all - 10) >> 8);
	return all;
}
