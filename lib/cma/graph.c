/* graph - the numbering of senders, receivers and edges; see edge.h */
#include "cma/edge.h"

#include <math.h>
#include <stdlib.h>

int cma_sender(const struct cma_graph *g, int layer, int head)
{
	return layer < 0 ? 0 : 1 + layer * (g->H + 1) + head;
}

int cma_receiver(const struct cma_graph *g, int layer, int kind, int head)
{
	return layer == g->L ? g->R - 1 : layer * (3 * g->H + 1) + kind * g->H + head;
}

/*
 * How many senders come before a receiver: those of lower layers; before an MLP, the heads of its
 * own.
 */
static int senders_before(const struct cma_graph *g, int receiver)
{
	int layer = receiver / (3 * g->H + 1), mlp = receiver % (3 * g->H + 1) == 3 * g->H;

	return 1 + layer * (g->H + 1) + (layer < g->L && mlp ? g->H : 0);
}

int cma_graph_create(struct cma_graph *g, const struct gpt_config *c, struct err *e)
{
	int s, r;

	*g = (struct cma_graph){ .L = c->layers, .H = c->heads };
	g->S = 1 + g->L * (g->H + 1);
	g->R = g->L * (3 * g->H + 1) + 1;
	for (r = 0; r < g->R; r++)
		g->edges += senders_before(g, r);
	g->edge = malloc((size_t)g->S * (size_t)g->R * sizeof(*g->edge));
	g->ends = malloc((size_t)g->edges * sizeof(*g->ends));
	g->effect = calloc((size_t)g->edges, sizeof(*g->effect));
	if (!g->edge || !g->ends || !g->effect) {
		cma_graph_free(g);
		return err_memory(e);
	}
	g->edges = 0;
	for (r = 0; r < g->R; r++)
		for (s = 0; s < g->S; s++) {
			int *number = &g->edge[(size_t)s * (size_t)g->R + (size_t)r];

			*number = s < senders_before(g, r) ? g->edges : -1;
			if (*number < 0)
				continue;
			g->ends[g->edges][0] = s;
			g->ends[g->edges++][1] = r;
		}
	return 0;
}

void cma_graph_free(struct cma_graph *g)
{
	free(g->edge);
	free(g->ends);
	free(g->effect);
	*g = (struct cma_graph){ 0 };
}

double cma_graph_largest(const struct cma_graph *g)
{
	double most = 0;
	int i;

	for (i = 0; i < g->edges; i++)
		most = fmax(most, fabs(g->effect[i].mean));
	return most;
}
