/*
 * nn_attend_fast - attention over a few keys, forward and backward
 */
#include "gpt/nn.h"
#include "gpt/nn_fast.h"

#include <math.h>

/*
 * Heads are short and keys few (at most NN_KEYS), so the work of one query is a handful of dot
 * products.  Four heads are taken together, as long as D is a multiple of 8: their products are
 * folded to 8 sums each, then added in pairs, which keeps vector registers full.  Other shapes
 * take the plain way.
 */
enum { GROUP = 4, LANES = 8 };

/* Eight floats anywhere in memory.  Compilers do not find these loops by themselves. */
typedef float lanes __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef float group __attribute__((vector_size(4 * GROUP), aligned(4), may_alias));

NN_INLINE lanes *at(float *x, int i)
{
	return (lanes *)(x + i);
}

NN_INLINE const lanes *from(const float *x, int i)
{
	return (const lanes *)(x + i);
}

/*
 * Neighbours added: y = a0 + a1, a2 + a3, .. b6 + b7.  Vectors go by address: they have no ABI
 * before AVX.
 */
NN_INLINE void pairs(const lanes *a, const lanes *b, lanes *y)
{
	*y = __builtin_shufflevector(*a, *b, 0, 2, 4, 6, 8, 10, 12, 14) +
	     __builtin_shufflevector(*a, *b, 1, 3, 5, 7, 9, 11, 13, 15);
}

/* dot[h] = sum over d of a[h D + d] b[h D + d], h < GROUP */
NN_INLINE void dots(const int D, const float *a, const float *b, float *dot)
{
	lanes sum[GROUP], x, y, z;
	int h, c;

	for (h = 0; h < GROUP; h++) {
		sum[h] = *from(a, h * D) * *from(b, h * D);
		for (c = LANES; c < D; c += LANES)
			sum[h] += *from(a, h * D + c) * *from(b, h * D + c);
	}
	pairs(&sum[0], &sum[1], &x);
	pairs(&sum[2], &sum[3], &y);
	pairs(&x, &y, &z);
	*(group *)dot = __builtin_shufflevector(z, z, 0, 2, 4, 6) +
			__builtin_shufflevector(z, z, 1, 3, 5, 7);
}

/*
 * p (n, NN_KEYS, H): scores become weights, for each head over the keys.  In passes over all
 * queries, so that none waits for what it has just stored.
 */
NN_INLINE void softmax(int n, int H, float *p)
{
	float *end = p + (size_t)n * NN_KEYS * (size_t)H, *x;
	size_t k;
	int h, c;

	for (x = p; x < end; x += NN_KEYS * H)
		for (h = 0; h < H; h += GROUP) {
			group *s0 = (group *)(x + h), *s1 = (group *)(x + H + h);
			group *s2 = (group *)(x + 2 * H + h), *s3 = (group *)(x + 3 * H + h), top;

			for (c = 0; c < GROUP; c++) {
				float a = (*s0)[c] > (*s1)[c] ? (*s0)[c] : (*s1)[c];
				float b = (*s2)[c] > (*s3)[c] ? (*s2)[c] : (*s3)[c];

				top[c] = a > b ? a : b;
			}
			*s0 -= top;
			*s1 -= top;
			*s2 -= top;
			*s3 -= top;
		}
	for (k = 0; k < (size_t)n * NN_KEYS * (size_t)H; k++)
		p[k] = nn_exp(p[k]);
	for (x = p; x < end; x += NN_KEYS * H)
		for (h = 0; h < H; h += GROUP) {
			group *s0 = (group *)(x + h), *s1 = (group *)(x + H + h);
			group *s2 = (group *)(x + 2 * H + h), *s3 = (group *)(x + 3 * H + h);
			group inv = 1 / (*s0 + *s1 + *s2 + *s3);

			*s0 *= inv;
			*s1 *= inv;
			*s2 *= inv;
			*s3 *= inv;
		}
}

NN_INLINE void forward(int n, int t, int H, const int D, const float *qkv, const int *key, float *p,
		       float *out)
{
	const size_t C = (size_t)H * (size_t)D;
	const float scale = 1 / sqrtf((float)D);
	int i, j, h, k;

	for (i = 0; i < n; i++) {
		const float *q = qkv + (size_t)key[i * NN_KEYS + t] * 3 * C;
		float *s = p + (size_t)i * NN_KEYS * (size_t)H;

		for (j = 0; j <= t; j++)
			for (h = 0; h < H; h += GROUP) {
				dots(D, q + h * D,
				     qkv + (size_t)key[i * NN_KEYS + j] * 3 * C + C + h * D,
				     s + j * H + h);
				*(group *)(s + j * H + h) *= scale;
			}
		for (k = (t + 1) * H; k < NN_KEYS * H; k++)
			s[k] = -1e30f; /* keys that are not seen weigh nothing */
	}
	softmax(n, H, p);
	for (i = 0; i < n && out; i++, key += NN_KEYS, p += NN_KEYS * H, out += C)
		for (h = 0; h < H; h++) {
			const float *v = qkv + 2 * C + h * D;

			for (k = 0; k < D; k += LANES) {
				lanes sum = p[h] * *from(v + (size_t)key[0] * 3 * C, k);

				for (j = 1; j <= t; j++)
					sum += p[j * H + h] * *from(v + (size_t)key[j] * 3 * C, k);
				*at(out + h * D, k) = sum;
			}
		}
}

