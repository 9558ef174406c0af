/*
 * nn_fold_fast - values of attention that are as wide as the stream
 */
#include "gpt/nn.h"
#include "gpt/nn_fast.h"

enum { LANES = 16, ACROSS = NN_FOLD / LANES }; /* vectors of a block of columns */

typedef float lanes __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

NN_INLINE size_t place(int row, int H, int C, int h, int c)
{
	return ((size_t)row * (size_t)H + (size_t)h) * (size_t)C + (size_t)c;
}

/* Add the values of a query's keys, weighted by @p, from column @c on. */
NN_INLINE void add_values(const struct nn_folded *f, const int *key, const float *p, int c,
			  lanes *sum)
{
	int j, h, r;

	for (j = 0; j <= f->t; j++) {
		const float *v = f->v + place(f->row[key[j]], f->H, f->C, 0, c);

		for (h = 0; h < f->H; h++, v += f->C)
			for (r = 0; r < ACROSS; r++)
				sum[r] += p[j * f->H + h] * *(const lanes *)(v + r * LANES);
	}
}

CLONES void nn_fold(const struct nn_folded *f, const float *past, const float *bias, float *out)
{
	const int H = f->H, C = f->C, *key = f->key;
	const float *p = f->p;
	int i, c, r;

	for (i = 0; i < f->n; i++, key += NN_KEYS, p += NN_KEYS * H, past += C, out += C)
		for (c = 0; c < C; c += NN_FOLD) {
			lanes sum[ACROSS];

			for (r = 0; r < ACROSS; r++)
				sum[r] = *(const lanes *)(past + c + r * LANES) +
					 *(const lanes *)(bias + c + r * LANES);
			add_values(f, key, p, c, sum);
			for (r = 0; r < ACROSS; r++)
				*(lanes *)(out + c + r * LANES) = sum[r];
		}
}

/* Columns from @c on of query @i: dv is complete behind it, @dp, by lanes, has these columns'. */
NN_INLINE void columns(const struct nn_folded *f, int i, int c, const float *dout, float *dv,
		       lanes *dp)
{
	const int H = f->H, C = f->C, *key = f->key + i * NN_KEYS;
	const float *p = f->p + (size_t)i * NN_KEYS * (size_t)H;
	lanes g[ACROSS];
	int j, h, r;

	for (r = 0; r < ACROSS; r++)
		g[r] = *(const lanes *)(dout + r * LANES);
	for (j = 0; j <= f->t; j++) {
		const float *v = f->v + place(f->row[key[j]], H, C, 0, c);
		float *d = dv + place(key[j], H, C, 0, c);

		for (h = 0; h < H; h++, v += C, d += C) {
			const float weight = p[j * H + h];
			lanes sum = dp[j * H + h];

			for (r = 0; r < ACROSS; r++) {
				sum += g[r] * *(const lanes *)(v + r * LANES);
				*(lanes *)(d + r * LANES) += weight * g[r];
			}
			dp[j * H + h] = sum;
		}
	}
}

CLONES void nn_fold_backward(const struct nn_folded *f, const float *dout, float *dp, float *dv)
{
	lanes sum[NN_KEYS * NN_FOLD_HEADS];
	const int H = f->H, C = f->C;
	int i, k, c;

	for (i = 0; i < f->n; i++, dp += NN_KEYS * H, dout += C) {
		for (k = 0; k < (f->t + 1) * H; k++)
			sum[k] = (lanes){ 0 };
		for (c = 0; c < C; c += NN_FOLD)
			columns(f, i, c, dout + c, dv, sum);
		for (k = 0; k < (f->t + 1) * H; k++)
			for (dp[k] = 0, c = 0; c < LANES; c++)
				dp[k] += sum[k][c];
	}
}
