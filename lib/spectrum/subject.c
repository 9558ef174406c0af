/*
 * subject - which rows of a matrix are residues, and in which order
 */
#include "spectrum/subject.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "spectrum/spectrum.h"
#include "train/residue.h"
#include "train/task.h"

/* The orders of the operations of a run, joined by commas. */
static void own_orders(const char *ops, int use[SUBJECT_BASES])
{
	const struct task_operation *o;
	const char *name;
	size_t n;

	while (list_next(&ops, &name, &n)) {
		o = task_operation_of(name, n);
		use[SUBJECT_DLOG] |= o && o->order == TASK_PRODUCTS;
		use[SUBJECT_ADD] |= o && o->order == TASK_SUMS;
	}
}

int subject_orders(struct subject_orders *o, const struct record *head, enum subject_basis basis,
		   struct err *e)
{
	const struct setting *P = format_setting(head, "modulus"), *op = format_setting(head, "op");
	struct subject_orders q = { .P = 0 };
	int prime;

	if (P && (P->type != SETTING_INT || P->i < SPECTRUM_ROWS || P->i > SUBJECT_MODULUS))
		return err_set(e,
			       "run '%s': cannot work with its modulus, "
			       "which must be an integer from %d to %d",
			       head->run, SPECTRUM_ROWS, SUBJECT_MODULUS);
	q.P = P ? (int)P->i : 0;
	prime = q.P && residue_prime(q.P);
	if (basis == SUBJECT_DLOG && !prime)
		return err_set(e, "run '%s': discrete logarithms need a prime modulus", head->run);
	if (op && op->type == SETTING_TEXT && prime && basis == SUBJECT_AUTO)
		own_orders(op->text, q.use);
	if (basis != SUBJECT_AUTO)
		q.use[basis] = 1;
	if (!q.use[SUBJECT_DLOG])
		q.use[SUBJECT_ADD] = 1;
	if (prime) {
		q.power = malloc(sizeof(*q.power) * (size_t)q.P);
		if (!q.power)
			return err_memory(e);
		residue_tables(q.P, NULL, q.power);
	}
	*o = q;
	return 0;
}

void subject_orders_free(struct subject_orders *o)
{
	free(o->power);
	*o = (struct subject_orders){ .P = 0 };
}

static double norm(const float *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)x[i] * x[i];
	return sqrt(sum);
}

/* What records call it: nothing, its name, or its name and its order. */
static int name_it(struct subject *s, const char *name, int both, struct err *e)
{
	const char *suffix = !both ? "" : s->basis == SUBJECT_DLOG ? " dlog" : " add";
	size_t size = strlen(name) + strlen(suffix) + 1;

	if (s->embedding && !both)
		return 0;
	s->of = malloc(size);
	if (!s->of)
		return err_memory(e);
	snprintf(s->of, size, "%s%s", name, suffix);
	return 0;
}

int subject_init(struct subject *s, const struct subject_orders *o, enum subject_basis basis,
		 const char *name, const struct tensor *x, struct err *e)
{
	int embedding = !strcmp(name, SUBJECT_EMBEDDING);
	int tokens =
		o->P && x->shape[0] >= (size_t)o->P && (embedding || !strcmp(name, SUBJECT_HEAD));
	int dlog = tokens && basis == SUBJECT_DLOG;
	const float *data = x->data;
	struct subject q = { .basis = basis, .embedding = embedding };

	q.C = (int)x->shape[1];
	q.P = tokens ? o->P : 0;
	q.n = !tokens ? (int)x->shape[0] : o->P - dlog;
	q.x = malloc(sizeof(*q.x) * (size_t)q.n * (size_t)q.C);
	if (!q.x)
		return err_memory(e);
	for (int i = 0; i < q.n; i++)
		memcpy(q.x + (size_t)i * q.C, data + (size_t)(dlog ? o->power[i] : i) * q.C,
		       sizeof(*q.x) * (size_t)q.C);
	if (dlog)
		q.zero = norm(data, (size_t)q.C) / (norm(q.x, (size_t)q.n * q.C) / sqrt(q.n));
	if (name_it(&q, name, o->use[SUBJECT_ADD] && o->use[SUBJECT_DLOG] && tokens, e)) {
		subject_free(&q);
		return -1;
	}
	*s = q;
	return 0;
}

void subject_free(struct subject *s)
{
	free(s->of);
	free(s->x);
	*s = (struct subject){ .of = NULL };
}
