/* Lists of shell patterns; see glob.h. */
#include "glob.h"

#include <fnmatch.h>
#include <string.h>

enum { LONGEST = 1 << 10 }; /* no name of a stream is longer, so a longer pattern is no name's */

int glob_matches(const char *list, const char *text)
{
	char pattern[LONGEST + 1];
	size_t n;

	if (!list)
		return 1;
	for (;; list += n + 1) {
		n = strcspn(list, ",");
		if (n < sizeof(pattern)) {
			memcpy(pattern, list, n);
			pattern[n] = 0;
			if (!fnmatch(pattern, text, 0))
				return 1;
		}
		if (!list[n])
			return 0;
	}
}
