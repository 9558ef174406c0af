/*
 * work_gradient - what a gradient needs: how a batch is cut, and the memory of a round
 */
#include <stdlib.h>

#include "gpt/work.h"

/*
 * A round's equations, beyond which more only wastes cache, and its memory; both as far as there is
 * a table for each thread.  A batch is cut into a multiple of PARTS tables, if they are not too
 * short.
 */
enum { CACHE = 512, PARTS = 16 };
static const size_t MEMORY = (size_t)560 << 20;

/* Floats kept for each row, roughly: see acts.c. */
static size_t floats_per_row(const struct gpt *g, int flows)
{
	const struct gpt_config *c = &g->config;
	size_t C = (size_t)c->width, F = (size_t)c->mlp;
	size_t fold = gpt_folds(g) ? (size_t)c->heads * C : 0;
	size_t layer = 6 * C + F + NN_KEYS * (size_t)c->heads + 4;

	return layer * (size_t)c->layers + (flows ? 2 * (6 * C + 2 * F + fold) : 0) + 7 * C;
}

/* Equations of a table of a batch.  Of its size alone: bits depend on it. */
static int equations(int batch)
{
	enum { LEAST = 8, MOST = 256 };
	int parts = PARTS * ((batch - 1) / (PARTS * MOST) + 1), each = (batch - 1) / parts + 1;

	return each < LEAST ? LEAST : each;
}

/* Tables of a group that are in memory together.  Bits do not depend on it. */
static int flight(const struct gpt_work *w, const struct gpt *g, int batch)
{
	int all = (gpt_work_tables(w, batch) - 1) / w->groups + 1, n;
	size_t row = floats_per_row(g, w->together) * sizeof(float);

	for (n = all; n > 1 && n * w->groups > w->threads; n--) {
		int B = n * w->groups * w->each;

		if (B <= CACHE && (size_t)gpt_rows_bound(B, w->P, w->ops) * row <= MEMORY)
			break;
	}
	return n;
}

static int pairs_create(struct gpt_work *w, const struct gpt *g, int M, struct err *e)
{
	struct gpt one = *g; /* block: the pairs know no other */
	int C = g->config.width, i;

	one.config.layers = 1;
	if (gpt_rows_create(&w->pairs, M, e))
		return -1;
	w->pair_acts = gpt_acts_for_gradient(&one, M, M, 1, 1, e);
	if (!w->pair_acts)
		return -1;
	if (gpt_folds(g) &&
	    !(w->pair_acts->fold = aligned_alloc(64, at(M, work_values(g)) * sizeof(float))))
		return err_memory(e);
	w->pair_of = malloc(at(GPT_LENGTH, g->config.vocab) * sizeof(*w->pair_of));
	w->pair_norm = malloc(at(M, 2 * C) * sizeof(float));
	for (i = 0; i < w->groups; i++)
		if (!(w->pair_sum[i] = malloc(at(M, work_pair_floats(g)) * sizeof(float))))
			return err_memory(e);
	return w->pair_of && w->pair_norm ? 0 : err_memory(e);
}

static int tables_create(struct gpt_work *w, const struct gpt *g, int M, struct err *e)
{
	int slots = w->groups * w->flight, slack = w->each / 4 + 1, B = w->each + slack, i;
	int N = gpt_rows_bound(B, w->P, w->ops), all = slots * w->each + w->groups * slack;
	/*
	 * Sorted, equations share beginnings but where tables are cut; else a round takes fewer
	 * tables.
	 */
	int rows = gpt_rows_bound(all, w->P * w->ops, 1) + 2 * slots;

	w->rows = calloc((size_t)slots, sizeof(*w->rows));
	w->view = calloc((size_t)slots, sizeof(*w->view));
	w->shared_pair = malloc(at(slots, M) * sizeof(*w->shared_pair));
	w->scratch = calloc((size_t)w->threads, sizeof(*w->scratch));
	if (!w->rows || !w->view || !w->shared_pair || !w->scratch)
		return err_memory(e);
	for (i = 0; i < slots; i++) {
		if (gpt_rows_create(&w->rows[i], B, e))
			return -1;
		w->view[i].layer = calloc((size_t)g->config.layers + 1, sizeof(struct gpt_kept));
		if (!w->view[i].layer)
			return err_memory(e);
	}
	for (i = 0; i < w->threads; i++)
		if (gpt_scratch_create(g, &w->scratch[i], N > M ? N : M, !w->together, e))
			return -1;
	rows = rows < w->groups * N ? w->groups * N : rows;
	w->round = gpt_acts_for_gradient(g, rows, all, slots, w->together, e);
	return w->round ? 0 : -1;
}

int work_for_gradient(struct gpt_work *w, const struct gpt *g, int batch, struct err *e)
{
	int M = 2 * w->P + w->ops + 1, i;

	w->groups = g->config.width <= GPT_NARROW ? WORK_GROUPS : 1;
	w->together = w->groups == 1 || w->threads > w->groups;
	w->each = equations(batch);
	w->flight = flight(w, g, batch);
	for (i = 0; i < 2; i++)
		if (!(w->room[i] = aligned_alloc(64, gpt_room(g) * sizeof(float))))
			return err_memory(e);
	if (!w->together && gpt_work_tables(w, batch) > w->groups * w->flight) {
		w->kept = malloc((size_t)work_steps(g) * sizeof(*w->kept));
		w->kept_room =
			aligned_alloc(64, (size_t)work_steps(g) * gpt_room(g) * sizeof(float));
		if (!w->kept || !w->kept_room)
			return err_memory(e);
	}
	if (w->groups > 1 && !(w->second = calloc(g->size, sizeof(float))))
		return err_memory(e);
	return pairs_create(w, g, M, e) || tables_create(w, g, M, e) ? -1 : 0;
}

void work_gradient_free(struct gpt_work *w)
{
	int slots = w->groups * w->flight, i;

	for (i = 0; i < slots; i++) {
		if (w->rows)
			gpt_rows_free(&w->rows[i]);
		if (w->view)
			free(w->view[i].layer);
	}
	for (i = 0; w->scratch && i < w->threads; i++)
		free(w->scratch[i].arena);
	for (i = 0; i < WORK_GROUPS; i++)
		free(w->pair_sum[i]);
	for (i = 0; i < 2; i++)
		free(w->room[i]);
	gpt_rows_free(&w->pairs);
	gpt_acts_free(w->pair_acts);
	gpt_acts_free(w->round);
	free(w->rows);
	free(w->view);
	free(w->shared_pair);
	free(w->scratch);
	free(w->pair_of);
	free(w->pair_norm);
	free(w->second);
	free(w->kept);
	free(w->kept_room);
}

int gpt_work_tables(const struct gpt_work *w, int n)
{
	return (n - 1) / w->each + 1;
}

/* The forward pass has no units of weights beside its tables. */
int gpt_work_pieces(const struct gpt_work *w, int n)
{
	int tables = gpt_work_tables(w, n), round = w->groups * w->flight;

	return tables < round ? tables : round;
}
