/*
 * npz - numpy's .npz archives: a zip file with an npy file for each array (the only user of
 * libarchive)
 *
 * Reading needs a regular file, of which the zip directory at the end is believed.  As numpy does,
 * an entry is an array if its first bytes say so, whatever its name.  Directories are passed over;
 * what else is no array, or one that a stream cannot hold, is told of and may be left out.  An
 * archive may unpack to 100 times its own size and 64 MiB.  Sizes must be what headers say,
 * checksums are verified.  Links, encryption, names that lead out of a directory, and pickles
 * (PyTorch's .pt files are zip archives of a pickle) are refused.
 *
 * Writing stores without compression and without dates, so that equal arrays give equal bytes.
 */
#ifndef FOREIGN_NPZ_H
#define FOREIGN_NPZ_H

#include "foreign/foreign.h"

/*
 * npz_parse_name - the parts of a name in our archives, [STEP/][ROLE/]NAME: returns NAME
 *
 * @step: -1 without one; @role: ROLE_PARAM without one
 */
const char *npz_parse_name(const char *name, int64_t *step, enum role *role);

struct npz_in;
struct npz_out;

enum npz_kind {
	NPZ_ARRAY,
	NPZ_TEXT, /* config.json, also as numpy saves it again: an array of one text */
	NPZ_OTHER, /* neither */
};

struct npz_entry {
	enum npz_kind kind;
	const char *name; /* without .npy, UTF-8; until the next npz_next */
	struct foreign array; /* of an array, checked */
	struct err why; /* of NPZ_OTHER: what it is */
};

/*
 * npz_open - NULL with @e when the regular file @fd is no zip file that can be read
 *
 * @fd: stays the caller's; read from its beginning, by one reader at a time
 * @path: what messages call it; kept, not copied
 */
struct npz_in *npz_open(int fd, const char *path, struct err *e);
void npz_free(struct npz_in *in);

/* npz_next - 1 an entry, 0 the end, -1 with @e, which names file and entry */
int npz_next(struct npz_in *in, struct npz_entry *entry, struct err *e);

/* npz_tensor - the current array as a new tensor, which the caller frees */
int npz_tensor(struct npz_in *in, struct tensor *x, struct err *e);

/* npz_text - the current text, of *n bytes and a NUL, to be freed by the caller; NULL with @e */
char *npz_text(struct npz_in *in, size_t *n, struct err *e);

/*
 * npz_create - an archive to a descriptor, perhaps a pipe, which stays the caller's; NULL with @e
 */
struct npz_out *npz_create(int fd, struct err *e);

/*
 * npz_put - add an array called @name
 *
 * -1 with @e for a name that would leave the directory where an archive is unpacked, such as
 * "../x", or that holds control characters or backslashes.  When the archive cannot be written, @e is of
 * ERR_SYSTEM and tells only why: the caller knows the name of the file.
 */
int npz_put(struct npz_out *out, const char *name, const struct tensor *x, struct err *e);
int npz_put_text(struct npz_out *out, const char *name, const char *text, struct err *e);

int npz_close(struct npz_out *out, struct err *e); /* frees in any case */
void npz_discard(struct npz_out *out);

#endif
