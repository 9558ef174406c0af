#include "train/ckpt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream/tensor.h"

/* What the stream reported itself, with file and record, beside -1 for what is found here. */
enum { REPORTED = -2 };

/* The value of a whole-number setting in 1..max. */
static int whole(const struct record *head, const char *key, int max, int *x, struct err *e)
{
	const struct setting *s = format_setting(head, key);

	if (!s)
		return err_set(e, "the head has no '%s'", key);
	if (s->type != SETTING_INT || s->i < 1 || s->i > max)
		return err_set(e, "the head's '%s' is not a number in 1..%d", key, max);
	*x = (int)s->i;
	return 0;
}

/* The text of a setting; without it, @x stays as it is. */
static int text(const struct record *head, const char *key, const char **x, struct err *e)
{
	const struct setting *s = format_setting(head, key);

	if (s && s->type != SETTING_TEXT)
		return err_set(e, "the head's '%s' is not text", key);
	if (s)
		*x = s->text;
	return 0;
}

static int read_task(struct ckpt *c, const struct record *head, struct err *e)
{
	const char *op = "", *operands = "all";
	int modulus;

	if (!format_setting(head, "op"))
		return whole(head, "vocab", GPT_VOCAB_MAX, &c->config.vocab, e);
	if (text(head, "op", &op, e) || text(head, "operands", &operands, e) ||
	    whole(head, "modulus", TASK_MODULUS_MAX, &modulus, e))
		return -1;
	if (strcmp(operands, "all") && strcmp(operands, "nonzero"))
		return err_set(e, "the head's 'operands' are '%.40s'", operands);
	if (task_init(&c->task, op, modulus, !strcmp(operands, "nonzero"), e))
		return -1;
	c->config.vocab = task_vocab(&c->task);
	return 0;
}

static int read_model(struct ckpt *c, const struct record *head, struct err *e)
{
	const struct setting *mlp = format_setting(head, "mlp"), *tie = format_setting(head, "tie");
	struct gpt_config *g = &c->config;
	const char *activation = "gelu";

	if (whole(head, "layers", GPT_LAYERS_MAX, &g->layers, e) ||
	    whole(head, "width", GPT_WIDTH_MAX, &g->width, e) ||
	    whole(head, "heads", g->width, &g->heads, e) ||
	    text(head, "activation", &activation, e))
		return -1;
	g->mlp = 4 * g->width;
	if (mlp && mlp->i && whole(head, "mlp", 4 * GPT_WIDTH_MAX, &g->mlp, e))
		return -1;
	g->tied = tie && tie->i;
	if (strcmp(activation, "gelu") && strcmp(activation, "gelu_new"))
		return err_set(e, "the head's 'activation' is '%.40s'", activation);
	g->activation = strcmp(activation, "gelu") ? NN_GELU_NEW : NN_GELU;
	return 0;
}

static int feed_head(struct ckpt *c, const struct record *head, struct err *e)
{
	ckpt_free(c);
	c->run = strdup(head->run);
	if (!c->run)
		return err_memory(e);
	c->seed = head->seed;
	if (!format_setting(head, "layers"))
		return 0;
	if (read_model(c, head, e) || read_task(c, head, e))
		return err_prefix(e, "run '%.100s'", head->run);
	c->network = 1;
	return 0;
}

static int feed_split(struct ckpt *c, struct stream_in *in, const struct record *r, struct err *e)
{
	unsigned char *split;
	int result;

	if (r->dtype != DTYPE_U1)
		return err_set(e, "data.split is not of type u1");
	if (r->bytes != (size_t)task_size(&c->task))
		return err_set(e, "data.split has %zu cells, the task has %d", r->bytes,
			       task_size(&c->task));
	split = malloc(r->bytes);
	if (!split)
		return err_memory(e);
	result = stream_payload(in, split, r->bytes, e) ? REPORTED : 0;
	if (!result)
		result = task_set_split(&c->task, split, r->bytes, e);
	free(split);
	c->split = !result;
	return result;
}

/* A checkpoint begins: the network is laid out with the first of the run. */
static int begin(struct ckpt *c, int64_t step, struct err *e)
{
	if (!c->gpt.w && gpt_create(&c->gpt, &c->config, e))
		return -1;
	if (!c->seen)
		c->seen = malloc((size_t)c->gpt.tensors);
	if (!c->seen)
		return err_memory(e);
	memset(c->seen, 0, (size_t)c->gpt.tensors);
	c->missing = c->gpt.tensors;
	c->step = step;
	c->open = 1;
	return 0;
}

