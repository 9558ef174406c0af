/* span: what is accepted, its values, and what is refused */
#include "sfm/span.h"

#include "check.h"

static void refuse(const char *text, const char *why)
{
	struct span s = { .n = -7 };
	struct err e;

	check(span_parse(text, 1, 0, 10, &s, &e) == -1);
	check(s.n == -7);
	check_error(e, why);
}

int main(void)
{
	static const char *const bad[] = { "",   "x",   "1,",  ",1",   "1,,2", " 1",
					   "1 ", "inf", "nan", "0x10", "1e",   "1-2" };
	struct span s;
	char many[4 * SPAN_MAX] = "1";

	check(!span_parse("0.5", 0, 0, 1, &s, NULL) && s.n == 1 && s.x[0] == 0.5);
	check(!span_parse("3,1e-1,+2", 1, 0, 10, &s, NULL) && s.n == 3);
	check(s.x[0] == 3 && s.x[1] == 0.1 && s.x[2] == 2);
	check(!span_parse("0:1:5", 0, 0, 1, &s, NULL) && s.n == 5);
	for (int i = 0; i < 5; i++)
		check(s.x[i] == i / 4.0);
	check(!span_parse("0.001:1:4", 1, 0, 1, &s, NULL) && s.n == 4);
	check(s.x[0] == 0.001 && s.x[3] == 1);
	check_near(s.x[1], 0.01, 1e-16); /* a few ulp of exp and log */
	check_near(s.x[2], 0.1, 1e-15);
	check(!span_parse("1:-1:3", 0, -1, 1, &s, NULL) && s.x[1] == 0 && s.x[2] == -1);

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refuse(bad[i], "is not a list of numbers");
	refuse("1:2", "is not FROM:TO:COUNT");
	refuse("1:2:1", "is not FROM:TO:COUNT");
	refuse("1:2:2.5", "is not FROM:TO:COUNT");
	refuse("1:2:1001", "is not FROM:TO:COUNT");
	refuse("1:2:3:4", "is not FROM:TO:COUNT");
	refuse("1:2:3,4", "is not FROM:TO:COUNT");
	refuse("1,2:3:4", "is not FROM:TO:COUNT");
	refuse("0:1:3", "must be above 0");
	refuse("11", "11 is outside 0..10");
	refuse("-1", "-1 is outside 0..10");
	refuse("1:11:3", "11 is outside 0..10");
	for (int i = 0; i < SPAN_MAX; i++)
		strcat(many, ",1");
	refuse(many, "more than 1000 numbers");
	return 0;
}
