/* The reader: files, frames, records, runs; see stream.h. */
#include "stream/reader.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SMALL_FRAME = 1 << 20, DAMAGED = -2 };

struct stream_in *stream_open(char *const *names, int n, struct err *e)
{
	struct stream_in *in = calloc(1, sizeof(*in));
	int i;

	if (in) {
		in->n = names && n ? n : 1;
		in->names = calloc((size_t)in->n, sizeof(*in->names));
	}
	if (!in || !in->names || stream_file_init(&in->f, e)) {
		free(in ? in->names : NULL);
		free(in);
		err_memory(e);
		return NULL;
	}
	for (i = 0; i < in->n; i++)
		in->names[i] = names && n ? names[i] : "-";
	return in;
}

struct stream_in *stream_open_fd(int fd, const char *name, struct err *e)
{
	struct stream_in *in = stream_open(NULL, 0, e);

	if (!in)
		return NULL;
	in->next = 1; /* the one file is open */
	in->f.name = name;
	if (!stream_file_attach(&in->f, fd, e))
		return in;
	stream_free(in);
	return NULL;
}

void stream_free(struct stream_in *in)
{
	if (!in)
		return;
	stream_file_free(&in->f);
	format_arena_free(&in->arena);
	free(in->plain.p);
	free(in->held);
	free(in->run);
	free(in->names);
	free(in);
}

static const char *name_of(const struct stream_in *in)
{
	return in->f.name ? in->f.name : in->names[0];
}

off_t stream_extent(const struct stream_in *in, off_t *size)
{
	*size = in->f.seekable ? in->f.total : 0;
	return stream_file_place(&in->f);
}

const uint8_t *stream_header(const struct stream_in *in, size_t *n)
{
	*n = in->header;
	return in->plain.p + in->at;
}

int stream_reject(const struct stream_in *in, struct err *e)
{
	return err_prefix(e, "cannot read '%s': record %llu", name_of(in),
			  (unsigned long long)in->f.records);
}

/* More decompressed bytes behind plain; none when the frame ends. */
static int more_plain(struct stream_in *in, size_t room, struct err *e)
{
	static const uint8_t nothing[1] = { 0 };
	struct format_bytes *b = &in->plain;
	size_t got, n = b->n;

	/* let format_append grow the memory, then take the bytes back */
	while (!b->p || b->room - n < room) {
		b->n = b->room;
		if (format_append(b, nothing, 1, e))
			return -1;
		b->n = n;
	}
	if (stream_file_decompress(&in->f, b->p + n, room, &got, e))
		return -1;
	b->n += got;
	return 0;
}

/* Open the next frame; a small one is decompressed at once. */
static int open_frame(struct stream_in *in, struct err *e)
{
	int got = stream_file_frame(&in->f, e);

	if (got <= 0)
		return got;
	in->solo = 0;
	in->part_of = 0;
	in->small = in->f.size <= SMALL_FRAME;
	in->plain.n = in->at = 0;
	while (in->small && in->f.inside)
		if (more_plain(in, (size_t)in->f.size - in->plain.n, e))
			return -1;
	return 1;
}

/* ---- records ---- */

/* Read and drop what is left of the current record's payload, and the end of a frame of its own. */
static int drop_payload(struct stream_in *in, struct err *e)
{
	uint8_t scratch[1 << 14];
	size_t n, got;

	while (in->f.inside && (in->left || in->solo)) {
		n = in->left < sizeof(scratch) ? in->left : sizeof(scratch);
		if (stream_file_decompress(&in->f, scratch, n, &got, e))
			return -1;
		in->left -= got;
	}
	return in->left ? stream_file_bad(&in->f, e, "ends inside a record") : 0;
}

/* Leave the current record: what was not read of its payload is skipped, or copied to a writer. */
static int leave(struct stream_in *in, struct err *e)
{
	size_t here;

	in->is_current = 0;
	format_arena_free(&in->arena);
	if (in->solo && in->f.inside && in->f.seekable) {
		in->plain.n = in->at = 0;
		return stream_file_leave(&in->f, e);
	}
	here = in->plain.n - in->at - in->header; /* payload bytes that stand in plain */
	here = here < in->payload ? here : in->payload;
	in->at += in->header + here;
	if (in->held)
		in->left = 0;
	else if (in->left > in->payload - here)
		in->left = in->payload - here;
	free(in->held);
	in->held = NULL;
	if (!in->small && drop_payload(in, e))
		return -1;
	in->header = in->payload = in->left = 0;
	return 0;
}

