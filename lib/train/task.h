/*
 * task - the data set: every equation a op b = c modulo P, and which of them are for training
 *
 * An equation is identified by one int, its id: its index in the (ops, P, P) table of all operand
 * pairs,
 *
 *     id = (k * P + a) * P + b        k = 0..ops-1, the number of the operation in the run
 *
 * The network reads four tokens, [a, op, b, =], and predicts c at the last.  Tokens 0..P-1 are the
 * residues; then comes one token for each operation of the run, in the order add sub mul div; then
 * `='.
 */
#ifndef TRAIN_TASK_H
#define TRAIN_TASK_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "gpt/gpt.h"

enum { TASK_OPS = 4, TASK_MODULUS_MAX = 2048 };
enum task_op { TASK_ADD, TASK_SUB, TASK_MUL, TASK_DIV };
#define TASK_OP_NAMES "add|sub|mul|div" /* in this order */
enum { TASK_NAMES = sizeof(TASK_OP_NAMES) }; /* room for the names of all, joined by commas */
enum task_part { TASK_ABSENT, TASK_TRAIN, TASK_TEST };

/* The order of the residues in which an operation is addition or subtraction. */
enum task_order { TASK_SUMS, TASK_PRODUCTS, TASK_UNORDERED }; /* own, by logarithm, none */

/* What an operation is: a row of the table in task.c. */
struct task_operation {
	const char *name;
	int (*answer)(int a, int b, int p); /* 0..p-1 */
	enum task_order order;
	int sign; /* 1: addition, -1: subtraction in that order; 0 if there is none */
	int divides; /* by b, which must not be 0, modulo a prime */
};
const struct task_operation *task_operation(enum task_op op);

/* task_operation_of - the operation of this name, of @n bytes; NULL: there is none */
const struct task_operation *task_operation_of(const char *name, size_t n);

struct task {
	int modulus; /* P */
	int ops;
	enum task_op op[TASK_OPS]; /* (ops), ascending */
	unsigned char *split; /* (ops, P, P) of enum task_part: the tensor data.split */
	int32_t *label; /* (ops, P, P): data.labels, answers instead of c; or NULL */
};

/*
 * task_init - all equations of a set of operations; none of them is for training yet
 *
 * @ops:     names joined by commas, in any order: "add", "sub,add"
 * @modulus: P, 2..TASK_MODULUS_MAX; prime if div is among the operations
 * @nonzero: 1: leave out b = 0 for every operation; 0: only for div
 *
 * The equations are TASK_TEST, those left out TASK_ABSENT.  Returns 0, or -1 with @e set.  Free
 * with task_free.
 */
int task_init(struct task *t, const char *ops, int modulus, int nonzero, struct err *e);
void task_free(struct task *t);

/*
 * task_divide - choose the training equations
 *
 * They are the first floor(fraction * n) of a seeded shuffle of all n equations, the operations
 * shuffled together.  Returns -1 with @e set if these are none.  A fraction of 1 leaves no equation
 * for testing.
 */
int task_divide(struct task *t, double fraction, uint64_t seed, struct err *e);

/*
 * task_set_split - take the split from a stream's data.split of @n bytes
 *
 * Returns -1 with @e if it cannot be a split of this task.
 */
int task_set_split(struct task *t, const unsigned char *split, size_t n, struct err *e);

/*
 * task_randomise - replace the answer of every equation by a random one, uniform over 0..P-1
 *
 * The answers are independent of each other and of the split with the same @seed.  Returns -1 with
 * @e set if memory runs out.
 */
int task_randomise(struct task *t, uint64_t seed, struct err *e);

/*
 * task_set_labels - take the answers from a stream's data.labels of @n numbers
 *
 * Returns -1 with @e unless they are 0..P-1 at the equations and -1 everywhere else.
 */
int task_set_labels(struct task *t, const int32_t *label, size_t n, struct err *e);

int task_size(const struct task *t); /* ops * P * P: every id is less than this */
int task_vocab(const struct task *t); /* P + ops + 1 */

/* task_list - fill @ids, if not NULL, with the ids of one part, ascending; returns their number */
int task_list(const struct task *t, enum task_part part, int *ids);

/* task_tokens - the four input tokens of equation @id */
void task_tokens(const struct task *t, int id, int tokens[GPT_LENGTH]);

/*
 * task_answer - the label if there are labels, else c; -1 if there is no equation (division by 0)
 */
int task_answer(const struct task *t, int id);

/* task_op_names - the operations joined by commas in token order, as in the head of a stream */
void task_op_names(const struct task *t, char names[TASK_NAMES]);

#endif
