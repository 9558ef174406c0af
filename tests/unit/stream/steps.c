/* Lists of steps: what is in them, what is refused, what is told of an input. */
#include "check.h"
#include "stream/steps.h"

static struct steps parse(const char *text)
{
	struct steps s = { 0 };
	struct err e;

	if (steps_parse(text, &s, &e)) {
		fprintf(stderr, "'%s': %s\n", text, e.msg);
		exit(1);
	}
	return s;
}

static void members(void)
{
	struct steps s = parse("100,1k..10k,last");

	check(s.n == 3 && steps_need_last(&s));
	check(steps_has(&s, 100, 77) && !steps_has(&s, 101, 77) && steps_has(&s, 77, 77));
	check(steps_has(&s, 1000, 0) && steps_has(&s, 10000, 0));
	check(!steps_has(&s, 999, 0) && !steps_has(&s, 10001, 0));
	s = parse("..10");
	check(!steps_need_last(&s) && steps_has(&s, 0, -1) && !steps_has(&s, 11, -1));
	s = parse("5..");
	check(steps_has(&s, 1000000000000, -1) && !steps_has(&s, 4, -1));
	s = parse("50..last");
	check(steps_has(&s, 70, 80) && !steps_has(&s, 81, 80) && !steps_has(&s, 49, 80));
	s = parse("last..");
	check(steps_has(&s, 80, 80) && !steps_has(&s, 79, 80));
	s = parse("1e3..%1k,1.5k");
	check(steps_has(&s, 2000, 0) && !steps_has(&s, 2500, 0) && steps_has(&s, 1500, 0));
	check(!steps_has(&s, 0, 0));
	s = parse("every:20,33,log:2");
	check(steps_has(&s, 0, -1) && steps_has(&s, 40, -1) && steps_has(&s, 33, -1));
	/* 10^(k/2): 1 3.16 10 31.6 100 */
	check(steps_has(&s, 1, -1) && steps_has(&s, 3, -1) && steps_has(&s, 32, -1));
	check(!steps_has(&s, 2, -1) && !steps_has(&s, 31, -1) && !steps_need_last(&s));
	s = (struct steps){ 0 };
	check(steps_has(&s, 12, 0) && !steps_need_last(&s));
}

static void refused(void)
{
	static const char *const bad[] = { "",        ",",
					   "1,",      "1,,2",
					   "-1",      "1.5",
					   "abc",     "1x",
					   "1kk",     "0x10",
					   "10..1",   "1%0",
					   "1%",      "..%x",
					   "1e400",   "1 ",
					   "inf",     "nan",
					   "1..2..3", "laster",
					   "1e-3",    "9007199254740993k",
					   "log:0",   "log:",
					   "log:x",   "every:",
					   "every:0", "log:1001",
					   "none",    "every:2..4" };
	char many[2 * STEPS_MAX + 2];
	struct steps s = { .n = 7 };
	struct err e;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!steps_parse(bad[i], &s, &e)) {
			fprintf(stderr, "'%s' was taken\n", bad[i]);
			exit(1);
		}
	for (i = 0; i < STEPS_MAX + 1; i++)
		memcpy(many + 2 * i, "1,", 2);
	many[2 * STEPS_MAX + 1] = 0;
	s = (struct steps){ .n = 7 };
	check(steps_parse(many, &s, &e) == -1 && s.n == 7);
	check_error(e, "more than 256");
}

static void seen(void)
{
	struct steps_seen s = { 0 };
	char text[256];
	int64_t i;

	check(!*steps_told(&s, text));
	steps_see(&s, 0);
	steps_see(&s, 0);
	steps_see(&s, 10);
	check(!strcmp(steps_told(&s, text), "0, 10"));
	for (i = 2; i <= 100; i++)
		steps_see(&s, i * ((int64_t)1 << 40));
	check(!strncmp(text, "0, 10", 5) && s.n == 101);
	check(strstr(steps_told(&s, text), " ... 109951162777600, 101 in all"));
}

int main(void)
{
	members();
	refused();
	seen();
	return 0;
}
