/* Lists and choices: empty ones, empty items, words that are the beginning of others. */
#include "check.h"
#include "list.h"

#include <string.h>

static void items(void)
{
	const char *list = "a,,bc", *item;
	size_t n;

	check(list_next(&list, &item, &n) && n == 1 && *item == 'a');
	check(list_next(&list, &item, &n) && n == 0);
	check(list_next(&list, &item, &n) && n == 2 && *item == 'b');
	check(!list_next(&list, &item, &n));
	list = "";
	check(list_next(&list, &item, &n) && n == 0 && !list_next(&list, &item, &n));
	list = "1,";
	check(list_next(&list, &item, &n) && n == 1);
	check(list_next(&list, &item, &n) && n == 0 && !list_next(&list, &item, &n));
}

static void choices(void)
{
	size_t n;

	check(list_choice("mlp|mlps|q", "mlp", 3) == 0);
	check(list_choice("mlp|mlps|q", "mlps", 4) == 1);
	check(list_choice("mlp|mlps|q", "q,k", 1) == 2);
	check(list_choice("mlp|mlps|q", "ml", 2) == -1);
	check(list_choice("mlp|mlps|q", "", 0) == -1);
	check(!strncmp(list_chosen("mlp|mlps|q", 0, &n), "mlp|", 4) && n == 3);
	check(!strcmp(list_chosen("mlp|mlps|q", 2, &n), "q") && n == 1);
}

int main(void)
{
	items();
	choices();
	return 0;
}
