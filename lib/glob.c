/* Lists of shell patterns; see glob.h. */
#include "glob.h"
#include "list.h"

#include <fnmatch.h>
#include <string.h>

enum { LONGEST = 1 << 10 }; /* no name of a stream is longer, so a longer pattern is no name's */

int glob_matches(const char *list, const char *text)
{
	char pattern[LONGEST + 1];
	const char *item;
	size_t n;

	if (!list)
		return 1;
	while (list_next(&list, &item, &n)) {
		if (n >= sizeof(pattern))
			continue;
		memcpy(pattern, item, n);
		pattern[n] = 0;
		if (!fnmatch(pattern, text, 0))
			return 1;
	}
	return 0;
}
