/*
 * npz - numpy's .npz archives: a zip file with an npy file for each array (the only user of libarchive)
 *
 * Reading needs a regular file, of which the zip directory at the end is believed.  An archive may
 * unpack to 100 times its own size and 64 MiB; entries must be regular files called NAME.npy whose
 * size is what their header says, or the text config.json.  Checksums are verified.  Everything else
 * is refused: links, pickles (PyTorch's .pt files are zip archives of a pickle), encryption.
 *
 * Writing stores without compression and without dates, so that equal arrays give equal bytes.
 */
#ifndef FOREIGN_NPZ_H
#define FOREIGN_NPZ_H

#include "foreign/foreign.h"

struct npz_in;
struct npz_out;

struct npz_entry {
	const char *name; /* without .npy, UTF-8; until the next npz_next */
	int is_text; /* config.json */
	struct foreign array; /* of an array, checked */
	size_t size; /* of a text */
};

/* npz_open - NULL with @e when @path is no zip file that can be read */
struct npz_in *npz_open(const char *path, struct err *e);
void npz_free(struct npz_in *in);

/* npz_next - 1 an entry, 0 the end, -1 with @e, which names file and entry */
int npz_next(struct npz_in *in, struct npz_entry *entry, struct err *e);

/* npz_tensor - the current array as a new tensor, which the caller frees */
int npz_tensor(struct npz_in *in, struct tensor *x, struct err *e);

/* npz_text - the current text, NUL-terminated, to be freed by the caller; NULL with @e */
char *npz_text(struct npz_in *in, struct err *e);

/* npz_create - an archive to a descriptor, perhaps a pipe, which stays the caller's; NULL with @e */
struct npz_out *npz_create(int fd, struct err *e);

/*
 * npz_put - add an array called @name
 *
 * -1 with @e for a name that would leave the directory where an archive is unpacked, such as
 * "../x", or that holds control characters or backslashes.
 */
int npz_put(struct npz_out *out, const char *name, const struct tensor *x, struct err *e);
int npz_put_text(struct npz_out *out, const char *name, const char *text, struct err *e);

int npz_close(struct npz_out *out, struct err *e); /* frees in any case */
void npz_discard(struct npz_out *out);

#endif
