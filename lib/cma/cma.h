/*
 * cma - causal mediation: what parts of a network carry
 *
 * A pair is a base equation s1 and a source s2.  A site's output in the run on s1 is
 * replaced by its output in the run on s2; M is the metric at `=', y1 and y2 the right answers:
 *
 *     effect = [M(y2 | patched) - M(y1 | patched)] - [M(y2 | s1) - M(y1 | s1)]
 *     total  = [M(y2 | s2)      - M(y1 | s2)]      - [M(y2 | s1) - M(y1 | s1)]
 *
 * Sites: the stream that enters a block; a head's output, its slice of the input of c_proj; what an
 * MLP adds to the stream; a head's query, key or value; a neuron of an MLP, behind the activation.
 *
 * Results do not depend on the number of threads.
 */
#ifndef CMA_CMA_H
#define CMA_CMA_H

#include <stddef.h>
#include <stdint.h>

#include "gpt/gpt.h"
#include "pool.h"
#include "train/task.h"

/* What is measured, with what. */
struct cma_work {
	const struct gpt *g;
	const struct task *t;
	struct pool *pool;
	size_t memory; /* bytes for activations on each thread; not of a copy of the weights */
};

/* ---- patching ---- */

enum cma_positions {
	CMA_LAST, /* patch at `=' */
	CMA_ALL, /* patch at every position */
	CMA_AT /* CMA_AT + 0, 1, 2: patch at this position alone */
};

/*
 * With CMA_LOGIT an effect is the change of the log odds of y2 against y1 (the normaliser of the
 * softmax cancels, so log-probabilities would give the same number).  CMA_LOGPROB is the change of
 * log p(y2) alone: M(y1) is left out of effect and total.
 */
enum cma_metric { CMA_LOGIT, CMA_LOGPROB };

/*
 * CMA_EXACT runs the network behind each patched site.  CMA_ATTRIBUTION takes the first order: the
 * change of the site times the gradient of M in the run on s1, one backward pass for all sites (N.
 * Nanda, 2023).
 */
enum cma_method { CMA_EXACT, CMA_ATTRIBUTION };

enum cma_site {
	CMA_STREAM,
	CMA_HEAD,
	CMA_MLP,
	CMA_QUERY,
	CMA_KEY,
	CMA_VALUE,
	CMA_NEURON,
	CMA_SITES
};
enum { CMA_HEADS = 1 << CMA_HEAD, CMA_MLPS = 1 << CMA_MLP };

/* cma_site_count - sites of a kind in a layer: H or 1; @neurons if they are neurons */
int cma_site_count(enum cma_site site, const struct gpt_config *c, int neurons);

struct cma_pair {
	int base, source; /* ids of equations, see task.h */
	int toward; /* the answer y2 of the effect; that of source but in controls */
	int shift; /* head h gets the output of head h + shift modulo H; 0 but in a control */
};

/*
 * cma_draw_pairs - @n pairs of equations of the same operation, with replacement
 *
 * @parts: bits 1 << TASK_TRAIN and 1 << TASK_TEST: where both equations are taken from
 *
 * Both operands and the answer of base and source differ.  Returns -1 with @e set if there are no
 * such equations (or so few that chance does not find them).
 */
int cma_draw_pairs(const struct task *t, unsigned parts, uint64_t seed, int n,
		   struct cma_pair *pair, struct err *e);

/*
 * What an effect is compared with: the same pairs with something else in the place of s2 or of y2.
 */
enum cma_control {
	CMA_CONTEXT, /* the source is an equation whose answer is neither y1 nor y2 */
	CMA_SAME, /* the source is another equation with the answer y2 */
	CMA_OTHER, /* a head gets the source's output of another head of its layer */
	CMA_THIRD, /* the effect is on an answer y3 that is neither y1 nor y2 */
	CMA_CONTROLS
};

/*
 * cma_draw_control - make @n pairs those of a control
 *
 * @heads: H; with one head there is no other
 *
 * Operands of base and source differ, as in the pairs.  Returns 0, or -1 with @e if there are none.
 */
int cma_draw_control(const struct task *t, unsigned parts, uint64_t seed, enum cma_control control,
		     int heads, struct cma_pair *pair, int n, struct err *e);

struct cma_options {
	unsigned sites; /* bits 1 << enum cma_site */
	enum cma_positions positions;
	enum cma_metric metric;
	enum cma_method method;
	int neurons; /* of each layer: N; 0 if they are no site */
	const int *neuron; /* (L, N): which; NULL with attribution: all, and N = F */
};

struct cma_effect {
	double mean, se; /* over pairs; se is NaN for one pair */
};

struct cma_map {
	struct cma_effect *site[CMA_SITES]; /* (L, sites of a layer), NULL unless asked for */
	struct cma_effect total;
	double right; /* share of pairs whose two equations the network answers rightly */
	double breach; /* largest of the identities, over what is tolerated; NaN: none checked */
};

/*
 * cma_patch - the effect of every site, over all pairs
 *
 * Identities are checked on the way: a site patched with its own output changes nothing; patching
 * all heads gives the run on s2 (at `=', where every token is the same); and with all heads held at
 * s1's outputs, patching all MLPs changes the final stream by the sum of what they add.
 * A difference of 1e-4 of the stream is tolerated.  Only the first is checked where one position is
 * patched, none with CMA_ATTRIBUTION.
 *
 * Returns 0, or -1 with @e set: memory, or too little of it allowed for one pair, an identity
 * breached.  Free
 * @map with cma_map_free.
 */
int cma_patch(const struct cma_work *w, const struct cma_pair *pair, int n,
	      const struct cma_options *o, struct cma_map *map, struct err *e);
void cma_map_free(struct cma_map *map);

/*
 * cma_choose_neurons - the @n neurons of each layer with the largest mean effect by attribution
 *
 * @neuron: (L, n), the largest first
 */
int cma_choose_neurons(const struct cma_work *w, const struct cma_pair *pair, int pairs,
		       const struct cma_options *o, int n, int *neuron, struct err *e);

/*
 * cma_active - share of @n effects whose size exceeds @threshold times @largest
 * cma_mean_abs - mean size of @n effects
 */
double cma_active(const struct cma_effect *effect, int n, double threshold, double largest);
double cma_mean_abs(const struct cma_effect *effect, int n);

/* ---- equations ---- */

/*
 * cma_draw_equations - @most training and @most test equations by chance, all if @most is 0
 *
 * @ids: room for task_size; filled in ascending order
 *
 * Returns their number, or -1 with @e set.
 */
int cma_draw_equations(const struct task *t, uint64_t seed, int most, int *ids, struct err *e);

#endif
