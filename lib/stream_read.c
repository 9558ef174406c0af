#include "stream_internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <zstd.h>
#include <zstd_errors.h>

/*
 * A frame of up to SMALL_FRAME bytes is decompressed whole, so its checksum holds before its first
 * record is seen, and its compressed bytes are kept for forwarding.  A larger frame is decompressed
 * as it is read.  If it is one tensor and nothing else, it is called solo: its payload goes straight
 * to the caller, it can be skipped by seeking, and its compressed bytes can be forwarded.
 */
enum { SMALL_FRAME = 1 << 20, FRAME_HEADER = 18, DAMAGED = -2 };

struct stream_in {
	char *const *names; /* operands still to open begin at names[next] */
	int n, next;
	const char *name; /* the open one */
	int fd, seekable;
	uint64_t records; /* of this file so far */
	uint64_t frames;
	int ended; /* nothing is left to read */

	ZSTD_DCtx *z;
	uint8_t *buffer; /* compressed bytes, [pos, len) not used yet */
	size_t pos, len, chunk; /* how many to ask for: few after a seek */
	off_t offset; /* of the file, behind the buffer */

	int inside; /* a frame is open */
	int solo, small; /* it is of this sort */
	off_t begin; /* where it begins in the file */
	unsigned long long size; /* its content, or ZSTD_CONTENTSIZE_UNKNOWN */
	int keep; /* collect its compressed bytes */
	struct format_bytes kept;
	struct stream_out *tee; /* a solo frame is being forwarded: where its bytes go */

	struct format_bytes plain; /* decompressed bytes; the current record is at @at */
	size_t at, header;
	size_t payload, left; /* of the current record: all, not read yet */
	uint8_t *held; /* a payload read early, to forward it from a foreign frame */
	int promised_param;
	size_t promised; /* the first bytes of plain go to a writer's next frame */
	struct stream_out *to;

	struct record r;
	struct format_arena arena;
	int is_current; /* r is a record that has been returned */
	char *run; /* the open run */
	uint64_t run_records;
};

struct stream_in *stream_open(char *const *names, int n, struct err *e)
{
	static char *const standard_input[] = { "-" };
	struct stream_in *in = calloc(1, sizeof(*in));

	if (!in || !(in->buffer = malloc(STREAM_BUFFER)) || !(in->z = ZSTD_createDCtx())) {
		if (in)
			free(in->buffer);
		free(in);
		err_memory(e);
		return NULL;
	}
	in->names = names && n ? names : standard_input;
	in->n = names && n ? n : 1;
	in->fd = -1;
	return in;
}

static void close_file(struct stream_in *in)
{
	if (in->fd > 0)
		close(in->fd);
	in->fd = -1;
}

void stream_free(struct stream_in *in)
{
	if (!in)
		return;
	if (in->to)
		stream_set_promise(in->to, NULL);
	close_file(in);
	ZSTD_freeDCtx(in->z);
	format_arena_free(&in->arena);
	free(in->buffer);
	free(in->kept.p);
	free(in->plain.p);
	free(in->held);
	free(in->run);
	free(in);
}

const char *stream_name(const struct stream_in *in)
{
	return in->name ? in->name : in->names[0];
}

uint64_t stream_record(const struct stream_in *in)
{
	return in->records;
}

const uint8_t *stream_header(const struct stream_in *in, size_t *n)
{
	*n = in->header;
	return in->plain.p + in->at;
}

int stream_reject(const struct stream_in *in, struct err *e)
{
	return err_prefix(e, "cannot read '%s': record %llu", stream_name(in),
			  (unsigned long long)in->records);
}

/* The error of a frame, or of the bytes between frames. */
static int bad_frame(const struct stream_in *in, struct err *e, const char *what)
{
	return err_set(e, "cannot read '%s': after record %llu: frame %llu %s", in->name,
		       (unsigned long long)in->records, (unsigned long long)in->frames, what);
}

/* ---- compressed bytes ---- */

static int open_file(struct stream_in *in, struct err *e)
{
	struct stat st;

	in->name = in->names[in->next++];
	in->fd = 0;
	if (strcmp(in->name, "-"))
		in->fd = open(in->name, O_RDONLY | O_CLOEXEC);
	else
		in->name = "standard input";
	if (in->fd < 0 || fstat(in->fd, &st))
		return err_system(e, "cannot read '%s'", in->name);
	in->seekable = S_ISREG(st.st_mode);
	in->offset = in->seekable ? lseek(in->fd, 0, SEEK_CUR) : 0;
	in->pos = in->len = 0;
	in->chunk = STREAM_BUFFER;
	in->records = in->frames = 0;
	return 0;
}

