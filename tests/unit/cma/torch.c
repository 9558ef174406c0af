/*
 * cma against PyTorch: every head and MLP patched with hooks one at a time, and layers skipped, in
 * two trained networks of 2 and 6 layers.  tests/ref/cma.gts holds double-precision figures;
 * tests/ref/cma.py made it.  Checkpoints are in half precision, read by checkpoint.
 */
#include "reference.h"
#include "cma/skip.h"

/*
 * Single precision, so 1e-4 of the value; and of a hundredth of the largest for what is near zero,
 * where the difference of two logits has lost its digits.
 */
static void compare(const struct cma_effect *got, const char *name)
{
	const struct tensor *x = get(name);
	const double *want = x->data;
	double largest = 0;
	size_t i;

	for (i = 0; i < x->n; i += 2)
		largest = fmax(largest, fabs(want[i]));
	check(largest > 0.1);
	for (i = 0; i < x->n; i += 2) {
		check_near(got[i / 2].mean, want[i], 1e-4 * fmax(fabs(want[i]), largest / 100));
		check_near(got[i / 2].se, want[i + 1],
			   1e-4 * fmax(fabs(want[i + 1]), largest / 100));
	}
}

static void check_patching(const struct checkpoint *c, struct pool *pool)
{
	static const char *const names[2][2] = { { "ref.cms.last", "ref.cms.all" },
						 { "ref.prob.last", "ref.prob.all" } };
	static const char *const mlps[] = { "ref.mlp.last", "ref.mlp.all" };
	const int *ids = get("ref.pairs")->data, n = (int)get("ref.pairs")->shape[0];
	const struct cma_work w = { &c->gpt, &c->task, pool, 1 << 30 };
	struct cma_options o = { .sites = CMA_HEADS | CMA_MLPS };
	struct cma_pair *pair = calloc((size_t)n, sizeof(*pair));
	const double *total = get("ref.total")->data;
	struct cma_map map;
	struct err e;
	int i, positions, metric;

	check(pair);
	for (i = 0; i < n; i++)
		pair[i] = (struct cma_pair){ ids[2 * i], ids[2 * i + 1],
					     task_answer(&c->task, ids[2 * i + 1]), 0 };
	for (positions = CMA_LAST; positions <= CMA_ALL; positions++)
		for (metric = CMA_LOGIT; metric <= CMA_LOGPROB; metric++) {
			o.positions = (enum cma_positions)positions;
			o.metric = (enum cma_metric)metric;
			must(cma_patch(&w, pair, n, &o, &map, &e), &e);
			compare(map.site[CMA_HEAD], names[metric][positions]);
			if (metric == CMA_LOGIT)
				compare(map.site[CMA_MLP], mlps[positions]);
			check_near(map.total.mean, total[2 * metric],
				   1e-4 * fabs(total[2 * metric]));
			check_near(map.total.se, total[2 * metric + 1],
				   1e-4 * fabs(total[2 * metric]));
			check(map.breach < 0.5);
			cma_map_free(&map);
		}
	free(pair);
}

/*
 * The sets of the reference know attention and MLP: in its second mode attention means the heads.
 */
static void check_skipping(const struct checkpoint *c, struct pool *pool)
{
	const struct cma_work w = { &c->gpt, &c->task, pool, 1 << 30 };
	const struct tensor *bits = get("ref.sets");
	const double *want = get("ref.skip")->data;
	int S = (int)bits->shape[0], L = (int)bits->shape[1], n, i, mode, part;
	int *ids = calloc((size_t)task_size(&c->task), sizeof(*ids));
	struct cma_score(*score)[2] = calloc((size_t)S, sizeof(*score));
	struct cma_set *set = calloc((size_t)S, sizeof(*set));
	unsigned char *layer = calloc((size_t)S, (size_t)L);
	struct cma_substitute s;
	struct err e;

	check(score && ids && set && layer);
	for (mode = 0; mode < 3; mode++) {
		for (i = 0; i < S * L; i++) {
			int b = ((const unsigned char *)bits->data)[i];

			layer[i] =
				(unsigned char)(mode == 1 && b & 1 ? (b & 2) | CMA_SKIP_HEADS : b);
			set[i / L].layer = layer + i / L * L;
		}
		n = task_list(&c->task, TASK_TRAIN, ids);
		must(mode == 2 ? cma_means(&w, ids, n, &s, &e) : cma_zero(&c->gpt, &s, &e), &e);
		for (i = 0; i < task_size(&c->task); i++)
			ids[i] = i; /* every equation exists in these runs */
		must(cma_skip(&w, ids, i, set, S, &s, score, &e), &e);
		for (i = 0; i < S; i++)
			for (part = 0; part < 2; part++, want += 2) {
				check_near(score[i][part].acc, want[0], 1e-9);
				check_near(score[i][part].loss, want[1], 1e-4 * fmax(want[1], 0.1));
			}
		cma_substitute_free(&s);
	}
	free(score);
	free(ids);
	free(set);
	free(layer);
}

static void check_run(const struct checkpoint *c, struct pool *pool)
{
	check(c->count == 1 && c->split);
	check_patching(c, pool);
	check_skipping(c, pool);
}

int main(void)
{
	char file[] = "tests/ref/cma.gts";

	check(each_run(file, check_run) == 2);
	return 0;
}
