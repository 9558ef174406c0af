/* Lists of training steps; see steps.h. */
#include "stream/steps.h"

#include <string.h>

#include "number.h"

static int parse_step(const char *text, size_t n, int64_t *step, struct err *e)
{
	if (n == 4 && !memcmp(text, "last", 4)) {
		*step = STEPS_LAST;
		return 0;
	}
	if (number_whole(text, n, 0, (int64_t)1 << 53, step, NULL))
		return err_set(e, "'%.*s' is not a step", (int)(n < 32 ? n : 32), text);
	return 0;
}

static int parse_item(const char *text, size_t n, struct steps_item *item, struct err *e)
{
	const char *percent = memchr(text, '%', n), *dots = NULL;
	size_t i, length = percent ? (size_t)(percent - text) : n;
	struct steps_item it = { 0, INT64_MAX, 1 };

	if (percent && (parse_step(percent + 1, n - length - 1, &it.every, e) || it.every < 1))
		return err_set(e, "'%.*s' does not end in a number of steps", (int)n, text);
	for (i = 0; i + 1 < length && !dots; i++)
		if (text[i] == '.' && text[i + 1] == '.')
			dots = text + i;
	if (!dots) {
		if (parse_step(text, length, &it.first, e))
			return -1;
		it.last = it.first;
	} else {
		if (dots > text && parse_step(text, (size_t)(dots - text), &it.first, e))
			return -1;
		dots += 2;
		if (dots < text + length &&
		    parse_step(dots, (size_t)(text + length - dots), &it.last, e))
			return -1;
		if (it.last != STEPS_LAST && it.first > it.last)
			return err_set(e, "the range '%.*s' is empty", (int)n, text);
	}
	*item = it;
	return 0;
}

int steps_parse(const char *text, struct steps *s, struct err *e)
{
	struct steps list = { 0 };
	size_t n;

	for (;; text += n + 1) {
		n = strcspn(text, ",");
		if (n > 64)
			return err_set(e, "'%.64s...' is not a step", text);
		if (list.n == STEPS_MAX)
			return err_set(e, "more than %d items in a list of steps", STEPS_MAX);
		if (parse_item(text, n, &list.item[list.n++], e))
			return -1;
		if (!text[n])
			break;
	}
	*s = list;
	return 0;
}

int steps_has(const struct steps *s, int64_t step, int64_t last)
{
	int64_t from, to;
	int i;

	for (i = 0; i < s->n; i++) {
		from = s->item[i].first == STEPS_LAST ? last : s->item[i].first;
		to = s->item[i].last == STEPS_LAST ? last : s->item[i].last;
		if (step >= from && step <= to && step % s->item[i].every == 0)
			return 1;
	}
	return s->n == 0;
}

int steps_need_last(const struct steps *s)
{
	int i;

	for (i = 0; i < s->n; i++)
		if (s->item[i].first == STEPS_LAST || s->item[i].last == STEPS_LAST)
			return 1;
	return 0;
}
