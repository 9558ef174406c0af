/* Turning weights into symbols, by rank in linear time; see quantise.h. */
#include "bdm/quantise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Selection by counting.  The bits of a float, its sign turned, order like the number; a histogram
 * of the upper 16 of them says in which bin an order statistic lies, a second one, of the lower 16
 * in that bin, says which it is.
 */
enum { BINS = 1 << 16, RANKS = 2 * QUANTISE_LEVELS };
enum { FINITE = 0x80 }; /* bins below, and as many on top, hold infinities and NaN */

struct rank {
	size_t rank; /* from 0 */
	uint32_t bin; /* upper half of its key */
	int slot; /* which second histogram */
	float value;
};

static inline uint32_t key(float x)
{
	uint32_t u;

	memcpy(&u, &x, sizeof(u));
	return u ^ (u >> 31 ? 0xffffffff : 0x80000000);
}

static float number(uint32_t k)
{
	uint32_t u = k ^ (k >> 31 ? 0x80000000 : 0xffffffff);
	float x;

	memcpy(&x, &u, sizeof(x));
	return x;
}

/* The bin that holds the @rank-th of what a histogram counts; takes what lies below off @rank. */
static uint32_t find(const uint32_t *histogram, size_t *rank)
{
	uint32_t bin = 0;

	while (*rank >= histogram[bin])
		*rank -= histogram[bin++];
	return bin;
}

static int select_ranks(const float *x, size_t n, struct rank *r, int nranks, struct err *e)
{
	uint32_t *histogram = calloc((size_t)(1 + RANKS) * BINS, sizeof(*histogram));
	uint8_t *slot = calloc(BINS, 1);
	int slots = 0, i, status = -1;
	size_t j;

	if (!histogram || !slot) {
		err_memory(e);
		goto out;
	}
	for (j = 0; j < n; j++)
		histogram[key(x[j]) >> 16]++;
	for (j = 0; j < FINITE; j++)
		if (histogram[j] || histogram[BINS - 1 - j]) {
			err_set(e, "a weight is not a finite number");
			goto out;
		}
	for (i = 0; i < nranks; i++) {
		r[i].bin = find(histogram, &r[i].rank);
		if (!slot[r[i].bin])
			slot[r[i].bin] = (uint8_t)++slots;
		r[i].slot = slot[r[i].bin];
	}
	for (j = 0; j < n; j++) {
		uint32_t k = key(x[j]), s = slot[k >> 16];

		if (s)
			histogram[s * BINS + (k & 0xffff)]++;
	}
	for (i = 0; i < nranks; i++)
		r[i].value = number(r[i].bin << 16 |
				    find(histogram + (size_t)r[i].slot * BINS, &r[i].rank));
	status = 0;
out:
	free(histogram);
	free(slot);
	return status;
}

int quantise_cuts(const float *x, size_t n, int levels, double *cut, int *constant, struct err *e)
{
	struct rank r[RANKS] = { 0 };
	int i;

	for (i = 0; i < levels - 1; i++) {
		size_t part = (size_t)(i + 1) * (n - 1) / (size_t)levels;

		r[2 * i].rank = part;
		r[2 * i + 1].rank = part + 1 < n ? part + 1 : part;
	}
	r[2 * i].rank = 0;
	r[2 * i + 1].rank = n - 1;
	if (select_ranks(x, n, r, 2 * levels, e))
		return -1;
	*constant = r[2 * i].value == r[2 * i + 1].value;
	for (i = 0; i < levels - 1; i++) {
		size_t rest = (size_t)(i + 1) * (n - 1) % (size_t)levels;
		double a = r[2 * i].value, b = r[2 * i + 1].value;

		cut[i] = a + (b - a) * ((double)rest / levels);
	}
	return 0;
}

/* The least float that is not below @q: x < q just if x < it. */
static float at_least(double q)
{
	float f = (float)q;

	return (double)f < q ? nextafterf(f, INFINITY) : f;
}

static int by_number(const float *x, size_t n, int levels, uint8_t *symbol, struct err *e)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!(x[i] >= 0 && x[i] < (float)levels && x[i] == floorf(x[i])))
			return err_set(e, "%g is none of the symbols 0 to %d", x[i], levels - 1);
	for (i = 0; i < n; i++)
		symbol[i] = (uint8_t)x[i];
	return 0;
}

int quantise_symbols(const float *x, size_t n, enum quantise how, int levels, uint8_t *symbol,
		     struct err *e)
{
	double cut[QUANTISE_LEVELS - 1] = { 0 };
	float edge[QUANTISE_LEVELS - 1];
	int constant = 0, k;
	size_t i;

	if (n == 0)
		return 0;
	if (how == QUANTISE_NONE)
		return by_number(x, n, levels, symbol, e);
	if (how == QUANTISE_RANK && quantise_cuts(x, n, levels, cut, &constant, e))
		return -1;
	for (i = 0; how == QUANTISE_SIGN && i < n; i++)
		if (!isfinite(x[i]))
			return err_set(e, "a weight is not a finite number");
	if (constant) {
		memset(symbol, 0, n);
		return 0;
	}
	for (k = 0; k < QUANTISE_LEVELS - 1; k++)
		edge[k] = at_least(cut[k]);
	quantise_by_cuts(x, n, levels, edge, symbol);
	return 0;
}
