/*
 * nn: each layer against its formula in double precision, and each gradient against central
 * differences of that formula.  Values are near 1, so single precision leaves a few 1e-7 for each
 * operation of a sum; the differences themselves are good to 1e-9.
 */
#include "check.h"
#include "gpt/nn.h"
#include "rng.h"

enum { MAX = 4096 };

static struct rng rng;

static void draw(float *x, int n, double sd)
{
	rng_fill_normal(&rng, x, (size_t)n, sd);
}

/* A layer as a function of one flat argument, in double: fills y. */
struct layer {
	void (*f)(const struct layer *l, const double *x, double *y);
	int nx, ny;
	int n, C, H, D, t;
	const int *key, *target;
	enum nn_activation activation;
};

/* Check dx, the gradient of sum dy y(x), by central differences. */
static void check_gradient(const struct layer *l, const float *x, const float *dy, const float *dx,
			   double tol)
{
	static double at[MAX], up[MAX], down[MAX];
	const double h = 1e-5;
	double want;
	int i, j;

	for (i = 0; i < l->nx; i++)
		at[i] = x[i];
	for (i = 0; i < l->nx; i++) {
		at[i] = x[i] + h;
		l->f(l, at, up);
		at[i] = x[i] - h;
		l->f(l, at, down);
		at[i] = x[i];
		for (want = 0, j = 0; j < l->ny; j++)
			want += dy[j] * (up[j] - down[j]) / (2 * h);
		check_near(dx[i], want, tol);
	}
}

static void check_value(const struct layer *l, const float *x, const float *y, double tol)
{
	static double at[MAX], want[MAX];
	int i;

	for (i = 0; i < l->nx; i++)
		at[i] = x[i];
	l->f(l, at, want);
	for (i = 0; i < l->ny; i++)
		check_near(y[i], want[i], tol);
}

/* x, gain, bias in one argument */
static void norm(const struct layer *l, const double *x, double *y)
{
	const double *gain = x + l->n * l->C, *bias = gain + l->C;
	double mean, var;
	int i, c;

	for (i = 0; i < l->n; i++, x += l->C, y += l->C) {
		for (mean = 0, c = 0; c < l->C; c++)
			mean += x[c] / l->C;
		for (var = 0, c = 0; c < l->C; c++)
			var += (x[c] - mean) * (x[c] - mean) / l->C;
		for (c = 0; c < l->C; c++)
			y[c] = (x[c] - mean) / sqrt(var + 1e-5) * gain[c] + bias[c];
	}
}

static void test_norm(int n, int C)
{
	static float x[MAX], y[MAX], again[MAX], dy[MAX], dx[MAX], base[MAX], stats[MAX];
	struct layer l = { norm, n * C + 2 * C, n * C, n, C, 0, 0, 0, NULL, NULL, 0 };
	float *gain = x + n * C, *bias = gain + C;
	struct nn_normed normed = { n, C, x, gain, stats, NULL, NULL };
	int i;

	draw(x, l.nx, 1);
	draw(dy, l.ny, 1);
	draw(base, l.ny, 1);
	nn_norm(n, C, x, gain, bias, y, stats);
	check_value(&l, x, y, 5e-6);
	memset(dx, 0, sizeof(dx));
	normed.bias = bias;
	normed.y = again;
	nn_norm_backward(&normed, dy, NULL, dx, dx + n * C);
	for (i = 0; i < l.ny; i++)
		check_near(again[i], y[i], 2e-6);
	normed.y = NULL;
	check_gradient(&l, x, dy, dx, 2e-5);
	/* With a base, in place, and added to gradients that are there. */
	memcpy(again, base, sizeof(base));
	memcpy(y, dx + n * C, sizeof(float) * 2 * (size_t)C);
	nn_norm_backward(&normed, dy, again, again, y);
	for (i = 0; i < n * C; i++)
		check_near(again[i], base[i] + dx[i], 2e-6);
	for (i = 0; i < 2 * C; i++)
		check_near(y[i], 2 * dx[n * C + i], 1e-5);
}

static void activate(const struct layer *l, const double *x, double *y)
{
	int i;

	for (i = 0; i < l->nx; i++)
		if (l->activation == NN_GELU)
			y[i] = 0.5 * x[i] * (1 + erf(x[i] / sqrt(2)));
		else
			y[i] = 0.5 * x[i] *
			       (1 + tanh(sqrt(2 / acos(-1)) * (x[i] + 0.044715 * pow(x[i], 3))));
}

