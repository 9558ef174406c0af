/* K against pybdm and against plain programs, closed cases, null values, ranges, maps. */
#include "bdm/bdm.h"
#include "check.h"
#include "bdm/ctm.h"

enum { CELLS = 4096 };

struct matrix {
	char name[16];
	size_t rows, cols;
	uint8_t symbol[CELLS];
};

static struct bdm measure_with(enum bdm_code code, int levels, int side, enum bdm_boundary boundary)
{
	struct bdm b;
	struct err e;

	check(bdm_init(&b, code, levels, side, boundary, &e) == 0);
	return b;
}

static struct bdm_result measured(const struct bdm *b, const uint8_t *symbol, size_t rows,
				  size_t cols)
{
	struct bdm_result r;
	struct err e;

	check(bdm_measure(b, symbol, rows, cols, &r, &e) == 0);
	return r;
}

static double built_in(int symbols, int side, size_t number)
{
	size_t n, offset;
	const uint8_t *packed = ctm_shipped(symbols, &n);
	struct ctm_space s;
	double halting, *bits, got;
	uint64_t *sum;
	struct err e;

	check(ctm_unpack(packed, n, &s, &halting, &sum, &e) == 0);
	offset = ctm_offset(symbols, s.side, side, side);
	check((bits = malloc(ctm_offset(symbols, s.side, s.side + 1, 1) * sizeof(*bits))));
	ctm_bits(&s, halting, sum, bits);
	got = bits[offset + number];
	free(bits);
	free(sum);
	return got;
}

static enum bdm_boundary boundary(const char *name)
{
	return !strcmp(name, "ignore")      ? BDM_IGNORE
	       : !strcmp(name, "recursive") ? BDM_RECURSIVE
					    : BDM_CORRELATED;
}

static enum bdm_code code(const char *name)
{
	return !strcmp(name, "planes")   ? BDM_PLANES
	       : !strcmp(name, "gray")   ? BDM_GRAY
	       : !strcmp(name, "native") ? BDM_NATIVE
					 : BDM_GZIP_MIX;
}

/* gzip-mix of one block is what gzip makes of it, unless it is binary. */
static void gzip_bytes(const struct bdm *b, const char *cells, int bytes)
{
	uint8_t symbol[16];
	int i, largest = 0;

	for (i = 0; i < 16; i++) {
		symbol[i] = (uint8_t)(cells[i] - '0');
		largest = symbol[i] > largest ? symbol[i] : largest;
	}
	if (largest > 1)
		check(measured(b, symbol, 4, 4).bits == bytes);
}

/* Tables of tests/ref/bdm.txt, by side. */
static double table[BDM_SIDE + 1][1 << 16];

static void read_table(FILE *f)
{
	static char line[CELLS + 100];
	int side, n;
	double x;

	for (side = 0; side <= BDM_SIDE; side++)
		for (n = 0; n < 1 << 16; n++)
			table[side][n] = NAN;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "ctm %d %d %lf", &side, &n, &x) == 3)
			table[side][n] = x;
	rewind(f);
}

static void same_as_pybdm(const struct matrix *m, enum bdm_boundary edge, double bits,
			  double entropy, double share)
{
	struct bdm b = measure_with(BDM_PLANES, 2, 4, edge);
	struct bdm_result r;
	struct err e;

	for (int side = 2; side <= 4; side++)
		check(bdm_set_table(&b, side, table[side], &e) == 0);
	r = measured(&b, m->symbol, m->rows, m->cols);
	check_near(r.bits, bits, 1e-9 * bits);
	check_near(r.entropy, entropy, 1e-9);
	check(bdm_normalise(&b, &r, &e) == 0);
	if (!isnan(share))
		check_near(bdm_share(&r), share, 1e-9);
	check(r.found == r.unique);
	bdm_free(&b);
}

