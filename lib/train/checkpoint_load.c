/*
 * One checkpoint out of a file, and its weights for a network that goes on from them.
 */
#include "train/checkpoint.h"

#include <string.h>

/* Take in every record up to the checkpoint: 1 when @c holds it, 0 when the file has none, -1. */
static int follow(struct checkpoint *c, struct stream_in *in, const char *file, int64_t step,
		  struct err *e)
{
	struct record r;
	int got, found = 0, runs = 0;

	while ((got = stream_next(in, &r, e)) > 0) {
		got = checkpoint_close(c, in, &r, e);
		if (got < 0)
			break;
		found |= got;
		if (found && step >= 0)
			return 1;
		if (r.kind == RECORD_HEAD && runs++)
			return err_set(e,
				       "'%s' holds several runs: choose one "
				       "with grok-ckpt select --run",
				       file);
		if (r.kind == RECORD_TENSOR && r.role != ROLE_MEASURE && step >= 0 &&
		    r.step != step)
			continue;
		got = checkpoint_feed(c, in, &r, NULL, e);
		if (got < 0)
			break;
		if (r.kind == RECORD_HEAD && !c->network)
			return err_set(e, "'%s' holds no network: its head has no 'layers'", file);
	}
	return got < 0 ? -1 : found;
}

int checkpoint_load(struct checkpoint *c, const char *file, int64_t step, struct err *e)
{
	struct checkpoint read = { .level = CHECKPOINT_NETWORK };
	struct stream_in *in = stream_open((char *const *)&file, 1, e);
	int found;

	if (!in)
		return -1;
	found = follow(&read, in, file, step, e);
	stream_free(in);
	if (!found && step >= 0)
		err_unmatched(e, "'%s' has no checkpoint of step %lld", file, (long long)step);
	else if (!found)
		err_set(e, "'%s' has no checkpoint", file);
	if (found <= 0) {
		checkpoint_free(&read);
		return -1;
	}
	*c = read;
	return 0;
}

static int differ(const char *name, int there, int here, struct err *e)
{
	return there == here ? 0 : err_set(e, "%s is %d there and %d here", name, there, here);
}

int checkpoint_fill(const struct checkpoint *c, struct gpt *g, struct err *e)
{
	const struct gpt_config *there = &c->gpt.config, *here = &g->config;

	if (differ("layers", there->layers, here->layers, e) ||
	    differ("width", there->width, here->width, e) ||
	    differ("heads", there->heads, here->heads, e) ||
	    differ("mlp", there->mlp, here->mlp, e) || differ("tie", there->tied, here->tied, e) ||
	    differ("the vocabulary", there->vocab, here->vocab, e))
		return -1;
	if (there->activation != here->activation)
		return err_set(e, "the activation is %s there",
			       there->activation == NN_GELU ? "gelu" : "gelu_new");
	memcpy(g->w, c->gpt.w, g->size * sizeof(*g->w));
	return 0;
}
