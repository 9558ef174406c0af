#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Message, separator and tail into @e, by way of a copy, since both may point into e->msg. */
static void join(struct err *e, const char *tail, const char *fmt, va_list ap)
{
	struct err copy;
	size_t n;

	vsnprintf(copy.msg, sizeof(copy.msg), fmt, ap);
	n = strlen(copy.msg);
	if (tail && n < sizeof(copy.msg))
		snprintf(copy.msg + n, sizeof(copy.msg) - n, ": %s", tail);
	*e = copy;
}

int err_set(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	join(e, NULL, fmt, ap);
	va_end(ap);
	return -1;
}

int err_system(struct err *e, const char *fmt, ...)
{
	const char *text = strerror(errno);
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	join(e, text, fmt, ap);
	va_end(ap);
	return -1;
}

int err_memory(struct err *e)
{
	return err_set(e, "out of memory");
}

int err_prefix(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	join(e, e->msg, fmt, ap);
	va_end(ap);
	return -1;
}
