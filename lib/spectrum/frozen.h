/*
 * frozen - axes and key frequencies of the matrices of one checkpoint, to measure others by
 */
#ifndef SPECTRUM_FROZEN_H
#define SPECTRUM_FROZEN_H

#include "spectrum/subject.h"

/* Of one matrix */
struct frozen {
	char *of; /* as in struct subject */
	bool embedding;
	enum subject_basis basis;
	int n, C, axes, nkeys;
	float *mean, *axis; /* (C), (axes, C) */
	int *keys; /* (nkeys), ascending */
};

/* Of a checkpoint.  Zero-initialise; free with frozen_free. */
struct frozen_set {
	struct frozen *of;
	int n;
};

/*
 * frozen_take - keep those of @s, in place of what an earlier checkpoint gave for the same matrix
 */
int frozen_take(struct frozen_set *set, const struct subject *s, struct err *e);

/*
 * frozen_find - what is kept for @s, NULL if nothing is
 *
 * Returns 0, or -1 with @e when the matrix had another shape there.
 */
int frozen_find(const struct frozen_set *set, const struct subject *s, const struct frozen **f,
		struct err *e);
void frozen_free(struct frozen_set *set);

#endif
