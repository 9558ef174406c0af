/*
 * llc_report - the records about an estimate; formats/llc.md says what they mean
 */
#ifndef LLC_REPORT_H
#define LLC_REPORT_H

#include "llc/llc.h"
#include "stream/stream.h"

/* An estimate of some weights on some equations, with what it was made from. */
struct llc_report {
	const char *run, *of; /* of: NULL for all weights on the training set */
	int64_t step;
	struct llc_settings settings;
	struct llc_summary s;
	double loss, accuracy; /* at w* */
	size_t d; /* coordinates */
	int equations, vocab;
	int polish; /* steps of Adam before; 0: none, and not in the record */
	int probes; /* behind the trace; 0: none, and not in the record */
	double trace, trace_se;
};

/* llc_put_metrics - the metrics record */
int llc_put_metrics(const struct llc_report *r, struct stream_out *out, struct err *e);

/* llc_put_traces - the loss of each draw of @chain as the tensor llc.traces (chains, draws) */
int llc_put_traces(const struct llc_report *r, const struct llc_chain *chain,
		   struct stream_out *out, struct err *e);

/*
 * llc_put_map - many estimates of a checkpoint as the tensors NAME and NAME_se
 *
 * @name: "llc.layers" or "llc.heads"; @r->of, which may be NULL, is appended
 * @s:    (rows, columns); with columns 0 (rows) and a tensor of one dimension
 */
int llc_put_map(const struct llc_report *r, const char *name, const struct llc_summary *s,
		size_t rows, size_t columns, struct stream_out *out, struct err *e);

#endif