static void same_as_plain(const struct matrix *m, enum bdm_code of, int side, double ignored,
			  double padded)
{
	struct bdm b = measure_with(of, 4, side, BDM_IGNORE);

	check_near(measured(&b, m->symbol, m->rows, m->cols).bits, ignored, 1e-9 * ignored);
	b.boundary = BDM_PAD;
	check_near(measured(&b, m->symbol, m->rows, m->cols).bits, padded, 1e-9 * padded);
	bdm_free(&b);
}

static void same_largest(enum bdm_code of, int blocks, double bits)
{
	struct bdm b = measure_with(of, 4, 4, BDM_IGNORE);
	struct bdm_result r = { .of_side[4] = (uint64_t)blocks };
	struct err e;

	check(bdm_normalise(&b, &r, &e) == 0);
	check_near(r.largest, bits, 1e-9 * bits);
	bdm_free(&b);
}

/*
 * tests/ref/bdm.txt: pybdm on binary matrices with its own table, and a plain implementation on
 * four symbols with the built-in tables.  Sums of up to some thousand doubles: 1e-9 of each.
 */
static void against_references(void)
{
	static char line[CELLS + 100], cells[CELLS + 1];
	struct bdm gzip = measure_with(BDM_GZIP_MIX, 4, 4, BDM_PAD);
	struct matrix m = { 0 };
	FILE *f = fopen("tests/ref/bdm.txt", "r");
	char a[16];
	double x, y, z;
	int side, n, compared = 0;

	check(f);
	read_table(f);
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "ctm ", 4))
			continue;
		if (sscanf(line, "%*s %15s %zu %zu %4096s", m.name, &m.rows, &m.cols, cells) == 4 &&
		    (line[0] == 'l' || !strncmp(line, "bin", 3)) && strlen(cells) > 15) {
			check(strlen(cells) == m.rows * m.cols);
			for (n = 0; cells[n]; n++)
				m.symbol[n] = (uint8_t)(cells[n] - '0');
			continue;
		}
		if (sscanf(line, "bits %*s %15s %lf %lf %lf", a, &x, &y, &z) == 4)
			same_as_pybdm(&m, boundary(a), x, y, z);
		else if (sscanf(line, "gzip %16s %d", cells, &n) == 2)
			gzip_bytes(&gzip, cells, n);
		else if (sscanf(line, "code %*s %15s %d %lf %lf", a, &side, &x, &y) == 4)
			same_as_plain(&m, code(a), side, x, y);
		else if (sscanf(line, "largest %15s %d %lf", a, &n, &x) == 3)
			same_largest(code(a), n, x);
		else
			check(!"a line of tests/ref/bdm.txt is understood");
		compared++;
	}
	fclose(f);
	bdm_free(&gzip);
	check(compared == 27 + 150 + 15 + 6);
}

/* A constant matrix, one block repeated, all blocks different. */
static void closed_cases(void)
{
	static uint8_t x[64 * 64];
	struct bdm b = measure_with(BDM_PLANES, 2, 4, BDM_IGNORE);
	struct bdm q = measure_with(BDM_PLANES, 4, 4, BDM_IGNORE);
	struct bdm_result r;
	double sum = 0, zero = built_in(2, 4, 0);
	size_t i, j;
	struct err e;

	r = measured(&b, x, 64, 64);
	check_near(r.bits, zero + 8, 1e-12);
	check(r.blocks == 256 && r.unique == 1 && r.found == 1 && r.entropy == 0);
	check(bdm_normalise(&b, &r, &e) == 0);
	check_near(bdm_share(&r), 0, 1e-12);
	check_near(measured(&q, x, 64, 64).bits, 2 * zero + 8, 1e-12);

	for (i = 0; i < 64; i++) /* 0110 1000 0001 0000 everywhere */
		for (j = 0; j < 64; j++)
			x[i * 64 + j] = 0x6810 >> (15 - (i % 4 * 4 + j % 4)) & 1;
	r = measured(&b, x, 64, 64);
	check_near(r.bits, built_in(2, 4, 0x6810) + 8, 1e-12);

	for (i = 0; i < 64; i++) /* block n holds the number n + 1000 */
		for (j = 0; j < 64; j++)
			x[i * 64 + j] =
				(1000 + i / 4 * 16 + j / 4) >> (15 - (i % 4 * 4 + j % 4)) & 1;
	for (i = 0; i < 256; i++)
		sum += built_in(2, 4, 1000 + i);
	r = measured(&b, x, 64, 64);
	check_near(r.bits, sum, 1e-9);
	check(r.unique == 256);
	check_near(r.entropy, 8, 1e-12);

	r = measured(&b, x, 3, 64); /* too low for a block */
	check(r.blocks == 0 && r.bits == 0);
	b.boundary = BDM_PAD;
	check(measured(&b, x, 3, 64).blocks == 16);
	b.boundary = BDM_RECURSIVE;
	check(measured(&b, x, 3, 64).of_side[3] == 16);
	b.boundary = BDM_CORRELATED;
	check(measured(&b, x, 5, 64).blocks == 2 * 61);
	bdm_free(&b);
	bdm_free(&q);
}

