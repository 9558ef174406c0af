/*
 * Patching and skipping against whole forward passes with hooks, one site at a time; a network made by
 * hand; identities with broken patches.  cma_torch.c has the figures of another implementation.
 */
#include "check.h"
#include "cma/internal.h"

enum { P = 7, L = 3, H = 2, C = 16, D = C / H, N = 20, ROWS = GPT_LENGTH * P * P };

static struct gpt net;
static struct task task;
static struct pool *pool;
static struct cma_pair pair[N];

static void must(int result, const struct err *e)
{
	if (result < 0) {
		fprintf(stderr, "%s\n", e->msg);
		exit(1);
	}
}

/* ---- whole passes ---- */

static struct {
	float heads[L][ROWS][C], attn[L][ROWS][C], mlp[L][ROWS][C];
} seen;

static struct {
	int layer, head, positions; /* head H: the MLP */
} site;

static unsigned char skipped[L];
static struct cma_substitute instead;

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

static void replace(void *arg, enum gpt_site at, int l, const struct gpt_rows *t, int from, int n,
		    float *x)
{
	const float *mean = at == GPT_ATTN ? instead.attn : at == GPT_MLP ? instead.mlp : NULL;
	int bit = at == GPT_ATTN ? CMA_SKIP_ATTN : CMA_SKIP_MLP, r, pos;

	(void)arg;
	if (!mean || !(skipped[l] & bit))
		return;
	for (r = from; r < from + n; r++, x += C) {
		for (pos = 0; r >= t->start[pos + 1]; pos++)
			;
		memcpy(x, mean + (l * GPT_LENGTH + pos) * C, sizeof(float) * C);
	}
}

static void forward(const int *ids, int n, const struct gpt_edit *edit, float *logits)
{
	int tokens[P * P][TASK_LENGTH], i;
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
	const struct cma_options o = { CMA_HEADS | CMA_MLPS, positions, metric, 1 << 30 };
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
	must(cma_patch(&net, &task, pair, N, &o, pool, &map, &e), &e);
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
				site.head < H ? &map.head[site.layer * H + site.head]
					      : &map.mlp[site.layer];
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
	struct cma_options o = { CMA_HEADS | CMA_MLPS, CMA_ALL, CMA_LOGIT, 1 << 30 };
	struct cma_map one, three, tight;
	struct pool *pool3;
	struct err e;
	int i;

	pool3 = pool_create(3, &e);
	check(pool3);
	must(cma_patch(&net, &task, pair, N, &o, pool, &one, &e), &e);
	must(cma_patch(&net, &task, pair, N, &o, pool3, &three, &e), &e);
	o.memory = 600000;
	must(cma_patch(&net, &task, pair, N, &o, pool, &tight, &e), &e);
	check(!memcmp(one.head, three.head, sizeof(*one.head) * L * H));
	check(!memcmp(one.mlp, three.mlp, sizeof(*one.mlp) * L));
	for (i = 0; i < L * H; i++)
		check_near(tight.head[i].mean, one.head[i].mean, 2e-6);
	o.memory = 1000;
	check(cma_patch(&net, &task, pair, N, &o, pool, &tight, &e) < 0);
	check_error(e, "one pair on 1 threads needs");
	cma_map_free(&one);
	cma_map_free(&three);
	cma_map_free(&tight);
	pool_free(pool3);
}

/* ---- broken patches ---- */

static void nothing(int h, int width, const float *own, const float *source, float *delta)
{
	(void)h, (void)own, (void)source;
	memset(delta, 0, sizeof(float) * (size_t)width);
}

static void neighbour(int h, int width, const float *own, const float *source, float *delta)
{
	int d;

	for (d = 0; d < width; d++)
		delta[d] = source[(h + 1) % H * width + d] - own[h * width + d];
}

static void addition(int h, int width, const float *own, const float *source, float *delta)
{
	(void)own;
	memcpy(delta, source + h * width, sizeof(float) * (size_t)width);
}

static void right(int h, int width, const float *own, const float *source, float *delta)
{
	int d;

	for (d = 0; d < width; d++)
		delta[d] = source[h * width + d] - own[h * width + d];
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
	const struct cma_options o = { CMA_HEADS | CMA_MLPS, positions, CMA_LOGIT, 1 << 30 };
	const struct cma_operator good = { right, exchange };
	struct cma_map map;
	struct err e;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		check(cma_patch_with(&wrong[i].op, &net, &task, pair, N, &o, pool, &map, &e) < 0);
		check_error(e, wrong[i].says);
	}
	must(cma_patch_with(&good, &net, &task, pair, N, &o, pool, &map, &e), &e);
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
 * Tokens are one-hot in channels 0..; head 0 of layer 1 attends to all positions alike and moves what
 * it sees 8 channels up, where the output weights read.  Everything else is zero.
 */
