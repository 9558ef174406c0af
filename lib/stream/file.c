/* Reading compressed bytes: files, frames and the zstd decoder; see file.h. */
#include "stream/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <zstd_errors.h>

enum {
	FRAME_HEADER = 18, /* at most */
	BLOCK = 1 << 17, /* content of a block, at most */
	AHEAD = 1 << 10, /* bytes to ask for after a jump */
};

int stream_file_init(struct stream_file *f, struct err *e)
{
	*f = (struct stream_file){ .fd = -1,
				   .buffer = malloc(STREAM_BUFFER),
				   .z = ZSTD_createDCtx() };
	if (f->buffer && f->z)
		return 0;
	stream_file_free(f);
	return err_memory(e);
}

void stream_file_close(struct stream_file *f)
{
	if (f->fd > 0)
		close(f->fd);
	f->fd = -1;
}

void stream_file_free(struct stream_file *f)
{
	stream_file_close(f);
	ZSTD_freeDCtx(f->z);
	free(f->buffer);
	free(f->kept.p);
}

int stream_file_open(struct stream_file *f, const char *name, struct err *e)
{
	f->name = strcmp(name, "-") ? name : "standard input";
	return stream_file_attach(f, strcmp(name, "-") ? open(name, O_RDONLY | O_CLOEXEC) : 0, e);
}

int stream_file_attach(struct stream_file *f, int fd, struct err *e)
{
	struct stat st;

	f->fd = fd;
	if (f->fd < 0 || fstat(f->fd, &st))
		return err_system(e, "cannot read '%s'", f->name);
	f->seekable = S_ISREG(st.st_mode);
	f->total = st.st_size;
	f->offset = f->seekable ? lseek(f->fd, 0, SEEK_CUR) : 0;
	f->pos = f->len = 0;
	f->chunk = STREAM_BUFFER;
	f->records = f->frames = 0;
	f->is_cut = 0;
	return 0;
}

int stream_file_bad(const struct stream_file *f, struct err *e, const char *what)
{
	return err_set(e, "cannot read '%s': after record %llu: frame %llu %s", f->name,
		       (unsigned long long)f->records, (unsigned long long)f->frames, what);
}

/* The file ends where more must follow. */
static int cut_short(struct stream_file *f, struct err *e)
{
	f->is_cut = 1;
	return stream_file_bad(f, e, "is cut short");
}

/* 1: there are unused bytes in the buffer; 0: the file has ended. */
static int refill(struct stream_file *f, struct err *e)
{
	ssize_t got;

	if (f->pos < f->len)
		return 1;
	do
		got = read(f->fd, f->buffer, f->chunk);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_system(e, "cannot read '%s'", f->name);
	f->pos = 0;
	f->len = (size_t)got;
	f->offset += got;
	if (f->chunk < STREAM_BUFFER)
		f->chunk *= 2;
	return got > 0;
}

/* Copy the next @n bytes to @p without using them up; fewer when the file ends. */
static int peek(struct stream_file *f, uint8_t *p, size_t n, size_t *got, struct err *e)
{
	ssize_t more = 1;

	if (f->len - f->pos < n) {
		memmove(f->buffer, f->buffer + f->pos, f->len - f->pos);
		f->len -= f->pos;
		f->pos = 0;
		while (f->len < n && more) {
			more = read(f->fd, f->buffer + f->len, f->chunk - f->len);
			if (more < 0 && errno == EINTR)
				continue;
			if (more < 0)
				return err_system(e, "cannot read '%s'", f->name);
			f->len += (size_t)more;
			f->offset += more;
		}
	}
	*got = f->len - f->pos < n ? f->len - f->pos : n;
	memcpy(p, f->buffer + f->pos, *got);
	return 0;
}

off_t stream_file_place(const struct stream_file *f)
{
	return f->offset - (off_t)(f->len - f->pos);
}

int stream_file_jump(struct stream_file *f, off_t to, struct err *e)
{
	if (to <= f->offset) {
		f->pos = f->len - (size_t)(f->offset - to);
		return 0;
	}
	if (lseek(f->fd, to, SEEK_SET) < 0)
		return err_system(e, "cannot read '%s'", f->name);
	f->offset = to;
	f->pos = f->len = 0;
	f->chunk = AHEAD;
	return 0;
}

static uint32_t little_endian(const uint8_t *p, int n)
{
	uint32_t x = 0;

	while (n--)
		x = x << 8 | p[n];
	return x;
}