/* 1: there are unused bytes in the buffer; 0: the file has ended. */
static int refill(struct stream_in *in, struct err *e)
{
	ssize_t got;

	if (in->pos < in->len)
		return 1;
	do
		got = read(in->fd, in->buffer, in->chunk);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_system(e, "cannot read '%s'", in->name);
	in->pos = 0;
	in->len = (size_t)got;
	in->offset += got;
	if (in->chunk < STREAM_BUFFER)
		in->chunk *= 2;
	return got > 0;
}

/* Copy the next @n bytes to @p without using them up; fewer when the file ends. */
static int peek(struct stream_in *in, uint8_t *p, size_t n, size_t *got, struct err *e)
{
	ssize_t more = 1;

	if (in->len - in->pos < n) {
		memmove(in->buffer, in->buffer + in->pos, in->len - in->pos);
		in->len -= in->pos;
		in->pos = 0;
		while (in->len < n && more) {
			more = read(in->fd, in->buffer + in->len, in->chunk - in->len);
			if (more < 0 && errno == EINTR)
				continue;
			if (more < 0)
				return err_system(e, "cannot read '%s'", in->name);
			in->len += (size_t)more;
			in->offset += more;
		}
	}
	*got = in->len - in->pos < n ? in->len - in->pos : n;
	memcpy(p, in->buffer + in->pos, *got);
	return 0;
}

static off_t place(const struct stream_in *in)
{
	return in->offset - (off_t)(in->len - in->pos);
}

/* Go on reading at @to, which lies ahead. */
static int jump(struct stream_in *in, off_t to, struct err *e)
{
	if (to <= in->offset) {
		in->pos = in->len - (size_t)(in->offset - to);
		return 0;
	}
	if (lseek(in->fd, to, SEEK_SET) < 0)
		return err_system(e, "cannot read '%s'", in->name);
	in->offset = to;
	in->pos = in->len = 0;
	in->chunk = 1 << 14;
	return 0;
}

static uint32_t little_endian(const uint8_t *p, int n)
{
	uint32_t x = 0;

	while (n--)
		x = x << 8 | p[n];
	return x;
}

/*
 * Where the open frame ends, found from its block headers alone (RFC 8878, 3.1.1): a descriptor that
 * gives the length of the frame header, then blocks of 3 bytes + size, then the checksum.
 */
static int find_end(struct stream_in *in, off_t *end, struct err *e)
{
	static const int dictionary[] = { 0, 1, 2, 4 }, content[] = { 0, 2, 4, 8 };
	uint8_t b[5];
	struct stat st;
	off_t at = in->begin;
	uint32_t block = 0;
	int single;

	if (fstat(in->fd, &st))
		return err_system(e, "cannot read '%s'", in->name);
	if (pread(in->fd, b, 5, at) != 5)
		return bad_frame(in, e, "is cut short");
	single = b[4] >> 5 & 1;
	at += 5 + !single + dictionary[b[4] & 3] + (b[4] >> 6 ? content[b[4] >> 6] : single);
	while (!(block & 1)) {
		uint8_t h[3];

		if (pread(in->fd, h, 3, at) != 3)
			return bad_frame(in, e, "is cut short");
		block = little_endian(h, 3);
		if ((block >> 1 & 3) == 3)
			return bad_frame(in, e, "has a block of a reserved type");
		at += 3 + ((block >> 1 & 3) == 1 ? 1 : (off_t)(block >> 3));
	}
	at += b[4] & 4 ? 4 : 0;
	if (at > st.st_size)
		return bad_frame(in, e, "is cut short");
	*end = at;
	return 0;
}

/* ---- frames ---- */

/*
 * Decompress @room bytes into @p, fewer only if the frame ends first.  @room may be 0, to reach the
 * end of a frame whose content has all come.
 */
