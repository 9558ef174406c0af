/*
 * gradient - the mean loss of a batch and its gradient
 *
 * A round of tables (work.h) passes through these steps, k; L is the number of blocks:
 *
 *     0 .. L-1       forward through block k
 *     L              forward through the head; the loss
 *     L+1            backward through the head
 *     L+2 .. 2L+1    backward through block 2L+1-k
 *
 * If there are no more threads than groups, each thread takes all steps of the tables of its own
 * groups, and computes the gradient of the weights on the way (acts.h).  Otherwise all threads
 * share each step.  Its work is the step of each table, the weight gradient of the block before, in
 * units of one tile over all tables, and the packing of the next step's matrices.
 */

#include "gpt/work.h"

enum { SUM = 1 << 16 }; /* floats added by one thread at a time */

static int last_step(const struct gpt_work *w)
{
	return work_steps(w->g) - 1;
}

/* The block whose matrices step @k multiplies by, and which way. */
static int block_of(const struct gpt_work *w, int k, enum linalg_op *op)
{
	int L = w->g->config.layers;

	*op = k < L || k == L + 1 ? LINALG_N : LINALG_T;
	return k <= L ? k : k == L + 1 ? L : 2 * L + 1 - k;
}

static int slots(const struct gpt_work *w)
{
	return w->groups * w->flight;
}

static int is_taken(const struct gpt_work *w, int slot)
{
	return slot % w->flight < w->count[slot / w->flight];
}

/* The table in a slot; its first equation and where to find its pass and the sum it goes to. */
static int table_of(const struct gpt_work *w, int slot)
{
	return w->first[slot / w->flight] + slot % w->flight;
}

/*
 * The first equation of table @i.  Cuts are even, but rather where the first token changes: rows
 * of equal beginnings are then not computed twice.
 */
static int first_of(const struct gpt_work *w, int i)
{
	int cut = (int)((long)w->n * i / w->tables), slack = w->each / 8, j, near;

	for (j = 0; i > 0 && i < w->tables && j <= 2 * slack; j++) {
		near = cut + (j % 2 ? (j + 1) / 2 : -j / 2);
		if (w->tokens[at(near, GPT_LENGTH)] != w->tokens[at(near - 1, GPT_LENGTH)])
			return near;
	}
	return cut;
}

static struct gpt_pass pass_of(const struct gpt_work *w, int slot, const struct gpt_packed *packed)
{
	return (struct gpt_pass){ w->g, &w->rows[slot], &w->view[slot], packed, NULL };
}

static struct gpt_sum sum_of(const struct gpt_work *w, int slot)
{
	int group = slot / w->flight;

	return (struct gpt_sum){ table_of(w, slot) > w->begin[group], group ? w->second : w->out };
}

static void lend(const struct gpt_work *w, int thread, struct gpt_acts *a)
{
	a->s = w->scratch[thread];
	if (!w->together)
		a->flow[0] = a->flow[1] = a->s.flow;
}

/*
 * Add part @part of what a table leaves at its pairs to the sums of its group: the gradient at
 * queries, keys, values or what these are folded to, and past the block.
 */
static void collect(const struct gpt_work *w, int slot, int part)
{
	const struct gpt_acts *a = &w->view[slot];
	const struct gpt_flow *f = &a->flow[0];
	int C = w->g->config.width, M = w->rows[slot].M, wide = work_values(w->g), i;
	const struct {
		const float *from;
		int ld, n, to;
	} all[WORK_PARTS + 1] = { { f->dqkv, 3 * C, C, 0 },
				  { f->dqkv + C, 3 * C, C, C },
				  { f->dqkv + 2 * C, 3 * C, C, 2 * C },
				  { a->dpairs, C, C, 2 * C + wide },
				  { f->dfold, wide, wide, 2 * C } },
			   *p = &all[part == 2 && gpt_folds(w->g) ? WORK_PARTS : part];
	float *sum = w->pair_sum[slot / w->flight] + p->to, *to;

	for (i = 0; i < M; i++) {
		to = sum + at(a->shared_pair[i], work_pair_floats(w->g));
		nn_add((size_t)p->n, to, p->from + at(i, p->ld), to);
	}
}

static void head_backward(struct gpt_work *w, int slot, const struct gpt_pass *p)
{
	const struct gpt_sum s = sum_of(w, slot);
	int L = w->g->config.layers, i;

	gpt_backward_head(p);
	if (!w->together)
		for (i = 0; i < gpt_weight_units(w->g, L); i++)
			gpt_weights(p, L, i, &s);
}

