/* Numbers, ranges and lists as they may be written, and as they may not. */
#include "check.h"
#include "number.h"

static void numbers(void)
{
	static const struct {
		const char *text;
		double x;
	} good[] = { { "0", 0 },    { "12", 12 },    { "-1.5", -1.5 }, { "1e-3", 1e-3 },
		     { ".5", .5 },  { "+2", 2 },     { "1k", 1e3 },    { "1.5M", 1.5e6 },
		     { "2G", 2e9 }, { "1E3k", 1e6 }, { "1e-400", 0 },  { "100k", 1e5 } };
	static const char *const bad[] = { "",     " 1",    "1 ", "1x",  "0x10", "nan",
					   "inf",  "1e999", "k",  "1kk", "1km",  "--1",
					   "1..2", "1,2",   "1e", "e3",  "1k5",  "1e308G" };
	struct err e;
	double x;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		check(!number_parse(good[i].text, NUMBER_ALL, &x, &e));
		check(x == good[i].x || fabs(x - good[i].x) < 1e-300);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		x = 7;
		check(number_parse(bad[i], NUMBER_ALL, &x, &e) == -1 && x == 7);
		check_error(e, "is not a number");
	}
	check(!number_parse("12,34", 2, &x, &e) && x == 12); /* where it stands */
	check(number_parse("11111111111111111111111111111111111111111111111111111111111111111",
			   NUMBER_ALL, &x, &e) == -1);
	check_error(e, "...' is not a number");
}

static void wholes(void)
{
	struct err e;
	int64_t i = 7;

	check(!number_whole("2k", NUMBER_ALL, 0, 5000, &i, &e) && i == 2000);
	check(!number_whole("-3", NUMBER_ALL, -5, 5, &i, &e) && i == -3);
	check(!number_whole("1.5k", NUMBER_ALL, 0, 5000, &i, &e) && i == 1500);
	check(number_whole("1.5", NUMBER_ALL, 0, 5, &i, &e) == -1 && i == 1500);
	check_error(e, "'1.5' is not a whole number");
	check(number_whole("6", NUMBER_ALL, 0, 5, &i, &e) == -1);
	check_error(e, "6 is outside 0..5");
}

static void ranges(void)
{
	static const char *const bad[] = { "",    "-",   "..",    "1-",    "-1",  "1..",
					   "..1", "5-3", "1-2-3", "1.5-2", "a-b", "1--2" };
	static const struct {
		const char *text;
		int64_t first, last;
	} good[] = { { "3", 3, 3 },         { "0-5", 0, 5 },
		     { "0..5", 0, 5 },      { "1k..2k", 1000, 2000 },
		     { "1e1-2e1", 10, 20 }, { "1.5k-2k", 1500, 2000 } };
	struct err e;
	int64_t a, b;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		check(!number_range(good[i].text, NUMBER_ALL, &a, &b, &e) && a == good[i].first &&
		      b == good[i].last);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check(number_range(bad[i], NUMBER_ALL, &a, &b, &e) == -1);
}

static void pairs(void)
{
	static const char *const bad[] = { "",      "4",    "4x",  "x4", "4x4x4",
					   "4 x 4", "4x11", "0x4", "4X4" };
	int a = 7, b = 7;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check(number_pair(bad[i], NUMBER_ALL, 1, 10, &a, &b) == -1 && a == 7 && b == 7);
	check(!number_pair("4x10", NUMBER_ALL, 1, 10, &a, &b) && a == 4 && b == 10);
	check(!number_pair("2x3,4", 3, 1, 10, &a, &b) && a == 2 && b == 3);
}

static void texts(void)
{
	char text[32];

	check(!strcmp(number_text(0.1, text), "0.1"));
	check(!strcmp(number_text(1e6, text), "1000000"));
	check(!strcmp(number_text(1.0 / 3, text), "0.3333333333333333"));
	check(!strcmp(number_text(-INFINITY, text), "-Inf"));
	check(!strcmp(number_text(NAN, text), "NaN"));
}

int main(void)
{
	numbers();
	wholes();
	ranges();
	pairs();
	texts();
	return 0;
}
