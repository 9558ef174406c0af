/* Parsing the values on an axis of the phase map; see span.h. */
#include "sfm/span.h"

#include <math.h>
#include <string.h>

#include "number.h"

/* A number that ends at @end or @other; *text moves there.  NaN if there is none. */
static double number(const char **text, char end, char other)
{
	size_t n = strcspn(*text, ",:");
	char stop = (*text)[n];
	double x;

	if (number_parse(*text, n, &x, NULL) || (stop != end && stop != other))
		return NAN;
	*text += n;
	return x;
}

static int parse_range(const char *text, int geometric, struct span *s, struct err *e)
{
	const char *p = text;
	double from, to, count = NAN;

	from = number(&p, ':', ':');
	to = isnan(from) ? NAN : (p++, number(&p, ':', ':'));
	if (!isnan(to)) {
		p++;
		count = number(&p, 0, 0);
	}
	if (!(count >= 2 && count <= SPAN_MAX && count == floor(count)))
		return err_set(e, "'%s' is not FROM:TO:COUNT with a count of 2 to %d", text,
			       SPAN_MAX);
	if (geometric && (from <= 0 || to <= 0))
		return err_set(e, "'%s' is even in the logarithm, so its ends must be above 0",
			       text);
	s->n = (int)count;
	for (int i = 0; i < s->n; i++) {
		double a = i / (count - 1);

		s->x[i] = geometric ? exp((1 - a) * log(from) + a * log(to))
				    : (1 - a) * from + a * to;
	}
	/* The ends as given, not as rounded */
	s->x[0] = from;
	s->x[s->n - 1] = to;
	return 0;
}

static int parse_list(const char *text, struct span *s, struct err *e)
{
	const char *p = text;

	for (s->n = 0;; p++) {
		double x = number(&p, ',', 0);

		if (isnan(x))
			return err_set(e, "'%s' is not a list of numbers or FROM:TO:COUNT", text);
		if (s->n == SPAN_MAX)
			return err_set(e, "there are more than %d numbers", SPAN_MAX);
		s->x[s->n++] = x;
		if (!*p)
			return 0;
	}
}

int span_parse(const char *text, int geometric, double min, double max, struct span *s,
	       struct err *e)
{
	struct span made;

	if (strchr(text, ':') ? parse_range(text, geometric, &made, e) : parse_list(text, &made, e))
		return -1;
	for (int i = 0; i < made.n; i++)
		if (!(made.x[i] >= min && made.x[i] <= max))
			return err_set(e, "%g is outside %g..%g", made.x[i], min, max);
	*s = made;
	return 0;
}
