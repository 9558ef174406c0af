/*
 * llc_network - the mean cross-entropy of a network on chosen equations, as a potential (llc.h)
 *
 *     equations --llc_data--> tokens, answers --llc_network_open--> potential, one for each thread
 *     weights, part --llc_part_space--> coordinates
 */
#ifndef LLC_NETWORK_H
#define LLC_NETWORK_H

#include "gpt/gpt.h"
#include "llc/llc.h"
#include "train/task.h"

/* Equations, in the order of their ids. */
struct llc_data {
	int n, P, ops; /* P, ops: as in the task, to bound the row tables of gpt.h */
	int *tokens, *target; /* (n, GPT_LENGTH), (n) */
};

/* llc_data_init - the equations @ids (n), ascending; -1 with @e when memory runs out */
int llc_data_init(struct llc_data *data, const struct task *t, const int *ids, int n,
		  struct err *e);
void llc_data_free(struct llc_data *data); /* leaves it empty */

/* A network and its scratch, for use by one thread. */
struct llc_network;

/*
 * llc_network_open - a network of the layout of @g, whose weights the potential will be given
 *
 * @g, @data: borrowed; the weights of @g are not used
 * @batch:    equations of a batch, chosen anew by each draw, without replacement; 0: no batches
 *
 * Returns NULL with @e when memory runs out; free with llc_network_free.
 */
struct llc_network *llc_network_open(const struct gpt *g, const struct llc_data *data, int batch,
				     struct err *e);
void llc_network_free(struct llc_network *n);

/* llc_network_potential - the potential of @n, which must outlive it */
struct llc_potential llc_network_potential(struct llc_network *n);

/*
 * llc_polish - move the weights of @g closer to a minimum by @steps of Adam on all the data
 *
 * The rate falls from 1e-4 to 0 as half a cosine.  It is so small because Adam's first steps have
 * the length of the rate wherever the gradient is not 0, and would leave a good minimum.  There is
 * no decay.  Returns 0, or -1 with @e when memory runs out.
 */
int llc_polish(struct llc_network *n, struct gpt *g, int steps, struct err *e);

enum llc_part {
	LLC_PART_ALL,
	LLC_PART_EMBEDDINGS, /* wte, wpe */
	LLC_PART_ATTENTION, /* ln_1 and attn of every block */
	LLC_PART_MLP, /* ln_2 and mlp of every block */
	LLC_PART_HEAD, /* ln_f and lm_head; wte when that is tied */
	LLC_PART_LAYER, /* one block */
	LLC_PART_HEADS /* one attention head: its columns of c_attn, its rows of c_proj */
};
#define LLC_PART_NAMES "all|embeddings|attention|mlp|head|layer|heads" /* in this order */

/*
 * llc_part_space - the coordinates of a part of @g; w* is the weights of @g, which are borrowed
 *
 * @layer, @head: of LLC_PART_LAYER and LLC_PART_HEADS
 * @absolute: 0: the unit of a tensor's coordinates is its root mean square, at least 1e-3; 1: the
 *            unit is 1
 *
 * The caller sets space->loss and frees with llc_part_free.  Returns 0, or -1 with @e when memory
 * runs out.
 */
int llc_part_space(const struct gpt *g, enum llc_part part, int layer, int head, int absolute,
		   struct llc_space *space, struct err *e);
void llc_part_free(struct llc_space *space);

#endif