static int same_shape(const struct gpt_param *p, const struct record *r)
{
	int i;

	if (r->ndim != p->ndim)
		return 0;
	for (i = 0; i < p->ndim; i++)
		if (r->shape[i] != (size_t)p->shape[i])
			return 0;
	return 1;
}

static void shape_text(const struct record *r, char *s, size_t room)
{
	size_t n = 0;
	int i;

	s[0] = 0;
	for (i = 0; i < r->ndim && n < room; i++)
		n += (size_t)snprintf(s + n, room - n, "%s%zu", i ? "x" : "", r->shape[i]);
}

/* float32 goes straight to its place; other types by way of a tensor. */
static int read_weights(struct stream_in *in, const struct record *r, float *w, size_t n,
			struct err *e)
{
	struct tensor x;
	size_t i;

	if (r->dtype == DTYPE_F4) {
		if (stream_payload(in, w, r->bytes, e))
			return REPORTED;
	} else if (r->dtype == DTYPE_F2 || r->dtype == DTYPE_F8) {
		if (tensor_floats(in, r, &x, e))
			return REPORTED;
		memcpy(w, x.data, n * sizeof(*w));
		tensor_free(&x);
	} else {
		return err_set(e, "weights of type %s", format_dtype_name(r->dtype));
	}
	for (i = 0; i < n; i++)
		if (!isfinite(w[i]))
			return err_set(e, "weight %zu is %s", i, isnan(w[i]) ? "NaN" : "infinite");
	return 0;
}

static int feed_param(struct ckpt *c, struct stream_in *in, const struct record *r, struct err *e)
{
	const struct gpt_param *p;
	char shape[64];
	int i = gpt_find(&c->gpt, r->name), result;

	if (i < 0)
		return err_set(e, "a network of this head has no such tensor");
	p = &c->gpt.param[i];
	if (c->seen[i])
		return err_set(e, "it has been there before");
	if (!same_shape(p, r)) {
		shape_text(r, shape, sizeof(shape));
		if (p->ndim == 1)
			return err_set(e, "shape is %s, must be %d", shape, p->shape[0]);
		return err_set(e, "shape is %s, must be %dx%d", shape, p->shape[0], p->shape[1]);
	}
	result = read_weights(in, r, c->gpt.w + p->offset, p->size, e);
	if (result)
		return result;
	c->seen[i] = 1;
	c->missing--;
	return 0;
}

int ckpt_close(struct ckpt *c, struct stream_in *in, const struct record *r, struct err *e)
{
	int i = 0;

	if (!c->open || (r->kind == RECORD_TENSOR && r->role != ROLE_MEASURE && r->step == c->step))
		return 0;
	c->open = 0;
	if (!c->missing) {
		c->count++;
		return 1;
	}
	while (c->seen[i])
		i++;
	err_set(e, "run '%.100s' step %lld: the checkpoint ends without '%s'%s", c->run,
		(long long)c->step, c->gpt.param[i].name, c->missing > 1 ? " and others" : "");
	return stream_reject(in, e);
}

int ckpt_feed(struct ckpt *c, struct stream_in *in, const struct record *r, struct err *e)
{
	int result = 0;

	if (r->kind == RECORD_HEAD) {
		if (feed_head(c, r, e))
			return stream_reject(in, e);
		return 0;
	}
	if (!c->network || r->kind != RECORD_TENSOR)
		return 0;
	if (r->role == ROLE_MEASURE && c->task.ops && !strcmp(r->name, "data.split"))
		result = feed_split(c, in, r, e);
	if (r->role == ROLE_PARAM) {
		if (!c->open)
			result = begin(c, r->step, e);
		if (!result)
			result = feed_param(c, in, r, e);
	}
	if (result == -1) {
		err_prefix(e, "run '%.100s' step %lld: '%.100s'", c->run, (long long)r->step,
			   r->name);
		stream_reject(in, e);
	}
	return result ? -1 : 0;
}

void ckpt_free(struct ckpt *c)
{
	free(c->run);
	free(c->seen);
	task_free(&c->task);
	gpt_free(&c->gpt);
	*c = (struct ckpt){ 0 };
}
