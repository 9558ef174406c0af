/*
 * edge - path patching: what one part of a network passes to another directly
 *
 * A sender adds to the residual stream: the embedding, a head, an MLP.  A receiver reads from it: a
 * head's query, key or value, an MLP, the logits.  An edge is a sender and a receiver.  To patch
 * it, the network runs on the base s1, but the receiver alone reads a stream in which the sender's
 * output, at every position, is that of the run on the source s2; everything after the receiver is
 * computed from its changed output.  The effect is defined as for patching (cma.h).  Source: Wang
 * et al., "Interpretability in the wild", arXiv 2211.00593; Goldowsky-Dill et al., "Localizing
 * model behavior with path patching", arXiv 2304.05969.
 *
 *     senders     S = 1 + L (H + 1)       embedding | layer 0: head 0 .. H-1, MLP | layer 1: ...
 *     receivers   R = L (3 H + 1) + 1     layer 0: q of head 0 .. H-1, k ..., v ..., MLP |
 *                                         layer 1: ... | logits
 *
 * There is an edge where the sender comes before the receiver.
 */
#ifndef CMA_EDGE_H
#define CMA_EDGE_H

#include "cma/cma.h"

struct cma_graph {
	int L, H, S, R;
	int edges; /* their number */
	int *edge; /* (S, R) number of the edge; -1: there is none */
	int (*ends)[2]; /* (edges) sender, receiver */
	struct cma_effect *effect; /* (edges) */
	struct cma_effect total;
};

/* cma_graph_create - the edges of a network; effects are zero.  Returns 0, or -1 with @e. */
int cma_graph_create(struct cma_graph *g, const struct gpt_config *c, struct err *e);
void cma_graph_free(struct cma_graph *g); /* a zeroed struct is allowed */

/*
 * cma_sender, cma_receiver - number of a sender or receiver, in the order above
 *
 * @layer: -1 for the embedding, L for the logits
 * @head:  of a sender: H for the MLP
 * @kind:  0, 1, 2 for a query, key, value; 3 for the MLP
 */
int cma_sender(const struct cma_graph *g, int layer, int head);
int cma_receiver(const struct cma_graph *g, int layer, int kind, int head);

/*
 * cma_edges - the effect of every edge, over @n pairs
 *
 * @o: metric and method; CMA_ATTRIBUTION estimates an effect as the sender's change times the
 *     gradient of the metric at the receiver's input through this receiver alone
 * @g: from cma_graph_create; effects and total are filled
 *
 * Returns 0, or -1 with @e as cma_patch.
 */
int cma_edges(const struct cma_work *w, const struct cma_pair *pair, int n,
	      const struct cma_options *o, struct cma_graph *g, struct err *e);

/* A circuit: the edges whose effect reaches a threshold, and what a run with only these gives. */
struct cma_circuit {
	double threshold; /* edges of at least this share of the largest effect are kept */
	int edges; /* that are kept */
	double acc; /* share of pairs in which the network gives the source's answer */
	double recovered; /* mean change of the metric / mean total effect */
};

/*
 * cma_circuits - run circuits: edges that are not kept carry what they do in the run on the base
 *
 * Each receiver reads the base's stream plus the changes of the senders of its kept edges, in this
 * run relative to the base's.  With all edges kept this is the run on the source.
 *
 * @g:       with effects, from cma_edges
 * @circuit: (count), thresholds set by the caller; the rest is filled
 *
 * Returns 0, or -1 with @e.
 */
int cma_circuits(const struct cma_work *w, const struct cma_pair *pair, int n,
		 const struct cma_options *o, const struct cma_graph *g,
		 struct cma_circuit *circuit, int count, struct err *e);

/* cma_graph_largest - the largest absolute value of an effect */
double cma_graph_largest(const struct cma_graph *g);

#endif