static int decompress(struct stream_in *in, void *p, size_t room, size_t *got, struct err *e)
{
	ZSTD_outBuffer to = { p, room, 0 };
	ZSTD_inBuffer from;
	size_t left, used, made;
	int more;

	do {
		more = refill(in, e);
		if (more < 0)
			return -1;
		from = (ZSTD_inBuffer){ in->buffer, in->len, in->pos };
		made = to.pos;
		left = ZSTD_decompressStream(in->z, &to, &from);
		if (ZSTD_isError(left))
			return bad_frame(in, e,
					 ZSTD_getErrorCode(left) == ZSTD_error_checksum_wrong
						 ? "does not match its checksum"
						 : "is damaged");
		used = from.pos - in->pos;
		if (in->keep && format_append(&in->kept, in->buffer + in->pos, used, e))
			return -1;
		if (in->tee && stream_put_bytes(in->tee, in->buffer + in->pos, used, e))
			return -1;
		in->pos = from.pos;
		if (left && !more && to.pos == made)
			return bad_frame(in, e, "is cut short");
	} while (left && (!room || to.pos < room));
	if (!left) {
		in->inside = 0;
		in->tee = NULL;
	}
	*got = to.pos;
	return 0;
}

/* More decompressed bytes behind plain; none when the frame ends. */
static int more_plain(struct stream_in *in, size_t room, struct err *e)
{
	static const uint8_t nothing[1] = { 0 };
	struct format_bytes *b = &in->plain;
	size_t got, n = b->n;

	if (b->room - b->n < room) {
		/* let format_append grow the memory, then take the bytes back */
		while (b->room - n < room) {
			b->n = b->room;
			if (format_append(b, nothing, 1, e))
				return -1;
			b->n = n;
		}
	}
	if (decompress(in, b->p + n, room, &got, e))
		return -1;
	b->n += got;
	return 0;
}

/* Step over a skippable frame. */
static int skip_hint(struct stream_in *in, const uint8_t *head, size_t got, struct err *e)
{
	uint64_t left;
	size_t n;
	int more;

	if (got < 8)
		return bad_frame(in, e, "is cut short");
	left = 8 + (uint64_t)little_endian(head + 4, 4);
	while (left) {
		more = refill(in, e);
		if (more < 0)
			return -1;
		if (!more)
			return bad_frame(in, e, "is cut short");
		n = in->len - in->pos < left ? in->len - in->pos : (size_t)left;
		in->pos += n;
		left -= n;
	}
	return 0;
}

/* Open the next frame of the file: 1, or 0 when the file has ended. */
static int open_frame(struct stream_in *in, struct err *e)
{
	uint8_t head[FRAME_HEADER];
	uint32_t magic;
	size_t got = 0;

	for (;;) {
		if (peek(in, head, FRAME_HEADER, &got, e))
			return -1;
		if (!got)
			return 0;
		in->frames++;
		magic = got < 4 ? 0 : little_endian(head, 4);
		if ((magic & 0xfffffff0) != 0x184d2a50)
			break;
		if (skip_hint(in, head, got, e))
			return -1;
	}
	if (magic != ZSTD_MAGICNUMBER && in->frames == 1)
		return err_set(e, "cannot read '%s': it is not a grok tensor stream", in->name);
	if (magic != ZSTD_MAGICNUMBER)
		return bad_frame(in, e, "is not zstd data");
	in->size = ZSTD_getFrameContentSize(head, got);
	if (in->size == ZSTD_CONTENTSIZE_ERROR)
		return bad_frame(in, e, got < FRAME_HEADER ? "is cut short" : "is damaged");
	in->begin = place(in);
	in->inside = 1;
	in->solo = 0;
	in->small = in->size <= SMALL_FRAME;
	in->keep = 1;
	in->tee = NULL;
	in->kept.n = in->plain.n = in->at = 0;
	ZSTD_DCtx_reset(in->z, ZSTD_reset_session_only);
	if (in->small)
		while (in->inside)
			if (more_plain(in, (size_t)in->size - in->plain.n, e))
				return -1;
	return 1;
}

/* ---- records ---- */

/* Leave the current record: what was not read of its payload is skipped, or copied if promised. */
static int leave(struct stream_in *in, struct err *e)
{
	uint8_t scratch[1 << 14];
	size_t n, got, here;
	off_t end = 0;

	in->is_current = 0;
	format_arena_free(&in->arena);
	if (in->solo && in->inside && in->seekable) {
		if (find_end(in, &end, e))
			return -1;
		while (in->tee && place(in) < end) {
			if (refill(in, e) <= 0)
				return bad_frame(in, e, "is cut short");
			n = in->len - in->pos;
			n = (off_t)n < end - place(in) ? n : (size_t)(end - place(in));
			if (stream_put_bytes(in->tee, in->buffer + in->pos, n, e))
				return -1;
			in->pos += n;
		}
		in->inside = 0;
		in->tee = NULL;
		in->plain.n = in->at = 0;
		return jump(in, end, e);
	}
	here = in->plain.n - in->at - in->header; /* payload bytes that stand in plain */
	here = here < in->payload ? here : in->payload;
	in->at += in->header + here;
	if (in->held || in->left > in->payload - here)
		in->left = in->held ? 0 : in->payload - here;
	free(in->held);
	in->held = NULL;
	while (!in->small && in->inside && (in->left || in->solo)) {
		n = in->left < sizeof(scratch) ? in->left : sizeof(scratch);
		if (decompress(in, scratch, n, &got, e))
			return -1;
		in->left -= got;
	}
	if (in->left)
		return bad_frame(in, e, "ends inside a record");
	in->header = in->payload = in->left = 0;
	return 0;
}