/* One step of one table. */
static void advance(struct gpt_work *w, int thread, int slot, int k,
		    const struct gpt_packed *packed)
{
	const struct gpt_pass p = pass_of(w, slot, packed);
	const struct gpt_sum s = sum_of(w, slot);
	int L = w->g->config.layers, part;

	lend(w, thread, p.a);
	if (k == 0)
		gpt_forward_embed(&p);
	if (k < L) {
		gpt_forward_block(&p, k);
	} else if (k == L) {
		gpt_forward_head(&p, p.a->dlogits);
		nn_loss(p.t->B, w->g->config.vocab, p.a->dlogits,
			w->target + first_of(w, table_of(w, slot)), 1 / (float)w->n, p.a->loss);
	} else if (k == L + 1) {
		head_backward(w, slot, &p);
	} else {
		gpt_backward_block(&p, 2 * L + 1 - k, w->together ? NULL : &s);
		for (part = 0; part < WORK_PARTS && k == last_step(w) && !w->together; part++)
			collect(w, slot, part);
	}
}

/*
 * The matrices that step @k multiplies by, [first, end returned); none behind the last step.  The
 * attention's input in layer 0 is the pairs', which are apart.
 */
static int matrices(const struct gpt_work *w, int k, int *first)
{
	enum linalg_op op;
	int l = block_of(w, k, &op);

	*first = gpt_own_matrices(w->g, l);
	return k > last_step(w) ? *first : gpt_matrices(w->g, l);
}

/* The matrices of step @k. */
static void pack_step(const struct gpt_work *w, int k, float *room, struct gpt_packed *packed)
{
	enum linalg_op op;
	int l = block_of(w, k, &op), m, end;

	for (end = matrices(w, k, &m); m < end; m++)
		gpt_pack(w->g, l, op, (enum gpt_matrix)m, room, packed);
}

static void keep_step(void *arg, int thread, int k)
{
	struct gpt_work *w = arg;

	(void)thread;
	pack_step(w, k, w->kept_room + (size_t)k * gpt_room(w->g), &w->kept[k]);
}

/* The groups of one thread, step by step. */
static void alone(void *arg, int thread)
{
	struct gpt_work *w = arg;
	struct gpt_packed packed;
	size_t i, stop;
	int slot, k;

	pool_share((size_t)w->groups, thread, w->threads, &i, &stop);
	for (k = 0; k <= last_step(w); k++) {
		if (!w->kept)
			pack_step(w, k, w->scratch[thread].room, &packed);
		for (slot = (int)i * w->flight; slot < (int)stop * w->flight; slot++)
			if (is_taken(w, slot))
				advance(w, thread, slot, k, w->kept ? &w->kept[k] : &packed);
	}
}

/* Unit @unit of the weights of block @l, over all tables of the round. */
static void sum_unit(const struct gpt_work *w, int l, int unit)
{
	int slot;

	for (slot = 0; slot < slots(w); slot++)
		if (is_taken(w, slot)) {
			const struct gpt_pass p = pass_of(w, slot, NULL);
			const struct gpt_sum s = sum_of(w, slot);

			gpt_weights(&p, l, unit, &s);
		}
}

static void pack_piece(struct gpt_work *w, int k, int i)
{
	enum linalg_op op;
	int l = block_of(w, k, &op), first;

	matrices(w, k, &first);
	gpt_pack(w->g, l, op, (enum gpt_matrix)(first + i), w->room[k % 2], &w->packed[k % 2]);
}

static int packs(const struct gpt_work *w, int k)
{
	int first, end = matrices(w, k, &first);

	return end - first;
}

/* How many units the weights have of which step @k - 1 leaves all that they need. */
static int units(const struct gpt_work *w, int k)
{
	return k < w->g->config.layers + 2 ? 0 : gpt_weight_units(w->g, last_step(w) + 1 - k);
}

static void together_piece(void *arg, int thread, int i)
{
	struct gpt_work *w = arg;
	int k = w->step, n = k <= last_step(w) ? slots(w) : 0;

	if (i < n) {
		if (is_taken(w, i))
			advance(w, thread, i, k, &w->packed[k % 2]);
		return;
	}
	i -= n;
	n = units(w, k);
	if (i < n)
		sum_unit(w, last_step(w) + 1 - k, i);
	else
		pack_piece(w, k + 1, i - n);
}

static void pack_first(void *arg, int thread, int i)
{
	(void)thread;
	pack_piece(arg, 0, i);
}

/* A part of what tables leave at their pairs. */
static void collect_piece(void *arg, int thread, int i)
{
	struct gpt_work *w = arg;
	int group = i / WORK_PARTS, slot;

	(void)thread;
	for (slot = group * w->flight; slot < (group + 1) * w->flight; slot++)
		if (is_taken(w, slot))
			collect(w, slot, i % WORK_PARTS);
}

