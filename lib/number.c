/* The one parser of numbers; see number.h. */
#include "number.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64, SHOWN = 40 };

static size_t length(const char *text, size_t n)
{
	return n == NUMBER_ALL ? strlen(text) : n;
}

static int refuse(const char *text, size_t n, const char *what, struct err *e)
{
	return err_set(e, "'%.*s%s' is not %s", (int)(n < SHOWN ? n : SHOWN), text,
		       n > SHOWN ? "..." : "", what);
}

int number_parse(const char *text, size_t n, double *x, struct err *e)
{
	char copy[LONGEST], *end;
	double v;

	n = length(text, n);
	/* strtod would also take leading blanks, hexadecimals, "inf" and "nan" */
	if (!n || n >= sizeof(copy) || strspn(text, "0123456789+-.eEkMG") < n)
		return refuse(text, n, "a number", e);
	memcpy(copy, text, n);
	copy[n] = 0;
	errno = 0;
	v = strtod(copy, &end);
	if (end == copy || (errno == ERANGE && fabs(v) > 1))
		return refuse(text, n, "a number", e);
	if (*end)
		v *= *end == 'k' ? 1e3 : *end == 'M' ? 1e6 : *end == 'G' ? 1e9 : NAN;
	if ((*end && end[1]) || !isfinite(v))
		return refuse(text, n, "a number", e);
	*x = v;
	return 0;
}

int number_whole(const char *text, size_t n, int64_t min, int64_t max, int64_t *i, struct err *e)
{
	double x;

	n = length(text, n);
	if (number_parse(text, n, &x, e))
		return -1;
	if (x != rint(x))
		return refuse(text, n, "a whole number", e);
	if (x < (double)min || x > (double)max)
		return err_set(e, "%.*s is outside %lld..%lld", (int)n, text, (long long)min,
			       (long long)max);
	*i = (int64_t)x;
	return 0;
}

int number_range(const char *text, size_t n, int64_t *first, int64_t *last, struct err *e)
{
	const int64_t max = (int64_t)1 << 53;
	size_t digits, gap;
	int64_t from, to;

	n = length(text, n);
	for (digits = 0; digits < n; digits++) { /* a dash behind an e is an exponent's sign */
		if (text[digits] == '-' && digits && text[digits - 1] != 'e' &&
		    text[digits - 1] != 'E')
			break;
		if (text[digits] == '.' && digits + 1 < n && text[digits + 1] == '.')
			break;
	}
	gap = digits == n ? 0 : text[digits] == '-' ? 1 : 2;
	if (number_whole(text, digits, 0, max, &from, e))
		return -1;
	to = from;
	if (gap && number_whole(text + digits + gap, n - digits - gap, 0, max, &to, e))
		return -1;
	if (from > to)
		return err_set(e, "the range '%.*s' is empty", (int)(n < SHOWN ? n : SHOWN), text);
	*first = from;
	*last = to;
	return 0;
}

int number_pair(const char *text, size_t n, int64_t min, int64_t max, int *a, int *b)
{
	const char *x = memchr(text, 'x', n = length(text, n));
	int64_t first, second;

	if (!x || number_whole(text, (size_t)(x - text), min, max, &first, NULL) ||
	    number_whole(x + 1, n - (size_t)(x - text) - 1, min, max, &second, NULL))
		return -1;
	*a = (int)first;
	*b = (int)second;
	return 0;
}

const char *number_text(double x, char text[32])
{
	if (!isfinite(x))
		return isnan(x) ? "NaN" : x > 0 ? "Inf" : "-Inf";
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, 32, "%.*g", digits, x);
		if (strtod(text, NULL) == x)
			break;
	}
	return text;
}
