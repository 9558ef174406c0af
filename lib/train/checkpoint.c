/*
 * From records to checkpoints: the configuration in a head, then one parameter after another.
 */
#include "train/checkpoint.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static int read_task(struct checkpoint *c, const struct record *head, int *vocab, struct err *e)
{
	const char *op = "", *operands = "all", *labels = "true";
	int modulus;

	if (!format_setting(head, "op"))
		return whole(head, "vocab", GPT_VOCAB_MAX, vocab, e);
	if (text(head, "op", &op, e) || text(head, "operands", &operands, e) ||
	    text(head, "labels", &labels, e) ||
	    whole(head, "modulus", TASK_MODULUS_MAX, &modulus, e))
		return -1;
	if (strcmp(operands, "all") && strcmp(operands, "nonzero"))
		return err_set(e, "the head's 'operands' are '%.40s'", operands);
	if (task_init(&c->task, op, modulus, !strcmp(operands, "nonzero"), e))
		return -1;
	c->labels = strcmp(labels, "true") != 0;
	*vocab = task_vocab(&c->task);
	return 0;
}

static int read_config(const struct record *head, struct gpt_config *g, struct err *e)
{
	const struct setting *mlp = format_setting(head, "mlp"), *tie = format_setting(head, "tie");
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

static int feed_head(struct checkpoint *c, const struct record *head, struct err *e)
{
	struct gpt_config config = { 0 };
	uint64_t params = c->params;

	checkpoint_free(c);
	c->params = params;
	c->run = strdup(head->run);
	if (!c->run)
		return err_memory(e);
	c->seed = head->seed;
	if (!format_setting(head, "layers"))
		return 0;
	if (read_config(head, &config, e) || read_task(c, head, &config.vocab, e) ||
	    gpt_layout(&c->gpt, &config, e))
		return err_prefix(e, "run '%.100s'", head->run);
	c->seen = malloc((size_t)c->gpt.tensors);
	if (!c->seen)
		return err_memory(e);
	c->network = 1;
	return 0;
}

static int feed_split(struct checkpoint *c, struct stream_in *in, const struct record *r,
		      struct err *e)
{
	unsigned char *split;
	int result;

	if (r->dtype != DTYPE_U1)
		return err_set(e, "data.split is of type %s, must be u1 (numpy's uint8)",
			       format_dtype_name(r->dtype) + 1);
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

static int feed_labels(struct checkpoint *c, struct stream_in *in, const struct record *r,
		       struct err *e)
{
	struct tensor x;
	int result;

	if (r->dtype != DTYPE_I4)
		return err_set(e, "data.labels is not of type i4");
	if (r->bytes != (size_t)task_size(&c->task) * sizeof(int32_t))
		return err_set(e, "data.labels has %zu cells, the task has %d",
			       r->bytes / sizeof(int32_t), task_size(&c->task));
	if (tensor_read(in, r, &x, e))
		return REPORTED;
	result = task_set_labels(&c->task, x.data, x.n, e);
	tensor_free(&x);
	return result;
}

/* A checkpoint begins: weights get their place with the first of the run. */
static int begin(struct checkpoint *c, int64_t step, struct err *e)
{
	if (c->network) {
		if (c->level == CHECKPOINT_NETWORK && !c->gpt.w)
			c->gpt.w = calloc(c->gpt.size, sizeof(*c->gpt.w));
		if (c->level == CHECKPOINT_NETWORK && !c->gpt.w)
			return err_memory(e);
		memset(c->seen, 0, (size_t)c->gpt.tensors);
		c->missing = c->gpt.tensors;
	}
	c->step = step;
	c->open = 1;
	return 0;
}

/* Is it one of what transformers does not load?  No parameter of ours has such a name. */
static int is_passed_over(const struct checkpoint *c, const char *name)
{
	int layer, end = 0;

	if (!strcmp(name, "lm_head.weight"))
		return c->gpt.config.tied;
	sscanf(name, "transformer.h.%4d.attn.%n", &layer, &end);
	return end && (!strcmp(name + end, "bias") || !strcmp(name + end, "masked_bias"));
}

/* The network uses the first positions only: more of them are no fault. */
static int fits(const struct gpt_param *p, const struct record *r)
{
	if (r->ndim != p->ndim || (p->ndim == 2 && r->shape[1] != (size_t)p->shape[1]))
		return 0;
	if (!strcmp(p->name, "transformer.wpe.weight"))
		return r->shape[0] >= (size_t)p->shape[0];
	return r->shape[0] == (size_t)p->shape[0];
}

static void shape_text(const struct record *r, char *s, size_t room)
{
	size_t n = 0;
	int i;

	s[0] = 0;
	for (i = 0; i < r->ndim && n < room; i++)
		n += (size_t)snprintf(s + n, room - n, "%s%zu", i ? "x" : "", r->shape[i]);
}

static int check_param(struct checkpoint *c, const struct record *r, const struct gpt_param **param,
		       struct err *e)
{
	int i = gpt_find(&c->gpt, r->name);
	const struct gpt_param *p;
	char shape[64];

	if (i < 0)
		return err_set(e, "a network of this head has no such tensor");
	p = &c->gpt.param[i];
	if (c->seen[i])
		return err_set(e, "it has been there before");
	if (!fits(p, r)) {
		shape_text(r, shape, sizeof(shape));
		if (p->ndim == 1)
			return err_set(e, "shape is %s, must be %d", shape, p->shape[0]);
		return err_set(e, "shape is %s, must be %dx%d", shape, p->shape[0], p->shape[1]);
	}
	if (r->dtype != DTYPE_F4 && r->dtype != DTYPE_F2 && r->dtype != DTYPE_F8)
		return err_set(e, "weights of type %s", format_dtype_name(r->dtype));
	c->seen[i] = 1;
	c->missing--;
	*param = p;
	return 0;
}

/* float32 goes straight to its place in the arena; what is wanted beside it goes by a tensor. */
static int read_weights(struct stream_in *in, const struct record *r, float *w, size_t n,
			struct tensor *x, struct err *e)
{
	struct tensor own = { .data = NULL };
	const float *value = w;
	size_t count = n, i;

	if (w && !x && r->dtype == DTYPE_F4 && r->bytes == n * sizeof(*w)) {
		if (stream_payload(in, w, r->bytes, e))
			return REPORTED;
	} else {
		if (tensor_floats(in, r, &own, e))
			return REPORTED;
		value = own.data;
		count = own.n;
		if (w)
			memcpy(w, own.data, n * sizeof(*w));
	}
	for (i = 0; i < count && isfinite(value[i]); i++)
		;
	if (i < count)
		err_set(e, "weight %zu is %s", i, isnan(value[i]) ? "NaN" : "infinite");
	else if (x)
		*x = own;
	if (i < count || !x)
		tensor_free(&own);
	return i < count ? -1 : 0;
}

static int feed_param(struct checkpoint *c, struct stream_in *in, const struct record *r,
		      struct tensor *x, struct err *e)
{
	const struct gpt_param *p = NULL;
	float *w;
	int result;

	if (c->network && is_passed_over(c, r->name))
		return 0;
	if (c->network && check_param(c, r, &p, e))
		return -1;
	w = p && c->gpt.w ? c->gpt.w + p->offset : NULL;
	if (!w && !x)
		return 0;
	result = read_weights(in, r, w, p ? p->size : 0, x, e);
	return result ? result : x != NULL;
}

int checkpoint_close(struct checkpoint *c, struct stream_in *in, const struct record *r,
		     struct err *e)
{
	int i = 0;

	if (!c->open || (r->kind == RECORD_TENSOR && r->role != ROLE_MEASURE && r->step == c->step))
		return 0;
	c->open = 0;
	if (c->level == CHECKPOINT_NETWORK && c->labels && !c->task.label) {
		err_set(e,
			"run '%.100s': its labels are random, "
			"and no data.labels came before its first checkpoint",
			c->run);
		return stream_reject(in, e);
	}
	if (c->level == CHECKPOINT_MATRICES || !c->missing) {
		c->count++;
		return 1;
	}
	while (c->seen[i])
		i++;
	err_set(e, "run '%.100s' step %lld: the checkpoint ends without '%s'%s", c->run,
		(long long)c->step, c->gpt.param[i].name, c->missing > 1 ? " and others" : "");
	return stream_reject(in, e);
}

int checkpoint_feed(struct checkpoint *c, struct stream_in *in, const struct record *r,
		    struct tensor *x, struct err *e)
{
	int result = 0;

	if (r->kind == RECORD_HEAD) {
		if (feed_head(c, r, e))
			return stream_reject(in, e);
		return 0;
	}
	if (r->kind != RECORD_TENSOR)
		return 0;
	if (r->role == ROLE_MEASURE && c->task.ops && !strcmp(r->name, "data.split"))
		result = feed_split(c, in, r, e);
	if (r->role == ROLE_MEASURE && c->task.ops && !strcmp(r->name, "data.labels"))
		result = feed_labels(c, in, r, e);
	c->params += r->role == ROLE_PARAM;
	if (r->role == ROLE_PARAM && (c->network || c->level == CHECKPOINT_MATRICES)) {
		if (!c->open)
			result = begin(c, r->step, e);
		if (!result)
			result = feed_param(c, in, r, x, e);
	}
	if (result == -1) {
		err_prefix(e, "run '%.100s' step %lld: '%.100s'", c->run, (long long)r->step,
			   r->name);
		stream_reject(in, e);
	}
	return result < 0 ? -1 : result;
}

void checkpoint_free(struct checkpoint *c)
{
	free(c->run);
	free(c->seen);
	task_free(&c->task);
	gpt_free(&c->gpt);
	*c = (struct checkpoint){ .level = c->level };
}
