/*
 * ckpt - what the commands of grok-ckpt share
 */
#ifndef CKPT_H
#define CKPT_H

#include "cli.h"
#include "stream/pick.h"

int ckpt_ls(int argc, char **argv);
int ckpt_head(int argc, char **argv);
int ckpt_stat(int argc, char **argv);
int ckpt_select(int argc, char **argv);
int ckpt_get(int argc, char **argv);
int ckpt_diff(int argc, char **argv);
int ckpt_tail(int argc, char **argv);
int ckpt_table(int argc, char **argv);
int ckpt_cast(int argc, char **argv);
int ckpt_verify(int argc, char **argv);
int ckpt_repair(int argc, char **argv);
int ckpt_export(int argc, char **argv);
int ckpt_import(int argc, char **argv);

/* ---- which records (pick.c) ---- */

/* What --run --step --kind --role --name --of say, and their rows of an option table. */
struct ckpt_pick {
	const char *run, *step, *kind, *role, *name, *of;
};
#define CKPT_PICK(p)                                                                               \
	{ 0, "run", "GLOBS", "runs whose id matches", OPT_TEXT, &(p).run, .names = OPT_RUNS },     \
		{ 0,                                                                               \
		  "step",                                                                          \
		  "LIST",                                                                          \
		  "steps, such as 100,1k..10k,last",                                               \
		  OPT_TEXT,                                                                        \
		  &(p).step,                                                                       \
		  .names = OPT_STEPS },                                                            \
		{ 0,                                                                               \
		  "kind",                                                                          \
		  "GLOBS",                                                                         \
		  "of records",                                                                    \
		  OPT_TEXT,                                                                        \
		  &(p).kind,                                                                       \
		  .choices = "head|tensor|metrics|end" },                                          \
		{ 0,                                                                               \
		  "role",                                                                          \
		  "ROLES",                                                                         \
		  "of tensors",                                                                    \
		  OPT_TEXT,                                                                        \
		  &(p).role,                                                                       \
		  .choices = "param|state|measure" },                                              \
		{ 0,                                                                               \
		  "name",                                                                          \
		  "GLOBS",                                                                         \
		  "tensors, and metrics with a quantity, of these names",                          \
		  OPT_TEXT,                                                                        \
		  &(p).name,                                                                       \
		  .names = OPT_TENSORS | OPT_METRICS },                                            \
	{                                                                                          \
		0, "of", "GLOBS", "metrics of these, as 'layer *'; '' are of the whole", OPT_TEXT, \
			&(p).of, .names = 0                                                        \
	}

/* What one run of a stream holds, found without reading payloads; numbered in order. */
struct ckpt_run {
	int64_t first, last; /* steps with parameters; of any record when there are none; -1 */
	int64_t checkpoints; /* steps with parameters */
};

/* Parameters of one step that stand together, in frames of their own. */
struct ckpt_stretch {
	int run;
	int64_t step;
	struct stream_mark begin, end;
};

/* A stream of which some records are meant. */
struct ckpt_source {
	struct pick pick;
	char *const *files;
	int nfiles;
	int again; /* standard input is a file among them, to be read again */
	off_t start; /* ... from here */
	struct ckpt_run *runs; /* known when the pick needs the last step */
	int nruns;
	struct ckpt_stretch *stretches; /* in order; known when runs are */
	size_t nstretches, passed;
	struct stream_out *to; /* of who drops what is not picked: ckpt_next may pass over records
				* that are not, and send there many that are */
	struct stream_in *in;
	int at; /* number of the open run */
	int is_run_picked;
	const struct ckpt_pick *asked; /* what the user wrote, or NULL */
	const char *of; /* what is looked for: "metric"; NULL: tensors, or any record */
	uint64_t met; /* records that the selection means */
	struct nearest near; /* while there are none: to --name */
	int offers;
};

/*
 * ckpt_open - the operands from number @first on, or standard input; @p may be NULL: everything
 *
 * These functions exit when anything is wrong.
 */
void ckpt_open(struct ckpt_source *s, const struct ckpt_pick *p, int first);
void ckpt_open_files(struct ckpt_source *s, const struct ckpt_pick *p, char *const *files, int n);

/*
 * ckpt_spool - let an unnamed file in TMPDIR take the place of a descriptor, with what comes from
 * there
 *
 * @name: what messages call it.  Returns the descriptor.
 */
int ckpt_spool(int fd, const char *name);

/* Before the first record is read: what comes through a pipe is copied to a temporary file. */
void ckpt_reopenable(struct ckpt_source *s);
void ckpt_reopen(struct ckpt_source *s); /* from the beginning */

void ckpt_free(struct ckpt_source *s);
int ckpt_close(struct ckpt_source *s, struct stream_out *out); /* cli_close, and free @s */

/*
 * ckpt_unmatched - the option of a selection that has met no record yet, such as "--name 'x'", or
 * NULL.  ckpt_close then ends the program with a sentence and 2; a command that does not come to
 * ckpt_close asks itself.
 */
const char *ckpt_unmatched(const struct ckpt_source *s, char *text, size_t room);
int ckpt_next(struct ckpt_source *s, struct record *r); /* 1 a record, 0 the end; exits */
int ckpt_picked(struct ckpt_source *s, const struct record *r); /* is the current one meant? */

/* ---- writing tables (rows.c) ---- */

struct ckpt_rows {
	FILE *f;
	int json; /* a line is an object, not tab-separated values */
	const char *const *columns; /* NULL-terminated */
	int at; /* the next column of the row */
};

void ckpt_rows_open(struct ckpt_rows *t, FILE *f, int json, const char *const *columns);
/* The next value of the row; the last column's ends the row. */
void ckpt_put_text(struct ckpt_rows *t, const char *text); /* NULL: not available */
void ckpt_put_int(struct ckpt_rows *t, int64_t x);
void ckpt_put_real(struct ckpt_rows *t, double x); /* 17 digits where needed */
void ckpt_put_none(struct ckpt_rows *t);
void ckpt_put_shape(struct ckpt_rows *t, int ndim, const size_t *shape); /* 97x512, [97,512] */
void ckpt_put_setting(struct ckpt_rows *t, const struct setting *s); /* NULL: not available */
void ckpt_put_settings(struct ckpt_rows *t, const struct setting *s,
		       int n); /* a=1 b=x, an object */
void ckpt_put_list(struct ckpt_rows *t, const char *const *texts, int n); /* a,b, an array */

/* A row for each record (record.c): its columns, and the current one. */
extern const char *const ckpt_record_columns[];
void ckpt_put_record(struct ckpt_rows *t, const struct record *r);

/* The shortest decimal that reads back as @x; "NaN", "Inf", "-Inf". */
const char *ckpt_number(double x, char text[32]);

void ckpt_print_json(FILE *f, const char *text); /* quoted */
void ckpt_print_settings(FILE *f, int json, const struct setting *s, int n);

#endif
