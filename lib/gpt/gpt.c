/*
 * gpt - the table of a network's tensors, and initial weights
 */
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

/* What a tensor is to those who draw first weights. */
enum part {
	TABLE, /* of an embedding */
	MATRIX, /* (in, out) */
	RESIDUAL, /* a matrix into the residual stream */
	BIAS, /* of the matrix before it */
	HEAD, /* (out, in) */
	GAIN, /* of a LayerNorm */
	SHIFT
};

/* Every tensor's name, shape and part: the only list of them. */
static const struct row {
	const char *name, *shape;
	enum part part;
} embedding[GPT_FIRST_BLOCK] = {
	{ "transformer.wte.weight", "VC", TABLE },
	{ "transformer.wpe.weight", "TC", TABLE },
}, block[GPT_BLOCK] = {
	{ "transformer.h.%d.ln_1.weight", "C", GAIN },
	{ "transformer.h.%d.ln_1.bias", "C", SHIFT },
	{ "transformer.h.%d.attn.c_attn.weight", "C3", MATRIX },
	{ "transformer.h.%d.attn.c_attn.bias", "3", BIAS },
	{ "transformer.h.%d.attn.c_proj.weight", "CC", RESIDUAL },
	{ "transformer.h.%d.attn.c_proj.bias", "C", BIAS },
	{ "transformer.h.%d.ln_2.weight", "C", GAIN },
	{ "transformer.h.%d.ln_2.bias", "C", SHIFT },
	{ "transformer.h.%d.mlp.c_fc.weight", "CF", MATRIX },
	{ "transformer.h.%d.mlp.c_fc.bias", "F", BIAS },
	{ "transformer.h.%d.mlp.c_proj.weight", "FC", RESIDUAL },
	{ "transformer.h.%d.mlp.c_proj.bias", "C", BIAS },
}, ending[] = {
	{ "transformer.ln_f.weight", "C", GAIN },
	{ "transformer.ln_f.bias", "C", SHIFT },
	{ "lm_head.weight", "VC", HEAD }, /* absent if tied */
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

int gpt_layout(struct gpt *g, const struct gpt_config *config, struct err *e)
{
	struct gpt made = { .config = *config };
	int i;

	if (check_config(config, e))
		return -1;
	made.tensors = gpt_lnf(&made) + (config->tied ? 2 : 3);
	made.param = calloc((size_t)made.tensors, sizeof(*made.param));
	if (!made.param)
		return err_memory(e);
	for (i = 0; i < made.tensors; i++) {
		const struct row *row = row_of(config, i);
		struct gpt_param *p = &made.param[i];

		/* %d stands in the names of blocks only; others ignore the argument */
		snprintf(p->name, sizeof(p->name), row->name, (i - GPT_FIRST_BLOCK) / GPT_BLOCK);
		p->ndim = (int)strlen(row->shape);
		p->shape[0] = dimension(config, row->shape[0]);
		p->shape[1] = dimension(config, row->shape[1]);
		p->offset = made.size;
		p->size = (size_t)p->shape[0] * (size_t)p->shape[1];
		made.count += p->size;
		made.size += (p->size + 15) / 16 * 16;
	}
	*g = made;
	return 0;
}

int gpt_create(struct gpt *g, const struct gpt_config *config, struct err *e)
{
	struct gpt made;

	if (gpt_layout(&made, config, e))
		return -1;
	made.w = calloc(made.size, sizeof(*made.w));
	if (!made.w) {
		gpt_free(&made);
		return err_memory(e);
	}
	*g = made;
	return 0;
}

void gpt_free(struct gpt *g)
{
	free(g->param);
	free(g->w);
	g->param = NULL;
	g->w = NULL;
}

static void fill(float *w, size_t n, float x)
{
	while (n--)
		*w++ = x;
}

static void fill_uniform(struct rng *r, float *w, size_t n, double bound)
{
	while (n--)
		*w++ = (float)((2 * rng_uniform(r) - 1) * bound);
}

/* Matrices normal with @sd, those into the residual stream with @residual. */
static void init_normal(struct gpt *g, double sd, double residual, struct rng *r)
{
	enum part part;
	int i;

	for (i = 0; i < g->tensors; i++) {
		float *w = gpt_at(g, g->w, i);

		part = row_of(&g->config, i)->part;
		if (part == GAIN || part == SHIFT || part == BIAS)
			fill(w, g->param[i].size, part == GAIN);
		else
			rng_fill_normal(r, w, g->param[i].size, part == RESIDUAL ? residual : sd);
	}
}

void gpt_init(struct gpt *g, double sd, struct rng *r)
{
	init_normal(g, sd, sd / sqrt(2.0 * g->config.layers), r);
}

void gpt_init_plain(struct gpt *g, double sd, struct rng *r)
{
	init_normal(g, sd, sd, r);
}

void gpt_init_torch(struct gpt *g, struct rng *r)
{
	double bound = 0;
	int i;

	for (i = 0; i < g->tensors; i++) {
		const struct gpt_param *p = &g->param[i];
		float *w = gpt_at(g, g->w, i);

		switch (row_of(&g->config, i)->part) {
		case TABLE:
			rng_fill_normal(r, w, p->size, 1);
			break;
		case MATRIX:
		case RESIDUAL:
			bound = 1 / sqrt(p->shape[0]);
			fill_uniform(r, w, p->size, bound);
			break;
		case BIAS:
			fill_uniform(r, w, p->size, bound);
			break;
		case HEAD:
			fill_uniform(r, w, p->size, 1 / sqrt(p->shape[1]));
			break;
		case GAIN:
		case SHIFT:
			fill(w, p->size, row_of(&g->config, i)->part == GAIN);
			break;
		}
	}
}

int gpt_layer_of(const char *name)
{
	int layer;

	return sscanf(name, "transformer.h.%4d.", &layer) == 1 && layer >= 0 ? layer : -1;
}

int gpt_find(const struct gpt *g, const char *name)
{
	int i;

	for (i = 0; i < g->tensors; i++)
		if (!strcmp(g->param[i].name, name))
			return i;
	return -1;
}
