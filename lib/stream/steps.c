/* Lists of training steps; see steps.h. */
#include "stream/steps.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "list.h"
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

/* Is the item @word with a number from 1 to @max behind it?  1, 0, or -1 with @e. */
static int parse_word(const char *text, size_t n, const char *word, int64_t max, int64_t *value,
		      struct err *e)
{
	size_t length = strlen(word);

	if (n < length || memcmp(text, word, length) != 0)
		return 0;
	if (number_whole(text + length, n - length, 1, max, value, NULL))
		return err_set(e, "'%.*s' does not end in a number of steps", (int)n, text);
	return 1;
}

static int parse_range(const char *text, size_t n, struct steps_item *item, struct err *e)
{
	const char *percent = memchr(text, '%', n), *dots = NULL;
	size_t i, length = percent ? (size_t)(percent - text) : n;
	struct steps_item it = { 0, INT64_MAX, 1, 0 };

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

static int parse_item(const char *text, size_t n, struct steps_item *item, struct err *e)
{
	struct steps_item all = { 0, INT64_MAX, 1, 0 };
	int64_t log;
	int got;

	got = parse_word(text, n, "every:", (int64_t)1 << 53, &all.every, e);
	if (!got && (got = parse_word(text, n, "log:", STEPS_LOG_MAX, &log, e)) > 0)
		all.log = (int)log;
	if (got > 0)
		*item = all;
	return got < 0 ? -1 : got ? 0 : parse_range(text, n, item, e);
}

int steps_parse(const char *text, struct steps *s, struct err *e)
{
	struct steps list = { 0 };
	const char *item;
	size_t n;

	while (list_next(&text, &item, &n)) {
		if (n > 64)
			return err_set(e, "'%.64s...' is not a step", item);
		if (list.n == STEPS_MAX)
			return err_set(e, "more than %d items in a list of steps", STEPS_MAX);
		if (parse_item(item, n, &list.item[list.n++], e))
			return -1;
	}
	*s = list;
	return 0;
}

/* Is there a whole k >= 0 with round(10^(k / K)) = step? */
static int is_in_log(int64_t step, double K)
{
	double k = step > 0 ? round(K * log10((double)step)) : -1;

	return k >= 0 && llround(pow(10, k / K)) == step;
}

int steps_has(const struct steps *s, int64_t step, int64_t last)
{
	int64_t from, to;
	int i;

	for (i = 0; i < s->n; i++) {
		from = s->item[i].first == STEPS_LAST ? last : s->item[i].first;
		to = s->item[i].last == STEPS_LAST ? last : s->item[i].last;
		if (s->item[i].log ? is_in_log(step, s->item[i].log)
				   : step >= from && step <= to && step % s->item[i].every == 0)
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

void steps_see(struct steps_seen *s, int64_t step)
{
	if (s->n && s->last == step)
		return;
	if (s->n < (int)(sizeof(s->step) / sizeof(s->step[0])))
		s->step[s->n] = step;
	s->last = step;
	s->n++;
}

const char *steps_told(const struct steps_seen *s, char text[256])
{
	int most = (int)(sizeof(s->step) / sizeof(s->step[0])), i;
	size_t n = 0;

	text[0] = '\0';
	for (i = 0; i < s->n && i < most; i++)
		n += (size_t)snprintf(text + n, 256 - n, "%s%" PRId64, i ? ", " : "", s->step[i]);
	if (s->n > most)
		snprintf(text + n, 256 - n, " ... %" PRId64 ", %d in all", s->last, s->n);
	return text;
}
