/*
 * import - what the parts of grok-ckpt import share
 *
 * A file or directory is opened, its settings are written as the head of a run, then its tensors
 * one by one.  Functions exit on errors unless they have @e.
 */
#ifndef CKPT_IMPORT_H
#define CKPT_IMPORT_H

#include "ckpt.h"
#include "foreign/config.h"

/* A regular file; the contents of a pipe have been copied to one. */
struct import_file {
	const char *path;
	char *own; /* what path points to, if it was allocated */
	int fd, is_copy; /* is_copy: of a pipe */
	uint64_t size;
};

struct import {
	const char *names; /* --name: which tensors are wanted, or NULL */
	const char *given; /* --config */
	const char *named; /* --run, or NULL */
	int64_t at; /* --step, or -1 */
	const char *path; /* the operand */
	int is_pipe; /* the operand is a pipe */
	struct config config;
	struct stream_out *out; /* once the head has been written */
	char run[FORMAT_NAME + 1];
	int64_t step;
	uint64_t hash; /* of the files, for the run's id */
	struct names seen; /* names of the tensors that have been written */
	struct tensor tied; /* of a tied network: embedding or head, whichever came first */
	uint64_t passed_over; /* number of tensors that a stream cannot hold */
};

/* import_check_text - refuse a name in file @path that a stream cannot hold */
void import_check_text(const char *path, const char *text);

/* import_open - open a file; @directory may be NULL */
struct import_file import_open(const char *directory, const char *name);
void import_close(struct import_file *f);

/* import_read - read exactly @n bytes from offset @at on; 0, or -1 with @e */
int import_read(const struct import_file *f, uint64_t at, void *p, size_t n, struct err *e);

/* import_read_on - the read of a foreign_source: continues at the struct import_place @arg */
struct import_place {
	const struct import_file *file;
	uint64_t at;
};
int import_read_on(void *arg, void *p, size_t n, struct err *e);

/*
 * import_settings - take the settings from --config and from a config.json
 *
 * @json: its @n bytes, or NULL
 */
void import_settings(struct import *im, const char *path, const char *json, size_t n);

/* import_hash - add parts of a file to the hash that ends the run's id */
void import_hash(struct import *im, const struct import_file *f);

/* import_head - write the head; @format: "npz", the only setting if no others are known */
void import_head(struct import *im, const char *format);

/*
 * import_wants - should the tensor that a file calls @name be imported?
 *
 * @ours: filled with its name in the run
 */
int import_wants(const struct import *im, const char *path, const char *name,
		 char ours[FORMAT_NAME + 32]);

/* import_pass_over - say that a tensor is left out, and why */
void import_pass_over(struct import *im, const char *path, const char *name, const char *why);

/*
 * import_put - write a tensor; those called data.*, which describe the run, as measures of step 0
 */
void import_put(struct import *im, const char *path, const char *name, int64_t step, enum role role,
		const struct tensor *x);

void import_end(struct import *im); /* write the end and free */

/* ---- the formats ---- */

void import_directory(struct import *im, const char *directory); /* model.c */
void import_safetensors(struct import *im, const struct import_file *f);
void import_npz(struct import *im, const struct import_file *f); /* arrays.c */
void import_npy(struct import *im, const struct import_file *f);

#endif
