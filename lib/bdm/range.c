/* The least and the largest K of a given number of blocks; see bdm_normalise in bdm.h. */
#include "bdm/internal.h"

#include <math.h>
#include <stdlib.h>

/* What was computed: the largest K of @n blocks of side @side. */
struct bdm_ranges {
	int side;
	uint64_t n;
	double largest;
	struct bdm_ranges *next;
};

void bdm_ranges_free(struct bdm_ranges *r)
{
	while (r) {
		struct bdm_ranges *next = r->next;

		free(r);
		r = next;
	}
}

struct entry {
	double bits;
	uint32_t number; /* of blocks with this value; in struct planes the block */
};

struct list {
	struct entry *entry;
	size_t n, room;
	uint64_t blocks; /* in all entries */
};

static int descending(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->bits < y->bits) - (x->bits > y->bits);
}

static int append(struct list *l, double bits, uint32_t blocks, struct err *e)
{
	if (l->n == l->room) {
		size_t room = 2 * l->room + 1024;
		struct entry *more = realloc(l->entry, room * sizeof(*more));

		if (!more)
			return err_memory(e);
		l->entry = more;
		l->room = room;
	}
	l->entry[l->n++] = (struct entry){ bits, blocks };
	l->blocks += blocks;
	return 0;
}

static int every_block(const struct bdm *b, int side, uint64_t keys, struct list *l, struct err *e)
{
	uint64_t key;
	int found;

	for (key = 0; key < keys; key++) {
		double bits = bdm_value(b, side, (uint32_t)key, &found);

		if (found && append(l, bits, 1, e))
			return -1;
	}
	return 0;
}

/* The binary blocks of a table, the most complex first. */
struct planes {
	uint32_t n;
	struct entry *entry;
	uint32_t *place; /* of a block in this order; n for what the table lacks */
};

static void planes_free(struct planes *p)
{
	free(p->entry);
	free(p->place);
}

static int planes_init(struct planes *p, const struct bdm *b, int side, struct err *e)
{
	uint32_t blocks = (uint32_t)ctm_cells(2, side, side), i;

	p->n = 0;
	p->entry = malloc(blocks * sizeof(*p->entry));
	p->place = malloc(blocks * sizeof(*p->place));
	if (!p->entry || !p->place) {
		planes_free(p);
		return err_memory(e);
	}
	for (i = 0; i < blocks; i++)
		if (b->table.bits[side][side][i] < b->table.missing[side][side])
			p->entry[p->n++] = (struct entry){ b->table.bits[side][side][i], i };
	qsort(p->entry, p->n, sizeof(*p->entry), descending);
	for (i = 0; i < blocks; i++)
		p->place[i] = p->n;
	for (i = 0; i < p->n; i++)
		p->place[p->entry[i].number] = i;
	return 0;
}

/*
 * Blocks of four symbols whose planes are in all at most @slack bits short of the most complex.
 *
 * Of code planes the three planes i < j < k, by place, stand for six blocks.  k is no simpler than
 * allowed only if i + 2 j fall short by no more than @slack, which leaves few pairs to try.  Blocks
 * with two equal planes are passed over: the third is then constant, and they are not complex.
 */
static int complex_blocks(const struct bdm *b, const struct planes *p, double slack, struct list *l,
			  struct err *e)
{
	double top = p->entry[0].bits;
	int three = b->code == BDM_PLANES;
	uint32_t i, j, k;

	for (i = 0; i < p->n && top - p->entry[i].bits <= slack; i++)
		for (j = three ? i + 1 : i; j < p->n; j++) {
			double first = p->entry[i].bits, second = p->entry[j].bits, bits;

			if (2 * top - first - second + (three ? top - second : 0) > slack)
				break;
			bits = first + second;
			if (three) {
				k = p->place[p->entry[i].number ^ p->entry[j].number];
				if (k <= j || k == p->n)
					continue;
				bits += p->entry[k].bits;
				if (3 * top - bits > slack)
					continue;
				bits *= 2 / 3.0;
			}
			if (append(l, bits, three ? 6 : i < j ? 2 : 1, e))
				return -1;
		}
	return 0;
}

