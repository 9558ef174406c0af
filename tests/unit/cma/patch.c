/*
 * Patching against whole forward passes, one site at a time; a network made by hand; identities
 * with broken patches; pairs.  torch.c has the figures of another implementation.
 */
#include "whole.h"

static struct {
	int layer, head, positions; /* head H: the MLP */
} site;

static void patch(void *arg, enum gpt_site at, int l, const struct gpt_rows *t, int from, int n,
		  float *x)
{
	int r;

	(void)arg;
	if (l != site.layer || at != (site.head < H ? GPT_HEADS : GPT_MLP))
		return;
	for (r = from; r < from + n; r++, x += C) {
		if (site.positions == CMA_LAST && r < t->start[GPT_LENGTH - 1])
			continue;
		if (site.head == H)
			memcpy(x, seen.mlp[l][r], sizeof(float) * C);
		else
			memcpy(x + site.head * D, seen.heads[l][r] + site.head * D,
			       sizeof(float) * D);
	}
}

static double log_odds(const float *logits, const struct cma_pair *p, enum cma_metric metric)
{
	int V = net.config.vocab, v, y2 = task_answer(&task, p->source);
	double sum = 0;

	if (metric == CMA_LOGIT)
		return logits[y2] - logits[task_answer(&task, p->base)];
	for (v = 0; v < V; v++)
		sum += exp(logits[v]);
	return logits[y2] - log(sum);
}

/* ---- patching ---- */

static void test_patching(enum cma_positions positions, enum cma_metric metric)
{
	const struct gpt_edit recording = { .hook = record }, patching = { .hook = patch };
	const struct cma_options o = { .sites = CMA_HEADS | CMA_MLPS,
				       .positions = positions,
				       .metric = metric };
	int V = net.config.vocab, base[N], source[N], i;
	float one[N][16], two[N][16], now[N][16];
	struct cma_map map;
	double total = 0;
	struct err e;

	check(V <= 16);
	for (i = 0; i < N; i++) {
		base[i] = pair[i].base;
		source[i] = pair[i].source;
	}
	must(cma_patch(&work, pair, N, &o, &map, &e), &e);
	forward(base, N, NULL, one[0]);
	forward(source, N, &recording, two[0]);
	site.positions = (int)positions;
	for (i = 0; i < N; i++)
		total += (log_odds(two[0] + i * V, &pair[i], metric) -
			  log_odds(one[0] + i * V, &pair[i], metric)) /
			 N;
	/* Single precision through 3 layers: logits of order 1, rounded to 1e-7 of that. */
	check_near(map.total.mean, total, 2e-6);
	for (site.layer = 0; site.layer < L; site.layer++)
		for (site.head = 0; site.head <= H; site.head++) {
			const struct cma_effect *got =
				site.head < H ? &map.site[CMA_HEAD][site.layer * H + site.head]
					      : &map.site[CMA_MLP][site.layer];
			double mean = 0, square = 0;

			forward(base, N, &patching, now[0]);
			for (i = 0; i < N; i++) {
				double x = log_odds(now[0] + i * V, &pair[i], metric) -
					   log_odds(one[0] + i * V, &pair[i], metric);

				mean += x / N;
				square += x * x / N;
			}
			check(fabs(mean) > 5e-4); /* there is something to compare */
			check_near(got->mean, mean, 2e-6);
			check_near(got->se, sqrt((square - mean * mean) / (N - 1)), 2e-6);
		}
	check(map.breach < 0.2); /* far from the limit when all is well */
	cma_map_free(&map);
}

