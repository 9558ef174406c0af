/*
 * plot - pictures of the contents of streams
 *
 *   records --plot_take--> struct plot_data --plot_draw--> svg, png, pdf or text
 *
 * Each kind of picture has a file of its own, which declares a struct plot_kind; lib/plot/kinds.c
 * lists them.  To add a kind, add a file and a row to that list: the command line, the completion,
 * the report and the tests use the list.
 */
#ifndef PLOT_PLOT_H
#define PLOT_PLOT_H

#include "plot/gnuplot.h"
#include "sync/series.h"
#include "stream/steps.h"
#include "stream/tensor.h"
#include "nearest.h"

/* A measure tensor that was kept, as float32; of a complex one, the absolute values. */
struct plot_array {
	int run; /* index into series.runs */
	int64_t step;
	char *name;
	struct tensor x;
};

/* What a report says about a run, besides its series. */
struct plot_run {
	char *commands; /* the programs of its provenance as pipelines, one on each line */
	int complete; /* as in its end record */
};

/* Zero-initialise; plot_free empties it. */
struct plot_data {
	struct series_set series;
	struct plot_run *runs; /* (series.nruns) */
	int nruns;
	struct plot_array *arrays; /* in the order of the stream */
	int narrays, room;
	struct nearest near; /* to the names asked for, of the measures that were met */
};

/* What a user may choose; a zeroed struct chooses nothing. */
struct plot_options {
	const char *title; /* NULL: none */
	const char *run; /* glob of run ids; NULL: all */
	const char
		*names; /* for curves: globs of quantities, a panel each, joined by commas; for map:
			      a glob of measures; or NULL */
	const struct steps *steps; /* checkpoints to draw; NULL: a few are chosen */
	int group; /* 1 + number of the group whose checkpoints are drawn; 0: the first with any */
	int first, last; /* 1 + numbers of the first and last group to draw stacks of; 0: all */
	int width, height; /* of the picture in CSS pixels; 0: what the kind prefers */
	double font; /* size of letters in CSS pixels; 0: 13 */
	int palette; /* 0 the default, 1 viridis, 2 grey */
	int no_id; /* do not write the run's name into the corner */
};

enum { PLOT_NEEDS = 6, PLOT_ARRAYS = 12 };
enum { PLOT_STEP = 1, PLOT_NAME = 2 };

struct plot_kind {
	const char *name, *purpose; /* of the command; the purpose in one line, lower case */
	const char *needs[PLOT_NEEDS]; /* metrics or measures, of which one must be there */
	const char *command; /* the command that records them */
	const char *arrays[PLOT_ARRAYS]; /* the measures that it draws */
	unsigned takes; /* PLOT_STEP, PLOT_NAME: the choices of the user that it follows */
	int named; /* it draws the measures that the `names' of the options match */
	const struct plot_rows *stack; /* the picture is a stack of these rows; NULL: see draw */
	int (*draw)(struct gnuplot *g, const struct plot_data *d, const struct plot_options *o,
		    struct err *e);
	const char *heading, *caption; /* in the report; NULL: it is not in the report */
	int groups; /* most groups in one figure of the report; 0: all */
};

/* All kinds, in the order of the report; the list ends with NULL. */
extern const struct plot_kind *const plot_kinds[];
const struct plot_kind *plot_kind(const char *name); /* NULL: there is none */

/* plot_has - is there a metric or a measure of this name? */
int plot_has(const struct plot_data *d, const char *name);

/* plot_array - the array of a run and step, or NULL */
const struct plot_array *plot_array(const struct plot_data *d, int run, int64_t step,
				    const char *name);

/*
 * plot_take - keep what @kinds need from the current record @r of @in: metrics and named measures
 *
 * @kinds: ends with NULL
 *
 * A measure replaces an earlier one of the same name, run and step.  Returns 0, or -1 with @e.
 */
int plot_take(struct plot_data *d, const struct plot_kind *const *kinds,
	      const struct plot_options *o, struct stream_in *in, const struct record *r,
	      struct err *e);
void plot_free(struct plot_data *d);

/*
 * plot_script - write the script of a picture to @g, which gnuplot_finish then draws
 *
 * @d: after series_group
 *
 * Returns 0; or -1 with @e, which says what is missing and which command records it, and with
 * nothing to free.
 */
int plot_script(const struct plot_kind *k, struct gnuplot *g, const struct plot_data *d,
		const struct plot_options *o, struct err *e);

/* plot_group - divide the runs into groups with labels that fit into legends; 0, or -1 with @e */
int plot_group(struct plot_data *d, struct err *e);

/*
 * plot_draw - the picture of kind @k; the caller frees @picture
 *
 * @g: format and the fields of gnuplot_start set.  Returns -1 with @e when what the kind draws is
 *     not in the data (ERR_UNMATCHED: what the user chose is not), or gnuplot fails.
 */
int plot_draw(const struct plot_kind *k, struct gnuplot *g, struct plot_data *d,
	      const struct plot_options *o, char **picture, size_t *bytes, struct err *e);

/*
 * plot_report - one HTML document with every picture that the data allows and the tables beside
 * them
 *
 * It is self-contained: pictures are inline, and nothing is loaded.  Returns 0, or -1 with @e when
 * there is no run, nothing to draw, or gnuplot fails; what @f then holds is of no use.
 */
int plot_report(struct plot_data *d, const struct plot_options *o, FILE *f, struct err *e);

#endif
