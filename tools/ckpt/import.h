/*
 * import - what the parts of grok-ckpt import share
 *
 * A file or directory is opened, its settings become the head of a run, its tensors follow one by
 * one.
 */
#ifndef CKPT_IMPORT_H
#define CKPT_IMPORT_H

#include "ckpt.h"
#include "foreign/config.h"

/* A regular file; what came through a pipe has been copied to one. */
struct import_file {
	const char *path;
	char *own; /* what path points to, when it was put together */
	int fd, is_copy; /* of a pipe */
	uint64_t size;
};

struct import {
	const char *names; /* --name: which tensors are wanted, or NULL */
	const char *given; /* --config */
	const char *named; /* --run, or NULL */
	int64_t at; /* --step, or -1 */
	const char *path; /* of the operand */
	int is_pipe; /* it has no name of its own */
	struct config config;
	struct stream_out *out; /* once the head has been written */
	char run[FORMAT_NAME + 1];
	int64_t step;
	uint64_t hash; /* of the files, for the run's id */
	struct names seen; /* tensors that have been written */
	struct tensor tied; /* the first of the two that a tied network shares */
	uint64_t passed_over; /* tensors that a stream cannot hold */
};

/* These functions exit when anything is wrong. */

/* import_check_text - a name of file @path that a stream could not hold */
void import_check_text(const char *path, const char *text);

/* import_open - a file; @directory may be NULL */
struct import_file import_open(const char *directory, const char *name);
void import_close(struct import_file *f);

/* import_read - exactly @n bytes from byte @at on; -1 with @e */
int import_read(const struct import_file *f, uint64_t at, void *p, size_t n, struct err *e);

/* The same as a source of arrays: import_read_on reads on from the place at @arg. */
struct import_place {
	const struct import_file *file;
	uint64_t at;
};
int import_read_on(void *arg, void *p, size_t n, struct err *e);

/*
 * import_settings - the settings in the @n bytes of a config.json, or NULL, and those of --config
 */
void import_settings(struct import *im, const char *path, const char *json, size_t n);

/* import_hash - take some of a file into the hash that ends the run's id */
void import_hash(struct import *im, const struct import_file *f);

/* import_head - write the head; @format: "npz", for a run that says nothing else of itself */
void import_head(struct import *im, const char *format);

/*
 * import_wants - is the tensor that a file calls @name to be imported? @ours: its name in the run
 */
int import_wants(const struct import *im, const char *path, const char *name,
		 char ours[FORMAT_NAME + 32]);

/* import_pass_over - say that a tensor is left out, and why */
void import_pass_over(struct import *im, const char *path, const char *name, const char *why);

/* import_put - write a tensor; those called data.* describe the run and are measures of step 0 */
void import_put(struct import *im, const char *path, const char *name, int64_t step, enum role role,
		const struct tensor *x);

void import_end(struct import *im); /* write the end and free */

/* ---- the formats ---- */

void import_directory(struct import *im, const char *directory); /* model.c */
void import_safetensors(struct import *im, const struct import_file *f);
void import_npz(struct import *im, const struct import_file *f); /* arrays.c */
void import_npy(struct import *im, const struct import_file *f);

#endif