static void test_threads_and_memory(void)
{
	const struct cma_options o = { .sites = CMA_HEADS | CMA_MLPS, .positions = CMA_ALL };
	struct cma_work with3 = work, with_little = work;
	struct cma_map one, three, tight, tight3;
	struct err e;
	int i;

	with3.pool = pool_create(3, &e);
	check(with3.pool);
	must(cma_patch(&work, pair, N, &o, &one, &e), &e);
	must(cma_patch(&with3, pair, N, &o, &three, &e), &e);
	with_little.memory = 600000;
	must(cma_patch(&with_little, pair, N, &o, &tight, &e), &e);
	check(!memcmp(one.site[CMA_HEAD], three.site[CMA_HEAD],
		      sizeof(*one.site[CMA_HEAD]) * L * H));
	check(!memcmp(one.site[CMA_MLP], three.site[CMA_MLP], sizeof(*one.site[CMA_MLP]) * L));
	with3.memory = with_little.memory;
	must(cma_patch(&with3, pair, N, &o, &tight3, &e), &e);
	check(!memcmp(tight.site[CMA_HEAD], tight3.site[CMA_HEAD],
		      sizeof(*tight.site[CMA_HEAD]) * L * H));
	for (i = 0; i < L * H; i++)
		check_near(tight.site[CMA_HEAD][i].mean, one.site[CMA_HEAD][i].mean, 2e-6);
	with_little.memory = 1000;
	check(cma_patch(&with_little, pair, N, &o, &tight, &e) < 0);
	check_error(e, "one pair needs");
	cma_map_free(&one);
	cma_map_free(&three);
	cma_map_free(&tight);
	cma_map_free(&tight3);
	pool_free(with3.pool);
}

/* ---- broken patches ---- */

static void nothing(int h, int from, int width, const float *own, const float *source, float *delta)
{
	(void)h, (void)from, (void)own, (void)source;
	memset(delta, 0, sizeof(float) * (size_t)width);
}

static void neighbour(int h, int from, int width, const float *own, const float *source,
		      float *delta)
{
	int d;

	for (d = 0; d < width; d++)
		delta[d] = source[(from + 1) % H * width + d] - own[h * width + d];
}

static void addition(int h, int from, int width, const float *own, const float *source,
		     float *delta)
{
	(void)own, (void)h;
	memcpy(delta, source + from * width, sizeof(float) * (size_t)width);
}

static void right(int h, int from, int width, const float *own, const float *source, float *delta)
{
	int d;

	for (d = 0; d < width; d++)
		delta[d] = source[from * width + d] - own[h * width + d];
}

static void keep(int width, const float *own, const float *source, float *y)
{
	(void)source;
	memmove(y, own, sizeof(float) * (size_t)width);
}

static void both(int width, const float *own, const float *source, float *y)
{
	int c;

	for (c = 0; c < width; c++)
		y[c] = own[c] + source[c];
}

static void exchange(int width, const float *own, const float *source, float *y)
{
	(void)own;
	memcpy(y, source, sizeof(float) * (size_t)width);
}

static void test_broken(enum cma_positions positions)
{
	static const struct {
		struct cma_operator op;
		const char *says;
	} wrong[] = {
		{ { nothing, exchange }, "patching every head does not give the source run" },
		{ { neighbour, exchange }, "a site patched with its own output changes the run" },
		{ { addition, exchange }, "a site patched with its own output changes the run" },
		{ { right, keep }, "patching every MLP does not add" },
		{ { right, both }, "a site patched with its own output changes the run" },
	};
	const struct cma_options o = { .sites = CMA_HEADS | CMA_MLPS, .positions = positions };
	const struct cma_operator good = { right, exchange };
	struct cma_map map;
	struct err e;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		check(cma_patch_with(&wrong[i].op, &work, pair, N, &o, &map, &e) < 0);
		check_error(e, wrong[i].says);
	}
	must(cma_patch_with(&good, &work, pair, N, &o, &map, &e), &e);
	cma_map_free(&map);
}

/* ---- a network whose answer flows through one head ---- */

static float *weights(struct gpt *g, const char *name)
{
	int i = gpt_find(g, name);

	check(i >= 0);
	return g->w + g->param[i].offset;
}

/*
 * Tokens are one-hot in channels 0..; head 0 of layer 1 attends to all positions alike and moves
 * what it sees 8 channels up, where the output weights read.  Everything else is zero.
 */
