/*
 * acts - the memory of activations, and the packing of matrices
 */
#include "gpt/acts.h"

#include <stdlib.h>
#include <sys/mman.h>

size_t gpt_room(const struct gpt *g)
{
	int C = linalg_padded(g->config.width);
	size_t block = at(4 * C + 2 * linalg_padded(g->config.mlp), C);
	size_t head = at(linalg_padded(g->config.vocab), C);

	return block > head ? block : head;
}

/* Columns [first, first + n) of a tensor, or their transpose, as a factor. */
static void pack(const struct gpt *g, int tensor, enum linalg_op op, int first, int n, float *room,
		 struct linalg_packed *p)
{
	const struct gpt_param *param = &g->param[tensor];
	int in = param->shape[0], out = param->shape[1], t = op == LINALG_T;

	linalg_pack(p, op, t ? n : in, t ? in : n, g->w + param->offset + first, out, room);
}

void gpt_pack(const struct gpt *g, int l, enum linalg_op op, enum gpt_matrix i, float *room,
	      struct gpt_packed *p)
{
	int C = g->config.width, F = g->config.mlp, w = gpt_block(l);
	int side = linalg_padded(C), hidden = linalg_padded(F);
	const struct {
		int tensor, first, n,
			before; /* columns; rows of @side floats that lie before it in the room */
	} m[GPT_MATRICES] = {
		[GPT_QUERY] = { w + GPT_QKV_W, 0, C, 0 },
		[GPT_KEY_VALUE] = { w + GPT_QKV_W, C, 2 * C, side },
		[GPT_PROJ] = { w + GPT_PROJ_W, 0, C, 3 * side },
		[GPT_FC] = { w + GPT_FC_W, 0, F, 4 * side },
		[GPT_OUT] = { w + GPT_OUT_W, 0, C, 4 * side + hidden },
	};

	if (l == g->config.layers)
		pack(g, gpt_head(g), op, 0, C, room, &p->m[GPT_UNEMBED]);
	else
		pack(g, m[i].tensor, op, m[i].first, m[i].n, room + at(m[i].before, side),
		     &p->m[i]);
}

void gpt_pack_block(const struct gpt *g, int l, enum linalg_op op, float *room,
		    struct gpt_packed *p)
{
	int i;

	for (i = 0; i < gpt_matrices(g, l); i++)
		gpt_pack(g, l, op, (enum gpt_matrix)i, room, p);
}

/* Buffers are laid out twice by the same code: with base NULL to count, then for good. */
struct layout {
	float *base;
	size_t used;
};

static float *take(struct layout *l, int rows, int columns)
{
	float *p = l->base ? l->base + l->used : NULL;

	l->used += ((size_t)rows * (size_t)columns + 15) / 16 * 16;
	return p;
}

/* A layer that does its work on n of N rows. */
static void lay_layer(struct layout *l, const struct gpt_config *c, int N, int n,
		      struct gpt_kept *k)
{
	k->x = take(l, N, c->width);
	k->qkv = take(l, N, 3 * c->width);
	k->p = take(l, n, NN_KEYS * c->heads);
	k->heads = take(l, n, c->width);
	k->mid = take(l, n, c->width);
	k->fc = take(l, n, c->mlp);
	k->stats1 = take(l, N, 2);
	k->stats2 = take(l, n, 2);
}

static void lay_flow(struct layout *l, const struct gpt *g, int N, struct gpt_flow *f)
{
	const struct gpt_config *c = &g->config;

	f->act = take(l, N, c->mlp);
	f->dfc = take(l, N, c->mlp);
	f->ln2 = take(l, N, c->width);
	f->dmid = take(l, N, c->width);
	f->ln1 = take(l, N, c->width);
	f->dqkv = take(l, N, 3 * c->width);
	f->dfold = take(l, gpt_folds(g) ? N : 0, c->heads * c->width);
}

static void lay_scratch(struct layout *l, const struct gpt *g, int N, int flow,
			struct gpt_scratch *s)
{
	const struct gpt_config *c = &g->config;

	l->used = 0;
	s->ln = take(l, N, c->width);
	s->add = take(l, N, c->width);
	s->act = take(l, N, c->mlp);
	s->room = take(l, (int)(gpt_room(g) / 16), 16);
	if (flow) {
		lay_flow(l, g, N, &s->flow);
		s->act = s->flow.act; /* free while forward runs */
	}
}

/* Of @tables for a gradient, with flows or not; 0 tables: forward only. */
static void lay(struct layout *l, const struct gpt *g, struct gpt_acts *a, int tables, int flows)
{
	const struct gpt_config *c = &g->config;
	int L = c->layers, N = a->N, B = a->B, i;

	l->used = 0;
	for (i = 0; i < L; i++)
		if (tables)
			lay_layer(l, c, N, i == L - 1 ? B : N, &a->layer[i]);
		else if (i == 0)
			lay_layer(l, c, N, N, &a->layer[i]);
		else
			a->layer[i] = a->layer[0];
	a->layer[L] = a->layer[0];
	if (tables)
		a->layer[L].x = take(l, B, c->width);
	a->pairs = take(l, N, c->width);
	a->final = take(l, B, c->width);
	a->stats = take(l, B, 2);
	if (!tables)
		return;
	for (i = 0; i < 2 && flows; i++)
		lay_flow(l, g, N, &a->flow[i]);
	for (i = 0; i < 3; i++)
		a->dx[i] = take(l, N, c->width);
	a->dlogits = take(l, B, c->vocab);
	a->dnorm = take(l, tables * (L + 1), 4 * c->width);
	a->dpairs = take(l, N, c->width);
}

