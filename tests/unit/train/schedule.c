/* train_schedule: which steps lists, log:K and every:N name, and what is refused */
#include "check.h"
#include "train/schedule.h"

static void expect(const char *text, int last, const char *want)
{
	struct train_schedule s;
	char got[512] = "", one[16];
	struct err e;
	int step;

	check(train_schedule_parse(&s, text, last, &e) == 0);
	for (step = 0; step <= last; step++)
		if (train_schedule_has(&s, step)) {
			snprintf(one, sizeof(one), "%s%d", *got ? " " : "", step);
			strcat(got, one);
		}
	if (strcmp(got, want)) {
		fprintf(stderr, "'%s' is %s, not %s\n", text, got, want);
		exit(1);
	}
}

int main(void)
{
	static const char *const bad[] = { "", "none,5", "5,none", "every:-1", "log:5k" };
	struct train_schedule s;
	struct err e;
	size_t i;

	expect("none", 100, "");
	expect("100", 30, "0 30");
	expect("7,3,3", 10, "0 3 7 10");
	expect("every:4", 10, "0 4 8 10");
	expect("log:1", 150, "0 1 10 100 150");
	/* 10^(k/3): 1 2.15 4.64 10 21.5 46.4 100 */
	expect("log:3", 100, "0 1 2 5 10 22 46 100");
	expect("log:2,every:20,33", 40, "0 1 3 10 20 32 33 40");
	expect("1k,2M", 1000, "0 1000");
	expect("3..5,last", 8, "0 3 4 5 8");
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		check(train_schedule_parse(&s, bad[i], 100, &e) == -1);
		check_error(e, " step");
	}
	return 0;
}