static void test_one_head(enum cma_positions positions)
{
	const struct gpt_config config = {
		.vocab = 7, .layers = 2, .width = 16, .heads = 2, .mlp = 8
	};
	const struct cma_options o = { .sites = CMA_HEADS | CMA_MLPS, .positions = positions };
	struct cma_pair pairs[8];
	struct cma_work hand = work;
	struct cma_map map;
	struct task small;
	struct gpt g;
	struct rng rng;
	struct err e;
	float *w;
	int i, j;

	must(task_init(&small, "add", 5, 0, &e), &e);
	must(cma_draw_pairs(&small, 1 << TASK_TEST, 3, 8, pairs, &e), &e);
	must(gpt_create(&g, &config, &e), &e);
	rng_seed(&rng, 8, 0);
	gpt_init(&g, 0, &rng); /* gains 1, the rest 0 */
	w = weights(&g, "transformer.wte.weight");
	for (i = 0; i < 7; i++)
		w[i * 16 + i] = 1;
	w = weights(&g, "transformer.h.1.attn.c_attn.weight");
	for (i = 0; i < 7; i++)
		w[i * 48 + 32 + i] = 1;
	w = weights(&g, "transformer.h.1.attn.c_proj.weight");
	for (i = 0; i < 7; i++)
		w[i * 16 + 8 + i] = 1;
	w = weights(&g, "lm_head.weight");
	for (i = 0; i < 7; i++)
		for (j = 8; j < 15; j++)
			w[i * 16 + j] = (float)rng_normal(&rng);
	hand.g = &g;
	hand.t = &small;
	must(cma_patch(&hand, pairs, 8, &o, &map, &e), &e);
	check(fabs(map.total.mean) > 0.1);
	for (i = 0; i < 4; i++)
		check_near(map.site[CMA_HEAD][i].mean, i == 2 ? map.total.mean : 0,
			   i == 2 ? 1e-5 : 0);
	check(map.site[CMA_MLP][0].mean == 0 && map.site[CMA_MLP][1].mean == 0);
	check_near(cma_mean_abs(map.site[CMA_HEAD] + 2, 2), fabs(map.total.mean) / 2, 1e-5);
	check(cma_active(map.site[CMA_HEAD], 4, 0.5, fabs(map.total.mean)) == 0.25);
	cma_map_free(&map);
	gpt_free(&g);
	task_free(&small);
}

/* ---- pairs ---- */

static void test_controls(void)
{
	struct cma_pair c[CMA_CONTROLS][N];
	struct err e;
	int i, k;

	for (k = 0; k < CMA_CONTROLS; k++) {
		memcpy(c[k], pair, sizeof(pair));
		must(cma_draw_control(&task, 3 << TASK_TRAIN, 4, (enum cma_control)k, 3, c[k], N,
				      &e),
		     &e);
	}
	for (i = 0; i < N; i++) {
		int y1 = task_answer(&task, pair[i].base), y2 = pair[i].toward, s;

		check(y2 == task_answer(&task, pair[i].source) && pair[i].shift == 0);
		for (k = 0; k < CMA_CONTROLS; k++) {
			s = c[k][i].source;
			check(c[k][i].base == pair[i].base);
			check(s / (P * P) == pair[i].base / (P * P));
			check(s % P != pair[i].base % P);
			check((c[k][i].toward == y2) == (k != CMA_THIRD));
			check((s == pair[i].source) == (k == CMA_OTHER || k == CMA_THIRD));
			check((c[k][i].shift != 0) == (k == CMA_OTHER) && c[k][i].shift < 3);
		}
		s = task_answer(&task, c[CMA_CONTEXT][i].source);
		check(s != y1 && s != y2);
		check(task_answer(&task, c[CMA_SAME][i].source) == y2);
		check(c[CMA_THIRD][i].toward != y1 && c[CMA_THIRD][i].toward < P);
	}
	check(cma_draw_control(&task, 1 << TASK_TRAIN, 4, CMA_OTHER, 1, c[0], N, &e) < 0);
	check_error(e, "no other head");
}

