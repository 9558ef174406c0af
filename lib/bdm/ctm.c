/* Runs all small two-dimensional machines and counts their outputs; see ctm.h. */
#include "bdm/ctm.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/*
 * The tape is one word: a square of 2 side - 1 cells a row, the start in its middle, 1 or 2 bits a
 * cell.  No output of up to side x side cells reaches beyond it.  The visited rows and columns are
 * a bit each of a second word, rows from bit 0, columns from bit 16.  Since visited lines have no
 * gaps and include the middle one, the rectangle is too large just when two of them are side apart;
 * that is so, too, for a step that leaves the square or wraps around its edge.
 */
enum { RIGHT, LEFT, DOWN, UP };
enum { UNDEFINED = 255, SPLIT = 3, COLUMNS = 16 };

struct rule {
	int8_t move; /* bits of the tape */
	uint8_t write, next, direction;
};

struct place {
	uint64_t tape;
	unsigned lines;
	int at, state; /* bit of the tape; state times symbols */
};

struct search {
	const struct ctm_space *space;
	int side, bits, stride; /* bits of a cell, of a row of cells */
	unsigned cell; /* mask of a cell */
	uint32_t lines[64]; /* row and column of a bit of the tape */
	uint64_t weight[64]; /* machines that share the instructions chosen so far */
	struct rule rule[CTM_STATES * CTM_SYMBOLS];
	uint64_t *base[CTM_SIDE + 1][CTM_SIDE + 1];
	uint64_t *count;
	int owner; /* counts the top of the tree, which every thread walks */
	size_t serial, ticket; /* of the subtree met last, of the one to do next */
	atomic_size_t *next;
	size_t subtrees; /* 0 while they are being numbered */
	void (*progress)(double done);
};

/* Where a machine stands before an instruction that it has not got yet. */
struct node {
	struct place p;
	uint64_t multiplicity;
	int depth, states, symbols; /* instructions, states and symbols in use */
	int flat; /* no step up or down so far */
};

size_t ctm_cells(int symbols, int rows, int cols)
{
	size_t n = 1;
	int i;

	for (i = 0; i < rows * cols; i++)
		n *= (size_t)symbols;
	return n;
}

size_t ctm_offset(int symbols, int side, int rows, int cols)
{
	size_t n = 0;
	int r, c;

	for (r = 1; r <= side; r++)
		for (c = 1; c <= side; c++) {
			if (r == rows && c == cols)
				return n;
			n += ctm_cells(symbols, r, c);
		}
	return n;
}

static uint64_t instructions(const struct ctm_space *s)
{
	return (uint64_t)(4 * s->states * s->symbols + s->symbols);
}

uint64_t ctm_machines(const struct ctm_space *s)
{
	uint64_t n = 1;
	int i;

	for (i = 0; i < s->depth; i++)
		n *= instructions(s);
	return n;
}

static int factorial(int n)
{
	return n < 2 ? 1 : n * factorial(n - 1);
}

int ctm_check(const struct ctm_space *s, struct err *e)
{
	uint64_t limit, n = 1;
	int i;

	if (s->symbols < 2 || s->symbols > CTM_SYMBOLS || s->states < 1 || s->states > CTM_STATES)
		return err_set(e, "machines have 1 to %d states and 2 to %d symbols, not %d and %d",
			       CTM_STATES, CTM_SYMBOLS, s->states, s->symbols);
	if (s->side < 1 || s->side > (s->symbols == 2 ? 4 : 3))
		return err_set(e, "outputs of %d symbols have sides of 1 to %d, not %d", s->symbols,
			       s->symbols == 2 ? 4 : 3, s->side);
	if (s->depth < 1 || s->depth > s->states * s->symbols)
		return err_set(e, "depth is 1 to %d, not %d", s->states * s->symbols, s->depth);
	limit = UINT64_MAX / (8 * (uint64_t)factorial(s->symbols));
	for (i = 0; i < s->depth; i++) {
		if (n > limit / instructions(s))
			return err_set(e, "%d states and %d symbols: counts are exact to depth %d",
				       s->states, s->symbols, i);
		n *= instructions(s);
	}
	return 0;
}

/*
 * Run until an instruction is missing: 1, or 0 when the machine never halts with an output that
 * counts.  On a tape of this size there are finitely many configurations, so a machine that stays
 * on it halts, asks for an instruction, or repeats one; Brent's method finds the latter.
 */
