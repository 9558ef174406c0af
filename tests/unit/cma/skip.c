/*
 * Skipping against whole forward passes, one set at a time; heads; means; random sets; what a list
 * of cuts says.
 */
#include "whole.h"
#include "cma/cuts.h"

static const struct cma_set *skipped;
static struct cma_substitute instead;

/* The hook that skips: what stands in is written over the heads, and over what is added. */
static void replace(void *arg, enum gpt_site at, int l, const struct gpt_rows *t, int from, int n,
		    float *x)
{
	int bits = skipped->layer && l < L ? skipped->layer[l] : 0, r, pos, h;

	(void)arg;
	for (r = from; r < from + n; r++, x += C) {
		size_t row;

		for (pos = 0; r >= t->start[pos + 1]; pos++)
			;
		row = (size_t)(l * GPT_LENGTH + pos) * C;
		for (h = 0; at == GPT_HEADS && h < H; h++)
			if (bits & CMA_SKIP_HEADS || (skipped->head && skipped->head[l * H + h]))
				memcpy(x + h * D, instead.heads + row + h * D, sizeof(float) * D);
		if (at == GPT_ATTN && bits & CMA_SKIP_ATTN)
			memcpy(x, instead.attn + row, sizeof(float) * C);
		if (at == GPT_MLP && bits & CMA_SKIP_MLP)
			memcpy(x, instead.mlp + row, sizeof(float) * C);
	}
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

/* Sums over the rows of a position, which belong to one equation each. */
static double mean_of(float (*seen_rows)[C], int pos, int n, int c)
{
	double sum = 0;
	int k;

	for (k = 0; k < n; k++)
		sum += seen_rows[pos * n + k][c];
	return sum / n;
}

static void check_means(const struct cma_substitute *mean, const int *ids, int n)
{
	static float logits[P * P][16];
	const struct gpt_edit recording = { .hook = record };
	int l, pos;

	forward(ids, n, &recording, logits[0]);
	for (l = 0; l < L; l++)
		for (pos = l == L - 1 ? GPT_LENGTH - 1 : 0; pos < GPT_LENGTH; pos++) {
			int at = (l * GPT_LENGTH + pos) * C + 5;

			check_near(mean->attn[at], mean_of(seen.attn[l], pos, n, 5), 1e-5);
			check_near(mean->mlp[at], mean_of(seen.mlp[l], pos, n, 5), 1e-5);
			check_near(mean->heads[at], mean_of(seen.heads[l], pos, n, 5), 1e-5);
			check(mean->proj[at] == mean->attn[at]);
		}
}

static void test_skipping(void)
{
	static const unsigned char bits[][L] = {
		{ 0, 0, 0 }, { 1, 0, 0 }, { 0, 3, 0 }, { 0, 0, 2 },
		{ 0, 1, 3 }, { 3, 3, 3 }, { 4, 0, 1 }, { 0, 6, 4 }
	};
	static const unsigned char heads[][L * H] = { { 0, 0, 1, 0, 0, 0 }, { 1, 1, 0, 0, 0, 1 } };
	enum { BITS = sizeof(bits) / sizeof(*bits), SETS = BITS + 3 };
	static float logits[P * P][16];
	struct cma_score got[SETS][2], want[2];
	const struct gpt_edit edit = { .hook = replace };
	struct cma_work with_little = work;
	struct cma_set set[SETS] = { 0 };
	int ids[2 * P * P], n, i, mean;
	struct err e;

	for (i = 0; i < SETS; i++) {
		set[i].layer = i < BITS ? bits[i] : i == BITS ? bits[3] : NULL;
		set[i].head = i < BITS ? NULL : heads[i % 2];
	}
	for (n = i = 0; i < task_size(&task) && n < P * P; i++)
		if (task.split[i] != TASK_ABSENT)
			ids[n++] = i;
	for (mean = 0; mean < 2; mean++) {
		must(mean ? cma_means(&work, ids, n, &instead, &e) : cma_zero(&net, &instead, &e),
		     &e);
		if (mean)
			check_means(&instead, ids, n);
		with_little.memory = mean ? 60000 : 1 << 30; /* chunks of a few equations */
		must(cma_skip(&with_little, ids, n, set, SETS, &instead, got, &e), &e);
		for (i = 0; i < SETS; i++) {
			skipped = &set[i];
			forward(ids, n, &edit, logits[0]);
			score(ids, n, logits[0], want);
			check_scores(got[i], want);
		}
		cma_substitute_free(&instead);
	}
	must(cma_zero(&net, &instead, &e), &e);
	with_little.memory = 1000;
	check(cma_skip(&with_little, ids, n, set, SETS, &instead, got, &e) < 0);
	check_error(e, "one equation needs");
	cma_substitute_free(&instead);
}

/* More chunks than slots, so that every thread has several: the same bits with 1 and 3 threads. */
static void test_threads(void)
{
	struct cma_work with3 = work;
	struct cma_substitute one, three;
	int ids[2 * P * P], n, i;
	struct err e;

	n = task_list(&task, TASK_TEST, ids);
	with3.pool = pool_create(3, &e);
	check(with3.pool);
	work.memory = with3.memory = 60000;
	must(cma_means(&work, ids, n, &one, &e), &e);
	must(cma_means(&with3, ids, n, &three, &e), &e);
	work.memory = 1 << 30;
	for (i = 0; i < L * GPT_LENGTH * C; i++)
		check(one.attn[i] == three.attn[i] && one.heads[i] == three.heads[i] &&
		      one.mlp[i] == three.mlp[i]);
	cma_substitute_free(&one);
	cma_substitute_free(&three);
	pool_free(with3.pool);
}

/* ---- lists ---- */

static void test_cuts(void)
{
	static const int attn_and_block[] = { 0, 3 };
	static const char *const bad[] = { "",     "0-",    "3-1", "third", "1.",
					   "1.2-", "1-2-3", ".1",  "1 ",    "-1" };
	struct cma_cuts c = { 0 };
	char name[48];
	struct err e;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		check(cma_cuts_parse(&c, bad[i], 0, 0, &e) < 0);
		check_error(e, "is not thirds, each, heads, none");
	}
	check(cma_cuts_parse(&c, "1-5", 5, 2, &e) < 0);
	check_error(e, "layers 0-4: cannot skip 1-5");
	check(cma_cuts_parse(&c, "1.2", 5, 2, &e) < 0);
	check_error(e, "heads 0-1: cannot skip 1.2");
	must(cma_cuts_parse(&c, "thirds,none,0,2-4.1,0", 5, 2, &e), &e);
	check(c.n == 4); /* 0, 1-2, 3-4, and the head; 0 is the first third */
	check(c.cut[0].first == 0 && c.cut[0].last == 0 && c.cut[2].first == 3);
	cma_cut_name(&c.cut[3], name);
	check(!strcmp(name, "2-4.1"));
	must(cma_cuts_plan(&c, attn_and_block, 2, 3, 1, 1, &e), &e);
	/*
	 * whole; 4 cuts and 3 layer cuts; 3 random sets of one and of two layers, 15 windows, twice
	 */
	check(c.sets == 1 + 4 + 3 + 2 * (6 + 15));
	check(c.at[3] > 0 && c.at[7] == -1);
	check(c.set[c.at[3]].head[3 * 2 + 1] == 1 && c.set[c.at[3]].head[3 * 2] == 0);
	check(!memcmp(c.set[c.at[1]].layer, "\0\1\1\0\0", 5));
	check(!memcmp(c.set[c.at[5]].layer, "\0\3\3\0\0", 5));
	check(!memcmp(c.set[c.window[1] + 6].layer, "\0\3\3\0\0", 5)); /* after 0, 0-1 .. 0-4, 1 */
	cma_cuts_free(&c);
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
	open_net(1);
	test_chance();
	test_skipping();
	test_threads();
	test_cuts();
	close_net();
	return 0;
}
