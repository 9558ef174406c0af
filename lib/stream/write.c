/* The writer: records into frames, frames into a descriptor; see stream.h. */
#include "stream/internal.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "names.h"
#include "output.h"

/*
 * Weights are nearly incompressible (a Gaussian float32 tensor shrinks by 8 %), so large tensors
 * use zstd's fastest setting, which stores what does not repeat: several times the speed both
 * ways.
 */
enum { LEVEL_SMALL = 3, LEVEL_LARGE = -1 };

struct stream_out {
	int fd;
	const char *name;
	const struct program *me;
	ZSTD_CCtx *z;
	uint8_t *buffer; /* STREAM_BUFFER compressed bytes on their way */
	int threads; /* to copy files with */

	struct format_bytes pending; /* whole small records of the next frame */
	int pending_param; /* they are parameters or state */
	struct format_bytes
		parts; /* the first records of a reader's frame, to follow what is pending */
	int parts_param;
	uint64_t frame; /* number of that frame, from 1 */

	struct names passed, made; /* measures of the step at hand */
	int64_t step;

	char *run; /* the open run; NULL between runs, "" when a resumed writer does not know it */
	struct stream_place at;
};

struct stream_out *stream_create(int fd, const char *name, const struct program *me, struct err *e)
{
	struct stream_out *out = calloc(1, sizeof(*out));

	if (!out || !(out->buffer = malloc(STREAM_BUFFER)) || !(out->z = ZSTD_createCCtx())) {
		if (out)
			free(out->buffer);
		free(out);
		err_memory(e);
		return NULL;
	}
	out->fd = fd;
	out->name = name;
	out->me = me;
	out->threads = 1;
	ZSTD_CCtx_setParameter(out->z, ZSTD_c_checksumFlag, 1);
	return out;
}

void stream_threads(struct stream_out *out, int threads)
{
	out->threads = threads;
}

void stream_discard(struct stream_out *out)
{
	if (!out)
		return;
	ZSTD_freeCCtx(out->z);
	free(out->buffer);
	free(out->pending.p);
	free(out->parts.p);
	names_free(&out->passed);
	names_free(&out->made);
	free(out->run);
	free(out);
}

int stream_put_bytes(struct stream_out *out, const void *p, size_t n, struct err *e)
{
	if (output_write(out->fd, p, n))
		return err_system(e, "cannot write '%s'", out->name);
	out->at.bytes += n;
	return 0;
}

int stream_put_file(struct stream_out *out, int fd, off_t at, off_t end, struct err *e)
{
	if (!stream_copy(fd, at, end, out->fd, out->threads)) {
		out->at.bytes += (uint64_t)(end - at);
		return 0;
	}
	if (errno == EFAULT)
		return err_set(e, "cannot copy to '%s': the input cannot be read or has changed",
			       out->name);
	return err_system(e, "cannot write '%s'", out->name);
}

static int refuse_compress(size_t code, struct err *e)
{
	if (ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation)
		return err_memory(e);
	return err_set(e, "cannot compress: %s", ZSTD_getErrorName(code));
}

/* Compress @n bytes into the current frame and write what comes out. */
static int squeeze(struct stream_out *out, const void *p, size_t n, ZSTD_EndDirective how,
		   struct err *e)
{
	ZSTD_inBuffer in = { p, n, 0 };
	size_t left;

	do {
		ZSTD_outBuffer to = { out->buffer, STREAM_BUFFER, 0 };

		left = ZSTD_compressStream2(out->z, &to, &in, how);
		if (ZSTD_isError(left))
			return refuse_compress(left, e);
		if (stream_put_bytes(out, to.dst, to.pos, e))
			return -1;
	} while (how == ZSTD_e_continue ? in.pos < in.size : left != 0);
	return 0;
}

static void open_frame(struct stream_out *out, int level, size_t size)
{
	ZSTD_CCtx_reset(out->z, ZSTD_reset_session_only);
	ZSTD_CCtx_setParameter(out->z, ZSTD_c_compressionLevel, level);
	ZSTD_CCtx_setPledgedSrcSize(out->z, size);
}

int stream_put_pending(struct stream_out *out, struct err *e)
{
	if (!out->pending.n)
		return 0;
	open_frame(out, LEVEL_SMALL, out->pending.n);
	if (squeeze(out, out->pending.p, out->pending.n, ZSTD_e_end, e))
		return -1;
	out->pending.n = 0;
	return 0;
}

