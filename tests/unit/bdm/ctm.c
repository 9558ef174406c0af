/* Counts of small machines against plain searches, the shipped tables, refused spaces. */
#include "check.h"
#include "bdm/ctm.h"

/*
 * Machines run the plain way, on a grid of bytes with a step limit, no use made of any symmetry.
 * Of machines that stay in 4x4 cells those of three states halt within 60 steps or never.
 */
enum { GRID = 16, LIMIT = 300 };

struct plain {
	struct ctm_space space;
	int table[CTM_STATES * CTM_SYMBOLS]; /* instruction, -1: not chosen */
	uint64_t *count;
};

/* What a machine did: halted with an output that counts, needs instruction @hole, or neither. */
enum outcome { HALTED, NEEDS, NEITHER };

static enum outcome plain_run(const struct plain *m, int *hole, size_t *place)
{
	int k = m->space.symbols, n = m->space.states, y = GRID / 2, x = y, q = 0, step, r, c;
	int top = y, bottom = y, left = x, right = x;
	uint8_t grid[GRID][GRID] = { { 0 } };

	for (step = 0; step < LIMIT; step++) {
		int rule = m->table[q * k + grid[y][x]];

		if (rule < 0) {
			*hole = q * k + grid[y][x];
			return NEEDS;
		}
		grid[y][x] = (uint8_t)(rule % k);
		rule /= k;
		if (rule == 4 * n) {
			*place = 0;
			for (r = top; r <= bottom; r++)
				for (c = left; c <= right; c++)
					*place = *place * (size_t)k + grid[r][c];
			*place += ctm_offset(k, m->space.side, bottom - top + 1, right - left + 1);
			return HALTED;
		}
		q = rule / 4;
		y += rule % 4 == 0 ? 1 : rule % 4 == 1 ? -1 : 0;
		x += rule % 4 == 2 ? 1 : rule % 4 == 3 ? -1 : 0;
		top = y < top ? y : top;
		bottom = y > bottom ? y : bottom;
		left = x < left ? x : left;
		right = x > right ? x : right;
		if (bottom - top >= m->space.side || right - left >= m->space.side)
			return NEITHER;
	}
	return NEITHER;
}

/* Choose instructions as they are needed; @weight machines share those chosen. */
static void plain_search(struct plain *m, int depth, uint64_t weight)
{
	int k = m->space.symbols, b = 4 * k * m->space.states + k, hole, i;
	size_t place;
	enum outcome o = plain_run(m, &hole, &place);

	if (o == HALTED)
		m->count[place] += weight;
	if (o != NEEDS || depth == m->space.depth)
		return;
	for (i = 0; i < b; i++) {
		m->table[hole] = i;
		plain_search(m, depth + 1, weight / (uint64_t)b);
	}
	m->table[hole] = -1;
}

static uint64_t *table(const struct ctm_space *s)
{
	uint64_t *t = calloc(ctm_offset(s->symbols, s->side, s->side + 1, 1), sizeof(*t));

	check(t);
	return t;
}

static uint64_t *counted(const struct ctm_space *s, int threads)
{
	uint64_t *t = table(s);
	struct pool *pool;
	struct err e;

	check(ctm_check(s, &e) == 0);
	check((pool = pool_create(threads, &e)));
	check(ctm_count(s, pool, t, NULL, &e) == 0);
	pool_free(pool);
	return t;
}

static uint64_t total(const struct ctm_space *s, const uint64_t *t)
{
	size_t n = ctm_offset(s->symbols, s->side, s->side + 1, 1), i;
	uint64_t sum = 0;

	for (i = 0; i < n; i++)
		sum += t[i];
	return sum;
}

/*
 * The number of array @i of rows x cols in k symbols, turned or mirrored: bit 0 of @g swaps the
 * axes.
 */
