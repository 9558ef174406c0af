/*
 * llc_report - write an estimate as records of a stream; formats/llc.md describes them
 */
#ifndef LLC_REPORT_H
#define LLC_REPORT_H

#include "llc/llc.h"
#include "stream/stream.h"

/* An estimate for some weights on some equations, and the settings and data behind it. */
struct llc_report {
	const char *run, *of; /* of: NULL for all weights on the training set */
	int64_t step;
	struct llc_settings settings;
	struct llc_summary s;
	double loss, accuracy; /* at w* */
	size_t d; /* coordinates */
	int equations, vocab;
	int polish; /* steps of llc_polish before sampling; 0: none, and not in the record */
	int probes; /* of llc_trace; 0: no trace, and it is not in the record */
	double trace, trace_se;
};

/* llc_put_metrics - write the metrics record */
int llc_put_metrics(const struct llc_report *r, struct stream_out *out, struct err *e);

/* llc_put_traces - write the loss L(w) of each draw as the tensor llc.traces (chains, draws) */
int llc_put_traces(const struct llc_report *r, const struct llc_chain *chain,
		   struct stream_out *out, struct err *e);

/*
 * llc_put_map - write the estimates of many parts of a checkpoint as tensors NAME and NAME_se
 *
 * @name: "llc.layers" or "llc.heads"; r->of, if not NULL, is appended
 * @s:    (rows, columns) and tensors of that shape; columns = 0: (rows), tensors of one dimension
 */
int llc_put_map(const struct llc_report *r, const char *name, const struct llc_summary *s,
		size_t rows, size_t columns, struct stream_out *out, struct err *e);

#endif
