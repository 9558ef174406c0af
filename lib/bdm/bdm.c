/* K of a matrix: count its blocks and add up their values; see bdm.h. */
#include "bdm/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint32_t cells_of(int symbols, int side)
{
	return (uint32_t)ctm_cells(symbols, side, side);
}

/* Eight symbols or large sides: the blocks of wide.c */
static int is_wide(const struct bdm *b)
{
	return b->levels > 4 || b->side > CTM_SIDE;
}

/* Keep the values of a shape, with what is missing imputed. */
static int keep(struct bdm_table *t, int rows, int cols, uint32_t n, const double *bits,
		struct err *e)
{
	double *copy = malloc(n * sizeof(*copy)), largest = 0;
	uint32_t i;

	if (!copy)
		return err_memory(e);
	memcpy(copy, bits, n * sizeof(*copy));
	for (i = 0; i < n; i++)
		if (copy[i] > largest)
			largest = copy[i];
	for (i = 0; i < n; i++)
		if (isnan(copy[i]))
			copy[i] = largest + 1;
	free(t->bits[rows][cols]);
	t->bits[rows][cols] = copy;
	t->missing[rows][cols] = largest + 1;
	return 0;
}

int bdm_set_table(struct bdm *b, int side, const double *bits, struct err *e)
{
	if (keep(&b->table, side, side, cells_of(bdm_symbols(b), side), bits, e))
		return -1;
	bdm_ranges_free(b->ranges);
	b->ranges = NULL;
	return 0;
}

static int check(enum bdm_code code, int levels, int side, struct err *e)
{
	int largest = code == BDM_NATIVE ? 3 : code == BDM_GZIP_MIX ? CTM_SIDE : BDM_SIDE;

	if (levels != 2 && levels != 4 && levels != 8)
		return err_set(e, "there are 2, 4 or 8 symbols, not %d", levels);
	if (levels != 4 && (code == BDM_NATIVE || code == BDM_GZIP_MIX))
		return err_set(e, "this code is for 4 symbols, not for %d", levels);
	if (side < 2 || side > largest)
		return err_set(e, "blocks have sides of 2 to %d, not %d", largest, side);
	return 0;
}

int bdm_init(struct bdm *b, enum bdm_code code, int levels, int side, enum bdm_boundary boundary,
	     struct err *e)
{
	struct bdm made = { .code = code, .boundary = boundary, .levels = levels, .side = side };
	int r, c, symbols = bdm_symbols(&made), status = -1;
	double halting, *bits = NULL;
	struct ctm_space space;
	uint64_t *sum = NULL;
	const uint8_t *packed;
	size_t n;

	if (check(code, levels, side, e))
		return -1;
	packed = ctm_shipped(symbols, &n);
	if (ctm_unpack(packed, n, &space, &halting, &sum, e))
		return -1;
	n = ctm_offset(space.symbols, space.side, space.side + 1, 1);
	if (!(bits = malloc(n * sizeof(*bits)))) {
		err_memory(e);
		goto out;
	}
	ctm_bits(&space, halting, sum, bits);
	for (r = 1; r <= space.side; r++)
		for (c = 1; c <= space.side; c++)
			if ((r == c || is_wide(&made)) &&
			    keep(&made.table, r, c, (uint32_t)ctm_cells(symbols, r, c),
				 bits + ctm_offset(symbols, space.side, r, c), e)) {
				bdm_free(&made);
				goto out;
			}
	*b = made;
	status = 0;
out:
	free(bits);
	free(sum);
	return status;
}

void bdm_free(struct bdm *b)
{
	for (int r = 0; r <= CTM_SIDE; r++)
		for (int c = 0; c <= CTM_SIDE; c++)
			free(b->table.bits[r][c]);
	bdm_ranges_free(b->ranges);
	memset(b, 0, sizeof(*b));
}

/* The blocks of one side: a hash table, open addressing, of how often each occurs. */
struct blocks {
	uint32_t *key, *n; /* n = 0: free */
	int shift; /* 32 less the bits of a place */
};

static int blocks_init(struct blocks *t, size_t n, struct err *e)
{
	int bits = 4;

	while (((size_t)1 << bits) < 2 * n)
		bits++;
	if (bits > 32)
		return err_set(e, "a matrix of %zu blocks is too large", n);
	t->shift = 32 - bits;
	t->key = malloc(((size_t)1 << bits) * sizeof(*t->key));
	t->n = calloc((size_t)1 << bits, sizeof(*t->n));
	if (!t->key || !t->n) {
		free(t->key);
		free(t->n);
		*t = (struct blocks){ 0 };
		return err_memory(e);
	}
	return 0;
}

