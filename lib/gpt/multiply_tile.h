/*
 * multiply_tile - multiply.h for vectors of one width: included by multiply_fast.c once for each
 *
 * The includer defines: LANES, floats of a vector; ACROSS and ROWS, the width of the widest tile in
 * vectors and its height in rows; TARGET, an attribute that selects the instruction set; NAME(x),
 * which makes the name x distinct for this width; FIRST and LAST, which interleave the first, or
 * the second, halves of two vectors a and b as a0 b0 a1 b1 ...
 */
typedef float NAME(lanes) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

/*
 * R rows by W vectors of C, from row @i of the tile on.  The compiler unrolls all loops over R and
 * W, so that the R W sums stay in registers.  @turned: A is stored transposed.
 */
static inline __attribute__((always_inline)) TARGET void
NAME(some)(const int R, const int W, const int turned, const struct tile *t, int i)
{
	enum { PER = MULTIPLY_PANEL / LANES };
	const size_t row = turned ? 1 : t->lda, step = turned ? t->lda : 1;
	const size_t panel = t->panel, ldc = t->ldc;
	const float *A = t->A + (size_t)i * row, *B = t->B, *past = t->past;
	const float *end = B + (size_t)t->K * MULTIPLY_PANEL;
	float *C = t->C + (size_t)i * ldc;
	NAME(lanes) sum[ROWS][ACROSS], b[ACROSS];
	int r, w;

	if (t->add) {
		EACH (r, R)
			EACH (w, W)
				sum[r][w] = *(const NAME(lanes) *)(C + r * ldc + w * LANES);
	} else if (t->bias) {
		EACH (w, W)
			b[w] = *(const NAME(lanes) *)(t->bias + w * LANES);
		EACH (r, R)
			EACH (w, W)
				sum[r][w] = b[w];
	} else {
		EACH (r, R)
			EACH (w, W)
				sum[r][w] = (NAME(lanes)){ 0 };
	}
	/* Prefetch the rows of C to be written; where C was just read, the rows after them. */
	EACH (r, R)
		for (w = 0; w < W; w += PER)
			__builtin_prefetch(C + (t->add ? r + R : r) * ldc + w * LANES, 1);
	for (; B < end; B += MULTIPLY_PANEL, A += step) {
		EACH (w, W)
			b[w] = *(const NAME(lanes) *)(B + w / PER * panel + w % PER * LANES);
		EACH (r, R)
			EACH (w, W)
				sum[r][w] += A[r * row] * b[w];
	}
	if (past) {
		past += (size_t)i * ldc;
		EACH (r, R)
			EACH (w, W)
				sum[r][w] += *(const NAME(lanes) *)(past + r * ldc + w * LANES);
	}
	EACH (r, R)
		EACH (w, W)
			*(NAME(lanes) *)(C + r * ldc + w * LANES) = sum[r][w];
}

/* All rows, W vectors wide: ROWS at a time; the last eight by 4; fewer by 4, 2 and 1. */
#define ALL_ROWS(W, turned)                                                                        \
	int i = 0;                                                                                 \
                                                                                                   \
	for (; rows - i >= ROWS && rows - i != 8; i += ROWS)                                       \
		NAME(some)(ROWS, W, turned, t, i);                                                 \
	for (; rows - i >= 4; i += 4)                                                              \
		NAME(some)(4, W, turned, t, i);                                                    \
	if (rows - i >= 2) {                                                                       \
		NAME(some)(2, W, turned, t, i);                                                    \
		i += 2;                                                                            \
	}                                                                                          \
	if (i < rows)                                                                              \
		NAME(some)(1, W, turned, t, i);

static TARGET void NAME(wide)(int rows, const struct tile *t)
{
	ALL_ROWS(ACROSS, 0)
}

static TARGET void NAME(wide_turned)(int rows, const struct tile *t)
{
	ALL_ROWS(ACROSS, 1)
}

#if ACROSS * LANES > MULTIPLY_PANEL
static TARGET void NAME(narrow)(int rows, const struct tile *t)
{
	ALL_ROWS(MULTIPLY_PANEL / LANES, 0)
}

static TARGET void NAME(narrow_turned)(int rows, const struct tile *t)
{
	ALL_ROWS(MULTIPLY_PANEL / LANES, 1)
}
#else
#define narrow        wide
#define narrow_turned wide_turned
#endif

/* LANES rows of as many floats, @ld apart, become columns of @to, whose rows are PANEL apart. */
static inline __attribute__((always_inline)) TARGET void NAME(turn)(const float *B, size_t ld,
								    float *to)
{
	/* Their type asks for 4 bytes only, which gcc's address checks would give them. */
	NAME(lanes) x[LANES] __attribute__((aligned(64))), y[LANES] __attribute__((aligned(64)));
	int i, n;

	EACH (i, LANES)
		x[i] = *(const NAME(lanes) *)(B + i * ld);
	/* Each time a bit of the row's number becomes one of the place in the row. */
	for (n = 1; n < LANES; n *= 2) {
		EACH (i, LANES / 2) {
			y[2 * i] = FIRST(x[i], x[i + LANES / 2]);
			y[2 * i + 1] = LAST(x[i], x[i + LANES / 2]);
		}
		EACH (i, LANES)
			x[i] = y[i];
	}
	EACH (i, LANES)
		*(NAME(lanes) *)(to + i * PANEL) = x[i];
}

/* Columns [0, PANEL) of B (K, ..) become a panel; turned, rows of B (.., K). */
static TARGET void NAME(panel)(int K, const float *B, size_t ld, float *to)
{
	int j, k;

	for (k = 0; k < K; k++, B += ld, to += PANEL) {
		__builtin_prefetch(B + 8 * ld);
		EACH (j, PANEL / LANES)
			*(NAME(lanes) *)(to + j * LANES) = *(const NAME(lanes) *)(B + j * LANES);
	}
}

static TARGET void NAME(panel_turned)(int K, const float *B, size_t ld, float *to)
{
	int c, i, k;

	for (k = 0; k + LANES <= K; k += LANES)
		for (c = 0; c < PANEL; c += LANES) {
			EACH (i, LANES)
				__builtin_prefetch(B + (c + i) * ld + k + 2 * PANEL);
			NAME(turn)(B + c * ld + k, ld, to + k * PANEL + c);
		}
	part(1, K - k, PANEL, B + k, ld, to + k * PANEL);
}

static void NAME(pack)(int turned, int K, int N, const float *B, int ld, float *to)
{
	pack(turned, K, N, B, (size_t)ld, to, turned ? NAME(panel_turned) : NAME(panel));
}

static void NAME(times)(const struct multiply *m)
{
	static tile_do *const does[] = { NAME(narrow), NAME(wide) };

	times(m, ACROSS * LANES, does);
}

static void NAME(outer)(const struct multiply *m)
{
	static tile_do *const does[] = { NAME(narrow_turned), NAME(wide_turned) };

	outer(m, ACROSS * LANES, does, NAME(panel));
}

#undef ALL_ROWS
#undef narrow
#undef narrow_turned
