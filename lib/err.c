/* Messages of errors; see err.h. */
#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Message, separator and tail into @e, by way of a copy, since both may point into e->msg. */
static void join(struct err *e, enum err_kind kind, const char *tail, const char *fmt, va_list ap)
{
	struct err copy = { .kind = kind };
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
	join(e, ERR_DATA, NULL, fmt, ap);
	va_end(ap);
	return -1;
}

int err_foreign(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	join(e, ERR_FOREIGN, NULL, fmt, ap);
	va_end(ap);
	return -1;
}

int err_unmatched(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	join(e, ERR_UNMATCHED, NULL, fmt, ap);
	va_end(ap);
	return -1;
}

int err_system(struct err *e, const char *fmt, ...)
{
	enum err_kind kind = errno == ENOMEM ? ERR_MEMORY : ERR_SYSTEM;
	const char *text = strerror(errno);
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	join(e, kind, text, fmt, ap);
	va_end(ap);
	return -1;
}

int err_memory(struct err *e)
{
	err_set(e, "out of memory");
	if (e)
		e->kind = ERR_MEMORY;
	return -1;
}

int err_copy(struct err *e, const struct err *from)
{
	if (e)
		*e = *from;
	return -1;
}

int err_prefix(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, fmt);
	join(e, e->kind, e->msg, fmt, ap);
	va_end(ap);
	return -1;
}