static void blocks_free(struct blocks *t)
{
	free(t->key);
	free(t->n);
}

static inline size_t blocks_find(const struct blocks *t, uint32_t key)
{
	uint32_t mask = 0xffffffff >> t->shift, at = key * 0x9e3779b1u >> t->shift;

	while (t->n[at] && t->key[at] != key)
		at = (at + 1) & mask;
	return at;
}

static inline void blocks_count(struct blocks *t, uint32_t key)
{
	size_t at = blocks_find(t, key);

	t->key[at] = key;
	t->n[at]++;
}

/* The bits @bit of four symbols in a row, the first symbol's on top. */
static inline uint32_t nibble(uint32_t four, int bit)
{
	return ((four >> bit & 0x01010101) * 0x08040201u) >> 24 & 15;
}

static inline uint32_t key_of(const struct bdm *b, const uint8_t *symbol, size_t stride, int side)
{
	uint32_t hi = 0, lo = 0;
	int r, c;

	if (b->code == BDM_NATIVE) {
		for (r = 0; r < side; r++, symbol += stride)
			for (c = 0; c < side; c++)
				lo = lo << 2 | symbol[c];
		return lo;
	}
	if (side == 4) {
		for (r = 0; r < 4; r++, symbol += stride) {
			uint32_t four = symbol[0] | (uint32_t)symbol[1] << 8 |
					(uint32_t)symbol[2] << 16 | (uint32_t)symbol[3] << 24;

			hi = hi << 4 | nibble(four, 1);
			lo = lo << 4 | nibble(four, 0);
		}
	} else {
		for (r = 0; r < side; r++, symbol += stride)
			for (c = 0; c < side; c++) {
				hi = hi << 1 | symbol[c] >> 1;
				lo = lo << 1 | (symbol[c] & 1);
			}
	}
	return hi << side * side | lo;
}

/* Count the blocks of a part of a matrix; what is cut off goes to the table of a smaller side. */
static void decompose(const struct bdm *b, struct blocks *t, const uint8_t *symbol, size_t stride,
		      size_t rows, size_t cols, int side)
{
	size_t step = b->boundary == BDM_CORRELATED ? 1 : (size_t)side, s = (size_t)side, r, c;

	for (r = 0; r + s <= rows; r += step)
		for (c = 0; c + s <= cols; c += step)
			blocks_count(&t[side], key_of(b, symbol + r * stride + c, stride, side));
	if (b->boundary != BDM_RECURSIVE)
		return;
	for (r = 0; r < rows; r += s)
		for (c = 0; c < cols; c += s) {
			size_t h = rows - r < s ? rows - r : s, w = cols - c < s ? cols - c : s;
			size_t least = h < w ? h : w;

			if (least >= 2 && (h < s || w < s))
				decompose(b, t, symbol + r * stride + c, stride, h, w, (int)least);
		}
}

/* The matrix with zeroes added to whole blocks; the caller frees it. */
static uint8_t *padded(const uint8_t *symbol, size_t *rows, size_t *cols, int side, struct err *e)
{
	size_t s = (size_t)side, h = (*rows + s - 1) / s * s, w = (*cols + s - 1) / s * s, r;
	uint8_t *p = calloc(h * w + 1, 1);

	if (!p) {
		err_memory(e);
		return NULL;
	}
	for (r = 0; r < *rows; r++)
		memcpy(p + r * w, symbol + r * *cols, *cols);
	*rows = h;
	*cols = w;
	return p;
}

static void tables_free(struct blocks *t)
{
	int s;

	for (s = 0; s <= CTM_SIDE; s++)
		blocks_free(&t[s]);
}

/* Count all blocks into t[1..CTM_SIDE], which tables_free frees. */
static int count(const struct bdm *b, const uint8_t *symbol, size_t rows, size_t cols,
		 struct blocks *t, struct err *e)
{
	size_t side = (size_t)b->side, most = rows * cols / (side * side) + 1;
	int s;

	if (b->boundary == BDM_CORRELATED)
		most = rows * cols;
	for (s = 2; s < b->side && b->boundary == BDM_RECURSIVE; s++) /* the cut-off edges */
		if (blocks_init(&t[s], (rows + cols + 1) * side, e))
			goto fail;
	if (blocks_init(&t[b->side], most, e))
		goto fail;
	decompose(b, t, symbol, cols, rows, cols, b->side);
	return 0;
fail:
	tables_free(t);
	return -1;
}