/*
 * A narrow network is fast enough that walking page tables would show: its arena asks for large
 * pages.  A wide one has more to lose by touching more memory than it uses.
 */
static float *arena(const struct gpt *g, size_t floats)
{
	enum { LARGE = 2 << 20 };
	size_t bytes = floats * sizeof(float);
	float *p;

	if (g->config.width > GPT_NARROW || bytes < 4 * LARGE)
		return aligned_alloc(64, bytes);
	bytes = (bytes + LARGE - 1) / LARGE * LARGE;
	p = aligned_alloc(LARGE, bytes);
#ifdef MADV_HUGEPAGE
	if (p)
		madvise(p, bytes, MADV_HUGEPAGE); /* advice only */
#endif
	return p;
}

int gpt_scratch_create(const struct gpt *g, struct gpt_scratch *s, int N, int flow, struct err *e)
{
	struct layout l = { 0 };

	lay_scratch(&l, g, N, flow, s);
	l.base = s->arena = arena(g, l.used);
	if (!l.base)
		return err_memory(e);
	lay_scratch(&l, g, N, flow, s);
	return 0;
}

static struct gpt_acts *create(const struct gpt *g, int N, int B, int tables, int flows,
			       struct err *e)
{
	struct gpt_acts *a = calloc(1, sizeof(*a));
	struct layout l = { 0 };

	if (!a)
		goto out;
	a->N = N;
	a->B = B;
	a->layer = calloc((size_t)g->config.layers + 1, sizeof(*a->layer));
	a->loss = calloc((size_t)B, sizeof(*a->loss));
	if (!a->layer || !a->loss)
		goto out;
	lay(&l, g, a, tables, flows);
	l.base = a->arena = arena(g, l.used);
	if (!a->arena)
		goto out;
	lay(&l, g, a, tables, flows);
	return a;
out:
	gpt_acts_free(a);
	err_memory(e);
	return NULL;
}

struct gpt_acts *gpt_acts_create(const struct gpt *g, int N, int B, struct err *e)
{
	struct gpt_acts *a = create(g, N, B, 0, 0, e);

	if (a && gpt_scratch_create(g, &a->s, N, 0, e)) {
		gpt_acts_free(a);
		return NULL;
	}
	return a;
}

struct gpt_acts *gpt_acts_for_gradient(const struct gpt *g, int N, int B, int tables, int flows,
				       struct err *e)
{
	return create(g, N, B, tables, flows, e);
}

static void view_flow(struct gpt_flow *f, const struct gpt *g, int row)
{
	const struct gpt_config *c = &g->config;

	if (!f->act)
		return;
	f->act += at(row, c->mlp);
	f->dfc += at(row, c->mlp);
	f->ln2 += at(row, c->width);
	f->dmid += at(row, c->width);
	f->ln1 += at(row, c->width);
	f->dqkv += at(row, 3 * c->width);
	f->dfold += gpt_folds(g) ? at(row, c->heads * c->width) : 0;
}

void gpt_acts_view(const struct gpt *g, const struct gpt_acts *all, int table, int row, int eq,
		   struct gpt_acts *v)
{
	const struct gpt_config *c = &g->config;
	int C = c->width, L = c->layers, l, i;
	struct gpt_kept *layer = v->layer;

	*v = *all;
	v->layer = layer;
	for (l = 0; l < L; l++) {
		i = l == L - 1 ? eq : row; /* of what is kept for the rows of all work */
		layer[l] = (struct gpt_kept){ .x = all->layer[l].x + at(row, C),
					      .qkv = all->layer[l].qkv + at(row, 3 * C),
					      .p = all->layer[l].p + at(i, NN_KEYS * c->heads),
					      .heads = all->layer[l].heads + at(i, C),
					      .mid = all->layer[l].mid + at(i, C),
					      .fc = all->layer[l].fc + at(i, c->mlp),
					      .stats1 = all->layer[l].stats1 + at(row, 2),
					      .stats2 = all->layer[l].stats2 + at(i, 2) };
	}
	layer[L].x = all->layer[L].x + at(eq, C);
	v->pairs += at(row, C);
	v->final += at(eq, C);
	v->stats += at(eq, 2);
	for (i = 0; i < 2; i++)
		view_flow(&v->flow[i], g, row);
	for (i = 0; i < 3; i++)
		v->dx[i] += at(row, C);
	v->dlogits += at(eq, c->vocab);
	v->dnorm += at(table * (L + 1), 4 * C);
	v->dpairs += at(row, C);
	v->loss += eq;
}

void gpt_acts_free(struct gpt_acts *a)
{
	if (!a)
		return;
	free(a->arena);
	free(a->s.arena);
	free(a->layer);
	free(a->fold);
	free(a->loss);
	free(a);
}
