/* Memory for tools: there is some, or the program ends. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static void *got(void *p)
{
	if (!p)
		cli_die("out of memory");
	return p;
}

void *cli_alloc(size_t n, size_t size)
{
	return got(calloc(n + 1, size)); /* calloc(0) may give NULL */
}

void *cli_grow(void *p, size_t n, size_t size)
{
	return got(reallocarray(p, n, size));
}

char *cli_copy(const char *text)
{
	return got(strdup(text));
}
