/* Short labels of groups: the settings that it takes to tell them apart; see series.h. */
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "sync/series.h"

/* Word @i of a label, "key=value", and its length; NULL behind the last. */
static const char *word(const char *label, int i, size_t *n)
{
	for (; *label; label += *n + (label[*n] == ' ')) {
		*n = strcspn(label, " ");
		if (!i--)
			return label;
	}
	return NULL;
}

/* The word of @label that is about the same setting as @like, or NULL. */
static const char *same_key(const char *label, const char *like, size_t *n)
{
	size_t key = strcspn(like, "=") + 1;
	const char *w;
	int i;

	for (i = 0; (w = word(label, i, n)); i++)
		if (!strncmp(w, like, key))
			return w;
	return NULL;
}

/* Do two labels say different things of the setting of @like? */
static int differs(const char *a, const char *b, const char *like)
{
	size_t na, nb;

	a = same_key(a, like, &na);
	b = same_key(b, like, &nb);
	return a && b ? na != nb || memcmp(a, b, na) != 0 : a != b;
}

/* How many pairs of groups that are @together the setting of @like tells apart; @part: do so. */
static int gain(const struct series_set *s, char *together, const char *like, int part)
{
	int n = s->ngroups, i, j, count = 0;

	for (i = 0; i < n; i++)
		for (j = 0; j < i; j++) {
			if (!together[i * n + j] || !differs(s->groups[i], s->groups[j], like))
				continue;
			count++;
			together[i * n + j] = (char)!part;
		}
	return count;
}

/* The setting that tells most of the groups apart which are still together; NULL: none does. */
static const char *best(const struct series_set *s, char *together)
{
	const char *found = NULL, *w;
	size_t length;
	int i, j, k, most = 0, count;

	for (i = 0; i < s->ngroups; i++)
		for (k = 0; (w = word(s->groups[i], k, &length)); k++) {
			for (j = 0; j < i && !same_key(s->groups[j], w, &length); j++)
				;
			count = j < i ? 0 : gain(s, together, w, 0); /* seen before, or new */
			if (count > most) {
				most = count;
				found = w;
			}
		}
	return found;
}

/* What of @label is about the settings of the words @kept. */
static char *shorten(const char *label, const char *const *kept, int n)
{
	char *text = NULL;
	const char *w;
	size_t size, length, ignored;
	FILE *f = text_open(&text, &size);
	int i, k, some = 0;

	if (!f)
		return NULL;
	for (i = 0; (w = word(label, i, &length)); i++)
		for (k = 0; k < n; k++)
			if (same_key(kept[k], w, &ignored) == kept[k])
				fprintf(f, "%s%.*s", some++ ? " " : "", (int)length, w);
	if (text_close(f, &text)) {
		free(text);
		return NULL;
	}
	return text;
}

int series_brief(struct series_set *s, size_t most, struct err *e)
{
	enum { KEPT = 16, GROUPS = 256 /* of more no reader tells names apart */ };
	const char *kept[KEPT];
	char **brief = NULL, *together = NULL;
	int n = s->ngroups, i, nkept = 0, is_long = 0;

	for (i = 0; i < n; i++)
		is_long |= strlen(s->groups[i]) > most;
	if (!is_long || n > GROUPS)
		return 0;
	together = malloc((size_t)n * (size_t)n);
	brief = calloc((size_t)n, sizeof(*brief));
	if (!together || !brief)
		goto memory;
	memset(together, 1, (size_t)n * (size_t)n);
	while (nkept < KEPT && (kept[nkept] = best(s, together)))
		gain(s, together, kept[nkept++], 1);
	for (i = 0; i < n; i++)
		if (!(brief[i] = shorten(s->groups[i], kept, nkept)))
			goto memory;
	for (i = 0; i < n; i++) {
		free(s->groups[i]);
		s->groups[i] = brief[i];
	}
	free(brief);
	free(together);
	return 0;
memory:
	for (i = 0; brief && i < n; i++)
		free(brief[i]);
	free(brief);
	free(together);
	return err_memory(e);
}
