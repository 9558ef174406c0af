/*
 * stream_file - read and decompress one file, a zstd frame at a time (private to stream)
 *
 * Compressed bytes of the open frame can be collected (@keep) or copied to a writer (@tee) as they
 * are decompressed, so that a frame can be forwarded without compressing it again.
 */
#ifndef STREAM_FILE_H
#define STREAM_FILE_H

#include <sys/types.h>
#include <zstd.h>

#include "stream/internal.h"

struct stream_file {
	const char *name; /* for messages, as are the next two */
	uint64_t records, frames; /* read from this file so far; the owner counts the records */

	int fd, seekable;
	ZSTD_DCtx *z;
	uint8_t *buffer; /* compressed bytes; [pos, len) are not decompressed yet */
	size_t pos, len;
	size_t chunk; /* bytes to ask for: few after a seek */
	off_t offset; /* in the file, of the byte after the buffer */
	off_t total; /* size of the file when it was opened */

	int is_cut; /* the file ended where more must follow */
	int inside; /* a frame is open */
	off_t begin; /* where the frame begins in the file */
	unsigned long long size; /* of the frame's content, or ZSTD_CONTENTSIZE_UNKNOWN */
	int keep; /* collect the frame's compressed bytes in @kept */
	struct format_bytes kept;
	struct stream_out *tee; /* copy the frame's compressed bytes there, those kept first */
};

int stream_file_init(struct stream_file *f, struct err *e);
void stream_file_free(struct stream_file *f);

int stream_file_open(struct stream_file *f, const char *name,
		     struct err *e); /* "-": standard input */
/* stream_file_attach - read from the open @fd; the caller has set f->name */
int stream_file_attach(struct stream_file *f, int fd, struct err *e);
void stream_file_close(struct stream_file *f);

/* stream_file_frame - open the next frame: 1, or 0 when the file has ended, -1 with @e */
int stream_file_frame(struct stream_file *f, struct err *e);

/*
 * stream_file_decompress - the next @room bytes of the frame's content, into @p
 *
 * @got: bytes written to @p, less than @room only if the frame ends first
 *
 * At the end of the frame, when its checksum has been verified, f->inside becomes 0.  @room may be
 * 0, to get there when all the content has been read.
 */
int stream_file_decompress(struct stream_file *f, void *p, size_t room, size_t *got, struct err *e);

/*
 * stream_file_copy - write the compressed bytes of the open frame to @to
 *
 * What has been read of it must have been kept; the rest is copied as it is read (@tee).
 */
int stream_file_copy(struct stream_file *f, struct stream_out *to, struct err *e);

/*
 * stream_file_leave - jump to the end of the open frame (seekable files only), copying it to @tee
 */
int stream_file_leave(struct stream_file *f, struct err *e);

/* stream_file_place - offset in the file of the next byte to be decompressed */
off_t stream_file_place(const struct stream_file *f);
/* stream_file_jump - continue at a later offset (seekable files only) */
int stream_file_jump(struct stream_file *f, off_t to, struct err *e);

/* stream_file_bad - "cannot read 'a.gts': after record 7: frame 5 <what>"; returns -1 */
int stream_file_bad(const struct stream_file *f, struct err *e, const char *what);

#endif