/* One query and head: where its keys' rows are, and what they weigh. */
struct head {
	int t, fresh;
	size_t row[NN_KEYS]; /* of each key, from the head's first column on; the last is its own */
	float p[NN_KEYS], ds[NN_KEYS];
};

/*
 * Adds to the gradient at a head's query, its keys and, from that at its output @g, their values;
 * not to the latter if @g is NULL.
 */
NN_INLINE void add_head(const struct head *a, size_t C, const int D, const float *qkv,
			const float *g, float *dqkv)
{
	const int t = a->t;
	int c, j;

	for (c = 0; c < D; c += LANES) {
		const float *x = qkv + c;
		const lanes none = { 0 }, grad = g ? *from(g, c) : none,
			    q = *from(x + a->row[t], 0);
		float *dx = dqkv + c, *own = dx + a->row[t];
		lanes dq = a->ds[t] * *from(x + a->row[t] + C, 0);

		for (j = 0; j < t; j++) {
			float *to = dx + a->row[j];

			dq += a->ds[j] * *from(x + a->row[j] + C, 0);
			*at(to + C, 0) += a->ds[j] * q;
			if (g)
				*at(to + 2 * C, 0) += a->p[j] * grad;
		}
		if (a->fresh) {
			*at(own, 0) = dq;
			*at(own + C, 0) = a->ds[t] * q;
			if (g)
				*at(own + 2 * C, 0) = a->p[t] * grad;
		} else {
			*at(own, 0) += dq;
			*at(own + C, 0) += a->ds[t] * q;
			if (g)
				*at(own + 2 * C, 0) += a->p[t] * grad;
		}
	}
}

/* The @n floats from @row on will be read and written: those of the next query. */
NN_INLINE void fetch(size_t n, size_t row, const float *read, float *write)
{
	size_t c;

	for (c = 0; c < n; c += 16) {
		__builtin_prefetch(read + row + c);
		__builtin_prefetch(write + row + c, 1);
	}
}

/* @D and @t are f's, constants to the compiler where the caller gives such. */
NN_INLINE void backward(const struct nn_attended *f, const int D, const int t, const float *dout,
			int fresh, float *dqkv)
{
	const int n = f->n, H = f->H, *key = f->key;
	const float *p = f->p;
	const size_t C = (size_t)H * (size_t)D;
	const float scale = 1 / sqrtf((float)D);
	float dp[NN_KEYS * GROUP];
	int i, j, h, k;

	for (i = 0; i < n; i++, key += NN_KEYS, p += NN_KEYS * H) {
		const float *g = dout ? dout + (size_t)i * C : NULL;
		const float *given = f->dp + (dout ? 0 : i * NN_KEYS * H);

		if (i + 1 < n)
			fetch(3 * C, (size_t)key[NN_KEYS + t] * 3 * C, f->qkv, dqkv);
		for (h = 0; h < H; h += GROUP) {
			float mean[GROUP] = { 0 };

			for (j = 0; j <= t; j++) {
				if (g)
					dots(D, g + h * D,
					     f->qkv + (size_t)key[j] * 3 * C + 2 * C + h * D,
					     dp + j * GROUP);
				else
					memcpy(dp + j * GROUP, given + j * H + h,
					       GROUP * sizeof(float));
				for (k = 0; k < GROUP; k++)
					mean[k] += p[j * H + h + k] * dp[j * GROUP + k];
			}
			for (k = 0; k < GROUP; k++) {
				struct head one = { .t = t, .fresh = fresh };

				/* Softmax: ds = p (dp - sum p dp) */
				for (j = 0; j <= t; j++) {
					one.row[j] = (size_t)key[j] * 3 * C + (size_t)((h + k) * D);
					one.p[j] = p[j * H + h + k];
					one.ds[j] =
						one.p[j] * (dp[j * GROUP + k] - mean[k]) * scale;
				}
				add_head(&one, C, D, f->qkv, g ? g + (h + k) * D : NULL, dqkv);
			}
		}
	}
}

/* Most queries are at the last two positions. */
NN_INLINE void backward_by(const struct nn_attended *f, const int D, const float *dout, int fresh,
			   float *dqkv)
{
	if (f->dp)
		backward(f, D, f->t, NULL, fresh, dqkv);
	else if (f->t == 3)
		backward(f, D, 3, dout, fresh, dqkv);
	else if (f->t == 2)
		backward(f, D, 2, dout, fresh, dqkv);
	else
		backward(f, D, f->t, dout, fresh, dqkv);
}

