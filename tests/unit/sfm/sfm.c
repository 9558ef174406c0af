/* sfm: published trajectories, and an independent implementation (tests/ref/sfm.py) */
#include "sfm/sfm.h"

#include "check.h"
#include "pool.h"

static struct pool *pool;

static const struct sfm_data_config data_default = {
	.op = "add", .modulus = 31, .train_count = 480, .split = SFM_LCG, .dlog = 1, .seed = 1
};
static const struct sfm_config config_default = { .schedule = SFM_RAMP, .beta = 0.1 };

/* ---- the paper's setting, p = 31 and p = 97 ---- */

/*
 * Figures of a numpy prototype: losses in units of the loss of predicting 0, twice the recorded
 * half mean squares. Supports may differ by a tie or two from the order of summation, t by one
 * step.
 */
static const struct ramp {
	int p, n;
	double index_sum; /* of the training set's equations */
	double power; /* of the weights of the minimum norm interpolant */
	int support[3]; /* at t = 1, 50 and 100 */
	double test100; /* test loss at t = 100 */
	int half, hundredth,
		sparse; /* t at which the test loss is below .5 and .01, the support p */
} ramps[] = {
	{ 31, 480, 226585, .505751606, { 957, 729, 485 }, .81181, 144, 168, 169 },
	{ 97, 4704, 22193852, .500100461, { 9355, 6593, 4027 }, .69669, 116, 135, 136 },
};

static void check_row(const struct ramp *f, const struct sfm_row *r)
{
	check(r->lambda == 0.5 * r->support);
	check_near(r->beta, 1e-4 * r->t, 1e-16);
	check_near(r->free_energy, f->n * r->train_loss + r->lambda * log(f->n), 1e-9);
	check_near(r->objective, f->n * r->train_loss + r->beta * log(f->n) * r->support, 1e-9);
	if (r->t == 1 || r->t == 50 || r->t == 100)
		check(abs(r->support - f->support[r->t / 50]) <= 4);
	if (r->t == 1)
		check_near(r->tau, sqrt(2 * 1e-4 * log(f->n)) / f->p, 1e-15);
	if (r->t == 100) {
		check_near(2 * r->test_loss, f->test100, 0.01 * f->test100);
		check(r->phase == SFM_MEMORISING);
	}
}

/* Where it ends: all p coefficients of the Legendre symbol have size 1/sqrt(p); floats */
static void check_end(const struct ramp *f, const struct sfm *m, float *w)
{
	int p = f->p, features;

	check(!sfm_features(m->data, pool, &features, NULL) && features == p);
	check(m->row.support == p && m->row.diagonal == p && m->row.phase == SFM_GENERALISING);
	check(m->row.train_acc == 1 && m->row.test_acc == 1);
	sfm_weights(m, w);
	for (int k = 0; k < p; k++)
		for (int l = 0; l < p; l++)
			check_near(hypot(w[2 * (k * p + l)], w[2 * (k * p + l) + 1]),
				   k == l ? 1 / sqrt(p) : 0, 1e-6);
}

static void check_interpolant(const struct ramp *f, const struct sfm_data *d, float *w)
{
	struct sfm_config c = config_default;
	struct sfm m;
	double sum = 0;

	c.init = SFM_INTERPOLANT;
	check(!sfm_init(&m, d, &c, pool, NULL));
	check(m.row.support == f->p * f->p);
	check_near(m.row.train_loss, 0, 1e-25);
	sfm_weights(&m, w);
	for (int i = 0; i < 2 * f->p * f->p; i++)
		sum += (double)w[i] * w[i];
	check_near(sum, f->power, 1e-7); /* 9409 floats of relative error 6e-8 */
	sfm_free(&m);
}

