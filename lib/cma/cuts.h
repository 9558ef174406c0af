/*
 * cuts - which layers and heads to skip: turns a list that users write into sets (skip.h)
 *
 *     thirds | each | heads | none | 5 | 16-31 | 3.2 | 3.0-2 | 0-5.1      joined by commas
 *
 * `each' is each layer by itself, `heads' each head by itself; 3.2 is head 2 of layer 3, and 0-5.1
 * is head 1 of layers 0 to 5.  An item is called a cut.  A cut of layers makes a set for each part
 * of a layer that is asked for (attention, MLP, ...), a cut of heads makes one.  Order of the sets:
 *
 *     the whole network | for each part: cuts, random sets of as many layers, windows of layers
 */
#ifndef CMA_CUTS_H
#define CMA_CUTS_H

#include "cma/skip.h"

/* The parts of a layer that can be skipped. */
enum { CMA_PARTS = 4 };
extern const struct cma_part {
	const char *name;
	unsigned char bits;
} cma_parts[CMA_PARTS];
#define CMA_PART_NAMES "attn|heads|mlp|block" /* in this order */

/* Layers first..last, or heads head..last_head of these; head is -1 for whole layers. */
struct cma_cut {
	int first, last, head, last_head;
};

/* Zero-initialise; free with cma_cuts_free. */
struct cma_cuts {
	int L, H;
	struct cma_cut *cut; /* (n) */
	int n;
	int parts, nulls, scan; /* as given to cma_cuts_plan */
	struct cma_set *set; /* (sets) */
	int sets;
	int *at; /* (parts, n) number of the cut's set; cuts of heads: part 0 only, -1 in others */
	int *null; /* (parts, L + 1) the first random set with this number of layers; 0: none */
	int *window; /* (parts) the first window; windows are ordered by first layer, then last */
	unsigned char *layer, *head; /* what the sets point to */
};

/*
 * cma_cuts_parse - add the cuts of a list; repeated cuts are added once
 *
 * @L, @H: of the network; with L = 0 only the syntax is checked
 *
 * Returns 0, or -1 with @e.
 */
int cma_cuts_parse(struct cma_cuts *c, const char *list, int L, int H, struct err *e);

/*
 * cma_cuts_plan - make the sets
 *
 * @part:  (parts) indices into cma_parts
 * @nulls: random sets for each number of layers that a cut has, drawn from @seed
 * @scan:  add every window, that is, every range of neighbouring layers
 *
 * Returns 0, or -1 with @e when memory runs out.
 */
int cma_cuts_plan(struct cma_cuts *c, const int *part, int parts, int nulls, int scan,
		  uint64_t seed, struct err *e);
void cma_cuts_free(struct cma_cuts *c); /* leaves it empty */

/* cma_cut_name - write a cut as in a list: "16-31", "3.2" */
void cma_cut_name(const struct cma_cut *cut, char name[48]);

#endif
