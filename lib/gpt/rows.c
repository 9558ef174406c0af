/*
 * rows - building row tables, which hold each distinct prefix of the sequences once (gpt.h)
 */
#include "gpt/gpt.h"

#include <stdlib.h>
#include <string.h>

/* Slots of the hash table: a power of two, at least twice the rows and pairs of a full table. */
static int slots_for(int capacity)
{
	int n = 16;

	while (n < 16 * capacity)
		n *= 2;
	return n;
}

int gpt_rows_create(struct gpt_rows *t, int capacity, struct err *e)
{
	size_t rows = (size_t)capacity * GPT_LENGTH;
	struct gpt_rows made = { .capacity = capacity };

	made.token = malloc(rows * sizeof(*made.token));
	made.pair = malloc(rows * sizeof(*made.pair));
	made.key = malloc(rows * sizeof(*made.key));
	made.pair_key = malloc(rows * sizeof(*made.pair_key));
	made.pair_token = malloc(rows * sizeof(*made.pair_token));
	made.pair_pos = malloc(rows * sizeof(*made.pair_pos));
	made.last = malloc((size_t)capacity * sizeof(*made.last));
	made.slot = malloc((size_t)slots_for(capacity) * sizeof(*made.slot));
	*t = made;
	if (made.token && made.pair && made.key && made.pair_key && made.pair_token &&
	    made.pair_pos && made.last && made.slot)
		return 0;
	gpt_rows_free(t);
	return err_memory(e);
}

void gpt_rows_free(struct gpt_rows *t)
{
	free(t->token);
	free(t->pair);
	free(t->key);
	free(t->pair_key);
	free(t->pair_token);
	free(t->pair_pos);
	free(t->last);
	free(t->slot);
	memset(t, 0, sizeof(*t));
}

/* The value stored under (from, token), or @fresh after storing that. */
static int intern(struct gpt_rows *t, int mask, int from, int token, int fresh)
{
	unsigned h = (unsigned)from * 0x9e3779b1u ^ (unsigned)token * 0x85ebca6bu;
	int(*s)[3];

	for (h ^= h >> 15;; h++) {
		s = &t->slot[h & (unsigned)mask];
		if ((*s)[2] < 0) {
			(*s)[0] = from;
			(*s)[1] = token;
			(*s)[2] = fresh;
			return fresh;
		}
		if ((*s)[0] == from && (*s)[1] == token)
			return (*s)[2];
	}
}

/* A new row at position @pos after the prefix of row @before. */
static void append(struct gpt_rows *t, int mask, int pos, int before, int token)
{
	int r = t->N++, j;

	if (pos)
		memcpy(t->key[r], t->key[before], sizeof(t->key[r]));
	for (j = pos; j < GPT_LENGTH; j++)
		t->key[r][j] = r;
	t->token[r] = token;
	/* Pairs are keyed by -2 - pos, which is no row. */
	t->pair[r] = intern(t, mask, -2 - pos, token, t->M);
	if (t->pair[r] == t->M) {
		t->pair_token[t->M] = token;
		t->pair_pos[t->M++] = pos;
	}
	for (j = 0; j < GPT_LENGTH; j++)
		t->pair_key[r][j] = t->pair[t->key[r][j]];
}

void gpt_rows_build(struct gpt_rows *t, const int *tokens, int B, int share)
{
	int mask = slots_for(B) - 1, pos, i, row, before;

	memset(t->slot, 0xff, ((size_t)mask + 1) * sizeof(*t->slot));
	t->B = B;
	t->N = t->M = 0;
	for (pos = 0; pos < GPT_LENGTH; pos++) {
		t->start[pos] = t->N;
		for (i = 0; i < B; i++) {
			before = pos ? t->last[i] : -1;
			row = t->N;
			if (pos < share)
				row = intern(t, mask, before,
					     tokens[(size_t)i * GPT_LENGTH + (size_t)pos], t->N);
			if (row == t->N)
				append(t, mask, pos, before,
				       tokens[(size_t)i * GPT_LENGTH + (size_t)pos]);
			t->last[i] = row;
		}
	}
	t->start[GPT_LENGTH] = t->N;
}

int gpt_rows_bound(int B, int P, int ops)
{
	int a = P < B ? P : B, a_op = P * ops < B ? P * ops : B;

	return a + a_op + 2 * B;
}
