/* Groups of runs that differ only in their seeds, and the labels of groups; see series.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "sync/series.h"

/* The processor's kernel, which a run's name leaves out as well, and what is recorded when. */
static int is_manner(const char *key)
{
	return !strcmp(key, "kernel") || !strcmp(key, "save") || !strcmp(key, "eval_every");
}

/* What makes no other experiment: that, and what is drawn at random. */
static int is_free(const char *key)
{
	return is_manner(key) || !strcmp(key, "seed") || !strcmp(key, "split_seed");
}

/* Heads from before there were random labels do not say that theirs are true. */
static const char *setting(const struct series_run *run, const char *key)
{
	const char *text = series_setting(run, key);

	return text || strcmp(key, "labels") != 0 ? text : "true";
}

/* The seed of the split; a head that does not tell has that of all. */
static const char *split_of(const struct series_run *run)
{
	const char *split = series_setting(run, "split_seed");

	return split ? split : series_setting(run, "seed");
}

static int is_among(const char *key, const char *const *keys)
{
	for (; keys && *keys; keys++)
		if (!strcmp(*keys, key))
			return 1;
	return 0;
}

/* Does every setting of a but its seeds and @vary stand the same in b? */
static int config_within(const struct series_run *a, const struct series_run *b,
			 const char *const *vary)
{
	int i;

	for (i = 0; i < a->nconfig; i++)
		if (!is_free(a->key[i]) && !text_same(a->text[i], setting(b, a->key[i])) &&
		    !is_among(a->key[i], vary))
			return 0;
	return 1;
}

int series_alike(const struct series_run *a, const struct series_run *b, const char *const *vary)
{
	return config_within(a, b, vary) && config_within(b, a, vary);
}

static int split_is_seed(const struct series_run *run)
{
	return text_same(split_of(run), series_setting(run, "seed"));
}

/*
 * Is its split drawn with its seed, rather than one split for several seeds? A split_seed that
 * equals the seed may be either: it is the latter if a run of another seed has the same.
 */
static int splits_by_seed(const struct series_set *s, int run)
{
	const struct series_run *r = &s->runs[run];
	int i;

	if (!split_is_seed(r))
		return 0;
	for (i = 0; i < s->nruns; i++)
		if (!split_is_seed(&s->runs[i]) && text_same(split_of(r), split_of(&s->runs[i])) &&
		    series_alike(r, &s->runs[i], NULL))
			return 0;
	return 1;
}

static int same_split(const struct series_run *a, const struct series_run *b)
{
	return (a->splits_by_seed && b->splits_by_seed) || text_same(split_of(a), split_of(b));
}

static int same_group(const struct series_run *a, const struct series_run *b)
{
	return a->splits_by_seed == b->splits_by_seed && same_split(a, b) &&
	       series_alike(a, b, NULL);
}

const char *series_shared(const struct series_run *run, int i)
{
	if (!strcmp(run->key[i], "seed") || is_manner(run->key[i]))
		return NULL;
	return !strcmp(run->key[i], "split_seed") && run->splits_by_seed ? "seed" : run->text[i];
}

static int keys_within(const struct series_run *a, const struct series_run *b)
{
	int i;

	for (i = 0; i < a->nconfig; i++)
		if (!is_free(a->key[i]) && !setting(b, a->key[i]))
			return 0;
	return 1;
}

/* Runs of one kind of program have the same settings, whatever their values. */
static int same_keys(const struct series_run *a, const struct series_run *b)
{
	return keys_within(a, b) && keys_within(b, a);
}

/* Have both groups the same at setting i of a? */
static int same_setting(const struct series_run *a, const struct series_run *b, int i)
{
	if (!strcmp(a->key[i], "split_seed"))
		return same_split(a, b);
	return text_same(a->text[i], setting(b, a->key[i]));
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
		if (!series_shared(run, i))
			continue;
		for (differs = j = 0; j < n && !differs; j++)
			differs = alike[j] && !same_setting(run, &s->runs[first[j]], i);
		if (differs)
			fprintf(f, "%s%s=%s", some++ ? " " : "", run->key[i],
				series_shared(run, i));
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
	for (i = 0; i < s->nruns; i++)
		s->runs[i].splits_by_seed = splits_by_seed(s, i);
	for (i = 0; i < s->nruns; i++) {
		for (j = 0; j < n; j++)
			if (same_group(&s->runs[i], &s->runs[first[j]]))
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