static void test_ramp(const struct ramp *f)
{
	struct sfm_data_config dc = data_default;
	struct sfm_data d;
	struct sfm m;
	double sum = 0;
	int t_half = 0, t_hundredth = 0, t_sparse = 0, p = f->p, n = f->n;
	float *w = malloc(sizeof(*w) * 2 * (size_t)(p * p));

	dc.modulus = p;
	dc.train_count = n;
	check(!sfm_data_init(&d, &dc, NULL) && !sfm_init(&m, &d, &config_default, pool, NULL));
	check(d.train == n && d.test == p * p - n && d.D == p && d.outputs == 1 && d.signs);
	for (int i = 0; i < p * p; i++)
		sum += d.task.split[i] == TASK_TRAIN ? i : 0;
	check(sum == f->index_sum);
	check(m.row.support == 0 && m.row.t == 0 && m.row.phase == SFM_UNDERFIT);
	while (m.row.t < 200) {
		const struct sfm_row *r = &m.row;

		sfm_step(&m);
		check_row(f, r);
		t_half = t_half || 2 * r->test_loss >= 0.5 ? t_half : (int)r->t;
		t_hundredth = t_hundredth || 2 * r->test_loss >= 0.01 ? t_hundredth : (int)r->t;
		t_sparse = t_sparse || r->support != p ? t_sparse : (int)r->t;
	}
	check(abs(t_half - f->half) <= 1 && abs(t_hundredth - f->hundredth) <= 1);
	check(abs(t_sparse - f->sparse) <= 1);
	check_end(f, &m, w);
	sfm_free(&m);
	check_interpolant(f, &d, w);
	sfm_data_free(&d);
	free(w);
}

/* ---- the independent implementation ---- */

static const struct trajectory {
	const char *name;
	struct sfm_data_config data;
	struct sfm_config config;
} trajectories[] = {
#define DATA .split = SFM_LCG, .dlog = 1, .seed = 1
	{ "add-qr", { DATA, .op = "add", .modulus = 31, .train_count = 480 }, { .beta = 0.1 } },
	{ "sub-residue",
	  { DATA, .op = "sub", .modulus = 30, .train_count = 500, .target = SFM_RESIDUE },
	  { .beta = 0.1 } },
	{ "mul-delta",
	  { .split = SFM_LCG,
	    .dlog = 1,
	    .seed = 2,
	    .op = "mul",
	    .modulus = 31,
	    .train_count = 450,
	    .target = SFM_DELTA },
	  { .beta = 0.1 } },
	{ "div-qr-zero",
	  { DATA, .op = "div", .modulus = 31, .train_count = 500, .zero = 1 },
	  { .beta = 0.2 } },
	{ "mul-residue-zero",
	  { DATA, .op = "mul", .modulus = 23, .train_count = 300, .zero = 1,
	    .target = SFM_RESIDUE },
	  { .beta = 0.2 } },
	{ "mul-plain",
	  { .split = SFM_LCG,
	    .seed = 1,
	    .op = "mul",
	    .modulus = 31,
	    .train_count = 450,
	    .target = SFM_RESIDUE },
	  { .beta = 0.05 } },
	{ "add-onehot",
	  { DATA, .op = "add", .modulus = 13, .train_count = 90, .target = SFM_ONEHOT },
	  { .beta = 0.5 } },
	{ "div-onehot",
	  { DATA, .op = "div", .modulus = 13, .train_count = 80, .target = SFM_ONEHOT },
	  { .beta = 0.5 } },
	{ "decay",
	  { DATA, .op = "add", .modulus = 31, .train_count = 480 },
	  { .schedule = SFM_DECAY, .init = SFM_INTERPOLANT, .beta = 0.006, .weight_decay = 0.02 } },
	{ "neff",
	  { DATA, .op = "add", .modulus = 31, .train_count = 480 },
	  { .schedule = SFM_NEFF, .beta = 0.05 } },
	{ "unit-step",
	  { DATA, .op = "add", .modulus = 31, .train_count = 600 },
	  { .beta = 0.1, .step = 1 } },
};

