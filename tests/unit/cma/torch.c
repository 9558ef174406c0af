/*
 * cma against PyTorch: every head and MLP patched with hooks one at a time, and layers skipped, in two
 * trained networks of 2 and 6 layers.  tests/ref/cma.gts holds double-precision figures;
 * tests/ref/cma.py made it.  Checkpoints are in half precision, read by checkpoint.
 */
#include "check.h"
#include "train/checkpoint.h"
#include "cma/cma.h"
#include "stream/tensor.h"

enum { FIGURES = 16 };

static struct {
	char name[32];
	struct tensor x;
} figure[FIGURES];
static int figures;

static void must(int result, const struct err *e)
{
	if (result < 0) {
		fprintf(stderr, "%s\n", e->msg);
		exit(1);
	}
}

static struct tensor *get(const char *name)
{
	int i;

	for (i = 0; i < figures; i++)
		if (!strcmp(figure[i].name, name))
			return &figure[i].x;
	fprintf(stderr, "no '%s'\n", name);
	exit(1);
}

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
	struct cma_options o = { .sites = CMA_HEADS | CMA_MLPS, .memory = 1 << 30 };
	struct cma_pair *pair = calloc((size_t)n, sizeof(*pair));
	const double *total = get("ref.total")->data;
	struct cma_map map;
	struct err e;
	int i, positions, metric;

	check(pair);
	for (i = 0; i < n; i++)
		pair[i] = (struct cma_pair){ ids[2 * i], ids[2 * i + 1] };
	for (positions = CMA_LAST; positions <= CMA_ALL; positions++)
		for (metric = CMA_LOGIT; metric <= CMA_LOGPROB; metric++) {
			o.positions = (enum cma_positions)positions;
			o.metric = (enum cma_metric)metric;
			must(cma_patch(&c->gpt, &c->task, pair, n, &o, pool, &map, &e), &e);
			compare(map.head, names[metric][positions]);
			if (metric == CMA_LOGIT)
				compare(map.mlp, mlps[positions]);
			check_near(map.total.mean, total[2 * metric],
				   1e-4 * fabs(total[2 * metric]));
			check_near(map.total.se, total[2 * metric + 1],
				   1e-4 * fabs(total[2 * metric]));
			check(map.breach < 0.5);
			cma_map_free(&map);
		}
	free(pair);
}

static void check_skipping(const struct checkpoint *c, struct pool *pool)
{
	const struct tensor *set = get("ref.sets");
	const double *want = get("ref.skip")->data;
	struct cma_score(*score)[2] = calloc(set->shape[0], sizeof(*score));
	int *ids = calloc((size_t)task_size(&c->task), sizeof(*ids)), n, i, mode, part, S;
	struct cma_substitute s;
	struct err e;

	check(score && ids);
	S = (int)set->shape[0];
	for (mode = 0; mode < 3; mode++) {
		n = task_list(&c->task, TASK_TRAIN, ids);
		if (mode == 2)
			must(cma_means(&c->gpt, &c->task, ids, n, pool, 1 << 30, &s, &e), &e);
		else
			must(cma_zero(&c->gpt, mode == 1, &s, &e), &e);
		for (i = 0; i < task_size(&c->task); i++)
			ids[i] = i; /* every equation exists in these runs */
		must(cma_skip(&c->gpt, &c->task, ids, i, set->data, S, &s, pool, 1 << 30, score,
			      &e),
		     &e);
		for (i = 0; i < S; i++)
			for (part = 0; part < 2; part++, want += 2) {
				check_near(score[i][part].acc, want[0], 1e-9);
				check_near(score[i][part].loss, want[1], 1e-4 * fmax(want[1], 0.1));
			}
		cma_substitute_free(&s);
	}
	free(score);
	free(ids);
}

int main(void)
{
	char *files[] = { "tests/ref/cma.gts" };
	struct checkpoint c = { .level = CHECKPOINT_NETWORK };
	struct stream_in *in;
	struct record r;
	struct pool *pool;
	int got, runs = 0;
	struct err e;

	pool = pool_create(2, &e);
	in = stream_open(files, 1, &e);
	check(pool && in);
	while ((got = stream_next(in, &r, &e)) > 0) {
		must(checkpoint_close(&c, in, &r, &e), &e);
		if (r.kind == RECORD_TENSOR && !strncmp(r.name, "ref.", 4)) {
			check(figures < FIGURES);
			snprintf(figure[figures].name, sizeof(figure->name), "%s", r.name);
			must(tensor_read(in, &r, &figure[figures++].x, &e), &e);
		} else if (r.kind == RECORD_END) {
			check(c.count == 1 && c.split);
			check_patching(&c, pool);
			check_skipping(&c, pool);
			runs++;
			while (figures)
				tensor_free(&figure[--figures].x);
		}
		if (r.kind != RECORD_TENSOR || strncmp(r.name, "ref.", 4))
			must(checkpoint_feed(&c, in, &r, NULL, &e), &e);
	}
	must(got, &e);
	check(runs == 2);
	checkpoint_free(&c);
	stream_free(in);
	pool_free(pool);
	return 0;
}