/* Find the extent of the record at plain + at, reading on as needed: 1, or 0 at the frame's end. */
static int scan(struct stream_in *in, struct err *e)
{
	size_t n, step = 1 << 12;
	int got;

	for (;;) {
		n = in->plain.n - in->at;
		got = n ? format_scan(in->plain.p + in->at, n, &in->header, &in->payload, e) : 0;
		if (got)
			break;
		if (!in->inside)
			return n ? err_set(e, "its frame ends inside it") : 0;
		if (in->at) { /* only in a large frame: nothing is promised */
			memmove(in->plain.p, in->plain.p + in->at, n);
			in->plain.n = n;
			in->at = 0;
		}
		if (more_plain(in, step, e))
			return DAMAGED;
		step *= 2;
	}
	if (got > 0 && in->small && in->plain.n - in->at - in->header < in->payload)
		return err_set(e, "its frame ends inside it");
	if (got > 0 && !in->small) {
		in->solo = in->at == 0 && in->size != ZSTD_CONTENTSIZE_UNKNOWN &&
			   in->header + in->payload == in->size;
		if (in->size != ZSTD_CONTENTSIZE_UNKNOWN && in->header + in->payload > in->size)
			return err_set(e, "a tensor of %zu bytes in a frame of %llu", in->payload,
				       in->size);
		if (!in->solo) {
			in->keep = 0;
			in->kept.n = 0;
		}
	}
	in->left = in->payload;
	return got;
}

/* What the record means for its run. */
static int follow_run(struct stream_in *in, struct err *e)
{
	const struct record *r = &in->r;

	if (r->kind == RECORD_HEAD) {
		if (in->run)
			return err_set(e,
				       "run '%.100s' has no end record before the next head (its "
				       "producer was killed, or the file was cut short)",
				       in->run);
		in->run = strdup(r->run);
		if (!in->run)
			return err_memory(e);
		in->run_records = 1;
		return 0;
	}
	if (!in->run)
		return r->kind == RECORD_OTHER
			       ? 0
			       : err_set(e, "a head was expected, found '%s'", r->kind_name);
	if (r->run && strcmp(r->run, in->run))
		return err_set(e, "it is of run '%.100s', inside run '%.100s'", r->run, in->run);
	in->run_records++;
	if (r->kind == RECORD_END) {
		if (r->records != in->run_records)
			return err_set(e, "run '%.100s' has %llu records, its end record says %llu",
				       in->run, (unsigned long long)in->run_records,
				       (unsigned long long)r->records);
		free(in->run);
		in->run = NULL;
	}
	return 0;
}

/* The current file has ended: 1 go on with the next, 0 there is none. */
static int next_file(struct stream_in *in, struct err *e)
{
	if (in->run)
		return err_set(e,
			       "cannot read '%s': run '%.100s' stops after %llu records without an "
			       "end record (its producer was killed, or the file was cut short)",
			       in->name, in->run, (unsigned long long)in->run_records);
	if (!in->frames)
		return err_set(e, "cannot read '%s': it is empty", in->name);
	close_file(in);
	return in->next < in->n;
}

int stream_next(struct stream_in *in, struct record *r, struct err *e)
{
	int got;

	if (in->is_current && leave(in, e))
		return -1;
	if (in->ended)
		return 0;
	if (in->fd < 0 && open_file(in, e))
		return -1;
	while (!(got = in->inside || in->at < in->plain.n ? scan(in, e) : 0)) {
		if (in->to && stream_settle(in, in->to, e))
			return -1;
		got = open_frame(in, e);
		if (!got) {
			got = next_file(in, e);
			in->ended = !got;
			if (got > 0)
				got = open_file(in, e) ? -1 : 1;
		}
		if (got <= 0)
			return got;
	}
	if (got == DAMAGED)
		return -1;
	in->records++;
	if (got < 0)
		return stream_reject(in, e);
	if (format_decode(in->plain.p + in->at, in->header, &in->arena, &in->r, e) ||
	    follow_run(in, e)) {
		format_arena_free(&in->arena);
		return stream_reject(in, e);
	}
	in->is_current = 1;
	*r = in->r;
	return 1;
}