/* The blocks of two planes are too many to list: list the most complex @n or more. */
static int most_complex(const struct bdm *b, int side, uint64_t n, struct list *l, struct err *e)
{
	struct planes p;
	double slack;
	int status = 0;

	if (planes_init(&p, b, side, e))
		return -1;
	for (slack = 1; l->blocks < n && p.n; slack *= 1.25) {
		l->n = 0;
		l->blocks = 0;
		if ((status = complex_blocks(b, &p, slack, l, e)))
			break;
		if (slack > 3 * (p.entry[0].bits - p.entry[p.n - 1].bits))
			break; /* that was all */
	}
	planes_free(&p);
	return status;
}

static int largest_bits(const struct bdm *b, int side, uint64_t n, double *largest, struct err *e)
{
	int pairs = b->levels == 4 && b->code != BDM_NATIVE;
	uint64_t left = n, rounds;
	struct list l = { 0 };
	double sum = 0;
	size_t i;

	if (pairs && side == 4 ? most_complex(b, side, n, &l, e)
			       : every_block(b, side, ctm_cells(b->levels, side, side), &l, e)) {
		free(l.entry);
		return -1;
	}
	if (!l.n) { /* a table without such blocks */
		free(l.entry);
		*largest = NAN;
		return 0;
	}
	qsort(l.entry, l.n, sizeof(*l.entry), descending);
	/* Each of them in turn, again from the top when they are used up. */
	rounds = n / l.blocks;
	left -= rounds * l.blocks;
	for (i = 0; i < l.n; i++) {
		double many = l.entry[i].number, again = left < many ? (double)left : many;

		if (rounds)
			sum += many * (l.entry[i].bits + log2((double)rounds)) +
			       again * log2((double)(rounds + 1) / (double)rounds);
		else
			sum += again * l.entry[i].bits;
		left -= (uint64_t)again;
	}
	free(l.entry);
	*largest = sum;
	return 0;
}

/* Look it up, or compute and keep it. */
static int range(struct bdm *b, int side, uint64_t n, double *largest, struct err *e)
{
	struct bdm_ranges *r;

	for (r = b->ranges; r; r = r->next)
		if (r->side == side && r->n == n) {
			*largest = r->largest;
			return 0;
		}
	if (!(r = malloc(sizeof(*r))))
		return err_memory(e);
	*r = (struct bdm_ranges){ side, n, 0, b->ranges };
	if (largest_bits(b, side, n, &r->largest, e)) {
		free(r);
		return -1;
	}
	b->ranges = r;
	*largest = r->largest;
	return 0;
}

/* All values of a table are of planes, so the simplest block has the simplest planes. */
static double simplest(const struct bdm *b, int side)
{
	uint32_t n = (uint32_t)ctm_cells(bdm_symbols(b), side, side), i;
	double least = INFINITY;

	for (i = 0; i < n; i++)
		if (b->table.bits[side][side][i] < least)
			least = b->table.bits[side][side][i];
	return b->levels == 4 && b->code != BDM_NATIVE ? 2 * least : least;
}

int bdm_normalise(struct bdm *b, struct bdm_result *r, struct err *e)
{
	double least = 0, largest = 0, part = 0;
	int s;

	if (b->code == BDM_GZIP_MIX || b->boundary == BDM_CORRELATED || b->levels > 4 ||
	    b->side > CTM_SIDE) {
		r->least = r->largest = NAN;
		return 0;
	}
	for (s = 1; s <= CTM_SIDE; s++) {
		if (!r->of_side[s])
			continue;
		if (range(b, s, r->of_side[s], &part, e))
			return -1;
		largest += part;
		least += simplest(b, s) + log2((double)r->of_side[s]);
	}
	r->least = least;
	r->largest = largest;
	return 0;
}
