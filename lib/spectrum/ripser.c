/*
 * ripser - write a distance matrix to the program, and find the longest interval in its answer
 */
#include "spectrum/ripser.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "text.h"

/* The triangle below the diagonal, a line for each row */
static char *write_distances(const double *distance, int n, size_t *bytes)
{
	char *text = NULL;
	FILE *f = text_open(&text, bytes);

	if (!f)
		return NULL;
	for (int i = 1; i < n; i++)
		for (int j = 0; j < i; j++)
			fprintf(f, "%.9g%c", distance[(size_t)i * n + j], j < i - 1 ? ',' : '\n');
	if (text_close(f, &text)) {
		free(text);
		return NULL;
	}
	return text;
}

/* The longest of the lines " [birth,death)" that follow the heading of dimension 1 */
static int read_intervals(char *text, double *birth, double *death, struct err *e)
{
	static const char heading[] = "persistence intervals in dim 1:";
	char *at = strstr(text, heading), *line;

	*birth = *death = NAN;
	if (!at)
		return err_set(e, "ripser did not write '%s'", heading);
	strtok_r(at, "\n", &at);
	while ((line = strtok_r(NULL, "\n", &at))) {
		double b, d;

		if (sscanf(line, " [%lf,%lf)", &b, &d) != 2 || !(b >= 0) || !(d >= b) || isinf(d))
			return err_set(e, "ripser wrote '%.60s' for an interval", line);
		if (!(d - b <= *death - *birth)) {
			*birth = b;
			*death = d;
		}
	}
	return 0;
}

int ripser_loop(const double *distance, int n, double *birth, double *death, struct err *e)
{
	static char *const argv[] = { "ripser", "--format", "lower-distance", "--dim", "1", NULL };
	struct command c = { .out = NULL };
	size_t bytes;
	char *text = write_distances(distance, n, &bytes);
	int status;

	if (!text)
		return err_memory(e);
	status = command_run(argv, "ripser", text, bytes, &c, e);
	if (!status && c.failed)
		status = err_set(e, "ripser failed: %.*s", (int)strcspn(c.said, "\n"), c.said);
	if (!status)
		status = read_intervals(c.out, birth, death, e);
	command_free(&c);
	free(text);
	return status;
}
