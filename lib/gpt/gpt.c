#include "gpt/acts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Dimensions by letter, so that the tables below read as the shapes they are. */
static int dimension(const struct gpt_config *c, char letter)
{
	switch (letter) {
	case 'V':
		return c->vocab;
	case 'T':
		return GPT_LENGTH;
	case 'C':
		return c->width;
	case '3':
		return 3 * c->width;
	case 'F':
		return c->mlp;
	}
	return 1;
}

/* Every tensor's name, shape and first values: the only list of them. */
enum start { ZERO, ONE, NORMAL, RESIDUAL };

static const struct row {
	const char *name, *shape;
	enum start start;
} embedding[GPT_FIRST_BLOCK] = {
	{ "transformer.wte.weight", "VC", NORMAL },
	{ "transformer.wpe.weight", "TC", NORMAL },
}, block[GPT_BLOCK] = {
	{ "transformer.h.%d.ln_1.weight", "C", ONE },
	{ "transformer.h.%d.ln_1.bias", "C", ZERO },
	{ "transformer.h.%d.attn.c_attn.weight", "C3", NORMAL },
	{ "transformer.h.%d.attn.c_attn.bias", "3", ZERO },
	{ "transformer.h.%d.attn.c_proj.weight", "CC", RESIDUAL },
	{ "transformer.h.%d.attn.c_proj.bias", "C", ZERO },
	{ "transformer.h.%d.ln_2.weight", "C", ONE },
	{ "transformer.h.%d.ln_2.bias", "C", ZERO },
	{ "transformer.h.%d.mlp.c_fc.weight", "CF", NORMAL },
	{ "transformer.h.%d.mlp.c_fc.bias", "F", ZERO },
	{ "transformer.h.%d.mlp.c_proj.weight", "FC", RESIDUAL },
	{ "transformer.h.%d.mlp.c_proj.bias", "C", ZERO },
}, ending[] = {
	{ "transformer.ln_f.weight", "C", ONE },
	{ "transformer.ln_f.bias", "C", ZERO },
	{ "lm_head.weight", "VC", NORMAL }, /* absent if tied */
};

static const struct row *row_of(const struct gpt_config *c, int tensor)
{
	int blocks = GPT_BLOCK * c->layers;

	if (tensor < GPT_FIRST_BLOCK)
		return &embedding[tensor];
	if (tensor < GPT_FIRST_BLOCK + blocks)
		return &block[(tensor - GPT_FIRST_BLOCK) % GPT_BLOCK];
	return &ending[tensor - GPT_FIRST_BLOCK - blocks];
}

static int check_config(const struct gpt_config *c, struct err *e)
{
	const struct {
		const char *name;
		int value, max;
	} bound[] = {
		{ "vocabulary", c->vocab, GPT_VOCAB_MAX }, { "layers", c->layers, GPT_LAYERS_MAX },
		{ "width", c->width, GPT_WIDTH_MAX },      { "heads", c->heads, c->width },
		{ "mlp", c->mlp, 4 * GPT_WIDTH_MAX },
	};
	size_t i;

	for (i = 0; i < sizeof(bound) / sizeof(*bound); i++)
		if (bound[i].value < 1 || bound[i].value > bound[i].max)
			return err_set(e, "%s %d is not in 1..%d", bound[i].name, bound[i].value,
				       bound[i].max);
	if (c->width % c->heads)
		return err_set(e, "width %d is not a multiple of heads %d", c->width, c->heads);
	return 0;
}

int gpt_create(struct gpt *g, const struct gpt_config *config, struct err *e)
{
	struct gpt new = { .config = *config };
	int i;

	if (check_config(config, e))
		return -1;
	new.tensors = gpt_lnf(&new) + (config->tied ? 2 : 3);
	new.param = calloc((size_t) new.tensors, sizeof(*new.param));
	if (!new.param)
		return err_memory(e);
	for (i = 0; i < new.tensors; i++) {
		const struct row *row = row_of(config, i);
		struct gpt_param *p = &new.param[i];

		/* %d stands in the names of blocks only; others ignore the argument */
		snprintf(p->name, sizeof(p->name), row->name, (i - GPT_FIRST_BLOCK) / GPT_BLOCK);
		p->ndim = (int)strlen(row->shape);
		p->shape[0] = dimension(config, row->shape[0]);
		p->shape[1] = dimension(config, row->shape[1]);
		p->offset = new.size;
		p->size = (size_t)p->shape[0] * (size_t)p->shape[1];
		new.count += p->size;
		new.size += (p->size + 15) / 16 * 16;
	}
	new.w = calloc(new.size, sizeof(*new.w));
	if (!new.w) {
		free(new.param);
		return err_memory(e);
	}
	*g = new;
	return 0;
}

void gpt_free(struct gpt *g)
{
	free(g->param);
	free(g->w);
	g->param = NULL;
	g->w = NULL;
}

void gpt_init(struct gpt *g, double sd, struct rng *r)
{
	double residual = sd / sqrt(2.0 * g->config.layers);
	size_t j;
	int i;

	for (i = 0; i < g->tensors; i++) {
		float *w = gpt_at(g, g->w, i);

		switch (row_of(&g->config, i)->start) {
		case ZERO:
		case ONE:
			for (j = 0; j < g->param[i].size; j++)
				w[j] = row_of(&g->config, i)->start == ONE;
			break;
		case NORMAL:
			rng_fill_normal(r, w, g->param[i].size, sd);
			break;
		case RESIDUAL:
			rng_fill_normal(r, w, g->param[i].size, residual);
			break;
		}
	}
}

int gpt_find(const struct gpt *g, const char *name)
{
	int i;

	for (i = 0; i < g->tensors; i++)
		if (!strcmp(g->param[i].name, name))
			return i;
	return -1;
}
