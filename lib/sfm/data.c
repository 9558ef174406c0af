/* The data of a machine: its equations, their split, and target values; see sfm.h. */
#include "sfm/sfm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "train/residue.h"
#include "rng.h"

enum { RNG_TARGET = 0x7366, RNG_NOISE }; /* purposes of rng_seed */

/* ---- split ---- */

/* Equations with a zero operand have no logarithm and are left out, unless wanted. */
static void drop_zeros(struct task *t)
{
	for (int i = 0; i < t->modulus; i++)
		t->split[i] = t->split[i * t->modulus] = TASK_ABSENT;
}

struct key {
	uint64_t key;
	int id;
};

static int compare(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

/* Knuth's MMIX generator gives every equation a key, in order of (a, b); the n smallest train. */
static int divide_lcg(struct task *t, int cells, int n, uint64_t seed, struct err *e)
{
	struct key *keys = malloc(sizeof(*keys) * (size_t)cells);
	int k = 0;

	if (!keys)
		return err_memory(e);
	for (int id = 0; id < task_size(t); id++) {
		if (t->split[id] == TASK_ABSENT)
			continue;
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		keys[k++] = (struct key){ seed >> 33, id };
	}
	qsort(keys, (size_t)cells, sizeof(*keys), compare);
	for (k = 0; k < n; k++)
		t->split[keys[k].id] = TASK_TRAIN;
	free(keys);
	return 0;
}

static int divide(struct sfm_data *d, const struct sfm_data_config *c, struct err *e)
{
	int cells = task_list(&d->task, TASK_TEST, NULL);
	int n = c->train_count ? c->train_count : (int)(c->train_frac * cells * (1 + 1e-12));
	int failed;

	if (n < 2 || n > cells)
		return err_set(e, "%d of %d equations cannot be for training", n, cells);
	failed = c->split == SFM_LCG
			 ? divide_lcg(&d->task, cells, n, (uint64_t)c->seed, e)
			 : task_divide(&d->task, (double)n / cells, (uint64_t)c->seed, e);
	d->train = n;
	d->test = cells - n;
	return failed;
}

/* ---- targets ---- */

/* Equal Fourier coefficients over Z_M, random phases, and a real function. */
static void random_phases(double *g, int M, uint64_t seed)
{
	struct rng r;

	rng_seed(&r, seed, RNG_TARGET);
	for (int k = 0; k <= M / 2; k++) {
		int single = k == 0 || 2 * k == M;
		double phase =
			single ? M_PI * (double)rng_below(&r, 2) : 2 * M_PI * rng_uniform(&r);

		for (int j = 0; j < M; j++)
			g[j] += (single ? 1 : 2) / sqrt(M) *
				cos(2 * M_PI * (double)((long)k * j % M) / M + phase);
	}
}

/* The function of the answers c = first..p-1, whose labels are 0..M-1, or -1 for the zero apart. */
static int set_values(struct sfm_data *d, const struct sfm_data_config *c, int first,
		      const int *label, int M, struct err *e)
{
	int p = c->modulus;
	double sum = 0, mean = 0.5 * (first + p - 1), *g = NULL;

	d->outputs = c->target == SFM_ONEHOT ? p : 1;
	d->value = calloc((size_t)p * (size_t)d->outputs, sizeof(*d->value));
	g = calloc((size_t)M, sizeof(*g));
	if (!d->value || !g) {
		free(g);
		return err_memory(e);
	}
	if (c->target == SFM_RANDOM)
		random_phases(g, M, (uint64_t)c->seed);
	if (c->target == SFM_CHARACTER)
		for (int j = 0; j < M; j++)
			g[j] = cos(2 * M_PI * (double)((long)c->character * j % M) / M);
	for (int a = first; a < p; a++) {
		switch (c->target) {
		case SFM_QR:
			d->value[a] = residue_legendre(a, p) + 1 / sqrt(p);
			break;
		case SFM_RESIDUE:
			d->value[a] = a - mean;
			break;
		case SFM_DELTA:
			d->value[a] = a == 1;
			break;
		case SFM_CHARACTER:
		case SFM_RANDOM:
			d->value[a] = label[a] < 0 ? 0 : g[label[a]];
			break;
		case SFM_ONEHOT:
			d->value[a * p + a] = 1;
			break;
		}
	}
	free(g);
	if (c->target == SFM_ONEHOT)
		return 0;
	d->signs = 1;
	for (int a = first; a < p; a++) {
		sum += d->value[a] * d->value[a];
		d->signs &= d->value[a] != 0;
	}
	for (int a = first; a < p; a++)
		d->value[a] *= sqrt((p - first) / sum);
	return 0;
}

static void add_noise(struct sfm_data *d, const struct sfm_data_config *c, int first)
{
	struct rng r;

	rng_seed(&r, (uint64_t)c->seed, RNG_NOISE);
	for (int i = 0; i < d->D * d->D; i++) {
		double draw = rng_uniform(&r);
		int other = first + (int)rng_below(&r, (uint64_t)(c->modulus - first));

		if (d->split[i] == TASK_TRAIN && draw < c->noise)
			d->answer[i] = other;
	}
}

static int check_config(const struct sfm_data_config *c, struct err *e)
{
	const struct task_operation *o = task_operation_of(c->op, strlen(c->op));
	int prime = residue_prime(c->modulus);

	if (!o || o->order == TASK_UNORDERED)
		return err_set(e, "no operation '%s': one of add, sub, mul, div", c->op);
	if (c->modulus < 3 || c->modulus > SFM_MODULUS_MAX)
		return err_set(e, "modulus %d is not within 3..%d", c->modulus, SFM_MODULUS_MAX);
	if (!prime && o->order == TASK_PRODUCTS)
		return err_set(e, "%s needs a prime modulus, not %d", c->op, c->modulus);
	if (!prime && c->target == SFM_QR)
		return err_set(e, "the target qr needs a prime modulus, not %d", c->modulus);
	if (c->character < 0 || c->character >= c->modulus)
		return err_set(e, "character %d is not within 0..%d", c->character, c->modulus - 1);
	return 0;
}

int sfm_data_init(struct sfm_data *d, const struct sfm_data_config *c, struct err *e)
{
	int p = c->modulus, product, relabel, first, *at = NULL;
	const struct task_operation *o;

	if (check_config(c, e))
		return -1;
	o = task_operation_of(c->op, strlen(c->op));
	product = o->order == TASK_PRODUCTS;
	relabel = product && c->dlog;
	first = product && !c->zero; /* the least operand and answer */
	*d = (struct sfm_data){ .D = p - (relabel && !c->zero),
				.apart = relabel && c->zero,
				.sign = o->sign };
	at = malloc(sizeof(*at) * (size_t)p);
	if (!at)
		return err_memory(e);
	for (int a = 0; a < p; a++)
		at[a] = a;
	if (relabel)
		residue_tables(p, at, NULL);
	if (task_init(&d->task, c->op, p, 0, e))
		goto fail;
	if (first)
		drop_zeros(&d->task);
	if (divide(d, c, e) || set_values(d, c, first, at, relabel ? p - 1 : p, e))
		goto fail;
	d->split = calloc((size_t)d->D, (size_t)d->D);
	d->answer = malloc(sizeof(*d->answer) * (size_t)d->D * (size_t)d->D);
	if (!d->split || !d->answer) {
		err_memory(e);
		goto fail;
	}
	for (int i = 0; i < d->D * d->D; i++)
		d->answer[i] = -1;
	if (relabel)
		at[0] = p - 1; /* last, where there is room for it */
	for (int id = 0; id < p * p; id++) {
		int i = at[id / p] * d->D + at[id % p];

		if (d->task.split[id] == TASK_ABSENT)
			continue;
		d->split[i] = d->task.split[id];
		d->answer[i] = task_answer(&d->task, id);
	}
	add_noise(d, c, first);
	free(at);
	return 0;
fail:
	free(at);
	sfm_data_free(d);
	return -1;
}

void sfm_data_free(struct sfm_data *d)
{
	task_free(&d->task);
	free(d->split);
	free(d->answer);
	free(d->value);
	*d = (struct sfm_data){ .D = 0 };
}
