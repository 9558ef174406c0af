/*
 * stream_file - the compressed side of a reader: one file at a time, a frame at a time
 *
 * Internal to stream.  Bytes of the open frame can be collected (@keep) or copied to a writer
 * (@tee) as they are decompressed, so that a frame can be forwarded without compressing it again.
 */
#ifndef STREAM_FILE_H
#define STREAM_FILE_H

#include <sys/types.h>
#include <zstd.h>

#include "stream/internal.h"

struct stream_file {
	const char *name; /* for messages, as are the next two */
	uint64_t records, frames; /* of this file so far; records is the owner's to count */

	int fd, seekable;
	ZSTD_DCtx *z;
	uint8_t *buffer; /* compressed bytes, [pos, len) not used yet */
	size_t pos, len, chunk; /* how many to ask for: few after a seek */
	off_t offset; /* of the file, behind the buffer */
	off_t total; /* its size when it was opened */

	int is_cut; /* it ended where more must follow */
	int inside; /* a frame is open */
	off_t begin; /* where it begins in the file */
	unsigned long long size; /* its content, or ZSTD_CONTENTSIZE_UNKNOWN */
	int keep; /* collect its compressed bytes in @kept */
	struct format_bytes kept;
	struct stream_out *tee; /* copy its compressed bytes there, what was kept of them first */
};

int stream_file_init(struct stream_file *f, struct err *e);
void stream_file_free(struct stream_file *f);

int stream_file_open(struct stream_file *f, const char *name,
		     struct err *e); /* "-": standard input */
int stream_file_attach(struct stream_file *f, int fd, struct err *e); /* f->name is set */
void stream_file_close(struct stream_file *f);

/* stream_file_frame - open the next frame: 1, or 0 when the file has ended, -1 with @e */
int stream_file_frame(struct stream_file *f, struct err *e);

/*
 * stream_file_decompress - @room bytes into @p, fewer only if the frame ends first
 *
 * @room may be 0, to reach the end of a frame whose content has all come.  At the end of the frame,
 * when its checksum has been checked, f->inside becomes 0.
 */
int stream_file_decompress(struct stream_file *f, void *p, size_t room, size_t *got, struct err *e);

/*
 * stream_file_copy - send the open frame to @to, as far as it was read (it was kept) and what
 * follows
 */
int stream_file_copy(struct stream_file *f, struct stream_out *to, struct err *e);

/*
 * stream_file_leave - jump to the end of the open frame (seekable files only), copying it to @tee
 */
int stream_file_leave(struct stream_file *f, struct err *e);

/* The place of the next byte to be read, and going on at a place ahead (seekable files only). */
off_t stream_file_place(const struct stream_file *f);
int stream_file_jump(struct stream_file *f, off_t to, struct err *e);

/* stream_file_bad - "cannot read 'a.gts': after record 7: frame 5 <what>"; returns -1 */
int stream_file_bad(const struct stream_file *f, struct err *e, const char *what);

#endif
