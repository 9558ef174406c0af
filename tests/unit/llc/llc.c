/* Estimates against losses whose coefficient is known: quadratic, crossings, linear networks. */
#include "sample.h"

/*
 * The sampler on potentials whose answer is known. A tolerance is five standard errors: what the
 * sampler itself gives for it where chains are many, else that of the closed form.
 */

/* ---- a quadratic loss ---- */

/*
 * The variance of u is 1 / k, k = nbeta h + gamma; a step of SGLD, u (1 - eps k / 2) + sqrt(eps) z,
 * has 1 / (k (1 - eps k / 4)).
 */
static double known(const struct quadratic *q, double nbeta, double gamma, double eps)
{
	double sum = 0, k;
	int i;

	for (i = 0; i < q->d; i++) {
		k = nbeta * q->h[i] + gamma;
		sum += nbeta * q->h[i] / 2 / (k * (1 - eps * k / 4));
	}
	return sum;
}

static void test_quadratic(void)
{
	static double h[5000];
	static const float center[5000];
	struct quadratic q = { 20, h };
	struct llc_settings set = { LLC_HMC,      .nbeta = 1000,  .gamma = 100,   .chains = 16,
				    .draws = 400, .burn_in = 100, .leapfrog = 12, .seed = 1 };
	struct llc_summary s;
	double want;
	int i;

	for (i = 0; i < q.d; i++)
		h[i] = 0.01 * pow(1000, i / 19.);
	want = known(&q, 1000, 100, 0);
	check_near(want, 6.4851, 1e-4);
	estimate(set, quadratic, &q, q.d, center, &s);
	check(s.status == LLC_OK && s.accept > .7 && s.se < .1);
	check_near(s.lambda, want, 5 * s.se);
	check_near(s.virial, want, 5 * s.se); /* the loss is quadratic */
	check_near(s.temperature, 1, 5 * s.temperature_se);

	set.sampler = LLC_BAOAB;
	set.draws = 4000;
	estimate(set, quadratic, &q, q.d, center, &s);
	check(s.status == LLC_OK && s.se < .1);
	check_near(s.lambda, want, 5 * s.se);

	set.sampler = LLC_SGLD;
	set.step = 2.4e-4;
	want = known(&q, 1000, 100, set.step);
	check_near(want, 8.1934, 1e-4);
	estimate(set, quadratic, &q, q.d, center, &s);
	check(s.status == LLC_HOT && isnan(s.lambda)); /* the step is too long: T says so */
	check_near(s.raw, want, 5 * s.se);
	set.step = 1e-4;
	want = known(&q, 1000, 100, set.step);
	check_near(want, 6.9719, 1e-4);
	set.draws = 8000;
	estimate(set, quadratic, &q, q.d, center, &s);
	check_near(s.raw, want, 5 * s.se);

	q.d = 5000; /* halves of the quarter that each direction has without a prior */
	for (i = 0; i < q.d; i++)
		h[i] = 0.1;
	set = (struct llc_settings){ LLC_HMC,     .nbeta = 1000, .gamma = 100,   .chains = 4,
				     .draws = 20, .burn_in = 60, .leapfrog = 12, .seed = 1 };
	estimate(set, quadratic, &q, q.d, center, &s);
	check(s.status == LLC_OK);
	check_near(s.lambda, 1250, 5 * sqrt(1250. / 2 / s.ess)); /* a chi-squared of 5000 / 4 */
}

/* ---- crossings: w1^(2 a) w2^(2 b) ---- */

struct crossing {
	int a, b;
};

static double crossing(void *arg, const float *w, int all, float *grad)
{
	const struct crossing *c = arg;
	double x = (double)w[0], y = (double)w[1], loss = pow(x, 2 * c->a) * pow(y, 2 * c->b);

	(void)all;
	if (grad) {
		grad[0] = (float)(2 * c->a * pow(x, 2 * c->a - 1) * pow(y, 2 * c->b));
		grad[1] = (float)(2 * c->b * pow(x, 2 * c->a) * pow(y, 2 * c->b - 1));
	}
	return loss;
}

/*
 * nbeta E[L] by the midpoint rule, on a quarter of the plane, in logarithms, since the mass is near
 * the axes.
 */
