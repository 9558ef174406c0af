/*
 * edge - path patching: what a part of the network tells another directly
 *
 * A sender adds to the residual stream: the embedding, a head, an MLP.  A receiver reads from it:
 * a head's query, key or value, an MLP, the logits.  In the run on the base s1, one receiver reads
 * a stream in which one sender's output is that of the run on the source s2, at every position; all
 * else that it reads is the base's, and what is behind the receiver follows.  The effect is as in
 * patching, see cma.h.
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
	int edges; /* that there are */
	int *edge; /* (S, R): number of the edge, -1: there is none */
	int (*ends)[2]; /* (edges): sender, receiver */
	struct cma_effect *effect; /* (edges) */
	struct cma_effect total;
};

/* cma_graph_create - the edges of a network; effects are zero.  Returns 0, or -1 with @e. */
int cma_graph_create(struct cma_graph *g, const struct gpt_config *c, struct err *e);
void cma_graph_free(struct cma_graph *g); /* zeroed is fine */

/*
 * Numbers: @head = H is the MLP, layer -1 the embedding; kind 0, 1, 2 a query, key, value, 3 the
 * MLP.
 */
int cma_sender(const struct cma_graph *g, int layer, int head);
int cma_receiver(const struct cma_graph *g, int layer, int kind, int head);

/*
 * cma_edges - the effect of every edge, over @n pairs
 *
 * @o: metric and method; with CMA_ATTRIBUTION the gradient at each receiver's input, by way of this
 *     receiver alone, times each sender's change
 * @g: created; effects and total are filled
 */
int cma_edges(const struct cma_work *w, const struct cma_pair *pair, int n,
	      const struct cma_options *o, struct cma_graph *g, struct err *e);

/* What is left when only some edges carry the source. */
struct cma_circuit {
	double threshold; /* part of the largest effect: edges from here on are kept */
	int edges;
	double acc; /* share of pairs in which the answer is that of the source */
	double recovered; /* mean change of the metric, as a part of the total effect */
};

/*
 * cma_circuits - runs in which the edges below a threshold carry what they do in the run on the
 * base
 *
 * Every part is computed anew from what it reads: the base's stream, and of each sender with a kept
 * edge its change in this very run.  With all edges kept it is the run on the source.
 *
 * @g: with effects; @circuit: (count), threshold set, the rest filled
 */
int cma_circuits(const struct cma_work *w, const struct cma_pair *pair, int n,
		 const struct cma_options *o, const struct cma_graph *g,
		 struct cma_circuit *circuit, int count, struct err *e);

/* cma_graph_largest - the largest size of an effect */
double cma_graph_largest(const struct cma_graph *g);

#endif