static void test_one_head(enum cma_positions positions)
{
	const struct gpt_config config = {
		.vocab = 7, .layers = 2, .width = 16, .heads = 2, .mlp = 8
	};
	const struct cma_options o = { CMA_HEADS | CMA_MLPS, positions, CMA_LOGIT, 1 << 30 };
	struct cma_pair pairs[8];
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
	must(cma_patch(&g, &small, pairs, 8, &o, pool, &map, &e), &e);
	check(fabs(map.total.mean) > 0.1);
	for (i = 0; i < 4; i++)
		check_near(map.head[i].mean, i == 2 ? map.total.mean : 0, i == 2 ? 1e-5 : 0);
	check(map.mlp[0].mean == 0 && map.mlp[1].mean == 0);
	check_near(cma_mean_abs(map.head + 2, 2), fabs(map.total.mean) / 2, 1e-5);
	check(cma_active(map.head, 4, 0.5, fabs(map.total.mean)) == 0.25);
	cma_map_free(&map);
	gpt_free(&g);
	task_free(&small);
}

/* ---- skipping ---- */

static void score(const int *ids, int n, const float *logits, struct cma_score s[2])
{
	int V = net.config.vocab, i, v;

	memset(s, 0, 2 * sizeof(*s));
	for (i = 0; i < n; i++, logits += V) {
		struct cma_score *to = &s[task.split[ids[i]] == TASK_TEST];
		int target = task_answer(&task, ids[i]), best = 0;
		double sum = 0;

		for (v = 0; v < V; v++) {
			best = logits[v] > logits[best] ? v : best;
			sum += exp(logits[v]);
		}
		to->n++;
		to->acc += best == target;
		to->loss += log(sum) - logits[target];
	}
	for (i = 0; i < 2; i++) {
		s[i].acc /= s[i].n;
		s[i].loss /= s[i].n;
	}
}

static void check_scores(struct cma_score got[2], const struct cma_score want[2])
{
	int i;

	for (i = 0; i < 2; i++) {
		check(got[i].n == want[i].n);
		check_near(got[i].acc, want[i].acc, 1e-12);
		check_near(got[i].loss, want[i].loss, 2e-5); /* single precision */
	}
}

static void test_skipping(void)
{
	static const unsigned char sets[][L] = { { 0, 0, 0 }, { 1, 0, 0 }, { 0, 3, 0 }, { 0, 0, 2 },
						 { 0, 1, 3 }, { 3, 3, 3 }, { 2, 0, 1 } };
	enum { SETS = sizeof(sets) / sizeof(*sets) };
	static float logits[P * P][16];
	struct cma_score got[SETS][2], want[2];
	struct cma_substitute zero, bias, mean;
	int ids[2 * P * P], n, i, l, heads;
	unsigned char skip[L];
	struct gpt_edit edit = { .skip = skip };
	struct err e;

	task_list(&task, TASK_TRAIN, ids);
	for (n = i = 0; i < task_size(&task) && n < P * P; i++)
		if (task.split[i] != TASK_ABSENT)
			ids[n++] = i;

	must(cma_zero(&net, 0, &zero, &e), &e);
	must(cma_zero(&net, 1, &bias, &e), &e);
	for (heads = 0; heads < 2; heads++) {
		must(cma_skip(&net, &task, ids, n, sets[0], SETS, heads ? &bias : &zero, pool,
			      1 << 30, got, &e),
		     &e);
		for (i = 0; i < SETS; i++) {
			for (l = 0; l < L; l++)
				skip[l] = (unsigned char)((sets[i][l] & CMA_SKIP_ATTN
								   ? heads ? GPT_SKIP_HEADS
									   : GPT_SKIP_ATTN
								   : 0) |
							  (sets[i][l] & CMA_SKIP_MLP ? GPT_SKIP_MLP
										     : 0));
			forward(ids, n, &edit, logits[0]);
			score(ids, n, logits[0], want);
			check_scores(got[i], want);
		}
	}

	/* Means over all the equations, from rows of their own */
	must(cma_means(&net, &task, ids, n, pool, 1 << 30, &mean, &e), &e);
	edit = (struct gpt_edit){ .hook = record };
	forward(ids, n, &edit, logits[0]);
	for (l = 0; l < L; l++)
		for (i = l == L - 1 ? GPT_LENGTH - 1 : 0; i < GPT_LENGTH; i++) {
			double attn = 0, mlp = 0;
			int k;

			for (k = 0; k < n; k++) {
				attn += seen.attn[l][i * n + k][5] / n;
				mlp += seen.mlp[l][i * n + k][5] / n;
			}
			check_near(mean.attn[(l * GPT_LENGTH + i) * C + 5], attn, 1e-5);
			check_near(mean.mlp[(l * GPT_LENGTH + i) * C + 5], mlp, 1e-5);
		}
	/* Little memory: chunks of a few equations */
	must(cma_skip(&net, &task, ids, n, sets[0], SETS, &mean, pool, 60000, got, &e), &e);
	edit = (struct gpt_edit){ .hook = replace };
	instead = mean;
	for (i = 0; i < SETS; i++) {
		memcpy(skipped, sets[i], L);
		forward(ids, n, &edit, logits[0]);
		score(ids, n, logits[0], want);
		check_scores(got[i], want);
	}
	check(cma_skip(&net, &task, ids, n, sets[0], SETS, &mean, pool, 1000, got, &e) < 0);
	check_error(e, "one equation on 1 threads needs");
	cma_substitute_free(&zero);
	cma_substitute_free(&bias);
	cma_substitute_free(&mean);
}