static void test_reference(void)
{
	const struct trajectory *now = NULL;
	struct sfm_data d;
	struct sfm m;
	FILE *f = fopen("tests/ref/sfm.txt", "r");
	char line[256], name[32];
	int lines = 0, t;

	check(f);
	while (fgets(line, sizeof(line), f)) {
		double x[6] = { 0 };
		int n = sscanf(line, "%31s %d %lf %lf %lf %lf %lf %lf", name, &t, x, x + 1, x + 2,
			       x + 3, x + 4, x + 5);

		if (!now || strcmp(now->name, name)) {
			if (now) {
				sfm_free(&m);
				sfm_data_free(&d);
			}
			for (now = trajectories; strcmp(now->name, name); now++)
				check(now + 1 < trajectories + sizeof(trajectories) / sizeof(*now));
			check(!sfm_data_init(&d, &now->data, NULL));
			check(!sfm_init(&m, &d, &now->config, pool, NULL));
		}
		lines++;
		if (t < 0) {
			double power = 0;

			check(n == 4);
			for (int i = 0; i < d.D * d.D * d.outputs; i++)
				power += m.v[i] * m.v[i] / (d.D * d.D);
			check_near(power, x[0], 1e-9 * x[0]);
			check(d.outputs > 1 || d.signs == !isnan(m.row.train_acc));
			if (!isnan(m.row.train_acc))
				check_near(m.row.train_acc, x[1], 1e-12);
			continue;
		}
		check(n == 8);
		while (m.row.t < t)
			sfm_step(&m);
		/* Both in double precision, the reference printed to 12 digits.  Converged losses
		 * are squares of rounding errors, 1e-30, or of what is left of a geometric decay.
		 * */
		check_near(2 * m.row.train_loss, x[0], 1e-9 * x[0] + 1e-20);
		check_near(2 * m.row.test_loss, x[1], 1e-9 * x[1] + 1e-20);
		check(m.row.support == x[2] && m.row.diagonal == x[3]);
		check_near(m.row.objective, x[4], 1e-9 * x[4]);
		check_near(m.row.tau, x[5], 1e-11 * x[5]);
	}
	fclose(f);
	check(lines == 99);
	sfm_free(&m);
	sfm_data_free(&d);
}

/* ---- properties ---- */

/* With the default step J never rises at constant beta; two schedules are the same function. */
static void test_objective(void)
{
	for (int b = 0; b < 4; b++) {
		struct sfm_data_config dc = data_default;
		struct sfm_config c = { .schedule = SFM_CONSTANT,
					.beta = 0.002 * pow(4, b),
					.init = b % 2 ? SFM_NORMAL : SFM_ZERO };
		struct sfm_data d;
		struct sfm m;
		double last = INFINITY;

		dc.train_count = 0;
		dc.train_frac = 0.3 + 0.15 * b;
		dc.target = b == 3 ? SFM_ONEHOT : SFM_QR;
		dc.noise = b == 2 ? 0.2 : 0;
		check(!sfm_data_init(&d, &dc, NULL) && !sfm_init(&m, &d, &c, pool, NULL));
		check(d.train == (int)(dc.train_frac * 961));
		while (m.row.t < 100) {
			sfm_step(&m);
			/* relative to the sum of 500 squares */
			check(m.row.objective <= last + 1e-10);
			last = m.row.objective;
		}
		sfm_free(&m);
		sfm_data_free(&d);
	}
}

/*
 * A dense machine that interpolates from the first iteration on, since its step projects on the
 * training data.  What the data do not determine stays without decay, and shrinks the faster the
 * larger decay is: memorising first, then a collapse, the earlier the larger decay is.
 */
static void test_decay(void)
{
	int last = 3000;

	for (int i = 0; i < 4; i++) {
		struct sfm_data_config dc = data_default;
		struct sfm_config c = { .schedule = SFM_DECAY, .init = SFM_NORMAL, .beta = 0.01 };
		struct sfm_data d;
		struct sfm m;

		c.weight_decay = i ? 0.001 * pow(3, i - 1) : 0;
		check(!sfm_data_init(&d, &dc, NULL) && !sfm_init(&m, &d, &c, pool, NULL));
		while (m.row.t < 3000 && m.row.phase != SFM_GENERALISING) {
			sfm_step(&m);
			if (m.row.t == 10)
				check(m.row.phase == SFM_MEMORISING);
		}
		check(i ? m.row.t < last : m.row.t == last);
		last = (int)m.row.t;
		sfm_free(&m);
		sfm_data_free(&d);
	}
}