/* @n bytes at @at, without moving: 1, or 0 when the file ends before. */
static int bytes_at(const struct stream_file *f, off_t at, void *p, size_t n, struct err *e)
{
	off_t buffered = f->offset - (off_t)f->len;
	ssize_t got;

	if (at >= buffered && at + (off_t)n <= f->offset) {
		memcpy(p, f->buffer + (at - buffered), n);
		return 1;
	}
	do
		got = pread(f->fd, p, n, at);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_system(e, "cannot read '%s'", f->name);
	return got == (ssize_t)n;
}

static int is_hint(uint32_t magic)
{
	return (magic & 0xfffffff0) == 0x184d2a50;
}

/*
 * Weights do not compress: but for the record's header their frames are raw blocks of one size.  If
 * all @left bytes of content that are to come from @at on are so, the last block's header stands at
 * a place that is known, and where the frame ends another begins, or the file of @size bytes ends.
 * 1: that is what stands there; 0: it is not, every block must be looked at.
 */
static int leap(const struct stream_file *f, uint64_t left, int checksum, off_t size, off_t *at,
		struct err *e)
{
	uint64_t whole = (left - 1) / BLOCK, last = left - whole * BLOCK;
	off_t header = *at + (off_t)(whole * (3 + BLOCK));
	off_t end = header + 3 + (off_t)last + checksum;
	uint8_t h[4];
	int got;

	if (end > size)
		return 0;
	got = bytes_at(f, header, h, 3, e);
	if (got > 0)
		got = little_endian(h, 3) == (last << 3 | 1);
	if (got > 0 && end < size) {
		got = bytes_at(f, end, h, 4, e);
		if (got > 0)
			got = little_endian(h, 4) == ZSTD_MAGICNUMBER ||
			      is_hint(little_endian(h, 4));
	}
	if (got > 0)
		*at = end;
	return got;
}

/*
 * Where the open frame ends, found from its block headers alone (RFC 8878, 3.1.1): a descriptor
 * that gives the length of the frame header, then blocks of 3 bytes + size, then the checksum.
 */
static int find_end(struct stream_file *f, off_t *end, struct err *e)
{
	static const int dictionary[] = { 0, 1, 2, 4 }, content[] = { 0, 2, 4, 8 };
	enum { RAW, RLE, RESERVED = 3 };
	int single, checksum, got, blocks = 0;
	uint32_t block = 0, type, size;
	off_t at = f->begin;
	uint8_t b[5], h[3];
	struct stat st;

	if (fstat(f->fd, &st))
		return err_system(e, "cannot read '%s'", f->name);
	got = bytes_at(f, at, b, 5, e);
	if (got <= 0)
		return got ? -1 : cut_short(f, e);
	single = b[4] >> 5 & 1;
	checksum = b[4] & 4 ? 4 : 0;
	at += 5 + !single + dictionary[b[4] & 3] + (b[4] >> 6 ? content[b[4] >> 6] : single);
	while (!(block & 1)) {
		got = bytes_at(f, at, h, 3, e);
		if (got <= 0)
			return got ? -1 : cut_short(f, e);
		block = little_endian(h, 3);
		type = block >> 1 & 3;
		size = block >> 3;
		if (type == RESERVED)
			return stream_file_bad(f, e, "has a block of a reserved type");
		at += 3 + (type == RLE ? 1 : (off_t)size);
		if (!blocks++ && type == RAW && size < f->size) {
			got = leap(f, f->size - size, checksum, st.st_size, &at, e);
			if (got > 0)
				*end = at;
			if (got)
				return got < 0 ? -1 : 0;
		}
	}
	at += checksum;
	if (at > st.st_size)
		return cut_short(f, e);
	*end = at;
	return 0;
}

/* Step over a skippable frame. */
static int skip_hint(struct stream_file *f, const uint8_t *head, size_t got, struct err *e)
{
	uint64_t left;
	size_t n;
	int more;

	if (got < 8)
		return cut_short(f, e);
	left = 8 + (uint64_t)little_endian(head + 4, 4);
	while (left) {
		more = refill(f, e);
		if (more < 0)
			return -1;
		if (!more)
			return cut_short(f, e);
		n = f->len - f->pos < left ? f->len - f->pos : (size_t)left;
		f->pos += n;
		left -= n;
	}
	return 0;
}

