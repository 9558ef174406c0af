/* The rows of an embedding in both orders of the residues. */
#include "check.h"
#include "spectrum/subject.h"

static struct err e;

static struct subject_orders orders_of(const char *op, int modulus, enum subject_basis basis)
{
	const struct setting config[] = {
		{ .key = "op", .type = SETTING_TEXT, .text = op },
		{ .key = "modulus", .type = SETTING_INT, .i = modulus },
	};
	struct record head = { .kind = RECORD_HEAD, .run = "r", .version = FORMAT_VERSION };
	struct subject_orders o = { .P = -1 };

	head.config = config;
	head.nconfig = modulus ? 2 : 1;
	if (subject_orders(&o, &head, basis, &e))
		check(o.P == -1); /* untouched */
	return o;
}

/* The embedding of modulus 7: row i is (i, 1) */
static struct tensor embedding(void)
{
	static float data[9 * 2];

	for (int i = 0; i < 9; i++) {
		data[2 * i] = (float)i;
		data[2 * i + 1] = 1;
	}
	return (struct tensor){ DTYPE_F4, 2, { 9, 2 }, 18, data };
}

static void orders(void)
{
	static const int powers[] = { 1, 3, 2, 6, 4, 5 };
	struct tensor x = embedding();
	struct subject_orders o = orders_of("mul", 7, SUBJECT_AUTO);
	struct subject s;

	check(o.P == 7 && o.use[SUBJECT_DLOG] && !o.use[SUBJECT_ADD]);
	check(!subject_init(&s, &o, SUBJECT_DLOG, SUBJECT_EMBEDDING, &x, &e));
	check(s.n == 6 && s.C == 2 && s.P == 7 && !s.of && s.embedding);
	for (int i = 0; i < 6; i++)
		check(s.x[2 * i] == powers[i]);
	check_near(s.zero, 1 / sqrt((91 + 6) / 6.0), 1e-12);
	subject_free(&s);
	check(!subject_init(&s, &o, SUBJECT_DLOG, "other", &x, &e));
	check(s.n == 9 && s.P == 0 && !strcmp(s.of, "other") && s.x[4] == 2);
	subject_free(&s);
	subject_orders_free(&o);

	o = orders_of("add,mul", 7, SUBJECT_AUTO);
	check(o.use[SUBJECT_DLOG] && o.use[SUBJECT_ADD]);
	check(!subject_init(&s, &o, SUBJECT_ADD, SUBJECT_EMBEDDING, &x, &e));
	check(s.n == 7 && !strcmp(s.of, SUBJECT_EMBEDDING " add"));
	subject_free(&s);
	subject_orders_free(&o);

	o = orders_of("mul", 0, SUBJECT_AUTO); /* no modulus: rows are rows */
	check(!subject_init(&s, &o, SUBJECT_ADD, SUBJECT_EMBEDDING, &x, &e));
	check(s.n == 9 && s.P == 0 && !s.of);
	subject_free(&s);
	subject_orders_free(&o);
}

static void refused(void)
{
	struct subject_orders o;

	check(orders_of("mul", 8, SUBJECT_DLOG).P == -1);
	check_error(e, "run 'r': discrete logarithms need a prime modulus");
	check(orders_of("add", 4, SUBJECT_AUTO).P == -1);
	check_error(
		e,
		"run 'r': cannot work with its modulus, which must be an integer from 5 to 32768");
	check(orders_of("add", 32769, SUBJECT_AUTO).P == -1);
	o = orders_of("add", 5, SUBJECT_AUTO);
	check(o.P == 5);
	subject_orders_free(&o);
}

int main(void)
{
	orders();
	refused();
	return 0;
}
