#include "train/schedule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A whole number with an optional k or M that ends at @end; -1 if it is none in 1..2^53. */
static int64_t whole(const char *text, const char *end)
{
	char *stop;
	double x;

	/* strtod would also take blanks, signs and hexadecimals */
	if (*text < '0' || *text > '9' || strspn(text, "0123456789.e+kM,") < (size_t)(end - text))
		return -1;
	x = strtod(text, &stop);
	if (stop < end && (*stop == 'k' || *stop == 'M'))
		x *= *stop++ == 'k' ? 1e3 : 1e6;
	return stop == end && x >= 0 && x <= 0x1p53 && x == floor(x) ? (int64_t)x : -1;
}

static int add(struct train_schedule *s, const char *item, const char *end)
{
	int64_t n;

	if (end - item == 4 && !memcmp(item, "none", 4)) {
		s->none = 1;
		return 0;
	}
	if (end - item > 4 && !memcmp(item, "log:", 4)) {
		n = whole(item + 4, end);
		if (n < 1 || n > 1000 || s->logs == 4)
			return -1;
		s->per_decade[s->logs++] = (int)n;
		return 0;
	}
	if (end - item > 6 && !memcmp(item, "every:", 6)) {
		n = whole(item + 6, end);
		if (n < 1 || s->every)
			return -1;
		s->every = n;
		return 0;
	}
	n = whole(item, end);
	if (n < 0 || s->list == (int)(sizeof(s->step) / sizeof(*s->step)))
		return -1;
	s->step[s->list++] = n;
	return 0;
}

int train_schedule_parse(struct train_schedule *s, const char *text, int64_t last, struct err *e)
{
	struct train_schedule new = { .last = last };
	const char *item, *end;

	for (item = text;; item = end + 1) {
		end = item + strcspn(item, ",");
		if (add(&new, item, end) || (new.none && (item != text || *end)))
			return err_set(e,
				       "'%.*s' does not name steps: a list of numbers, log:K and "
				       "every:N, or none",
				       (int)(end - item > 40 ? 40 : end - item), item);
		if (!*end)
			break;
	}
	*s = new;
	return 0;
}

int train_schedule_has(const struct train_schedule *s, int64_t step)
{
	int i;

	if (s->none)
		return 0;
	if (step == 0 || step == s->last || (s->every && step % s->every == 0))
		return 1;
	for (i = 0; i < s->list; i++)
		if (s->step[i] == step)
			return 1;
	/* Is there a whole k with round(10^(k / K)) = step? */
	for (i = 0; i < s->logs; i++) {
		double K = s->per_decade[i], k = round(K * log10((double)step));

		if (llround(pow(10, k / K)) == step)
			return 1;
	}
	return 0;
}
