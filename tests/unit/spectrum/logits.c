/* Restricted and excluded losses against numpy, and in closed form. */
#include "check.h"
#include "spectrum/spectrum.h"

#define PI 3.14159265358979323846

enum { MOST = 13 };

static struct err e;
static float logits[MOST * MOST * MOST];
static int answer[MOST];
static unsigned char split[MOST * MOST];

/* The logits and the split of tests/ref/losses.py */
static void fill(int n, int C, int sign)
{
	for (int s = 0, power = 1; s < n; s++, power = power * 2 % C)
		answer[s] = n == C ? s : power;
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++) {
			int kind = (i * 7 + j * 3) % 5, s = (i + sign * j + n) % n;

			split[i * n + j] = (unsigned char)(kind > 2 ? 2 : kind > 0);
			for (int c = 0; c < C; c++) {
				int noise = i * 131 + j * 71 + c * 37 + i * j * 13 + 7 * j * c * c;

				logits[(i * n + j) * C + c] =
					(float)(2 * (noise % 1009 / 1009.0 - 0.5) +
						2 * (answer[s] == c) + (i == 3));
			}
		}
}

/* Losses are of order 1 from float logits and float sums of about a hundred terms: 1e-5 */
static void read_loss(FILE *f, struct spectrum_loss loss)
{
	double all, train, test;

	check(fscanf(f, "%lf %lf %lf", &all, &train, &test) == 3);
	check_near(loss.all, all, 1e-5);
	check_near(loss.train, train, 1e-5);
	check_near(loss.test, test, 1e-5);
}

/* The right classes may come as labels of the cells instead. */
static void same_by_labels(struct spectrum_task task, const int *keys, int nkeys,
			   const struct spectrum_losses *want)
{
	static const int wrong[MOST];
	static int label[MOST * MOST];
	struct spectrum_losses p;

	for (int i = 0; i < task.n; i++)
		for (int j = 0; j < task.n; j++)
			label[i * task.n + j] = task.answer[(i + task.sign * j + task.n) % task.n];
	task.label = label;
	task.answer = wrong;
	check(!spectrum_losses(logits, &task, keys, nkeys, &p, &e));
	check_near(p.full.test, want->full.test, 1e-12);
	check_near(p.restricted.test, want->restricted.test, 1e-12);
	check_near(p.product.train, want->product.train, 1e-12);
	check_near(p.excluded.train, want->excluded.train, 1e-12);
	check_near(p.each.all, want->each.all, 1e-12);
}

static void reference(void)
{
	FILE *f = fopen("tests/ref/losses.txt", "r");
	int n, C, sign, nkeys, keys[8], lines = 0;

	check(f);
	while (fscanf(f, "%d %d %d %d", &n, &C, &sign, &nkeys) == 4) {
		struct spectrum_task task = { n, C, sign, answer, split, NULL };
		struct spectrum_losses p;
		float share[MOST], norm[MOST * MOST];
		double want, sum = 0, energy = 0;

		for (int i = 0; i < nkeys; i++)
			check(fscanf(f, "%d", keys + i) == 1);
		fill(n, C, sign);
		check(!spectrum_losses(logits, &task, keys, nkeys, &p, &e));
		read_loss(f, p.full);
		read_loss(f, p.restricted);
		read_loss(f, p.product);
		read_loss(f, p.excluded);
		read_loss(f, p.each);
		same_by_labels(task, keys, nkeys, &p);
		check(!spectrum_logit_share(logits, &task, share, &e));
		check(fscanf(f, "%lf", &want) == 1);
		check_near(share[2], want, 1e-6);
		check(!spectrum_logit_norms(logits, n, C, norm, &e));
		check(fscanf(f, "%lf", &want) == 1);
		check_near(norm[1 * n + 4], want, 1e-5);
		for (int i = 0; i < n * n; i++)
			sum += (double)norm[i] * norm[i];
		for (int i = 0; i < n * n * C; i++)
			energy += (double)logits[i] * logits[i];
		check_near(sum / energy, 1, 1e-6);
		lines++;
	}
	fclose(f);
	check(lines == 3);
}

/* A function of i + j in one frequency: that key is all of it, any other is nothing. */
static void one_frequency(void)
{
	enum { n = 13 };
	struct spectrum_task task = { n, n, 1, answer, split, NULL };
	struct spectrum_losses p;
	float share[n];
	int key = 3, other = 4;

	fill(n, n, 1);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
			for (int c = 0; c < n; c++)
				logits[(i * n + j) * n + c] =
					(float)(5 * cos(2 * PI * key * (i + j - c) / n));
	check(!spectrum_losses(logits, &task, &key, 1, &p, &e));
	check(p.full.all < 1);
	check_near(p.restricted.test, p.full.test, 1e-5);
	check_near(p.product.test, p.full.test, 1e-5);
	check_near(p.excluded.train, log(n), 1e-5);
	check_near(p.each.train, log(n), 1e-5);
	check(!spectrum_losses(logits, &task, &other, 1, &p, &e));
	check_near(p.restricted.all, log(n), 1e-5);
	check_near(p.excluded.all, p.full.all, 1e-5);
	check(!spectrum_losses(logits, &task, NULL, 0, &p, &e));
	check_near(p.restricted.all, log(n), 1e-5);
	check_near(p.each.all, p.full.all, 0);
	check(!spectrum_logit_share(logits, &task, share, &e));
	check_near(share[key], 1, 1e-6);
	check_near(share[other], 0, 1e-6);
	memset(split, 1, sizeof(split));
	check(!spectrum_losses(logits, &task, &key, 1, &p, &e));
	check(isnan(p.full.test) && p.full.all == p.full.train);
}

int main(void)
{
	reference();
	one_frequency();
	return 0;
}