/* The literal step: diverges without a gate for f < 1/2, since |1 - 1/f| > 1; converges above. */
static void test_literal_step(void)
{
	for (int n = 400; n <= 560; n += 160) {
		struct sfm_data_config dc = data_default;
		struct sfm_config c = { .schedule = SFM_CONSTANT, .step = 1 };
		struct sfm_data d;
		struct sfm m;

		dc.train_count = n;
		check(!sfm_data_init(&d, &dc, NULL) && !sfm_init(&m, &d, &c, pool, NULL));
		while (m.row.t < 60)
			sfm_step(&m);
		/*
		 * The residuals, of mean square near 1, are multiplied by 1 - 961/n an iteration.
		 */
		check_near(log(2 * m.row.train_loss), 120 * log(fabs(1 - 961.0 / n)), 0.1);
		sfm_free(&m);
		sfm_data_free(&d);
	}
}

/* Every op ends on its diagonal, with as many weights as its group has characters. */
static void test_operations(void)
{
	static const char *const ops[] = { "add", "sub", "mul", "div" };

	for (int k = 0; k < 4; k++)
		for (int seed = 1; seed <= 3; seed++) {
			struct sfm_data_config dc = { .op = ops[k],
						      .modulus = 97,
						      .train_frac = 0.5,
						      .target = SFM_RANDOM,
						      .dlog = 1,
						      .seed = seed };
			struct sfm_data d;
			struct sfm m;

			check(!sfm_data_init(&d, &dc, NULL));
			check(!sfm_init(&m, &d, &config_default, pool, NULL));
			while (m.row.t < 200)
				sfm_step(&m);
			check(m.row.phase == SFM_GENERALISING);
			check(m.row.support == (k < 2 ? 97 : 96));
			check(m.row.diagonal == m.row.support);
			sfm_free(&m);
			sfm_data_free(&d);
		}
}

/* One-hot answers: everything is memorised and nothing known, until all is known. */
static void test_onehot(void)
{
	struct sfm_data_config dc = data_default;
	struct sfm_config c = config_default;
	struct sfm_data d;
	struct sfm m;
	int memorised = 0;

	dc.modulus = 97;
	dc.train_count = 4704;
	dc.target = SFM_ONEHOT;
	c.beta = 0.5;
	check(!sfm_data_init(&d, &dc, NULL) && !sfm_init(&m, &d, &c, pool, NULL));
	while (m.row.t < 200 && m.row.phase != SFM_GENERALISING) {
		sfm_step(&m);
		if (m.row.support == 97 * 97) {
			check(m.row.train_acc == 1 && m.row.phase == SFM_MEMORISING);
			check(m.row.test_acc < 0.02); /* chance: 1/97 */
			memorised++;
		}
	}
	check(memorised > 10);
	check(m.row.support == 97 && m.row.diagonal == 97 && m.row.test_acc == 1);
	sfm_free(&m);
	sfm_data_free(&d);
}

/* Nothing to generalise: with all training answers random no gate helps. */
static void test_null(void)
{
	struct sfm_data_config dc = data_default;
	struct sfm_data d;
	struct sfm m;

	dc.noise = 1;
	check(!sfm_data_init(&d, &dc, NULL));
	check(!sfm_init(&m, &d, &config_default, pool, NULL));
	while (m.row.t < 600) {
		sfm_step(&m);
		check(2 * m.row.test_loss > 0.9);
	}
	sfm_free(&m);
	sfm_data_free(&d);
}

static void test_targets(void)
{
	struct sfm_data_config dc = data_default;
	struct sfm_data d;

	for (int target = SFM_QR; target <= SFM_ONEHOT; target++)
		for (int op = 0; op < 2; op++) {
			double sum = 0;

			dc.target = (enum sfm_target)target;
			dc.op = op ? "mul" : "add";
			dc.character = 3;
			check(!sfm_data_init(&d, &dc, NULL));
			check(d.outputs == (target == SFM_ONEHOT ? 31 : 1));
			for (int i = 0; i < 31 * d.outputs; i++)
				sum += d.value[i] * d.value[i];
			check_near(sum / (31 - op), 1, 1e-14);
			sfm_data_free(&d);
		}
}

int main(void)
{
	pool = pool_create(1, NULL);
	test_ramp(&ramps[0]);
	test_ramp(&ramps[1]);
	test_reference();
	test_objective();
	test_decay();
	test_literal_step();
	test_operations();
	test_onehot();
	test_null();
	test_targets();
	pool_free(pool);
	return 0;
}
