/* Equations, their answers and their split.  See task.h. */
#include "train/task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "train/residue.h"
#include "list.h"
#include "rng.h"

enum { RNG_SPLIT = 1, RNG_LABELS = 4 }; /* purposes of rng_seed; training has 2 and 3 */

static int sum(int a, int b, int p)
{
	return (a + b) % p;
}

static int difference(int a, int b, int p)
{
	return (a - b + p) % p;
}

static int product(int a, int b, int p)
{
	return a * b % p;
}

static int quotient(int a, int b, int p)
{
	return a * residue_inverse(b, p) % p;
}

static const struct task_operation operations[TASK_OPS] = {
	[TASK_ADD] = { "add", sum, TASK_SUMS, 1, 0 },
	[TASK_SUB] = { "sub", difference, TASK_SUMS, -1, 0 },
	[TASK_MUL] = { "mul", product, TASK_PRODUCTS, 1, 0 },
	[TASK_DIV] = { "div", quotient, TASK_PRODUCTS, -1, 1 },
};

const struct task_operation *task_operation(enum task_op op)
{
	return &operations[op];
}

const struct task_operation *task_operation_of(const char *name, size_t n)
{
	int op = list_choice(TASK_OP_NAMES, name, n);

	return op < 0 ? NULL : &operations[op];
}

/* Sets bit k of the result for operation k; -1 with e set for an unknown or repeated name. */
static int parse_ops(const char *ops, struct err *e)
{
	const char *item;
	int set = 0, k;
	size_t n;

	while (list_next(&ops, &item, &n)) {
		k = list_choice(TASK_OP_NAMES, item, n);
		if (k < 0)
			return err_set(e, "'%.*s' is not an operation: add, sub, mul or div",
				       n > 40 ? 40 : (int)n, item);
		if (set & 1 << k)
			return err_set(e, "operation '%.*s' is given twice", (int)n, item);
		set |= 1 << k;
	}
	return set;
}

int task_init(struct task *t, const char *ops, int modulus, int nonzero, struct err *e)
{
	struct task made = { .modulus = modulus };
	int set = parse_ops(ops, e), k, id, divides = 0;

	if (set < 0)
		return -1;
	if (modulus < 2 || modulus > TASK_MODULUS_MAX)
		return err_set(e, "modulus %d is not in 2..%d", modulus, TASK_MODULUS_MAX);
	for (k = 0; k < TASK_OPS; k++)
		if (set & 1 << k) {
			made.op[made.ops++] = (enum task_op)k;
			divides |= operations[k].divides;
		}
	if (divides && !residue_prime(modulus))
		return err_set(e, "modulus %d is not a prime, so division is not defined", modulus);
	made.split = malloc((size_t)task_size(&made));
	if (!made.split)
		return err_memory(e);
	for (id = 0; id < task_size(&made); id++) {
		int zero = id % modulus == 0 &&
			   (nonzero || operations[made.op[id / modulus / modulus]].divides);

		made.split[id] = zero ? TASK_ABSENT : TASK_TEST;
	}
	*t = made;
	return 0;
}

void task_free(struct task *t)
{
	free(t->split);
	free(t->label);
	t->split = NULL;
	t->label = NULL;
}

int task_divide(struct task *t, double fraction, uint64_t seed, struct err *e)
{
	int *ids = malloc(sizeof(*ids) * (size_t)task_size(t)), n = 0, train, i;
	struct rng r;

	if (!ids)
		return err_memory(e);
	for (i = 0; i < task_size(t); i++)
		if (t->split[i] != TASK_ABSENT)
			ids[n++] = i;
	/* Forgives the rounding of fractions such as 0.29, so that 0.29 * 100 is 29. */
	train = (int)(fraction * n * (1 + 1e-12));
	if (train < 1 || train > n) {
		free(ids);
		return err_set(e, "a fraction of %g of %d equations leaves none for training",
			       fraction, n);
	}
	rng_seed(&r, seed, RNG_SPLIT);
	rng_shuffle(&r, ids, (size_t)n);
	for (i = 0; i < n; i++)
		t->split[ids[i]] = i < train ? TASK_TRAIN : TASK_TEST;
	free(ids);
	return 0;
}

int task_set_split(struct task *t, const unsigned char *split, size_t n, struct err *e)
{
	size_t i;

	if (n != (size_t)task_size(t))
		return err_set(e, "data.split has %zu cells, the task has %d", n, task_size(t));
	for (i = 0; i < n; i++)
		if (split[i] > TASK_TEST ||
		    (split[i] == TASK_ABSENT) != (t->split[i] == TASK_ABSENT))
			return err_set(e, "data.split holds %d at cell %zu, where it must be %s",
				       split[i], i,
				       t->split[i] == TASK_ABSENT ? "0: no equation"
								  : "1 (training) or 2 (test)");
	memcpy(t->split, split, n);
	return 0;
}

/* Room for labels, unless there is some. */
static int allocate_labels(struct task *t, struct err *e)
{
	if (!t->label)
		t->label = malloc((size_t)task_size(t) * sizeof(*t->label));
	return t->label ? 0 : err_memory(e);
}

int task_randomise(struct task *t, uint64_t seed, struct err *e)
{
	struct rng r;
	int id;

	if (allocate_labels(t, e))
		return -1;
	rng_seed(&r, seed, RNG_LABELS);
	for (id = 0; id < task_size(t); id++)
		t->label[id] = t->split[id] == TASK_ABSENT
				       ? -1
				       : (int32_t)rng_below(&r, (uint64_t)t->modulus);
	return 0;
}

int task_set_labels(struct task *t, const int32_t *label, size_t n, struct err *e)
{
	size_t i;

	if (n != (size_t)task_size(t))
		return err_set(e, "data.labels has %zu cells, the task has %d", n, task_size(t));
	for (i = 0; i < n; i++)
		if (t->split[i] == TASK_ABSENT ? label[i] != -1
					       : label[i] < 0 || label[i] >= t->modulus)
			return err_set(e, "data.labels holds %d at cell %zu, where that cannot be",
				       (int)label[i], i);
	if (allocate_labels(t, e))
		return -1;
	memcpy(t->label, label, n * sizeof(*label));
	return 0;
}

int task_size(const struct task *t)
{
	return t->ops * t->modulus * t->modulus;
}

int task_vocab(const struct task *t)
{
	return t->modulus + t->ops + 1;
}

int task_list(const struct task *t, enum task_part part, int *ids)
{
	int id, n = 0;

	for (id = 0; id < task_size(t); id++)
		if (t->split[id] == part) {
			if (ids)
				ids[n] = id;
			n++;
		}
	return n;
}

void task_tokens(const struct task *t, int id, int tokens[GPT_LENGTH])
{
	tokens[0] = id / t->modulus % t->modulus;
	tokens[1] = t->modulus + id / t->modulus / t->modulus;
	tokens[2] = id % t->modulus;
	tokens[3] = t->modulus + t->ops;
}

int task_answer(const struct task *t, int id)
{
	const struct task_operation *o = &operations[t->op[id / t->modulus / t->modulus]];
	int p = t->modulus, a = id / p % p, b = id % p;

	if (t->label)
		return t->label[id];
	return o->divides && !b ? -1 : o->answer(a, b, p);
}

void task_op_names(const struct task *t, char names[TASK_NAMES])
{
	int k, at = 0;

	for (k = 0; k < t->ops; k++)
		at += snprintf(names + at, TASK_NAMES - (size_t)at, "%s%s", k ? "," : "",
			       operations[t->op[k]].name);
}
