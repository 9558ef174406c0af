/* site - how each kind of site is patched, and the two checks; see site.h */
#include "cma/site.h"

#include <stdlib.h>
#include <string.h>

#include "gpt/at.h"

/* ---- memory ---- */

static size_t floats(const struct cma_plan *plan, int n)
{
	const struct gpt_config *c = &plan->net->g->config;

	return at(4 + 3 * plan->S * n, c->width) + at(2 * n, c->mlp);
}

size_t cma_sites_bytes(const struct cma_plan *plan, int n)
{
	return floats(plan, n) * sizeof(float);
}

int cma_sites_create(struct cma_sites *p, const struct cma_plan *plan, struct err *e)
{
	int C = plan->net->g->config.width;

	p->drift = calloc(floats(plan, plan->chunk), sizeof(float));
	if (!p->drift)
		return err_memory(e);
	p->scratch = p->drift + C;
	p->alt = p->scratch + 3 * C;
	p->act = p->alt + at(3 * plan->S * plan->chunk, C);
	return 0;
}

void cma_sites_free(struct cma_sites *p)
{
	free(p->drift);
	p->drift = NULL;
}

int cma_site_count(enum cma_site site, const struct gpt_config *c, int neurons)
{
	return site == CMA_STREAM || site == CMA_MLP ? 1 : site == CMA_NEURON ? neurons : c->heads;
}

int cma_sites_examples(const struct cma_options *o, const struct gpt_config *c)
{
	int sum = 0, k;

	for (k = 0; k < CMA_SITES; k++)
		if (o->sites & 1u << k)
			sum += cma_site_count((enum cma_site)k, c, o->neurons);
	return sum;
}

/* ---- small steps ---- */

static int width(const struct cma_sweep *s)
{
	return s->w.net->g->config.width;
}

static int patched(const struct cma_sweep *s, int pos)
{
	return pos < s->plan->until;
}

static void subtract(int C, const float *a, const float *b, float *y)
{
	int c;

	for (c = 0; c < C; c++)
		y[c] = a[c] - b[c];
}

/* What the MLP has added to a clean run. */
static void added(const struct cma_sweep *s, int run, int i, int pos, float *y)
{
	subtract(width(s), cma_sweep_clean(s, run, i, pos), cma_sweep_mid(s, run, i, pos), y);
}

/* ---- checks ---- */

/* Every head of the check becomes that of the source, or of the base. */
static void check_heads(struct cma_sites *p, struct cma_sweep *s, int layer, int pos, int check)
{
	int C = width(s), H = s->w.net->g->config.heads, h;
	int row = (pos - cma_sweep_from(s, layer)) * CMA_CHECKS + check;

	for (h = 0; h < H; h++) {
		p->op->head(h, h, C / H, s->heads + at(row, C),
			    cma_sweep_heads(s, layer, check == CMA_EVERYTHING, 0, pos), s->delta);
		cma_sweep_add_head(s, layer, h, 1, cma_sweep_stream(s, check, pos));
	}
}

/* The two checks, with every site patched.  They hold if no position behind is left as it was. */
static void pass_checks(struct cma_sites *p, struct cma_sweep *s, int layer)
{
	int C = width(s), check, pos;
	float *own = p->scratch, *source = own + C, *before = source + C, *x;

	if (s->plan->until < GPT_LENGTH)
		return;
	cma_sweep_attend(s, layer, 0, CMA_CHECKS);
	for (pos = cma_sweep_from(s, layer); pos < GPT_LENGTH; pos++) {
		for (check = 0; check < CMA_CHECKS; check++)
			check_heads(p, s, layer, pos, check);
		x = cma_sweep_stream(s, CMA_HELD, pos);
		memcpy(before, x, (size_t)C * sizeof(float));
		for (check = 0; check < CMA_CHECKS; check++)
			gpt_mlp(s->w.net, layer, 1, cma_sweep_stream(s, check, pos), s->w.work);
		subtract(C, x, before, own);
		added(s, 1, 0, pos, source);
		p->op->mlp(C, own, source, own);
		nn_add((size_t)C, before, own, x);
	}
	added(s, 0, 0, GPT_LENGTH - 1, own);
	added(s, 1, 0, GPT_LENGTH - 1, source);
	subtract(C, source, own, own);
	nn_add((size_t)C, p->drift, own, p->drift);
}

/* ---- sites ---- */

/* The stream enters the block as it does in the source's run. */
static void append_streams(struct cma_sweep *s)
{
	int pos, i;

	for (pos = s->plan->T; pos < GPT_LENGTH; pos++)
		for (i = 0; i < s->n; i++)
			memcpy(cma_sweep_stream(s, s->m + i, pos),
			       cma_sweep_clean(s, patched(s, pos), i, pos),
			       (size_t)width(s) * sizeof(float));
	s->m += s->n;
}

