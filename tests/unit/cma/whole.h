/*
 * whole - whole forward passes of the network of net.h with hooks, one at a time
 */
#ifndef WHOLE_H
#define WHOLE_H

#include "net.h"

/* What whole passes have seen, by row. */
static struct {
	float heads[L][ROWS][C], attn[L][ROWS][C], mlp[L][ROWS][C];
} seen;

static void record(void *arg, enum gpt_site at, int l, const struct gpt_rows *t, int from, int n,
		   float *x)
{
	(void)arg, (void)t;
	if (at == GPT_HEADS)
		memcpy(seen.heads[l][from], x, sizeof(float) * C * (size_t)n);
	if (at == GPT_ATTN)
		memcpy(seen.attn[l][from], x, sizeof(float) * C * (size_t)n);
	if (at == GPT_MLP)
		memcpy(seen.mlp[l][from], x, sizeof(float) * C * (size_t)n);
}

static void forward(const int *ids, int n, const struct gpt_edit *edit, float *logits)
{
	int tokens[P * P][GPT_LENGTH], i;
	struct gpt_acts *a;
	struct gpt_rows t;
	struct err e;

	for (i = 0; i < n; i++)
		task_tokens(&task, ids[i], tokens[i]);
	must(gpt_rows_create(&t, n, &e), &e);
	gpt_rows_build(&t, tokens[0], n, 0);
	a = gpt_acts_create(&net, t.N, n, &e);
	check(a);
	gpt_forward(&net, &t, a, edit, logits);
	gpt_acts_free(a);
	gpt_rows_free(&t);
}

#endif