/* ---- pairs ---- */

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

static void test_chance(void)
{
	unsigned char set[200][6], other[200][6];
	int ids[2 * P * P], n, i, l, part[3] = { 0 }, times[6] = { 0 };
	struct err e;

	n = cma_draw_equations(&task, 1, 9, ids, &e);
	check(n == 18);
	for (i = 0; i < n; i++) {
		part[task.split[ids[i]]]++;
		check(!i || ids[i] > ids[i - 1]);
	}
	check(part[TASK_TRAIN] == 9 && part[TASK_TEST] == 9);
	check(cma_draw_equations(&task, 1, 0, ids, &e) == P * P + P * (P - 1));

	cma_draw_sets(1, 200, 2, 6, 3, set[0]);
	cma_draw_sets(1, 200, 2, 6, 3, other[0]);
	check(!memcmp(set, other, sizeof(set)));
	cma_draw_sets(2, 200, 2, 6, 3, other[0]);
	check(memcmp(set, other, sizeof(set)));
	for (i = 0; i < 200; i++) {
		int size = 0;

		for (l = 0; l < 6; l++) {
			check(set[i][l] == 0 || set[i][l] == 3);
			size += set[i][l] == 3;
			times[l] += set[i][l] == 3;
		}
		check(size == 2);
	}
	for (l = 0; l < 6; l++) /* a third of 200, deviation 6.7: five of them */
		check(times[l] > 33 && times[l] < 100);
}

int main(void)
{
	struct gpt_config config = { .layers = L, .width = C, .heads = H, .mlp = 24 };
	struct rng rng;
	struct err e;
	size_t i;

	pool = pool_create(1, &e);
	check(pool);
	must(task_init(&task, "add,div", P, 0, &e), &e);
	must(task_divide(&task, 0.5, 1, &e), &e);
	must(cma_draw_pairs(&task, 1 << TASK_TRAIN | 1 << TASK_TEST, 2, N, pair, &e), &e);
	config.vocab = task_vocab(&task);
	rng_seed(&rng, 1, 0);
	must(gpt_create(&net, &config, &e), &e);
	for (i = 0; i < net.size; i++) /* biases and gains too */
		net.w[i] = (float)(0.5 * rng_normal(&rng));
	test_pairs();
	test_chance();
	test_patching(CMA_LAST, CMA_LOGIT);
	test_patching(CMA_ALL, CMA_LOGIT);
	test_patching(CMA_LAST, CMA_LOGPROB);
	test_patching(CMA_ALL, CMA_LOGPROB);
	test_threads_and_memory();
	test_broken(CMA_LAST);
	test_broken(CMA_ALL);
	test_one_head(CMA_LAST);
	test_one_head(CMA_ALL);
	test_skipping();
	gpt_free(&net);
	task_free(&task);
	pool_free(pool);
	return 0;
}
