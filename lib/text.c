/* UTF-8: decoding, encoding, and which characters may be shown; see text.h. */
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

uint32_t text_code(const void *text, size_t n, size_t *used)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = text;
	uint32_t c = *p;
	size_t length, i;

	*used = 1;
	if (c < 0x80)
		return c;
	length = c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
	if (!length || length > n)
		return TEXT_MALFORMED;
	c &= 0x7fu >> length;
	for (i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return TEXT_MALFORMED;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return TEXT_MALFORMED;
	*used = length;
	return c;
}

int text_is_shown(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c > 0x10ffff)
		return 0;
	if (c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069))
		return 0;
	return (c & 0xfffe) != 0xfffe;
}

int text_same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

int text_is_utf8(const void *text, size_t n)
{
	const unsigned char *p = text;
	size_t i, used;

	for (i = 0; i < n; i += used)
		if (!p[i] || text_code(p + i, n - i, &used) == TEXT_MALFORMED)
			return 0;
	return 1;
}

uint32_t text_next(const unsigned char **text)
{
	size_t used;
	uint32_t c = text_code(*text, 4, &used);

	*text += used;
	return text_is_shown(c) ? c : 0xfffd;
}

int text_encode(uint32_t c, unsigned char bytes[4])
{
	int n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;

	for (i = n - 1; i > 0; i--, c >>= 6)
		bytes[i] = (unsigned char)(0x80 | (c & 0x3f));
	bytes[0] = (unsigned char)(n == 1 ? c : (0xff00u >> n & 0xff) | c);
	return n;
}

static void put(FILE *f, uint32_t c)
{
	unsigned char bytes[4];

	fwrite(bytes, 1, (size_t)text_encode(c, bytes), f);
}

void text_safe(const char *text, char *to, size_t room)
{
	size_t used, n = 0;
	uint32_t c;

	for (; *text; text += used) {
		c = text_code(text, 4, &used);
		if (n + used >= room)
			break;
		if (text_is_shown(c)) {
			memcpy(to + n, text, used);
			n += used;
		} else {
			to[n++] = '?';
		}
	}
	to[n] = 0;
}

/* What a stream has written so far. */
struct memory {
	char *p, **text;
	size_t n, room, *size;
	int failed;
};

static ssize_t write_memory(void *cookie, const char *p, size_t n)
{
	struct memory *m = cookie;
	size_t room = m->room ? m->room : 1024;
	char *q = m->p;

	if (m->failed)
		return 0;
	while (room - m->n <= n)
		room *= 2;
	if (room != m->room)
		q = realloc(m->p, room);
	if (!q) {
		m->failed = 1;
		return 0;
	}
	m->p = q;
	m->room = room;
	memcpy(m->p + m->n, p, n);
	m->n += n;
	m->p[m->n] = 0;
	return (ssize_t)n;
}

static int close_memory(void *cookie)
{
	struct memory *m = cookie;

	if (!m->failed && !m->p)
		m->p = calloc(1, 1);
	if (m->failed) {
		free(m->p);
		m->p = NULL;
	}
	*m->text = m->p;
	*m->size = m->n;
	free(m);
	return 0;
}

FILE *text_open(char **text, size_t *n)
{
	const cookie_io_functions_t functions = { .write = write_memory, .close = close_memory };
	struct memory *m = calloc(1, sizeof(*m));
	FILE *f;

	if (!m)
		return NULL;
	m->text = text;
	m->size = n;
	f = fopencookie(m, "w", functions);
	if (!f)
		free(m);
	*text = NULL;
	*n = 0;
	return f;
}

int text_close(FILE *f, char *const *text)
{
	int failed = fflush(f) != 0;

	fclose(f);
	return failed || !*text ? -1 : 0;
}

void text_html(FILE *f, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	uint32_t c;

	while (*p) {
		c = text_next(&p);
		if (c == '<' || c == '>' || c == '&' || c == '"' || c == '\'')
			fprintf(f, "&#%u;", (unsigned)c);
		else
			put(f, c);
	}
}
