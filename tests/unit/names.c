/* A set of names: numbers, repetitions, names that are not there. */
#include "check.h"
#include "names.h"

/* A quarter of a million names keep their numbers. */
static void many(void)
{
	enum { N = 250000 };
	struct names s = { 0 };
	struct err e;
	char text[32];
	size_t i, k;

	for (i = 0; i < N; i++) {
		snprintf(text, sizeof(text), "transformer.h.%zu.w", i);
		check(names_add(&s, text, &k, &e) == 1 && k == i);
	}
	for (i = 0; i < N; i += 7) {
		snprintf(text, sizeof(text), "transformer.h.%zu.w", i);
		check(names_find(&s, text, &k) == 0 && k == i);
		check(names_add(&s, text, &k, &e) == 0 && k == i);
		check(!strcmp(names_text(&s, k), text));
	}
	check(s.n == N);
	check(names_find(&s, "transformer.h.250000.w", &k) == -1);
	names_free(&s);
}

int main(void)
{
	struct names s = { 0 };
	struct err e;
	size_t k;

	check(names_find(&s, "", &k) == -1);
	check(names_add(&s, "", &k, &e) == 1 && k == 0);
	check(names_add(&s, "h\xc3\xa9", &k, &e) == 1 && k == 1);
	check(names_find(&s, "", &k) == 0 && k == 0);
	check(!strcmp(names_text(&s, 1), "h\xc3\xa9"));
	names_free(&s);
	check(names_find(&s, "", &k) == -1);
	many();
	return 0;
}