static size_t turn(size_t i, int rows, int cols, int k, int g)
{
	int h = g & 1 ? cols : rows, w = g & 1 ? rows : cols, r, c, y, x;
	uint8_t a[CTM_SIDE * CTM_SIDE];
	size_t to = 0;

	for (r = rows * cols; r-- > 0; i /= (size_t)k)
		a[r] = (uint8_t)(i % (size_t)k);
	for (r = 0; r < h; r++)
		for (c = 0; c < w; c++) {
			y = g & 2 ? h - 1 - r : r;
			x = g & 4 ? w - 1 - c : c;
			to = to * (size_t)k + (g & 1 ? a[x * cols + y] : a[y * cols + x]);
		}
	return to;
}

/* Sum a table of square arrays and rectangles over turns and mirror images alone. */
static uint64_t *turned(const struct ctm_space *s, const uint64_t *t)
{
	uint64_t *sum = table(s);
	int rows, cols, g, k = s->symbols;
	size_t i, from, to;

	for (rows = 1; rows <= s->side; rows++)
		for (cols = 1; cols <= s->side; cols++)
			for (i = 0; i < ctm_cells(k, rows, cols); i++)
				for (g = 0; g < 8; g++) {
					from = ctm_offset(k, s->side, rows, cols);
					to = g & 1 ? ctm_offset(k, s->side, cols, rows) : from;
					sum[from + i] += t[to + turn(i, rows, cols, k, g)];
				}
	return sum;
}

static void same_as_plain(struct ctm_space s, uint64_t machines)
{
	size_t n = ctm_offset(s.symbols, s.side, s.side + 1, 1), i;
	struct plain m = { .space = s, .count = table(&s) };
	uint64_t *got = counted(&s, 1), *a, *b;
	struct err e;

	memset(m.table, 0xff, sizeof(m.table));
	plain_search(&m, 0, ctm_machines(&s));
	if (machines)
		check(total(&s, got) == machines);
	check(total(&s, got) == total(&s, m.count));
	if (s.symbols == 2) { /* the only symbols are the blank one and another */
		a = turned(&s, got);
		b = turned(&s, m.count);
		check(memcmp(a, b, n * sizeof(*a)) == 0);
		free(a);
		free(b);
	}
	check(ctm_sum(s.symbols, s.side, got, &e) == 0);
	check(ctm_sum(s.symbols, s.side, m.count, &e) == 0);
	for (i = 0; i < n; i++)
		check(got[i] == m.count[i]);
	free(got);
	free(m.count);
}

/* All 18^4 machines of two states, every one with its whole table written down. */
static void every_machine(void)
{
	struct ctm_space s = { .states = 2, .symbols = 2, .side = 4, .depth = 4 };
	struct plain m = { .space = s, .count = table(&s) };
	uint64_t *got = counted(&s, 1), *a, *b;
	int code, i, c, hole;
	size_t place;

	for (code = 0; code < 18 * 18 * 18 * 18; code++) {
		for (i = 0, c = code; i < 4; i++, c /= 18)
			m.table[i] = c % 18;
		if (plain_run(&m, &hole, &place) == HALTED)
			m.count[place]++;
	}
	check(total(&s, m.count) == 17688);
	a = turned(&s, got);
	b = turned(&s, m.count);
	check(memcmp(a, b, ctm_offset(2, 4, 5, 1) * sizeof(*a)) == 0);
	free(a);
	free(b);
	free(got);
	free(m.count);
}

static void threads_agree(void)
{
	struct ctm_space s = { .states = 4, .symbols = 2, .side = 4, .depth = 7 };
	uint64_t *one = counted(&s, 1), *three = counted(&s, 3);

	check(memcmp(one, three, ctm_offset(2, 4, 5, 1) * sizeof(*one)) == 0);
	free(one);
	free(three);
}

