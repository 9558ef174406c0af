/*
 * stream - grok tensor streams: records in order, through pipes and files (the only user of zstd)
 *
 * Reading.  stream_next steps to the next record and decodes its header; a tensor's payload may
 * then be read, or left: what is left is skipped, by seeking where the input is a file.  Operands
 * are read one after another as one stream.  The reader checks what formats/gts.md demands:
 * checksums, head first, end last, the record count, every size before it is allocated.
 *
 * Writing.  Small records gather in a frame; a large tensor has a frame of its own.  A frame holds
 * either parameters and optimiser state or other records, never both, and a head and an end stand
 * alone, so that filters can copy the frames of a checkpoint without touching them.
 *
 * Forwarding.  stream_pass sends the current record on unchanged.  Compressed bytes are copied when
 * a frame goes through whole, also while the payload is being read.  A head gains a provenance
 * link and an end gets the count of what was written.
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
 * stream_open - a reader over files in order; NULL or n = 0 reads standard input, as does "-"
 *
 * Keeps @names, which must outlive it.  Files are opened when reached.
 */
struct stream_in *stream_open(char *const *names, int n, struct err *e);

/*
 * stream_open_fd - a reader of what stands open at @fd; it keeps @name, and closes @fd if above 0
 */
struct stream_in *stream_open_fd(int fd, const char *name, struct err *e);
void stream_free(struct stream_in *in); /* NULL is allowed */

/*
 * stream_next - the next record's header; @r's texts live until the next call
 *
 * Returns 1, 0 at the end of a whole stream, -1 with @e (which names file and record) when the
 * stream is damaged or cut short.  Every whole record before the damage has been returned.
 */
int stream_next(struct stream_in *in, struct record *r, struct err *e);

/*
 * stream_unfinished - let runs stop without an end record: stream_next then returns one,
 * interrupted
 *
 * May be called when stream_next has failed for the lack of it, to be tried again.  A tensor of
 * which only the beginning is there is an error of stream_payload as ever.
 */
void stream_unfinished(struct stream_in *in);

/*
 * stream_payload - the next @n payload bytes of the current tensor; more than are left is an error
 */
int stream_payload(struct stream_in *in, void *p, size_t n, struct err *e);

/* Where the current record is: the file's name and the number of the record in it, from 1. */
const char *stream_name(const struct stream_in *in);
uint64_t stream_record(const struct stream_in *in);

/* stream_extent - bytes read of the open file, and its size; 0 when it is no file */
off_t stream_extent(const struct stream_in *in, off_t *size);

/*
 * stream_mark, stream_jump - pass over records that an earlier walk has seen
 *
 * stream_mark: 1 with the place of the current record, or 0 when it cannot be jumped to: the input
 * is no file, or the record is not the first of its frame.  A mark holds for every reader of the
 * same operands.
 *
 * stream_jump, instead of stream_next: if the next record is the one at @from, what comes next is
 * the record at @to, further on in the same run of the same file; what lies between goes to @out as
 * it is, or nowhere when @out is NULL.  Returns 1, or 0 when the next record is another, -1 with
 * @e.
 */
struct stream_mark {
	int file; /* number of the operand, from 1 */
	uint64_t record, frame; /* numbers in the file, from 1 */
	off_t at; /* of the frame in the file */
};
int stream_mark(const struct stream_in *in, struct stream_mark *m);
int stream_jump(struct stream_in *in, const struct stream_mark *from, const struct stream_mark *to,
		struct stream_out *out, struct err *e);

/* stream_header - the encoded header of the current record, until the next call of stream_next */
const uint8_t *stream_header(const struct stream_in *in, size_t *n);

/* stream_reject - prefix @e with the file and record of @in, for errors in what a record means */
int stream_reject(const struct stream_in *in, struct err *e);

/*
 * stream_create - a writer to a file descriptor, which stays the caller's
 *
 * @name: what messages call it
 * @me:   signs the heads that pass through; NULL signs nothing.  Kept, not copied.
 */
struct stream_out *stream_create(int fd, const char *name, const struct program *me, struct err *e);

/* stream_threads - how many threads may copy from file to file; 1 by default */
void stream_threads(struct stream_out *out, int threads);

/* stream_close - flush and free; a run without its end record is an error.  Frees in any case. */
int stream_close(struct stream_out *out, struct err *e);
void stream_discard(struct stream_out *out); /* free, flush nothing */

/*
 * stream_put - write a record; @payload is a tensor's data, r->bytes of it (computed here)
 *
 * An end's record count is filled in.  Not for RECORD_OTHER.  A large tensor is on its way to the
 * descriptor on return; small records wait for stream_flush, for a frame to fill, or for the end.
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
 * stream_tell, stream_seek - the place a writer has reached, and to go on from there
 *
 * stream_tell flushes; it counts from where the descriptor stood at stream_create.  stream_seek
 * tells a fresh writer that its descriptor stands at such a place of an unfinished run.
 */
struct stream_place {
	uint64_t bytes, records; /* written so far; records of the open run, 0 when none is */
};
int stream_tell(struct stream_out *out, struct stream_place *at, struct err *e);
int stream_seek(struct stream_out *out, const struct stream_place *at, struct err *e);

/*
 * stream_foreign - what a file of others that begins with these @n bytes is, such as "it is
 * compressed by gzip: ...", or NULL when it is none of those that are known
 */
const char *stream_foreign(const void *p, size_t n);

/*
 * stream_compressed_size - bytes that @n bytes at @p take at a zstd level (1 to 19); 0 with @e set
 * when memory runs out
 */
size_t stream_compressed_size(const void *p, size_t n, int level, struct err *e);

#endif
