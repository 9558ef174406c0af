/*
 * cuts - which layers and heads to skip: from a list, as users write it, to sets
 *
 *     thirds | each | heads | none | 5 | 16-31 | 3.2 | 3.0-2 | 0-5.1      joined by commas
 *
 * `each' is each layer alone, `heads' each head alone, 3.2 head 2 of layer 3.  Layers are skipped
 * once for each part of a layer that is asked for; heads once.  The sets, in this order:
 *
 *     whole | of each part: cuts, random sets of as many layers, windows of layers
 */
#ifndef CMA_CUTS_H
#define CMA_CUTS_H

#include "cma/skip.h"

/* What of a layer can be skipped. */
enum { CMA_PARTS = 4 };
extern const struct cma_part {
	const char *name;
	unsigned char bits;
} cma_parts[CMA_PARTS]; /* attn, heads, mlp, block */

/* Layers first..last, or heads head..last_head of these; head is -1 for whole layers. */
struct cma_cut {
	int first, last, head, last_head;
};

/* Zero-initialise; free with cma_cuts_free. */
struct cma_cuts {
	int L, H;
	struct cma_cut *cut; /* (n) */
	int n;
	int parts, nulls, scan; /* as asked for */
	struct cma_set *set; /* (sets) */
	int sets;
	int *at; /* (parts, n): the set of a cut; -1: of heads, which stand at the first part */
	int *null; /* (parts, L + 1): the first random set of so many layers, 0: none */
	int *window; /* (parts): the first window; those of each first layer follow each other */
	unsigned char *layer, *head; /* what the sets point to */
};

/*
 * cma_cuts_parse - add what a list says, each cut once
 *
 * @L, @H: of the network; with L = 0 only the spelling is checked
 *
 * Returns 0, or -1 with @e.
 */
int cma_cuts_parse(struct cma_cuts *c, const char *list, int L, int H, struct err *e);

/*
 * cma_cuts_plan - make the sets
 *
 * @part:  (parts) indices into cma_parts
 * @nulls: random sets for each number of layers that a cut has, drawn from @seed
 * @scan:  add every window of layers
 */
int cma_cuts_plan(struct cma_cuts *c, const int *part, int parts, int nulls, int scan,
		  uint64_t seed, struct err *e);
void cma_cuts_free(struct cma_cuts *c); /* leaves it empty */

/* cma_cut_name - "16-31", "3.2" */
void cma_cut_name(const struct cma_cut *cut, char name[48]);

#endif
