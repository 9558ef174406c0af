/*
 * spectrum_report - write the measures of lib/spectrum as records; see formats/spectrum.md
 *
 * Functions return 0, or -1 with @e.
 */
#ifndef SPECTRUM_REPORT_H
#define SPECTRUM_REPORT_H

#include "spectrum/frozen.h"
#include "spectrum/spectrum.h"
#include "stream/stream.h"

enum {
	SPECTRUM_PLANES = 8, /* planes of key frequencies written */
	SPECTRUM_VALUES = 64, /* most values of a record */
};

/* A report about one subject at one step: values are collected, then written as a record. */
struct spectrum_report {
	struct stream_out *out;
	const char *run;
	const char *of; /* the subject; NULL: the embedding of the run, or its only function */
	int64_t step;
	struct value values[SPECTRUM_VALUES];
	int n;
};

/* spectrum_report_add - add a value to the metrics; @name is kept, not copied */
void spectrum_report_add(struct spectrum_report *r, const char *name, double x);

/* spectrum_report_metrics - write the values collected so far as a metrics record */
int spectrum_report_metrics(struct spectrum_report *r, struct err *e);

/* spectrum_report_tensor - write a measure tensor called @name, followed by r->of if not NULL */
int spectrum_report_tensor(struct spectrum_report *r, const char *name, enum dtype dtype, int ndim,
			   const size_t *shape, const void *data, struct err *e);

/*
 * spectrum_report_matrix - measure x (n, C), n SPECTRUM_ROWS or more, and write everything
 *
 * @draws:  number of permutations for the ring test
 * @frozen: axes and keys of a matrix of the same shape, or NULL
 *
 * Values added before become part of the metrics.  The permutations are the same in every call, so
 * that they add no noise to a curve over steps.
 */
int spectrum_report_matrix(struct spectrum_report *r, const float *x, int n, int C, int draws,
			   const struct frozen *frozen, struct err *e);

/* spectrum_report_whole - write the paper's measures of all rows of a matrix, as in the stream */
int spectrum_report_whole(struct spectrum_report *r, const float *x, int V, int C, struct err *e);

/*
 * spectrum_report_function - write spectrum.logit_norms and spectrum.logit_share of a function, and
 * add spectrum.sum_share to the metrics
 */
int spectrum_report_function(struct spectrum_report *r, const float *logits,
			     const struct spectrum_task *task, struct err *e);

/* spectrum_report_losses - add the fifteen losses in @p to the metrics */
void spectrum_report_losses(struct spectrum_report *r, const struct spectrum_losses *p);

#endif
