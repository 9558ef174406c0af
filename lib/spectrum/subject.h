/*
 * subject - a matrix of a checkpoint, its rows in the order in which they are measured
 *
 * Rows of the embedding and of the head are tokens, the first P of them residues.  In their own
 * order (add) row i is i; in the order of discrete logarithms (dlog) it is g^i mod P, g the least
 * primitive root, and zero is left out.  Any other matrix is taken row by row.
 */
#ifndef SPECTRUM_SUBJECT_H
#define SPECTRUM_SUBJECT_H

#include <stdbool.h>

#include "stream/tensor.h"

#define SUBJECT_EMBEDDING "transformer.wte.weight"
#define SUBJECT_HEAD      "lm_head.weight"

enum {
	SUBJECT_MODULUS = 1 << 15
}; /* the largest that can be measured; the least is SPECTRUM_ROWS */
enum subject_basis { SUBJECT_AUTO, SUBJECT_ADD, SUBJECT_DLOG, SUBJECT_BASES };

/* The orders in which a run is measured */
struct subject_orders {
	int P; /* the modulus; 0: unknown, all rows are just rows */
	bool use[SUBJECT_BASES];
	int *power; /* (P - 1), g^i mod P; NULL if P is no prime */
};

/*
 * subject_orders - those of the run that @head opens
 *
 * @basis: SUBJECT_AUTO goes by the operations of the run; both orders for a joint run of both kinds
 *
 * Returns -1 with @e when the modulus is out of range, or is no prime and @basis needs one.
 */
int subject_orders(struct subject_orders *o, const struct record *head, enum subject_basis basis,
		   struct err *e);
void subject_orders_free(struct subject_orders *o);

struct subject {
	char *of; /* NULL: the embedding in the only order of the run */
	enum subject_basis basis;
	bool embedding;
	int n, C, P; /* P = 0: rows are no residues, and there is no second order */
	float *x; /* (n, C) */
	double zero; /* dlog: norm of the row of 0 / root mean square norm of the others */
};

/* subject_init - the matrix @x called @name, all finite, in one order */
int subject_init(struct subject *s, const struct subject_orders *o, enum subject_basis basis,
		 const char *name, const struct tensor *x, struct err *e);
void subject_free(struct subject *s);

#endif
