#include "train/model.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static int integer(const struct record *head, const char *key, int *value, struct err *e)
{
	const struct setting *s = format_setting(head, key);

	if (!s || s->type != SETTING_INT)
		return err_set(e, "run '%s': its configuration has no number '%s'", head->run, key);
	if (s->i < 0 || s->i > INT_MAX)
		return err_set(e, "run '%s': '%s' is out of range", head->run, key);
	*value = (int)s->i;
	return 0;
}

/* NULL with @e set when the entry is missing */
static const char *text(const struct record *head, const char *key, struct err *e)
{
	const struct setting *s = format_setting(head, key);

	if (s && s->type == SETTING_TEXT)
		return s->text;
	err_set(e, "run '%s': its configuration has no text '%s'", head->run, key);
	return NULL;
}

int model_init(struct model *m, const struct record *head, struct err *e)
{
	const struct setting *operands = format_setting(head, "operands");
	const struct setting *tie = format_setting(head, "tie");
	struct gpt_config config = { .tied = tie && tie->i };
	struct model new = { .have = NULL };
	const char *ops, *activation;
	int modulus, nonzero = operands && operands->type == SETTING_TEXT &&
			       !strcmp(operands->text, "nonzero");

	if (!(ops = text(head, "op", e)) || integer(head, "modulus", &modulus, e) ||
	    integer(head, "layers", &config.layers, e) ||
	    integer(head, "width", &config.width, e) || integer(head, "heads", &config.heads, e) ||
	    integer(head, "mlp", &config.mlp, e) || !(activation = text(head, "activation", e)))
		return -1;
	if (strcmp(activation, "gelu") && strcmp(activation, "gelu_new"))
		return err_set(e, "run '%s': activation '%s' is not known", head->run, activation);
	config.activation = strcmp(activation, "gelu") ? NN_GELU_NEW : NN_GELU;
	if (task_init(&new.task, ops, modulus, nonzero, e))
		return err_prefix(e, "run '%s'", head->run);
	config.vocab = task_vocab(&new.task);
	if (gpt_create(&new.g, &config, e)) {
		task_free(&new.task);
		return err_prefix(e, "run '%s'", head->run);
	}
	new.have = calloc((size_t) new.g.tensors, 1);
	if (!new.have) {
		model_free(&new);
		return err_memory(e);
	}
	*m = new;
	return 0;
}

void model_free(struct model *m)
{
	task_free(&m->task);
	gpt_free(&m->g);
	free(m->have);
	m->have = NULL;
}

int model_split(struct model *m, const struct tensor *split, struct err *e)
{
	if (split->dtype != DTYPE_U1)
		return err_set(e, "data.split is %s, not bytes", format_dtype_name(split->dtype));
	return task_set_split(&m->task, split->data, split->n, e);
}

int model_set(struct model *m, const char *name, const struct tensor *x, struct err *e)
{
	int i = gpt_find(&m->g, name);
	const struct gpt_param *p = m->g.param + i;

	if (i < 0)
		return 0;
	if (x->ndim != p->ndim || x->shape[0] != (size_t)p->shape[0] ||
	    (p->ndim == 2 && x->shape[1] != (size_t)p->shape[1]))
		return err_set(e, "'%s' has not the shape that the configuration of its run says",
			       name);
	memcpy(m->g.w + p->offset, x->data, sizeof(float) * p->size);
	m->have[i] = 1;
	return 1;
}

int model_whole(const struct model *m, struct err *e)
{
	for (int i = 0; i < m->g.tensors; i++)
		if (!m->have[i])
			return err_set(e, "the checkpoint lacks '%s'", m->g.param[i].name);
	return 0;
}

void model_forget(struct model *m)
{
	memset(m->have, 0, (size_t)m->g.tensors);
}