static void together(struct gpt_work *w)
{
	int k, last = last_step(w);

	pool_each(w->pool, packs(w, 0), pack_first, w);
	for (k = 0; k <= last + 1; k++) {
		w->step = k;
		pool_each(w->pool, (k <= last ? slots(w) : 0) + units(w, k) + packs(w, k + 1),
			  together_piece, w);
	}
	pool_each(w->pool, WORK_PARTS * w->groups, collect_piece, w);
}

static void add_groups(void *arg, int thread, int i)
{
	struct gpt_work *w = arg;
	size_t begin = (size_t)i * SUM, n = w->g->size - begin < SUM ? w->g->size - begin : SUM;

	(void)thread;
	nn_add(n, w->out + begin, w->second + begin, w->out + begin);
}

/* ---- rounds ---- */

static void build(void *arg, int thread, int slot)
{
	struct gpt_work *w = arg;
	struct gpt_rows *t = &w->rows[slot];
	int V = w->g->config.vocab, *shared = w->shared_pair + at(slot, w->pairs.capacity), i,
	    first;

	(void)thread;
	t->B = 0;
	if (!is_taken(w, slot))
		return;
	first = first_of(w, table_of(w, slot));
	gpt_rows_build(t, w->tokens + at(first, GPT_LENGTH),
		       first_of(w, table_of(w, slot) + 1) - first, GPT_LENGTH - 1);
	for (i = 0; i < t->M; i++)
		shared[i] = w->pair_of[at(t->pair_pos[i], V) + (size_t)t->pair_token[i]];
}

/*
 * Tables of each group that this round takes: a flight of them, or as many as have rows for which
 * there is room.
 */
static void choose(struct gpt_work *w)
{
	int most = w->flight, rows, slot, left, i;

	do {
		for (i = 0; i < w->groups; i++) {
			left = w->begin[i + 1] - w->first[i];
			w->count[i] = left < most ? left : most;
		}
		if (most == w->flight)
			pool_each(w->pool, slots(w), build, w);
		for (rows = 0, slot = 0; slot < slots(w); slot++)
			rows += is_taken(w, slot) ? w->rows[slot].N : 0;
	} while (rows > w->round->N && --most);
	w->computed += rows;
}

static void start_round(struct gpt_work *w)
{
	int row = 0, eq = 0, slot;

	choose(w);
	for (slot = 0; slot < slots(w); slot++) {
		if (!is_taken(w, slot))
			continue;
		gpt_acts_view(w->g, w->round, slot, row, eq, &w->view[slot]);
		w->view[slot].shared = w->pair_acts;
		w->view[slot].shared_pair = w->shared_pair + at(slot, w->pairs.capacity);
		row += w->rows[slot].N;
		eq += w->rows[slot].B;
	}
}

static void end_round(struct gpt_work *w)
{
	int slot, i;

	for (slot = 0; slot < slots(w); slot++)
		for (i = 0; is_taken(w, slot) && i < w->rows[slot].B; i++)
			w->loss[slot / w->flight] += w->view[slot].loss[i];
	for (i = 0; i < w->groups; i++)
		w->first[i] += w->count[i];
}

double gpt_gradient(struct gpt_work *w, const struct gpt *g, const int *tokens, const int *target,
		    int n, float *grad)
{
	int i;

	w->g = g;
	w->tokens = tokens;
	w->target = target;
	w->n = n;
	w->out = grad;
	w->computed = 0;
	w->tables = gpt_work_tables(w, n);
	for (i = 0; i <= w->groups; i++)
		w->begin[i] = (w->tables * i + w->groups - 1) / w->groups;
	work_pairs_begin(w);
	for (i = 0; i < w->groups; i++) {
		w->first[i] = w->begin[i];
		w->loss[i] = 0;
	}
	if (w->kept)
		pool_each(w->pool, work_steps(g), keep_step, w);
	while (w->first[0] < w->begin[1] || w->first[w->groups - 1] < w->tables) {
		start_round(w);
		if (w->together)
			together(w);
		else
			pool_run(w->pool, alone, w);
		end_round(w);
	}
	if (w->groups > 1 && w->begin[2] > w->begin[1])
		pool_each(w->pool, (int)((g->size + SUM - 1) / SUM), add_groups, w);
	work_pairs_end(w);
	return (w->loss[0] + (w->groups > 1 ? w->loss[1] : 0)) / n;
}

long gpt_work_rows(const struct gpt_work *w)
{
	return w->computed;
}
