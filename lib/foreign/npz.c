/* Names in npz archives: their locale, which are allowed, and step and role in them; see npz.h. */
#include "foreign/npz.h"

#include <stdlib.h>
#include <string.h>

#include "foreign/npz_internal.h"
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

const char *npz_parse_name(const char *name, int64_t *step, enum role *role)
{
	size_t digits = strspn(name, "0123456789"), n;

	*step = -1;
	*role = ROLE_PARAM;
	if (digits && digits < 18 && name[digits] == '/') {
		*step = strtoll(name, NULL, 10);
		name += digits + 1;
	}
	n = strcspn(name, "/");
	return name[n] && !format_role(name, n, role) ? name + n + 1 : name;
}
