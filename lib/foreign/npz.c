/* What reading and writing of npz archives share: the locale of names, and which names are allowed. */
#include "foreign/npz_internal.h"

#include <string.h>

#include "text.h"

locale_t npz_utf8(void)
{
	return newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

locale_t npz_enter(locale_t utf8)
{
	return utf8 ? uselocale(utf8) : (locale_t)0;
}

void npz_leave(locale_t old)
{
	if (old)
		uselocale(old);
}

int npz_is_safe(const char *name)
{
	const char *p;
	size_t n;

	if (!*name || *name == '/' || !text_is_utf8(name, strlen(name)))
		return 0;
	for (p = name; *p; p++)
		if ((unsigned char)*p < 32 || *p == 127 || *p == '\\')
			return 0;
	for (p = name;; p += n + 1) {
		n = strcspn(p, "/");
		if (!n || (n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
			return 0;
		if (!p[n])
			return 1;
	}
}
