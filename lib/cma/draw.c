/* draw - random pairs, equations and sets of layers, and summaries of a map; see cma.h, skip.h */
#include "cma/cma.h"
#include "cma/skip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rng.h"

enum {
	RNG_PAIRS = 16,
	RNG_EQUATIONS = 17,
	RNG_CONTROLS = 18,
	RNG_SETS = 1000
}; /* purposes, see rng_seed */
enum { TRIES = 10000 };

/* The equations of some parts, operation after operation. */
struct pool_of {
	int *id, n;
	int first[TASK_OPS + 1]; /* where those of each operation begin */
};

static int list_equations(const struct task *t, unsigned parts, struct pool_of *all, struct err *e)
{
	int cell = t->modulus * t->modulus, id;

	*all = (struct pool_of){ .id = malloc((size_t)task_size(t) * sizeof(*all->id)) };
	if (!all->id)
		return err_memory(e);
	for (id = 0; id < task_size(t); id++) {
		if (t->split[id] != TASK_ABSENT && parts & 1u << t->split[id])
			all->id[all->n++] = id;
		all->first[id / cell + 1] = all->n;
	}
	return 0;
}

/* One of operation @op by chance; there must be one. */
static int draw(const struct pool_of *all, struct rng *r, int op)
{
	return all->id[all->first[op] +
		       (int)rng_below(r, (uint64_t)(all->first[op + 1] - all->first[op]))];
}

static int none_found(const struct pool_of *all, struct err *e)
{
	return err_set(e,
		       "found no two equations that differ in operands and answer among the %d "
		       "to choose from",
		       all->n);
}

static int operands_differ(const struct task *t, int one, int two)
{
	int P = t->modulus;

	return one % P != two % P && one / P != two / P;
}

int cma_draw_pairs(const struct task *t, unsigned parts, uint64_t seed, int n,
		   struct cma_pair *pair, struct err *e)
{
	int cell = t->modulus * t->modulus, i = 0, tries = 0;
	struct pool_of all;
	struct rng r;

	if (list_equations(t, parts, &all, e))
		return -1;
	rng_seed(&r, seed, RNG_PAIRS);
	while (i < n && all.n && tries++ < TRIES) {
		int s1 = all.id[rng_below(&r, (uint64_t)all.n)], s2 = draw(&all, &r, s1 / cell);

		if (!operands_differ(t, s1, s2) || task_answer(t, s1) == task_answer(t, s2))
			continue;
		pair[i++] = (struct cma_pair){ s1, s2, task_answer(t, s2), 0 };
		tries = 0;
	}
	free(all.id);
	return i < n ? none_found(&all, e) : 0;
}

/* Does equation @s, the source of a control of pair @p, do? */
static int fits(const struct task *t, enum cma_control control, const struct cma_pair *p, int s)
{
	int y = task_answer(t, s);

	if (!operands_differ(t, p->base, s))
		return 0;
	if (control == CMA_SAME)
		return s != p->source && y == p->toward;
	return y != p->toward && y != task_answer(t, p->base);
}

/* Returns 0 if there is none. */
static int control_of(const struct task *t, const struct pool_of *all, struct rng *r,
		      enum cma_control control, int heads, struct cma_pair *p)
{
	int tries, s;

	if (control == CMA_OTHER) {
		p->shift = heads > 1 ? 1 + (int)rng_below(r, (uint64_t)heads - 1) : 0;
		return heads > 1;
	}
	for (tries = 0; tries < TRIES; tries++) {
		if (control == CMA_THIRD) {
			s = (int)rng_below(r, (uint64_t)t->modulus);
			if (s != p->toward && s != task_answer(t, p->base)) {
				p->toward = s;
				return 1;
			}
			continue;
		}
		s = draw(all, r, p->base / t->modulus / t->modulus);
		if (fits(t, control, p, s)) {
			p->source = s;
			return 1;
		}
	}
	return 0;
}

int cma_draw_control(const struct task *t, unsigned parts, uint64_t seed, enum cma_control control,
		     int heads, struct cma_pair *pair, int n, struct err *e)
{
	struct pool_of all;
	struct rng r;
	int i;

	if (list_equations(t, parts, &all, e))
		return -1;
	rng_seed(&r, seed, RNG_CONTROLS + 1000000 * (uint64_t)control);
	for (i = 0; i < n; i++)
		if (!control_of(t, &all, &r, control, heads, &pair[i]))
			break;
	free(all.id);
	if (i == n)
		return 0;
	return control == CMA_OTHER ? err_set(e, "a layer has no other head") : none_found(&all, e);
}

void cma_map_free(struct cma_map *map)
{
	int k;

	for (k = 0; k < CMA_SITES; k++)
		free(map->site[k]);
	*map = (struct cma_map){ 0 };
}

double cma_active(const struct cma_effect *effect, int n, double threshold, double largest)
{
	int active = 0, i;

	for (i = 0; i < n; i++)
		active += fabs(effect[i].mean) > threshold * largest;
	return (double)active / n;
}

double cma_mean_abs(const struct cma_effect *effect, int n)
{
	double sum = 0;
	int i;

	for (i = 0; i < n; i++)
		sum += fabs(effect[i].mean);
	return sum / n;
}

int cma_draw_equations(const struct task *t, uint64_t seed, int most, int *ids, struct err *e)
{
	int *list = malloc((size_t)task_size(t) * sizeof(*list)), part, n, i, chosen = 0;
	unsigned char *is_chosen = calloc((size_t)task_size(t), 1);
	struct rng r;

	if (!list || !is_chosen) {
		free(list);
		free(is_chosen);
		return err_memory(e);
	}
	rng_seed(&r, seed, RNG_EQUATIONS);
	for (part = TASK_TRAIN; part <= TASK_TEST; part++) {
		n = task_list(t, part, list);
		if (most && most < n) {
			rng_shuffle(&r, list, (size_t)n);
			n = most;
		}
		for (i = 0; i < n; i++)
			is_chosen[list[i]] = 1;
	}
	for (i = 0; i < task_size(t); i++)
		if (is_chosen[i])
			ids[chosen++] = i;
	free(list);
	free(is_chosen);
	return chosen;
}

void cma_draw_sets(uint64_t seed, int n, int layers, int L, int bits, unsigned char *set)
{
	int order[GPT_LAYERS_MAX], i, k;
	struct rng r;

	rng_seed(&r, seed, RNG_SETS + (uint64_t)layers);
	memset(set, 0, (size_t)n * (size_t)L);
	for (i = 0; i < n; i++, set += L) {
		for (k = 0; k < L; k++)
			order[k] = k;
		rng_shuffle(&r, order, (size_t)L);
		for (k = 0; k < layers; k++)
			set[order[k]] = (unsigned char)bits;
	}
}
