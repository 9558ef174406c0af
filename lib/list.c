/* Lists joined by commas, and choices joined by bars; see list.h. */
#include "list.h"

#include <string.h>

int list_next(const char **list, const char **item, size_t *n)
{
	if (!*list)
		return 0;
	*item = *list;
	*n = strcspn(*list, ",");
	*list = (*list)[*n] ? *list + *n + 1 : NULL;
	return 1;
}

int list_choice(const char *choices, const char *word, size_t n)
{
	size_t length;

	for (int i = 0;; i++) {
		length = strcspn(choices, "|");
		if (length == n && !memcmp(choices, word, n))
			return i;
		if (!choices[length])
			return -1;
		choices += length + 1;
	}
}

const char *list_chosen(const char *choices, int i, size_t *n)
{
	while (i--)
		choices += strcspn(choices, "|") + 1;
	*n = strcspn(choices, "|");
	return choices;
}
