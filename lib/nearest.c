/*
 * The edit distance of words; see nearest.h.
 *
 * Damerau, "A technique for computer detection and correction of spelling errors", Communications
 * of the ACM 7(3), 1964, in the restricted form: no substring is edited twice.
 */
#include "nearest.h"

#include <string.h>

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Letters to change between @a and @b, both shorter than NEAREST_LONGEST. */
static int distance(const char *a, const char *b)
{
	/* rows of the table: two letters of @a ago, one ago, now */
	int before[NEAREST_LONGEST + 1], last[NEAREST_LONGEST + 1], row[NEAREST_LONGEST + 1];
	size_t n = strlen(a), m = strlen(b), i, j;

	for (j = 0; j <= m; j++)
		last[j] = before[j] = (int)j;
	for (i = 1; i <= n; i++) {
		row[0] = (int)i;
		for (j = 1; j <= m; j++) {
			row[j] = least(least(last[j] + 1, row[j - 1] + 1),
				       last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		memcpy(before, last, sizeof(before[0]) * (m + 1));
		memcpy(last, row, sizeof(last[0]) * (m + 1));
	}
	return last[m];
}

/* A third of the letters may be wrong, of a short word one. */
static int allowed(const char *text)
{
	size_t n = strlen(text);

	return n < 3 ? 0 : n < 6 ? 1 : (int)n / 3;
}

struct nearest nearest_to(const char *text)
{
	struct nearest near = { .text = text, .distance = allowed(text) + 1 };

	return near;
}

void nearest_offer(struct nearest *near, const char *word)
{
	size_t n = strlen(near->text);
	int d;

	if (!n || n >= NEAREST_LONGEST || strlen(word) >= NEAREST_LONGEST)
		return;
	d = distance(near->text, word);
	if (n > 2 && !strncmp(near->text, word, n))
		d = least(d, 1);
	if (d < near->distance) {
		near->distance = d;
		strcpy(near->word, word);
	}
}

const char *nearest_word(const struct nearest *near)
{
	return near->word[0] && near->distance ? near->word : NULL;
}
