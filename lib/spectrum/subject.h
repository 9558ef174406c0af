/*
 * subject - a matrix of a checkpoint, with its rows in the order in which they are measured
 *
 * Rows of the embedding and of the head are tokens, of which the first P are residues.  In the
 * order "add", row i is the residue i.  In the order "dlog" (discrete logarithms), it is g^i mod P,
 * with g the least primitive root of the prime P; zero is left out.  Any other matrix is taken as
 * it is.
 */
#ifndef SPECTRUM_SUBJECT_H
#define SPECTRUM_SUBJECT_H

#include "stream/tensor.h"

#define SUBJECT_EMBEDDING "transformer.wte.weight"
#define SUBJECT_HEAD      "lm_head.weight"

enum {
	SUBJECT_MODULUS = 1 << 15
}; /* the largest modulus that can be measured; the least is SPECTRUM_ROWS */
enum subject_basis { SUBJECT_AUTO, SUBJECT_ADD, SUBJECT_DLOG, SUBJECT_BASES };
#define SUBJECT_BASIS_NAMES "auto|add|dlog" /* in this order */

/* The orders in which the embedding and the head of a run are measured. */
struct subject_orders {
	int P; /* the modulus; 0: unknown, all rows are measured as they are */
	int use[SUBJECT_BASES];
	int *power; /* (P - 1), g^i mod P; NULL if P is not prime */
};

/*
 * subject_orders - the orders for the run that @head opens
 *
 * @basis: SUBJECT_AUTO: add for the operations add and sub, dlog for mul and div, both for a run
 *         with both kinds
 *
 * Returns 0, or -1 with @e when the modulus is out of range, or not prime where it must be.
 */
int subject_orders(struct subject_orders *o, const struct record *head, enum subject_basis basis,
		   struct err *e);
void subject_orders_free(struct subject_orders *o);

struct subject {
	char *of; /* name for records; NULL: the embedding, if the run has a single order */
	enum subject_basis basis;
	int embedding;
	int n, C, P; /* P = 0: rows are not residues */
	float *x; /* (n, C) */
	double zero; /* dlog: norm of the row of 0 / root mean square norm of the others */
};

/* subject_init - the tensor @x called @name, all finite, in one order; 0, or -1 with @e */
int subject_init(struct subject *s, const struct subject_orders *o, enum subject_basis basis,
		 const char *name, const struct tensor *x, struct err *e);
void subject_free(struct subject *s);

#endif