static void test_activate(enum nn_activation f)
{
	static float x[MAX], y[MAX], again[MAX], dx[MAX], sum[MAX];
	double at[1], up[1], down[1];
	struct layer l = { activate, 1, 1, 0, 0, 0, 0, 0, NULL, NULL, f };
	const int n = 2003;
	int i;

	for (i = 0; i < n; i++)
		x[i] = (float)(i - n / 2) / 80; /* -12.5 .. 12.5 */
	nn_activate(f, (size_t)n, x, y);
	for (i = 0; i < n; i++)
		dx[i] = 2;
	nn_activate_backward(f, (size_t)n, x, dx, dx, again);
	for (i = 0; i < n; i++) {
		at[0] = x[i];
		l.f(&l, at, up);
		/* relative to x: near 0 on the left the function is a small difference */
		check_near(y[i], up[0], 2e-7 * (1 + fabs(x[i])));
		check_near(again[i], y[i], 1e-6);
		at[0] = x[i] + 1e-5;
		l.f(&l, at, up);
		at[0] = x[i] - 1e-5;
		l.f(&l, at, down);
		check_near(dx[i], (up[0] - down[0]) / 1e-5, 2e-6);
	}
	/* Rows of 7: the bias repeats. */
	nn_activate_sum(f, n / 7, 7, x, x + 900, sum, again);
	nn_activate(f, (size_t)(n / 7 * 7), sum, y);
	for (i = 0; i < n / 7 * 7; i++) {
		check(sum[i] == x[i] + x[900 + i % 7]);
		check_near(again[i], y[i], 1e-6 * (1 + fabs(y[i])));
	}
	x[0] = 1e30f;
	x[1] = -1e30f;
	nn_activate(f, 2, x, y);
	check(y[0] == 1e30f && fabsf(y[1]) < 1e-5f * 1e30f);
}

/* The argument is qkv; queries and keys by l->key. */
static void attend(const struct layer *l, const double *x, double *y)
{
	int C = l->H * l->D, i, j, h, d;
	double s[NN_KEYS], sum;

	memset(y, 0, sizeof(*y) * (size_t)l->ny);
	for (i = 0; i < l->n; i++)
		for (h = 0; h < l->H; h++) {
			const int *key = l->key + i * NN_KEYS;

			for (sum = 0, j = 0; j <= l->t; j++) {
				for (s[j] = 0, d = h * l->D; d < (h + 1) * l->D; d++)
					s[j] += x[key[l->t] * 3 * C + d] *
						x[key[j] * 3 * C + C + d] / sqrt(l->D);
				sum += s[j] = exp(s[j]);
			}
			for (j = 0; j <= l->t; j++)
				for (d = h * l->D; d < (h + 1) * l->D; d++)
					y[i * C + d] += s[j] / sum * x[key[j] * 3 * C + 2 * C + d];
		}
}

/* @fresh: no two queries have one row, nor sees one that of another. */
static void test_attend(int t, int H, int D, int fresh)
{
	enum { N = 3, ROWS = 4 };
	/* Rows are shared between queries, as prefixes are. */
	int key[N * NN_KEYS] = { 0, 1, 2, 3, 0, 1, 1, 2, 3, 2, 1, 0 };
	static float x[MAX], y[MAX], p[MAX], dy[MAX], dx[MAX], start[MAX];
	int C = H * D, i, j;
	struct layer l = { attend, (ROWS + N) * 3 * C, N * C, N, 0, H, D, t, key, NULL, 0 };
	float sum;

	check(l.nx <= MAX);
	for (i = 0; i < N && fresh; i++)
		key[i * NN_KEYS + t] = ROWS + i;
	draw(x, l.nx, 1);
	draw(dy, l.ny, 1);
	nn_attend(N, t, H, D, x, key, p, y);
	check_value(&l, x, y, 3e-6);
	for (i = 0; i < N * H; i++) {
		for (sum = 0, j = 0; j <= t; j++)
			sum += p[(i / H * NN_KEYS + j) * H + i % H];
		check_near(sum, 1, 1e-6);
	}
	for (i = 0; i < l.nx; i++)
		dx[i] = start[i] = 1; /* is added to */
	for (i = 0; i < N && fresh; i++)
		for (j = 0; j < 3 * C; j++)
			start[key[i * NN_KEYS + t] * 3 * C + j] = 0; /* but these are not */
	nn_attend_backward(&(struct nn_attended){ N, t, H, D, x, key, p, NULL }, dy, fresh, dx);
	for (i = 0; i < l.nx; i++)
		dx[i] -= start[i];
	check_gradient(&l, x, dy, dx, 1e-5);
}

