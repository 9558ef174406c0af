/* draw - pairs, equations and sets of layers by chance, and figures of a map. */
#include "cma/cma.h"
#include "cma/skip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rng.h"

enum { RNG_PAIRS = 16, RNG_EQUATIONS = 17, RNG_SETS = 1000 }; /* purposes, see rng_seed */
enum { TRIES = 10000 };

int cma_draw_pairs(const struct task *t, unsigned parts, uint64_t seed, int n,
		   struct cma_pair *pair, struct err *e)
{
	int cell = t->modulus * t->modulus, P = t->modulus, *list, first[TASK_OPS + 1] = { 0 };
	int have = 0, id, i = 0, op, tries = 0;
	struct rng r;

	list = malloc((size_t)task_size(t) * sizeof(*list));
	if (!list)
		return err_memory(e);
	for (id = 0; id < task_size(t); id++) {
		if (t->split[id] != TASK_ABSENT && parts & 1u << t->split[id])
			list[have++] = id;
		first[id / cell + 1] = have;
	}
	rng_seed(&r, seed, RNG_PAIRS);
	while (i < n && have && tries++ < TRIES) {
		int s1 = list[rng_below(&r, (uint64_t)have)], s2;

		op = s1 / cell;
		s2 = list[first[op] + (int)rng_below(&r, (uint64_t)(first[op + 1] - first[op]))];
		if (s1 % P == s2 % P || s1 / P == s2 / P ||
		    task_answer(t, s1) == task_answer(t, s2))
			continue;
		pair[i++] = (struct cma_pair){ s1, s2 };
		tries = 0;
	}
	free(list);
	if (i < n)
		return err_set(e,
			       "found no two equations that differ in operands and answer among "
			       "the %d to choose from",
			       have);
	return 0;
}

void cma_map_free(struct cma_map *map)
{
	free(map->head);
	free(map->mlp);
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