/* planes does not depend on which symbol has which bits: rename the symbols in all 24 ways. */
static void names_of_symbols(void)
{
	static uint8_t x[48 * 40], y[48 * 40];
	struct bdm b = measure_with(BDM_PLANES, 4, 4, BDM_IGNORE);
	struct bdm n = measure_with(BDM_NATIVE, 4, 3, BDM_IGNORE);
	double planes, native;
	struct rng rng;
	int i, p, to[4];

	rng_seed(&rng, 3, 0);
	for (i = 0; i < 48 * 40; i++)
		x[i] = (uint8_t)(rng_below(&rng, 4) & rng_below(&rng, 4));
	planes = measured(&b, x, 48, 40).bits;
	native = measured(&n, x, 48, 40).bits;
	for (p = 0; p < 256; p++) {
		for (i = 0; i < 4; i++)
			to[i] = p >> 2 * i & 3;
		if ((1 << to[0] | 1 << to[1] | 1 << to[2] | 1 << to[3]) != 15)
			continue;
		for (i = 0; i < 48 * 40; i++)
			y[i] = (uint8_t)to[x[i]];
		check_near(measured(&b, y, 48, 40).bits, planes, 1e-9 * planes);
		check_near(measured(&n, y, 48, 40).bits, native, 1e-9 * native);
	}
	bdm_free(&b);
	bdm_free(&n);
}

/* Shuffling keeps the symbols, raises K of what has structure, and random K lies near the top. */
static void null(void)
{
	static uint8_t x[64 * 64];
	struct bdm b = measure_with(BDM_PLANES, 4, 4, BDM_IGNORE);
	struct bdm_result r, s;
	size_t i, symbols[4] = { 0 };
	double K[3][5];
	struct rng rng;
	struct err e;

	for (i = 0; i < sizeof(x); i++)
		x[i] = (uint8_t)(2 * sin(0.3 * (double)(i / 64)) * cos(0.2 * (double)(i % 64)) + 2);
	for (i = 0; i < sizeof(x); i++)
		symbols[x[i]]++;
	r = measured(&b, x, 64, 64);
	rng_seed(&rng, 4, 0);
	bdm_shuffle(&rng, x, sizeof(x));
	for (i = 0; i < sizeof(x); i++)
		symbols[x[i]]--;
	check(!symbols[0] && !symbols[1] && !symbols[2] && !symbols[3]);
	s = measured(&b, x, 64, 64);
	check(s.bits > 1.5 * r.bits);
	check(bdm_normalise(&b, &r, &e) == 0 && bdm_normalise(&b, &s, &e) == 0);
	check(bdm_share(&r) < bdm_share(&s) && bdm_share(&s) < 1 && bdm_share(&s) > 0.8);
	for (i = 1; i <= 3; i++) {
		struct pool *pool = pool_create((int)i, &e);
		struct bdm_shuffles shuffles = { 5, 4, 0, &b, 1, pool };

		check(pool && bdm_null(&shuffles, x, 64, 64, K[i - 1], &e) == 0);
		check(memcmp(K[0], K[i - 1], sizeof(K[0])) == 0);
		pool_free(pool);
	}
	for (i = 0; i < 5; i++) /* of what is shuffled already */
		check_near(K[0][i], s.bits, 0.02 * s.bits);
	check(K[0][0] != K[0][1]);
	bdm_free(&b);
}