static inline int run(const struct search *s, struct place *p)
{
	uint64_t tape = p->tape, old_tape = ~(uint64_t)0;
	unsigned lines = p->lines;
	int at = p->at, state = p->state, old_at = 0, old_state = 0, left = 16, power = 16;

	for (;;) {
		unsigned symbol = (unsigned)(tape >> at) & s->cell;
		struct rule r = s->rule[state + (int)symbol];

		if (r.next == UNDEFINED)
			break;
		tape ^= (uint64_t)(symbol ^ r.write) << at;
		at += r.move;
		state = r.next;
		lines |= s->lines[at & 63];
		if (lines & lines >> s->side)
			return 0;
		if (--left == 0) {
			old_tape = tape;
			old_at = at;
			old_state = state;
			left = power *= 2;
		} else if (tape == old_tape && at == old_at && state == old_state) {
			return 0;
		}
	}
	*p = (struct place){ tape, lines, at, state };
	return 1;
}

/* Bring the array of the visited rectangle to the low bits, without gaps, its first cell lowest. */
static inline size_t output(const struct search *s, uint64_t tape, int corner, int width)
{
	uint64_t t = tape >> corner, line = (1u << width) - 1;
	size_t index = 0;
	int r;

	for (r = 0; r < s->side; r++, t >>= s->stride) /* outside of the rectangle all is 0 */
		index |= (size_t)(t & line) << r * width;
	return index;
}

/* The machines that halt here: each symbol in use may be written, or one of the others. */
static inline void halt(struct search *s, const struct place *p, uint64_t machines, int symbols)
{
	unsigned rows = p->lines & 0xffff, cols = p->lines >> COLUMNS;
	int top = __builtin_ctz(rows), height = 32 - __builtin_clz(rows) - top;
	int edge = __builtin_ctz(cols), width = 32 - __builtin_clz(cols) - edge;
	int corner = top * s->stride + edge * s->bits, w;
	uint64_t blank = p->tape & ~((uint64_t)s->cell << p->at);
	uint64_t *base = s->base[height][width];

	width *= s->bits;
	for (w = 0; w < symbols; w++)
		base[output(s, blank | (uint64_t)w << p->at, corner, width)] += machines;
	if (symbols < s->space->symbols)
		base[output(s, blank | (uint64_t)symbols << p->at, corner, width)] +=
			machines * (uint64_t)(s->space->symbols - symbols);
}

/*
 * The states from which a missing instruction can be reached, once rule @hole is filled: a bit for
 * each.  From any other a machine runs for ever.  States not in use miss all their instructions.
 */
static unsigned hopeful(const struct search *s, int hole, int states)
{
	unsigned next[CTM_STATES] = { 0 }, hope = ~0u << states, last;
	int k = s->space->symbols, i, q;

	for (q = 0; q < states; q++)
		for (i = q * k; i < q * k + k; i++)
			if (s->rule[i].next != UNDEFINED)
				next[q] |= 1u << s->rule[i].next / k;
			else if (i != hole)
				hope |= 1u << q;
	do {
		last = hope;
		for (q = 0; q < states; q++)
			if (next[q] & hope)
				hope |= 1u << q;
	} while (hope != last);
	return hope;
}

static void search(struct search *s, const struct node *node);

/* Everything below one more instruction: write @w, step in @direction, go to state @q. */
static inline void choose(struct search *s, const struct node *node, struct rule *r, int w,
			  int direction, int q, uint64_t multiplicity)
{
	static const int8_t sign[] = { 1, -1, 1, -1 };
	struct node child = *node;

	r->write = (uint8_t)w;
	r->next = (uint8_t)(q * s->space->symbols);
	r->direction = (uint8_t)direction;
	r->move = (int8_t)(sign[direction] * (direction <= LEFT ? s->bits : s->stride));
	if (!run(s, &child.p))
		return;
	child.symbols += w == node->symbols;
	child.states += q == node->states;
	child.depth++;
	child.multiplicity *= multiplicity;
	child.flat &= direction <= LEFT;
	if (child.depth < s->space->depth - 1)
		search(s, &child);
	else if (node->depth >= SPLIT || s->owner) /* the last instruction can only halt */
		halt(s, &child.p, child.multiplicity, child.symbols);
}

/* A subtree that another thread does, or that is only being counted? */
static int skip(struct search *s)
{
	size_t me = s->serial++;

	if (me != s->ticket)
		return 1;
	if (s->progress)
		s->progress((double)me / (double)s->subtrees);
	s->ticket = atomic_fetch_add(s->next, 1);
	return 0;
}

