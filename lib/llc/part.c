/*
 * llc part - the coordinates of a network or of a part of it, by the names of its tensors
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "llc/network.h"

static const double FLOOR = 1e-3; /* least unit: a tensor that is still zero moves too */

static float unit(const float *w, size_t n, int absolute)
{
	double sum = 0;
	size_t i;

	if (absolute)
		return 1;
	for (i = 0; i < n; i++)
		sum += (double)w[i] * (double)w[i];
	return (float)fmax(sqrt(sum / (double)n), FLOOR);
}

static int add(struct llc_space *s, struct llc_span *span, struct err *e)
{
	struct llc_span *list = (struct llc_span *)s->span;

	if ((s->spans & (s->spans - 1)) == 0) { /* full at the powers of two */
		list = realloc(list, (s->spans ? 2 * (size_t)s->spans : 1) * sizeof(*list));
		if (!list)
			return err_memory(e);
		s->span = list;
	}
	list[s->spans++] = *span;
	s->d += span->n;
	return 0;
}

/* The name after "transformer.h.LAYER.", or NULL when the tensor is of no such block. */
static const char *within(const char *name, int layer)
{
	char block[32];
	int n = snprintf(block, sizeof(block), "transformer.h.%d.", layer);

	return strncmp(name, block, (size_t)n) ? NULL : name + n;
}

static int belongs(const struct gpt *g, const char *name, enum llc_part part, int layer)
{
	switch (part) {
	case LLC_PART_ALL:
		return 1;
	case LLC_PART_EMBEDDINGS:
		return !strncmp(name, "transformer.w", 13);
	case LLC_PART_ATTENTION:
		return strstr(name, ".attn.") || strstr(name, ".ln_1.");
	case LLC_PART_MLP:
		return strstr(name, ".mlp.") || strstr(name, ".ln_2.");
	case LLC_PART_HEAD:
		return !strncmp(name, "transformer.ln_f", 16) || !strncmp(name, "lm_head", 7) ||
		       (g->config.tied && !strncmp(name, "transformer.wte", 15));
	case LLC_PART_LAYER:
		return within(name, layer) != NULL;
	default:
		return 0;
	}
}

/*
 * A head's queries, keys and values are columns of c_attn, (C, 3 C) with its bias (3 C); its output
 * enters by rows of c_proj.
 */
static int add_head(const struct gpt *g, const struct gpt_param *p, int layer, int head,
		    int absolute, struct llc_space *s, struct err *e)
{
	size_t C = (size_t)g->config.width, D = C / (size_t)g->config.heads;
	size_t rows = p->ndim == 2 ? (size_t)p->shape[0] : 1, r, k;
	const char *name = within(p->name, layer);
	struct llc_span span = { .scale = unit(g->w + p->offset, p->size, absolute) };

	if (name && !strncmp(name, "attn.c_attn", 11)) {
		span.n = D;
		for (r = 0; r < rows; r++)
			for (k = 0; k < 3; k++) {
				span.at = p->offset + (3 * r + k) * C + (size_t)head * D;
				if (add(s, &span, e))
					return -1;
			}
	} else if (name && !strcmp(name, "attn.c_proj.weight")) {
		span.at = p->offset + (size_t)head * D * C;
		span.n = D * C;
		return add(s, &span, e);
	}
	return 0;
}

int llc_part_space(const struct gpt *g, enum llc_part part, int layer, int head, int absolute,
		   struct llc_space *space, struct err *e)
{
	struct llc_space s = { .floats = g->size, .center = g->w };
	int i, failed = 0;

	for (i = 0; i < g->tensors && !failed; i++) {
		const struct gpt_param *p = &g->param[i];
		struct llc_span span = { p->offset, p->size, 0 };

		if (part == LLC_PART_HEADS) {
			failed = add_head(g, p, layer, head, absolute, &s, e);
		} else if (belongs(g, p->name, part, layer)) {
			span.scale = unit(g->w + p->offset, p->size, absolute);
			failed = add(&s, &span, e);
		}
	}
	if (failed) {
		llc_part_free(&s);
		return -1;
	}
	*space = s;
	return 0;
}

void llc_part_free(struct llc_space *space)
{
	free((struct llc_span *)space->span);
	*space = (struct llc_space){ 0 };
}
