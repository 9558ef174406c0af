/*
 * algorithm - which algorithm for a (+) b a network runs: clock, pizza, or none
 *
 * Zhong, Liu, Tegmark and Andreas, "The Clock and the Pizza", arXiv 2306.17844.  A clock's logits
 * depend on the answer alone and its two inputs are multiplied; a pizza adds its inputs first, so
 * that their gradients agree, and its right logits depend on the distance of the inputs.
 */
#ifndef SPECTRUM_ALGORITHM_H
#define SPECTRUM_ALGORITHM_H

#include "spectrum/operation.h"
#include "spectrum/report.h"

struct rng;

/*
 * algorithm_irrelevance - distance irrelevance, 0 to about 1
 *
 * @right: (n, n), the logit of the right answer for each pair
 * @sign:  1 or -1; pairs of one distance have the same i - sign j
 *
 * The standard deviation over the pairs of one distance, mean over distances, divided by that
 * over all pairs.  0 where the right logits are all alike: they vary by less than 1e-5 of their
 * root mean square.
 */
double algorithm_irrelevance(const double *right, int n, int sign);

enum { ALGORITHM_TRIPLES = 100 };

/* Gradient symmetricity, and what is behind it */
struct symmetricity {
	double mean; /* of the cosines */
	double null; /* the same when the two gradients are of different triples */
	int triple[3 * ALGORITHM_TRIPLES]; /* residues a, b, c of each */
};

/*
 * algorithm_symmetricity - do both inputs push a logit the same way?
 *
 * The cosine of the gradients of the logit of c by the embeddings of a and b, mean over triples
 * of chance among the residues of the order.  Returns 0, or -1 with @e when memory runs out.
 */
int algorithm_symmetricity(const struct operation *o, const struct task *task,
			   const struct gpt *network, struct rng *rng, struct symmetricity *s,
			   struct err *e);

/* algorithm_share_null - of a unit of noise: mean of the largest of n/2 Beta(4, (n^2 - 9) / 2) */
double algorithm_share_null(int n);

#define ALGORITHM_CLUSTER 0.5 /* a unit belongs to a frequency that has more of its variance */

/*
 * algorithm_report - measure all of it, and write metrics and tensors
 *
 * @keys:  (nkeys), key frequencies of the embedding
 * @draws: permutations of the right logits behind the null of the irrelevance
 *
 * Metrics of the residual stream have `of' `layer L', with the operation behind it where r->of
 * names one.
 */
int algorithm_report(struct spectrum_report *r, const struct operation *o, const struct task *task,
		     const struct gpt *network, const int *keys, int nkeys, int draws,
		     struct err *e);

#endif
