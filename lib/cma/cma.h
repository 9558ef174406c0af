/*
 * cma - causal mediation analysis: which parts of a network carry the answer
 *
 * A pair is two equations, the base s1 and the source s2, whose answers are y1 and y2.  Patching a
 * site means to run the network on s1 with the site's output replaced by what it is in the run on
 * s2.  M(y | run) is the metric of answer y at `=', a logit or a log-probability (enum cma_metric):
 *
 *     effect = [M(y2 | patched) - M(y1 | patched)] - [M(y2 | s1) - M(y1 | s1)]
 *     total  = [M(y2 | s2)      - M(y1 | s2)]      - [M(y2 | s1) - M(y1 | s1)]
 *
 * Sites: the residual stream that enters a block; a head's output, which is its slice of the input
 * of c_proj; what an MLP adds to the stream; a head's query, key or value; a neuron, which is a
 * hidden unit of an MLP after the activation.
 *
 * Source: Vig et al., "Investigating gender bias in language models using causal mediation
 * analysis", NeurIPS 2020, arXiv 2004.12265.  Results do not depend on the number of threads.
 */
#ifndef CMA_CMA_H
#define CMA_CMA_H

#include <stddef.h>
#include <stdint.h>

#include "gpt/gpt.h"
#include "pool.h"
#include "train/task.h"

/* The network that is measured, and what may be used for it. */
struct cma_work {
	const struct gpt *g;
	const struct task *t;
	struct pool *pool;
	size_t memory; /* bytes for activations on each thread; packed weights are not counted */
};

/* ---- patching ---- */

enum cma_positions {
	CMA_LAST, /* patch at `=' */
	CMA_ALL, /* patch at every position */
	CMA_AT /* CMA_AT + 0, 1, 2: patch only at position 0, 1, 2 */
};

/*
 * CMA_LOGIT: M is a logit.  An effect is then the change of the log odds of y2 against y1;
 * log-probabilities would give the same number, because the softmax's normaliser cancels.
 * CMA_LOGPROB: M(y2) is log p(y2) in nats, and M(y1) is left out of effect and total.
 */
enum cma_metric { CMA_LOGIT, CMA_LOGPROB };
#define CMA_METRIC_NAMES "logit|logprob" /* in this order */

/*
 * CMA_EXACT runs the network once for each patched site.  CMA_ATTRIBUTION is a first-order
 * estimate: the change of the site's output times the gradient of the metric there in the run on
 * s1.  One backward pass gives it for all sites (Nanda, "Attribution patching: activation patching
 * at industrial scale", 2023).
 */
enum cma_method { CMA_EXACT, CMA_ATTRIBUTION };
#define CMA_METHOD_NAMES "exact|attribution" /* in this order */

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
#define CMA_SITE_NAMES "resid|heads|mlps|q|k|v|neurons" /* in this order */
enum { CMA_HEADS = 1 << CMA_HEAD, CMA_MLPS = 1 << CMA_MLP };

/* cma_site_count - number of sites of a kind in a layer: 1, H, or @neurons for CMA_NEURON */
int cma_site_count(enum cma_site site, const struct gpt_config *c, int neurons);

struct cma_pair {
	int base, source; /* ids of equations, see task.h */
	int toward; /* y2 of the effect: the source's answer, except in the control CMA_THIRD */
	int shift; /* head h gets the output of head (h + shift) mod H; 0 except in CMA_OTHER */
};

/*
 * cma_draw_pairs - draw @n pairs of equations of the same operation, with replacement
 *
 * @parts: bits 1 << TASK_TRAIN and 1 << TASK_TEST: where both equations are taken from
 *
 * Base and source differ in both operands and in the answer.  Returns 0, or -1 with @e set if there
 * are no such equations (or so few that random draws do not find them).
 */
int cma_draw_pairs(const struct task *t, unsigned parts, uint64_t seed, int n,
		   struct cma_pair *pair, struct err *e);

/*
 * Controls, with which effects are compared: the same bases with another source, head or answer.
 */
enum cma_control {
	CMA_CONTEXT, /* the source is an equation whose answer is neither y1 nor y2 */
	CMA_SAME, /* the source is another equation with the answer y2 */
	CMA_OTHER, /* a head gets the source's output of another head of its layer */
	CMA_THIRD, /* the effect is measured on an answer y3 that is neither y1 nor y2 */
	CMA_CONTROLS
};

/*
 * cma_draw_control - change @n pairs of cma_draw_pairs to those of a control
 *
 * @heads: H; CMA_OTHER needs two or more
 *
 * Base and source still differ in both operands.  Returns 0, or -1 with @e if there are no such
 * pairs.
 */
int cma_draw_control(const struct task *t, unsigned parts, uint64_t seed, enum cma_control control,
		     int heads, struct cma_pair *pair, int n, struct err *e);

struct cma_options {
	unsigned sites; /* bits 1 << enum cma_site */
	enum cma_positions positions;
	enum cma_metric metric;
	enum cma_method method;
	int neurons; /* N, neurons of each layer that are sites; 0: none */
	const int *neuron; /* (L, N), which they are; NULL, with attribution only: all, N = F */
};

struct cma_effect {
	double mean, se; /* mean over pairs and its standard error; se is NaN for one pair */
};

struct cma_map {
	struct cma_effect *site[CMA_SITES]; /* (L, sites of a layer); NULL unless asked for */
	struct cma_effect total;
	double right; /* share of pairs both of whose equations the network answers correctly */
	double breach; /* largest error of an identity / tolerance; NaN: none was checked */
};

/*
 * cma_patch - the effect of every site, over all pairs
 *
 * Three identities are checked on the way.  A site patched with its own output changes nothing.
 * Patching all heads at `=' gives the run on s2, since the token `=' is the same in both.  With all
 * heads held at their outputs on s1, patching all MLPs changes the final stream by the sum of the
 * changes of what they add.  A difference of 1e-4 of the stream is tolerated.  When a single
 * position is patched only the first is checked; with CMA_ATTRIBUTION, none.
 *
 * Returns 0, or -1 with @e set: memory ran out, w->memory is too small for one pair, or an identity
 * is violated.  Free @map with cma_map_free.
 */
int cma_patch(const struct cma_work *w, const struct cma_pair *pair, int n,
	      const struct cma_options *o, struct cma_map *map, struct err *e);
void cma_map_free(struct cma_map *map);

/*
 * cma_choose_neurons - the @n neurons of each layer with the largest mean effect by attribution
 *
 * @neuron: (L, n), filled with their numbers, the largest effect first
 *
 * Returns 0, or -1 with @e.
 */
int cma_choose_neurons(const struct cma_work *w, const struct cma_pair *pair, int pairs,
		       const struct cma_options *o, int n, int *neuron, struct err *e);

/*
 * cma_active - share of @n effects whose absolute value exceeds @threshold times @largest
 * cma_mean_abs - mean absolute value of @n effects
 */
double cma_active(const struct cma_effect *effect, int n, double threshold, double largest);
double cma_mean_abs(const struct cma_effect *effect, int n);

/* ---- equations ---- */

/*
 * cma_draw_equations - draw up to @most training and up to @most test equations; all if @most is 0
 *
 * @ids: room for task_size ids; filled in ascending order
 *
 * Returns their number, or -1 with @e set.
 */
int cma_draw_equations(const struct task *t, uint64_t seed, int most, int *ids, struct err *e);

#endif