/* With two heads each gets the source's output of the other: whole passes with a hook. */
static void test_other_head(void)
{
	const struct gpt_edit recording = { .hook = record }, patching = { .hook = patch };
	const struct cma_options o = { .sites = CMA_HEADS };
	int V = net.config.vocab, base[N], source[N], i, r;
	struct cma_pair other[N];
	float one[N][16], two[N][16];
	struct cma_map map;
	struct err e;

	for (i = 0; i < N; i++) {
		base[i] = pair[i].base;
		source[i] = pair[i].source;
	}
	memcpy(other, pair, sizeof(pair));
	must(cma_draw_control(&task, 3 << TASK_TRAIN, 1, CMA_OTHER, H, other, N, &e), &e);
	must(cma_patch(&work, other, N, &o, &map, &e), &e);
	site.positions = CMA_LAST;
	for (site.layer = 0; site.layer < L; site.layer++)
		for (site.head = 0; site.head < H; site.head++) {
			double mean = 0;

			forward(base, N, NULL, one[0]);
			forward(source, N, &recording, two[0]);
			for (r = 0; r < ROWS; r++) /* the heads change places */
				for (i = 0; i < D; i++) {
					float x = seen.heads[site.layer][r][i];

					seen.heads[site.layer][r][i] =
						seen.heads[site.layer][r][D + i];
					seen.heads[site.layer][r][D + i] = x;
				}
			forward(base, N, &patching, two[0]);
			for (i = 0; i < N; i++)
				mean += (log_odds(two[0] + i * V, &pair[i], CMA_LOGIT) -
					 log_odds(one[0] + i * V, &pair[i], CMA_LOGIT)) /
					N;
			check_near(map.site[CMA_HEAD][site.layer * H + site.head].mean, mean, 2e-6);
		}
	cma_map_free(&map);
}

static void test_pairs(void)
{
	struct cma_pair again[N], other[N];
	struct task tiny;
	struct err e;
	int i;

	must(cma_draw_pairs(&task, 1 << TASK_TRAIN, 4, N, again, &e), &e);
	must(cma_draw_pairs(&task, 1 << TASK_TRAIN, 4, N, other, &e), &e);
	check(!memcmp(again, other, sizeof(again)));
	must(cma_draw_pairs(&task, 1 << TASK_TRAIN, 5, N, other, &e), &e);
	check(memcmp(again, other, sizeof(again)));
	for (i = 0; i < N; i++) {
		int s1 = again[i].base, s2 = again[i].source;

		check(task.split[s1] == TASK_TRAIN && task.split[s2] == TASK_TRAIN);
		check(s1 / (P * P) == s2 / (P * P) && s1 % P != s2 % P && s1 / P != s2 / P);
		check(task_answer(&task, s1) != task_answer(&task, s2));
	}
	must(task_init(&tiny, "add", 2, 0, &e), &e); /* a + b = (a + 1) + (b + 1) */
	check(cma_draw_pairs(&tiny, 1 << TASK_TEST, 1, 1, again, &e) < 0);
	check_error(e, "among the 4 to choose from");
	check(cma_draw_pairs(&tiny, 1 << TASK_TRAIN, 1, 1, again, &e) < 0);
	task_free(&tiny);
}

int main(void)
{
	open_net(1);
	test_pairs();
	test_controls();
	test_patching(CMA_LAST, CMA_LOGIT);
	test_patching(CMA_ALL, CMA_LOGIT);
	test_patching(CMA_LAST, CMA_LOGPROB);
	test_patching(CMA_ALL, CMA_LOGPROB);
	test_other_head();
	test_threads_and_memory();
	test_broken(CMA_LAST);
	test_broken(CMA_ALL);
	test_one_head(CMA_LAST);
	test_one_head(CMA_ALL);
	close_net();
	return 0;
}