/* Values that are as wide as the stream, and both gradients, by their sums. */
static void test_fold(int t, int H, int C)
{
	enum { N = 3, ROWS = 4, HEADS = 4, WIDE = 128 };
	static const int key[N * NN_KEYS] = { 0, 1, 2, 3, 0, 1, 1, 2, 3, 2, 1, 0 };
	static const int row[ROWS] = { 2, 0, 3, 1 };
	static float v[ROWS * HEADS * WIDE], dv[ROWS * HEADS * WIDE], past[N * WIDE], bias[WIDE];
	static float p[N * NN_KEYS * HEADS], dp[N * NN_KEYS * HEADS], y[N * WIDE], dy[N * WIDE];
	static double want_dv[ROWS * HEADS * WIDE];
	struct nn_folded f = { N, t, H, C, key, row, p, v };
	double want[WIDE], sum;
	int i, j, h, c;

	draw(v, ROWS * H * C, 1);
	draw(p, N * NN_KEYS * H, 1);
	draw(past, N * C, 1);
	draw(bias, C, 1);
	draw(dy, N * C, 1);
	for (i = 0; i < ROWS * H * C; i++)
		want_dv[i] = dv[i] = 1; /* is added to */
	nn_fold(&f, past, bias, y);
	nn_fold_backward(&f, dy, dp, dv);
	for (i = 0; i < N; i++) {
		for (c = 0; c < C; c++)
			want[c] = past[i * C + c] + bias[c];
		for (j = 0; j <= t; j++)
			for (h = 0; h < H; h++) {
				const int k = key[i * NN_KEYS + j], at = (i * NN_KEYS + j) * H + h;

				for (sum = 0, c = 0; c < C; c++) {
					want[c] += p[at] * v[(row[k] * H + h) * C + c];
					sum += dy[i * C + c] * v[(row[k] * H + h) * C + c];
					want_dv[(k * H + h) * C + c] += p[at] * dy[i * C + c];
				}
				check_near(dp[at], sum, 2e-5);
			}
		for (c = 0; c < C; c++)
			check_near(y[i * C + c], want[c], 1e-5);
	}
	for (i = 0; i < ROWS * H * C; i++)
		check_near(dv[i], want_dv[i], 1e-5);
}

/* The weights alone, and the gradient from that at them: as with outputs. */
static void test_attend_weights(int t, int H, int D)
{
	enum { N = 3, ROWS = 4 };
	static const int key[N * NN_KEYS] = { 0, 1, 2, 3, 0, 1, 1, 2, 3, 2, 1, 0 };
	static float x[MAX], y[MAX], p[MAX], q[MAX], dy[MAX], dp[MAX], dx[MAX], other[MAX];
	int C = H * D, i, j, h, d;
	double sum;

	draw(x, ROWS * 3 * C, 1);
	draw(dy, N * C, 1);
	memset(dx, 0, sizeof(dx));
	memset(other, 0, sizeof(other));
	nn_attend(N, t, H, D, x, key, p, y);
	nn_attend(N, t, H, D, x, key, q, NULL);
	for (i = 0; i < N; i++)
		for (j = 0; j <= t; j++)
			for (h = 0; h < H; h++) {
				const int k = key[i * NN_KEYS + j], at = (i * NN_KEYS + j) * H + h;

				check(p[at] == q[at]);
				for (sum = 0, d = h * D; d < (h + 1) * D; d++)
					sum += dy[i * C + d] * x[k * 3 * C + 2 * C + d];
				dp[at] = (float)sum;
			}
	nn_attend_backward(&(struct nn_attended){ N, t, H, D, x, key, p, NULL }, dy, 0, dx);
	nn_attend_backward(&(struct nn_attended){ N, t, H, D, x, key, p, dp }, NULL, 0, other);
	for (i = 0; i < ROWS * 3 * C; i++) /* values have theirs elsewhere */
		check_near(other[i], i % (3 * C) < 2 * C ? dx[i] : 0, 1e-5);
}