static double quadrature(const struct crossing *c, double nbeta, double gamma)
{
	enum { N = 1500 };
	double low = log(1e-7), step = (log(7) - low) / N, z = 0, sum = 0;
	int i, j;

	for (i = 0; i < N; i++)
		for (j = 0; j < N; j++) {
			double x = exp(low + (i + .5) * step), y = exp(low + (j + .5) * step);
			double loss = nbeta * pow(x * x, c->a) * pow(y * y, c->b);
			double p = exp(-loss - gamma / 2 * (x * x + y * y)) * x * y;

			z += p;
			sum += p * loss;
		}
	return sum / z;
}

static void test_crossings(void)
{
	static const struct {
		struct crossing c;
		double want;
	} cases[] = { { { 1, 2 }, .2249 }, { { 1, 3 }, .1509 }, { { 2, 2 }, .1652 } };
	static const float center[2];
	struct llc_settings set = { LLC_HMC,       .nbeta = 1000,  .gamma = 1,     .chains = 16,
				    .draws = 1500, .burn_in = 200, .leapfrog = 12, .seed = 3 };
	struct llc_summary s;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct crossing c = cases[i].c;
		double want = quadrature(&c, 1000, 1);

		check_near(want, cases[i].want, 1e-4);
		estimate(set, crossing, &c, 2, center, &s);
		check(s.se < .01);
		check_near(s.raw, want, 5 * s.se);
	}
}

/* ---- linear networks: |W_n ... W_1 - W*|^2 / 2 ---- */

enum { WIDE = 8, DEEP = 3 };
struct linear {
	int layers, width[DEEP + 1], rank;
	double target[WIDE][WIDE];
};

/* out = W in, W of the layer's floats; all matrices lie in squares of WIDE. */
static void multiply(int rows, int inner, int columns, double (*a)[WIDE], double (*b)[WIDE],
		     double (*c)[WIDE])
{
	int i, j, k;

	for (i = 0; i < rows; i++)
		for (j = 0; j < columns; j++)
			for (c[i][j] = 0, k = 0; k < inner; k++)
				c[i][j] += a[i][k] * b[k][j];
}

static double linear(void *arg, const float *w, int all, float *grad)
{
	const struct linear *n = arg;
	double W[DEEP][WIDE][WIDE], below[DEEP + 1][WIDE][WIDE], above[WIDE][WIDE],
		next[WIDE][WIDE];
	double loss = 0;
	int l, i, j, k, at[DEEP + 1] = { 0 };
	const int *s = n->width;

	(void)all;
	for (l = 0; l < n->layers; l++) {
		for (i = 0; i < s[l + 1]; i++)
			for (j = 0; j < s[l]; j++)
				W[l][i][j] = (double)w[at[l] + i * s[l] + j];
		at[l + 1] = at[l] + s[l + 1] * s[l];
	}
	memset(below[0], 0, sizeof(below[0]));
	for (i = 0; i < s[0]; i++)
		below[0][i][i] = 1;
	for (l = 0; l < n->layers; l++)
		multiply(s[l + 1], s[l], s[0], W[l], below[l], below[l + 1]);
	for (i = 0; i < s[n->layers]; i++) /* above: the gradient at the product of the rest */
		for (j = 0; j < s[0]; j++) {
			above[i][j] = below[n->layers][i][j] - n->target[i][j];
			loss += above[i][j] * above[i][j] / 2;
		}
	for (l = n->layers; grad && l-- > 0;) {
		for (i = 0; i < s[l + 1]; i++)
			for (j = 0; j < s[l]; j++) {
				double sum = 0;

				for (k = 0; k < s[0]; k++)
					sum += above[i][k] * below[l][j][k];
				grad[at[l] + i * s[l] + j] = (float)sum;
			}
		for (i = 0; i < s[l]; i++)
			for (j = 0; j < s[0]; j++)
				for (next[i][j] = 0, k = 0; k < s[l + 1]; k++)
					next[i][j] += W[l][k][i] * above[k][j];
		memcpy(above, next, sizeof(above));
	}
	return loss;
}

/*
 * Lambda and the multiplicity m of a linear network: Aoyagi, "Consideration on the learning
 * efficiency of multiple-layered neural networks with linear units", Neural Networks 172 (2024).
 */
