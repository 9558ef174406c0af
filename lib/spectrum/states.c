/*
 * states - run the network on all pairs, and hand out the residual stream and the hidden units
 */
#include "spectrum/states.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpt/linalg.h"

/* One table's equations at work */
struct work {
	int n, C, F, L;
	float *stream; /* (2 L, n, C) */
	float *before, *units; /* (n, F) */
	float *logits; /* (n, V) */
	float *ln, *stats; /* (n, C), (n, 2) */
	int *tokens; /* (n, 4) */
	struct gpt_acts *acts;
	struct gpt_rows rows;
};

static void work_free(struct work *w)
{
	free(w->stream);
	free(w->before);
	free(w->logits);
	free(w->ln);
	free(w->tokens);
	gpt_acts_free(w->acts);
	gpt_rows_free(&w->rows);
}

static int work_init(struct work *w, const struct gpt *g, int n, struct err *e)
{
	const struct gpt_config *c = &g->config;
	size_t rows = (size_t)n;

	*w = (struct work){ .n = n, .C = c->width, .F = c->mlp, .L = c->layers };
	w->stream = malloc(sizeof(*w->stream) * 2 * (size_t)w->L * rows * (size_t)w->C);
	w->before = malloc(sizeof(*w->before) * 2 * rows * (size_t)w->F);
	w->logits = malloc(sizeof(*w->logits) * rows * (size_t)c->vocab);
	w->ln = malloc(sizeof(*w->ln) * rows * ((size_t)w->C + 2));
	w->tokens = malloc(sizeof(*w->tokens) * GPT_LENGTH * rows);
	if (!w->stream || !w->before || !w->logits || !w->ln || !w->tokens) {
		work_free(w);
		return err_memory(e);
	}
	w->units = w->before + rows * (size_t)w->F;
	w->stats = w->ln + rows * (size_t)w->C;
	w->acts = gpt_acts_create(g, GPT_LENGTH * n, n, e);
	if (!w->acts || gpt_rows_create(&w->rows, n, e)) {
		work_free(w);
		return -1;
	}
	return 0;
}

/* The stream at the last position after half a block: what entered the block and what was added */
static void catch_stream(void *arg, enum gpt_site site, int layer, const struct gpt_rows *t,
			 int from, int rows, float *x)
{
	struct work *w = arg;
	size_t plane = (size_t)w->n * w->C;
	const float *last = x + (size_t)(t->start[GPT_LENGTH - 1] - from) * w->C;
	float *mid = w->stream + 2 * (size_t)layer * plane;

	(void)rows;
	if (site == GPT_RESID && layer > 0)
		memcpy(mid - plane, last, sizeof(*x) * plane);
	if (site == GPT_RESID)
		memcpy(mid, last, sizeof(*x) * plane);
	if (site == GPT_ATTN)
		nn_add(plane, mid, last, mid);
	if (site == GPT_FINAL)
		memcpy(mid - plane, last, sizeof(*x) * plane);
}

/* The hidden units of the last MLP from the stream before it */
static void hidden_units(struct work *w, const struct gpt *g)
{
	static const char *const names[] = { "ln_2.weight", "ln_2.bias", "mlp.c_fc.weight",
					     "mlp.c_fc.bias" };
	const float *mid = w->stream + 2 * (size_t)(w->L - 1) * w->n * w->C, *p[4];
	char name[64];

	for (int i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "transformer.h.%d.%s", w->L - 1, names[i]);
		p[i] = g->w + g->param[gpt_find(g, name)].offset;
	}
	nn_norm(w->n, w->C, mid, p[0], p[1], w->ln, w->stats);
	nn_fill(w->n, w->F, p[3], w->before, w->F);
	linalg_gemm(LINALG_N, LINALG_N, w->n, w->F, w->C, 1, w->ln, w->C, p[2], w->F, 1, w->before,
		    w->F);
	nn_activate(g->config.activation, (size_t)w->n * w->F, w->before, w->units);
}

int states_walk(const struct operation *o, const struct task *task, const struct gpt *network,
		void (*visit)(void *arg, const struct states *s), void *arg, struct err *e)
{
	struct work w;
	const struct gpt_edit edit = { .hook = catch_stream, .arg = &w };
	int status = work_init(&w, network, o->n, e);

	if (status)
		return -1;
	for (int i = 0; i < o->n && !status; i++) {
		double sum = 0;

		operation_tokens(o, task, i * o->n, o->n, w.tokens);
		gpt_rows_build(&w.rows, w.tokens, o->n, GPT_LENGTH - 1);
		gpt_forward(network, &w.rows, w.acts, &edit, w.logits);
		hidden_units(&w, network);
		for (size_t u = 0; u < (size_t)w.n * w.F; u++)
			sum += w.units[u];
		if (!isfinite(sum))
			status = err_set(e, "activations are NaN or infinite");
		else
			visit(arg, &(struct states){ i, network->config.vocab, w.stream, w.before,
						     w.units, w.logits });
	}
	work_free(&w);
	return status;
}

/* Where hidden units gather by answer */
struct by_answer {
	const struct operation *o;
	int F;
	float *x;
};

static void add_units(void *arg, const struct states *s)
{
	const struct by_answer *to = arg;
	int n = to->o->n, F = to->F;

	for (int j = 0; j < n; j++) {
		float *sum = to->x + (size_t)spectrum_answer(&to->o->task, s->i, j) * F;

		for (int f = 0; f < F; f++)
			sum[f] += s->units[(size_t)j * F + f] / (float)n;
	}
}

int states_neurons(const struct operation *o, const struct task *task, const struct gpt *network,
		   float *x, struct err *e)
{
	struct by_answer to = { o, network->config.mlp, x };

	memset(x, 0, sizeof(*x) * (size_t)o->n * (size_t)to.F);
	return states_walk(o, task, network, add_units, &to, e);
}