/* Small records, in the order in which they go out: what is pending, then the parts of a frame. */
static int append_pending(struct stream_out *out, const void *p, size_t n, int is_param,
			  struct err *e)
{
	if (out->pending.n && (out->pending_param != is_param || out->pending.n >= STREAM_LARGE) &&
	    stream_put_pending(out, e))
		return -1;
	out->pending_param = is_param;
	return format_append(&out->pending, p, n, e);
}

int stream_flush_parts(struct stream_out *out, struct err *e)
{
	if (out->parts.n && append_pending(out, out->parts.p, out->parts.n, out->parts_param, e))
		return -1;
	out->parts.n = 0;
	return 0;
}

int stream_put_raw(struct stream_out *out, const void *p, size_t n, int is_param, struct err *e)
{
	return stream_flush_parts(out, e) || append_pending(out, p, n, is_param, e) ? -1 : 0;
}

int stream_put_part(struct stream_out *out, uint64_t *frame, size_t at, const void *p, size_t n,
		    int is_param, struct err *e)
{
	if (!at) {
		if (stream_flush_parts(out, e))
			return -1;
		*frame = ++out->frame;
		out->parts_param = is_param;
	} else if (*frame != out->frame || out->parts.n != at) {
		return stream_put_raw(out, p, n, is_param, e);
	}
	return format_append(&out->parts, p, n, e) ? -1 : 1;
}

int stream_put_whole(struct stream_out *out, const void *p, size_t n, struct err *e)
{
	out->parts.n = 0;
	return stream_put_pending(out, e) || stream_put_bytes(out, p, n, e) ? -1 : 0;
}

int stream_put_large(struct stream_out *out, const void *header, size_t n, const void *payload,
		     size_t bytes, struct err *e)
{
	if (stream_put_pending(out, e))
		return -1;
	open_frame(out, LEVEL_LARGE, n + bytes);
	/* The header is a block of its own, so that a reader who skips the rest decodes little. */
	if (squeeze(out, header, n, ZSTD_e_flush, e))
		return -1;
	return squeeze(out, payload, bytes, ZSTD_e_end, e);
}

/* What a measure is known by within its step; 0 for records that are no measure. */
static int measure_key(const struct record *r, char *key, size_t n)
{
	if (r->kind == RECORD_TENSOR && r->role == ROLE_MEASURE)
		snprintf(key, n, "tensor %s", r->name);
	else if (r->kind == RECORD_METRICS && r->nvalues)
		snprintf(key, n, "%s %s of %s", r->tool, r->values[0].name, r->of ? r->of : "all");
	else
		return 0;
	return 1;
}

/*
 * A filter that passes twice over one stream would measure everything twice.  Measures of a step
 * stand together, so those of the step at hand are enough to tell: what is made here must not be
 * among what passed or was made, and what passes not among what was made.
 */
static int note_measure(struct stream_out *out, const struct record *r, int is_made, struct err *e)
{
	char key[4 * FORMAT_NAME];
	size_t i;

	if (!measure_key(r, key, sizeof(key)))
		return 0;
	if (r->step != out->step) {
		names_free(&out->passed);
		names_free(&out->made);
	}
	out->step = r->step;
	if (!names_find(&out->made, key, &i) || (is_made && !names_find(&out->passed, key, &i)))
		return err_set(e,
			       "run '%.100s' has '%.100s' at step %lld already: "
			       "the same measure twice in one stream; "
			       "'grok-ckpt select' can leave the first one out",
			       r->run, r->kind == RECORD_TENSOR ? r->name : r->values[0].name,
			       (long long)r->step);
	return names_add(is_made ? &out->made : &out->passed, key, &i, e) < 0 ? -1 : 0;
}

int stream_note(struct stream_out *out, const struct record *r, struct err *e)
{
	return note_measure(out, r, 0, e);
}

int stream_count(struct stream_out *out, const struct record *r, struct err *e)
{
	char *run;

	if (r->kind == RECORD_HEAD) {
		if (out->run)
			return err_set(e, "a head inside the run '%.100s'", out->run);
		run = strdup(r->run);
		if (!run)
			return err_memory(e);
		out->run = run;
		out->at.records = 1;
		names_free(&out->passed);
		names_free(&out->made);
		return 0;
	}
	if (!out->run && r->kind == RECORD_OTHER)
		return 0;
	if (!out->run)
		return err_set(e, "a record before the head of run '%.100s'", r->run);
	if (out->run[0] && r->run && strcmp(out->run, r->run))
		return err_set(e, "a record of run '%.100s' inside run '%.100s'", r->run, out->run);
	out->at.records++;
	if (r->kind == RECORD_END) {
		free(out->run);
		out->run = NULL;
	}
	return 0;
}

