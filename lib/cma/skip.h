/*
 * skip - accuracy and loss of a network with some of its layers or heads skipped (ablated)
 *
 * A skipped output is replaced by a constant: zero, or its mean over equations.  It may be what
 * attention or the MLP of a layer adds to the stream, or the outputs of heads.  The latter are the
 * input of c_proj, so its bias is still added.
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

/* The constants that replace skipped outputs, by layer and position: (L, GPT_LENGTH, C) each. */
struct cma_substitute {
	float *attn, *mlp; /* for what attention and MLP add */
	float *heads, *proj; /* for the heads' outputs; and c_proj, with bias, of all of them */
};

/* cma_zero - constants of zero; returns 0, or -1 with @e.  Free with cma_substitute_free. */
int cma_zero(const struct gpt *g, struct cma_substitute *s, struct err *e);

/*
 * cma_means - the means over the equations @ids (n) at each position
 *
 * The result does not depend on the number of threads.  Returns 0, or -1 with @e.  Free with
 * cma_substitute_free.
 */
int cma_means(const struct cma_work *w, const int *ids, int n, struct cma_substitute *s,
	      struct err *e);
void cma_substitute_free(struct cma_substitute *s);

struct cma_score {
	double acc, loss; /* share answered correctly; mean cross-entropy in nats */
	int n; /* equations; if 0, acc and loss are NaN */
};

/*
 * cma_skip - accuracy and loss with each of many sets skipped, one set at a time
 *
 * @ids:   (n), ascending: the equations
 * @set:   (sets); an empty one is the whole network
 * @score: (sets, 2): over the training equations among @ids, then over the test equations
 *
 * A set takes the time of the layers from its first skipped one on that it does not skip.  Returns
 * 0, or -1 with @e.
 */
int cma_skip(const struct cma_work *w, const int *ids, int n, const struct cma_set *set, int sets,
	     const struct cma_substitute *s, struct cma_score (*score)[2], struct err *e);

/*
 * cma_draw_sets - fill @set (n, L): in each row @bits at @layers layers, chosen at random from @L
 */
void cma_draw_sets(uint64_t seed, int n, int layers, int L, int bits, unsigned char *set);

#endif
