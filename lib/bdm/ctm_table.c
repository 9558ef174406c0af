/* Packing and unpacking compact tables of complexity, and those built in; see ctm.h. */
#include "bdm/ctm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The shipped tables, byte for byte; the Makefile rebuilds this file when they change. */
__asm__(".pushsection .rodata\n"
	"ctm_two: .incbin \"formats/ctm-5-2.bin\"\n"
	"ctm_two_end: .byte 0\n"
	"ctm_four: .incbin \"formats/ctm-3-4.bin\"\n"
	"ctm_four_end: .byte 0\n"
	".popsection\n");
extern const uint8_t ctm_two[], ctm_two_end[], ctm_four[], ctm_four_end[];

const uint8_t *ctm_shipped(int symbols, size_t *n)
{
	*n = (size_t)(symbols == 2 ? ctm_two_end - ctm_two : ctm_four_end - ctm_four);
	return symbols == 2 ? ctm_two : ctm_four;
}

enum { IMAGES = 8 * 24, HEADER = 16 };

struct group {
	int symbols, side, images; /* 8 k! */
	int renaming[24][CTM_SYMBOLS];
	size_t base[CTM_SIDE + 1][CTM_SIDE + 1]; /* ctm_offset */
};

static void group_init(struct group *g, int symbols, int side)
{
	int code, i, r, c, n = 0, digits = symbols * symbols;

	for (i = 2; i < symbols; i++)
		digits *= symbols;
	for (code = 0; code < digits; code++) { /* the maps of symbols that are one to one */
		int to[CTM_SYMBOLS], seen = 0, left = code;

		for (i = 0; i < symbols; i++, left /= symbols) {
			to[i] = left % symbols;
			seen |= 1 << to[i];
		}
		if (seen == (1 << symbols) - 1)
			memcpy(g->renaming[n++], to, sizeof(to));
	}
	g->symbols = symbols;
	g->side = side;
	for (r = 1; r <= side; r++)
		for (c = 1; c <= side; c++)
			g->base[r][c] = ctm_offset(symbols, side, r, c);
	g->images = 8 * n;
}

/* Places in the table of the 8 k! images of array @index of @rows x @cols cells. */
static void images(const struct group *g, int rows, int cols, size_t index, size_t *at)
{
	int cell[CTM_SIDE * CTM_SIDE], i, turn, p, r, c;

	for (i = rows * cols; i-- > 0; index /= (size_t)g->symbols)
		cell[i] = (int)(index % (size_t)g->symbols);
	for (turn = 0; turn < 8; turn++) {
		int across = turn & 1, height = across ? cols : rows, width = across ? rows : cols;
		size_t base = g->base[height][width];

		for (p = 0; p < g->images / 8; p++) {
			size_t n = 0;

			for (r = 0; r < height; r++)
				for (c = 0; c < width; c++) {
					int y = turn & 2 ? height - 1 - r : r;
					int x = turn & 4 ? width - 1 - c : c;
					int from = across ? x * cols + y : y * cols + x;

					n = n * (size_t)g->symbols +
					    (size_t)g->renaming[p][cell[from]];
				}
			*at++ = base + n;
		}
	}
}

/*
 * Visit each class of arrays once, in the order of formats/ctm.md: rectangles of r <= c rows and
 * columns by r, then c, and in each by the least number of the class.
 */
static int walk(int symbols, int side, void (*visit)(void *arg, const size_t *at, int n), void *arg,
		struct err *e)
{
	uint8_t *done = calloc(ctm_offset(symbols, side, side + 1, 1), 1);
	struct group g;
	size_t at[IMAGES], i, n;
	int r, c, k;

	if (!done)
		return err_memory(e);
	group_init(&g, symbols, side);
	for (r = 1; r <= side; r++)
		for (c = r; c <= side; c++)
			for (i = 0, n = ctm_cells(symbols, r, c); i < n; i++) {
				if (done[g.base[r][c] + i])
					continue;
				images(&g, r, c, i, at);
				for (k = 0; k < g.images; k++)
					done[at[k]] = 1;
				visit(arg, at, g.images);
			}
	free(done);
	return 0;
}

static void sum_class(void *arg, const size_t *at, int n)
{
	uint64_t *count = arg, sum = 0;
	int i;

	for (i = 0; i < n; i++)
		sum += count[at[i]];
	for (i = 0; i < n; i++)
		count[at[i]] = sum;
}