/* A head or an end, which the caller appended at @begin, stands alone in its frame. */
static int put_alone(struct stream_out *out, size_t begin, struct err *e)
{
	struct format_bytes *b = &out->pending;
	size_t n = b->n - begin;

	b->n = begin;
	if (begin) {
		if (stream_put_pending(out, e))
			return -1;
		memmove(b->p, b->p + begin, n);
	}
	b->n = n;
	return stream_put_pending(out, e);
}

int stream_put_border(struct stream_out *out, const struct record *r, const uint8_t *p, size_t n,
		      struct err *e)
{
	size_t begin = out->pending.n;
	int result;

	if (r->kind == RECORD_END)
		result = format_recount(&out->pending, p, n, out->at.records, e);
	else if (out->me)
		result = format_sign(&out->pending, p, n, out->me, e);
	else
		result = format_append(&out->pending, p, n, e);
	if (r->kind == RECORD_END)
		out->at.records = 0;
	return result ? -1 : put_alone(out, begin, e);
}

static int put_head_or_end(struct stream_out *out, const struct record *r, struct err *e)
{
	struct record copy = *r;
	size_t begin = out->pending.n;

	copy.records = out->at.records;
	if (r->kind == RECORD_END)
		out->at.records = 0;
	return format_encode(&out->pending, &copy, e) ? -1 : put_alone(out, begin, e);
}

/* A tensor of @bytes bytes, whose header is in @b. */
static int put_tensor(struct stream_out *out, const struct record *r, struct format_bytes *b,
		      const void *payload, size_t bytes, struct err *e)
{
	if (b->n + bytes >= STREAM_LARGE)
		return stream_put_large(out, b->p, b->n, payload, bytes, e);
	if (bytes && format_append(b, payload, bytes, e))
		return -1;
	return append_pending(out, b->p, b->n, r->role != ROLE_MEASURE, e);
}

int stream_put(struct stream_out *out, const struct record *r, const void *payload, struct err *e)
{
	struct format_bytes b = { 0 };
	size_t bytes;
	int result;

	if (stream_flush_parts(out, e) || stream_count(out, r, e) || note_measure(out, r, 1, e))
		return -1;
	if (r->kind == RECORD_HEAD || r->kind == RECORD_END)
		return put_head_or_end(out, r, e);
	result = format_encode(&b, r, e);
	if (!result && r->kind == RECORD_TENSOR)
		result = format_payload(r, &bytes) || put_tensor(out, r, &b, payload, bytes, e);
	else if (!result)
		result = append_pending(out, b.p, b.n, 0, e);
	free(b.p);
	return result ? -1 : 0;
}

int stream_put_frames(struct stream_out *out, int fd, off_t at, off_t end, uint64_t records,
		      struct err *e)
{
	if (stream_flush(out, e) || stream_put_file(out, fd, at, end, e))
		return -1;
	out->at.records += records;
	return 0;
}

int stream_flush(struct stream_out *out, struct err *e)
{
	return stream_flush_parts(out, e) || stream_put_pending(out, e) ? -1 : 0;
}

int stream_close(struct stream_out *out, struct err *e)
{
	int result = stream_flush(out, e);

	if (!result && out->run)
		result = err_set(e, "run '%.100s' was not closed by an end record", out->run);
	stream_discard(out);
	return result;
}

int stream_tell(struct stream_out *out, struct stream_place *at, struct err *e)
{
	if (stream_flush(out, e))
		return -1;
	*at = out->at;
	return 0;
}

int stream_seek(struct stream_out *out, const struct stream_place *at, struct err *e)
{
	assert(!out->run && !out->pending.n);
	if (at->records) {
		out->run = strdup("");
		if (!out->run)
			return err_memory(e);
	}
	out->at = *at;
	return 0;
}

size_t stream_compressed_size(const void *p, size_t n, int level, struct err *e)
{
	size_t room = ZSTD_compressBound(n), size;
	void *to = malloc(room);

	if (!to) {
		err_memory(e);
		return 0;
	}
	size = ZSTD_compress(to, room, p, n, level);
	free(to);
	if (ZSTD_isError(size)) {
		refuse_compress(size, e);
		return 0;
	}
	return size;
}
