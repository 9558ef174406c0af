/*
 * Blocks whose key would exceed 32 bits: of eight symbols, or of sides above 4.
 *
 * A block is stored as one 8 x 8 bitmap for each bit of its symbols.  A block of side above 4 is
 * cut into four pieces of at most 4 x 4, as evenly as possible (8 = 4 + 4, 7 = 4 + 3, 6 = 3 + 3, 5
 * = 3 + 2), and its CTM is K of these pieces: CTM of each different piece plus log2 of how often it
 * occurs.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bdm/internal.h"

enum { PLANES = 3, PIECES = 4 };

struct block {
	uint64_t plane
		[PLANES]; /* cell (r, c) is bit 8 r + 7 - c; plane 0 the lowest bit of a symbol */
	uint32_t n; /* how often it occurs; 0: a free place */
	int side;
};

/* Open addressing, at most half full */
struct blocks {
	struct block *block;
	size_t places, used;
};

static uint64_t hash(const struct block *b)
{
	uint64_t h = (uint64_t)b->side;

	for (int i = 0; i < PLANES; i++) {
		h = (h ^ b->plane[i]) * 0x9e3779b97f4a7c15;
		h ^= h >> 29;
	}
	return h;
}

static struct block *find(const struct blocks *t, const struct block *b)
{
	size_t at = (size_t)hash(b) & (t->places - 1);

	while (t->block[at].n && (t->block[at].side != b->side ||
				  memcmp(t->block[at].plane, b->plane, sizeof(b->plane)) != 0))
		at = (at + 1) & (t->places - 1);
	return &t->block[at];
}

static int grow(struct blocks *t, struct err *e)
{
	struct blocks larger = { .places = t->places ? 2 * t->places : 1024, .used = t->used };

	larger.block = calloc(larger.places, sizeof(*larger.block));
	if (!larger.block)
		return err_memory(e);
	for (size_t i = 0; i < t->places; i++)
		if (t->block[i].n)
			*find(&larger, &t->block[i]) = t->block[i];
	free(t->block);
	*t = larger;
	return 0;
}

static int add(struct blocks *t, const uint8_t *symbol, size_t stride, int side, struct err *e)
{
	struct block b = { .side = side }, *place;

	if (2 * (t->used + 1) > t->places && grow(t, e))
		return -1;
	for (int r = 0; r < side; r++, symbol += stride)
		for (int c = 0; c < side; c++)
			for (int i = 0; i < PLANES; i++)
				b.plane[i] |= (uint64_t)(symbol[c] >> i & 1) << (8 * r + 7 - c);
	place = find(t, &b);
	t->used += !place->n;
	b.n = place->n + 1;
	*place = b;
	return 0;
}

/*
 * The blocks of a part of a matrix; what is cut off is cut into smaller squares if the boundary
 * says so.
 */
static int decompose(const struct bdm *b, struct blocks *t, const struct bdm_part *p, int side,
		     struct err *e)
{
	size_t step = b->boundary == BDM_CORRELATED ? 1 : (size_t)side, s = (size_t)side, r, c;

	for (r = 0; r + s <= p->rows; r += step)
		for (c = 0; c + s <= p->cols; c += step)
			if (add(t, p->symbol + r * p->stride + c, p->stride, side, e))
				return -1;
	if (b->boundary != BDM_RECURSIVE)
		return 0;
	for (r = 0; r < p->rows; r += s)
		for (c = 0; c < p->cols; c += s) {
			struct bdm_part edge = { p->symbol + r * p->stride + c, p->stride,
						 p->rows - r < s ? p->rows - r : s,
						 p->cols - c < s ? p->cols - c : s };
			size_t least = edge.rows < edge.cols ? edge.rows : edge.cols;

			if (least >= 2 && (edge.rows < s || edge.cols < s) &&
			    decompose(b, t, &edge, (int)least, e))
				return -1;
		}
	return 0;
}

/* ---- values ---- */

struct piece {
	int rows, cols;
	uint32_t number[PLANES]; /* of each plane in the table of this shape */
};

static struct piece cut(const struct block *b, int row, int col, int rows, int cols)
{
	struct piece p = { rows, cols, { 0 } };
	uint32_t mask = (1u << cols) - 1;

	for (int i = 0; i < PLANES; i++)
		for (int r = row; r < row + rows; r++)
			p.number[i] = p.number[i] << cols |
				      ((uint32_t)(b->plane[i] >> (8 * r + 8 - col - cols)) & mask);
	return p;
}

static int same(const struct piece *a, const struct piece *b)
{
	return a->rows == b->rows && a->cols == b->cols &&
	       !memcmp(a->number, b->number, sizeof(a->number));
}

/* The bits of the Gray code: the highest plane, and every plane xor the one above it */
static int is_gray(uint32_t mask, int planes)
{
	return mask == 1u << (planes - 1) || mask == 3 || mask == 6;
}

/* CTM of a piece of symbols of @planes bits, by the code; see bdm.h */
static double value(const struct bdm *b, const struct piece *p, int planes, int *found)
{
	const double *bits = b->table.bits[p->rows][p->cols];
	double missing = b->table.missing[p->rows][p->cols], sum = 0;
	uint32_t all = (1u << planes) - 1, mask, number;

	for (mask = 1; mask <= all; mask++) {
		if (b->code == BDM_GRAY && !is_gray(mask, planes))
			continue;
		number = 0;
		for (int i = 0; i < planes; i++)
			number ^= mask >> i & 1 ? p->number[i] : 0;
		*found &= bits[number] < missing;
		sum += bits[number];
	}
	return b->code == BDM_GRAY ? sum : sum * planes / all;
}

static double ctm(const struct bdm *b, const struct block *block, int *found)
{
	int planes = b->levels == 8 ? 3 : b->levels == 4 ? 2 : 1, s = block->side;
	int half = s > CTM_SIDE ? (s + 1) / 2 : s, n = 0, count[PIECES], i, k;
	struct piece piece[PIECES];
	double sum = 0;

	*found = 1;
	for (int r = 0; r < s; r += half)
		for (int c = 0; c < s; c += half) {
			piece[n] = cut(block, r, c, r + half < s ? half : s - r,
				       c + half < s ? half : s - c);
			for (k = 0; k < n && !same(&piece[k], &piece[n]); k++)
				;
			if (k == n)
				count[n++] = 1;
			else
				count[k]++;
		}
	for (i = 0; i < n; i++)
		sum += value(b, &piece[i], planes, found) + log2(count[i]);
	return sum;
}

int bdm_wide_measure(const struct bdm *b, const struct bdm_part *matrix, struct bdm_result *r,
		     struct err *e)
{
	struct blocks t = { 0 };
	double n_log_n = 0;
	int found;

	if (decompose(b, &t, matrix, b->side, e)) {
		free(t.block);
		return -1;
	}
	for (size_t i = 0; i < t.places; i++) {
		double n = t.block[i].n;

		if (n == 0)
			continue;
		r->bits += ctm(b, &t.block[i], &found) + log2(n);
		r->found += (uint64_t)found;
		r->unique++;
		r->of_side[t.block[i].side] += t.block[i].n;
		r->blocks += t.block[i].n;
		n_log_n += n * log2(n);
	}
	if (r->unique > 1)
		r->entropy = log2((double)r->blocks) - n_log_n / (double)r->blocks;
	free(t.block);
	return 0;
}