static double aoyagi(const struct linear *n, int *m)
{
	int M[DEEP + 1], set, found = -1, i, j, l = 0, sum = 0, ceiling, a;
	double pairs = 0, lambda;

	for (i = 0; i <= n->layers; i++)
		M[i] = n->width[i] - n->rank;
	for (set = 1; set < 1 << (n->layers + 1); set++) {
		int most = 0, least = 1000, total = 0, count = 0;

		for (i = 0; i <= n->layers; i++)
			if (set >> i & 1) {
				most = M[i] > most ? M[i] : most;
				total += M[i];
				count++;
			} else if (M[i] < least) {
				least = M[i];
			}
		if (count > 1 && most < least && total >= (count - 1) * most &&
		    (least == 1000 || total < (count - 1) * least)) {
			found = set;
			l = count - 1;
			sum = total;
		}
	}
	check(found > 0);
	for (i = 0; i <= n->layers; i++)
		for (j = 0; j < i; j++)
			if (found >> i & found >> j & 1)
				pairs += M[i] * M[j];
	ceiling = (sum + l - 1) / l;
	a = sum - (ceiling - 1) * l;
	*m = a * (l - a) + 1;
	lambda = (n->rank * (n->width[0] + n->width[n->layers]) - n->rank * n->rank) / 2. +
		 a * (l - a) / (4. * l) - (l - 1) * (double)sum * sum / (4. * l) + pairs / 2;
	return lambda;
}

static void test_linear(void)
{
	static const struct {
		int layers, width[DEEP + 1], rank;
		double want; /* lambda - (m - 1) / ln nbeta, as known before */
	} cases[] = {
		{ 2, { 5, 3, 5 }, 1, 8.00 },    { 2, { 5, 3, 5 }, 2, 9.39 },
		{ 2, { 4, 2, 4 }, 0, 3.50 },    { 2, { 6, 2, 3 }, 1, 5.00 },
		{ 3, { 4, 3, 3, 4 }, 1, 5.28 }, { 3, { 3, 4, 4, 3 }, 0, 3.78 },
	};
	struct llc_settings set = { LLC_HMC,        .nbeta = 1e4,   .gamma = 1,
				    .step = .01,    .chains = 32,   .draws = 500,
				    .burn_in = 300, .leapfrog = 30, .seed = 1 };
	struct llc_summary s;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct linear n = { .layers = cases[i].layers, .rank = cases[i].rank };
		float center[DEEP * WIDE * WIDE] = { 0 };
		int l, k, d = 0, m;
		double want;

		memcpy(n.width, cases[i].width, sizeof(n.width));
		for (k = 0; k < n.rank; k++)
			n.target[k][k] = 1;
		for (l = 0; l < n.layers; l++) { /* w*: each layer passes the first channels on */
			for (k = 0; k < n.rank; k++)
				center[d + k * n.width[l] + k] = 1;
			d += n.width[l] * n.width[l + 1];
		}
		want = aoyagi(&n, &m) - (m - 1) / log(set.nbeta);
		check_near(want, cases[i].want, .005);
		estimate(set, linear, &n, d, center, &s);
		/* the formula leaves out what falls as 1 / nbeta: up to 1.2 % at 1e4 */
		check(s.status < LLC_HOT && s.se < .05 * want);
		check_near(s.lambda, want, .015 * want + 5 * s.se);
	}
}

/*
 * The trace of a Hessian: exact for a diagonal one; and what lambda_hat tends to for large gamma.
 */
static void test_trace(void)
{
	static const double h[3] = { 1, 10, .5 };
	static const float zero[3];
	struct quadratic q = { 3, h };
	const struct llc_potential flat = { .arg = &q, .loss = quadratic };
	const struct llc_span units[2] = { { 0, 1, 2 }, { 2, 1, 1 } }; /* the second is held */
	const struct llc_space two = { 3, zero, 0, units, 2, 2 };
	struct linear n = { .layers = 2, .width = { 5, 3, 5 }, .rank = 2 };
	const struct llc_potential curved = { .arg = &n, .loss = linear };
	const struct llc_span all = { 0, 30, 1 };
	float center[30] = { 0 };
	struct llc_space space = { 30, center, 0, &all, 1, 30 };
	struct llc_settings set = { LLC_HMC,      .nbeta = 1e4,  .gamma = 1e8,   .chains = 8,
				    .draws = 400, .burn_in = 60, .leapfrog = 12, .seed = 1 };
	struct llc_summary s;
	double trace, se;
	int k;

	check(!llc_trace(&two, &flat, 3, 1, &trace, &se, &e));
	check_near(trace, 4 * 1 + .5, 1e-4);
	check_near(se, 0, 1e-4);
	for (k = 0; k < 2; k++) {
		n.target[k][k] = 1;
		center[k * 5 + k] = center[15 + k * 3 + k] = 1;
	}
	check(!llc_trace(&space, &curved, 1000, 1, &trace, &se, &e));
	check_near(trace, 20, 5 * se); /* of W2 W1: 5 |W2|^2 + 5 |W1|^2, |W|^2 = 2 each */
	check(se < .5);
	sample(&set, &curved, &space, &s);
	check_near(s.lambda * 2 * set.gamma / set.nbeta, 20, 5 * s.se * 2 * set.gamma / set.nbeta);
	check(s.se < .02 * s.lambda);
}

