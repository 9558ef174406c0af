/*
 * skip - accuracy without some of the layers or heads
 *
 * What is skipped gives way to something that does not depend on the input: zero, or a mean.  It
 * may be what attention or the MLP of a layer adds to the stream, or the outputs of heads, which
 * are the input of c_proj: then the bias of c_proj remains.
 */
#ifndef CMA_SKIP_H
#define CMA_SKIP_H

#include "cma/cma.h"

enum { CMA_SKIP_ATTN = 1, CMA_SKIP_MLP = 2, CMA_SKIP_HEADS = 4 };

/* What to skip.  A layer with every head marked is the same as one with CMA_SKIP_HEADS. */
struct cma_set {
	const unsigned char *layer; /* (L) of CMA_SKIP_ bits; NULL: none */
	const unsigned char *head; /* (L, H), not 0: skipped; NULL: none */
};

/* What stands in for what is skipped, for each layer and position: (L, GPT_LENGTH, C) each. */
struct cma_substitute {
	float *attn, *mlp; /* for what they add */
	float *heads, *proj; /* for the heads' outputs; what c_proj makes of all of these */
};

/* cma_zero - nothing stands in; returns 0, or -1 with @e.  Free with cma_substitute_free. */
int cma_zero(const struct gpt *g, struct cma_substitute *s, struct err *e);

/* cma_means - the means over @n equations at each position; any number of threads gives the same */
int cma_means(const struct cma_work *w, const int *ids, int n, struct cma_substitute *s,
	      struct err *e);
void cma_substitute_free(struct cma_substitute *s);

struct cma_score {
	double acc, loss; /* share answered rightly; mean cross-entropy, natural logarithm */
	int n; /* equations; both are NaN if 0 */
};

/*
 * cma_skip - accuracy and loss without each of many sets
 *
 * @ids:   (n), ascending: the equations
 * @set:   (sets); an empty one is the whole network
 * @score: (sets, 2): over the training equations among @ids, then over the test equations
 *
 * A set costs the layers behind its first, less those that it skips.  Returns 0, or -1 with @e.
 */
int cma_skip(const struct cma_work *w, const int *ids, int n, const struct cma_set *set, int sets,
	     const struct cma_substitute *s, struct cma_score (*score)[2], struct err *e);

/* cma_draw_sets - @n random sets of @layers of @L layers, with @bits: @set (n, L) */
void cma_draw_sets(uint64_t seed, int n, int layers, int L, int bits, unsigned char *set);

#endif