/* Find the extent of the record at plain + at, reading on as needed: 1, or 0 at the frame's end. */
static int scan(struct stream_in *in, struct err *e)
{
	size_t n, step = 1 << 9;
	int got;

	for (;;) {
		n = in->plain.n - in->at;
		got = n ? format_scan(in->plain.p + in->at, n, &in->header, &in->payload, e) : 0;
		if (got)
			break;
		if (!in->f.inside)
			return n ? err_set(e, "its frame ends inside it") : 0;
		if (in->at) {
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
		in->solo = in->at == 0 && in->f.size != ZSTD_CONTENTSIZE_UNKNOWN &&
			   in->header + in->payload == in->f.size;
		if (in->f.size != ZSTD_CONTENTSIZE_UNKNOWN && in->header + in->payload > in->f.size)
			return err_set(e, "a tensor of %zu bytes in a frame of %llu", in->payload,
				       in->f.size);
		if (!in->solo) {
			in->f.keep = 0;
			in->f.kept.n = 0;
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
				       "run '%.100s' has no end record "
				       "before the next head (its producer was killed, "
				       "or the file was cut short)",
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
	if (in->run) {
		in->f.is_cut = 1;
		return err_set(e,
			       "cannot read '%s': run '%.100s' stops after %llu records "
			       "without an end record (its producer was killed, "
			       "or the file was cut short)",
			       in->f.name, in->run, (unsigned long long)in->run_records);
	}
	if (!in->f.records)
		return err_set(e, "cannot read '%s': it is empty%s", in->f.name,
			       in->f.frames ? ": its frames hold no records" : "");
	stream_file_close(&in->f);
	return in->next < in->n;
}

static int next_record(struct stream_in *in, struct record *r, struct err *e)
{
	int got;

	if (in->is_current && leave(in, e))
		return -1;
	if (in->ended)
		return 0;
	if (in->f.fd < 0 && stream_file_open(&in->f, in->names[in->next++], e))
		return -1;
	while (!(got = in->f.inside || in->at < in->plain.n ? scan(in, e) : 0)) {
		got = open_frame(in, e);
		if (!got) {
			got = next_file(in, e);
			in->ended = !got;
			if (got > 0)
				got = stream_file_open(&in->f, in->names[in->next++], e) ? -1 : 1;
		}
		if (got <= 0)
			return got;
	}
	if (got == DAMAGED)
		return -1;
	in->f.records++;
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

void stream_unfinished(struct stream_in *in)
{
	in->unfinished = 1;
}

/* The file was cut within the open run: an end record that nobody wrote, instead of an error. */
static int make_end(struct stream_in *in, struct record *r, struct err *e)
{
	const struct record end = { .kind = RECORD_END,
				    .run = in->run,
				    .records = in->run_records + 1 };

	in->plain.n = in->at = 0;
	if (format_encode(&in->plain, &end, e) ||
	    format_decode(in->plain.p, in->plain.n, &in->arena, &in->r, e))
		return -1;
	in->header = in->plain.n;
	in->payload = in->left = 0;
	in->small = in->is_current = 1;
	in->solo = in->f.inside = 0;
	in->f.records++;
	stream_file_close(&in->f);
	in->ended = in->next == in->n;
	free(in->run);
	in->run = NULL;
	*r = in->r;
	return 1;
}

int stream_next(struct stream_in *in, struct record *r, struct err *e)
{
	int got = next_record(in, r, e);

	if (got < 0 && in->unfinished && in->run && in->f.is_cut && !in->f.tee)
		return make_end(in, r, e);
	return got;
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
		if (stream_file_decompress(&in->f, (uint8_t *)p + here, n - here, &got, e))
			return -1;
		in->left -= got;
		if (got < n - here) {
			in->f.records--; /* this record is not whole */
			return stream_file_bad(&in->f, e, "ends inside a record");
		}
	}
	/* The checksum behind the last byte is checked before the caller believes it. */
	if (!in->left && in->solo && in->f.inside)
		return stream_file_decompress(&in->f, NULL, 0, &got, e);
	return 0;
}

int stream_mark(const struct stream_in *in, struct stream_mark *m)
{
	assert(in->is_current);
	if (!in->f.seekable || in->at || (!in->small && !in->solo))
		return 0;
	*m = (struct stream_mark){ in->next, in->f.records, in->f.frames, in->f.begin };
	return 1;
}

int stream_jump(struct stream_in *in, const struct stream_mark *from, const struct stream_mark *to,
		struct stream_out *out, struct err *e)
{
	uint64_t records = to->record - from->record;

	assert(to->file == from->file && to->at >= from->at && to->record >= from->record);
	if (in->is_current && leave(in, e))
		return -1;
	if (in->next != from->file || in->f.fd < 0 || in->f.inside || in->at < in->plain.n ||
	    stream_file_place(&in->f) != from->at)
		return 0;
	if (out && stream_put_frames(out, in->f.fd, from->at, to->at, records, e))
		return -1;
	if (stream_file_jump(&in->f, to->at, e))
		return -1;
	in->f.frames = to->frame - 1;
	in->f.records += records;
	in->run_records += records;
	return 1;
}