/* Chains are the same bits on one thread and on two, and differ from one another. */
static void test_threads(void)
{
	static const double h[4] = { 1, 2, 3, 4 };
	static const float zero[4];
	struct quadratic q = { 4, h };
	const struct llc_potential p[2] = { { .arg = &q, .loss = quadratic },
					    { .arg = &q, .loss = quadratic } };
	const struct llc_span span = { 0, 4, 1 };
	const struct llc_space space = { 4, zero, 0, &span, 1, 4 };
	struct llc_settings set = { LLC_HMC,    .nbeta = 10,  .gamma = 1,    .chains = 5,
				    .draws = 7, .burn_in = 9, .leapfrog = 3, .seed = 1 };
	struct llc_chain one[5], two[5];
	int sampler, i;

	for (sampler = LLC_HMC; sampler <= LLC_RMSPROP; sampler++) {
		set.sampler = (enum llc_sampler)sampler;
		check(!llc_run(&set, &space, p, pool[0], one, &e));
		check(!llc_run(&set, &space, p, pool[1], two, &e));
		for (i = 0; i < set.chains; i++) {
			check(!memcmp(one[i].excess, two[i].excess, 7 * sizeof(double)));
			check(one[i].gradients == two[i].gradients);
			check(!i || memcmp(one[i].excess, one[0].excess, 7 * sizeof(double)));
		}
		llc_chains_free(one, set.chains);
		llc_chains_free(two, set.chains);
	}
}

static double cliff(void *arg, const float *w, int all, float *grad)
{
	(void)arg;
	(void)all;
	if (grad)
		grad[0] = 1;
	return w[0] < 0 ? (double)NAN : (double)w[0];
}

/* Bounded, and far too rough for any step. */
static double rough(void *arg, const float *w, int all, float *grad)
{
	double x = 1e5 * (double)w[0];

	(void)arg;
	(void)all;
	if (grad)
		grad[0] = (float)(1e11 * sin(x));
	return 1e6 * (1 - cos(x));
}

/* What cannot be an estimate is refused, and says why. */
static void test_refusals(void)
{
	static const double hill[1] = { -.5 };
	static const float zero[1];
	struct quadratic q = { 1, hill };
	struct llc_settings set = { LLC_BAOAB,    .nbeta = 1,    .gamma = 1,    .chains = 4,
				    .draws = 500, .burn_in = 60, .leapfrog = 3, .seed = 1 };
	struct llc_summary s;

	estimate(set, quadratic, &q, 1, zero, &s);
	check(s.status == LLC_NEGATIVE && isnan(s.lambda) && s.raw < 0);
	estimate(set, cliff, NULL, 1, zero, &s);
	check(s.status == LLC_INFINITE && isnan(s.lambda));
	check(isnan(s.raw) && isnan(s.se) && isnan(s.temperature) && isnan(s.distance));
	set.sampler = LLC_HMC;
	set.draws = 50;
	estimate(set, rough, NULL, 1, zero, &s);
	check(s.status == LLC_REJECTED && isnan(s.lambda));
	check(strstr(llc_status_text(s.status), "accepted"));
}

int main(void)
{
	pool[0] = pool_create(1, &e);
	pool[1] = pool_create(2, &e);
	check(pool[0] && pool[1]);
	test_quadratic();
	test_crossings();
	test_linear();
	test_trace();
	test_threads();
	test_refusals();
	pool_free(pool[0]);
	pool_free(pool[1]);
	return 0;
}