/* The sums over all blocks of up to 32 bits */
static int measure(const struct bdm *b, const struct bdm_part *m, struct bdm_result *sum,
		   struct err *e)
{
	struct blocks t[CTM_SIDE + 1] = { 0 };
	double n_log_n = 0;
	int s, found;
	size_t i;

	if (count(b, m->symbol, m->rows, m->cols, t, e))
		return -1;
	for (s = 1; s <= CTM_SIDE; s++)
		for (i = 0; t[s].n && i <= 0xffffffff >> t[s].shift; i++) {
			double n = t[s].n[i];

			if (n == 0)
				continue;
			sum->bits += bdm_value(b, s, t[s].key[i], &found);
			sum->found += (uint64_t)found;
			sum->unique++;
			sum->of_side[s] += t[s].n[i];
			if (n > 1) {
				sum->bits += log2(n);
				n_log_n += n * log2(n);
			}
		}
	for (s = 1; s <= CTM_SIDE; s++)
		sum->blocks += sum->of_side[s];
	if (sum->unique > 1) /* -sum p log2 p with p = n / N */
		sum->entropy = log2((double)sum->blocks) - n_log_n / (double)sum->blocks;
	tables_free(t);
	return 0;
}

int bdm_measure(const struct bdm *b, const uint8_t *symbol, size_t rows, size_t cols,
		struct bdm_result *r, struct err *e)
{
	struct bdm_result sum = { .least = NAN, .largest = NAN };
	struct bdm_part m = { symbol, cols, rows, cols };
	uint8_t *copy = NULL;
	int status;

	if (b->boundary == BDM_PAD) {
		if (!(copy = padded(symbol, &m.rows, &m.cols, b->side, e)))
			return -1;
		m.symbol = copy;
		m.stride = m.cols;
	}
	status = is_wide(b) ? bdm_wide_measure(b, &m, &sum, e) : measure(b, &m, &sum, e);
	free(copy);
	if (!status)
		*r = sum;
	return status;
}

int bdm_map(const struct bdm *b, const uint8_t *symbol, size_t rows, size_t cols, double *map,
	    struct err *e)
{
	struct blocks t[CTM_SIDE + 1] = { 0 };
	size_t side = (size_t)b->side, i, j;
	uint8_t *copy = NULL;
	int found;

	if (b->boundary != BDM_IGNORE && b->boundary != BDM_PAD)
		return err_set(e, "a map needs blocks side by side: boundary ignore or pad");
	if (is_wide(b))
		return err_set(e, "a map is for up to 4 symbols and sides up to %d", CTM_SIDE);
	if (b->boundary == BDM_PAD) {
		if (!(copy = padded(symbol, &rows, &cols, b->side, e)))
			return -1;
		symbol = copy;
	}
	if (count(b, symbol, rows, cols, t, e)) {
		free(copy);
		return -1;
	}
	for (i = 0; i + side <= rows; i += side)
		for (j = 0; j + side <= cols; j += side) {
			uint32_t key = key_of(b, symbol + i * cols + j, cols, b->side);
			double n = t[b->side].n[blocks_find(&t[b->side], key)];

			*map++ = n > 1 ? log2(n / (n - 1)) : bdm_value(b, b->side, key, &found);
		}
	tables_free(t);
	free(copy);
	return 0;
}

double bdm_share(const struct bdm_result *r)
{
	return r->largest > r->least ? (r->bits - r->least) / (r->largest - r->least) : NAN;
}

void bdm_add(struct bdm_result *group, const struct bdm_result *r)
{
	double blocks = (double)(group->blocks + r->blocks);
	int s;

	if (blocks > 0)
		group->entropy =
			(group->entropy * (double)group->blocks + r->entropy * (double)r->blocks) /
			blocks;
	group->bits += r->bits;
	group->blocks += r->blocks;
	group->unique += r->unique;
	group->found += r->found;
	group->least += r->least;
	group->largest += r->largest;
	for (s = 0; s <= BDM_SIDE; s++)
		group->of_side[s] += r->of_side[s];
}

void bdm_shuffle(struct rng *rng, uint8_t *symbol, size_t n)
{
	for (; n > 1; n--) {
		size_t i = rng_below(rng, n);
		uint8_t last = symbol[n - 1];

		symbol[n - 1] = symbol[i];
		symbol[i] = last;
	}
}
