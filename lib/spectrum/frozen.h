/*
 * frozen - principal axes and key frequencies of the matrices of one checkpoint, to be applied to
 * the same matrices of other checkpoints
 */
#ifndef SPECTRUM_FROZEN_H
#define SPECTRUM_FROZEN_H

#include "spectrum/subject.h"

/* Those of one matrix. */
struct frozen {
	char *of; /* as in struct subject */
	int embedding;
	enum subject_basis basis;
	int n, C, axes, nkeys;
	float *mean, *axis; /* (C), (axes, C): see spectrum_pca */
	int *keys; /* (nkeys), ascending */
};

/* Those of a checkpoint.  Zero-initialise; free with frozen_free. */
struct frozen_set {
	struct frozen *of; /* (n) */
	int n;
};

/*
 * frozen_take - compute and keep those of @s, replacing what an earlier checkpoint has given
 *
 * Returns 0, or -1 with @e when memory runs out.
 */
int frozen_take(struct frozen_set *set, const struct subject *s, struct err *e);

/*
 * frozen_find - set @f to what is kept for the matrix @s, or to NULL if nothing is
 *
 * Returns 0, or -1 with @e when the matrix that was kept has another shape.
 */
int frozen_find(const struct frozen_set *set, const struct subject *s, const struct frozen **f,
		struct err *e);
void frozen_free(struct frozen_set *set);

#endif
