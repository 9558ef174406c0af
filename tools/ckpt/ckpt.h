/*
 * ckpt - what the commands of grok-ckpt share
 */
#ifndef CKPT_H
#define CKPT_H

#include "cli.h"
#include "stream/pick.h"

extern const struct cli ckpt_ls, ckpt_head, ckpt_stat, ckpt_select, ckpt_get, ckpt_diff, ckpt_table,
	ckpt_tail, ckpt_cast, ckpt_verify, ckpt_repair, ckpt_export, ckpt_import;

/* ---- which records (pick.c) ---- */

/* Values of --run --step --kind --role --name --of, and their rows of an option table. */
struct ckpt_pick {
	const char *run, *step, *kind, *role, *name, *of;
};
/* clang-format off */
#define CKPT_PICK(p) \
	{ 0, "run", "GLOB,...", "runs whose id matches", OPT_TEXT, &(p).run, .names = OPT_RUNS }, \
	{ 0, "step", "STEPS", "steps, such as 100,1k..10k,last", OPT_TEXT, &(p).step, \
	  .names = OPT_STEPS }, \
	{ 0, "kind", "GLOB,...", "of records", OPT_TEXT, &(p).kind, \
	  .choices = RECORD_KINDS }, \
	{ 0, "role", "ROLE,...", "of tensors", OPT_TEXT, &(p).role, \
	  .choices = ROLE_NAMES }, \
	{ 0, "name", "GLOB,...", "tensors, and metrics with a quantity, of these names", OPT_TEXT, \
	  &(p).name, .names = OPT_TENSORS | OPT_METRICS }, \
	{ 0, "of", "GLOB,...", "metrics of these, as 'layer *'; '' are of the whole", OPT_TEXT, \
	  .var = &(p).of }

/* The row of commands that write rows. */
#define CKPT_JSON(is_json) \
	{ 'j', "json", NULL, "a JSON object a line instead of tab-separated values", OPT_FLAG, \
	  .var = &(is_json) }
/* clang-format on */

/* The steps of one run of a stream, found without reading payloads. */
struct ckpt_run {
	int64_t first, last; /* steps with parameters, or of any record if there are none; or -1 */
	int64_t checkpoints; /* number of steps with parameters */
};

/* Adjacent parameters of one step, in frames of their own. */
struct ckpt_stretch {
	int run;
	int64_t step;
	struct stream_mark begin, end;
};

/* A stream from which some records are picked. */
struct ckpt_source {
	struct pick pick;
	char *const *files;
	int nfiles;
	int again; /* standard input is a file among them, and will be read again */
	off_t start; /* ... from this offset */
	struct ckpt_run *runs; /* (nruns) in order; set if the pick needs the last step */
	int nruns;
	struct ckpt_stretch *stretches; /* in order; set if runs is */
	size_t nstretches, passed;
	struct stream_out *to; /* set by commands that drop all that is not picked: ckpt_next may
				* then skip records, and forward many picked ones at once to it */
	struct stream_in *in;
	int at; /* number of the open run */
	int is_run_picked;
	const struct ckpt_pick *asked; /* what the user wrote, or NULL */
	const char *of; /* kind of name for suggestions: "metric"; NULL: tensors, or any record */
	uint64_t met; /* number of records picked so far */
	struct nearest near; /* while met is 0: the name nearest to --name, or kind to --kind */
	int offers;
};

/*
 * ckpt_open - read the operands from number @first on, or standard input
 *
 * @p: NULL picks everything
 *
 * These functions exit on errors.
 */
void ckpt_open(struct ckpt_source *s, const struct ckpt_pick *p, int first);
void ckpt_open_files(struct ckpt_source *s, const struct ckpt_pick *p, char *const *files, int n);

/*
 * ckpt_spool - copy everything from @fd to an unnamed file in TMPDIR, and make @fd refer to it
 *
 * @name: what messages call it
 *
 * Returns the descriptor.
 */
int ckpt_spool(int fd, const char *name);

/* ckpt_reopenable - allow ckpt_reopen, by spooling pipes; call before the first record is read */
void ckpt_reopenable(struct ckpt_source *s);
void ckpt_reopen(struct ckpt_source *s); /* start again from the beginning */

void ckpt_free(struct ckpt_source *s);
int ckpt_close(struct ckpt_source *s, struct stream_out *out); /* cli_close, and free @s */

/*
 * ckpt_unmatched - the option of a selection that has picked no record yet, such as "--name 'x'"
 *
 * NULL if there is none.  ckpt_close then prints a sentence and exits with 2; commands that end
 * without ckpt_close must call this themselves.
 */
const char *ckpt_unmatched(const struct ckpt_source *s, char *text, size_t room);
int ckpt_next(struct ckpt_source *s, struct record *r); /* 1 a record, 0 the end; exits */
int ckpt_picked(struct ckpt_source *s, const struct record *r); /* is the current record picked? */

/* ---- writing tables (rows.c) ---- */

struct ckpt_rows {
	FILE *f;
	int json; /* 1: a line is a JSON object; 0: tab-separated values */
	const char *const *columns; /* NULL-terminated */
	int at; /* the next column of the row */
};

void ckpt_rows_open(struct ckpt_rows *t, FILE *f, int json, const char *const *columns);
/* Write the next value of the row; that of the last column ends the row. */
void ckpt_put_text(struct ckpt_rows *t, const char *text); /* NULL: not available */
void ckpt_put_int(struct ckpt_rows *t, int64_t x);
void ckpt_put_real(struct ckpt_rows *t, double x); /* 17 digits where needed */
void ckpt_put_none(struct ckpt_rows *t);
void ckpt_put_shape(struct ckpt_rows *t, int ndim, const size_t *shape); /* 97x512, [97,512] */
void ckpt_put_setting(struct ckpt_rows *t, const struct setting *s); /* NULL: not available */
void ckpt_put_settings(struct ckpt_rows *t, const struct setting *s,
		       int n); /* a=1 b=x, an object */
void ckpt_put_list(struct ckpt_rows *t, const char *const *texts, int n); /* a,b, an array */

/* A row for each record (record.c): the names of its columns, and writing one. */
extern const char *const ckpt_record_columns[];
void ckpt_put_record(struct ckpt_rows *t, const struct record *r);

void ckpt_print_json(FILE *f, const char *text); /* quoted */
void ckpt_print_settings(FILE *f, int json, const struct setting *s, int n);

#endif
