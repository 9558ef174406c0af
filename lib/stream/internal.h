/*
 * stream_internal - functions of the writer that forwarding uses (private to stream)
 *
 * Unless said otherwise, functions return 0, or -1 with @e.
 */
#ifndef STREAM_INTERNAL_H
#define STREAM_INTERNAL_H

#include <sys/types.h>

#include "stream/stream.h"

enum {
	STREAM_LARGE = 1 << 16, /* a tensor record of this many bytes or more has its own frame */
	STREAM_BUFFER = 1 << 18, /* bytes read or written at a time */
};

/* stream_count - check that @r may come next in its run, and count it */
int stream_count(struct stream_out *out, const struct record *r, struct err *e);
/* stream_note - note a forwarded measure, to refuse a second one of the same name and step */
int stream_note(struct stream_out *out, const struct record *r, struct err *e);
/* stream_put_raw - write an encoded record of @n bytes into a frame of small records */
int stream_put_raw(struct stream_out *out, const void *p, size_t n, int is_param, struct err *e);

/*
 * stream_put_part - write a record of a small frame of the input, all of which may be forwarded
 *
 * @frame: a number that identifies the frame, set when its first record is put
 * @at:    where in the frame's content the record begins
 *
 * Returns 1 when this and all earlier records of the frame have been put, with nothing in between;
 * 0 when not (the record is put all the same), -1 with @e.
 *
 * stream_put_whole - write the compressed bytes of a frame in place of its records, all of which
 * have been put by stream_put_part
 */
int stream_put_part(struct stream_out *out, uint64_t *frame, size_t at, const void *p, size_t n,
		    int is_param, struct err *e);
int stream_put_whole(struct stream_out *out, const void *p, size_t n, struct err *e);

/* stream_put_border - write a head, signed, or an end, with the new count; it has been counted */
int stream_put_border(struct stream_out *out, const struct record *r, const uint8_t *p, size_t n,
		      struct err *e);
/* stream_put_large - write an encoded tensor in a frame of its own */
int stream_put_large(struct stream_out *out, const void *header, size_t n, const void *payload,
		     size_t bytes, struct err *e);
/* stream_put_bytes - write compressed bytes to the descriptor */
int stream_put_bytes(struct stream_out *out, const void *p, size_t n, struct err *e);

/*
 * stream_put_frames - copy whole frames, bytes [@at, @end) of the file @fd, which hold @records
 * records of the open run
 */
int stream_put_frames(struct stream_out *out, int fd, off_t at, off_t end, uint64_t records,
		      struct err *e);

/*
 * stream_copy - copy bytes [@at, @end) of the file @fd to the descriptor @to, on up to @threads
 * threads
 *
 * Returns 0, or -1 with errno, which is EFAULT when the input is shorter or cannot be read.
 */
int stream_copy(int fd, off_t at, off_t end, int to, int threads);

/* stream_put_file - copy compressed bytes [@at, @end) of the file @fd to the descriptor */
int stream_put_file(struct stream_out *out, int fd, off_t at, off_t end, struct err *e);
/* stream_flush_parts - treat records of stream_put_part as single ones: their frame is not whole */
int stream_flush_parts(struct stream_out *out, struct err *e);
/* stream_put_pending - compress the small records collected so far, as a frame */
int stream_put_pending(struct stream_out *out, struct err *e);

#endif