const char *stream_foreign(const void *p, size_t n)
{
	static const struct {
		const char *magic;
		size_t n;
		const char *what;
	} known[] = {
		{ "\x1f\x8b", 2, "it is compressed by gzip: send it through 'gzip -dc'" },
		{ "\xfd"
		  "7zXZ",
		  5, "it is compressed by xz: send it through 'xz -dc'" },
		{ "BZh", 3, "it is compressed by bzip2: send it through 'bzip2 -dc'" },
		{ "\x04\x22\x4d\x18", 4, "it is compressed by lz4: send it through 'lz4 -dc'" },
		{ "version https://git-lfs", 12,
		  "it is a pointer of git-lfs: 'git lfs pull' fetches the file" },
		{ "PK\x03\x04", 4, "it is a zip archive; 'grok-ckpt import' reads .npz" },
		{ "\x93NUMPY", 6, "it is an array of numpy: 'grok-ckpt import' reads it" },
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (n >= known[i].n && !memcmp(p, known[i].magic, known[i].n))
			return known[i].what;
	return NULL;
}

static int refuse_foreign(const struct stream_file *f, const uint8_t *p, size_t n, struct err *e)
{
	const char *what = stream_foreign(p, n);

	return err_foreign(e, "cannot read '%s': %s", f->name,
			   what ? what : "it is not a grok tensor stream");
}

/* What the decoder complains of, as a sentence. */
static int refuse_frame(const struct stream_file *f, size_t code, struct err *e)
{
	switch (ZSTD_getErrorCode(code)) {
	case ZSTD_error_checksum_wrong:
		return stream_file_bad(f, e, "does not match its checksum");
	case ZSTD_error_memory_allocation:
		return err_memory(e);
	case ZSTD_error_frameParameter_windowTooLarge:
		return err_foreign(
			e,
			"cannot read '%s': after record %llu: frame %llu was made with 'zstd "
			"--long' and needs a window of more than 128 MiB; 'zstd -dc "
			"--long=31 | zstd' makes a stream of it that can be read",
			f->name, (unsigned long long)f->records, (unsigned long long)f->frames);
	default:
		return stream_file_bad(f, e, "is damaged");
	}
}

int stream_file_frame(struct stream_file *f, struct err *e)
{
	uint8_t head[FRAME_HEADER];
	uint32_t magic;
	size_t got = 0;

	for (;;) {
		if (peek(f, head, FRAME_HEADER, &got, e))
			return -1;
		if (!got)
			return 0;
		f->frames++;
		magic = got < 4 ? 0 : little_endian(head, 4);
		if (!is_hint(magic))
			break;
		if (skip_hint(f, head, got, e))
			return -1;
	}
	if (magic != ZSTD_MAGICNUMBER && f->frames == 1)
		return refuse_foreign(f, head, got, e);
	if (magic != ZSTD_MAGICNUMBER)
		return stream_file_bad(f, e, "is not zstd data");
	f->size = ZSTD_getFrameContentSize(head, got);
	if (f->size == ZSTD_CONTENTSIZE_ERROR)
		return got < FRAME_HEADER ? cut_short(f, e) : stream_file_bad(f, e, "is damaged");
	f->begin = stream_file_place(f);
	f->inside = 1;
	f->keep = 1;
	f->kept.n = 0;
	f->tee = NULL;
	ZSTD_DCtx_reset(f->z, ZSTD_reset_session_only);
	return 1;
}

int stream_file_decompress(struct stream_file *f, void *p, size_t room, size_t *got, struct err *e)
{
	ZSTD_outBuffer to = { p, room, 0 };
	ZSTD_inBuffer from;
	size_t left, used, made;
	int more;

	if (f->tee && f->keep) {
		if (stream_put_bytes(f->tee, f->kept.p, f->kept.n, e))
			return -1;
		f->keep = 0;
	}
	do {
		more = refill(f, e);
		if (more < 0)
			return -1;
		from = (ZSTD_inBuffer){ f->buffer, f->len, f->pos };
		made = to.pos;
		left = ZSTD_decompressStream(f->z, &to, &from);
		if (ZSTD_isError(left))
			return refuse_frame(f, left, e);
		used = from.pos - f->pos;
		if (f->keep && format_append(&f->kept, f->buffer + f->pos, used, e))
			return -1;
		if (f->tee && stream_put_bytes(f->tee, f->buffer + f->pos, used, e))
			return -1;
		f->pos = from.pos;
		if (left && !more && to.pos == made)
			return cut_short(f, e);
	} while (left && (!room || to.pos < room));
	if (!left) {
		f->inside = 0;
		f->tee = NULL;
	}
	*got = to.pos;
	return 0;
}

int stream_file_copy(struct stream_file *f, struct stream_out *to, struct err *e)
{
	if (!f->inside)
		return stream_put_bytes(to, f->kept.p, f->kept.n, e);
	f->tee = to; /* what is kept goes before what comes */
	return 0;
}

int stream_file_leave(struct stream_file *f, struct err *e)
{
	off_t end = 0;

	if (find_end(f, &end, e))
		return -1;
	if (f->tee &&
	    stream_put_file(f->tee, f->fd, f->keep ? f->begin : stream_file_place(f), end, e))
		return -1;
	f->inside = 0;
	f->tee = NULL;
	return stream_file_jump(f, end, e);
}
