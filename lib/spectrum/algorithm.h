/*
 * algorithm - which algorithm for a (+) b a network runs: clock, pizza, or none
 *
 * Two algorithms for modular addition, from Zhong, Liu, Tegmark and Andreas, "The Clock and the
 * Pizza", arXiv 2306.17844.  A clock multiplies its two inputs, and its logits depend on the answer
 * alone.  A pizza first adds its inputs, so that the gradients by both agree, and its right logits
 * depend on the distance of the inputs.
 */
#ifndef SPECTRUM_ALGORITHM_H
#define SPECTRUM_ALGORITHM_H

#include "spectrum/operation.h"
#include "spectrum/report.h"

struct rng;

/*
 * algorithm_irrelevance - distance irrelevance of Zhong et al., 0 to about 1
 *
 * @right: (n, n), the logit of the right answer for each pair (i, j)
 * @sign:  1 or -1; the distance of a pair is i - sign j mod n
 *
 * The standard deviation of the logits over pairs with the same distance, averaged over distances,
 * divided by the standard deviation over all pairs.  0 if the latter is less than 1e-5 of their
 * root mean square: the logits are then all the same.
 */
double algorithm_irrelevance(const double *right, int n, int sign);

enum { ALGORITHM_TRIPLES = 100 };

/* Gradient symmetricity of Zhong et al., and the sample that it was measured on. */
struct symmetricity {
	double mean; /* of the cosines */
	double null; /* mean cosine when the two gradients are from different triples */
	int triple[3 * ALGORITHM_TRIPLES]; /* residues a, b, c of each */
};

/*
 * algorithm_symmetricity - do both inputs change a logit in the same direction?
 *
 * The cosine between the gradients of the logit of c with respect to the embeddings of a and of b,
 * averaged over random triples a, b, c of the residues in @o.  Returns 0, or -1 with @e when memory
 * runs out.
 */
int algorithm_symmetricity(const struct operation *o, const struct task *task,
			   const struct gpt *network, struct rng *rng, struct symmetricity *s,
			   struct err *e);

/*
 * algorithm_share_null - largest share of variance in one frequency that a unit of pure noise has
 *
 * The mean of the largest of n/2 independent Beta(4, (n^2 - 9) / 2) variables.
 */
double algorithm_share_null(int n);

#define ALGORITHM_CLUSTER 0.5 /* share of variance from which a unit belongs to a frequency */

/*
 * algorithm_report - measure all of this, and write metrics and tensors
 *
 * @keys:  (nkeys), key frequencies of the embedding
 * @draws: number of permutations of the right logits, for the null value of the irrelevance
 *
 * Metrics of the residual stream have `of' "layer L", followed by the operation if r->of names one.
 * Returns 0, or -1 with @e.
 */
int algorithm_report(struct spectrum_report *r, const struct operation *o, const struct task *task,
		     const struct gpt *network, const int *keys, int nkeys, int draws,
		     struct err *e);

#endif