/* All heads of the layer: the base's stream behind attention, corrected. */
static void append_heads(struct cma_sites *p, struct cma_sweep *s, int layer)
{
	int C = width(s), H = s->w.net->g->config.heads, D = C / H, pos, h, i;

	for (pos = cma_sweep_from(s, layer); pos < GPT_LENGTH; pos++)
		for (h = 0; h < H; h++) {
			float *x = cma_sweep_stream(s, s->m + h * s->n, pos);

			memcpy(x, cma_sweep_mid(s, 0, 0, pos), at(s->n, C) * sizeof(float));
			if (!patched(s, pos))
				continue;
			for (i = 0; i < s->n; i++)
				p->op->head(h, (h + p->shift[i]) % H, D,
					    cma_sweep_heads(s, layer, 0, i, pos),
					    cma_sweep_heads(s, layer, 1, i, pos),
					    s->delta + at(i, D));
			cma_sweep_add_head(s, layer, h, s->n, x);
		}
	cma_sweep_add_mlp(s, layer, s->plan->T, H * s->n);
}

static void append_mlps(struct cma_sites *p, struct cma_sweep *s, int layer)
{
	int C = width(s), i, pos;
	float *own = p->scratch, *source = own + C, *y = source + C;

	for (i = 0; i < s->n; i++)
		for (pos = cma_sweep_from(s, layer); pos < GPT_LENGTH; pos++) {
			float *x = cma_sweep_stream(s, s->m + i, pos);

			added(s, 0, i, pos, own);
			added(s, 1, i, pos, source);
			if (patched(s, pos))
				p->op->mlp(C, own, source, y);
			else
				memcpy(y, own, (size_t)C * sizeof(float));
			nn_add((size_t)C, cma_sweep_mid(s, 0, i, pos), y, x);
		}
	s->m += s->n;
}

static void append_queries_keys_values(struct cma_sites *p, struct cma_sweep *s, int layer)
{
	int C = width(s), T = s->plan->T, pos, i, k;

	for (pos = T; pos < GPT_LENGTH; pos++)
		for (i = 0; i < s->n; i++)
			memcpy(p->alt + at((pos - T) * s->n + i, 3 * C),
			       cma_sweep_qkv(s, layer, 1, i, pos), (size_t)(3 * C) * sizeof(float));
	for (k = 0; k < 3; k++)
		if (p->o->sites & 1u << (CMA_QUERY + k))
			cma_sweep_append_qkv(s, layer, k, p->alt);
}

/* The chosen neurons: what the MLP adds changes by the neuron's change times its weights. */
static void append_neurons(struct cma_sites *p, struct cma_sweep *s, int layer)
{
	int C = width(s), F = s->w.net->g->config.mlp, N = p->o->neurons, n = s->n, pos, i, k, c;
	const float *weight = gpt_neuron_weight(s->w.net->g, layer);

	for (pos = cma_sweep_from(s, layer); pos < GPT_LENGTH; pos++) {
		gpt_hidden(s->w.net, layer, 2 * n, cma_sweep_mid(s, 0, 0, pos), s->w.work, p->act);
		for (k = 0; k < N; k++)
			for (i = 0; i < n; i++) {
				int j = p->o->neuron[layer * N + k];
				float *x = cma_sweep_stream(s, s->m + k * n + i, pos);
				const float *base = cma_sweep_clean(s, 0, i, pos);
				float d = p->act[at(n + i, F) + (size_t)j] -
					  p->act[at(i, F) + (size_t)j];

				for (c = 0; c < C; c++)
					x[c] = base[c] + (patched(s, pos) ? d : 0) *
								 weight[at(j, C) + (size_t)c];
			}
	}
	s->m += N * n;
}

void cma_sites_layer(struct cma_sites *p, struct cma_sweep *s, int layer)
{
	unsigned sites = p->o->sites;

	if (layer == 0)
		memset(p->drift, 0, (size_t)width(s) * sizeof(float));
	if (sites & 1u << CMA_STREAM)
		append_streams(s);
	cma_sweep_layer(s, layer);
	pass_checks(p, s, layer);
	if (sites & CMA_HEADS)
		append_heads(p, s, layer);
	if (sites & CMA_MLPS)
		append_mlps(p, s, layer);
	if (sites & (1u << CMA_QUERY | 1u << CMA_KEY | 1u << CMA_VALUE))
		append_queries_keys_values(p, s, layer);
	if (sites & 1u << CMA_NEURON)
		append_neurons(p, s, layer);
}