int stream_payload(struct stream_in *in, void *p, size_t n, struct err *e)
{
	size_t begin, here, got;

	assert(in->is_current);
	if (n > in->left)
		return err_set(e, "the payload of '%.100s' ends early", in->r.name);
	if (in->held) {
		memcpy(p, in->held + in->payload - in->left, n);
		in->left -= n;
		return 0;
	}
	begin = in->at + in->header + in->payload - in->left;
	here = begin < in->plain.n ? in->plain.n - begin : 0;
	here = here < n ? here : n;
	if (here)
		memcpy(p, in->plain.p + begin, here);
	in->left -= here;
	if (here < n) {
		if (decompress(in, (uint8_t *)p + here, n - here, &got, e))
			return -1;
		in->left -= got;
		if (got < n - here) {
			in->records--; /* this record is not whole */
			return bad_frame(in, e, "ends inside a record");
		}
	}
	/* The checksum behind the last byte is checked before the caller believes it. */
	if (!in->left && in->solo && in->inside)
		return decompress(in, NULL, 0, &got, e);
	return 0;
}

/* ---- forwarding ---- */

static int is_param(const struct record *r)
{
	return r->kind == RECORD_TENSOR && r->role != ROLE_MEASURE;
}

int stream_settle(struct stream_in *in, struct stream_out *out, struct err *e)
{
	size_t n = in->promised;

	in->promised = 0;
	in->to = NULL;
	stream_set_promise(out, NULL);
	return n ? stream_put_raw(out, in->plain.p, n, in->promised_param, e) : 0;
}

/* The current record is in a small frame: copy the frame when all its records have passed. */
static int pass_small(struct stream_in *in, struct stream_out *out, struct err *e)
{
	size_t end = in->at + in->header + in->payload;

	if (in->at != in->promised || (in->at && in->to != out))
		return stream_flush_promise(out, e) ||
				       stream_put_raw(out, in->plain.p + in->at, end - in->at,
						      is_param(&in->r), e)
			       ? -1
			       : 0;
	if (!in->at) {
		if (stream_flush_promise(out, e))
			return -1;
		stream_set_promise(out, in);
		in->to = out;
		in->promised_param = is_param(&in->r);
	}
	in->promised = end;
	if (end < in->plain.n)
		return 0;
	in->promised = 0;
	in->to = NULL;
	stream_set_promise(out, NULL);
	return stream_put_pending(out, e) || stream_put_bytes(out, in->kept.p, in->kept.n, e) ? -1
											      : 0;
}

/* The current record is a tensor in a frame of somebody else's making: compress it anew. */
static int pass_foreign(struct stream_in *in, struct stream_out *out, struct err *e)
{
	const uint8_t *header = in->plain.p + in->at;
	uint8_t *held;

	if (!in->payload)
		return stream_put_raw(out, header, in->header, is_param(&in->r), e);
	held = malloc(in->payload);
	if (!held)
		return err_memory(e);
	if (stream_payload(in, held, in->payload, e)) {
		free(held);
		return -1;
	}
	in->held = held;
	in->left = in->payload;
	return stream_put_large(out, header, in->header, held, in->payload, e);
}

int stream_pass(struct stream_in *in, struct stream_out *out, struct err *e)
{
	assert(in->is_current && in->left == in->payload);
	if (stream_count(out, &in->r, e))
		return -1;
	if (in->r.kind == RECORD_HEAD || in->r.kind == RECORD_END)
		return stream_flush_promise(out, e) ||
				       stream_put_border(out, &in->r, in->plain.p + in->at,
							 in->header, e)
			       ? -1
			       : 0;
	if (in->small)
		return pass_small(in, out, e);
	if (stream_flush_promise(out, e))
		return -1;
	if (!in->solo)
		return pass_foreign(in, out, e);
	if (stream_put_pending(out, e) || stream_put_bytes(out, in->kept.p, in->kept.n, e))
		return -1;
	in->keep = 0;
	in->tee = in->inside ? out : NULL;
	return 0;
}
