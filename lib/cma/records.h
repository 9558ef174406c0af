/*
 * records - write what was measured of one checkpoint as records of a stream; see formats/cma.md
 *
 * Functions return 0, or -1 with @e.
 */
#ifndef CMA_RECORDS_H
#define CMA_RECORDS_H

#include "cma/cma.h"
#include "cma/cuts.h"
#include "cma/edge.h"
#include "stream/stream.h"

/* Where records go, and the checkpoint they are about. */
struct cma_records {
	struct stream_out *out;
	const char *run;
	int64_t step;
	const struct gpt_config *config;
};

/* cma_put_pairs - the pairs that were drawn */
int cma_put_pairs(const struct cma_records *to, const struct task *t, const struct cma_pair *pair,
		  int n, struct err *e);

/*
 * cma_put_map - effects of the sites of @o
 *
 * @threshold: a head is active if its effect exceeds this share of the largest effect of a head
 */
int cma_put_map(const struct cma_records *to, const struct cma_options *o,
		const struct cma_map *map, double threshold, struct err *e);

/* cma_put_control - the heads' effects in a control */
int cma_put_control(const struct cma_records *to, enum cma_control control,
		    const struct cma_map *map, struct err *e);

/* cma_put_positions - the heads' effects when one position is patched: @map (GPT_LENGTH) */
int cma_put_positions(const struct cma_records *to, const struct cma_map *map, struct err *e);

/* cma_put_edges - effects of all edges, and the graph of those >= @threshold times the largest */
int cma_put_edges(const struct cma_records *to, const struct cma_graph *g, double threshold,
		  struct err *e);

/*
 * cma_put_circuits - @n circuits: all but the last as a curve over thresholds; the last, which has
 * the threshold of the graph, as metrics
 */
int cma_put_circuits(const struct cma_records *to, const struct cma_circuit *c, int n,
		     struct err *e);

/* cma_put_patterns - @mean, @sd: (L, H, GPT_LENGTH, GPT_LENGTH) */
int cma_put_patterns(const struct cma_records *to, const float *mean, const float *sd,
		     struct err *e);

/*
 * cma_put_scores - accuracies and losses with each set of @c skipped
 *
 * @part:  (c->parts) indices into cma_parts
 * @mean:  skipped outputs were replaced by means (cma_means), not by zero
 * @score: (c->sets, 2) of cma_skip
 */
int cma_put_scores(const struct cma_records *to, const struct cma_cuts *c, const int *part,
		   int mean, struct cma_score (*score)[2], struct err *e);

#endif
