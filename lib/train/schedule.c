/* When weights are saved; see schedule.h. */
#include "train/schedule.h"

#include <string.h>

int train_schedule_parse(struct train_schedule *s, const char *text, int64_t last, struct err *e)
{
	struct train_schedule made = { .none = !strcmp(text, "none"), .last = last };

	if (!made.none && steps_parse(text, &made.steps, e))
		return -1;
	*s = made;
	return 0;
}

int train_schedule_has(const struct train_schedule *s, int64_t step)
{
	return !s->none && (step == 0 || step == s->last || steps_has(&s->steps, step, s->last));
}
