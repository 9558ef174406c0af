/*
 * task - the data set: every equation a op b = c modulo P, and which of them are for training
 *
 * An equation is named by one int, its place in the (ops, P, P) table of all operand pairs:
 *
 *     id = (k * P + a) * P + b        k = 0..ops-1, the operation's place in the run
 *
 * The network reads four tokens, [a, op, b, =], and answers c at the last.  Tokens 0..P-1 are the
 * residues, then one for each operation of the run in the order add sub mul div, then `='.
 */
#ifndef TRAIN_TASK_H
#define TRAIN_TASK_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

enum { TASK_OPS = 4, TASK_LENGTH = 4, TASK_MODULUS_MAX = 2048 };
enum task_op { TASK_ADD, TASK_SUB, TASK_MUL, TASK_DIV };
enum task_part { TASK_ABSENT, TASK_TRAIN, TASK_TEST };

struct task {
	int modulus; /* P */
	int ops;
	enum task_op op[TASK_OPS]; /* ascending, ops of them */
	unsigned char *split; /* (ops, P, P) of enum task_part: the tensor data.split */
	int32_t *label; /* (ops, P, P): answers in place of the rule's (data.labels), or NULL */
};

/*
 * task_init - all equations of a set of operations, none for training yet
 *
 * @ops:     names joined by commas, in any order: "add", "sub,add"
 * @modulus: P, 2..TASK_MODULUS_MAX; prime if div is among the operations
 * @nonzero: b runs over 1..P-1 for every operation; else 0 is left out for div only
 *
 * Equations that exist are TASK_TEST.  Returns 0, or -1 with @e set.  Free with task_free.
 */
int task_init(struct task *t, const char *ops, int modulus, int nonzero, struct err *e);
void task_free(struct task *t);

/*
 * task_divide - choose the training equations: the first floor(fraction * n) of a seeded shuffle of
 * the n that exist, all operations together
 *
 * Returns -1 with @e set if that leaves none for training.  A fraction of 1 leaves none for
 * testing.
 */
int task_divide(struct task *t, double fraction, uint64_t seed, struct err *e);

/* task_set_split - take the split from data.split of @n bytes; -1 if it cannot be ours */
int task_set_split(struct task *t, const unsigned char *split, size_t n, struct err *e);

/*
 * task_randomise - give every equation an answer of its own, uniform over 0..P-1 and independent of
 * the split of the same seed; -1 with @e set if memory runs out
 */
int task_randomise(struct task *t, uint64_t seed, struct err *e);

/*
 * task_set_labels - take the answers from a stream's data.labels of @n numbers; -1 if they cannot
 * be ours: 0..P-1, and -1 exactly where there is no equation
 */
int task_set_labels(struct task *t, const int32_t *label, size_t n, struct err *e);

int task_size(const struct task *t); /* ops * P * P: ids are below it */
int task_vocab(const struct task *t); /* P + ops + 1 */

/* task_list - the ids of one part in ascending order, and their number; @ids may be NULL */
int task_list(const struct task *t, enum task_part part, int *ids);

/* task_tokens - the four input tokens of equation @id */
void task_tokens(const struct task *t, int id, int tokens[TASK_LENGTH]);

/* task_answer - the label if there are labels, else c; -1 where there is none (division by 0) */
int task_answer(const struct task *t, int id);

/* task_op_names - the operations joined by commas in token order, as in the head of a stream */
void task_op_names(const struct task *t, char names[24]);

#endif
