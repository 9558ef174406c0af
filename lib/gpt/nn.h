/*
 * nn - each layer's forward and backward on plain arrays: no state, no allocation, one thread
 *
 * Matrices are row-major and dense unless a leading dimension is given.  Matrix products are left
 * to the caller (linalg).  Kernels are chosen for the processor at run time.  A result does not
 * depend on how rows are grouped into calls.  For NaN or infinite input the result is unspecified
 * (the files are compiled with -ffast-math): callers check the loss.
 */
#ifndef GPT_NN_H
#define GPT_NN_H

#include <stddef.h>

enum nn_activation { NN_GELU, NN_GELU_NEW };

enum { NN_KEYS = 4 }; /* the most keys that a query sees */

#define NN_NORM_EPS 1e-5f

/* nn_fill - set each row of y (n, C), leading dimension @ld, to @bias (C) */
void nn_fill(int n, int C, const float *bias, float *y, int ld);

/* nn_add - y = a + b, elementwise; y may be a or b */
void nn_add(size_t n, const float *a, const float *b, float *y);

/*
 * nn_norm - layer normalisation of rows: y = (x - mean) * rstd * gain + bias
 *
 * @x, @y:  (n, C)
 * @stats:  (n, 2), filled with mean and rstd = 1 / sqrt(variance + NN_NORM_EPS) of each row; the
 *          variance has divisor C
 *
 * Ba, Kiros and Hinton, "Layer normalization", arXiv 1607.06450.
 */
void nn_norm(int n, int C, const float *x, const float *gain, const float *bias, float *y,
	     float *stats);

/*
 * nn_norm_backward - the backward pass of nn_norm
 *
 * @f:          nn_norm's input, gain and stats; y: filled with nn_norm's y again, for which there
 *              is bias, or NULL
 * @dy:         (n, C), gradient at y
 * @base:       (n, C), added to the gradient at x; NULL for zero
 * @dx:         (n, C), filled with @base + gradient at x; may be @base
 * @dgain_bias: (2, C), the gradients at gain and bias are added to it
 */
struct nn_normed {
	int n, C;
	const float *x, *gain, *stats;
	const float *bias;
	float *y; /* (n, C) */
};
void nn_norm_backward(const struct nn_normed *f, const float *dy, const float *base, float *dx,
		      float *dgain_bias);

/*
 * nn_activate - y = f(x), elementwise
 *
 *     NN_GELU      x Phi(x), Phi the normal distribution function
 *     NN_GELU_NEW  0.5 x (1 + tanh u) = x / (1 + exp(-2 u)),  u = sqrt(2/pi) (x + 0.044715 x^3)
 *
 * Hendrycks and Gimpel, "Gaussian error linear units", arXiv 1606.08415.
 */
void nn_activate(enum nn_activation f, size_t n, const float *x, float *y);

/* nn_activate_sum - sum = x + bias, y = f(sum), for each row of @x (n, F) and @bias (F) */
void nn_activate_sum(enum nn_activation f, int n, int F, const float *x, const float *bias,
		     float *sum, float *y);

/* nn_activate_backward - dx = dy f'(x), dx may be dy; also y = f(x) again, at little extra cost */
void nn_activate_backward(enum nn_activation f, size_t n, const float *x, const float *dy,
			  float *dx, float *y);

/*
 * nn_attend - softmax attention of n queries over the t + 1 rows of their prefixes
 *
 * @qkv: (rows, 3 C): query, key and value, C = H * D with head h at h * D
 * @key: (n, NN_KEYS), rows of qkv: query i attends to rows key[i][0..t] and is
 *       itself in row key[i][t]
 * @p:   (n, NN_KEYS, H), filled with the attention weights
 * @out: (n, C), the weighted sum of values, or NULL: only the weights are wanted
 *
 * Scores are scaled by 1 / sqrt(D).
 */
void nn_attend(int n, int t, int H, int D, const float *qkv, const int *key, float *p, float *out);

/*
 * nn_attend_backward - the backward pass of nn_attend
 *
 * @f:     nn_attend's arguments, and the weights that it filled in
 * @dp:    (n, NN_KEYS, H), gradient at the weights, for a call without @out; or NULL
 * @dout:  (n, C), gradient at out; not read if there is dp
 * @fresh: overwrite the queries' own rows key[i][t] of @dqkv instead of adding to them; each query
 *         has one of its own, which no other here sees
 * @dqkv:  (rows, 3 C), the gradient at qkv is added to it
 */
struct nn_attended {
	int n, t, H, D;
	const float *qkv;
	const int *key;
	const float *p, *dp;
};
void nn_attend_backward(const struct nn_attended *f, const float *dout, int fresh, float *dqkv);

/*
 * nn_fold - attention with values as wide as the stream: out = past + bias + what heads add up to
 *
 * @f:         key and p as of nn_attend; the values of key k are v[row[k]], of v (rows, H, C)
 * @past, out: (n, C); @bias: (C)
 *
 * C is a multiple of NN_FOLD, H at most NN_FOLD_HEADS.
 */
enum { NN_FOLD = 64, NN_FOLD_HEADS = 32 };
struct nn_folded {
	int n, t, H, C;
	const int *key, *row;
	const float *p, *v;
};
void nn_fold(const struct nn_folded *f, const float *past, const float *bias, float *out);

/*
 * nn_fold_backward - @dp (n, NN_KEYS, H) is filled for the keys that are seen; @dv (keys, H, C), of
 * which key k has dv[k], is added to
 */
void nn_fold_backward(const struct nn_folded *f, const float *dout, float *dp, float *dv);

/*
 * nn_loss - softmax cross-entropy of each row
 *
 * @logits: (n, V).  If @scale is not 0 they become their gradient: scale * (softmax - one-hot).
 * @target: (n), 0..V-1
 * @loss:   (n), in nats; accurate down to 1e-30, where -log p would have rounded to 0 long before
 */
void nn_loss(int n, int V, float *logits, const int *target, float scale, double *loss);

/* nn_bias_activate - y = f(y + bias), for each row of @y (n, C) and @bias (C) */
void nn_bias_activate(enum nn_activation f, int n, int C, const float *bias, float *y);

/* nn_contrast - y[i] = x[i] . (w[pair[i][0]] - w[pair[i][1]]), x (n, C), w (rows, C), y (n) */
void nn_contrast(int n, int C, const float *x, const float *w, int (*pair)[2], float *y);

/* nn_column_sums - add the sums of the columns of x (n, C), leading dimension @ld, to @sum (C) */
void nn_column_sums(int n, int C, const float *x, int ld, float *sum);

#endif
