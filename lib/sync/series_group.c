/* Runs that differ in nothing but their seed, and what tells such groups apart. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "sync/series.h"

static int same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* Does every setting of a but the seed stand the same in b? */
static int config_within(const struct series_run *a, const struct series_run *b)
{
	int i;

	for (i = 0; i < a->nconfig; i++)
		if (strcmp(a->key[i], "seed") != 0 &&
		    !same_text(a->text[i], series_setting(b, a->key[i])))
			return 0;
	return 1;
}

/* Runs of one kind of program have the same settings, whatever their values. */
static int same_keys(const struct series_run *a, const struct series_run *b)
{
	int i;

	for (i = 0; i < a->nconfig; i++)
		if (!series_setting(b, a->key[i]))
			return 0;
	return a->nconfig == b->nconfig;
}

/* What tells a group from those of the same settings (@alike), whose values differ. */
static char *group_label(const struct series_set *s, const int *first, int n, const char *alike,
			 int group)
{
	const struct series_run *run = &s->runs[first[group]];
	char *label = NULL;
	size_t size;
	FILE *f = text_open(&label, &size);
	int i, j, differs, some = 0;

	if (!f)
		return NULL;
	for (i = 0; i < run->nconfig; i++) {
		if (!strcmp(run->key[i], "seed"))
			continue;
		for (differs = j = 0; j < n && !differs; j++)
			differs = alike[j] &&
				  !same_text(run->text[i],
					     series_setting(&s->runs[first[j]], run->key[i]));
		if (differs)
			fprintf(f, "%s%s=%s", some++ ? " " : "", run->key[i], run->text[i]);
	}
	if (text_close(f, &label)) {
		free(label);
		return NULL;
	}
	return label;
}

static int label_groups(struct series_set *s, const int *first, int n)
{
	char *alike = malloc((size_t)n + 1);
	int i, j;

	for (j = 0; alike && j < n; j++) {
		for (i = 0; i < n; i++)
			alike[i] = (char)same_keys(&s->runs[first[j]], &s->runs[first[i]]);
		s->groups[j] = group_label(s, first, n, alike, j);
		if (!s->groups[j])
			break;
		s->ngroups++;
	}
	free(alike);
	return j == n ? 0 : -1;
}

int series_group(struct series_set *s, struct err *e)
{
	int *first = malloc(sizeof(*first) * (size_t)(s->nruns + 1));
	int i, j, n = 0;

	for (i = 0; i < s->ngroups; i++)
		free(s->groups[i]);
	free(s->groups);
	s->ngroups = 0;
	s->groups = calloc((size_t)s->nruns + 1, sizeof(*s->groups));
	if (!first || !s->groups)
		goto memory;
	for (i = 0; i < s->nruns; i++) {
		for (j = 0; j < n; j++)
			if (config_within(&s->runs[i], &s->runs[first[j]]) &&
			    config_within(&s->runs[first[j]], &s->runs[i]))
				break;
		if (j == n)
			first[n++] = i;
		s->runs[i].group = j;
	}
	if (label_groups(s, first, n))
		goto memory;
	free(first);
	return 0;
memory:
	free(first);
	return err_memory(e);
}
