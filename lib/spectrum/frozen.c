/*
 * frozen - principal axes and key frequencies, kept by the name of their matrix; see frozen.h
 */
#include "spectrum/frozen.h"

#include <stdlib.h>
#include <string.h>

#include "spectrum/spectrum.h"

static void release(struct frozen *f)
{
	free(f->of);
	free(f->mean);
	free(f->axis);
	free(f->keys);
	*f = (struct frozen){ .of = NULL };
}

static int measure(struct frozen *f, const struct subject *s, struct err *e)
{
	int N = s->n < s->C ? s->n : s->C, status = -1;
	double *share = malloc(sizeof(*share) * (size_t)N);
	float *norm = malloc(sizeof(*norm) * ((size_t)s->n / 2 + 1));

	f->n = s->n;
	f->C = s->C;
	f->axes = N < SPECTRUM_AXES ? N : SPECTRUM_AXES;
	f->mean = malloc(sizeof(*f->mean) * (size_t)s->C);
	f->axis = malloc(sizeof(*f->axis) * (size_t)s->C * SPECTRUM_AXES);
	f->keys = malloc(sizeof(*f->keys) * (size_t)s->n);
	if (!share || !norm || !f->mean || !f->axis || !f->keys)
		err_memory(e);
	else if (!spectrum_pca(s->x, s->n, s->C, f->axes, f->mean, f->axis, share, e) &&
		 !spectrum_norms(s->x, s->n, s->C, norm, e)) {
		f->nkeys = spectrum_keys(norm, s->n, f->keys);
		status = 0;
	}
	free(share);
	free(norm);
	return status;
}

static struct frozen *find(const struct frozen_set *set, const struct subject *s)
{
	for (int i = 0; i < set->n; i++)
		if (!strcmp(set->of[i].of, s->of ? s->of : ""))
			return set->of + i;
	return NULL;
}

int frozen_take(struct frozen_set *set, const struct subject *s, struct err *e)
{
	struct frozen f = { .embedding = s->embedding, .basis = s->basis }, *old, *more;

	f.of = strdup(s->of ? s->of : "");
	if (!f.of || measure(&f, s, e)) {
		if (!f.of)
			err_memory(e);
		release(&f);
		return -1;
	}
	old = find(set, s);
	if (old) {
		release(old);
		*old = f;
		return 0;
	}
	more = realloc(set->of, sizeof(*more) * (size_t)(set->n + 1));
	if (!more) {
		release(&f);
		return err_memory(e);
	}
	set->of = more;
	set->of[set->n++] = f;
	return 0;
}

int frozen_find(const struct frozen_set *set, const struct subject *s, const struct frozen **f,
		struct err *e)
{
	*f = find(set, s);
	if (*f && ((*f)->n != s->n || (*f)->C != s->C))
		return err_set(e, "'%s' is %dx%d there and %dx%d here",
			       s->of ? s->of : SUBJECT_EMBEDDING, (*f)->n, (*f)->C, s->n, s->C);
	return 0;
}

void frozen_free(struct frozen_set *set)
{
	for (int i = 0; i < set->n; i++)
		release(set->of + i);
	free(set->of);
	*set = (struct frozen_set){ .of = NULL };
}