static void search(struct search *s, const struct node *node)
{
	int hole = node->p.state + (int)(node->p.tape >> node->p.at & s->cell);
	int k = s->space->symbols, n = s->space->states, first = node->depth == 0;
	/* Turns of the grid: the first step is to the right and stands for four.  Mirror images:
	 * until the first step up or down, down stands for both. */
	int directions = first ? 1 : node->flat ? 3 : 4;
	unsigned hope;
	int w, d, q;

	if (node->depth == SPLIT && skip(s))
		return;
	if (node->depth >= SPLIT || s->owner)
		halt(s, &node->p, node->multiplicity * s->weight[node->depth], node->symbols);
	if (node->depth == s->space->depth - 1)
		return;
	hope = hopeful(s, hole, node->states);
	for (w = 0; w <= node->symbols && w < k; w++) {
		uint64_t many = w == node->symbols ? (uint64_t)(k - w) : 1;

		for (q = 0; q <= node->states && q < n; q++) {
			uint64_t of = q == node->states ? many * (uint64_t)(n - q) : many;

			/* A first step that stays in its state goes on for ever. */
			if ((first && q == 0) || !(hope >> q & 1))
				continue;
			for (d = 0; d < directions; d++)
				choose(s, node, &s->rule[hole], w, d, q,
				       first                     ? 4 * of
				       : node->flat && d == DOWN ? 2 * of
								 : of);
		}
	}
	s->rule[hole].next = UNDEFINED;
}

static void start(struct search *s, const struct ctm_space *space)
{
	struct node root = { .multiplicity = 1, .states = 1, .symbols = 1, .flat = 1 };
	int width = 2 * space->side - 1, i;

	s->space = space;
	s->side = space->side;
	s->bits = space->symbols > 2 ? 2 : 1;
	s->stride = width * s->bits;
	s->cell = (1u << s->bits) - 1;
	s->serial = 0;
	s->weight[space->depth - 1] = 1;
	for (i = space->depth - 1; i > 0; i--)
		s->weight[i - 1] = s->weight[i] * instructions(space);
	for (i = 0; i < CTM_STATES * CTM_SYMBOLS; i++)
		s->rule[i].next = UNDEFINED;
	for (i = 0; i < 64; i++) {
		int row = i / s->stride < width ? i / s->stride : width;

		s->lines[i] = 1u << row | 1u << (COLUMNS + i % s->stride / s->bits);
	}
	root.p.at = (space->side - 1) * (s->stride + s->bits);
	root.p.lines = s->lines[root.p.at];
	search(s, &root);
}

static void task(void *arg, int thread)
{
	struct search *s = (struct search *)arg + thread;

	s->ticket = atomic_fetch_add(s->next, 1);
	start(s, s->space);
}

/* Cells whose first is the lowest digit, 1 or 2 bits each, as a number with the first on top. */
static size_t reversed(size_t index, int cells, int symbols)
{
	int bits = symbols > 2 ? 2 : 1;
	size_t n = 0;

	for (; cells > 0; cells--, index >>= bits)
		n = n * (size_t)symbols + (index & (((size_t)1 << bits) - 1));
	return n;
}

/*
 * The counts of one search, of which symbols are @wide on the tape, with the cells the other way
 * round.
 */
static void add_counts(const struct search *s, int wide, const struct ctm_space *space,
		       uint64_t *count)
{
	int side = space->side, k = space->symbols, r, c;
	size_t i;

	for (r = 1; r <= side; r++)
		for (c = 1; c <= side; c++) {
			uint64_t *to = count + ctm_offset(k, side, r, c);

			for (i = 0; i < ctm_cells(wide, r, c); i++)
				if (s->base[r][c][i])
					to[reversed(i, r * c, k)] += s->base[r][c][i];
		}
}

int ctm_count(const struct ctm_space *space, struct pool *pool, uint64_t *count,
	      void (*progress)(double done), struct err *e)
{
	int threads = pool_threads(pool), side = space->side, k = space->symbols;
	int wide = k == 3 ? 4 : k; /* three symbols take the room of four on the tape */
	size_t room = ctm_offset(wide, side, side + 1, 1);
	struct search *s = calloc((size_t)threads, sizeof(*s));
	atomic_size_t next = 0;
	int t, r, c, status = -1;

	if (!s)
		return err_memory(e);
	for (t = 0; t < threads; t++) {
		if (!(s[t].count = calloc(room, sizeof(*s[t].count)))) {
			err_memory(e);
			goto out;
		}
		for (r = 1; r <= side; r++)
			for (c = 1; c <= side; c++)
				s[t].base[r][c] = s[t].count + ctm_offset(wide, side, r, c);
		s[t].space = space;
		s[t].next = &next;
	}
	/* Number the subtrees, then share them out; integer sums do not depend on who did which. */
	s[0].ticket = SIZE_MAX;
	start(&s[0], space);
	for (t = 0; t < threads; t++)
		s[t].subtrees = s[0].serial;
	s[0].owner = 1;
	s[0].progress = progress;
	pool_run(pool, task, s);

	memset(count, 0, ctm_offset(k, side, side + 1, 1) * sizeof(*count));
	for (t = 0; t < threads; t++)
		add_counts(&s[t], wide, space, count);
	status = 0;
out:
	for (t = 0; t < threads; t++)
		free(s[t].count);
	free(s);
	return status;
}
