/*
 * stream_internal - what the reading and the writing half of stream share
 */
#ifndef STREAM_INTERNAL_H
#define STREAM_INTERNAL_H

#include <sys/types.h>

#include "stream/stream.h"

enum {
	STREAM_LARGE = 1 << 16, /* a tensor record this long has a frame of its own */
	STREAM_BUFFER = 1 << 18, /* bytes moved at a time */
};

/* Of a writer, for forwarding: the run's state advances as if stream_put had been called. */
int stream_count(struct stream_out *out, const struct record *r, struct err *e);
int stream_note(struct stream_out *out, const struct record *r, struct err *e); /* of a measure */
int stream_put_raw(struct stream_out *out, const void *p, size_t n, int is_param, struct err *e);

/*
 * stream_put_part - a record of a frame whose records may all pass
 *
 * @frame: tells which frame, set when its first record is put
 * @at:    where in the frame's content the record begins
 *
 * Returns 1 when every byte of the frame's content before the record, and the record, have been put
 * here with nothing in between; 0 when not (the record is put all the same), -1 with @e.
 *
 * stream_put_whole - the frame whose parts have been put, as its compressed bytes instead
 */
int stream_put_part(struct stream_out *out, uint64_t *frame, size_t at, const void *p, size_t n,
		    int is_param, struct err *e);
int stream_put_whole(struct stream_out *out, const void *p, size_t n, struct err *e);

int stream_put_border(struct stream_out *out, const struct record *r, const uint8_t *p, size_t n,
		      struct err *e); /* a head, signed, or an end, recounted; already counted */
int stream_put_large(struct stream_out *out, const void *header, size_t n, const void *payload,
		     size_t bytes, struct err *e);
int stream_put_bytes(struct stream_out *out, const void *p, size_t n, struct err *e); /* no frame */

/* stream_put_frames - whole frames of another descriptor, with @records records of the open run */
int stream_put_frames(struct stream_out *out, int fd, off_t at, off_t end, uint64_t records,
		      struct err *e);

/*
 * stream_copy - the bytes of the file @fd from @at to @end to @to, with up to @threads threads
 *
 * Returns 0, or -1 with errno, which is EFAULT when the input is shorter or cannot be read.
 */
int stream_copy(int fd, off_t at, off_t end, int to, int threads);

/* stream_put_file - the bytes from @at to @end of another descriptor, no frame either */
int stream_put_file(struct stream_out *out, int fd, off_t at, off_t end, struct err *e);
int stream_flush_parts(struct stream_out *out, struct err *e); /* they did not become a frame */
int stream_put_pending(struct stream_out *out, struct err *e);

#endif
