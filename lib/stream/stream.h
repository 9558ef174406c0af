/*
 * stream - grok tensor streams: records in order, through pipes and files (the only user of zstd)
 *
 * Reading.  stream_next moves to the next record and decodes its header.  The caller may then read
 * a tensor's payload; what it does not read is skipped, by seeking where the input is a file.
 * Several files are read one after another as one stream.  The reader checks what formats/gts.md
 * demands: checksums, head first, end last, the count of records, every size before it is
 * allocated.
 *
 * Writing.  Small records are collected in a frame; a large tensor has a frame of its own.  A frame
 * holds either parameters and optimiser state or other records, never both; heads and ends have
 * frames of their own.  So a filter can copy the frames of a checkpoint without decompressing them.
 *
 * Forwarding.  stream_pass sends the current record on unchanged.  If a whole frame is forwarded,
 * its compressed bytes are copied, even while the caller reads the payload.  A head gets another
 * link in its provenance chain, and an end gets the number of records that were written.
 *
 *     while ((got = stream_next(in, &r, &e)) > 0)
 *             if (stream_pass(in, out, &e)) ...
 */
#ifndef STREAM_STREAM_H
#define STREAM_STREAM_H

#include <sys/types.h>

#include "stream/format.h"

struct stream_in;
struct stream_out;

/*
 * stream_open - a reader over the files @names (n) in order
 *
 * NULL or n = 0 reads standard input, and so does the name "-".  The texts of @names are kept and
 * must outlive the reader; the array need not.  Files are opened when they are reached.  Returns
 * NULL with @e when memory runs out; free with stream_free.
 */
struct stream_in *stream_open(char *const *names, int n, struct err *e);

/*
 * stream_open_fd - a reader of the open descriptor @fd, which it closes at the end unless it is 0
 *
 * @name: what messages call it; kept, not copied
 */
struct stream_in *stream_open_fd(int fd, const char *name, struct err *e);
void stream_free(struct stream_in *in); /* NULL is allowed */

/*
 * stream_next - move to the next record and decode its header
 *
 * @r: filled; its texts are valid until the next call
 *
 * Returns 1, 0 at the end of a complete stream, -1 with @e (which names file and record) when the
 * stream is damaged or cut short.  Every whole record before the damage is returned first.
 */
int stream_next(struct stream_in *in, struct record *r, struct err *e);

/*
 * stream_unfinished - accept runs without an end record
 *
 * Where it is missing, stream_next returns an end record that says interrupted.  This may also be
 * called after stream_next has failed because of a missing end; stream_next can then be called
 * again.  A tensor that is cut short is still an error of stream_payload.
 */
void stream_unfinished(struct stream_in *in);

/*
 * stream_payload - read the next @n payload bytes of the current tensor into @p
 *
 * Returns 0, or -1 with @e, also when fewer than @n are left.
 */
int stream_payload(struct stream_in *in, void *p, size_t n, struct err *e);

/* stream_extent - how many bytes of the open file were read, and its size: 0 for a pipe */
off_t stream_extent(const struct stream_in *in, off_t *size);

/*
 * stream_mark, stream_jump - skip records that an earlier reading of the same files has seen
 *
 * stream_mark sets @m to the place of the current record and returns 1; or it returns 0 if one
 * cannot jump there, because the input is not a file or the record is not the first of its frame.
 * A mark is valid for every reader of the same files.
 *
 * stream_jump is called before stream_next.  If the next record is the one at @from, it moves to
 * the record at @to, further on in the same run and file, which stream_next then returns; the
 * records between are forwarded to @out unchanged, or dropped when @out is NULL.  Returns 1, 0 when
 * the next record is another one, -1 with @e.
 */
struct stream_mark {
	int file; /* number of the operand, from 1 */
	uint64_t record, frame; /* numbers in the file, from 1 */
	off_t at; /* of the frame in the file */
};
int stream_mark(const struct stream_in *in, struct stream_mark *m);
int stream_jump(struct stream_in *in, const struct stream_mark *from, const struct stream_mark *to,
		struct stream_out *out, struct err *e);

/* stream_header - the encoded header of the current record; valid until the next stream_next */
const uint8_t *stream_header(const struct stream_in *in, size_t *n);

/*
 * stream_reject - prefix @e with file and record, for a valid record that the caller cannot accept
 */
int stream_reject(const struct stream_in *in, struct err *e);

/*
 * stream_create - a writer to a file descriptor, which it does not close
 *
 * @name: what messages call it
 * @me:   added to the provenance of heads that are forwarded; NULL: none.  Kept, not copied.
 *
 * Returns NULL with @e when memory runs out; free with stream_close or stream_discard.
 */
struct stream_out *stream_create(int fd, const char *name, const struct program *me, struct err *e);

/* stream_threads - how many threads to use for copying from file to file; 1 by default */
void stream_threads(struct stream_out *out, int threads);

/* stream_close - flush and free, also after an error; a run without its end record is an error */
int stream_close(struct stream_out *out, struct err *e);
void stream_discard(struct stream_out *out); /* free, flush nothing */

/*
 * stream_put - write a record of any kind but RECORD_OTHER
 *
 * @r:       bytes of a tensor and the record count of an end are computed here
 * @payload: a tensor's data; else NULL
 *
 * A large tensor has been written when this returns; small records wait until a frame is full, the
 * run ends, or stream_flush is called.
 */
int stream_put(struct stream_out *out, const struct record *r, const void *payload, struct err *e);
int stream_flush(struct stream_out *out, struct err *e);

/*
 * stream_pass - forward the current record of @in; call before its payload is read
 *
 * Returns 0, or -1 with @e.
 */
int stream_pass(struct stream_in *in, struct stream_out *out, struct err *e);

/*
 * stream_tell, stream_seek - the place that a writer has reached, and continuing from there
 *
 * stream_tell flushes; it counts bytes from where the descriptor was at stream_create.  stream_seek
 * tells a new writer that its descriptor is at such a place of an unfinished run.
 */
struct stream_place {
	uint64_t bytes, records; /* written so far; records of the open run, 0 when none is */
};
int stream_tell(struct stream_out *out, struct stream_place *at, struct err *e);
int stream_seek(struct stream_out *out, const struct stream_place *at, struct err *e);

/*
 * stream_foreign - recognise a file of another format by its first @n bytes
 *
 * Returns a clause for a message, such as "it is compressed by gzip: ...", or NULL.
 */
const char *stream_foreign(const void *p, size_t n);

/*
 * stream_compressed_size - the size of @n bytes at @p when compressed by zstd at @level, 1 to 19
 *
 * Returns 0 with @e set when memory runs out.
 */
size_t stream_compressed_size(const void *p, size_t n, int level, struct err *e);

#endif