/* Any number of heads of any size. */
static void plain_forward(int n, int t, int H, int D, const float *qkv, const int *key, float *p,
			  float *out)
{
	const size_t C = (size_t)H * (size_t)D;
	const float scale = 1 / sqrtf((float)D);
	int i, j, h, d;

	for (i = 0; i < n; i++, key += NN_KEYS, p += NN_KEYS * H)
		for (h = 0; h < H; h++) {
			const float *row = qkv + (size_t)(h * D);
			const float *q = row + (size_t)key[t] * 3 * C;
			float *y = out ? out + (size_t)i * C + (size_t)(h * D) : NULL;
			float s[NN_KEYS], top = -1e30f, sum = 0;

			for (j = 0; j <= t; j++) {
				const float *k = row + (size_t)key[j] * 3 * C + C;

				for (s[j] = 0, d = 0; d < D; d++)
					s[j] += q[d] * k[d] * scale;
				top = s[j] > top ? s[j] : top;
			}
			for (j = 0; j <= t; j++)
				sum += s[j] = nn_exp(s[j] - top);
			for (d = 0; d < D && y; d++)
				y[d] = 0;
			for (j = 0; j <= t; j++) {
				const float *v = row + (size_t)key[j] * 3 * C + 2 * C;

				p[j * H + h] = s[j] / sum;
				for (d = 0; d < D && y; d++)
					y[d] += p[j * H + h] * v[d];
			}
		}
}

static void plain_backward(const struct nn_attended *f, const float *dout, float *dqkv)
{
	const int n = f->n, t = f->t, H = f->H, D = f->D, *key = f->key;
	const float *qkv = f->qkv, *p = f->p;
	const size_t C = (size_t)H * (size_t)D;
	const float scale = 1 / sqrtf((float)D);
	int i, j, h, d;

	for (i = 0; i < n; i++, key += NN_KEYS, p += NN_KEYS * H)
		for (h = 0; h < H; h++) {
			const size_t q = (size_t)key[t] * 3 * C + (size_t)(h * D);
			const float *g = dout + (f->dp ? 0 : (size_t)i * C + (size_t)(h * D));
			float dp[NN_KEYS] = { 0 }, mean = 0, ds;

			for (j = 0; j <= t; j++) {
				const size_t v = (size_t)key[j] * 3 * C + 2 * C + (size_t)(h * D);

				for (d = 0; d < D && !f->dp; d++) {
					dp[j] += g[d] * qkv[v + (size_t)d];
					dqkv[v + (size_t)d] += p[j * H + h] * g[d];
				}
				if (f->dp)
					dp[j] = f->dp[(i * NN_KEYS + j) * H + h];
				mean += p[j * H + h] * dp[j];
			}
			for (j = 0; j <= t; j++) {
				const size_t k = (size_t)key[j] * 3 * C + C + (size_t)(h * D);

				ds = p[j * H + h] * (dp[j] - mean) * scale;
				for (d = 0; d < D; d++) {
					dqkv[q + (size_t)d] += ds * qkv[k + (size_t)d];
					dqkv[k + (size_t)d] += ds * qkv[q + (size_t)d];
				}
			}
		}
}

CLONES void nn_attend(int n, int t, int H, int D, const float *qkv, const int *key, float *p,
		      float *out)
{
	if (H % GROUP || D % LANES)
		plain_forward(n, t, H, D, qkv, key, p, out);
	else if (D == 8)
		forward(n, t, H, 8, qkv, key, p, out);
	else if (D == 16)
		forward(n, t, H, 16, qkv, key, p, out);
	else if (D == 32)
		forward(n, t, H, 32, qkv, key, p, out);
	else
		forward(n, t, H, D, qkv, key, p, out);
}

CLONES void nn_attend_backward(const struct nn_attended *f, const float *dout, int fresh,
			       float *dqkv)
{
	const size_t row = 3 * (size_t)f->H * (size_t)f->D;
	int i;

	if (f->H % GROUP || f->D % LANES) {
		for (i = 0; i < f->n && fresh; i++)
			memset(dqkv + (size_t)f->key[i * NN_KEYS + f->t] * row, 0,
			       row * sizeof(float));
		plain_backward(f, dout, dqkv);
	} else if (f->D == 8) {
		backward_by(f, 8, dout, fresh, dqkv);
	} else if (f->D == 16) {
		backward_by(f, 16, dout, fresh, dqkv);
	} else if (f->D == 32) {
		backward_by(f, 32, dout, fresh, dqkv);
	} else {
		backward_by(f, f->D, dout, fresh, dqkv);
	}
}
