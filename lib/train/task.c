/* Equations, their answers and their split.  See task.h. */
#include "train/task.h"

#include <stdlib.h>
#include <string.h>

#include "train/residue.h"
#include "list.h"
#include "rng.h"

enum { RNG_SPLIT = 1, RNG_LABELS = 4 }; /* purposes of rng_seed; training has 2 and 3 */

const char *task_op_name(enum task_op op)
{
	static const char *const names[TASK_OPS] = { "add", "sub", "mul", "div" };

	return names[op];
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
	int set = parse_ops(ops, e), k, id;

	if (set < 0)
		return -1;
	if (modulus < 2 || modulus > TASK_MODULUS_MAX)
		return err_set(e, "modulus %d is not in 2..%d", modulus, TASK_MODULUS_MAX);
	if (set & 1 << TASK_DIV && !residue_prime(modulus))
		return err_set(e, "modulus %d is not a prime, so division is not defined", modulus);
	for (k = 0; k < TASK_OPS; k++)
		if (set & 1 << k)
			made.op[made.ops++] = (enum task_op)k;
	made.split = malloc((size_t)task_size(&made));
	if (!made.split)
		return err_memory(e);
	for (id = 0; id < task_size(&made); id++) {
		int zero = id % modulus == 0 &&
			   (nonzero || made.op[id / modulus / modulus] == TASK_DIV);

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
			return err_set(e, "data.split holds %d at cell %zu, where that cannot be",
				       split[i], i);
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

void task_tokens(const struct task *t, int id, int tokens[TASK_LENGTH])
{
	tokens[0] = id / t->modulus % t->modulus;
	tokens[1] = t->modulus + id / t->modulus / t->modulus;
	tokens[2] = id % t->modulus;
	tokens[3] = t->modulus + t->ops;
}

int task_answer(const struct task *t, int id)
{
	int p = t->modulus, a = id / p % p, b = id % p;

	if (t->label)
		return t->label[id];
	switch (t->op[id / p / p]) {
	case TASK_ADD:
		return (a + b) % p;
	case TASK_SUB:
		return (a - b + p) % p;
	case TASK_MUL:
		return a * b % p;
	case TASK_DIV:
		return b ? a * residue_inverse(b, p) % p : -1;
	}
	return -1;
}

void task_op_names(const struct task *t, char names[24])
{
	int k;

	names[0] = '\0';
	for (k = 0; k < t->ops; k++) {
		if (k)
			strcat(names, ",");
		strcat(names, task_op_name(t->op[k]));
	}
}
