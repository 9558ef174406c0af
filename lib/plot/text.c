#include "plot/text.h"

uint32_t text_next(const unsigned char **text)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = *text;
	uint32_t c = *p;
	int n = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0, i;

	*text = p + 1;
	if (!n)
		return 0xfffd;
	if (n > 1)
		c &= 0x7fu >> n;
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0xfffd;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0xfffd;
	*text = p + n;
	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || (c & 0xfffe) == 0xfffe)
		return 0xfffd;
	return c;
}

void text_put(FILE *f, uint32_t c)
{
	unsigned char bytes[4];
	int n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;

	for (i = n - 1; i > 0; i--, c >>= 6)
		bytes[i] = (unsigned char)(0x80 | (c & 0x3f));
	bytes[0] = (unsigned char)(n == 1 ? c : (0xff00u >> n & 0xff) | c);
	fwrite(bytes, 1, (size_t)n, f);
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
			text_put(f, c);
	}
}