/* The shipped table holds what a shallower search finds, and more only where that must miss. */
static void shipped(int symbols, int depth)
{
	struct ctm_space s;
	uint64_t *full, *part, scale = 1;
	size_t bytes, n, i;
	const uint8_t *p = ctm_shipped(symbols, &bytes);
	double halting, *bits;
	struct err e;

	check(ctm_unpack(p, bytes, &s, &halting, &full, &e) == 0);
	check(s.symbols == symbols);
	for (i = (size_t)depth; i < (size_t)s.depth; i++)
		scale *= (uint64_t)(4 * s.states * s.symbols + s.symbols);
	n = ctm_offset(symbols, s.side, s.side + 1, 1);
	check((bits = calloc(n, sizeof(*bits))));
	ctm_bits(&s, halting, full, bits);
	if (symbols == 2) {
		uint64_t squares = 0;

		for (i = n - 65536; i < n; i++)
			squares += full[i] / 16;
		check(squares == 313785873792); /* counted by another program */
		check_near(bits[0], 2.43502, 5e-6); /* the published value, of five decimals */
	}
	for (i = 0; i < n; i++)
		check(bits[i] > 0 && bits[i] < 40);
	s.depth = depth;
	part = counted(&s, 2);
	check(ctm_sum(symbols, s.side, part, &e) == 0);
	for (i = 0; i < n; i++)
		check(part[i] * scale <= full[i]);
	/* A single cell is the output of the machines that halt at once, and of no others. */
	check(part[0] > 0 && part[0] * scale == full[0]);
	/* A machine that halts soon needs few instructions: the part misses no more than 1 %. */
	check((double)total(&s, part) * (double)scale > 0.99 * (double)total(&s, full));
	free(full);
	free(part);
	free(bits);
}

static void packed(void)
{
	struct ctm_space s = { .states = 2, .symbols = 3, .side = 3, .depth = 4 }, t;
	size_t n = ctm_offset(3, 3, 4, 1), size;
	uint64_t *sum = counted(&s, 1), *back;
	uint8_t *bytes;
	double halting;
	struct err e;

	check(ctm_sum(3, 3, sum, &e) == 0);
	check(ctm_pack(&s, 0.25, sum, &bytes, &size, &e) == 0);
	check(ctm_unpack(bytes, size, &t, &halting, &back, &e) == 0);
	check(memcmp(&s, &t, sizeof(s)) == 0 && halting == 0.25);
	check(memcmp(sum, back, n * sizeof(*sum)) == 0);
	check(ctm_unpack(bytes, size - 1, &t, &halting, &back, &e) == -1);
	check_error(e, "bytes, not");
	check(ctm_unpack(bytes, 15, &t, &halting, &back, &e) == -1);
	check_error(e, "not a compact table");
	memset(bytes + 8, 0xff, 8);
	check(ctm_unpack(bytes, size, &t, &halting, &back, &e) == -1);
	check_error(e, "share of halting machines");
	bytes[5] = 9;
	check(ctm_unpack(bytes, size, &t, &halting, &back, &e) == -1);
	check_error(e, "symbols");
	free(bytes);
	free(back);
	free(sum);
}

static void refused(void)
{
	struct err e;

	check(ctm_check(&(struct ctm_space){ 5, 2, 4, 10 }, &e) == 0);
	check(ctm_check(&(struct ctm_space){ 5, 5, 3, 3 }, &e) == -1);
	check(ctm_check(&(struct ctm_space){ 9, 2, 3, 3 }, &e) == -1);
	check(ctm_check(&(struct ctm_space){ 5, 2, 5, 3 }, &e) == -1);
	check_error(e, "sides of 1 to 4");
	check(ctm_check(&(struct ctm_space){ 3, 4, 4, 3 }, &e) == -1);
	check(ctm_check(&(struct ctm_space){ 3, 4, 3, 13 }, &e) == -1);
	check(ctm_check(&(struct ctm_space){ 3, 4, 3, 12 }, &e) == -1);
	check_error(e, "exact to depth 9");
}

int main(void)
{
	every_machine();
	same_as_plain((struct ctm_space){ 1, 2, 4, 2 }, 0);
	same_as_plain((struct ctm_space){ 2, 2, 4, 4 }, 17688);
	same_as_plain((struct ctm_space){ 3, 2, 4, 6 }, 46397888);
	same_as_plain((struct ctm_space){ 3, 2, 4, 5 }, 0);
	same_as_plain((struct ctm_space){ 3, 2, 2, 6 }, 0);
	same_as_plain((struct ctm_space){ 2, 3, 3, 5 }, 0);
	same_as_plain((struct ctm_space){ 2, 4, 3, 4 }, 0);
	threads_agree();
	shipped(2, 7);
	shipped(4, 6);
	packed();
	refused();
	return 0;
}