/* With more blocks than there are arrays the most complex matrix holds each of them again. */
static void range_cycles(void)
{
	struct bdm b = measure_with(BDM_PLANES, 2, 2, BDM_IGNORE);
	struct bdm_result r = { .of_side[2] = 16 * 3 + 1 };
	double sum = 0, largest = 0;
	struct err e;
	size_t i;

	for (i = 0; i < 16; i++) {
		double v = built_in(2, 2, i);

		sum += v + log2(3);
		largest = v > largest ? v : largest;
	}
	check(bdm_normalise(&b, &r, &e) == 0);
	check_near(r.largest, sum + log2(4 / 3.0), 1e-9);
	check_near(r.least, built_in(2, 2, 0) + log2(49), 1e-9);
	bdm_free(&b);
}

/* K without a block, measured, is K less what the map says of it. */
static void map_is_difference(void)
{
	static uint8_t x[4 * 48];
	double map[12], whole;
	struct bdm b = measure_with(BDM_PLANES, 4, 4, BDM_IGNORE);
	struct rng rng;
	struct err e;
	int i, r, c;

	rng_seed(&rng, 5, 0);
	for (r = 0; r < 4; r++)
		for (c = 0; c < 48; c++) /* blocks repeat after 5 */
			x[r * 48 + c] = c >= 20 ? x[r * 48 + c - 20] : (uint8_t)rng_below(&rng, 4);
	whole = measured(&b, x, 4, 48).bits;
	check(bdm_map(&b, x, 4, 48, map, &e) == 0);
	for (i = 0; i < 12; i++) {
		uint8_t less[4 * 44];

		for (r = 0; r < 4; r++)
			for (c = 0; c < 44; c++)
				less[r * 44 + c] = x[r * 48 + c + (c >= 4 * i ? 4 : 0)];
		check_near(measured(&b, less, 4, 44).bits, whole - map[i], 1e-9);
	}
	b.boundary = BDM_CORRELATED;
	check(bdm_map(&b, x, 4, 48, map, &e) == -1);
	bdm_free(&b);
}

static void coverage(void)
{
	static double some[1 << 16];
	struct bdm b = measure_with(BDM_PLANES, 2, 4, BDM_IGNORE);
	struct bdm_result r, group = { 0 };
	uint8_t x[4 * 8] = { 1 }; /* a block of one 1, and an empty one */
	struct err e;
	int i;

	for (i = 0; i < 1 << 16; i++)
		some[i] = i == 0 ? 5 : i == 7 ? 30 : NAN;
	check(bdm_set_table(&b, 4, some, &e) == 0);
	r = measured(&b, x, 4, 8);
	check(r.bits == 5 + 31 && r.unique == 2 && r.found == 1);
	bdm_add(&group, &r);
	r = measured(&b, x, 4, 4);
	bdm_add(&group, &r);
	check(group.bits == 5 + 31 + 31 && group.blocks == 3);
	check_near(group.entropy, 2 / 3.0, 1e-12);
	bdm_free(&b);
}

static void refused(void)
{
	struct bdm b;
	struct err e;

	check(bdm_init(&b, BDM_NATIVE, 4, 4, BDM_IGNORE, &e) == -1);
	check_error(e, "sides of 2 to 3, not 4");
	check(bdm_init(&b, BDM_GZIP_MIX, 2, 4, BDM_IGNORE, &e) == -1);
	check(bdm_init(&b, BDM_PLANES, 3, 4, BDM_IGNORE, &e) == -1);
	check(bdm_init(&b, BDM_PLANES, 4, 1, BDM_IGNORE, &e) == -1);
}

int main(void)
{
	against_references();
	closed_cases();
	names_of_symbols();
	null();
	range_cycles();
	map_is_difference();
	coverage();
	refused();
	return 0;
}
