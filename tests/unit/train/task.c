/* task: answers against their definition by exhaustive search, tokens, split, refused input */
#include "check.h"
#include "train/task.h"

#include <string.h>

#include "list.h"

static void answers(const char *ops, int p, int nonzero)
{
	struct task t;
	struct err e;
	int id, present = 0, tok[GPT_LENGTH], c, a, b;

	check(task_init(&t, ops, p, nonzero, &e) == 0);
	for (id = 0; id < task_size(&t); id++) {
		task_tokens(&t, id, tok);
		a = tok[0], b = tok[2], c = task_answer(&t, id);
		check(a >= 0 && a < p && b >= 0 && b < p && tok[3] == p + t.ops);
		check(id == ((tok[1] - p) * p + a) * p + b);
		present += t.split[id] != TASK_ABSENT;
		if (t.split[id] == TASK_ABSENT) {
			check(b == 0);
			continue;
		}
		check(c >= 0 && c < p);
		switch (t.op[tok[1] - p]) {
		case TASK_ADD:
			check((a + b - c) % p == 0);
			break;
		case TASK_SUB:
			check((a - b - c) % p == 0);
			break;
		case TASK_MUL:
			check((a * b - c) % p == 0);
			break;
		case TASK_DIV:
			check(b && (c * b - a) % p == 0);
			break;
		default:
			check(!"known");
		}
	}
	check(present == task_list(&t, TASK_TEST, NULL));
	check(task_vocab(&t) == p + t.ops + 1);
	task_free(&t);
}

static void split(void)
{
	struct task t, u;
	struct err e;
	int ids[2 * 13 * 13], n, i;

	check(task_init(&t, "div,add", 13, 0, &e) == 0 && task_init(&u, "add,div", 13, 0, &e) == 0);
	check(t.op[0] == TASK_ADD && t.op[1] == TASK_DIV);
	check(task_divide(&t, 0.29, 7, &e) == 0);
	n = 13 * 13 + 13 * 12;
	check(task_list(&t, TASK_TRAIN, ids) == n * 29 / 100);
	check(task_list(&t, TASK_TRAIN, NULL) + task_list(&t, TASK_TEST, NULL) == n);
	for (i = 1; i < n * 29 / 100; i++)
		check(ids[i] > ids[i - 1] && t.split[ids[i]] == TASK_TRAIN);
	check(task_divide(&u, 0.29, 7, &e) == 0);
	check(!memcmp(t.split, u.split, (size_t)task_size(&t)));
	check(task_divide(&u, 0.29, 8, &e) == 0);
	check(memcmp(t.split, u.split, (size_t)task_size(&t)) != 0);
	check(task_set_split(&u, t.split, (size_t)task_size(&t), &e) == 0);
	check(!memcmp(t.split, u.split, (size_t)task_size(&t)));

	check(task_set_split(&u, t.split, 5, &e) == -1);
	check_error(e, "has 5 cells");
	t.split[1] = TASK_ABSENT;
	check(task_set_split(&u, t.split, (size_t)task_size(&t), &e) == -1);
	check_error(e, "cell 1");
	check(task_divide(&u, 1e-9, 1, &e) == -1);
	check_error(e, "none for training");
	check(task_divide(&u, 1, 1, &e) == 0 && task_list(&u, TASK_TEST, NULL) == 0);
	task_free(&t);
	task_free(&u);
}

/* Labels are uniform, the same for the same seed, and taken back from a stream. */
static void labels(void)
{
	enum { P = 53 };
	int count[P] = { 0 }, id, c, n = 0;
	double chi = 0;
	struct task t, u;
	struct err e;

	check(task_init(&t, "div,sub", P, 0, &e) == 0 && task_init(&u, "div,sub", P, 0, &e) == 0);
	check(task_randomise(&t, 3, &e) == 0 && task_randomise(&u, 3, &e) == 0);
	check(!memcmp(t.label, u.label, (size_t)task_size(&t) * sizeof(*t.label)));
	for (id = 0; id < task_size(&t); id++) {
		c = task_answer(&t, id);
		check((c == -1) == (t.split[id] == TASK_ABSENT));
		if (c >= 0)
			count[c]++, n++;
	}
	/* chi^2 of 52 degrees of freedom: mean 52, deviation 10.2; four of those are allowed */
	for (c = 0; c < P; c++)
		chi += pow(count[c] - (double)n / P, 2) * P / n;
	check_near(chi, P - 1, 41);
	check(task_randomise(&u, 4, &e) == 0);
	check(memcmp(t.label, u.label, (size_t)task_size(&t) * sizeof(*t.label)) != 0);

	check(task_set_labels(&u, t.label, (size_t)task_size(&t), &e) == 0);
	check(task_answer(&u, task_size(&u) - 1) == task_answer(&t, task_size(&t) - 1));
	check(task_set_labels(&u, t.label, 7, &e) == -1);
	check_error(e, "has 7 cells");
	t.label[1] = P;
	check(task_set_labels(&u, t.label, (size_t)task_size(&t), &e) == -1);
	check_error(e, "holds 53 at cell 1");
	task_free(&t);
	task_free(&u);
}

static void refused(const char *ops, int p, const char *text)
{
	struct task t;
	struct err e;

	check(task_init(&t, ops, p, 0, &e) == -1);
	check_error(e, text);
}

int main(void)
{
	char names[TASK_NAMES];
	struct task t;
	struct err e;

	for (int k = 0; k < TASK_OPS; k++) {
		const char *name = task_operation((enum task_op)k)->name;

		check(list_choice(TASK_OP_NAMES, name, strlen(name)) == k);
		check(task_operation_of(name, strlen(name)) == task_operation((enum task_op)k));
	}
	check(!task_operation_of("muladd", 6));
	answers("add", 2, 0);
	answers("mul", 12, 0);
	answers("sub,add,div,mul", 11, 0);
	answers("add,sub", 10, 1);
	answers("div", 97, 0);
	split();
	labels();
	check(task_init(&t, "div,sub,mul,add", 5, 0, &e) == 0);
	task_op_names(&t, names);
	check(!strcmp(names, "add,sub,mul,div"));
	task_free(&t);
	refused("pow", 97, "'pow' is not an operation");
	refused("", 97, "'' is not an operation");
	refused("add,", 97, "'' is not an operation");
	refused("add,add", 97, "given twice");
	refused("add", 1, "modulus 1");
	refused("add", 1 << 20, "modulus 1048576");
	refused("div", 91, "not a prime");
	return 0;
}