int ctm_sum(int symbols, int side, uint64_t *count, struct err *e)
{
	return walk(symbols, side, sum_class, count, e);
}

/* The machines of a space times the images of an array: what a sum is out of. */
static double whole(const struct ctm_space *s)
{
	struct group g;

	group_init(&g, s->symbols, s->side);
	return (double)ctm_machines(s) * g.images;
}

double ctm_share(const struct ctm_space *s, const uint64_t *sum)
{
	size_t n = ctm_offset(s->symbols, s->side, s->side + 1, 1), i;
	double total = 0;

	for (i = 0; i < n; i++)
		total += (double)sum[i];
	return total / whole(s);
}

void ctm_bits(const struct ctm_space *s, double halting, const uint64_t *sum, double *bits)
{
	size_t n = ctm_offset(s->symbols, s->side, s->side + 1, 1), i;
	double scale = log2(whole(s)) + log2(halting);

	for (i = 0; i < n; i++)
		bits[i] = sum[i] ? scale - log2((double)sum[i]) : NAN;
}

/* A walk that writes or reads a compact table. */
struct packing {
	uint64_t *sum;
	uint8_t *bytes; /* written; NULL only counts */
	const uint8_t *given; /* read */
	size_t n, end;
};

static void pack_class(void *arg, const size_t *at, int n)
{
	struct packing *p = arg;
	int i;

	(void)n;
	for (i = 0; p->bytes && i < 8; i++)
		p->bytes[p->n + (size_t)i] = (uint8_t)(p->sum[at[0]] >> 8 * i);
	p->n += 8;
}

static void unpack_class(void *arg, const size_t *at, int n)
{
	struct packing *p = arg;
	uint64_t sum = 0;
	int i;

	for (i = 0; i < 8 && p->n + 8 <= p->end; i++)
		sum |= (uint64_t)p->given[p->n + (size_t)i] << 8 * i;
	p->n += 8;
	for (i = 0; i < n; i++)
		p->sum[at[i]] = sum;
}

int ctm_pack(const struct ctm_space *s, double halting, const uint64_t *sum, uint8_t **bytes,
	     size_t *n, struct err *e)
{
	struct packing p = { .sum = (uint64_t *)sum, .n = HEADER };
	uint64_t word;
	int i;

	if (walk(s->symbols, s->side, pack_class, &p, e))
		return -1;
	if (!(p.bytes = malloc(p.n)))
		return err_memory(e);
	memcpy(p.bytes, "ctm1", 4);
	p.bytes[4] = (uint8_t)s->states;
	p.bytes[5] = (uint8_t)s->symbols;
	p.bytes[6] = (uint8_t)s->side;
	p.bytes[7] = (uint8_t)s->depth;
	memcpy(&word, &halting, sizeof(word));
	for (i = 0; i < 8; i++)
		p.bytes[8 + i] = (uint8_t)(word >> 8 * i);
	p.n = HEADER;
	if (walk(s->symbols, s->side, pack_class, &p, e)) {
		free(p.bytes);
		return -1;
	}
	*bytes = p.bytes;
	*n = p.n;
	return 0;
}

int ctm_unpack(const uint8_t *bytes, size_t n, struct ctm_space *space, double *halting,
	       uint64_t **sum, struct err *e)
{
	struct packing p = { .given = bytes, .n = HEADER, .end = n };
	struct ctm_space s;
	uint64_t word = 0;
	double share;
	int i;

	if (n < HEADER || memcmp(bytes, "ctm1", 4))
		return err_set(e, "not a compact table of complexities");
	s = (struct ctm_space){ bytes[4], bytes[5], bytes[6], bytes[7] };
	for (i = 0; i < 8; i++)
		word |= (uint64_t)bytes[8 + i] << 8 * i;
	memcpy(&share, &word, sizeof(share));
	if (ctm_check(&s, e))
		return -1;
	if (!(share > 0 && share <= 1))
		return err_set(e, "the share of halting machines is %g", share);
	p.sum = calloc(ctm_offset(s.symbols, s.side, s.side + 1, 1), sizeof(*p.sum));
	if (!p.sum)
		return err_memory(e);
	if (walk(s.symbols, s.side, unpack_class, &p, e)) {
		free(p.sum);
		return -1;
	}
	if (p.n != n) {
		free(p.sum);
		return err_set(e, "the table has %zu bytes, not %zu", n, p.n);
	}
	*space = s;
	*halting = share;
	*sum = p.sum;
	return 0;
}