static void loss(const struct layer *l, const double *x, double *y)
{
	double sum;
	int i, v;

	for (i = 0; i < l->n; i++, x += l->C) {
		for (sum = 0, v = 0; v < l->C; v++)
			sum += exp(x[v]);
		y[i] = log(sum) - x[l->target[i]];
	}
}

static void test_loss(void)
{
	enum { N = 5, V = 13 };
	static const int target[N] = { 0, 12, 5, 5, 7 };
	struct layer l = { loss, N * V, N, N, V, 0, 0, 0, NULL, target, 0 };
	float x[N * V], dx[N * V], dy[N];
	double y[N];
	float yf[N];
	int i;

	draw(x, N * V, 3);
	x[2 * V + 5] = 9; /* right, nearly sure */
	memcpy(dx, x, sizeof(x));
	nn_loss(N, V, dx, target, 0, y);
	check(!memcmp(dx, x, sizeof(x)));
	for (i = 0; i < N; i++) {
		yf[i] = (float)y[i];
		dy[i] = 0.25f;
	}
	check_value(&l, x, yf, 2e-6);
	nn_loss(N, V, dx, target, 0.25f, y);
	check_gradient(&l, x, dy, dx, 1e-6);
	/* Far beyond single precision's 1 - p: exp(-60) each for 12 wrong answers. */
	for (i = 0; i < V; i++)
		x[i] = i ? -60 : 0;
	nn_loss(1, V, x, target, 1, y);
	check_near(y[0] / (12 * exp(-60)), 1, 1e-5);
	check_near(x[0] / (-12 * exp(-60)), 1, 1e-5);
}

/* Passes over rows. */
static void test_rows(int n, int C)
{
	float x[128], bias[128], y[128], want[128], w[128], out[8];
	int pair[8][2], i, c;

	draw(x, n * C, 1);
	draw(bias, C, 1);
	draw(w, 3 * C, 1);
	for (i = 0; i < n * C; i++)
		want[i] = x[i] + bias[i % C];
	for (i = 0; i < 2; i++) {
		enum nn_activation f = i ? NN_GELU_NEW : NN_GELU;
		float active[128];

		memcpy(y, x, sizeof(x));
		nn_bias_activate(f, n, C, bias, y);
		nn_activate(f, (size_t)(n * C), want, active);
		for (c = 0; c < n * C; c++)
			check_near(y[c], active[c], 1e-6);
	}
	for (i = 0; i < n; i++) {
		pair[i][0] = i % 3;
		pair[i][1] = (i + 1) % 3;
	}
	nn_contrast(n, C, x, w, pair, out);
	for (i = 0; i < n; i++) {
		double sum = 0;

		for (c = 0; c < C; c++)
			sum += (double)x[i * C + c] * (w[i % 3 * C + c] - w[(i + 1) % 3 * C + c]);
		check_near(out[i], sum, 2e-7 * C);
	}
}

static void test_small(void)
{
	float x[] = { 1, 2, 3, 4, 5, 6 }, bias[] = { 7, 8 }, y[6] = { 0 }, sum[2] = { 10, 20 };

	nn_fill(2, 2, bias, y, 3);
	check(y[0] == 7 && y[1] == 8 && y[2] == 0 && y[3] == 7 && y[4] == 8 && y[5] == 0);
	nn_add(6, x, x, x);
	check(x[0] == 2 && x[5] == 12);
	nn_column_sums(2, 2, x, 3, sum);
	check(sum[0] == 10 + 2 + 8 && sum[1] == 20 + 4 + 10);
}

int main(void)
{
	static const int heads[][2] = { { 1, 5 },  { 3, 8 },  { 4, 8 },  { 8, 8 },
					{ 4, 16 }, { 4, 32 }, { 4, 24 }, { 4, 6 } };
	size_t i;
	int t, fresh;

	rng_seed(&rng, 5, 0);
	test_norm(1, 8);
	test_norm(3, 13);
	test_norm(4, 64);
	test_activate(NN_GELU);
	test_activate(NN_GELU_NEW);
	for (i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		for (t = 0; t < NN_KEYS; t++)
			for (fresh = 0; fresh < 2; fresh++)
				test_attend(t, heads[i][0], heads[i][1], fresh);
	for (i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		test_attend_weights(3, heads[i][0], heads[i][1]);
	for (t = 0; t < NN_KEYS; t++) {
		test_fold(t, 4, 64);
		test_fold(t, 3, 128);
	}
	test_rows(1, 5);
	test_rows(5, 16);
	test_loss();
	test_small();
	return 0;
}
