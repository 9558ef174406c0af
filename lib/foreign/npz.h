/*
 * npz - numpy's .npz archives: a zip file with an npy file for each array (the only user of
 * libarchive)
 *
 * Reading needs a regular file; entries are found by the zip directory at its end.  As in numpy, an
 * entry is an array if its first bytes say so, whatever its name.  Directories are skipped.  Any
 * other entry that is not an array, or an array that a stream cannot hold, is returned as NPZ_OTHER
 * with the reason.  An archive may unpack to at most 100 times its own size plus 64 MiB.  Sizes
 * must agree with headers, and checksums are verified.  Links, encryption, names that lead out of
 * the directory, and pickles (PyTorch's .pt files are zip archives of a pickle) are refused.
 *
 * Entries are written without compression and without dates, so equal arrays give equal bytes.
 */
#ifndef FOREIGN_NPZ_H
#define FOREIGN_NPZ_H

#include "foreign/foreign.h"

/*
 * npz_parse_name - split a name as grok-ckpt writes it, [STEP/][ROLE/]NAME
 *
 * @step: -1 if there is none
 * @role: ROLE_PARAM if there is none
 *
 * Returns NAME, a part of @name.
 */
const char *npz_parse_name(const char *name, int64_t *step, enum role *role);

struct npz_in;
struct npz_out;

enum npz_kind {
	NPZ_ARRAY,
	NPZ_TEXT, /* config.json, or an array of one text, which numpy makes of it */
	NPZ_OTHER, /* neither */
};

struct npz_entry {
	enum npz_kind kind;
	const char *name; /* without .npy, in UTF-8; valid until the next npz_next */
	struct foreign array; /* of NPZ_ARRAY, checked */
	struct err why; /* of NPZ_OTHER: what it is */
};

/*
 * npz_open - a reader of the archive in the regular file @fd
 *
 * @fd:   not closed; read from its beginning, by one reader at a time
 * @path: what messages call it; kept, not copied
 *
 * Returns NULL with @e when it is not a zip file that can be read; free with npz_free.
 */
struct npz_in *npz_open(int fd, const char *path, struct err *e);
void npz_free(struct npz_in *in);

/* npz_next - the next entry: 1, 0 at the end, -1 with @e, which names file and entry */
int npz_next(struct npz_in *in, struct npz_entry *entry, struct err *e);

/* npz_tensor - the current array as a new tensor, which the caller frees */
int npz_tensor(struct npz_in *in, struct tensor *x, struct err *e);

/* npz_text - the current text, @n bytes and a NUL, which the caller frees; NULL with @e */
char *npz_text(struct npz_in *in, size_t *n, struct err *e);

/*
 * npz_create - begin an archive on a descriptor, which may be a pipe and is not closed
 *
 * Returns NULL with @e on failure; end with npz_close or npz_discard.
 */
struct npz_out *npz_create(int fd, struct err *e);

/*
 * npz_put - add an array called @name
 *
 * Returns 0, or -1 with @e, also for a name that leads out of the directory where the archive is
 * unpacked, such as "../x", or that has control characters or backslashes.  If the archive cannot
 * be written, @e has the kind ERR_SYSTEM and gives only the reason; the caller adds the file's
 * name.
 */
int npz_put(struct npz_out *out, const char *name, const struct tensor *x, struct err *e);
int npz_put_text(struct npz_out *out, const char *name, const char *text, struct err *e);

int npz_close(struct npz_out *out, struct err *e); /* finish and free; frees also on failure */
void npz_discard(struct npz_out *out); /* free without finishing */

#endif
