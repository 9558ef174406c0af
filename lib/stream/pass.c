/* Forwarding records from a reader to a writer, where possible without compressing them again. */
#include "stream/reader.h"

#include <assert.h>
#include <stdlib.h>

static int is_param(const struct record *r)
{
	return r->kind == RECORD_TENSOR && r->role != ROLE_MEASURE;
}

/* The current record is in a small frame: copy the frame when all its records have passed. */
static int pass_small(struct stream_in *in, struct stream_out *out, struct err *e)
{
	size_t n = in->header + in->payload;
	int got = stream_put_part(out, &in->part_of, in->at, in->plain.p + in->at, n,
				  is_param(&in->r), e);

	if (got > 0 && in->at + n == in->plain.n)
		return stream_put_whole(out, in->f.kept.p, in->f.kept.n, e);
	return got < 0 ? -1 : 0;
}

/* Read the payload of the current record early, to be forwarded when it is known to be whole. */
static int hold_payload(struct stream_in *in, struct err *e)
{
	uint8_t *held = malloc(in->payload);

	if (!held)
		return err_memory(e);
	if (stream_payload(in, held, in->payload, e)) {
		free(held);
		return -1;
	}
	in->held = held;
	in->left = in->payload;
	return 0;
}

static int count(struct stream_in *in, struct stream_out *out, struct err *e)
{
	return stream_count(out, &in->r, e) || stream_note(out, &in->r, e) ? -1 : 0;
}

/* A tensor in a frame of somebody else's making, or perhaps cut short: compress it anew. */
static int pass_anew(struct stream_in *in, struct stream_out *out, struct err *e)
{
	if (in->payload && hold_payload(in, e))
		return -1;
	if (count(in, out, e) || stream_flush_parts(out, e))
		return -1;
	if (!in->payload)
		return stream_put_raw(out, in->plain.p + in->at, in->header, is_param(&in->r), e);
	return stream_put_large(out, in->plain.p + in->at, in->header, in->held, in->payload, e);
}

int stream_pass(struct stream_in *in, struct stream_out *out, struct err *e)
{
	assert(in->is_current && in->left == in->payload);
	/* Signed or counted anew, whoever made the frame */
	if (in->r.kind == RECORD_HEAD || in->r.kind == RECORD_END) {
		if (count(in, out, e) || stream_flush_parts(out, e))
			return -1;
		return stream_put_border(out, &in->r, in->plain.p + in->at, in->header, e);
	}
	if (!in->small && (!in->solo || in->unfinished))
		return pass_anew(in, out, e);
	if (count(in, out, e))
		return -1;
	if (in->small)
		return pass_small(in, out, e);
	if (stream_flush_parts(out, e) || stream_put_pending(out, e))
		return -1;
	return stream_file_copy(&in->f, out, e);
}
