#include "nn.h"
#include "nn_fast.h"

#include <math.h>

/*
 * Heads are short (8 to 64 channels) and keys few (at most NN_KEYS), so the work of one query is a
 * handful of dot products.  D is a constant in the common cases, which unrolls them.
 */

NN_INLINE void forward(int n, int t, int H, const int D, const float *qkv, const int *key, float *p,
		       float *out)
{
	const size_t C = (size_t)H * (size_t)D;
	const float scale = 1 / sqrtf((float)D);
	int i, j, h, d;

	for (i = 0; i < n; i++, key += NN_KEYS, p += NN_KEYS * H, out += C) {
		const float *q = qkv + (size_t)key[t] * 3 * C;

		for (j = 0; j <= t; j++) {
			const float *k = qkv + (size_t)key[j] * 3 * C + C;

			for (h = 0; h < H; h++) {
				float s = 0;

				for (d = 0; d < D; d++)
					s += q[h * D + d] * k[h * D + d];
				p[j * H + h] = s * scale;
			}
		}
		for (h = 0; h < H; h++) {
			float top = p[h], s = 0;

			for (j = 1; j <= t; j++)
				top = p[j * H + h] > top ? p[j * H + h] : top;
			for (j = 0; j <= t; j++)
				s += p[j * H + h] = nn_exp(p[j * H + h] - top);
			for (j = 0; j <= t; j++)
				p[j * H + h] /= s;
		}
		for (h = 0; h < H; h++)
			for (d = 0; d < D; d++)
				out[h * D + d] =
					p[h] *
					qkv[(size_t)key[0] * 3 * C + 2 * C + (size_t)(h * D + d)];
		for (j = 1; j <= t; j++) {
			const float *v = qkv + (size_t)key[j] * 3 * C + 2 * C;

			for (h = 0; h < H; h++)
				for (d = 0; d < D; d++)
					out[h * D + d] += p[j * H + h] * v[h * D + d];
		}
	}
}

NN_INLINE void backward(int n, int t, int H, const int D, const float *qkv, const int *key,
			const float *p, const float *dout, float *dqkv)
{
	const size_t C = (size_t)H * (size_t)D;
	const float scale = 1 / sqrtf((float)D);
	int i, j, h, d;

	for (i = 0; i < n; i++, key += NN_KEYS, p += NN_KEYS * H, dout += C) {
		const float *q = qkv + (size_t)key[t] * 3 * C;
		float *dq = dqkv + (size_t)key[t] * 3 * C;

		for (h = 0; h < H; h++) {
			const float *g = dout + h * D;
			float dp[NN_KEYS], mean = 0;

			for (j = 0; j <= t; j++) {
				const size_t at = (size_t)key[j] * 3 * C + 2 * C + (size_t)(h * D);
				const float *v = qkv + at;
				const float w = p[j * H + h];
				float *dv = dqkv + at, s = 0;

				for (d = 0; d < D; d++)
					s += g[d] * v[d];
				for (d = 0; d < D; d++)
					dv[d] += w * g[d];
				dp[j] = s;
				mean += w * s;
			}
			/* Softmax: ds = p (dp - sum p dp) */
			for (j = 0; j <= t; j++) {
				const size_t at = (size_t)key[j] * 3 * C + C + (size_t)(h * D);
				const float *k = qkv + at;
				float *dk = dqkv + at;
				const float ds = p[j * H + h] * (dp[j] - mean) * scale;

				for (d = 0; d < D; d++)
					dq[h * D + d] += ds * k[d];
				for (d = 0; d < D; d++)
					dk[d] += ds * q[h * D + d];
			}
		}
	}
}

NN_CLONES void nn_attend(int n, int t, int H, int D, const float *qkv, const int *key, float *p,
			 float *out)
{
	switch (D) {
	case 8:
		forward(n, t, H, 8, qkv, key, p, out);
		break;
	case 16:
		forward(n, t, H, 16, qkv, key, p, out);
		break;
	case 32:
		forward(n, t, H, 32, qkv, key, p, out);
		break;
	case 64:
		forward(n, t, H, 64, qkv, key, p, out);
		break;
	default:
		forward(n, t, H, D, qkv, key, p, out);
	}
}

NN_CLONES void nn_attend_backward(int n, int t, int H, int D, const float *qkv, const int *key,
				  const float *p, const float *dout, float *dqkv)
{
	switch (D) {
	case 8:
		backward(n, t, H, 8, qkv, key, p, dout, dqkv);
		break;
	case 16:
		backward(n, t, H, 16, qkv, key, p, dout, dqkv);
		break;
	case 32:
		backward(n, t, H, 32, qkv, key, p, dout, dqkv);
		break;
	case 64:
		backward(n, t, H, 64, qkv, key, p, dout, dqkv);
		break;
	default:
		backward(n, t, H, D, qkv, key, p, dout, dqkv);
	}
}
