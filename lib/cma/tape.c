/* tape - runs with all activations, and back; see tape.h */
#include "cma/tape.h"

#include <stdlib.h>
#include <string.h>

#include "gpt/at.h"

static size_t most_of(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t floats(const struct gpt_layers *net, int most, int gradients)
{
	const struct gpt_config *c = &net->g->config;
	int N = GPT_LENGTH * most, L = c->layers, C = c->width;

	return (size_t)(L + 1) * at(N, C) + (size_t)L * at(N, 5 * C + NN_KEYS * c->heads) +
	       (gradients ? at(N, 8 * C) : 0) + most_of(net->floats, net->back_floats);
}

size_t cma_tape_bytes(const struct gpt_layers *net, int most, int gradients)
{
	return floats(net, most, gradients) * sizeof(float) +
	       (size_t)most * GPT_LENGTH * GPT_LENGTH * sizeof(int);
}

int cma_tape_create(struct cma_tape *t, const struct gpt_layers *net, int most, int gradients,
		    struct err *e)
{
	const struct gpt_config *c = &net->g->config;
	size_t row = at(GPT_LENGTH * most, c->width), L = (size_t)c->layers;

	*t = (struct cma_tape){ .net = net, .most = most };
	t->room = malloc(floats(net, most, gradients) * sizeof(float));
	t->key = malloc((size_t)(GPT_LENGTH * most) * sizeof(*t->key));
	if (!t->room || !t->key) {
		cma_tape_free(t);
		return err_memory(e);
	}
	t->x = t->room;
	t->qkv = t->x + (L + 1) * row;
	t->heads = t->qkv + 3 * L * row;
	t->mid = t->heads + L * row;
	t->p = t->mid + L * row;
	t->work = t->p + L * at(GPT_LENGTH * most, NN_KEYS * c->heads);
	if (!gradients)
		return 0;
	t->dout = t->work + most_of(net->floats, net->back_floats);
	t->dmid = t->dout + row;
	t->dheads = t->dmid + row;
	t->dqkv = t->dheads + row;
	t->din = t->dqkv + 3 * row;
	t->spare = t->din + row;
	return 0;
}

void cma_tape_free(struct cma_tape *t)
{
	free(t->room);
	free(t->key);
	*t = (struct cma_tape){ 0 };
}

static void embed(struct cma_tape *t, const int *tokens)
{
	int C = t->net->g->config.width, pos, i, q;

	for (pos = 0; pos < GPT_LENGTH; pos++)
		for (i = 0; i < t->B; i++) {
			int r = pos * t->B + i;

			gpt_embed(t->net->g, 1, &tokens[i * GPT_LENGTH + pos], &pos,
				  t->x + at(r, C));
			for (q = 0; q < GPT_LENGTH; q++)
				t->key[r][q] = (q < pos ? q : pos) * t->B + i;
		}
}

void cma_tape_run(struct cma_tape *t, const int *tokens, int B)
{
	const struct gpt_layers *net = t->net;
	int C = net->g->config.width, H = net->g->config.heads, N = GPT_LENGTH * B, l, pos;

	t->B = B;
	embed(t, tokens);
	for (l = 0; l < net->g->config.layers; l++) {
		float *x = t->x + cma_tape_at(t, l, C), *next = x + at(N, C);
		float *qkv = t->qkv + cma_tape_at(t, l, 3 * C);
		float *heads = t->heads + cma_tape_at(t, l, C);
		float *mid = t->mid + cma_tape_at(t, l, C);

		gpt_qkv(net, l, N, x, t->work, qkv);
		for (pos = 0; pos < GPT_LENGTH; pos++)
			nn_attend(B, pos, H, C / H, qkv, t->key[pos * B],
				  t->p + cma_tape_at(t, l, NN_KEYS * H) + at(pos * B, NN_KEYS * H),
				  heads + at(pos * B, C));
		memcpy(mid, x, at(N, C) * sizeof(float));
		gpt_attn(net, l, N, heads, mid);
		memcpy(next, mid, at(N, C) * sizeof(float));
		gpt_mlp(net, l, N, next, t->work);
	}
}

float *cma_tape_end(const struct cma_tape *t)
{
	int C = t->net->g->config.width;

	return t->x + cma_tape_at(t, t->net->g->config.layers, C) + at((GPT_LENGTH - 1) * t->B, C);
}

void cma_tape_start_back(struct cma_tape *t, const float *dlogits)
{
	int C = t->net->g->config.width, low = (GPT_LENGTH - 1) * t->B;

	memset(t->din, 0, at(low, C) * sizeof(float));
	gpt_unembed_back(t->net, t->B, cma_tape_end(t), dlogits, t->work, t->din + at(low, C));
}

void cma_tape_back(struct cma_tape *t, int l)
{
	const struct gpt_layers *net = t->net;
	int C = net->g->config.width, H = net->g->config.heads, N = GPT_LENGTH * t->B, pos;
	const float *x = t->x + cma_tape_at(t, l, C), *qkv = t->qkv + cma_tape_at(t, l, 3 * C);
	const float *p = t->p + cma_tape_at(t, l, NN_KEYS * H);
	float *above = t->din;

	t->din = t->dout;
	t->dout = above;
	gpt_mlp_back(net, l, N, t->mid + cma_tape_at(t, l, C), t->dout, t->work, t->spare);
	nn_add(at(N, C), t->spare, t->dout, t->dmid);
	gpt_attn_back(net, l, N, t->dmid, t->dheads);
	memset(t->dqkv, 0, at(N, 3 * C) * sizeof(float));
	for (pos = 0; pos < GPT_LENGTH; pos++)
		nn_attend_backward(&(struct nn_attended){ t->B, pos, H, C / H, qkv,
							  t->key[pos * t->B],
							  p + at(pos * t->B, NN_KEYS * H), NULL },
				   t->dheads + at(pos * t->B, C), 0, t->dqkv);
	gpt_qkv_back(net, l, N, x, t->dqkv, -1, t->work, t->spare);
	nn_add(at(N, C), t->spare, t->dmid, t->din);
}
