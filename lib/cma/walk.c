/* walk - memory of a walk, and each step on all rows of the table; see walk.h */
#include "cma/walk.h"

#include <stdlib.h>

#include "gpt/at.h"

/* Floats of x, heads, then qkv, then p, for the most rows that a table can have. */
static size_t floats(const struct gpt_layers *net, int B, int extra)
{
	int C = net->g->config.width, H = net->g->config.heads, N = GPT_LENGTH * B;

	return at(N, 2 * C) + at(N + extra, 3 * C) + at(N, NN_KEYS * H) + net->floats;
}

size_t cma_walk_bytes(const struct gpt_layers *net, int B, int extra)
{
	/* A row of the table has about 40 ints. */
	return floats(net, B, extra) * sizeof(float) + (size_t)B * GPT_LENGTH * 40 * sizeof(int);
}

int cma_walk_create(struct cma_walk *w, const struct gpt_layers *net, int B, int extra,
		    struct err *e)
{
	int C = net->g->config.width, N = GPT_LENGTH * B;

	*w = (struct cma_walk){ .net = net };
	if (gpt_rows_create(&w->rows, B, e))
		return -1;
	w->x = malloc(floats(net, B, extra) * sizeof(float));
	w->pos = malloc((size_t)N * sizeof(int));
	if (!w->x || !w->pos) {
		cma_walk_free(w);
		return err_memory(e);
	}
	w->heads = w->x + at(N, C);
	w->qkv = w->heads + at(N, C);
	w->p = w->qkv + at(N + extra, 3 * C);
	w->work = w->p + at(N, NN_KEYS * net->g->config.heads);
	return 0;
}

void cma_walk_free(struct cma_walk *w)
{
	gpt_rows_free(&w->rows);
	free(w->x);
	free(w->pos);
	*w = (struct cma_walk){ 0 };
}

void cma_walk_start(struct cma_walk *w, const int *tokens, int B)
{
	struct gpt_rows *t = &w->rows;
	int pos, r;

	gpt_rows_build(t, tokens, B, GPT_LENGTH - 1);
	for (pos = 0; pos < GPT_LENGTH; pos++)
		for (r = t->start[pos]; r < t->start[pos + 1]; r++)
			w->pos[r] = pos;
	gpt_embed(w->net->g, t->N, t->token, w->pos, w->x);
}

const int *cma_keys(const struct cma_walk *w, int layer, int r)
{
	return layer ? w->rows.key[r] : w->rows.pair_key[r];
}

void cma_walk_attend(struct cma_walk *w, int layer)
{
	const struct gpt_rows *t = &w->rows;
	int C = w->net->g->config.width, H = w->net->g->config.heads,
	    from = gpt_from(w->net->g, t, layer), pos, r;

	if (!layer) { /* the embeddings of the pairs pass through heads, which is written later */
		gpt_embed(w->net->g, t->M, t->pair_token, t->pair_pos, w->heads);
		gpt_qkv(w->net, layer, t->M, w->heads, w->work, w->qkv);
	} else {
		gpt_kv(w->net, layer, from, w->x, w->work, w->qkv);
		gpt_qkv(w->net, layer, t->N - from, w->x + at(from, C), w->work,
			w->qkv + at(from, 3 * C));
	}
	for (pos = from ? GPT_LENGTH - 1 : 0; pos < GPT_LENGTH; pos++) {
		r = t->start[pos];
		nn_attend(t->start[pos + 1] - r, pos, H, C / H, w->qkv, cma_keys(w, layer, r), w->p,
			  w->heads + at(r - from, C));
	}
}

void cma_walk_attn(struct cma_walk *w, int layer)
{
	int from = gpt_from(w->net->g, &w->rows, layer);

	gpt_attn(w->net, layer, w->rows.N - from, w->heads,
		 w->x + at(from, w->net->g->config.width));
}

void cma_walk_mlp(struct cma_walk *w, int layer)
{
	int from = gpt_from(w->net->g, &w->rows, layer);

	gpt_mlp(w->net, layer, w->rows.N - from, w->x + at(from, w->net->g->config.width), w->work);
}
